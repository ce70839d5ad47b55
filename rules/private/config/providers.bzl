"""What the rules tell each other."""

visibility(["//rules/...", "//tests/..."])

GoInfo = provider(
    doc = "A compiled Go package.",
    fields = {
        "archive": "File: the object, for the linker.",
        "diagnostics": "depset of Files: the compiler diagnostics of this package and of all it imports; there are none without gc_goopts or asm_opts.",
        "export": "File: the export data, for the compiler of direct importers. Does not change when only function bodies do.",
        "facts": "dict of string to File: what vet, and the program of a go_analysis, found out about the package for its importers, by the names `vet` and `analysis`.",
        "header": "File or None: declarations of a main package's exported functions for C; empty where it has none.",
        "importmap": "string: the package's path in the binary; differs from importpath for vendored packages of the standard library.",
        "importpath": "string: the path that importers write.",
        "link": "struct: the linker inputs of this package, an element of `transitive`.",
        "name": "string: the name in the package clause, `main` for commands; empty where only the sources tell.",
        "recipe": "struct or None: what it was compiled from; None for packages that a test never compiles again.",
        "sources": "depset of Files: the sources of this package and of all it imports, as far as they are the workspace's own.",
        "syso": "depset of Files: the .syso objects of this package and of all it imports.",
        "transitive": "depset of LinkInfo structs: this package's and those of all it imports.",
    },
)

GoConfigInfo = provider(
    doc = "What one build is configured for (build settings of //rules/config).",
    fields = {
        "analysis": "GoAnalysisInfo: what looks for mistakes in addition to vet.",
        "arch": "string: `NAME=VALUE` of the architecture's variable, such as GOAMD64=v1; empty where it has none.",
        "buildmode": "string: -buildmode: default, exe, pie, c-archive, c-shared, plugin or archive.",
        "c_files": "depset of Files: what the C compilers need, where they are those of Bazel's cc toolchain.",
        "c_toolchain": "CcToolchainInfo or None: that cc toolchain, for what C programs are to link.",
        "cc": "string: the C compiler as the go command would split it.",
        "cgo": "bool: whether CGO_ENABLED is 1.",
        "compiler": "string: gc or gccgo.",
        "cxx": "string: the C++ compiler.",
        "environment": "dict of string to string: CGO_*FLAGS, PKG_CONFIG and others that cgo reads.",
        "experiment": "string: GOEXPERIMENT.",
        "fc": "string: the Fortran compiler.",
        "fips140": "string: the version that GOFIPS140 means, latest, or empty for off.",
        "gccgo": "string: the gccgo program; it is used where `compiler` says so.",
        "goarch": "string: GOARCH.",
        "goos": "string: GOOS.",
        "instrument": "string: race, msan or asan; empty for none of them.",
        "pgo_name": "string: file name of the CPU profile for -pgo; empty for none.",
        "pgo_profile": "File or None: that profile, prepared for the compiler.",
        "tags": "list of strings: build tags.",
        "toolexec": "string: file that says what -toolexec runs, by absolute path; empty for nothing.",
        "vet": "string: what go vet checks: off for nothing, test for tests as `go test` does, all for all packages of the workspace.",
        "visible": "list of strings: folders outside of the system's that C compilers, assemblers and linkers may read.",
    },
)

GoAnalysisInfo = provider(
    doc = "Analyzers that look for mistakes in packages of the workspace.",
    fields = {
        "flags": "list of strings: flags of the analyzers.",
        "program": "File or None: the program, which looks at one package at a time, as `go vet -vettool` needs it.",
    },
)

GoPythonInfo = provider(
    doc = "A Python 3.11 or newer that runs programs of these rules.",
    fields = {
        "files": "depset of Files: all that it needs; empty where the interpreter is a path.",
        "interpreter": "File or string: its program, or the absolute path of one of the machine.",
    },
)

GoToolchainInfo = provider(
    doc = "A Go SDK and what runs its tools.",
    fields = {
        "asm": "File: the assembler.",
        "builder": "list of Files: the program that compiles one package; the first is its entry.",
        "cgo": "File: the cgo tool.",
        "cgo_flag_list": "File or None: cmd/go's source with the flags that C code may ask for.",
        "compile": "File: the compiler.",
        "configurations": "dict of string to dict: the lock's configurations by name; empty without a lock.",
        "cover": "File: the tool that instruments sources for coverage.",
        "goarch": "string: the host's GOARCH.",
        "goos": "string: the host's GOOS.",
        "goroot": "File or None: holds the path of the SDK's folder on this machine; no action reads it.",
        "include": "depset of Files: textflag.h and other headers for assembly.",
        "include_dir": "string: the folder of `include`, relative to the execution root.",
        "link": "File: the linker.",
        "preprofile": "File: the tool that prepares profiles for -pgo.",
        "python": "GoPythonInfo: the Python that runs the builder.",
        "root": "string: the SDK's folder, relative to the execution root.",
        "sdk": "list of Files: the folders and files of a whole SDK, for tests that run the go command.",
        "version": "string: the Go version, such as go1.26.8.",
        "vet": "File or None: the program of go vet.",
    },
)

GoBinaryInfo = provider(
    doc = "A linked main package.",
    fields = {
        "buildinfo": "list of strings: the path, mod, dep and => lines of its module information, or none.",
        "modinfo": "File or None: the same lines, where they are found when it is linked.",
        "files": "list of Files: the executable or library, and the header for C where there is one.",
        "goarch": "string: GOARCH that it is for.",
        "goos": "string: GOOS that it is for.",
        "importpath": "string: the path of the main package.",
        "packages": "depset of LinkInfo structs: what it is linked from.",
        "kind": "string: executable, c-archive, c-shared, plugin or archive.",
        "set": "string: target, test-helper, integration, example or maintenance; empty where no tag says so.",
        "sources": "depset of Files: the sources of its packages, as in GoInfo.",
    },
)

GoCommandInfo = provider(
    doc = "What the go command needs in addition to an SDK and sources of packages, as a lock's module has it.",
    fields = {
        "caches": "list of Files: folders, build caches with the standard library, for programs and for plugins.",
        "modules": "File: a folder, the module cache.",
        "repository": "File: a folder with the go.mod, go.sum, go.work and go.work.sum of the repository, each at its place.",
        "variables": "dict of string to string: variables with which the go command compiles packages as these rules do.",
    },
)

GoSourceInfo = provider(
    doc = "Files of a package, as other rules take them in.",
    fields = {
        "recipe": "struct: what a package is compiled from, of these files and what they need.",
    },
)

GoStandardLibraryInfo = provider(
    doc = "The standard library and the main modules of a lock, as packages of the workspace itself need them.",
    fields = {
        "cover_packages": "list of GoInfo: what main packages, those of tests too, import in addition where coverage is measured.",
        "exports": "depset of Files: the export data of the packages that others may import.",
        "for_tests": "GoStandardLibraryInfo: the same for tests, which may import more; None in that one.",
        "facts": "dict of string to depset of Files: what was found out about those packages, as in GoInfo.",
        "godebug_table": "File: the source with the settings of GODEBUG.",
        "linked": "depset of LinkInfo structs: of package runtime and of what only the linker asks for.",
        "main_modules": "list of structs: `path`, string; `lang`, language version, go1.N; `go`, the go line in force; `godebug`, dict of string to string, the godebug lines in force.",
        "missing": "list of strings: packages that tests need and the lock does not have.",
        "runtime": "File: the export data of package runtime; that of all others is in the same folder.",
        "syso": "depset of Files: the .syso objects of all packages.",
        "test_packages": "list of GoInfo: what the main package of every test imports.",
        "transitive": "depset of LinkInfo structs: of all packages, also those that only the linker asks for.",
    },
)

GoProtoInfo = provider(
    doc = "The import paths of Go packages that are generated from .proto files.",
    fields = {
        "imports": "depset of strings: `FILE.proto=IMPORTPATH` of this package and of all it imports, FILE as others import it.",
    },
)

GoProtoCompilerInfo = provider(
    doc = "What makes Go sources of .proto files.",
    fields = {
        "packages": "list of GoInfo: what all generated files may import.",
        "steps": "list of structs, each for one plugin of protoc: `always_generates`, bool; `import_path_option`, bool; `options`, list of strings; `plugin`, FilesToRunProvider; `suffixes`, list of strings, the endings of the files that it writes for each .proto file.",
        "valid_archive": "bool: whether the files are a package without those of other compilers.",
    },
)

GoProtoModulesInfo = provider(
    doc = "What the locks have for generated sources.",
    fields = {
        "packages": "dict of string to GoInfo: packages of google.golang.org/protobuf and google.golang.org/grpc by import path.",
        "plugins": "dict of string to FilesToRunProvider: plugins of protoc by import path.",
    },
)

GoProtoPackagesInfo = provider(
    doc = "Packages that compilers of .proto files add to the dependencies of what they generate.",
    fields = {
        "packages": "list of GoInfo.",
    },
)
