"""Requests to a service, and its answers: the only module that sends the key.

Nothing that leaves this module holds the key or six characters of it. Answers are searched for it before anybody reads
them, and an error of `requests`, whose frames hold prepared headers, never becomes the cause or the context of an error
that is raised here.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

import requests
from requests.auth import AuthBase

from .._errors import ConfigurationError, NoAnswer, RunwayWidgetError, ServiceError
from .._log import log
from .._version import __version__
from .balance import Balance, read_balance
from .body import ACCEPTED, Body
from .connection import fresh_session, was_reached
from .error_answers import SOMEBODY, Asked, error_from
from .failures import failure_of
from .headers import NO_HEADERS, AnswerHeaders
from .key import Bearer, Secret
from .limits import MAX_BODY, AnswerTooLong
from .outputs import Output
from .parse import parse
from .payload import Unreadable, decode
from .provider import Provider, Route, checked_task_id, client_expression, path_of
from .public_hosts import leads_inside
from .state import Answer, Status, TaskState
from .timeouts import CONNECT_TIMEOUT, READ_TIMEOUT

DEFAULT_VERSION = "2024-11-06"


@dataclass(frozen=True, slots=True)
class Reply:
    """A raw answer: HTTP status, decoded JSON (or `Unreadable`), the headers, and whose it is. None holds the key."""

    status: int
    value: Any
    headers: AnswerHeaders = NO_HEADERS
    asked: Asked = SOMEBODY

    def error(self) -> ServiceError:
        """The error that this answer amounts to."""
        return error_from(self.value, self.status, self.headers, self.asked)


class HasService(Protocol):
    """The part of a `Client` that a task needs: the service that it asks."""

    @property
    def _service(self) -> Service: ...


class Service:
    """One provider at one address, asked with one key."""

    def __init__(self, provider: Provider, key: Secret | None, base_url: str | None, version: str | None) -> None:
        self.provider = provider
        self._from_environment = key is None
        key = Secret(os.environ.get(provider.key_variable, "")) if key is None else key
        self._bearer = Bearer(
            key, provider.key_variable, from_environment=self._from_environment, keys_at=provider.keys_at
        )
        variable = provider.key_variable if self._from_environment else ""
        self._asked = Asked(provider.name, provider.keys_at, variable)
        self.base_url = provider.base_url(base_url)
        if version is not None and not (isinstance(version, str) and re.fullmatch(r"[!-~]*", version)):
            raise ConfigurationError("version must be a date such as '2024-11-06', or None to leave the header out")
        self.version = version
        self.poll_interval: float | None = None  # of tasks for which none is asked; None for the built-in cadence
        usual = self._from_environment and version == DEFAULT_VERSION and self._is_usual(base_url)
        self.client = client_expression(provider, usual=usual)  # for a client of it, in lines of Python

    def _is_usual(self, given: str | None) -> bool:
        """Whether a client without an address would have this one too. The environment's may be one that is no use."""
        try:
            return given is None or self.base_url == self.provider.base_url()
        except ConfigurationError:
            return False

    def __str__(self) -> str:
        return f"{self.provider.name} at {getattr(self, 'base_url', '…')}"  # in a traceback it may be half made

    def __repr__(self) -> str:
        return f"<{self}>"

    @property
    def identity(self) -> tuple[str, str | None, str]:
        """What is asked, and with which key: two services with one identity give the same answers."""
        return self.base_url + self.provider.prefix, self.version, self._bearer.digest

    def mark(self) -> str:
        """A mark of this key, for a file: it reveals nothing about the key, and no two marks are alike."""
        return self._bearer.mark()

    def has_made(self, mark: str) -> bool:
        """Whether ``mark`` was made with this key, in whatever process."""
        return self._bearer.has_made(mark)

    def with_current_key(self) -> Service:
        """This service with the key that the environment holds now, where it came from there."""
        if not self._from_environment or not os.environ.get(self.provider.key_variable, "").strip():
            return self
        service = Service(self.provider, None, self.base_url, self.version)
        service.poll_interval, service.client = self.poll_interval, self.client
        return service

    def auth_for(self, url: str) -> AuthBase | None:
        """The key for ``url`` if that is below this service's own address, else None: it goes nowhere else."""
        own, other = urlsplit(self.base_url), urlsplit(url)
        path = unquote(other.path) + "/"
        below = path.startswith(own.path + "/") and "/../" not in path and "/./" not in path
        return self._bearer if below and (own.scheme, own.netloc) == (other.scheme, other.netloc) else None

    def ask(self, task_id: str, route: Route = "task", session: requests.Session | None = None) -> Answer:
        """One look at a task. Never raises a ServiceError: it is the answer's ``result`` then."""
        try:
            reply = self._poll(checked_task_id(task_id), route, session)
        except ServiceError as error:
            return Answer(error)
        date = reply.headers.date
        result = parse(reply.value, reply.status, reply.headers, reply.asked)
        if isinstance(result, TaskState) and not self.provider.tells_cost:  # it may be what a gateway pays itself
            result = replace(result, cost=None, cost_is_estimate=False)
        if isinstance(result, TaskState) and result.status is Status.SUCCESS:
            result = replace(result, outputs=self._outputs(result, path_of(route, task_id)))
        return Answer(result, None if date is None else date - time.time())

    def _poll(self, task_id: str, route: Route, session: requests.Session | None) -> Reply:
        if route == "feed":
            return self.request("POST", self.provider.feed_path, {"task_id": task_id}, session=session)
        path = path_of(route, task_id) or f"{self.provider.prefix}/tasks/{quote(task_id, safe='')}"
        return self.request("GET", path, session=session)

    def _outputs(self, state: TaskState, path: str) -> tuple[Output, ...]:
        """The outputs of a success at ``path``, which of them need the key, and which lead into a private network.

        A video of the unified route may name no link: its file lies behind ``/v1/videos/{id}/content``, and gateways
        that name one may name that. Source: CometAPI's page "Retrieve Video Content".
        """
        outputs = state.outputs
        if not outputs and path and "?" not in path and state.data.get("object") == "video":
            outputs = (Output(f"{self.base_url}{path}/content", "video"),)
        return tuple(
            replace(
                output,
                needs_key=urlsplit(output.url).path.endswith("/content") and self.auth_for(output.url) is not None,
                inside=leads_inside(output.url, self.base_url),
            )
            for output in outputs
        )

    def create(self, endpoint: str, body: dict[str, Any]) -> Reply:
        """One POST on a connection of its own: a reused one can break in a way that leaves doubt."""
        return self.request("POST", f"{self.provider.prefix}/{endpoint}", body)

    def delete(self, task_id: str) -> Reply:
        """One DELETE of a task: cancels a running one, deletes a finished one together with its output."""
        return self.request("DELETE", f"{self.provider.prefix}/tasks/{quote(checked_task_id(task_id), safe='')}")

    def balance(self) -> Balance:
        """What the account has left: one GET. Raises ServiceError; RunwayWidgetError where there is no such route."""
        path = self.provider.balance_path
        if not path:
            raise RunwayWidgetError(f"{self.provider.name} documents no route that says what the account has left")
        reply = self.request("GET", self.provider.prefix + path)
        if not 200 <= reply.status < 300 or not isinstance(reply.value, dict):
            raise reply.error()
        return read_balance(reply.value)

    def cancel(self, task_id: str, known: TaskState, route: Route = "task") -> TaskState:
        """Cancel a task that has not ended; returns its state after that. Source: Runway's ``DELETE /v1/tasks/{id}``.

        The task is looked at first, because deleting a finished one deletes its output. ``known`` is its last known
        state. Raises ServiceError, and RunwayWidgetError where the service has no such route.
        """
        if not self.provider.can_cancel:
            raise RunwayWidgetError(
                f"{self.provider.name} documents no way to cancel a task, so it goes on and is charged; "
                "stop() ends only the watching"
            )
        if route.startswith("/"):
            raise RunwayWidgetError(
                f"a task at the route {route!r} cannot be cancelled, so it goes on and is charged; "
                "stop() ends only the watching"
            )
        if known.ended:
            return known  # a cancelled task cannot even be looked at any more
        latest = self.ask(task_id, route).result
        if isinstance(latest, ServiceError):
            raise latest
        if latest.ended:
            return latest
        reply = self.delete(task_id)
        if not (200 <= reply.status < 300 or reply.status == 404):  # 404: somebody else cancelled it first
            raise reply.error()
        cancelled = Status.CANCELLED
        return replace(known.after(latest), status=cancelled, word=cancelled.value, fail_reason="", outputs=())

    def request(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, session: requests.Session | None = None
    ) -> Reply:
        """Send one request, follow no redirect, and read a bounded answer. Raises NoAnswer where none comes."""
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED,
            "User-Agent": f"runway-widget/{__version__}",
        }
        if self.version and (path.startswith(self.provider.prefix + "/") or path == self.provider.feed_path):
            headers["X-Runway-Version"] = self.version
        if session is not None:
            return self._exchange(session, method, path, headers, body, lambda: None)
        with fresh_session() as (own, connected):
            return self._exchange(own, method, path, headers, body, connected)

    def _exchange(
        self,
        session: requests.Session,
        method: str,
        path: str,
        headers: dict[str, str],
        body: dict[str, Any] | None,
        connected: Callable[[], bool | None],
    ) -> Reply:
        url = self.base_url + path
        failure: NoAnswer | None = None
        received = bytearray()
        try:
            with session.request(
                method,
                url,
                json=body,
                headers=headers,
                auth=self._bearer,
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, received)
        except Exception as error:  # whatever it is, its frames hold the key
            log.debug("no answer: %s", type(error).__name__)
            failure = failure_of(error, url, connected=connected(), reached=was_reached(session, url))
        except KeyboardInterrupt:
            pass
        # Outside the except blocks: the frames above hold headers, and must not be in the traceback of these.
        if failure is None:
            raise KeyboardInterrupt
        failure.received = self._bearer.cut_from(received.decode("utf-8", "replace"))
        raise failure

    def _read(self, response: requests.Response, body: bytearray) -> Reply:
        """Read the answer into ``body``, so that the beginning of one that breaks off is known."""
        packed = Body(response)
        while chunk := packed.read():
            body += chunk
            if len(body) > MAX_BODY:
                raise AnswerTooLong
        cut = self._bearer.cut_from
        value = decode(bytes(body))
        if isinstance(value, Unreadable):
            value = replace(value, text=cut(value.text))
        elif self._bearer.may_be_in(body):
            value = cut(value)
        headers = AnswerHeaders.read(response.headers)
        headers = replace(headers, request_id=cut(headers.request_id))
        return Reply(response.status_code, value, headers, self._asked)
