"""What a task's traits are to Python: the types that a checker shows, and a status that is a `Status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import traitlets as t

from .._service.state import Status
from .view import OutputDict

Value = TypeVar("Value")


def value_of(trait: t.TraitType[Value, Any]) -> Value:
    """The trait itself; to a type checker, what reading it gives.

    A trait is a descriptor, and pyright 1.1.414 does not look through one where a class stands for a Protocol.
    """
    return cast(Value, trait)


if TYPE_CHECKING:
    OutputsTrait = t.List[OutputDict]
    StatusBase = t.TraitType[Status, Status | str]
else:  # before traitlets 5.13 they take no types
    OutputsTrait = t.List
    StatusBase = t.TraitType


class StatusTrait(StatusBase):
    """A `Status` to Python; to the front end, and in a saved notebook, the plain word."""

    info_text = "a status"
    default_value = Status.UNKNOWN

    def __init__(self) -> None:
        super().__init__(Status.UNKNOWN, read_only=True)
        self.tag(sync=True, to_json=lambda status, widget: status.value)

    def validate(self, obj: Any, value: Any) -> Status:
        try:
            return Status(value)
        except ValueError:
            self.error(obj, value)
