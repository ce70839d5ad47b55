"""Tests of go_proto_library, and of what the extension finds for it in locks."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:proto.bzl", "merged_proto_modules", "proto_build_file", "proto_modules")

visibility("private")

_RUNTIME = "google.golang.org/protobuf/runtime/protoimpl"
_PLUGIN = "google.golang.org/protobuf/cmd/protoc-gen-go"

def _lock(paths, binaries = []):
    module = "google.golang.org/protobuf"
    packages = [{"import_path": path, "name": "main" if "/cmd/" in path else "x", "target": path.split("/")[-1]} for path in paths]
    return {
        "binaries": [{"import_path": path, "module": module, "target": path.split("/")[-1] + "-bin"} for path in binaries],
        "modules": [{"packages": packages, "path": module}, {"packages": [{"import_path": "x"}], "path": "x"}],
    }

def _modules_test_impl(ctx):
    """Packages come from the first lock that has the runtime; each plugin from the first that has it, as a binary if it can."""
    env = unittest.begin(ctx)
    names = {"google.golang.org/protobuf": "pb", "x": "x"}
    library = proto_modules(_lock([_RUNTIME, "google.golang.org/protobuf/types/known/anypb", "google.golang.org/protobuf/other"]), names)
    asserts.equals(env, {_RUNTIME: "@pb//:protoimpl", "google.golang.org/protobuf/types/known/anypb": "@pb//:anypb"}, library["packages"])
    asserts.equals(env, ({}, {}), (library["commands"], library["plugins"]))
    tool = proto_modules(_lock([_RUNTIME, _PLUGIN], [_PLUGIN]), {"google.golang.org/protobuf": "pb2", "x": "x"})
    asserts.equals(env, {_PLUGIN: "@pb2//:protoc-gen-go-bin"}, tool["plugins"])
    asserts.equals(env, {_PLUGIN: "@pb2//:protoc-gen-go"}, tool["commands"])
    none = proto_modules(_lock([]), names)
    merged = merged_proto_modules([none, library, tool])
    asserts.equals(env, library["packages"], merged["packages"])
    asserts.equals(env, tool["plugins"], merged["plugins"])
    asserts.equals(env, {"commands": {}, "packages": {}, "plugins": {}}, merged_proto_modules([none]))
    return unittest.end(env)

_modules_test = unittest.make(_modules_test_impl)

def _build_file_test_impl(ctx):
    """A plugin that is in the lock as a package alone is linked in the repository."""
    env = unittest.begin(ctx)
    text = proto_build_file({_PLUGIN: "@pb//:protoc-gen-go"}, {_RUNTIME: "@pb//:protoimpl"}, {})
    asserts.true(env, "    name = \"protoc-gen-go\",\n    embed = [\"@pb//:protoc-gen-go\"]," in text, text)
    asserts.true(env, "        \":protoc-gen-go\": \"%s\",\n" % _PLUGIN in text, text)
    asserts.true(env, "packages = [\"@pb//:protoimpl\"]" in text, text)
    text = proto_build_file({_PLUGIN: "@pb//:protoc-gen-go"}, {}, {_PLUGIN: "@pb//:binary"})
    asserts.false(env, "go_binary" in text, text)
    asserts.true(env, "        \"@pb//:binary\": \"%s\",\n" % _PLUGIN in text, text)
    return unittest.end(env)

_build_file_test = unittest.make(_build_file_test_impl)

def proto_tests(name):
    """Declares the tests.

    Args:
        name: string, the suite's.
    """
    unittest.suite(name, _modules_test, _build_file_test)
