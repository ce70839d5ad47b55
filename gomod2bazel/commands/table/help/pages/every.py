"""All pages."""

from __future__ import annotations

from gomod2bazel.commands.table.help.pages import building, machine, modules, monorepo
from gomod2bazel.commands.table.help.pages.page import Page

__all__ = ["PAGES"]

PAGES: dict[str, Page] = {**building.PAGES, **modules.PAGES, **monorepo.PAGES, **machine.PAGES}
"""The pages by the name of the command, or of command and subcommand."""
