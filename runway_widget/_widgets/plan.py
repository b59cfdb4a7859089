"""Plan: a create that was checked, and is not sent, as an object that shows itself.

It knows nothing of how requests are made or sent: `_client.planning` makes one of these values, and of what sends them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from .._errors import RunwayWidgetError, SubmissionUncertain
from .._runtime.turn import Turn
from .._tracebacks import short_traceback

if TYPE_CHECKING:
    from .._service.json_value import JsonValue
    from .plan_card import PlanCard
    from .planned import PlannedMedium, PlannedRequest

ResultT = TypeVar("ResultT", covariant=True)


class Plan(Generic[ResultT]):
    """What a create would send: everything is checked, every medium resolved, and nothing is sent. See ``dry_run``.

    In a notebook it shows itself: the picture with what is cut off or added in the asked ratio, the facts, what travels
    and how, and the price. ``print`` says the same in words. `send` sends exactly this, with the same seeds and the
    same bytes. ``len()`` is the number of tasks that it creates.
    """

    def __init__(
        self,
        title: str,
        without_figures: str,
        requests: Sequence[PlannedRequest],
        media: Sequence[PlannedMedium],
        notes: Sequence[str],
        pictures: Sequence[str],
        send: Callable[[], ResultT],
    ) -> None:
        self._title = title
        self._without_figures = without_figures  # the service's name, where it says nothing of cost
        self._requests = tuple(requests)
        self._media = tuple(media)
        self._notes = tuple(notes)
        self._pictures = tuple(pictures)  # of the media, one each
        self._send = send
        self._turn = Turn()  # of two threads that send it, one does, and both get its result
        self._results: list[ResultT] = []  # one at most
        self._doubt: RunwayWidgetError | None = None
        self._under_way = False  # also in a child that was forked meanwhile

    # What it would send

    @property
    def body(self) -> dict[str, JsonValue]:
        """The body of the first request by the service's own names; objects stand for local media and signed links."""
        return self.bodies[0]

    @property
    def bodies(self) -> list[dict[str, JsonValue]]:
        """The same of each request: one for each task."""
        return [dict(each.body) for each in self._requests]

    @property
    def media(self) -> list[PlannedMedium]:
        """The media that travel, each once, in the order of the arguments."""
        return list(self._media)

    @property
    def price(self) -> float | None:
        """The most that all of it may cost, in credits; None where that is not known of each request.

        What ``reuse=True`` finds costs nothing. By the table of prices (see the README): the service's own figure comes
        with its answer. CometAPI says none.
        """
        prices = [0.0 if each.earlier else each.price for each in self._requests]
        known = [price for price in prices if price is not None]
        return round(sum(known), 2) if len(known) == len(prices) else None

    @property
    def size(self) -> int:
        """The bytes that travel in all: of the requests, and of uploads, each of which is sent once."""
        uploads = {(each.name, each.size): each.size or 0 for each in self._media if each.travels == "upload"}
        sent = [each.size for each in self._requests if not each.earlier]
        return sum(sent) + (sum(uploads.values()) if sent else 0)

    @property
    def notes(self) -> list[str]:
        """What else there is to know: "not checked: unknown model", what ``reuse=True`` has found."""
        return list(self._notes)

    def __len__(self) -> int:
        return len(self._requests)

    # Sending it

    @short_traceback
    def send(self) -> ResultT:
        """Send it, and return what the method would have returned: a `RunwayTask`, or a `TaskGrid` of several.

        A plan is sent once. Called again, this returns the same task or grid: a cell that is run twice pays once. Where
        sending it was certainly refused, it may be sent again; where nobody knows, the error of then is raised once
        more. To create another one, plan again.

        Raises what the method raises, and ConfigurationError where a link or a file that it was made of has ended or
        changed since.
        """
        with self._turn.of():
            if self._doubt is not None:
                raise self._doubt.with_traceback(None)
            if not self._results:
                if self._under_way:
                    raise RunwayWidgetError("this plan was being sent when the process was forked: its parent sends it")
                self._results.append(self._send_once())
            return self._results[0]

    def _send_once(self) -> ResultT:
        self._under_way = True
        try:
            return self._send()
        except RunwayWidgetError as error:
            if isinstance(error, SubmissionUncertain) or hasattr(error, "task_id"):
                self._doubt = error
            raise
        except BaseException:
            self._doubt = RunwayWidgetError(
                "sending this plan was interrupted, and it is not sent again: client.recent() shows what was created; "
                "plan it anew to create another"
            )
            raise
        finally:
            self._under_way = False

    # Showing it

    def __str__(self) -> str:
        from . import plan_card

        return plan_card.text(self._card())

    __repr__ = __str__

    def to_html(self) -> str:
        """What a notebook shows of it, as HTML for a page of your own, without any script or other file."""
        from . import plan_card

        return str(plan_card.html(self._card()))

    def _repr_html_(self) -> str:
        return self.to_html()

    def _card(self) -> PlanCard:
        from .plan_card import PlanCard

        return PlanCard(
            title=self._title,
            without_figures=self._without_figures,
            requests=self._requests,
            media=self._media,
            notes=self._notes,
            pictures=self._pictures,
            sent=bool(self._results),
        )
