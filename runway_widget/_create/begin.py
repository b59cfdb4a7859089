"""What all methods that create tasks begin with: the arguments of the endpoint are told from the options.

What a method gives is a task or a grid, which this folder does not know: `Client` says what the two are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from .._errors import ConfigurationError
from .._numbers import whole
from .._service.payload import describe
from .parameters import Options, RawOptions

if TYPE_CHECKING:
    from .._service.json_value import JsonValue
    from .inputs import Media

TaskT = TypeVar("TaskT")
GridT = TypeVar("GridT")

MAX_TAKES = 100
RETURNS = "RunwayTask | TaskGrid"
OTHERS = "a field that is not known here goes into extra_body={…}, by its wire name"


class Begin(Generic[TaskT, GridT]):
    """Begins to create: the base of the methods."""

    def _begin(self, endpoint: str, takes: int | None, parameters: dict[str, object]) -> TaskT | GridT:
        """Tell the endpoint's own arguments from the options, and hand both on."""
        number = whole(takes)
        if takes is not None and (number is None or not 1 <= number <= MAX_TAKES):
            raise ConfigurationError(f"takes: must be an int from 1 to {MAX_TAKES}, not {describe(takes)}")
        options = {name: parameters.pop(name) for name in Options.__annotations__ if name in parameters}
        return self._create(endpoint, parameters, number, options)

    def _create(
        self, endpoint: str, arguments: dict[str, object], takes: int | None, options: dict[str, object]
    ) -> TaskT | GridT:
        """Create what ``arguments`` ask for: one task, or a grid of several takes or prompts."""
        raise NotImplementedError

    def _create_raw(self, endpoint: str, body: dict[str, JsonValue | Media], options: RawOptions) -> TaskT:
        """Create one task at any endpoint, of a ``body`` with wire names."""
        raise NotImplementedError
