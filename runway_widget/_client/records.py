"""What is known of a task that was created: for its card, for `RunwayTask.again`, and from the journal."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .._journal.row import filled_request
from .._service.cost import UNKNOWN, Cost
from .._service.endpoint import endpoint_at
from .._service.service import Service
from .._widgets.record import TaskRecord

if TYPE_CHECKING:
    from .._create.budget import Budget, Charge
    from .._create.creation import Creation
    from .._create.uploads import Uploads
    from .._journal.journal import Journal
    from .._journal.row import Row
    from .._service.duration import Duration
    from .._widgets.grid import TaskGrid
    from .._widgets.plan import Plan
    from .._widgets.task import RunwayTask


class HasCreation(Protocol):
    """What was sent for a task."""

    creation: Creation


class Records:
    """The part of a client that knows where its tasks came from. `Client` makes what is declared here."""

    _service: Service
    _journal: Journal
    _budget: Budget
    _uploads: Uploads

    def _again(
        self, creation: Creation, changes: dict[str, Any]
    ) -> RunwayTask | TaskGrid | Plan[RunwayTask | TaskGrid]:
        raise NotImplementedError

    def _record_when_created(
        self, sent: HasCreation, record: TaskRecord, charge: Charge, options: dict[str, Any], task_id: str
    ) -> TaskRecord:
        """``record`` once the task exists. One that is reused shows what was sent for it: its own seed."""
        row = self._journal.find(task_id, self._service.base_url) if options.get("reuse", False) else None
        if row is None and sent.creation.request == record.request:
            return replace(record, cost=charge.cost)
        return self._record_of(sent.creation, row, options, charge.cost, typical=record.typical)

    def _typical(self, creation: Creation) -> Duration | None:
        """The seconds that such tasks took, where the journal has seen some."""
        model = str(creation.body.get("model", ""))
        return self._journal.typical(creation.action, model, self._service.base_url)

    def _record_of(
        self,
        creation: Creation,
        row: Row | None = None,
        options: dict[str, Any] | None = None,
        cost: Cost = UNKNOWN,
        typical: Duration | None = None,
    ) -> TaskRecord:
        """What a task's card and `RunwayTask.again` need to know of its creation; ``row`` is that of the journal."""
        return TaskRecord(
            request=creation.request if row is None else filled_request(row.request, creation.request),
            action=creation.action,
            cost=cost if row is None or cost.credits is not None else row.cost,
            picked=row is not None and row.picked,
            clip=creation.clip,
            charged=self._budget.note,
            typical=typical or endpoint_at(creation.endpoint).usual(creation.body),
            parameters=creation.public_body if row is None else row.parameters,
            files=() if row is None else tuple(map(Path, row.files)),
            earlier=row,
            journal=self._journal,
            again=lambda changes: self._again(creation, {**(options or {}), **changes}),
        )

    def _record_of_row(self, row: Row) -> TaskRecord:
        """The same, as far as the journal stores it."""
        from .._create.again import restore

        creation = restore(row, partial(self._uploads.find, self._service))
        record = self._record_of(creation, row, typical=self._typical(creation))
        return record if row.endpoint else replace(record, again=None)  # it was created elsewhere, who knows how
