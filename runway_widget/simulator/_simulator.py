"""The simulator as notebooks and tests use it: it starts on first use, and keeps a list of what it received."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, Unpack

from .._runtime.process import Lock
from .._service.provider import COMETAPI, PROVIDERS, RUNWAY, Provider
from .._watch.watch import Terms
from . import _media
from ._exchange import Answer, Request
from ._keywords import AccountKeywords, ClientKeywords, ScenarioKeywords, TroubleKeywords
from ._received import Received, received
from ._routes import Routes
from ._scenario import Outcome
from ._server import Server
from ._service import Service
from ._troubles import Troubles, apply_trouble, parse_trouble
from ._uploads import Uploads
from ._wire import Dialect, Shape

if TYPE_CHECKING:
    from .._client.client import Client

DEFAULT_KEY = "sim-4Zq8Tn2Vx7Kw"  # what the simulator's own clients carry when it takes any key
_REMEMBERED = 20_000


class Simulator:
    """CometAPI's and Runway's routes on loopback, with media that play and every trouble on demand.

    It is a context manager; without `with`, it starts when `url` or a client is first asked for and ends with
    `close()` or the process.

    Args:
        shape: what CometAPI's routes answer, "wrapped" or "bare". Runway's own are always bare.
        speed: how many times faster than real time tasks go.
        port: of 127.0.0.1; 0 takes a free one.
        key: the only key accepted; None takes any.
        trouble: one line or several as in `--trouble`, such as "rate_limited,times=3,retry_after=2".
        link_life: seconds (of the clock, not of the speed) that a signed media link is good for.
        ranges: whether the media answer range requests.
        skew: seconds by which the service's clock is ahead of this machine's.
        seed: makes task ids the same in each run.
        clock: gives the service's time, unix seconds; for tests that want to stop it.
        progress, result_in, not_exist, cancelled_as, nested, renews_links: see `Dialect`.
        providers: whose routes are served. All gateways among them answer in the same dialect.

    Raises:
        ValueError: an argument that is not one of its choices. OSError from `url`: the port is taken.
    """

    def __init__(
        self,
        shape: Shape = "wrapped",
        speed: float = 20.0,
        port: int = 0,
        key: str | None = None,
        *,
        trouble: str | Iterable[str] = (),
        link_life: float = 86400.0,
        ranges: bool = True,
        skew: float = 0.0,
        seed: int | None = None,
        clock: Callable[[], float] | None = None,
        progress: Literal["steps", "percent"] = "steps",
        result_in: Literal["fail_reason", "result_url"] = "fail_reason",
        not_exist: Literal[400, 200] = 400,
        cancelled_as: Literal["CANCELLED", "FAILURE"] = "CANCELLED",
        nested: bool = False,
        renews_links: bool = True,
        providers: Iterable[Provider] = PROVIDERS,
    ) -> None:
        dialect = Dialect(
            shape=shape,
            progress=progress,
            result_in=result_in,
            not_exist=not_exist,
            cancelled_as=cancelled_as,
            nested=nested,
            renews_links=renews_links,
        )
        if key is not None and not key.strip():
            raise ValueError("key must not be blank; leave it out to accept any")
        self.key = key if key is not None else DEFAULT_KEY
        self._service = Service(speed=speed, link_life=link_life, clock=clock, skew=skew, seed=seed)
        self._uploads = Uploads(self._service.now)
        self._routes = Routes(self._service, self._uploads, dialect, key=key, ranges=ranges)
        self._providers = tuple(providers)
        self._troubles = Troubles(self._providers)
        self._port = port
        self._server: Server | None = None
        self._closed = False
        self._lock = Lock()  # of the server and of what was received
        self._folder: TemporaryDirectory[str] | None = None
        self._received: deque[Received] = deque(maxlen=_REMEMBERED)
        for line in [trouble] if isinstance(trouble, str) else trouble:
            self.trouble(**parse_trouble(line))

    # Life

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        server = self.__dict__.get("_server")  # a traceback may show a simulator that could not be made
        return f"<Simulator {server.url if server else 'closed' if self.__dict__.get('_closed') else 'not started'}>"

    def start(self) -> None:
        """Begin to listen. Does nothing where it listens already."""
        with self._lock:
            if self._closed:
                raise RuntimeError("this simulator is closed; make another")
            if self._server is None:
                self._server = Server(self._port, self._answer, self._service.now)
                self._service.url = self._server.url

    def close(self) -> None:
        """Stop listening and cut every connection at once. It cannot be started again. May be called twice."""
        with self._lock:
            server, self._server, self._closed = self._server, None, True
            folder, self._folder = self._folder, None
        if server is not None:
            server.close()
        if folder is not None:
            folder.cleanup()

    @property
    def url(self) -> str:
        """The base URL, "http://127.0.0.1:<port>". Starts the simulator."""
        self.start()
        assert self._server is not None
        return self._server.url

    # Clients

    def client(self, **keywords: Unpack[ClientKeywords]) -> Client:
        """A client of CometAPI's routes; keywords as for `Client`. Starts the simulator.

        ``poll_interval`` is that of tasks for which none is asked: a service that is faster than life is worth asking
        more often. The journal lasts as long as the simulator: what is made here has no place in the user's own.
        """
        return self.client_of(COMETAPI, **keywords)

    def runway_client(self, **keywords: Unpack[ClientKeywords]) -> Client:
        """A client of Runway's own routes; keywords as for `Client.runway`. Starts the simulator."""
        return self.client_of(RUNWAY, **keywords)

    def client_of(self, provider: Provider, **keywords: Unpack[ClientKeywords]) -> Client:
        """A client of the routes of any of the `providers`; keywords as for `Client`. Starts the simulator."""
        from .._client.client import Client

        url = self.url
        interval = Terms(keywords.pop("poll_interval", None)).poll_interval
        account: AccountKeywords = {"api_key": self.key, "base_url": url}
        account.update(keywords)
        if "journal" not in account:
            account["journal"] = self._journal()
        client = Client.at(provider, **account)
        client._service.poll_interval = interval
        return client

    def _journal(self) -> Path:
        """Where the clients of this simulator write; made for the first of them, since a server alone needs no file."""
        with self._lock:
            if self._folder is None:
                self._folder = TemporaryDirectory(prefix="runway-simulator-", ignore_cleanup_errors=True)
            return Path(self._folder.name) / "journal"

    # What will happen

    def add_task(
        self,
        action: str = "IMAGE_TO_VIDEO",
        task_id: str | None = None,
        outcome: Outcome = "success",
        *,
        submitted_ago: float = 0.0,
        **scenario: Unpack[ScenarioKeywords],
    ) -> str:
        """A task that exists already; returns its id (a UUID unless given).

        `submitted_ago` and every other time are seconds of the service, which the speed makes shorter. The other
        keywords are the fields of `Scenario` (queued, duration, throttled, invisible, ends_at, failure, failure_code,
        outputs, late_outputs, status_word, opaque, content_only, size), `variant` ("dawn", "noon", "dusk", "night",
        another take of one, such as "dusk-near", "dusk-dive", "dusk-haze", or a number), `portrait`. What is not given
        is usual for the action. ValueError for a mistake, or an id in use.
        """
        self.start()
        keywords = {"outcome": outcome, **scenario}
        return self._service.add(action, task_id=task_id, submitted_ago=submitted_ago, **keywords).id

    def next(self, outcome: Outcome = "success", **scenario: Unpack[ScenarioKeywords]) -> None:
        """Set the scenario of the next task that is created; call it n times for n tasks. Keywords as for `add_task`.

        Without it a create succeeds, unless its prompt holds `[fail]`, `[fail SAFETY.INPUT.TEXT]`, `[slow]`,
        `[never]` or `[cancelled]`.
        """
        self._service.queue({"outcome": outcome, **scenario})

    def trouble(
        self,
        kind: str,
        *,
        times: int | None = 1,
        task_id: str | None = None,
        route: str | None = None,
        **options: Unpack[TroubleKeywords],
    ) -> None:
        """Let the next `times` matching requests (None: all, until `calm()`) meet a trouble.

        `route` is "create", "poll", "feed", "cancel", "balance", "upload", "store" (takes the files of uploads; here
        "slow" reads them slowly and "reset" ends half-way), "media", an endpoint, "cometapi", "runway", or another of
        the video routes, such as "kling". None: any but store and media. With `taken=True` the service does its work
        all the same.

        The kinds, with their options and what these are if not given:

        - "not_visible": ``status=400``, ``where="code"`` (or "message", "status", "error")
        - "no_data", "unauthorized", "quota", "hang"
        - "forbidden" and "invalid_request": ``message``; "model_not_found": ``model``
        - "rate_limited": ``retry_after=None``, ``body="task_error"`` (or "gateway", "empty")
        - "server_error": ``status=502``, ``retry_after=None``, ``body="gateway"`` (or "task_error", "empty")
        - "echo_key": ``status=401``; "html": ``status=502``; "empty": ``status=200``
        - "redirect": ``status=301``, ``location="/"``
        - "truncated": ``sent=None`` (half of the body's bytes); "reset": ``sent=0``
        - "slow": ``seconds=20``; "drip": ``seconds=0.05`` for each byte; "huge": a body without end

        ValueError for any other.
        """
        self._troubles.add(kind, times, task_id, route, {**options})

    def calm(self) -> None:
        """Forget every trouble that no request has met yet; what the store reads slowly goes on at full speed."""
        self._troubles.clear()

    def expire_links(self) -> None:
        """Make every media link so far expire (403). The next answer about a task holds new ones."""
        self._service.expire_links()

    def forget_tasks(self) -> None:
        """Know none of the tasks so far any more, as a service does after some weeks. What they cost stays."""
        self._service.forget_tasks()

    def expire_uploads(self) -> None:
        """Make every upload so far expire: a create that names one is refused."""
        self._uploads.expire()

    def media_url(self, kind: Literal["image", "video"] = "image", variant: str | int = "dawn") -> str:
        """The URL of one of the simulator's own files, as an input. A take that is made from it looks like it."""
        extension = _media.EXTENSIONS[kind]
        return f"{self.url}/media/{_media.variant(variant)}{extension}"

    # What happened

    @property
    def requests(self) -> list[Received]:
        """What the service received, oldest first, at most the last 20 000."""
        with self._lock:
            return list(self._received)

    @property
    def ledger(self) -> dict[str, float]:
        """What each task that was created here is charged as it stands, by its id, in credits."""
        return self._service.ledger

    def _answer(self, request: Request) -> Answer:
        at = time.monotonic()
        request = replace(request, providers=self._providers)
        if (trouble := self._troubles.take(request)) is None:
            answer = self._routes.answer(request)
        else:
            answer = apply_trouble(trouble, request, lambda: self._routes.answer(request))
        with self._lock:
            self._received.append(received(request, answer, trouble.kind if trouble else "", at))
        return answer
