"""The page of the commands, from their parsers."""

from __future__ import annotations

import argparse
import html

from runway_widget.__main__ import make_parser


def page() -> str:
    parser = make_parser()
    [commands] = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    parts = ["# Command line", "What the package offers in a terminal.", _code(parser.format_usage())]
    for name, command in commands.choices.items():
        parts += [f"## `{name}` {{#{name}}}", command.description or "", _code(command.format_usage()), _table(command)]
    return "\n\n".join(parts) + "\n"


def _code(usage: str) -> str:
    return f"```text\n{usage.removeprefix('usage: ').strip()}\n```"


def _table(command: argparse.ArgumentParser) -> str:
    rows = ["| Option | What it does |", "|---|---|"]
    for action in command._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        value = "" if action.nargs == 0 else f" {command._get_formatter()._format_args(action, _default(action))}"
        help_ = (action.help or "") % {"prog": command.prog, "default": action.default}
        rows.append(f"| `{names}{value if action.option_strings else ''}` | {_cell(help_)} |")
    return "\n".join(rows)


def _default(action: argparse.Action) -> str:
    return action.dest.upper()


def _cell(text: str) -> str:
    text = html.escape(text, quote=False).replace("|", "\\|")
    return text[:1].upper() + text[1:] + "."
