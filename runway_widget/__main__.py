"""`python -m runway_widget demo | simulate | recent`: what the package offers to people in a terminal.

Each command has a module with two functions, `add_arguments(parser)` and `serve(arguments)`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ._cli import demo, recent
from .simulator import _cli as simulate


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; ``serve`` in what it parses is the function that runs the one that was named."""
    parser = argparse.ArgumentParser(prog="python -m runway_widget", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module, description in (
        ("demo", demo, "open JupyterLab on the demo notebooks: no key, nothing is paid for"),
        ("simulate", simulate, "serve CometAPI's and Runway's generation routes on this machine"),
        ("recent", recent, "list the tasks that were created from this account"),
    ):
        sentence = description[0].upper() + description[1:] + "."
        command = commands.add_parser(name, help=description, description=sentence)
        module.add_arguments(command)
        command.set_defaults(serve=module.serve)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    parsed = make_parser().parse_args(arguments)
    status: int = parsed.serve(parsed)
    return status


if __name__ == "__main__":
    sys.exit(main())
