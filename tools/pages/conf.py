"""Sphinx's configuration for the site."""

from __future__ import annotations

project = "gomod2bazel"
extensions = ["myst_parser", "sphinx.ext.githubpages"]

# Anchors as the forge makes them from headings.
myst_heading_anchors = 6

html_theme = "furo"
html_title = "gomod2bazel"
html_copy_source = False
html_use_index = False
html_show_sourcelink = False

# Two dashes begin a flag.
smartquotes = False
