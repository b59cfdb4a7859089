"""The report: what went wrong and how often, what held, and what was left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .claims import OF_A_WAVE, OF_THE_RUN, no_leak
from .facts import Record
from .faults import ALL, MACHINE
from .leaks import Leavings

SHOWN = 12  # of what speaks against a claim


@dataclass
class Report:
    """What one run came to, wave after wave. ``left`` begins with what there was before the first."""

    chosen: tuple[str, ...]
    left: list[Leavings]
    counts: Counter[str] = field(default_factory=Counter)
    against: dict[str, list[str]] = field(default_factory=lambda: {claim: [] for claim in OF_A_WAVE})
    waves: int = 0
    simulated: float = 0.0  # hours
    seconds: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)
    doubts: int = 0
    files: int = 0
    outage: list[float] = field(default_factory=list)  # requests an hour for each task, of each outage

    def add(self, record: Record, left: Leavings) -> None:
        """Take in one wave, and what it left."""
        self.waves += 1
        self.left.append(left)
        for claim, check in OF_A_WAVE.items():
            self.against[claim] += [f"wave {self.waves} ({', '.join(record.faults)}): {each}" for each in check(record)]
        self.ends.update(fact.status if fact.task_id else "not created" for fact in record.facts)
        self.doubts += sum(fact.doubt for fact in record.facts)
        self.files += record.files
        if record.outage_hours:
            self.outage.append(record.outage_requests / record.outage_hours / max(1, record.outage_tasks))

    @property
    def verdicts(self) -> dict[str, list[str]]:
        """By its words, what speaks against each claim; nothing where it held."""
        missing = [f"{fault} never happened" for fault in self.chosen if not self.counts[fault]]
        return {"each fault happened": missing, **self.against, OF_THE_RUN: no_leak(self.left)}

    @property
    def failed(self) -> bool:
        return any(self.verdicts.values())

    def as_json(self) -> dict[str, Any]:
        """All of it, for a file."""
        figures = {name: value for name, value in vars(self).items() if name not in {"left", "against"}}
        return {**figures, "left": [asdict(each) for each in self.left], "verdicts": self.verdicts}

    def __str__(self) -> str:
        ends = ", ".join(f"{number} {end}" for end, number in self.ends.most_common())
        first, last = self.left[0], self.left[-1]
        lines = [
            f"{last.tasks} tasks in {self.waves} waves, {self.simulated:.1f} hours in {self.seconds:.0f} s",
            f"  {ends}; {self.doubts} in doubt; {self.files} files compared",
            "what went wrong",
            *(f"  {self.counts[name]:6}  {name}{_words(name)}" for name in ALL if name in self.chosen),
        ]
        if self.outage:
            lines.append(
                f"requests of a task in an hour without an answer: {', '.join(f'{each:.0f}' for each in self.outage)}"
            )
        lines += [
            "what was left, before and after",
            f"  threads {len(first.threads)} and {len(last.threads)}, files and sockets {first.files} and {last.files},"
            f" objects {first.objects:,} and {last.objects:,}, memory {first.memory >> 20} and {last.memory >> 20} MB",
            "what held",
        ]
        for claim, against in self.verdicts.items():
            lines.append(f"  {'FAILED' if against else 'held'}  {claim}")
            lines += [f"          {each}" for each in against[:SHOWN]]
            lines += [f"          and {len(against) - SHOWN} more"] * (len(against) > SHOWN)
        return "\n".join(lines)


def _words(name: str) -> str:
    return f": {MACHINE[name]}" if name in MACHINE else ""


def chosen_in(text: str) -> Sequence[str]:
    """The faults that ``text`` names, with commas between. ValueError for one that there is not."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in ALL]:
        raise ValueError(f"there is no fault {unknown[0]!r}; there are {', '.join(ALL)}")
    return names or ALL
