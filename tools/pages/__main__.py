"""Build the documentation as a site with a search; `tools/docs` calls it.

tools/docs FOLDER    write the site to FOLDER; every warning is an error
"""

from __future__ import annotations

import sys
from pathlib import Path

from pages.site import SiteError, build

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Build the site and return the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    try:
        build(ROOT, folder)
    except SiteError as error:
        print(f"tools/docs: {error}", file=sys.stderr)
        return 1
    print(f"{folder}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
