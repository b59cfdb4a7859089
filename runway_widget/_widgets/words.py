"""How the card speaks: titles, states and advice, in one place, so that the live and the frozen card say the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .._service.state import Status, TaskState
from .._watch.report import Phase, Report

_TITLES = {
    "TEXT_TO_IMAGE": "Text to image",
    "TEXT_TO_VIDEO": "Text to video",
    "IMAGE_TO_VIDEO": "Image to video",
    "VIDEO_TO_VIDEO": "Video to video",
    "VIDEO_UPSCALE": "Video upscale",
    "CHARACTER_PERFORMANCE": "Character performance",
}

# Source: Runway's documentation of task failures; the codes are an open-ended list of dotted prefixes.
_ADVICE = (
    ("SAFETY.INPUT", "The input was moderated. Change the prompt or the picture; the same input will fail again, and "
     "moderated attempts are charged."),
    ("SAFETY.OUTPUT", "The result was moderated. Try a different prompt."),
    ("SAFETY", "Moderated. Change the prompt or the input; the same input will fail again."),
    ("INPUT_PREPROCESSING.SAFETY", "The prompt was moderated. Rephrase it; the same prompt will fail again."),
    ("INPUT_PREPROCESSING.INTERNAL", "Moderation itself broke down. Wait a little and create the same task again."),
    ("INTERNAL.BAD_OUTPUT", "The result did not pass the quality check. Change the input: text or graphics laid over "
     "a picture are a common cause."),
    ("ASSET.INVALID", "An input file has a format, size or duration that is not accepted. Fix the file and create the "
     "task again."),
    ("THIRD_PARTY.UNAVAILABLE", "A partner's model is down. Wait a little and create the same task again."),
    ("INTERNAL", "A fault at the service. Wait a little and create the same task again."),
)  # fmt: skip


def advise(failure_code: str) -> str:
    """What to do about a failure; "" for a code that is not known."""
    code = failure_code.upper()
    for prefix, advice in _ADVICE:
        if code == prefix or code.startswith(prefix + "."):
            return advice
    return "" if code else "The service gave no code. If the reason tells nothing, wait a little and create it again."


def title(action: str) -> str:
    """A heading for what was asked: "Image to video"."""
    known = _TITLES.get(action.upper())
    if known or not action:
        return known or "Runway task"
    words = action.replace("_", " ").strip()
    return words.capitalize() if words.isupper() else words


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
        "title": title(state.action),
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


_PHASES: dict[Phase, Callable[[Report, str, str], dict[str, Any]]] = {
    Phase.STARTING: _starting,
    Phase.RETRYING: _retrying,
    Phase.REJECTED: _rejected,
    Phase.DENIED: _denied,
    Phase.REFUSED: _refused,
    Phase.NOT_FOUND: _not_found,
    Phase.STOPPED: _stopped,
    Phase.GAVE_UP: _gave_up,
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


def shortest(path: Path) -> str:
    """``path`` as people in this folder would say it."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (ValueError, OSError):
        return str(path)
