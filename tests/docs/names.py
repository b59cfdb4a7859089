"""The public names: what the reference must hold, as the package has it when it runs."""

from __future__ import annotations

import inspect
from dataclasses import is_dataclass
from enum import Enum
from types import ModuleType

import runway_widget
from runway_widget import simulator

#: Methods of ipywidgets that are overridden here, and that no user calls.
PLUMBING = {"model_id", "open", "set_state"}
#: Special methods that users call by an operator, or by a word.
OPERATORS = ("__getitem__", "__await__")


def fields(owner: type) -> set[str]:
    """What an enum, a dataclass, a TypedDict or an error holds: its docstring tells of it."""
    if issubclass(owner, Exception):
        values = {name for name, value in vars(owner).items() if not callable(value) and not hasattr(value, "__get__")}
    elif issubclass(owner, Enum):
        values = set(owner.__members__)
    elif hasattr(owner, "__total__") or is_dataclass(owner):
        values = set(owner.__annotations__)
    else:
        values = set()
    return {name for name in values if name[0] != "_"}


def members(owner: type) -> set[str]:
    """The public methods, properties and traits of a class, as far as this package gives them to it."""
    bases = [base for base in owner.__mro__ if base.__module__.startswith("runway_widget")]
    own = {name for base in bases for name in vars(base).keys() - fields(base)}
    return {name for name in own if name[0] != "_" or name in OPERATORS} - fields(owner) - PLUMBING


def _of(module: ModuleType, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in module.__all__:
        found[name] = f"{path}.{name}"
        if inspect.isclass(value := getattr(module, name)):
            found |= {f"{name}.{member}": f"{path}.{name}.{member}" for member in members(value)}
    return found


#: Of each public name, as a docstring writes it ("Client.task"), its path in the reference
#: ("runway_widget.Client.task").
PUBLIC = {**_of(runway_widget, "runway_widget"), **_of(simulator, "runway_widget.simulator")}
#: The same of what is not to be imported, and that docstrings lead to all the same.
TOLD = {
    "CreateMethods": "runway_widget._create.endpoints.CreateMethods",
    "Dialect": "runway_widget.simulator._wire.Dialect",
    "Scenario": "runway_widget.simulator._scenario.Scenario",
}
