"""Methods whose keywords are declared in a TypedDict: their signature when the package runs, and the check of names.

A method with ``**parameters`` would show nothing to Tab and Shift+Tab, and take any name. A name that is not known must
be found out before somebody has paid.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from types import NoneType, UnionType
from typing import Any, ForwardRef, Required, TypeVar, Union, cast, get_args, get_origin

from .._tracebacks import ShortTraceback, refuse
from .parameters import DEFAULTS, Options, Prompts

Method = TypeVar("Method", bound=Callable[..., Any])
OPTIONS: dict[str, object] = {**DEFAULTS}


class PlainAnnotation(str):
    """An annotation as a signature shows it: without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def keywords(
    fields: Any, *, others: str = "", open_ended: bool = False, returns: str = ""
) -> Callable[[Method], Method]:
    """Let a method take the keywords that the TypedDict ``fields`` declares, and show them in its signature.

    Another name is a TypeError that names the nearest, or else says ``others``: what to do with a name that is right
    all the same. With ``open_ended`` other names are the method's own affair. ``returns`` is shown as what comes back.
    Errors of this package get a short traceback.
    """

    def decorate(method: Method) -> Method:
        signature = spell_out(inspect.signature(method), fields, open_ended=open_ended)
        if returns:
            signature = signature.replace(return_annotation=PlainAnnotation(returns))

        @wraps(method)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            if fault := find_fault(signature, args, kwargs, others):
                refuse(TypeError(f"{method.__name__}() {fault}"))
            with ShortTraceback():
                return method(*args, **kwargs)

        wrapper.__signature__ = signature  # type: ignore[attr-defined]  # what `inspect` and IPython look for
        return cast(Method, wrapper)

    return decorate


def spell_out(own: inspect.Signature, fields: Any, *, open_ended: bool = False) -> inspect.Signature:
    """A method's own signature with ``fields`` in the place of its ``**parameters``: the options come last."""
    shown = [p.replace(annotation=_shown(p.annotation)) for p in own.parameters.values()]
    plain = [p for p in shown if p.kind is not p.VAR_KEYWORD]
    declared = [
        _OPTION_PARAMETERS.get(name) or _parameter(name, annotation, required=name in fields.__required_keys__)
        for name, annotation in fields.__annotations__.items()
    ]
    options = {p.name: p for p in (*plain, *declared) if p.name in OPTIONS}
    parameters = [
        *(p for p in (*plain, *declared) if p.name not in options),
        *(options[name] for name in OPTIONS if name in options),
        *(p for p in shown if p.kind is p.VAR_KEYWORD and open_ended),
    ]
    return own.replace(parameters=parameters)


def find_fault(signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any], others: str = "") -> str:
    """What is wrong with the names of a call, in words that follow the method's name; "" if nothing is."""
    open_ended = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    unknown = [name for name in kwargs if name not in signature.parameters and not open_ended]
    if not unknown:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            return str(error)
        return ""
    from difflib import get_close_matches  # on use: most calls have no such fault

    near = get_close_matches(unknown[0], signature.parameters, 1)
    advice = f"; did you mean {near[0]!r}?" if near else f"; {others}" if others else ""
    return f"got an unexpected keyword argument {unknown[0]!r}{advice}"


def _shown(annotation: Any) -> Any:
    return annotation if annotation is inspect.Parameter.empty else PlainAnnotation(_text(annotation))


def _text(annotation: Any) -> str:
    """An annotation in the words of its source: without ``Required``, and with the prompt's type for its variable."""
    if isinstance(annotation, str | ForwardRef):
        return annotation if isinstance(annotation, str) else annotation.__forward_arg__
    if isinstance(annotation, TypeVar):
        return _text(str | Prompts)
    if get_origin(annotation) is Required:
        return _text(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return " | ".join(map(_text, get_args(annotation)))
    return "None" if annotation is NoneType else inspect.formatannotation(annotation).replace("collections.abc.", "")


def _parameter(name: str, annotation: Any, *, required: bool = False) -> inspect.Parameter:
    default = inspect.Parameter.empty if required else OPTIONS.get(name)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_shown(annotation))


#: Made once, for every signature: they would be most of what a signature costs at import.
_OPTION_PARAMETERS = {name: _parameter(name, annotation) for name, annotation in Options.__annotations__.items()}
