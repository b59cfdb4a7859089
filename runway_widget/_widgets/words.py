"""How the card speaks: titles, states and advice, in one place, so that the live and the static card say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .._errors import AuthenticationError, SubmissionUncertain
from .._media.kept_outputs import KeptOutput, Saving
from .._numbers import megabytes
from .._service.cost import in_words
from .._service.endpoint import endpoint_of
from .._service.error_answers import advise
from .._service.state import Status, TaskState
from .._watch.report import Phase, Report
from .costs import CostSum
from .view import Bar, Face, Instead, Stage, Tone

#: What a wrapper's code and message say while all is well, in any case of letters.
_NOTHING_SPECIAL = {"", "success", "ok", "200", "0"}

PICKED = "★ picked"


def duration(seconds: float) -> str:
    """ "0:48", "1:18", "1:02:03"; the front end's `duration` writes the same."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(state: TaskState) -> int | None:
    """The progress as a whole percentage, 0 to 100; None where the service measures nothing."""
    return round(state.progress * 100) if state.progress_known else None


def cost_words(credits: float | None, *, estimate: bool = False) -> str:
    """ "60 credits", "up to 60 credits" for an estimate, "" where it is not known."""
    return "" if credits is None else f"{'up to ' if estimate else ''}{in_words(credits)}"


def sum_words(costs: CostSum) -> str:
    """ "180 credits", "up to 180 credits · cost of 2 not known"; "" where nothing is known of any."""
    if not costs.known:
        return ""
    words = cost_words(costs.credits, estimate=bool(costs.estimates))
    return f"{words} · cost of {costs.unknown} not known" if costs.unknown else words


def wrapper_words(state: TaskState) -> str:
    """The wrapper's own code and message, "fail_to_fetch_task: upstream is full".

    Each is left out where it only says that all is well, repeats the other, or is the reason of the failure.
    """
    texts = [text for text in (state.code or "", state.message) if text.casefold() not in _NOTHING_SPECIAL]
    return ": ".join(text for text in dict.fromkeys(texts) if text not in {state.fail_reason, state.failure_detail})


@dataclass(frozen=True, slots=True)
class _Standing:
    """The fields of a `Face` that follow from how the task and its watch stand. ``word`` is "" where it is the name."""

    name: str
    tone: Tone = "neutral"
    bar: Bar = "none"
    stage: Stage = "dim"
    percent: int | None = None
    word: str = ""
    warn: bool = False
    note: str = ""
    advice: str = ""


def face(report: Report, service: str, *, save: Saving = "", folder: str = "") -> Face:
    """What the card shows of ``report`` apart from times.

    ``service`` is the service's name. ``save`` and ``folder`` say how saving stands: see `Face`.
    """
    state = report.state
    standing = _ended(report, service) if report.phase is Phase.ENDED else _running(state)
    if report.phase in _PHASES:
        standing = _PHASES[report.phase](standing, report, service)
    number = "" if standing.percent is None else f" {standing.percent} %"
    endpoint = endpoint_of(state.action)
    return {
        "title": endpoint.title,
        "kind": endpoint.output,
        "word": standing.word or f"{standing.name}{number}",
        "name": standing.name,
        "percent": standing.percent,
        "tone": standing.tone,
        "bar": standing.bar,
        "stage": standing.stage,
        "warn": standing.warn,
        "note": standing.note,
        "link": "",
        "expired": "",
        "expires": None,
        "advice": standing.advice,
        "wrapper": wrapper_words(state),
        "save": save,
        "folder": folder,
        "picked": False,
        "frame": "",
        "ended": report.phase.over and not report.phase.resumable,
        "instead": [],
        "cancel_question": "",
    }


def _ended(report: Report, service: str) -> _Standing:
    state = report.state
    if state.status is Status.SUCCESS:
        took = report.timing.elapsed
        word = f"Done in {duration(took)}" if took is not None and took >= 1 else ""
        note = "" if state.outputs else "the service sent no output"
        stage: Stage = "clear" if state.outputs or not (report.recalled or report.forgotten) else "kept"
        if report.forgotten:
            note = f"{service} does not have it any more" + ("; what was saved is shown" if state.outputs else "")
        elif report.recalled and not state.outputs:
            note = "not saved here"
        return _Standing("Done", "success", stage=stage, word=word, note=note)
    if state.status is Status.CANCELLED:
        return _Standing("Cancelled", stage="grey", note=state.reason)
    reason = state.reason or "the service gave no reason"
    return _Standing("Failed", "danger", stage="grey", note=reason, advice=advise(state.failure_code))


def _running(state: TaskState) -> _Standing:
    if state.status is Status.IN_PROGRESS:
        measured = percent(state)
        bar: Bar = "indeterminate" if measured is None else "determinate"
        return _Standing("Generating", "accent", bar, "half", measured)
    if state.status.queued:
        return _Standing("In the queue", bar="indeterminate")
    return _Standing(f"Status {state.word[:40]}" if state.word else "Starting", bar="indeterminate")


def instead(items: Sequence[KeptOutput]) -> list[Instead]:
    """What stands in the place of outputs that no page can show from their URLs; empty where there are none such."""
    each: list[Instead] = [
        {
            "words": _instead(item),
            "link": item.output.has_link,
            "picture": item.thumbnail if item.output.in_file else "",
        }
        for item in items
    ]
    return each if any(one["words"] for one in each) else []


def _instead(item: KeptOutput) -> str:
    output = item.output
    if output.inside:
        return "Its link leads into a private network, and is not followed"
    if not output.has_link:
        return f"Saved as {item.file.name}" if item.file else "Save it to see it: the service gives it to your key only"
    if output.kind not in {"file", "unknown"}:
        return ""
    size = "" if output.size is None else megabytes(output.size)
    return " · ".join(filter(None, [output.name or "The output is ready", size]))


def cancel_question(state: TaskState) -> str:
    """What is asked before a task is cancelled: that this is no way to get its credits back, and how many they are.

    Source: the description of ``delete`` in runwayml 5.24.0, by which a task that runs is not refunded, and for one
    that waits that is not guaranteed.
    """
    figure = cost_words(state.cost, estimate=state.cost_is_estimate)
    if not state.task_id:
        return "Cancel the task? It was not sent yet, so it costs nothing."
    if state.status.queued:
        said = "A refund is not certain" + (f": it may cost {figure}." if figure else ".")
    else:
        said = "What runs is not refunded" + (f": it costs {figure}." if figure else ".")
    return f"Cancel the task? {said} A result that finishes this instant is lost."


# What the watch adds to it, or puts in its place


def _halted(standing: _Standing, name: str, note: str, tone: Tone = "danger") -> _Standing:
    """Nothing is polled any more, though the task may go on. The picture stays as it was."""
    return _Standing(name, tone, stage=standing.stage, note=note)


def _waiting(standing: _Standing, report: Report, service: str) -> _Standing:
    if report.awaited is not None:
        measured = None if report.awaited.progress is None else round(report.awaited.progress * 100)
        name, bar = f"Waits for {report.awaited.name}", _bar(measured, without="none")
        word = name if measured is None else f"{name} · {measured} %"
        return _Standing(name, bar=bar, stage=standing.stage, percent=measured, word=word)
    busy = report.error is not None
    return _Standing("Waiting", stage=standing.stage, warn=busy, note=trouble(report) if busy else "")


def _sending(standing: _Standing, report: Report, service: str) -> _Standing:
    measured = None if report.media_sent is None else round(report.media_sent * 100)
    return _Standing("Sending", bar=_bar(measured), stage=standing.stage, percent=measured)


def _bar(measured: int | None, without: Bar = "indeterminate") -> Bar:
    return without if measured is None else "determinate"


def _starting(standing: _Standing, report: Report, service: str) -> _Standing:
    note = f"{service} does not show this task yet" if report.error else ""
    return _Standing("Starting", bar="indeterminate", stage=standing.stage, note=note)


def _retrying(standing: _Standing, report: Report, service: str) -> _Standing:
    return replace(standing, warn=True, note=trouble(report))


def _rejected(standing: _Standing, report: Report, service: str) -> _Standing:
    variable = report.error.key_variable if isinstance(report.error, AuthenticationError) else ""
    mend = f"Set {variable} and press resume." if variable else "Make a client with another one."
    note = f"{service} refused the key (401). {mend}"
    return _halted(standing, "Key rejected", note)


def _denied(standing: _Standing, report: Report, service: str) -> _Standing:
    note = report.error._reason if report.error else f"{service} denied access"
    return _halted(standing, "Access denied", note)


def _cut_off(standing: _Standing, report: Report, service: str) -> _Standing:
    note = f"{report.error.message}. Then press resume." if report.error else f"no way to {service}"
    return _halted(standing, "No connection", note)


def _refused(standing: _Standing, report: Report, service: str) -> _Standing:
    return _halted(standing, "Refused", str(report.error or f"{service} refused"))


def _not_found(standing: _Standing, report: Report, service: str) -> _Standing:
    return _halted(standing, "Not found", "wrong id, or another account's key")


def _stopped(standing: _Standing, report: Report, service: str) -> _Standing:
    goes_on = f"{service} has not shown such a task so far" if report.not_shown else "the task goes on"
    return _halted(standing, "Not watching", f"stopped by you; {goes_on}", "neutral")


def _gave_up(standing: _Standing, report: Report, service: str) -> _Standing:
    after = report.gave_up_after
    note = f"no end after {after / 60:.0f} min" if after >= 120 else f"no end after {after:g} s"
    return _halted(standing, "Not watching", note, "neutral")


def _unwatched(standing: _Standing, report: Report, service: str) -> _Standing:
    return _halted(standing, "Not watching", f"created, but not watched: {report.error}")


def _not_created(standing: _Standing, report: Report, service: str) -> _Standing:
    state = report.state
    advice = advise(state.failure_code) if state.failure_code else ""
    note = state.fail_reason
    if report.error is not None and report.error.summary:
        note, advice = report.error._reason, advice or report.error.advice
    name = "Uncertain" if isinstance(report.error, SubmissionUncertain) else "Not created"
    return _Standing(name, "danger", stage="grey", note=note, advice=advice)


def _not_sent(standing: _Standing, report: Report, service: str) -> _Standing:
    return _Standing("Not sent", stage="grey", note=report.state.fail_reason)


_PHASES: dict[Phase, Callable[[_Standing, Report, str], _Standing]] = {
    Phase.WAITING: _waiting,
    Phase.SENDING: _sending,
    Phase.STARTING: _starting,
    Phase.RETRYING: _retrying,
    Phase.REJECTED: _rejected,
    Phase.DENIED: _denied,
    Phase.CUT_OFF: _cut_off,
    Phase.REFUSED: _refused,
    Phase.NOT_FOUND: _not_found,
    Phase.STOPPED: _stopped,
    Phase.GAVE_UP: _gave_up,
    Phase.UNWATCHED: _unwatched,
    Phase.NOT_CREATED: _not_created,
    Phase.NOT_SENT: _not_sent,
}


def trouble(report: Report) -> str:
    """ "no answer (502)", "too many requests (429)", "no answer (the connection was refused)"."""
    error = report.error
    if error is None:
        return "no answer"
    if error.http_status == 429:
        return "too many requests (429)"
    if error.http_status and error.http_status >= 300:
        return f"no answer ({error.http_status})"
    return f"no answer ({error.message})"
