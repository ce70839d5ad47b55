"""Module path, version, and the name of their repository; tests/unit/bazel/test_names.py reads this table too."""

NAMES = [
    ("example.com/m", "", "example.com_m"),
    ("example.com/m", "v1.2.3", "example.com_m-av1.2.3"),
    ("example.com/m/v2", "v2.0.0", "example.com_m_v2-av2.0.0"),
    ("m", "", "m"),
    # What a repository's name cannot hold, and what stands for it.
    ("example.com/a-b", "v0.0.0-20240813092932-a62c48c52e97", "example.com_a--b-av0.0.0--20240813092932--a62c48c52e97"),
    ("example.com/a_b", "v1.0.0", "example.com_a-ub-av1.0.0"),
    ("example.com/a~b", "v1.0.0", "example.com_a-tb-av1.0.0"),
    ("example.com/m", "v2.0.0+incompatible", "example.com_m-av2.0.0-pincompatible"),
    ("github.com/BurntSushi/toml", "v1.4.0", "github.com_-cburnt-csushi_toml-av1.4.0"),
    ("4d63.com/gocheckcompilerdirectives", "v1.2.1", "d-d4d63.com_gocheckcompilerdirectives-av1.2.1"),
    # Paths that would share a name if escapes were careless.
    ("example.com/a/b", "v1.0.0", "example.com_a_b-av1.0.0"),
    ("example.com/a-ub", "v1.0.0", "example.com_a--ub-av1.0.0"),
    ("example.com/a-av1.0.0", "", "example.com_a--av1.0.0"),
    ("example.com/a", "v1.0.0", "example.com_a-av1.0.0"),
    ("example.com/cx", "v1.0.0", "example.com_cx-av1.0.0"),
    ("example.com/X", "v1.0.0", "example.com_-cx-av1.0.0"),
    ("example.com/x", "v1.0.0", "example.com_x-av1.0.0"),
    ("d-d4d63.com/m", "v1.0.0", "d--d4d63.com_m-av1.0.0"),
    # Repositories of the SDK have these names.
    ("go/sdk", "", "go_sdk-a"),
    ("go/sdk", "v1.0.0", "go_sdk-av1.0.0"),
    ("go/sdk/python", "", "go_sdk_python-a"),
    ("go/sdk/python", "v1.0.0", "go_sdk_python-av1.0.0-a"),
    ("go/sdkx", "", "go_sdkx"),
    # Names that would be too long for a file, of the marker that Bazel keeps for each.
    ("example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", "example.com_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-h271132608767599378552810211928963153273"),
    ("example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "v1.0.0", "example.com_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-h009246569313172426350259854224199465046"),
    ("example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "v1.0.0", "example.com_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-h171586294331914704033998170260378441750"),
    ("github.com/ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJ/m", "v1.2.3", "github.com_-ca-cb-cc-cd-ce-cf-cg-ch-ci-cj-ca-cb-cc-cd-ce-cf-cg-ch-ci-cj-ca-cb-cc-cd-ce-cf-cg-ch-ci-c-h035662500457855927189236860980185666158"),
    ("4d63.com/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "v0.0.0-20240813092932-a62c48c52e97", "d-d4d63.com_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-h022220133794212915131685212596504850961"),
    ("example.com/mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", "", "example.com_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm"),
    ("example.com/mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", "", "example.com_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm-h021358961673785663203312094367775698294"),
]

# Path of a file in a module, and where its repository stores it.
STORED = [
    ("cmd/m/main.go", "cmd/m/main.go"),
    ("BUILD", "%42UILD"),
    ("templates/BUILD.bazel", "templates/%42UILD.bazel"),
    ("BUILD.bazel.tmpl", "BUILD.bazel.tmpl"),
    ("BUILD.gomod2bazel", "BUILD.gomod2bazel"),
    ("BUILD/notes.txt", "%42UILD/notes.txt"),
    ("REPO.bazel", "%52EPO.bazel"),
    (".bazelignore", "%2Ebazelignore"),
    ("a/WORKSPACE/b.go", "a/%57ORKSPACE/b.go"),
    (".module/x", "%2Emodule/x"),
    ("cmd/%42UILD", "cmd/%2542UILD"),
    ("a b/[id].html", "a%20b/%5Bid%5D.html"),
    ("ü/ж.txt", "%C3%BC/%D0%B6.txt"),
    ("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"),
    ("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk%%083450810733257067644344843122270188258"),
    ("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk.go", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk%%030936134282389105419541390584595310026.go"),
    ("x/kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk/y.go", "x/kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk%%083450810733257067644344843122270188258/y.go"),
    ("жжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжж.c", "%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%B6%D0%%%173112791115641727988808258168573974854.c"),
    ("a\nb\\c:d.h", "a%0Ab%5Cc%3Ad.h"),
    ("\"q\" '$(x)'.go", "%22q%22%20%27%24%28x%29%27.go"),
]
