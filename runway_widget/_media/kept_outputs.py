"""What is kept of a task's outputs, as values: what a card shows, without the threads that fetch it. Pure.

`keeper.OutputKeeper` makes these; `_widgets.card_state` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .._service.outputs import Output

Saving = Literal["", "armed", "saving", "saved"]


@dataclass(frozen=True, slots=True)
class KeptOutput:
    """One output: ``thumbnail`` and ``embedded`` are data URIs or "", ``file`` is None until it is saved."""

    output: Output
    thumbnail: str = ""
    embedded: str = ""
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class KeptOutputs:
    """All outputs of a task at one moment.

    Attributes:
        items: one for each output; empty until the task has succeeded.
        saving: how saving them stands; "armed" means that they are saved when the task is done.
        note: what the card says of it; "" for nothing.
        folder: where the card's button saves to, as people write it: "renders/".
        links_since: when the service gave the links, in unix seconds; 0 where that is not known.
        still: a small copy of the picture or clip that was sent, as a data URI, where there is one; or "".
        renewal: why the last attempt to get new links brought none; "" where none failed.
    """

    items: tuple[KeptOutput, ...] = ()
    saving: Saving = ""
    note: str = ""
    folder: str = ""
    links_since: float = 0.0
    renewal: str = ""
    still: str = ""

    @property
    def embedded(self) -> bool:
        """Whether all of them travel in the notebook, so that there is no link that could expire."""
        return bool(self.items) and all(item.embedded for item in self.items)
