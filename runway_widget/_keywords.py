"""Methods whose keywords are declared in a TypedDict: their signature when the package runs, and the check of names.

A method with ``**parameters`` would show nothing to Tab and Shift+Tab, and take any name. A name that is not known must
be found out before somebody has paid.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType, NoneType, UnionType
from typing import Any, ForwardRef, Required, TypeVar, Union, cast, get_args, get_origin

from ._tracebacks import ShortTraceback, refuse

Method = TypeVar("Method", bound=Callable[..., Any])


class PlainText(str):
    """An annotation, or words in the place of a default, as a signature shows them: without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


class LateSignature(inspect.Signature):
    """A signature that is made when somebody looks at it: to make all of them is a good part of an import."""

    def __init__(self, make: Callable[[], inspect.Signature]) -> None:
        self._make = make
        self._made: inspect.Signature | None = None

    @property
    def whole(self) -> inspect.Signature:
        """The same as a plain signature. Not a `cached_property`: in Python 3.11 that is a lock, too."""
        if self._made is None:
            self._made = self._make()
        return self._made

    @property
    def parameters(self) -> MappingProxyType[str, inspect.Parameter]:
        return self.whole.parameters

    @property
    def return_annotation(self) -> Any:
        return self.whole.return_annotation

    def replace(self, **changes: Any) -> inspect.Signature:  # type: ignore[override]  # as of the plain one
        return self.whole.replace(**changes)

    def __reduce__(self) -> Any:
        return self.whole.__reduce__()


def keywords(
    fields: Any, defaults: Mapping[str, object], *, others: str = "", open_ended: bool = False, returns: str = ""
) -> Callable[[Method], Method]:
    """Let a method take the keywords that the TypedDict ``fields`` declares, and show them in its signature.

    ``fields`` is None for a method that writes out all that it takes.
    ``defaults`` are those of the options, in the order in which a signature shows them. Another name is a TypeError
    that names the nearest, or else says ``others``: what to do with a name that is right all the same. With
    ``open_ended`` other names are the method's own affair. ``returns`` is shown as what comes back. Names with an
    underscore, and what can only be None, are not shown. Errors of this package get a short traceback.
    """

    def decorate(method: Method) -> Method:
        def spelt_out() -> inspect.Signature:
            signature = spell_out(inspect.signature(method), fields, defaults, open_ended=open_ended)
            return signature.replace(return_annotation=PlainText(returns)) if returns else signature

        def public() -> inspect.Signature:
            shown = (p for p in signature.parameters.values() if p.name[0] != "_" and p.annotation != "None")
            return signature.replace(parameters=list(shown))

        name = method.__name__ if method.__name__ != "__init__" else method.__qualname__.split(".")[-2]

        @wraps(method)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with ShortTraceback():
                if fault := find_fault(signature, args, kwargs, others):
                    refuse(TypeError(f"{name}() {fault}"))
                return method(*args, **kwargs)

        signature = LateSignature(spelt_out)
        wrapper.__signature__ = LateSignature(public)  # type: ignore[attr-defined]  # what `inspect` and IPython look for
        return cast(Method, wrapper)

    return decorate


def spell_out(
    own: inspect.Signature, fields: Any, defaults: Mapping[str, object], *, open_ended: bool = False
) -> inspect.Signature:
    """A method's own signature with ``fields`` in the place of its ``**parameters``: the options come last."""
    shown = [p.replace(annotation=_shown(p.annotation)) for p in own.parameters.values()]
    plain = {p.name: p for p in shown if p.kind is not p.VAR_KEYWORD}
    annotations, required = (fields.__annotations__, fields.__required_keys__) if fields else ({}, ())
    declared = {
        name: _parameter(name, annotation, inspect.Parameter.empty if name in required else defaults.get(name))
        for name, annotation in annotations.items()
    }
    named = {**declared, **plain}
    parameters = [
        *(p for p in plain.values() if p.name not in defaults),
        *(p for p in declared.values() if p.name not in defaults and p.name not in plain),
        *(named[name] for name in defaults if name in named),
        *(p for p in shown if p.kind is p.VAR_KEYWORD and open_ended),
    ]
    return own.replace(parameters=sorted(parameters, key=lambda p: p.kind))


def find_fault(signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any], others: str = "") -> str:
    """What is wrong with the names of a call, in words that follow the method's name; "" if nothing is."""
    parameters = signature.parameters.values()
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters)
    unknown = [name for name in kwargs if name not in signature.parameters and not open_ended]
    if unknown:
        from difflib import get_close_matches  # on use: most calls have no such fault

        near = get_close_matches(unknown[0], [p.name for p in parameters if p.name[0] != "_"], 1)
        advice = f"; did you mean {near[0]!r}?" if near else f"; {others}" if others else ""
        return f"got an unexpected keyword argument {unknown[0]!r}{advice}"
    needed = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty and p.name not in kwargs]
    if needed and len(args) > sum(p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD} for p in parameters):
        return f"got too many positional arguments; did you mean {needed[0]}=…?"
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        return f"got {error}" if str(error).startswith("too many") else str(error)
    return ""


def _shown(annotation: Any) -> Any:
    return annotation if annotation is inspect.Parameter.empty else PlainText(_text(annotation))


def _text(annotation: Any) -> str:
    """An annotation in the words of its source: without ``Required``, and with what a variable stands for."""
    if isinstance(annotation, str | ForwardRef):
        return annotation if isinstance(annotation, str) else annotation.__forward_arg__
    if isinstance(annotation, TypeVar):
        return _text(annotation.__bound__)
    if get_origin(annotation) is Required:
        return _text(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return " | ".join(map(_text, get_args(annotation)))
    if annotation is NoneType:
        return "None"
    return re.sub(r"\b(collections\.abc|runway_widget\.\w+)\.", "", inspect.formatannotation(annotation))


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_shown(annotation))
