"""What a task knows of its own request: prompt, model, seed and parameters; and where its files are."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from .._journal.row import seed_in

if TYPE_CHECKING:
    from .._media.file_names import NameFacts
    from .._media.keeper import OutputKeeper
    from .._service.json_value import JsonValue
    from .._watch.report import Report
    from .record import TaskRecord


class HasOrigin:
    """A task that was created here or that the journal knows; of any other one these are empty."""

    _record: TaskRecord
    _keeper: OutputKeeper
    _report: Report

    @property
    def prompt(self) -> str:
        """What was asked for in words; "" where that is not known."""
        return self._record.request["prompt"]

    @property
    def model(self) -> str:
        """The model's name, "" where it is not known."""
        return str(self._record.parameters.get("model") or "")

    @property
    def seed(self) -> int | None:
        """The seed that was sent, chosen by you or here; None where none was, or where that is not known."""
        return seed_in(self._record.parameters)

    @property
    def parameters(self) -> dict[str, JsonValue]:
        """The request's body by the service's own names, without media and signed links: what they were is told."""
        return dict(self._record.parameters)

    def _name_facts(self) -> NameFacts:
        """What the fields of a pattern of names stand for."""
        from .._media.file_names import NameFacts  # on use: importing the package need not wait for it

        state, earlier = self._report.state, self._record.earlier
        asked = state.submit_time or (earlier.submitted_at if earlier else 0.0)
        ratio = self._record.parameters.get("ratio") or self._record.parameters.get("targetAspectRatio")
        return NameFacts(
            task_id=state.task_id,
            model=self.model,
            seed=self.seed,
            prompt=self.prompt,
            action=state.action or self._record.action,
            ratio=ratio if isinstance(ratio, str) else "",
            created_at=asked or self._keeper.links_since or time.time(),
        )

    @property
    def files(self) -> list[Path]:
        """Where its outputs were saved, in this session or an earlier one; files that were moved are left out."""
        saved = [item.file for item in self._keeper.now.items if item.file is not None]
        return [file for file in saved or self._record.files if file.exists()]
