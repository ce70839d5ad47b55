"""go_sdk: a Go SDK, its toolchain, and its standard library package by package."""

load("//rules/private/config:names.bzl", "SDK")
load("//rules/private/config:platforms.bzl", "constraints_of")
load("//rules/private/config:releases.bzl", "check_release")
load("//rules/private/config:toolchain.bzl", "named_configurations")
load("//rules/private/lock:facts.bzl", "whole_standard")
load(":buildfile.bzl", "build_file", "quoted")
load(":config_file.bzl", "config_file")
load(":fetch.bzl", "fetch_zip", "repository_metadata", "write_text")
load(":go_command.bzl", "go_command_aliases")
load(":module_rules.bzl", "module_rules")
load(":overlay.bzl", "OVERLAY_ATTRS", "overlaid_file")
load(":standard_library.bzl", "standard_library_rule")

visibility(["//rules/...", "//tests/..."])

_DOC = """Declares a toolchain for a Go SDK, and targets for the packages of its standard library that the lock lists."""

_attrs = {
    "allow_untested_go": attr.bool(doc = "Accept a Go release that is not supported, with the rules of the nearest that is."),
    "configuration": attr.string(default = "{}", doc = "The lock's configuration, as JSON."),
    "configurations": attr.string(default = "{}", doc = "The lock's configurations by name, as JSON, where it has several."),
    "facts": attr.string(default = "{}", doc = "The standard library's entry in the lock, as JSON."),
    "go_commands": attr.string_list(doc = "Names of the repositories with the modules of each lock, for tests that run the go command."),
    "goroot": attr.string(doc = "The folder of the SDK. Default: that of `platforms`, else the GOROOT of the `go` on PATH."),
    "main_modules": attr.string(default = "[]", doc = "The main modules of the locks, as JSON."),
    "others": attr.string(default = "{}", doc = "For each other Go release that locks are for, as JSON: the name of its repository, and its platforms."),
    "platforms": attr.string_list(doc = "Execution platforms, such as linux_amd64, whose SDK a go_sdk_download has, in the repository NAME_linux_amd64, where NAME is this one's."),
    "python": attr.string(default = "@go_sdk_python//:python", doc = "The label of the Python that runs the builder: a go_python or go_host_python."),
    "version": attr.string(doc = "The Go version that the SDK must have, such as go1.26.8. Default: any."),
} | OVERLAY_ATTRS

_HEAD = """\
package(default_visibility = ["//visibility:public"])

filegroup(
    name = "include",
    srcs = glob([
        "pkg/include/**",
        "src/runtime/cgo/*.h",
    ]),
)
"""

_TOOLCHAIN = """
go_toolchain(
    name = "go_{name}",
    include = ":include",
    asm = "{tools}/asm{suffix}",
    cgo = "{tools}/cgo{suffix}",
    cgo_flag_list = {flag_list},
    compile = "{tools}/compile{suffix}",
    configuration = {configuration},{configurations}
    cover = "{tools}/cover{suffix}",
    goarch = "{goarch}",
    goos = "{goos}",
    goroot = ":goroot",
    link = "{tools}/link{suffix}",
    preprofile = "{tools}/preprofile{suffix}",
    python = "{python}",
    sdk = {sdk},
    version = "{version}",{vet}
)

{registered}"""

_REGISTERED = """\
toolchain(
    name = "{name}",
    exec_compatible_with = {constraints},{settings}
    toolchain = "{toolchain}",
    toolchain_type = "@gomod2bazel//rules:toolchain_type",
)
"""

_STANDARD_LIBRARY = """\
toolchain(
    name = "{name}",{settings}
    toolchain = "{toolchain}",
    toolchain_type = "@gomod2bazel//rules:standard_library_type",
)

toolchain(
    name = "{proto_name}",{settings}
    toolchain = "@{repository}_proto//:modules",
    toolchain_type = "@gomod2bazel//rules:proto_modules_type",
)
"""

# What the go command needs of an SDK; one that a distribution has put together may lack some.
WHOLE_SDK = ["VERSION", "bin", "go.env", "lib", "pkg", "src"]

# True for the build setting that chooses among Go releases.
_SETTING_OF = """
config_setting(
    name = "sdk_{release}",
    flag_values = {{"@gomod2bazel//rules/config:sdk": "{value}"}},
)
"""

# Which flags `#cgo` lines and pkg-config may ask for; an SDK without the go command's source lacks it.
_FLAG_LIST = "src/cmd/go/internal/work/security.go"

# `host` here, in the environment or by --repo_env, takes the go on PATH whatever the lock names.
_SETTING = "GOMOD2BAZEL_SDK"

_LOADS = {"@gomod2bazel//rules:toolchain.bzl": ["go_standard_library", "go_toolchain"]}

def _impl(rctx):
    if rctx.attr.version:
        # Before anything is fetched.
        check_release(rctx.attr.version, rctx.attr.allow_untested_go)
    platforms = [] if rctx.attr.goroot or rctx.os.environ.get(_SETTING) == "host" else rctx.attr.platforms
    goroot = rctx.attr.goroot or (_fetched(rctx, platforms) if platforms else _host_goroot(rctx))
    version = rctx.read(goroot + "/VERSION").split("\n")[0].strip()
    if rctx.attr.version not in ("", version):
        fail("the lock was made with %s, but %s holds %s; run `gomod2bazel lock` with this Go, or use the other" % (rctx.attr.version, goroot, version))
    check_release(version, rctx.attr.allow_untested_go)
    _link(rctx, goroot)
    facts = whole_standard(json.decode(rctx.attr.facts))
    _unpack_fips(rctx, goroot, facts)
    name = _apparent_name(rctx)
    tools = {platform: "@%s_%s//:pkg/tool/%s" % (name, platform, platform) for platform in platforms}
    if not platforms:
        host = [folder.basename for folder in rctx.path(goroot + "/pkg/tool").readdir()]
        if len(host) != 1:
            fail("%s/pkg/tool holds tools for %s; expected those of one host" % (goroot, ", ".join(host) or "no host"))
        tools = {host[0]: "pkg/tool/" + host[0]}
    configuration, several = json.decode(rctx.attr.configuration), json.decode(rctx.attr.configurations)
    values = {
        "configuration": quoted(rctx.attr.configuration),
        "configurations": "\n    configurations = %s," % quoted(json.encode(several)) if several else "",
        "flag_list": quoted(_FLAG_LIST) if rctx.path(goroot + "/" + _FLAG_LIST).exists else "None",
        "has_vet": _has_vet(rctx, goroot),
        "python": rctx.attr.python,
        "version": version,
        "whole": json.encode([name for name in WHOLE_SDK if rctx.path(goroot + "/" + name).exists]),
    }
    host = host_platform(rctx.os.name, rctx.os.arch)
    others = json.decode(rctx.attr.others)
    head = _HEAD + toolchains(tools, host, values, among_several = bool(others), repository = name) + other_toolchains(others, host)
    instruments = {name: several[name].get("instrument", "") for name in sorted(several)}
    standard_library = standard_library_rule(
        facts,
        configuration.get("instrument", ""),
        instruments = instruments,
        main_modules = json.decode(rctx.attr.main_modules),
    )
    head += "\n" + standard_library + go_command_aliases(rctx.attr.go_commands)
    rctx.file("BUILD.bazel", build_file(module_rules(facts), head = head, loads = _LOADS), executable = False)
    rctx.file("goroot", goroot + "\n", executable = False)
    rctx.file("config/BUILD.bazel", config_file(named_configurations(configuration, several)), executable = False)

def _has_vet(rctx, goroot):
    """Tells whether an SDK has the program of go vet; a folder that someone put together may not."""
    folders = rctx.path(goroot + "/pkg/tool").readdir()
    return bool([file for folder in folders for file in folder.readdir() if file.basename in ["vet", "vet.exe"]])

def host_platform(name, arch):
    """Returns the platform of the machine that Bazel runs on.

    Args:
        name: string, as repository rules have it: linux, mac os x, windows 10.
        arch: string, likewise: amd64, x86_64, aarch64.

    Returns:
        string, such as linux_amd64.
    """
    goos = "darwin" if name.startswith("mac") else name.split(" ")[0]
    return "%s_%s" % (goos, {"aarch64": "arm64", "x86_64": "amd64"}.get(arch, arch))

def toolchains(tools, host, values, among_several = False, repository = SDK):
    """Returns the statements that declare the toolchains of an SDK.

    Args:
        tools: dict of string to string, where the tools of each execution platform are.
        host: string, the platform of this machine: its toolchain is called `toolchain`, or else the first one.
        values: dict of string to string, what all have in common.
        among_several: bool, whether a build setting chooses among this SDK and those of other Go releases.
        repository: string, the apparent name of the SDK's repository.

    Returns:
        string.
    """
    text = _SETTING_OF.format(release = "default", value = "") if among_several else ""
    whole = json.decode(values.get("whole", "[]"))
    for platform, name in _names(tools, host).items():
        goos, goarch = platform.split("_")
        suffix = ".exe" if goos == "windows" else ""
        text += _TOOLCHAIN.format(
            name = name,
            goarch = goarch,
            goos = goos,
            registered = _registered(name, platform, ":go_" + name, ":sdk_default" if among_several else ""),
            sdk = json.encode([tools[platform].partition("pkg/tool/")[0] + name for name in whole]).replace(",", ", "),
            suffix = suffix,
            tools = tools[platform],
            vet = "\n    vet = \"%s/vet%s\"," % (tools[platform], suffix) if values.get("has_vet") else "",
            **values
        )
    return text + "\n" + _STANDARD_LIBRARY.format(
        name = "standard_library_toolchain",
        proto_name = "proto_toolchain",
        repository = repository,
        settings = "\n    target_settings = [\":sdk_default\"]," if among_several else "",
        toolchain = ":standard_library",
    )

def other_toolchains(others, host):
    """Returns the statements that register the toolchains of other Go releases, so that one line does it for all.

    Args:
        others: dict of string to dict, for each release the `name` of its SDK's repository, and its `platforms`.
        host: string, the platform of this machine.

    Returns:
        string.
    """
    text = ""
    for release, sdk in others.items():
        text += _SETTING_OF.format(release = release, value = release)
        for platform, name in _names(sdk["platforms"] or [host], host).items():
            label = "@%s//:go_%s" % (sdk["name"], name)
            text += "\n" + _registered("%s_%s" % (name, release), platform, label, ":sdk_" + release)
        text += "\n" + _STANDARD_LIBRARY.format(
            name = "standard_library_toolchain_" + release,
            proto_name = "proto_toolchain_" + release,
            repository = sdk["name"],
            settings = "\n    target_settings = [\":sdk_%s\"]," % release,
            toolchain = "@%s//:standard_library" % sdk["name"],
        )
    return text

def _names(platforms, host):
    """Returns the name of the toolchain of each platform: that of this machine, or else the first, is `toolchain`."""
    first = host if host in platforms else sorted(platforms)[0]
    return {platform: "toolchain" if platform == first else "toolchain_" + platform for platform in sorted(platforms)}

def _registered(name, platform, toolchain, setting):
    goos, goarch = platform.split("_")
    return _REGISTERED.format(
        name = name,
        constraints = json.encode(constraints_of(goos, goarch)).replace(",", ", "),
        settings = "\n    target_settings = [\"%s\"]," % setting if setting else "",
        toolchain = toolchain,
    )

def _apparent_name(rctx):
    """Returns the name that BUILD files of sibling repositories have for this one."""
    return rctx.name[rctx.name.rindex(SDK):]

def _fetched(rctx, platforms):
    """Returns the folder of an SDK that was fetched: this machine's, or else the first; their sources are the same."""
    host = host_platform(rctx.os.name, rctx.os.arch)
    chosen = host if host in platforms else sorted(platforms)[0]
    return str(rctx.path(Label("@@%s_%s//:VERSION" % (rctx.name, chosen))).dirname)

def _link(rctx, goroot):
    """Links the SDK's folders into place; those that hold replaced files entry by entry."""
    real = {}
    for file in rctx.attr.overlay:
        parts = file.split("/")
        real |= {"/".join(parts[:length]): None for length in range(1, len(parts))}
        rctx.symlink(overlaid_file(rctx, file), file)
    for folder in WHOLE_SDK:
        if folder not in real and rctx.path(goroot + "/" + folder).exists:
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
    if not go and rctx.attr.platforms:
        fail("no go on PATH, and %s=host takes the SDK from there: put go%s on PATH, or unset it" % (_SETTING, rctx.attr.version.removeprefix("go")))
    if not go:
        fail("no go on PATH, and no lock names an SDK to fetch: run `gomod2bazel lock` (or generate, if that wrote the lock) with -sdk GOOS/GOARCH")
    return rctx.execute([go, "env", "GOROOT"], environment = {"GOTOOLCHAIN": "local"}).stdout.strip()

go_sdk = repository_rule(doc = _DOC, implementation = _impl, attrs = _attrs, environ = [_SETTING, "PATH"], local = True)

_download_attrs = {
    "platform": attr.string(doc = "Its execution platform, such as linux_amd64.", mandatory = True),
    "sha256": attr.string(doc = "The zip's SHA-256.", mandatory = True),
    "source": attr.string(doc = "The toolchain module, golang.org/toolchain@v0.0.1-goV.GOOS-GOARCH.", mandatory = True),
    "urls": attr.string_list(doc = "Where the zip is, one URL a goproxy."),
}

def _download_impl(rctx):
    source = rctx.attr.source
    fetch_zip(
        rctx,
        rctx.attr.urls,
        source = source,
        sha256 = rctx.attr.sha256,
        output = ".",
        prefix = source,
    )
    for folder in ["src", "src/cmd"]:
        # The zip of a module cannot have it by this name (cmd/go/internal/toolchain, Exec).
        stored = rctx.path(folder + "/_go.mod")
        if stored.exists:
            write_text(rctx, folder + "/go.mod", rctx.read(stored))
    rctx.file("BUILD.bazel", _DOWNLOADED % (rctx.attr.platform, WHOLE_SDK), executable = False)
    return repository_metadata(rctx, reproducible = True)

_DOWNLOADED = """\
exports_files(
    glob(["pkg/tool/%s/**"]) + %s,
    visibility = ["//visibility:public"],
)
"""

go_sdk_download = repository_rule(
    doc = "A Go SDK from a goproxy: the module that the go command downloads other toolchains from.",
    implementation = _download_impl,
    attrs = _download_attrs,
)
