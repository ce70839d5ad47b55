"""What the user asked for, after the command line and GOFLAGS were read: one value for each stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from gomod2bazel.options.groups.bazel import BazelOptions, CacheOptions, RemoteOptions
from gomod2bazel.options.groups.group import Group, values_of, with_values
from gomod2bazel.options.groups.release import ReleaseOptions
from gomod2bazel.options.module_input import NO_INPUT, Input
from gomod2bazel.options.set_names import SETS
from gomod2bazel.options.variant import Variant

__all__ = [
    "AssignOptions",
    "AuditOptions",
    "BazelOptions",
    "CacheOptions",
    "ChooseOptions",
    "CompileOptions",
    "CoverOptions",
    "GenerateOptions",
    "Group",
    "InstallOptions",
    "LoadOptions",
    "ModuleOptions",
    "Options",
    "PackOptions",
    "ReleaseOptions",
    "RemoteOptions",
    "ReportOptions",
    "SourceOptions",
    "TestOptions",
    "VersionOptions",
    "recorded",
    "values_of",
    "with_values",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions(Group):
    """Where module files and the Go toolchain come from.

    Attributes:
        goproxy: the -goproxy list, or empty for GOPROXY's.
        sumfile: a go.sum that verifies the module itself, or empty.
        offline: use no source but folders and loopback addresses.
        deadline: seconds that a source may stay silent, 0 for the default.
        allowed_hosts: hosts that a source may redirect to.
        untested_go: go on with a Go release that is not among the supported ones.
        require_verified: refuse modules that nothing verifies.
    """

    goproxy: str = ""
    sumfile: str = ""
    offline: bool = False
    deadline: float = 0.0
    allowed_hosts: tuple[str, ...] = ()
    untested_go: bool = False
    require_verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignOptions(Group):
    """What the user says about the sets of binaries.

    Attributes:
        overrides: files of rules that assign binaries to sets, in order.
        assigned: pairs of an import path pattern and its set, in order.
        curated: a file of curated answers in place of ours, or empty.
        no_curated: whether curated answers are left out.
    """

    overrides: tuple[str, ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()
    curated: str = ""
    no_curated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionOptions(Group):
    """Which versions of modules are taken.

    Attributes:
        baseline: file that names the version of each module, or empty.
        baseline_mode: strict, force or extend.
    """

    baseline: str = ""
    baseline_mode: str = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverOptions(Group):
    """Code coverage, as `go help build` has it; covermode and coverpkg are empty where they are not given."""

    cover: bool = False
    covermode: str = ""
    coverpkg: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileOptions(Group):
    """How packages are compiled and binaries are linked, as `go help build` has it.

    Attributes:
        compiler: gc or gccgo.
        buildmode, linkshared, installsuffix: the flags' values.
        race, msan, asan: instrumentation.
        coverage: -cover, -covermode and -coverpkg.
        asmflags, gcflags, ldflags, gccgoflags: each value given, in order.
        pgo: auto, off or the file of a CPU profile, absolute once the command line was read.
        hardening, gnu_build_id: flags of ours; once the command line was read, the go command's flags that they stand
            for are among the others, see `link_presets`.
    """

    compiler: str = "gc"
    buildmode: str = "default"
    linkshared: bool = False
    installsuffix: str = ""
    race: bool = False
    msan: bool = False
    asan: bool = False
    coverage: CoverOptions = field(default_factory=CoverOptions)
    asmflags: tuple[str, ...] = ()
    gcflags: tuple[str, ...] = ()
    ldflags: tuple[str, ...] = ()
    gccgoflags: tuple[str, ...] = ()
    pgo: str = "auto"
    hardening: bool = False
    gnu_build_id: bool = False

    @property
    def profile(self) -> Path | None:
        """The file of the CPU profile that -pgo names; None where it names none."""
        return None if self.pgo in ("auto", "off") else Path(self.pgo)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions(Group):
    """What the go command lists of a module.

    Attributes:
        platforms: GOOS/GOARCH pairs; empty for the go command's default.
        main_module: treat path@version as a main module, so that its replace directives hold.
        tags, mod, modfile, modcacherw, overlay, pkgdir: as `go help build` has them.
        overlaid: what that overlay says, all paths absolute: for each file the one to read in its place, or nothing.
        buildvcs: false, true or auto; false by default, for binaries that depend on their sources alone.
        standard: each pattern of -std: more packages of the standard library.
        more: patterns of packages to load in addition to those of the module; no flag sets it.
        tests: load what the tests of a main module need too.
        compile: how they are compiled, which decides what the runtime and the linker need.
    """

    platforms: tuple[tuple[str, str], ...] = ()
    main_module: bool = False
    tags: tuple[str, ...] = ()
    mod: str = ""
    modfile: str = ""
    modcacherw: bool = False
    overlay: str = ""
    overlaid: Mapping[str, str] = field(default_factory=dict)
    pkgdir: str = ""
    buildvcs: str = "false"
    standard: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    tests: bool = False
    compile: CompileOptions = field(default_factory=CompileOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleOptions(Group):
    """Which module is loaded, and how.

    Attributes:
        input: The INPUT argument.
        sources: where it and what it needs come from.
        assign: what the user says about its binaries.
        versions: which versions of other modules it is built with.
        load: what is listed of it.
        variants: each -variant: further configurations to load it for.
        sdks: GOOS/GOARCH pairs of -sdk, whose SDKs its lock is to name; None where it is not given.
    """

    input: Input = NO_INPUT
    sources: SourceOptions = field(default_factory=SourceOptions)
    assign: AssignOptions = field(default_factory=AssignOptions)
    versions: VersionOptions = field(default_factory=VersionOptions)
    load: LoadOptions = field(default_factory=LoadOptions)
    variants: tuple[Variant, ...] = ()
    sdks: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseOptions(Group):
    """Which binaries are built, and what becomes of a run in which some of them fail.

    Attributes:
        sets: names of the chosen sets.
        binaries: import path to file name, which is empty to keep the usual one.
        strict: an example that does not build is an error, as any other binary is; so is one without func main.
        keep_going: install what builds.
        on_clash: error, qualify or skip: what becomes of chosen binaries that share a file name.
        sets_given: whether -set was given.
        set_confidence: how likely it has to be that each main package is rightly built or not; 0 for any likelihood.
        below: the packages that INPUT names: import paths of folders in which sets choose. None where it names a
            module, and sets choose among all of it.
    """

    sets: tuple[str, ...] = ("target",)
    binaries: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    keep_going: bool = False
    on_clash: str = "error"
    sets_given: bool = False
    set_confidence: float = 0.0
    below: tuple[str, ...] | None = None

    def takes(self, import_path: str, name: str) -> bool:
        """Return whether the binary of a main package is chosen.

        Args:
            import_path: The package's.
            name: The set that it is in.
        """
        return import_path in self.binaries or (name in self.sets and self.reaches(import_path))

    def reaches(self, import_path: str) -> bool:
        """Return whether sets choose among packages of which this is one."""
        return self.below is None or any(f"{import_path}/".startswith(f"{folder}/") for folder in self.below)

    def of_packages(self, packages: Sequence[str]) -> ChooseOptions:
        """Return the options for an INPUT that names packages of a module.

        A package is built whatever its set, and no set adds more; a pattern leaves the choice to the sets.

        Args:
            packages: Import paths, or patterns that end in ``/...``; none where INPUT names the module.
        """
        if not packages:
            return self
        below = tuple(package.removesuffix("/...") for package in packages if package.endswith("/..."))
        named = {package: "" for package in packages if not package.endswith("/...")}
        return replace(self, below=below, binaries={**named, **self.binaries})

    def from_every_set(self) -> ChooseOptions:
        """Return the same options with all sets that can be built chosen."""
        return replace(self, sets=SETS)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions(Group):
    """Where files go, and the list of them.

    Attributes:
        destination, prefix: the folder, and the staging folder that contains it.
        output_file: -o.
        result_file, result_format: the file that lists what was made.
        debug_files: the folder for debug files, or empty.
    """

    destination: str = "."
    prefix: str = ""
    output_file: str = ""
    result_file: str = ""
    result_format: str = "lines"
    debug_files: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions(Group):
    """What is printed, and how.

    Attributes:
        json: -json.
        output: -output of query, or empty.
        every, explain: -all and -explain of list.
        since: -since of affected: the commit to compare with.
        waves: -waves of `baseline update` and `impact`: in which order modules are released.
        page: -report: the file for a page about the run, or empty.
        exit_code: -exit-code of `sets diff`: whether the exit code is 1 if there are changes.
    """

    json: bool = False
    output: str = ""
    every: bool = False
    explain: str = ""
    since: str = ""
    waves: bool = False
    page: str = ""
    exit_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateOptions(Group):
    """What generate writes: -rules, -loads, -check, -diff and -init; and -tool, what add and remove change.

    Attributes:
        only: the folder of the module that is loaded, with those that it is built with; empty for all modules of the
            repository. No flag sets it.
    """

    rules: str = "gomod2bazel"
    loads: bool = False
    check: bool = False
    diff: bool = False
    init: bool = False
    tool: bool = False
    only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOptions(Group):
    """How tests run, as `go help testflag` has it; and -integration and -junit.

    Attributes:
        run, skip: regular expressions of tests.
        short: -short.
        count: how often each test runs; 0 for once, or not at all where it has passed before.
        timeout: seconds for the tests of a package; 0 for no limit.
        shuffle: off, on or a number; empty where it is not given.
        parallel: how many tests of a package run at a time; 0 for the default.
        integration: run integration tests, too.
        junit: the file to write the results to, or empty.
    """

    __test__ = False

    run: str = ""
    skip: str = ""
    short: bool = False
    count: int = 0
    timeout: float = 600.0
    shuffle: str = ""
    parallel: int = 0
    integration: bool = False
    junit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions(Group):
    """Folders of vulnerability records and of built binaries, for `baseline audit`; or empty."""

    osv: str = ""
    built: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOptions(Group):
    """-version of pack and binary-package create, and each -package of the latter."""

    version: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Group):
    """The values of all flags, by the stage that they are for. Each stage is given its group alone.

    Attributes:
        chdir: -C.
        inputs: -inputs.
        configs: each -config: names of flags in gomod2bazel.toml.
    """

    module: ModuleOptions = field(default_factory=ModuleOptions)
    choose: ChooseOptions = field(default_factory=ChooseOptions)
    bazel: BazelOptions = field(default_factory=BazelOptions)
    install: InstallOptions = field(default_factory=InstallOptions)
    release: ReleaseOptions = field(default_factory=ReleaseOptions)
    report: ReportOptions = field(default_factory=ReportOptions)
    generate: GenerateOptions = field(default_factory=GenerateOptions)
    audit: AuditOptions = field(default_factory=AuditOptions)
    pack: PackOptions = field(default_factory=PackOptions)
    test: TestOptions = field(default_factory=TestOptions)
    chdir: str = ""
    inputs: str = ""
    configs: tuple[str, ...] = ()


def recorded(options: Options) -> dict[str, Any]:
    """Return what a record of a run is found by: all options but servers and their credentials.

    These change where results come from, not what is built.
    """
    return asdict(replace(options, bazel=replace(options.bazel, remote=RemoteOptions())))
