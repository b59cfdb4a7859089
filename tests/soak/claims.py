"""What must hold, whatever went wrong: each claim is a function of the record, which gives what speaks against it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import mean, median

from .facts import Fact, Record
from .leaks import Leavings

#: How an end at the service is called here.
STATUS = {"succeeded": "SUCCESS", "failed": "FAILURE", "cancelled": "CANCELLED"}

#: Requests of one task in an hour without any answer. A gap is drawn from 5 s to at most 60 s, so it is about 32 s in
#: the middle, and 111 requests in an hour; the rest is for the creates, and for chance.
OUTAGE_BOUND = 150.0
#: Seconds to which the planned gaps grow, on average of the tasks, from the 5 s that they begin with. So much time
#: passes in so few real seconds that a busy machine manages fewer requests than are bounded, whatever was planned.
OUTAGE_WAIT = 6.0

OBJECTS = 3000  # that may come and go: the caches of libraries
OBJECTS_A_TASK = 3.0
BYTES = 8 << 20  # that the system may give and take
BYTES_A_TASK = 4096.0


def right_ends(record: Record) -> list[str]:
    """Every task that ended at the service ended in the widget, with the right outputs."""
    return [fault for fact in record.facts for fault in _wrong_end(fact)]


def _wrong_end(fact: Fact) -> list[str]:
    who = f"{fact.task_id or fact.prompt}"
    if not fact.task_id:
        over = fact.phase in {"not_created", "not_sent"}
        return [] if over else [f"{who} has no id, and is {fact.phase}"]
    if fact.service is None:
        return [f"{who} is not known at the service, and {fact.status} here"]
    faults = []
    if STATUS.get(fact.service["phase"]) != fact.status or fact.phase != "ended":
        faults.append(f"{who} is {fact.service['phase']} at the service, and {fact.status} ({fact.phase}) here")
    elif fact.outputs != fact.service["outputs"]:
        faults.append(f"{who} has the outputs {fact.outputs} instead of {fact.service['outputs']}")
    elif fact.service["reason"] not in fact.reason:
        faults.append(f"{who} failed for {fact.reason!r} instead of {fact.service['reason']!r}")
    return faults + [f"{who} has other bytes in {file}" for file in fact.wrong_files]


def one_end(record: Record) -> list[str]:
    """None ended twice or went backwards: in its traits, on its page, on its grid's, or for whoever waits."""
    faults = [f"a grid's page was told a {step}" for step in record.lost]
    faults += [
        f"a grid's page was told {told!r} last, and it is {sum_!r}" for told, sum_ in record.sums if told != sum_
    ]
    for fact in record.facts:
        who = fact.task_id or fact.prompt
        had_ended = fact.page is not None and fact.page.statuses[:1] == [fact.status]  # when its page opened
        for name, told in (("its callback", fact.observed), ("its page", fact.page), ("its grid's page", fact.grid)):
            if told is None or (told is fact.observed and had_ended and not told.statuses):
                continue
            last = told.statuses[-1] if told.statuses else "nothing"
            if len(told.ends) > 1 or (fact.task_id and last != fact.status):
                faults.append(f"{who}: {name} was told the ends {told.ends}, and last {last}")
            faults += [f"{who}: {name} was told a {step}" for step in told.steps_back]
        if fact.given != 1:
            faults.append(f"{who} was given out {fact.given} times")
    return faults


def no_double(record: Record) -> list[str]:
    """No create was doubled, and none was made of which its task says that it certainly was not."""
    faults = [
        f"{prompt!r} was made {len(ids)} times"
        for made in (record.made, record.made_again)
        for prompt, ids in made.items()
        if len(ids) > 1
    ]
    for prompt in record.made_again:
        if good := set(record.made.get(prompt, [])) - set(record.gone):
            faults.append(f"{prompt!r} was made again, though there was {good.pop()}")
    known = {fact.task_id for fact in record.facts}
    doubt = {fact.prompt for fact in record.facts if fact.doubt}
    for prompt, ids in record.made.items():
        if not set(ids) & known and prompt not in doubt:
            faults.append(f"{prompt!r} was made as {ids[0]}, and its task says that it certainly was not")
    return faults


def bounded_outage(record: Record) -> list[str]:
    """Requests during an outage stay bounded."""
    if not record.outage_hours:
        return []
    rate = record.outage_requests / record.outage_hours / max(1, record.outage_tasks)
    faults = [] if rate <= OUTAGE_BOUND else [f"{rate:.0f} requests an hour for each of {record.outage_tasks} tasks"]
    wait = mean(record.outage_waits) if record.outage_waits else math.inf
    return faults if wait >= OUTAGE_WAIT else [*faults, f"{wait:.0f} s from one request to the next, after an hour too"]


def no_fault(record: Record) -> list[str]:
    """The package met no error that it had not reckoned with."""
    return record.errors


def no_leak(left: Sequence[Leavings]) -> list[str]:
    """Nothing leaks: threads, open files and sockets, tasks, memory.

    ``left`` holds what there was before the first wave and after each. The first third of them does not count for
    memory: tables fill, and modules are imported when they are first needed.
    """
    faults = [f"the threads {', '.join(each.threads)} are left" for each in left if each.threads]
    faults += [f"{each.kept} are left after {each.tasks} tasks" for each in left[1:] if each.kept]
    third = -(-len(left) // 3)
    first, last = left[third], left[-1]
    if last.files > first.files:
        faults.append(f"{last.files} files and sockets are open, and {first.files} were")
    tasks = last.tasks - first.tasks
    memory = median(each.memory for each in left[-third:]) - median(
        each.memory for each in left[third:-third] or [last]
    )
    if (objects := last.objects - first.objects) > OBJECTS + OBJECTS_A_TASK * tasks:
        faults.append(f"{objects:,} objects of {tasks} tasks are left")
    if memory > BYTES + BYTES_A_TASK * tasks / 2:  # from the middle of the second third to that of the last
        faults.append(f"{memory:,.0f} bytes are left of {tasks // 2} tasks")
    return faults


#: The claims about each wave, by their words in the report.
OF_A_WAVE: dict[str, Callable[[Record], list[str]]] = {
    "every task that ended at the service ended here, with the right outputs": right_ends,
    "none ended twice or went backwards": one_end,
    "no create was doubled": no_double,
    "requests during an outage stayed bounded": bounded_outage,
    "nothing was logged as a fault of the package": no_fault,
}
OF_THE_RUN = "nothing leaked"
