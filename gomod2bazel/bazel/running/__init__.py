"""Run `bazel build` in the private workspace, for one module or several."""
