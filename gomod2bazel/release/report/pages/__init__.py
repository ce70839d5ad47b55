"""Whole pages: a build, the impact of a version, an audit."""
