"""Client: one key at one service, and all that can be asked of it.

What only creating and listing need is imported where it is used: whoever just shows a task does not wait for it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack
from weakref import WeakSet

from .._create.budget import Budget, checked_budget
from .._errors import ConfigurationError, ServiceError, SubmissionUncertain
from .._journal.row import Row, State
from .._keywords import keywords
from .._service.balance import Balance
from .._service.cost import Cost
from .._service.key import Secret
from .._service.provider import (
    CLIENT_NAME,
    COMETAPI,
    RUNWAY,
    Provider,
    Route,
    checked_provider,
    checked_route,
    task_id_in,
)
from .._service.service import DEFAULT_VERSION, Service
from .._service.state import TaskState
from .._tracebacks import ShortTraceback, short_traceback
from .._watch.options import WATCH_DEFAULTS, WatchOptions
from .._widgets.record import TaskRecord
from .._widgets.task import RunwayTask
from .creating import Creating

if TYPE_CHECKING:
    from .._widgets.recent import Recent


class Client(Creating):
    """A key at CometAPI (or, with `Client.runway`, at Runway itself).

    Args:
        api_key: the key; None takes the environment's ``COMETAPI_KEY``.
        base_url: where the service is; None takes ``COMETAPI_BASE_URL``, else ``https://api.cometapi.com``. A trailing
            ``/v1`` or ``/runwayml/v1`` is removed. Plain http is for loopback only.
        version: the ``X-Runway-Version`` header; None leaves it out.
        journal: the file that remembers what was submitted; None takes ``RUNWAY_WIDGET_JOURNAL``, else one in the
            user's data folder. False or "off", here or in the variable, remembers nothing.
        budget: the credits that this client may spend; None sets no limit. A create that might pass it is refused
            before it is sent: `BudgetExceeded`. What was created counts by what the service says, and before that by
            the table of prices; one whose price is not known is refused as well, unless it has ``check=False``.

    Raises:
        ConfigurationError: no key, or none that can be one; a base URL or a path that cannot be used. Nothing was sent.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        version: str | None = DEFAULT_VERSION,
        journal: str | os.PathLike[str] | bool | None = None,
        budget: float | None = None,
    ) -> None:
        key, address, api_key, base_url = _as_secret(api_key), _as_secret(base_url), None, None
        with ShortTraceback():
            self._connect(COMETAPI, key, address, version, journal, budget)

    @classmethod
    def runway(
        cls,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        version: str | None = DEFAULT_VERSION,
        journal: str | os.PathLike[str] | bool | None = None,
        budget: float | None = None,
    ) -> Client:
        """A client of Runway's own API: ``RUNWAYML_API_SECRET``, ``RUNWAYML_BASE_URL``, ``GET /v1/tasks/{id}``.

        Raises ConfigurationError as `Client` does. Source: Runway's API reference, version 2024-11-06.
        """
        key, address, api_key, base_url = _as_secret(api_key), _as_secret(base_url), None, None
        with ShortTraceback():
            return cls._for(RUNWAY, key, address, version, journal, budget)

    @classmethod
    def at(
        cls,
        provider: Provider | str,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        version: str | None = DEFAULT_VERSION,
        journal: str | os.PathLike[str] | bool | None = None,
        budget: float | None = None,
    ) -> Client:
        """A client of any service that answers as CometAPI or Runway do.

        ``provider`` is a `Provider`, which says in which variables its key and its URL stand, where it is, and how its
        paths begin; or the name of one that this package has: "CometAPI" or "Runway". The rest as of `Client`.

        Raises ConfigurationError: no such provider, and as of `Client`.
        """
        key, address, api_key, base_url = _as_secret(api_key), _as_secret(base_url), None, None
        with ShortTraceback():
            try:
                record = checked_provider(provider)
            except ConfigurationError as error:
                provider = ""  # it may be the key, given in the wrong place
                raise error.with_traceback(None) from None
            return cls._for(record, key, address, version, journal, budget)

    @classmethod
    def _for(
        cls,
        provider: Provider,
        key: Secret | None,
        address: Secret | None,
        version: str | None,
        journal: str | os.PathLike[str] | bool | None,
        budget: float | None,
    ) -> Client:
        client = cls.__new__(cls)
        client._connect(provider, key, address, version, journal, budget)
        return client

    def _connect(
        self,
        provider: Provider,
        key: Secret | None,
        address: Secret | None,  # who swaps the two first arguments has put the key here
        version: str | None,
        journal: str | os.PathLike[str] | bool | None,
        budget: float | None,
    ) -> None:
        from .._create.uploads import Uploads
        from .._journal.journal import Journal

        try:
            self._service = Service(provider, key, None if address is None else address.value, version)
        except ConfigurationError as error:
            raise error.with_traceback(None) from None  # the frames below hold what was given as the address
        if journal is not None or budget is not None:
            self._service.client = CLIENT_NAME
        self._journal = Journal(journal)
        self._uploads = Uploads(self._journal)
        self._in_turn = WeakSet[RunwayTask]()
        self._closed = False
        self._budget = Budget(checked_budget(budget))

    def __repr__(self) -> str:
        return f"<Client of {self.__dict__.get('_service', 'nothing')}>"

    def close(self) -> None:
        """Create nothing more: what was not sent yet is taken back, and a further create raises RunwayWidgetError.

        Tasks that exist are watched on, and what is known of them can be asked as before.
        """
        self._closed = True
        self._take_all_back()

    # Tasks that exist

    @keywords(WatchOptions, WATCH_DEFAULTS, returns="RunwayTask")
    def task(self, task_id: str, **watch: Unpack[WatchOptions]) -> RunwayTask:
        """A task that exists already, watched from now on: see `WatchOptions` for the keywords.

        If the journal knows it, its card shows the prompt and the parameters as before, and ``route`` is that of its
        creation where none is given; if the service has forgotten it since, the card shows what was saved of it.
        Returns at once. Raises ConfigurationError for an id or an option that cannot be used, and TypeError for a
        keyword that is not known; what the service answers is raised by `RunwayTask.wait`.
        """
        task_id = task_id_in(task_id)
        row = self._journal.find(task_id, self._service.base_url)
        if row is not None and row.route:
            watch = {"route": row.route, **watch}
        record = TaskRecord(journal=self._journal) if row is None else self._record_of_row(row)
        return RunwayTask(task_id, self, **watch, _record=record)

    @short_traceback
    def retrieve(self, task_id: str, *, route: Route = "task") -> TaskState:
        """One look at a task: one request, no retry. ``route``: see `WatchOptions`.

        Raises AuthenticationError, AccessDenied, TaskNotFound, ServiceError; ConfigurationError for a bad id or route.
        """
        task_id, route = task_id_in(task_id), checked_route(route, self._service.provider)
        result = self._service.ask(task_id, route).result
        if isinstance(result, ServiceError):
            raise result
        self._budget.note(task_id, Cost(result.cost, result.cost_is_estimate))
        return replace(result, task_id=result.task_id or task_id)

    @short_traceback
    def balance(self) -> Balance:
        """What the account has left, and its limits. Runway's own API only.

        Raises ServiceError, and RunwayWidgetError where the service has no such route (CometAPI). Source: Runway's
        ``GET /v1/organization``.
        """
        return self._service.balance()

    @property
    def spent(self) -> float:
        """The credits of what this client created, as far as they are known: see ``budget``.

        A task that has not ended counts with the most that it may be charged, and so does a create that may have been
        taken. One whose cost the service does not say is not in it.
        """
        return self._budget.spent

    @short_traceback
    def recent(self, limit: int = 20, *, picked: bool = False) -> Recent:
        """The latest submissions, newest first, and how they ended: a table; ``[n].task()`` watches that of row n.

        ``picked``: of the takes with a star alone; see `RunwayTask.pick`.

        Asks the journal only, not the service. Raises ConfigurationError for a limit that is no whole number from 1,
        and where the journal cannot be read: that is not the same as nothing submitted.
        """
        from .._widgets.recent import Recent

        return Recent.read(
            self._journal,
            limit,
            self._service.base_url,
            lambda row: self.task(row.task_id),
            self._recall,
            picked=picked,
        )

    def _recall(self, row: Row) -> RunwayTask:
        """A take of the contact sheet: as it ended; watched, if that is still to come; or why it was not created."""
        record = self._record_of_row(row)
        if row.task_id:
            watch: WatchOptions = {"route": row.route} if row.route else {}
            return RunwayTask(row.task_id, self, **watch, _record=record, _recalled=True)
        if row.state is State.REFUSED:
            return RunwayTask("", self, _record=record, _error=ServiceError(row.outcome))
        doubt = SubmissionUncertain(f"it may exist, and be charged: {row.outcome or 'its answer may still be out'}")
        return RunwayTask("", self, _record=record, _error=doubt)


def _as_secret(key: Any) -> Secret | None:
    """``key`` in a wrapper that shows nothing of it where a traceback shows variables."""
    return key if key is None or isinstance(key, Secret) else Secret(key)
