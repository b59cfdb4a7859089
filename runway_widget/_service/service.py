"""The wire. The only module that sees the key, and it knows no widget.

Nothing that this module gives away holds the key or six characters of it: answers are searched for it before anybody
reads them, and an error of `requests`, whose frames hold prepared headers, never becomes the cause or the context of
an error that leaves here.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase

from .._errors import ConfigurationError, NoAnswer, RunwayWidgetError, ServiceError
from .._version import __version__
from .connection import CONNECT_TIMEOUT, READ_TIMEOUT, fresh_session, reason_for
from .error_answers import error_from
from .key import Bearer, Secret
from .payload import Unreadable, decode
from .provider import Provider, Route, checked_task_id
from .retry import parse_http_date, parse_retry_after
from .state import Answer, Status, TaskState, parse

DEFAULT_VERSION = "2024-11-06"
TOTAL_TIMEOUT = 60.0  # an answer that drips in slower than this is none
MAX_BODY = 4 * 2**20

log = logging.getLogger("runway_widget")


@dataclass(frozen=True, slots=True)
class Reply:
    """A raw answer: HTTP status, decoded JSON without the key (or `Unreadable`), and the headers that matter."""

    status: int
    value: Any
    retry_after: float | None = None
    date: float | None = None
    request_id: str | None = None

    def error(self) -> ServiceError:
        """This reply as the error it is."""
        return self.completed(error_from(self.value, self.status))

    def completed(self, error: ServiceError) -> ServiceError:
        """``error`` with what only the headers tell."""
        error.retry_after = self.retry_after
        error.request_id = error.request_id or self.request_id
        return error


class HasService(Protocol):
    """What a task wants of a `Client`: the service that it asks."""

    @property
    def _service(self) -> Service: ...


class Service:
    """A service as one key sees it: what to ask, where, and as whom."""

    def __init__(self, provider: Provider, key: Secret | None, base_url: str | None, version: str | None) -> None:
        self.provider = provider
        self._from_environment = key is None
        key = key or Secret(os.environ.get(provider.key_variable, ""))
        self._bearer = Bearer(key, provider.key_variable)
        self.base_url = provider.base_url(base_url)
        if version is not None and not (isinstance(version, str) and re.fullmatch(r"[!-~]*", version)):
            raise ConfigurationError("version must be a date such as '2024-11-06', or None to leave the header out")
        self.version = version

    def __repr__(self) -> str:
        return f"<{self.provider.name} at {getattr(self, 'base_url', '…')}>"  # a traceback may show it half made

    @property
    def identity(self) -> tuple[str, str | None, str]:
        """What is asked, and as whom: two services with one identity give the same answers."""
        return self.base_url + self.provider.prefix, self.version, self._bearer.digest

    def with_current_key(self) -> Service:
        """This service with the key that the environment holds now, where it came from there."""
        if not self._from_environment or not os.environ.get(self.provider.key_variable, "").strip():
            return self
        return Service(self.provider, None, self.base_url, self.version)

    def auth_for(self, url: str) -> AuthBase | None:
        """The key for ``url`` if that is this service's own origin, else None: it goes nowhere else."""
        own, other = urlsplit(self.base_url), urlsplit(url)
        return self._bearer if (own.scheme, own.netloc) == (other.scheme, other.netloc) else None

    def ask(self, task_id: str, route: Route = "task", session: requests.Session | None = None) -> Answer:
        """One look at a task. Never raises: what went wrong is the answer's ``said``."""
        try:
            reply = self._poll(checked_task_id(task_id), route, session)
        except ServiceError as error:
            return Answer(error)
        said = parse(reply.value, reply.status)
        if isinstance(said, ServiceError):
            reply.completed(said)
        return Answer(said, None if reply.date is None else reply.date - time.time())

    def _poll(self, task_id: str, route: Route, session: requests.Session | None) -> Reply:
        if route == "feed":
            return self.request("POST", self.provider.feed_path, {"task_id": task_id}, session=session)
        return self.request("GET", f"{self.provider.prefix}/tasks/{quote(task_id, safe='')}", session=session)

    def create(self, endpoint: str, body: dict[str, Any]) -> Reply:
        """One POST on a connection of its own: a reused one can break in a way that leaves doubt."""
        return self.request("POST", f"{self.provider.prefix}/{endpoint}", body)

    def delete(self, task_id: str) -> Reply:
        """One DELETE of a task: cancels a running one, deletes a finished one together with its output."""
        return self.request("DELETE", f"{self.provider.prefix}/tasks/{quote(checked_task_id(task_id), safe='')}")

    def cancel(self, task_id: str, known: TaskState) -> TaskState:
        """Cancel a task that has not ended; returns its state after that. Source: Runway's ``DELETE /v1/tasks/{id}``.

        The task is looked at first, because deleting a finished one deletes its output. ``known`` is what was last
        heard of it. Raises ServiceError, and RunwayWidgetError where the service has no such route.
        """
        if not self.provider.can_cancel:
            raise RunwayWidgetError(
                f"{self.provider.name} documents no way to cancel a task, so it goes on and is charged; "
                "stop() ends only the watching"
            )
        if known.ended:
            return known  # a cancelled task cannot even be looked at any more
        latest = self.ask(task_id).result
        if isinstance(latest, ServiceError):
            raise latest
        if latest.ended:
            return latest
        reply = self.delete(task_id)
        if not (200 <= reply.status < 300 or reply.status == 404):  # 404: somebody else was faster
            raise reply.error()
        cancelled = Status.CANCELLED
        return replace(known.after(latest), status=cancelled, word=cancelled.value, fail_reason="", outputs=())

    def request(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, session: requests.Session | None = None
    ) -> Reply:
        """Send one request, follow no redirect, and read a bounded answer. Raises NoAnswer where none comes."""
        headers = {"Accept": "application/json", "User-Agent": f"runway-widget/{__version__}"}
        if self.version:
            headers["X-Runway-Version"] = self.version
        if session is not None:
            return self._exchange(session, method, path, headers, body, lambda: True)
        with fresh_session() as (own, connected):
            return self._exchange(own, method, path, headers, body, connected)

    def _exchange(
        self,
        session: requests.Session,
        method: str,
        path: str,
        headers: dict[str, str],
        body: dict[str, Any] | None,
        connected: Callable[[], bool],
    ) -> Reply:
        reason = ""
        try:
            with session.request(
                method,
                self.base_url + path,
                json=body,
                headers=headers,
                auth=self._bearer,
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response)
        except NoAnswer as error:
            reason = error.message
        except Exception as error:  # whatever it is, its frames hold the key
            log.debug("no answer: %s", type(error).__name__)
            reason = reason_for(error)
        except KeyboardInterrupt:
            pass
        # Outside the except blocks: the frames above hold headers, and must not be among those of what leaves here.
        if not reason:
            raise KeyboardInterrupt
        raise NoAnswer(reason, sent=connected())

    def _read(self, response: requests.Response) -> Reply:
        deadline = time.monotonic() + TOTAL_TIMEOUT
        body = bytearray()
        while chunk := response.raw.read1(65_536, decode_content=True):
            body += chunk
            if len(body) > MAX_BODY:
                raise NoAnswer("the answer is too long")
            if time.monotonic() > deadline:
                raise NoAnswer("the answer came too slowly")
        value = decode(bytes(body))
        if isinstance(value, Unreadable):
            value.text = self._bearer.cut_from(value.text)
        elif self._bearer.may_be_in(body):
            value = self._bearer.cut_from(value)
        told = response.headers
        request_id = told.get("X-Request-Id") or told.get("X-Oneapi-Request-Id")
        return Reply(
            response.status_code,
            value,
            parse_retry_after(told.get("Retry-After")),
            parse_http_date(told.get("Date")),
            self._bearer.cut_from(request_id),
        )
