"""The page of the errors: their tree, drawn from the classes, with what each means and what to do about it."""

from __future__ import annotations

import inspect

import runway_widget
from runway_widget import RunwayWidgetError, _errors

WHAT_TO_DO = "What to do:"
INTRODUCTION = """\
Whatever this package raises is below, but for `TypeError`, which a keyword that is not known raises as everywhere in
Python. None of them holds the key.
"""


def parent(error: type) -> type:
    """The one of its bases that an error stands below in the tree: the first of the family."""
    return next((base for base in error.__bases__ if issubclass(base, RunwayWidgetError)), Exception)


def children(error: type) -> list[type]:
    """The errors right below one, in the order in which `_errors` has them."""
    return [each for each in vars(_errors).values() if inspect.isclass(each) and parent(each) is error]


def every(root: type = RunwayWidgetError) -> list[type]:
    """The whole family, each error before those below it."""
    return [root, *(each for child in children(root) for each in every(child))]


def meaning(error: type) -> tuple[str, str]:
    """What an error means, and what to do about it: paragraphs of its own docstring."""
    paragraphs = [" ".join(each.split()) for each in inspect.cleandoc(error.__doc__ or "").split("\n\n")]
    [advice] = (each.removeprefix(WHAT_TO_DO).strip() for each in paragraphs if each.startswith(WHAT_TO_DO))
    return paragraphs[0], advice


def path(error: type) -> str:
    public = error.__name__ in runway_widget.__all__
    return f"runway_widget.{error.__name__}" if public else f"{error.__module__}.{error.__name__}"


def tree(error: type, depth: int = 0) -> list[str]:
    from tests.docs.docstrings import linked  # the other helpers run where MkDocs is not installed

    means, advice = (linked(text) for text in meaning(error))
    others = [base.__name__ for base in error.__bases__ if base not in {parent(error), Exception}]
    also = f" also `{'`, `'.join(others)}`{{.also}}" if others else ""
    line = f"{'    ' * depth}- [`{error.__name__}`][{path(error)}]{also}<br>{means}<br>*{WHAT_TO_DO}* {advice}"
    return [line, *(each for child in children(error) for each in tree(child, depth + 1))]


def page() -> str:
    return "\n".join(
        [
            "# Errors\n",
            INTRODUCTION,
            '<div class="tree" markdown>\n',
            *tree(RunwayWidgetError),
            "\n</div>\n",
            *(f"\n::: {path(each)}\n    options: {{show_bases: true}}" for each in every()),
            "",
        ]
    )
