"""How the card speaks: titles, states and advice, in one place, so that the live and the frozen card say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._service.endpoint import endpoint_of
from .._service.error_answers import advise
from .._service.state import Status, TaskState
from .._watch.report import Phase, Report


def duration(seconds: float) -> str:
    """ "0:48", "1:18", "1:02:03"; the same as the front end's."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(state: TaskState) -> str:
    """ "62 %", or "" where the service measures nothing."""
    return f"{round(state.progress * 100)} %" if state.progress_known else ""


def face(report: Report, service: str, key_name: str) -> dict[str, Any]:
    """What the card shows of ``report`` apart from times: see the front end's `Face` for the fields.

    ``service`` is the service's name, ``key_name`` the environment variable that holds its key.
    """
    state = report.state
    spoken = _ended(report) if report.phase is Phase.ENDED else _running(state)
    if report.phase in _PHASES:
        spoken |= _PHASES[report.phase](report, service, key_name)
    plain = {
        "title": endpoint_of(state.action).title,
        "bar": "none",
        "stage": "dim",
        "warn": False,
        "note": "",
        "advice": "",
        "save": "",
    }
    return plain | spoken


def _ended(report: Report) -> dict[str, Any]:
    state = report.state
    if state.status is Status.SUCCESS:
        took = report.timing.elapsed
        word = f"Done in {duration(took)}" if took is not None and took >= 1 else "Done"
        note = "link lasts about a day" if state.outputs else "the service sent no output"
        return {"word": word, "tone": "success", "stage": "clear", "note": note}
    if state.status is Status.CANCELLED:
        return {"word": "Cancelled", "tone": "neutral", "stage": "grey", "note": state.fail_reason}
    return {
        "word": "Failed",
        "tone": "danger",
        "stage": "grey",
        "note": state.fail_reason or "the service gave no reason",
        "advice": advise(state.failure_code),
    }


def _running(state: TaskState) -> dict[str, Any]:
    if state.status is Status.IN_PROGRESS:
        measured = percent(state)
        return {
            "word": f"Generating {measured}".strip(),
            "tone": "accent",
            "stage": "half",
            "bar": "determinate" if measured else "indeterminate",
        }
    if state.status.queued:
        return {"word": "In the queue", "tone": "neutral", "bar": "indeterminate"}
    word = f"Status {state.word[:40]}" if state.word else "Starting"
    return {"word": word, "tone": "neutral", "bar": "indeterminate"}


def _starting(report: Report, service: str, key_name: str) -> dict[str, Any]:
    note = f"{service} does not show this task yet" if report.error else ""
    return {"word": "Starting", "tone": "neutral", "bar": "indeterminate", "note": note}


def _retrying(report: Report, service: str, key_name: str) -> dict[str, Any]:
    return {"warn": True, "note": trouble(report)}


def _rejected(report: Report, service: str, key_name: str) -> dict[str, Any]:
    note = f"{service} refused the key (401). Set {key_name} and press resume."
    return {"word": "Key rejected", "tone": "danger", "bar": "none", "note": note}


def _denied(report: Report, service: str, key_name: str) -> dict[str, Any]:
    note = f"{service} denied access: {report.error.message}" if report.error else f"{service} denied access"
    return {"word": "Access denied", "tone": "danger", "bar": "none", "note": note}


def _refused(report: Report, service: str, key_name: str) -> dict[str, Any]:
    return {"word": "Refused", "tone": "danger", "bar": "none", "note": str(report.error or f"{service} refused")}


def _not_found(report: Report, service: str, key_name: str) -> dict[str, Any]:
    return {"word": "Not found", "tone": "danger", "bar": "none", "note": "wrong id, or another account's key"}


def _stopped(report: Report, service: str, key_name: str) -> dict[str, Any]:
    return {"word": "Not watching", "tone": "neutral", "bar": "none", "note": "stopped by you; the task goes on"}


def _no_end(after: float) -> str:
    return f"no end after {after / 60:.0f} min" if after >= 120 else f"no end after {after:g} s"


def _gave_up(report: Report, service: str, key_name: str) -> dict[str, Any]:
    return {"word": "Not watching", "tone": "neutral", "bar": "none", "note": _no_end(report.gave_up_after)}


def _not_created(report: Report, service: str, key_name: str) -> dict[str, Any]:
    state = report.state
    advice = advise(state.failure_code) if state.failure_code else ""
    return {
        "word": "Not created",
        "tone": "danger",
        "bar": "none",
        "stage": "grey",
        "note": state.fail_reason,
        "advice": advice,
    }


_PHASES: dict[Phase, Callable[[Report, str, str], dict[str, Any]]] = {
    Phase.STARTING: _starting,
    Phase.RETRYING: _retrying,
    Phase.REJECTED: _rejected,
    Phase.DENIED: _denied,
    Phase.REFUSED: _refused,
    Phase.NOT_FOUND: _not_found,
    Phase.STOPPED: _stopped,
    Phase.GAVE_UP: _gave_up,
    Phase.NOT_CREATED: _not_created,
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
