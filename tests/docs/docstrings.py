"""What mkdocstrings does not see by itself: the signatures that methods have at run time, and links in docstrings.

A method whose keywords are declared in a TypedDict gets its signature from `runway_widget._keywords`, the same that Tab
shows in a notebook. In docstrings `Client.task` in single backticks is a name: where it is public, it becomes a link.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from typing import Any

import griffe

from tests.docs.names import PUBLIC, TOLD

KNOWN = {**PUBLIC, **TOLD}
# Names that are no other word of English: a docstring means them also where it does not mark them.
_SPELT_OUT = sorted((name for name in PUBLIC if name.isalpha() and sum(map(str.isupper, name)) > 1), reverse=True)

_NAME = re.compile(r"(?<![`\w.\[])`([A-Za-z_][\w.]*)`(?![`\w\]])")
_BARE = re.compile(rf"(?<![`\w.'\"\[*])({'|'.join(_SPELT_OUT)})(?![`\w\]*:])")
_CODE = re.compile(r"(``.*?``|`[^`]+`|\"[^\"\n]*\"|^ {4,}[│├└].*$)", re.DOTALL | re.MULTILINE)


class Docstrings(griffe.Extension):  # type: ignore[misc]  # its types are in another environment
    """Mends what was read of the package, before the pages are made of it."""

    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **_: Any) -> None:
        if pkg.name == "runway_widget":
            self._mend(pkg, pkg, owner="")

    def _mend(self, obj: griffe.Object, package: griffe.Module, owner: str) -> None:
        for member in obj.members.values():
            if isinstance(member, griffe.Alias):
                continue
            if member.docstring is None and f"{owner}.{member.name}" in KNOWN and member.is_function:
                _inherit_docstring(member)
            within = f"{owner}.{member.name}" if owner else member.name if member.is_class else ""
            if member.docstring is not None:
                member.docstring.value = linked(member.docstring.value, owner or within)
            if isinstance(member, griffe.Function):
                _take_signature(member, package)
            elif isinstance(member, griffe.Attribute):
                if str(member.value).startswith("value_of("):  # a trait: how it is declared is nobody's matter
                    member.value, member.labels = None, {"trait"}
            else:
                self._mend(member, package, within if member.is_class else "")


def linked(text: str, owner: str = "") -> str:
    """``text`` with links for the public names in it; ``owner`` is the class whose docstring it is, or is part of."""

    def resolved(name: str) -> str | None:
        return KNOWN.get(f"{owner}.{name}") or KNOWN.get(name)

    def link(match: re.Match[str]) -> str:
        path = resolved(match[1])
        return match[0] if path is None else f"[`{match[1]}`][{path}]"

    text = _NAME.sub(link, text)
    parts = [part if part.startswith("`") else part.replace("<", "&lt;") for part in _CODE.split(text)]
    return "".join(
        part if odd else _BARE.sub(lambda bare: f"[{bare[1]}][{KNOWN[bare[1]]}]", part)
        for odd, part in ((number % 2, part) for number, part in enumerate(parts))
    )


def _inherit_docstring(function: griffe.Function) -> None:
    """What overrides a method without a word of its own has the words of that method, as with `help`."""
    if text := inspect.getdoc(_at_run_time(function)):
        function.docstring = griffe.Docstring(text, parent=function)


def _take_signature(function: griffe.Function, package: griffe.Module) -> None:
    """Give the function the signature that `inspect` shows, if the package gave it one of its own."""
    found = _at_run_time(function)
    if found is None or not hasattr(found, "__signature__"):
        return
    signature = inspect.signature(found)
    function.parameters = griffe.Parameters(*(_parameter(each, package) for each in signature.parameters.values()))
    function.returns = _expression(signature.return_annotation, package)
    function.overloads = None


def _at_run_time(function: griffe.Function) -> Any:
    found: Any = importlib.import_module(function.module.path)
    for name in function.path.removeprefix(f"{function.module.path}.").split("."):
        found = inspect.getattr_static(found, name, None)
        found = getattr(found, "__func__", found)
    return found


def _parameter(parameter: inspect.Parameter, package: griffe.Module) -> griffe.Parameter:
    return griffe.Parameter(
        parameter.name,
        annotation=_expression(parameter.annotation, package),
        kind=griffe.ParameterKind[parameter.kind.name.lower()],
        default=None if parameter.default is parameter.empty else repr(parameter.default),
    )


def _expression(annotation: Any, package: griffe.Module) -> str | griffe.Expr | None:
    """An annotation in which the package's public names are links."""
    if annotation is inspect.Parameter.empty:
        return None
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    try:
        node = ast.parse(str(text).strip("'"), mode="eval").body
    except SyntaxError:
        return str(text)
    return griffe.safe_get_expression(node, parent=package, parse_strings=False, log_level=None)
