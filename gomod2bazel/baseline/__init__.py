"""One central set of module versions for many modules; docs/baseline.md describes it for users."""
