"""Print the catalogue of user messages, or check their wording. See `tools/messages`."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from catalogue.messages import collect
from catalogue.wording import problems

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Print the messages, one a line; return 1 when -check finds a problem."""
    parser = argparse.ArgumentParser(prog="tools/messages", description="The catalogue of user messages")
    parser.add_argument("-check", "--check", action="store_true", help="print what breaks a rule of wording, exit 1")
    parser.add_argument("-kind", "--kind", default="", help="only error, hint, note, help, evidence or text")
    parser.add_argument("pattern", nargs="?", default="", help="a regular expression that FILE or text matches")
    options = parser.parse_args(arguments)
    messages = [
        message
        for message in collect(ROOT)
        if options.kind in ("", message.kind) and re.search(options.pattern, f"{message.file} {message.text}")
    ]
    if options.check:
        wrong = [problem for message in messages for problem in problems(message)]
        print("\n".join(wrong), end="\n" if wrong else "")
        return 1 if wrong else 0
    for message in messages:
        print(f"{message.file}:{message.line}: {message.kind}: {message.text!r}")
    counts = Counter(message.kind for message in messages)
    print(f"{len(messages)} messages: {', '.join(f'{n} {kind}' for kind, n in counts.most_common())}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
