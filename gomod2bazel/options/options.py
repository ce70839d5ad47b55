"""What the user asked for, after the command line and GOFLAGS were read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

__all__ = ["BuildOptions", "Variant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What -variant changes of a configuration.

    Attributes:
        instrument: race, msan or asan, or empty for none.
        pure: whether CGO_ENABLED is 0.
        tags: build tags beside those of -tags.
    """

    instrument: str = ""
    pure: bool = False
    tags: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as -variant has it."""
        words = [self.instrument, "pure" if self.pure else "", f"tags={','.join(self.tags)}" if self.tags else ""]
        return "+".join(filter(None, words))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """The values of all flags of ``build`` and of the commands that load a module as it does.

    Attributes:
        input: the INPUT argument as written.
        destination, prefix, result_file, result_format: design section 2.
        sets: names of the chosen sets.
        binaries: import path to file name, which is empty to keep the usual one.
        overrides: files of rules that say which set a binary belongs to, in order.
        assigned: pairs of an import path pattern and the set it means, in order.
        goproxy: the -goproxy list, or empty for GOPROXY's.
        sumfile: a go.sum that vouches for the module itself, or empty.
        baseline: file that names the version of each module, or empty. baseline_mode: strict, force or extend.
        waves: whether `baseline update` and `impact` print in which order modules are released.
        osv, built: folders of vulnerability records and of built binaries, for `baseline audit`; or empty.
        offline: no source but folders and loopback.
        deadline: seconds that a source may stay silent, 0 for the usual. allowed_hosts: hosts beside the sources'.
        platforms: GOOS/GOARCH pairs; empty for the go command's own.
        keep_going: install what builds.
        strict: an example that does not build is an error, as any other binary is; so is one without func main.
        on_clash: error, qualify or skip: what becomes of chosen binaries that share a file name.
        main_module: treat path@version as a main module, so that its replace directives hold.
        tags, mod, modfile, buildmode, pgo, overlay, installsuffix, pkgdir: as `go help build` has them.
        linkshared: as `go help build` has it. output_file: -o.
        buildvcs: false, true or auto; false where nothing is said, for binaries that depend on their sources alone.
        untested_go: go on with a Go release that is not among the supported ones.
        modcacherw: leave unpacked modules writable.
        asmflags, gcflags, ldflags: each value given, in order.
        race, msan, asan, cover: instrumentation; covermode and coverpkg as given, empty where they were not.
        jobs: -p, or 0 for Bazel's own choice.
        every, explain: -all and -explain of list.
        compiler: gc or gccgo. gccgoflags: each value given, in order.
        dry: -n. work: -work. toolexec: -toolexec, unsplit. debug_actiongraph, debug_trace: files to write.
        visible: each folder of -visible.
        verbose: -v. rebuild: -a. commands: -x. json: -json of list and query. output: query's -output, or empty.
        chdir: -C.
        standard: each pattern of -std of lock. variants: each -variant.
        version: -version of pack and binary-package create. packages: each -package of the latter.
        rules, check, diff, init: -rules, -check, -diff and -init of generate.
        tests: -t of fetch.
    """

    input: str = ""
    destination: str = "."
    prefix: str = ""
    result_file: str = ""
    result_format: str = "lines"
    sets: tuple[str, ...] = ("target",)
    binaries: dict[str, str] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()
    goproxy: str = ""
    sumfile: str = ""
    baseline: str = ""
    baseline_mode: str = "strict"
    waves: bool = False
    osv: str = ""
    built: str = ""
    offline: bool = False
    deadline: float = 0.0
    allowed_hosts: tuple[str, ...] = ()
    untested_go: bool = False
    platforms: tuple[tuple[str, str], ...] = ()
    keep_going: bool = False
    strict: bool = False
    on_clash: str = "error"
    main_module: bool = False
    tags: tuple[str, ...] = ()
    mod: str = ""
    modfile: str = ""
    modcacherw: bool = False
    buildmode: str = "default"
    linkshared: bool = False
    output_file: str = ""
    pgo: str = "auto"
    buildvcs: str = "false"
    overlay: str = ""
    installsuffix: str = ""
    pkgdir: str = ""
    asmflags: tuple[str, ...] = ()
    gcflags: tuple[str, ...] = ()
    ldflags: tuple[str, ...] = ()
    race: bool = False
    msan: bool = False
    asan: bool = False
    cover: bool = False
    covermode: str = ""
    coverpkg: tuple[str, ...] = ()
    jobs: int = 0
    verbose: bool = False
    rebuild: bool = False
    commands: bool = False
    compiler: str = "gc"
    gccgoflags: tuple[str, ...] = ()
    dry: bool = False
    work: bool = False
    toolexec: str = ""
    visible: tuple[str, ...] = ()
    debug_actiongraph: str = ""
    debug_trace: str = ""
    every: bool = False
    explain: str = ""
    json: bool = False
    output: str = ""
    chdir: str = ""
    version: str = ""
    packages: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    rules: str = "gomod2bazel"
    check: bool = False
    diff: bool = False
    init: bool = False
    tests: bool = False

    @property
    def watched(self) -> bool:
        """Whether a flag asks for more than binaries: to see the build, or to do all of it again."""
        named = self.toolexec or self.debug_actiongraph or self.debug_trace
        return self.verbose or self.commands or self.dry or self.work or self.rebuild or bool(named)

    @property
    def always_runs(self) -> bool:
        """Whether even a run that changes nothing has something to do or to show."""
        return self.watched and not (self.verbose and not replace(self, verbose=False).watched)
