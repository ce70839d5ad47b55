"""Reports as HTML pages: a build, the impact of a version, and an audit."""
