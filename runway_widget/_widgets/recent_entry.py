"""One row of the journal, as a user gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self

from .._errors import ConfigurationError
from .._journal.row import Row, State
from .._service.endpoint import endpoint_of
from .._service.json_value import JsonValue
from .._service.payload import map_strings
from .._service.state import Status
from .._service.text import printable
from .._tracebacks import short_traceback

if TYPE_CHECKING:
    from .task import RunwayTask

UNCERTAIN = "Uncertain"
NO_CLIENT = "this table came without a client; use client.recent()"

_STATE_WORDS = {State.SENDING: "Being sent", State.REFUSED: "Refused", State.UNCERTAIN: UNCERTAIN}
_STATUS_WORDS: dict[str, str] = {Status.SUCCESS: "Done", Status.FAILURE: "Failed", Status.CANCELLED: "Cancelled"}

Attach = Callable[[Row], "RunwayTask"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission.

    Attributes:
        id: the journal's, for ``--forget``.
        task_id: the service's; "" where it gave none.
        title: what was asked for: "Image to video".
        action: the service's word for it.
        model: the request's; "" where it has none.
        prompt: the request's; "" where it has none.
        word: "Done", "Failed", "Cancelled", "Submitted", "Refused", "Uncertain" or "Being sent".
        outcome: the result of the request in a few words.
        submitted: when, in this machine's time zone.
        took: the seconds from submission to the end; None while no end was seen.
        base_url: where it was sent to.
        service: what people call that.
        files: the paths where the outputs were saved.
        parameters: the request's body without media and signed links.
        seed: the seed in it; None where there is none.
        reason: why it was refused, failed or was cancelled, or what is not known of it; "" otherwise.
        cost: in credits; None where the service did not say it, and where nothing was created.
        cost_is_estimate: ``cost`` may have become less since.
        inputs: the ids of the tasks whose outputs it was made from.
        picked: it has a star.
        picture: a small WebP or JPEG of what came out; b"" where there is none.
    """

    id: str
    task_id: str
    title: str
    action: str
    model: str
    prompt: str
    word: str
    outcome: str
    submitted: datetime
    took: float | None
    base_url: str
    service: str
    files: tuple[str, ...]
    parameters: dict[str, JsonValue] = field(repr=False)
    seed: int | None
    reason: str
    cost: float | None
    cost_is_estimate: bool
    inputs: tuple[str, ...]
    picked: bool
    picture: bytes = field(repr=False)
    _row: Row = field(repr=False)
    _attach: Attach | None = field(repr=False, compare=False)
    _recall: Attach | None = field(repr=False, compare=False)

    @classmethod
    def of(cls, row: Row, attach: Attach | None = None, recall: Attach | None = None) -> Self:
        """Make an entry of ``row``; ``attach`` and ``recall`` make a task of the row: one watched, one as it ended."""
        return cls(
            id=row.id,
            task_id=row.task_id,
            title=endpoint_of(row.action).title,
            action=row.action,
            model=row.model,
            prompt=str(row.request.get("prompt") or ""),
            word=_STATUS_WORDS.get(row.status) or _STATE_WORDS.get(row.state, "Submitted"),
            outcome=row.outcome,
            submitted=datetime.fromtimestamp(max(0.0, row.submitted_at)).astimezone(),
            took=row.seconds or None,
            base_url=row.base_url,
            service=row.service,
            files=row.files,
            parameters=map_strings(row.parameters, printable, keys=True),
            seed=row.seed,
            cost=row.cost.credits,
            cost_is_estimate=row.cost.is_estimate,
            inputs=row.inputs,
            picked=row.picked,
            picture=row.picture,
            reason=row.reason or (row.outcome if row.state is not State.ACCEPTED else ""),
            _row=row,
            _attach=attach,
            _recall=recall,
        )

    @short_traceback
    def task(self) -> RunwayTask:
        """The task, watched from now on, with the prompt and the parameters that it was created with.

        Raises ConfigurationError where the service gave no id, or where the table was made without a client.
        """
        if not self.task_id:
            raise ConfigurationError(f"no task to show: {self.word.lower()} ({self.outcome or 'no answer yet'})")
        if self._attach is None:
            raise ConfigurationError(f"{NO_CLIENT}, or client.task(id)")
        return self._attach(self._row)

    def _take(self) -> RunwayTask:
        """The task for a contact sheet: see `Recent.grid`."""
        if self._recall is None:
            raise ConfigurationError(NO_CLIENT)
        return self._recall(self._row)
