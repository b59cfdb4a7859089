"""The first page of the reference: every public name with a sentence, under the page that tells of it."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

from tests.docs import errors
from tests.docs.docstrings import linked

PAGES = Path(__file__).parent / "pages" / "reference"
ORDER = ("client", "creating", "task", "grid", "plan", "recent", "values", "simulator")

INTRODUCTION = """\
# Reference

All public names stand in `runway_widget`, and those of the simulator in `runway_widget.simulator`. What begins with an
underscore may change at any time; what else has changed is in the [changelog](../project/changelog.md).
"""


def page() -> str:
    parts = [INTRODUCTION]
    for name in ORDER:
        text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        assert title
        parts += [f"## [{title[1]}]({name}.md)", _table(re.findall(r"^::: ([\w.]+)$", text, re.MULTILINE))]
        if name == "values":
            parts += ["## [Errors](errors.md)", _table([errors.path(each) for each in errors.every()])]
    parts += ["## [Command line](command-line.md)", "`python -m runway_widget demo`, `simulate` and `recent`."]
    return "\n\n".join(parts) + "\n"


def _table(paths: list[str]) -> str:
    return "\n".join(
        [
            "| Name | What it is |",
            "|---|---|",
            *(f"| [`{_name(path)}`][{path}] | {_sentence(path)} |" for path in paths),
        ]
    )


def _name(path: str) -> str:
    return re.sub(r"^[a-z_.]*\.(?=[A-Z])|^runway_widget\.", "", path)


def _sentence(path: str) -> str:
    """The first sentence of a docstring, with its links."""
    paragraph = " ".join((inspect.getdoc(found(path)) or "").partition("\n\n")[0].split())
    sentence = re.match(r".*?[.:](?= |$)", paragraph)
    text = sentence[0] if sentence else paragraph
    return linked(text.removesuffix(":").removesuffix(".") + ".").replace("|", "\\|")


def found(path: str) -> Any:
    """What stands at a path such as "runway_widget.Client.task"."""
    parts = path.split(".")
    for number in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:number]))
        except ModuleNotFoundError:
            continue
        for name in parts[number:]:
            value = getattr(value, name)
        return value
    raise LookupError(path)
