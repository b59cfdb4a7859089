"""Everything that can go wrong between a client and the service, on demand.

The next requests that match a trouble get its answer instead of the usual one. Kinds and their options are one table,
so that a misspelt one is refused at once. With `taken=True` the service does its work all the same: a create then
makes its task, although the client does not get its id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .._runtime.process import Lock
from .._service.provider import Provider
from ._exchange import Answer, Request, json_answer, matchable
from ._wire import gateway_error, runway_error, task_error, task_not_exist

# Each kind, with its options and what they are when not given.
KINDS: dict[str, dict[str, Any]] = {
    "not_visible": {"status": 400, "where": "code"},
    "no_data": {},
    "unauthorized": {},
    "forbidden": {"message": "this token is not allowed to use this model"},
    "quota": {},
    "rate_limited": {"retry_after": None, "body": "task_error"},
    "server_error": {"status": 502, "retry_after": None, "body": "gateway"},
    "model_not_found": {"model": "gen4_turbo"},
    "invalid_request": {"message": "field prompt is required"},
    "echo_key": {"status": 401},
    "html": {"status": 502},
    "redirect": {"status": 301, "location": "/"},
    "empty": {"status": 200},
    "truncated": {"sent": None},
    "reset": {"sent": 0},
    "slow": {"seconds": 20.0},
    "hang": {},
    "drip": {"seconds": 0.05},
    "huge": {},
}
_DELIVERED_LATE = ("truncated", "slow", "drip")  # their answer is the usual one, so its work is always done
_CHOICES: dict[str, tuple[Any, ...]] = {
    "where": ("code", "message", "status", "error"),
    "body": ("task_error", "gateway", "empty"),
}
_HTML = """<!DOCTYPE html>
<html><head><title>{status}</title></head>
<body><center><h1>{status}</h1></center><hr><center>openresty</center></body></html>
"""


@dataclass
class Trouble:
    """A trouble for requests to come. `left` is for how many; None means for all. `over`: it was calmed."""

    kind: str
    left: int | None
    task_id: str | None
    route: str | None
    options: dict[str, Any] = field(default_factory=dict)
    over: bool = False

    def concerns(self, request: Request) -> bool:
        if self.task_id is not None and self.task_id != request.task_id:
            return False
        if self.route is None:
            return request.route not in ("", "store", "media")
        return self.route in request.names()


class Troubles:
    """The troubles for requests to come. A request gets the first that matches it. Safe to use from many threads."""

    def __init__(self, providers: tuple[Provider, ...]) -> None:
        self._providers = providers
        self._waiting: list[Trouble] = []
        self._all: list[Trouble] = []  # also those that somebody has met
        self._lock = Lock()  # of both lists

    def add(
        self, kind: str, times: int | None, task_id: str | None, route: str | None, options: dict[str, Any]
    ) -> None:
        trouble = Trouble(
            kind, times, task_id, route, _checked(kind, times, route, matchable(self._providers), options)
        )
        with self._lock:
            self._waiting.append(trouble)
            self._all.append(trouble)

    def clear(self) -> None:
        with self._lock:
            for trouble in self._all:
                trouble.over = True
            self._waiting.clear()
            self._all.clear()

    def take(self, request: Request) -> Trouble | None:
        with self._lock:
            for trouble in self._waiting:
                if trouble.concerns(request):
                    if trouble.left is not None:
                        trouble.left -= 1
                        if trouble.left <= 0:
                            self._waiting.remove(trouble)
                    return trouble
        return None


def parse_trouble(text: str) -> dict[str, Any]:
    """Keywords of `Simulator.trouble` from a line such as "rate_limited,times=3,retry_after=2".

    Numbers are read as numbers, `times=forever` as None.
    """
    kind, *pairs = [part.strip() for part in text.split(",")]
    keywords: dict[str, Any] = {"kind": kind}
    for pair in pairs:
        name, separator, value = (part.strip() for part in pair.partition("="))
        if not separator or not name:
            raise ValueError(f"{pair!r} is not name=value, in the trouble {text!r}")
        keywords[name] = {"forever": None, "true": True, "false": False}.get(value, _number(value))
    return keywords


def apply_trouble(trouble: Trouble, request: Request, usual: Callable[[], Answer]) -> Answer:
    """The answer that a trouble makes of a request; `usual` does the service's work and gives its own answer."""
    kind, options = trouble.kind, trouble.options
    if request.form is not None and kind == "slow":
        request.form.seconds, request.form.hurried = options["seconds"], lambda: trouble.over
        return usual()
    if request.form is not None and kind == "reset":
        request.form.skip(0.5)
        return Answer(0, delivery="reset", amount=0)
    if request.form is not None:
        request.form.skip(1)  # whoever is still sending hears no answer
    if kind in _DELIVERED_LATE:
        amount = options["sent"] if kind == "truncated" else options["seconds"]
        return replace(usual(), delivery=kind, amount=amount)  # type: ignore[arg-type]
    done = usual() if options["taken"] or (kind == "reset" and options["sent"]) else None
    if kind == "reset":
        return replace(done or Answer(200), delivery="reset", amount=options["sent"])
    answer = _error(kind, options, request)
    return replace(answer, made=done.made) if done else answer


def _error(kind: str, options: dict[str, Any], request: Request) -> Answer:
    runway = request.in_runways_form
    match kind:
        case "not_visible":
            return runway_error(404, "Not Found") if runway else _not_visible(**options)
        case "no_data":
            return json_answer({"code": "success", "message": "", "data": None})
        case "unauthorized":
            return unauthorized(request)
        case "forbidden" if runway:
            return runway_error(403, options["message"])
        case "forbidden":
            return gateway_error(403, "", options["message"])
        case "quota" if runway:
            return runway_error(400, "You do not have enough credits to run this task.")
        case "quota":
            return task_error(403, "quota_not_enough", "user quota is not enough")
        case "rate_limited":
            message = "Too many requests." if runway else "当前分组上游负载已饱和，请稍后再试"
            return _busy(429, "rate_limit_exceeded", message, options, runway)
        case "server_error":
            return _busy(options["status"], "get_task_failed", "upstream returned error", options, runway)
        case "model_not_found":
            text = f"no available channel for group default and model {options['model']} (distributor)"
            return gateway_error(503, "model_not_found", text)
        case "invalid_request":
            return gateway_error(500, "invalid_request", options["message"])
        case "echo_key":
            return _echo(options["status"], request)
        case "redirect":
            answer = Answer(options["status"], _HTML.format(status="Moved").encode(), "text/html")
            return replace(answer, headers={"Location": options["location"]})
        case "html":
            status = options["status"]
            text = _HTML.format(status="Welcome" if status == 200 else f"{status} Bad Gateway")
            return Answer(status, text.encode(), "text/html; charset=utf-8")
        case "empty":
            return Answer(options["status"])
        case "hang":
            return Answer(0, delivery="hang")
    return Answer(200, delivery="huge")


def unauthorized(request: Request) -> Answer:
    """401, as each service words it."""
    if request.in_runways_form:
        return runway_error(401, "The API key is missing or not valid.")
    return gateway_error(401, "", "无效的令牌")


def _not_visible(status: int, where: str, **_: Any) -> Answer:
    word = "task_not_exist"
    if where == "code":
        return task_not_exist(status)
    if where == "message":
        return json_answer({"code": None, "message": word, "data": None}, status)
    if where == "status":
        return json_answer({"status": word}, status)
    return gateway_error(status, word, word)


def _busy(status: int, code: str, message: str, options: dict[str, Any], runway: bool) -> Answer:
    headers = {} if options["retry_after"] is None else {"Retry_After": str(options["retry_after"])}
    if options["body"] == "empty":
        return replace(Answer(status), headers={name.replace("_", "-"): text for name, text in headers.items()})
    if runway:
        return runway_error(status, message, None, **headers)
    return (task_error if options["body"] == "task_error" else gateway_error)(status, code, message, **headers)


def _echo(status: int, request: Request) -> Answer:
    key = request.key or "none"
    text = f"Incorrect API key provided: {key[:6]}***{key[-3:]} (Authorization: Bearer {key})"
    return runway_error(status, text) if request.in_runways_form else gateway_error(status, "", text)


def _number(text: str) -> int | float | str:
    for reader in (int, float):
        try:
            return reader(text)
        except ValueError:
            continue
    return text


def _checked(
    kind: str, times: int | None, route: str | None, routes: set[str], options: dict[str, Any]
) -> dict[str, Any]:
    if kind not in KINDS:
        raise ValueError(f"no trouble is called {kind!r}; there are {', '.join(KINDS)}")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError(f"times must be 1 or more, or None for every time; got {times!r}")
    if route is not None and route not in routes:
        raise ValueError(f"no route is called {route!r}; there are {', '.join(sorted(routes))}")
    known = {**KINDS[kind], "taken": False}
    for name, value in options.items():
        if name not in known:
            raise ValueError(f"{kind!r} has no option {name!r}; it takes {', '.join(known)}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(_CHOICES[name])}; got {value!r}")
        if name == "status" and (not isinstance(value, int) or not 200 <= value <= 599):
            raise ValueError(f"status must be an HTTP status from 200 to 599; got {value!r}")
    return known | options
