"""Client: one key at one service, and all that can be asked of it."""

from __future__ import annotations

from typing import Any, Self

from ._address import COMETAPI, RUNWAY, Home, checked_task_id
from ._errors import ServiceError
from ._http import DEFAULT_VERSION, Secret, Service
from ._state import TaskState
from ._task import RunwayTask


class Client:
    """A key at CometAPI (or, with `Client.runway`, at Runway itself).

    Args:
        api_key: the key; None takes the environment's ``COMETAPI_KEY``.
        base_url: where the service is; None takes ``COMETAPI_BASE_URL``, else ``https://api.cometapi.com``. A trailing
            ``/v1`` or ``/runwayml/v1`` is removed. Plain http is for loopback only.
        version: the ``X-Runway-Version`` header; None leaves it out.

    Raises:
        ConfigurationError: no key, or one that is none; a base URL that cannot be used. Nothing was sent.
    """

    def __init__(
        self, api_key: str | None = None, base_url: str | None = None, *, version: str | None = DEFAULT_VERSION
    ) -> None:
        key, api_key = (None if api_key is None else Secret(api_key)), None
        self._service = Service(self._home, key, base_url, version)

    _home: Home = COMETAPI

    @classmethod
    def runway(
        cls, api_key: str | None = None, base_url: str | None = None, *, version: str | None = DEFAULT_VERSION
    ) -> Self:
        """A client of Runway's own API: ``RUNWAYML_API_SECRET``, ``RUNWAYML_BASE_URL``, ``GET /v1/tasks/{id}``."""
        key, api_key = (None if api_key is None else Secret(api_key)), None
        client = cls.__new__(cls)
        client._home = RUNWAY
        client._service = Service(RUNWAY, key, base_url, version)
        return client

    def __repr__(self) -> str:
        return f"<Client of {self._service!r}>"

    def task(self, task_id: str, **watch: Any) -> RunwayTask:
        """A task that exists already, watched from now on: see `RunwayTask` for the keywords."""
        return RunwayTask(task_id, self, **watch)

    def retrieve(self, task_id: str) -> TaskState:
        """One look at a task: one GET, no retry.

        Raises AuthenticationError, AccessDenied, TaskNotFound or ServiceError; ConfigurationError for a bad id.
        """
        said = self._service.ask(checked_task_id(task_id)).said
        if isinstance(said, ServiceError):
            raise said
        return said
