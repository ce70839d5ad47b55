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

# Modules of a lock, its group, and the repository that BUILD files name for each.
ALIASES = [
    ([("github.com/spf13/cobra", "v1.8.0"), ("golang.org/x/net", "v0.17.0")], 1, {
        "github.com/spf13/cobra": "com_github_spf13_cobra",
        "golang.org/x/net": "org_golang_x_net",
    }),
    ([("gopkg.in/yaml.v3", "v3.0.1"), ("github.com/BurntSushi/toml", "v1.4.0"), ("go.yaml.in/yaml/v2", "v2.4.2"), ("4d63.com/g~.h", "v1.0.0")], 2, {
        "gopkg.in/yaml.v3": "in_gopkg_yaml_v3_g2",
        "github.com/BurntSushi/toml": "com_github_burntsushi_toml_g2",
        "go.yaml.in/yaml/v2": "in_yaml_go_yaml_v2_g2",
        "4d63.com/g~.h": "com_4d63_g_h_g2",
    }),
    # Two paths that gazelle names alike.
    ([("example.com/a_b", "v1.0.0"), ("example.com/a-b", "v1.0.0"), ("example.com/a/b", "v1.0.0"), ("example.com/A/b", "v1.0.0")], 1, {
        "example.com/A/b": "com_example_a_b",
        "example.com/a-b": "example.com_a--b-aany",
        "example.com/a/b": "example.com_a_b-aany",
        "example.com/a_b": "example.com_a-ub-aany",
    }),
    ([("example.com/a_b", "v1.0.0"), ("example.com/a-b", "v1.0.0")], 3, {
        "example.com/a-b": "com_example_a_b_g3",
        "example.com/a_b": "example.com_a-ub-aany-g3",
    }),
    # A module without a version, whose repository has the name already.
    ([("m", ""), ("m/a", "v1.0.0"), ("example.com/m", "")], 1, {
        "m": "m-aany",
        "m/a": "m_a",
        "example.com/m": "com_example_m",
    }),
    ([("go/sdk", "v1.0.0"), ("sdk.go", "v1.0.0"), ("python.sdk.go", "v1.0.0"), ("go/sdk/python", "v1.0.0")], 1, {
        "go/sdk": "go_sdk-aany",
        "sdk.go": "sdk.go-aany",
        "python.sdk.go": "python.sdk.go-aany",
        "go/sdk/python": "go_sdk_python-aany-a",
    }),
    # The name of example.com/m in the lock of the second group is that of another module here.
    ([("example.com/m/g2", "v1.0.0"), ("example.com/g2x", "v1.0.0")], 1, {
        "example.com/m/g2": "example.com_m_g2-aany",
        "example.com/g2x": "com_example_g2x",
    }),
    ([("example.com/m/g3", "v1.0.0")], 2, {"example.com/m/g3": "com_example_m_g3_g2"}),
    ([("4d63/x", "v1.0.0"), ("x/y-", "v1.0.0")], 1, {
        "4d63/x": "d-d4d63_x-aany",
        "x/y-": "x_y_",
    }),
]

# Module path, import path, and the Bazel package and target of it in such a repository.
ALIAS_TARGETS = [
    ("github.com/spf13/cobra", "github.com/spf13/cobra", "", "cobra"),
    ("github.com/spf13/cobra", "github.com/spf13/cobra/doc", "doc", "doc"),
    ("golang.org/x/net", "golang.org/x/net/http2/hpack", "http2/hpack", "hpack"),
    ("k8s.io/api", "k8s.io/api/core/v1", "core/v1", "core"),
    ("github.com/a-b/c.d/v2", "github.com/a-b/c.d/v2", "", "c_d"),
    ("github.com/a-b/c.d/v2", "github.com/a-b/c.d/v2/v3", "v3", "v2"),
    ("gopkg.in/yaml.v3", "gopkg.in/yaml.v3", "", "yaml_v3"),
    ("example.com/v2", "example.com/v2", "", "v2"),
    ("example.com", "example.com", "", "example.com"),
    ("example.com/m", "example.com/m/v1beta1", "v1beta1", "v1beta1"),
    # Folders that are no Bazel packages.
    ("example.com/m", "example.com/m/BUILD/x", "", "-cb-cu-ci-cl-cd_x"),
    ("example.com/m", "example.com/m/x/REPO.bazel", "", "x_-cr-ce-cp-co.bazel"),
]
