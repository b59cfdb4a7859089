"""What all methods that create tasks begin with: the arguments of the endpoint are told from the options.

What a method gives is a task, a grid or a plan, which this folder does not know: `Client` says what these are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

from .._errors import ConfigurationError
from .._numbers import whole
from .._service.payload import describe
from .._watch.options import checked_flag
from .parameters import Options, RawOptions

if TYPE_CHECKING:
    from .._service.json_value import JsonValue
    from .inputs import Media

TaskT = TypeVar("TaskT")
GridT = TypeVar("GridT")
PlanT = TypeVar("PlanT")

#: What ``dry_run`` is where a method sends, and where it gives a plan.
Sent: TypeAlias = Literal[False]
Planned: TypeAlias = Literal[True]

MAX_TAKES = 100
RETURNS = "RunwayTask | TaskGrid | Plan"
OTHERS = "a field that is not known here goes into extra_body={…}, by its wire name"


class Begin(Generic[TaskT, GridT, PlanT]):
    """Begins to create: the base of the methods."""

    def _begin(
        self, endpoint: str, takes: int | None, parameters: dict[str, object], dry_run: bool
    ) -> TaskT | GridT | PlanT:
        """Tell the endpoint's own arguments from the options, and hand both on."""
        number = whole(takes)
        if takes is not None and (number is None or not 1 <= number <= MAX_TAKES):
            raise ConfigurationError(f"takes: must be an int from 1 to {MAX_TAKES}, not {describe(takes)}")
        own = {"background"} if isinstance(parameters.get("background"), str) else set()  # a picture's: see TextToImage
        options = {name: parameters.pop(name) for name in Options.__annotations__ if name in parameters.keys() - own}
        return self._create(endpoint, parameters, number, options, checked_flag("dry_run", dry_run))

    def _create(
        self, endpoint: str, arguments: dict[str, object], takes: int | None, options: dict[str, object], dry_run: bool
    ) -> TaskT | GridT | PlanT:
        """Create what ``arguments`` ask for: one task, or a grid of several takes or prompts; or plan it."""
        raise NotImplementedError

    def _create_raw(
        self, endpoint: str, body: dict[str, JsonValue | Media], options: RawOptions, dry_run: bool
    ) -> TaskT | PlanT:
        """Create one task at any endpoint, of a ``body`` with wire names; or plan it."""
        raise NotImplementedError
