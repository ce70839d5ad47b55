"""go_sdk: a Go SDK, its toolchain, and its standard library package by package."""

load("//rules/private/config:releases.bzl", "check_release")
load("//rules/private/config:toolchain.bzl", "named_configurations")
load(":buildfile.bzl", "build_file", "quoted")
load(":config_file.bzl", "config_file")
load(":module_rules.bzl", "module_rules")
load(":overlay.bzl", "OVERLAY_ATTRS", "overlaid_file")
load(":runner_rule.bzl", "runner_rule")

visibility(["//rules/..."])

_DOC = """Declares a toolchain for a Go SDK, and targets for the packages of its standard library that the lock lists."""

_attrs = {
    "allow_untested_go": attr.bool(doc = "Accept a Go release that is not supported, with the rules of the nearest that is."),
    "configuration": attr.string(default = "{}", doc = "The lock's configuration, as JSON."),
    "configurations": attr.string(default = "{}", doc = "The lock's configurations by name, as JSON, where it has several."),
    "facts": attr.string(default = "{}", doc = "The standard library's entry in the lock, as JSON."),
    "goroot": attr.string(doc = "The folder of the SDK. Default: the GOROOT of the `go` on PATH."),
    "python": attr.string(default = "@go_sdk_python//:python", doc = "The label of the Python that runs the builder: a go_python or go_host_python."),
    "version": attr.string(doc = "The Go version that the SDK must have, such as go1.26.8. Default: any."),
} | OVERLAY_ATTRS

_TOOLCHAIN = """\
package(default_visibility = ["//visibility:public"])

filegroup(
    name = "include",
    srcs = glob([
        "pkg/include/**",
        "src/runtime/cgo/*.h",
    ]),
)

go_toolchain(
    name = "go_toolchain",
    include = ":include",
    asm = "{tools}/asm",
    cgo = "{tools}/cgo",
    cgo_flag_list = {flag_list},
    compile = "{tools}/compile",
    configuration = {configuration},{configurations}
    cover = "{tools}/cover",
    goarch = "{goarch}",
    goos = "{goos}",
    link = "{tools}/link",
    preprofile = "{tools}/preprofile",
    python = "{python}",
    version = "{version}",
)

toolchain(
    name = "toolchain",
    toolchain = ":go_toolchain",
    toolchain_type = "@gomod2bazel//rules:toolchain_type",
)"""

# Which flags `#cgo` lines and pkg-config may ask for; an SDK without the go command's source lacks it.
_FLAG_LIST = "src/cmd/go/internal/work/security.go"

_LOADS = {"@gomod2bazel//rules:toolchain.bzl": ["go_test_runner", "go_toolchain"]}

def _impl(rctx):
    goroot = rctx.attr.goroot or _host_goroot(rctx)
    version = rctx.read(goroot + "/VERSION").split("\n")[0].strip()
    if rctx.attr.version not in ("", version):
        fail("the lock was made with %s, but %s holds %s; run `gomod2bazel lock` with this Go, or use the other" % (rctx.attr.version, goroot, version))
    check_release(version, rctx.attr.allow_untested_go)
    _link(rctx, goroot)
    facts = json.decode(rctx.attr.facts)
    _unpack_fips(rctx, goroot, facts)
    host = [tools.basename for tools in rctx.path(goroot + "/pkg/tool").readdir()]
    if len(host) != 1:
        fail("%s/pkg/tool holds tools for %s; expected those of one host" % (goroot, ", ".join(host) or "no host"))
    goos, goarch = host[0].split("_")
    configuration, several = json.decode(rctx.attr.configuration), json.decode(rctx.attr.configurations)
    toolchain = _TOOLCHAIN.format(
        tools = "pkg/tool/" + host[0],
        configuration = quoted(rctx.attr.configuration),
        configurations = "\n    configurations = %s," % quoted(json.encode(several)) if several else "",
        flag_list = quoted(_FLAG_LIST) if rctx.path(goroot + "/" + _FLAG_LIST).exists else "None",
        goos = goos,
        goarch = goarch,
        python = rctx.attr.python,
        version = version,
    )
    instruments = {name: several[name].get("instrument", "") for name in sorted(several)}
    runner = runner_rule(facts, configuration.get("instrument", ""), instruments)
    rules = module_rules(facts)
    rctx.file("BUILD.bazel", build_file(rules, head = toolchain + "\n\n" + runner, loads = _LOADS), executable = False)
    rctx.file("config/BUILD.bazel", config_file(named_configurations(configuration, several)), executable = False)

def _link(rctx, goroot):
    """Links the SDK's folders into place; those that hold replaced files entry by entry."""
    real = {}
    for file in rctx.attr.overlay:
        parts = file.split("/")
        real |= {"/".join(parts[:length]): None for length in range(1, len(parts))}
        rctx.symlink(overlaid_file(rctx, file), file)
    for folder in ("src", "pkg"):
        if folder not in real:
            rctx.symlink(goroot + "/" + folder, folder)
    for folder in real:
        there = rctx.path(goroot + "/" + folder)
        for entry in there.readdir() if there.exists else []:
            name = "%s/%s" % (folder, entry.basename)
            if name not in real and name not in rctx.attr.overlay:
                rctx.symlink(entry, name)

def _unpack_fips(rctx, goroot, facts):
    """Unpacks the snapshot of the FIPS 140 packages that the lock's packages are of, if they are."""
    for package in facts.get("packages", []):
        parts = package["dir"].split("/")
        if parts[0] == "fips140":
            # By position: Bazel 8 renamed stripPrefix.
            rctx.extract("%s/lib/fips140/%s.zip" % (goroot, parts[1]), "", "golang.org/fips140@" + parts[1])
            return

def _host_goroot(rctx):
    go = rctx.which("go")
    if not go:
        fail("no go on PATH; set the attribute goroot of go_sdk")
    return rctx.execute([go, "env", "GOROOT"], environment = {"GOTOOLCHAIN": "local"}).stdout.strip()

go_sdk = repository_rule(doc = _DOC, implementation = _impl, attrs = _attrs, environ = ["PATH"], local = True)
