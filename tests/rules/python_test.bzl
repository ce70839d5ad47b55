"""Tests of runtime_python in rules/private/config/python.bzl: which Python runs the builder."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/config:python.bzl", "runtime_python")

visibility("private")

_LABEL = Label("//rules:toolchain_type")

def _file(path):
    return struct(basename = path.split("/")[-1], path = path)

def _runtime(interpreter, files = []):
    return struct(
        files = depset([_file(path) for path in files]),
        interpreter = _file(interpreter),
        interpreter_path = None,
    )

def _in_build_test_impl(ctx):
    """A Python in the workspace is an input of each action, without what the builder does not use of it."""
    env = unittest.begin(ctx)
    used = ["test/python/bin/python3", "test/python/lib/python3.12/json/decoder.py", "test/python/lib/libpython3.so"]
    unused = [
        "test/python/include/python3.12/Python.h",
        "test/python/lib/python3.12/site-packages/pip/__init__.py",
        "test/python/lib/python3.12/test/test_json.py",
    ]
    python = runtime_python(_LABEL, _runtime(used[0], used + unused))
    asserts.equals(env, used[0], python.interpreter.path)
    asserts.equals(env, used, [file.path for file in python.files.to_list()])
    return unittest.end(env)

def _path_test_impl(ctx):
    """A toolchain may name a Python of the machine."""
    env = unittest.begin(ctx)
    python = runtime_python(_LABEL, struct(files = None, interpreter = None, interpreter_path = "/opt/python3"))
    asserts.equals(env, ("/opt/python3", []), (python.interpreter, python.files.to_list()))
    return unittest.end(env)

def _detecting_test_impl(ctx):
    """Toolchains that look for whatever Python there is are none: the machine's is looked for here."""
    env = unittest.begin(ctx)
    for name in ["py3wrapper.sh", "py3wrapper_nonstrict.sh", "runtime_env_toolchain_interpreter.sh"]:
        asserts.equals(env, None, runtime_python(_LABEL, _runtime("external/x/" + name)), name)
    sentinel = "/_magic_pyruntime_sentinel_do_not_use"
    asserts.equals(env, None, runtime_python(_LABEL, struct(files = None, interpreter = None, interpreter_path = sentinel)))
    asserts.equals(env, None, runtime_python(_LABEL, None))
    return unittest.end(env)

def _old_impl(ctx):
    version = struct(major = 3, micro = 18, minor = 9)
    runtime_python(ctx.label, struct(interpreter = None, interpreter_path = "/python3.9", interpreter_version_info = version))

_old = rule(implementation = _old_impl)

def _old_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, "the Python toolchain has Python 3.9, and the builder of Go packages needs 3.11 or newer")
    return analysistest.end(env)

_in_build_test = unittest.make(_in_build_test_impl)
_path_test = unittest.make(_path_test_impl)
_detecting_test = unittest.make(_detecting_test_impl)
_old_test = analysistest.make(_old_test_impl, expect_failure = True)

def python_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _in_build_test, _path_test, _detecting_test)
    _old(name = name + "_old", tags = ["manual"])
    _old_test(name = name + "_old_test", target_under_test = name + "_old")
