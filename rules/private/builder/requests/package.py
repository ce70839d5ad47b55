"""What the job of an action GoCompile is asked: one package (actions/compile.bzl)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

__all__ = ["PackageRequest"]


@dataclass(frozen=True, kw_only=True)
class PackageRequest:
    """One package. All paths are relative to the execution root.

    Attributes:
        package: the package's path in the binary (``-p``), ``main`` for commands.
        importpath: the import path for cgo.
        name: the package's name in its ``package`` clause; cgo alone needs it.
        lang: ``go1.N`` for the compiler's -lang.
        rewrite: what takes the place of the package's folder in file names (-trimpath).
        dir: the package's folder; `more_dirs`: those of Go files from elsewhere, and `made_roots`: the folders below
            which generated files appear as they would in the source tree.
        root: the folder of its module, and `root_rewrite` what takes its place in C debug information.
        goos, goarch: the target.
        changes: what this Go does otherwise than older ones, by names of rules/private/config/releases.bzl.
        compile, asm, cgo, cover: the tools; `include`: the folder of textflag.h and the like.
        export, archive: the two outputs; `header`: one more, the exported functions' declarations for C.
        diagnostics: the file that what the tools print is written to; empty to show it at once.
        go, s, c, cxx, m, f, syso, h, swig, swigcxx: sources by kind; `may_import_c`: whether those in Go may use cgo,
            and `cgo_go`, set by the builder, those that do.
        flag_list: cmd/go's source with the flags that C code may ask for, or empty.
        linked_syso: .syso files of the package and of all it imports, for cgo's trial link.
        embed: embedded files; `patterns` holds ``pattern`` and ``match`` lines folded together.
        imports: ``path=file`` of each direct import; `importmap`: ``path=path``.
        gcflags, asmflags: more flags for the tools.
        defines: names for the assembler's -D.
        cc, cxx_tool, fc, pkg_config_tool: C tools as the go command would split them.
        cppflags, cflags, cxxflags, fflags, ldflags: after the environment's, in order.
        pkg_config: arguments of ``#cgo pkg-config``.
        c_define, c_quote, c_include, c_system: names, and folders of headers, of the C libraries of `cdeps`;
            `c_cxx`: whether any of them is C++. What links them is in ldflags.
        cover_mode: how to instrument the sources for coverage, or empty; `module`: path of its module, for that alone.
        instrument: race, msan, asan or empty; the C side alone needs it.
        toolexec: the file with the command of -toolexec, or empty.
        copied: whether C compilers read copies of the package's files, as -overlay replaces some.
        overlaid: ``name=>name`` of sources that the binary knows by another name.
        file_names: ``stored=>name`` of files stored under other names than their own; percent-encoded names, both
            relative to ``root``. `hdrs`, files for C and assembly anywhere in the module, are listed only then, and
            `stored_dir`, the folder before `filenames.restored`, for flags that the linker reads again.
        gccgo: the gccgo program; empty where Go's own compiler is used, and what follows then means nothing.
        folder: what gccgo's debug information calls `dir`.
        pkgpath: its -fgo-pkgpath; empty for commands.
        modinfo: the module information of a command as a Go string literal, or empty.
        test: internal or external, where it is compiled for a test, with the half of `test_go` that is so; or empty.
        cycle: paths that internal test files cannot import, as they import the package itself.
        inputs: all files that the tools may read, where sources can name files (C and assembly); else none.
        visible: folders outside of the system's that they may read too.
        std, complete: whether -std and -complete are passed.
        standard_library: export data of package runtime, in whose folder that of all other standard packages is that
            the package may import; then its sources tell what the request leaves out (sources.py). Else empty, as is
            what follows.
        target: label of the rule, for messages; empty where that is of another repository.
        main_path: what -p gets if the sources are a command.
        cover_hook: whether a command is instrumented only if it can import runtime/coverage.
        arch: NAME=VALUE of the architecture's variable. tags: build tags, cgo and race among them.
        unused: file for the names of the inputs that it did not need.
    """

    package: str = ""
    importpath: str = ""
    name: str = ""
    lang: str = ""
    rewrite: str = ""
    dir: str = ""
    root: str = ""
    root_rewrite: str = ""
    goos: str = ""
    goarch: str = ""
    goversion: str = ""
    compile: str = ""
    asm: str = ""
    cgo: str = ""
    cover: str = ""
    cover_mode: str = ""
    module: str = ""
    toolexec: str = ""
    instrument: str = ""
    include: str = ""
    export: str = ""
    archive: str = ""
    header: str = ""
    diagnostics: str = ""
    cc: str = ""
    cxx_tool: str = ""
    fc: str = ""
    pkg_config_tool: str = ""
    flag_list: str = ""
    pgo_profile: str = ""
    gccgo: str = ""
    folder: str = ""
    stored_dir: str = ""
    pkgpath: str = ""
    modinfo: str = ""
    test: str = ""
    standard_library: str = ""
    target: str = ""
    main_path: str = ""
    arch: str = ""
    unused: str = ""
    cover_hook: bool = False
    tags: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)
    std: bool = False
    complete: bool = False
    copied: bool = False
    may_import_c: bool = False
    c_cxx: bool = False
    changes: list[str] = field(default_factory=list)
    more_dirs: list[str] = field(default_factory=list)
    made_roots: list[str] = field(default_factory=list)
    go: list[str] = field(default_factory=list)
    test_go: list[str] = field(default_factory=list)
    cycle: list[str] = field(default_factory=list)
    cgo_go: list[str] = field(default_factory=list)
    s: list[str] = field(default_factory=list)
    c: list[str] = field(default_factory=list)
    cxx: list[str] = field(default_factory=list)
    m: list[str] = field(default_factory=list)
    f: list[str] = field(default_factory=list)
    h: list[str] = field(default_factory=list)
    syso: list[str] = field(default_factory=list)
    swig: list[str] = field(default_factory=list)
    swigcxx: list[str] = field(default_factory=list)
    linked_syso: list[str] = field(default_factory=list)
    embed: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    importmap: list[str] = field(default_factory=list)
    gcflags: list[str] = field(default_factory=list)
    asmflags: list[str] = field(default_factory=list)
    defines: list[str] = field(default_factory=list)
    cppflags: list[str] = field(default_factory=list)
    cflags: list[str] = field(default_factory=list)
    cxxflags: list[str] = field(default_factory=list)
    fflags: list[str] = field(default_factory=list)
    ldflags: list[str] = field(default_factory=list)
    pkg_config: list[str] = field(default_factory=list)
    c_define: list[str] = field(default_factory=list)
    c_quote: list[str] = field(default_factory=list)
    c_include: list[str] = field(default_factory=list)
    c_system: list[str] = field(default_factory=list)
    overlaid: list[str] = field(default_factory=list)
    file_names: list[str] = field(default_factory=list)
    hdrs: list[str] = field(default_factory=list)
    patterns: dict[str, list[str]] = field(default_factory=dict)

    @property
    def objdir(self) -> str:
        """Absolute path of the scratch folder, without a trailing slash."""
        return os.path.abspath(self.export + ".work")

    @property
    def absdir(self) -> str:
        """Absolute path of the package's folder."""
        return os.path.abspath(self.dir)

    @property
    def hidden(self) -> dict[str, str]:
        """What takes the place of folders in messages: the sources' by import path, ours by nothing."""
        mapped = {self.mapped + "/": self.rewrite + "/"} if self.cover_mode else {}
        mapped |= {f"{os.path.abspath(folder)}/": self.rewrite + "/" for folder in self.more_dirs}
        return {self.absdir + "/": self.rewrite + "/", self.objdir + "/": "", os.getcwd() + "/": "", **mapped}

    @property
    def cdeps_flags(self) -> list[str]:
        """The flags for C compilers that the libraries of `cdeps` ask for, their folders absolute."""
        flags = [f"-D{name}" for name in self.c_define]
        for flag, folders in (("-iquote", self.c_quote), ("-I", self.c_include), ("-isystem", self.c_system)):
            flags += [word for folder in folders for word in (flag, os.path.abspath(folder))]
        return flags

    @property
    def trimpath(self) -> str:
        """The -trimpath value that both compiler and assembler get."""
        mapped = f"{self.mapped}=>{self.rewrite};" if self.cover_mode and self.cgo_go else ""
        pairs = [pair.partition("=>") for pair in self.overlaid]
        overlaid = "".join(f"{self.absdir}/{name}=>{self.rewrite}/{new};" for name, _, new in pairs)
        more = "".join(f"{os.path.abspath(folder)}=>{self.rewrite};" for folder in self.more_dirs)
        # The go command leaves the folders of this machine where a file outside of the package's folder is included, or
        # named by //line; here that would be one of the sandbox, which differs from run to run.
        outside = f"{os.path.abspath(self.root)}=>{self._module_name};{os.getcwd()}=>"
        # The first that fits counts, and below the root of a repository is the scratch folder as well.
        return f"{overlaid}{self.objdir}=>;{more}{self.absdir}=>{self.rewrite};{mapped}{outside}"

    @property
    def _module_name(self) -> str:
        """What takes the place of the module's folder: `rewrite` without what it has below."""
        below = os.path.relpath(self.dir, self.root)
        return self.rewrite.removesuffix("" if below == "." else below).rstrip("/")

    def embed_names(self, file: str) -> list[str]:
        """Return what ``//go:embed`` may call a file: its path from a folder of Go files, and of its own first."""
        for root in self.made_roots:
            file = file.removeprefix(f"{root}/")
        folders = [self.dir, *self.more_dirs]
        for root in self.made_roots:
            folders = [folder.removeprefix(root).lstrip("/") for folder in folders]
        names = [os.path.relpath(file, folder) for folder in folders]
        return [name for name in names if not name.startswith("../")] or names[:1]

    @property
    def mapped(self) -> str:
        """What C debug information calls the package's folder, wherever that is."""
        return os.path.normpath(os.path.join(self.root_rewrite, os.path.relpath(self.dir, self.root)))
