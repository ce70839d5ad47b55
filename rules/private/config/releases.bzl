"""What differs between Go releases in how packages are compiled, assembled and linked.

The driver reads SUPPORTED and CHANGES too (gomod2bazel/provision/go_releases.py), as Python literals. A new Go release: compare
its cmd/go with that of the release before, add what differs to CHANGES, and then the release to SUPPORTED.
"""

visibility(["//rules/private/...", "//tests/rules"])

# Releases whose binaries are known to be those of the go command; the newest last.
SUPPORTED = ["1.23", "1.24", "1.25", "1.26", "1.27"]

# Each change, the first release that has it, and its place in the go command's source.
CHANGES = {
    "s390x_z13": ["1.25", "internal/work/exec.go, gccArchArgs: C for s390x is compiled for z13, before for z196"],
    "assembly_before_c": ["1.26", "internal/work/action.go, cgoAction: objects of assembly come before those of C, Objective-C ones before C++"],
    "asm_std": ["1.27", "internal/work/gc.go, asmArgs: -std for packages of the standard library"],
    "pthread_everywhere": ["1.27", "internal/work/exec.go, compilerCmd: -pthread for Windows too, before -mthreads"],
    "loong64_no_relax": ["1.27", "internal/work/exec.go, gccArchArgs: -mno-relax for C on loong64"],
    "ldflags_choose_linking": ["1.27", "internal/work/security.go, checkLinkerFlagsForInternalLink: -static, and linker flags that are not known, ask for the C linker"],
    "gcc_response_files": ["1.27", "internal/work/exec.go, encodeArg: files of arguments are quoted as GCC does"],
    "cgo_names_shown": ["1.27", "internal/work/exec.go, build: _Ctype_x is shown as C.x in whatever the compiler says of a package with cgo"],
    "tests_check_stdversion": ["1.27", "internal/test/test.go, defaultVetFlags: go test runs the check stdversion of vet too"],
}

def release_of(version):
    """Returns the release that a Go version belongs to.

    Args:
        version: string, such as go1.26.8, go1.27rc1 or `devel go1.28-0123abc`.

    Returns:
        string, such as 1.26; empty where the version names none.
    """
    for word in version.split(" "):
        parts = word.removeprefix("go").split(".")
        if word.startswith("go1.") and len(parts) > 1:
            minor = ""
            for char in parts[1].elems():
                if not char.isdigit():
                    break
                minor += char
            return "1." + minor if minor else ""
    return ""

def check_release(version, allow_untested = False):
    """Refuses a Go release that is not supported.

    Args:
        version: string, as for `release_of`.
        allow_untested: bool, whether every release is accepted.
    """
    if allow_untested or release_of(version) in SUPPORTED:
        return
    fail("Go %s is not supported; supported releases are %s; use one of these, or the rules of the nearest with allow_untested_go = True in go_modules.from_file" % (version.removeprefix("go"), ", ".join(SUPPORTED)))

def changes_of(version):
    """Returns the changes that a Go version has.

    Args:
        version: string, as for `release_of`; one newer than all that are supported has all changes.

    Returns:
        list of strings, names of CHANGES.
    """
    release = release_of(version)
    minor = int(release.removeprefix("1.")) if release else 1000
    return [name for name, change in CHANGES.items() if minor >= int(change[0].removeprefix("1."))]
