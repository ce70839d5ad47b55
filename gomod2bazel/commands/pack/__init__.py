"""Module trees into a goproxy hierarchy, as a goproxy would serve them: docs/pack.md."""
