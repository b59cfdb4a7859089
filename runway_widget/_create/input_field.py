"""A field of a request that takes a medium."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field

from .._errors import ConfigurationError
from .._service.payload import with_article
from .._service.provider import Provider
from .input_tasks import InputTasks
from .medium import Medium


@dataclass(frozen=True, slots=True)
class InputField:
    """The field that a value is for: its name in error messages, the kinds of media that it takes, and the service.

    ``media`` are those of the whole request, by the names of their fields: `resolve` notes them there.
    """

    name: str
    kinds: tuple[str, ...]
    provider: Provider
    base_url: str
    tasks: InputTasks = dataclass_field(default_factory=InputTasks, compare=False)
    media: dict[str, Medium] = dataclass_field(default_factory=dict, compare=False)

    def error(self, wrong: str) -> ConfigurationError:
        return ConfigurationError(f"{self.name}: {wrong}")

    def fitting(self, kind: str, what: str) -> str:
        """``kind``, or an error if the field takes other ones."""
        if self.kinds and kind not in self.kinds:
            raise self.error(f"takes {' or '.join(self.kinds)}, but {what} is {with_article(kind)}")
        return kind
