"""Client: one key at one service, and all that can be asked of it.

What only creating and listing need is imported where it is used: whoever just shows a task does not wait for it.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from ._create.endpoints import METHODS, CreateMethods
from ._create.parameters import DEFAULTS, RawOptions
from ._errors import ConfigurationError, RunwayWidgetError, ServiceError
from ._journal.row import filled_request
from ._keywords import find_fault, keywords
from ._service.key import Secret
from ._service.provider import COMETAPI, RUNWAY, Provider, checked_provider, task_id_in
from ._service.service import DEFAULT_VERSION, Service
from ._service.state import TaskState
from ._tracebacks import ShortTraceback, refuse, short_traceback
from ._watch.options import WATCH_DEFAULTS, WatchOptions, checked_flag
from ._widgets.grid import TaskGrid
from ._widgets.record import TaskRecord
from ._widgets.task import RunwayTask

if TYPE_CHECKING:
    from ._create.inputs import Media
    from ._create.request import Creation
    from ._create.sending import Stop
    from ._journal.row import Row
    from ._service.json_value import JsonValue
    from ._widgets.recent import Recent


class Client(CreateMethods[RunwayTask, TaskGrid]):
    """A key at CometAPI (or, with `Client.runway`, at Runway itself).

    Args:
        api_key: the key; None takes the environment's ``COMETAPI_KEY``.
        base_url: where the service is; None takes ``COMETAPI_BASE_URL``, else ``https://api.cometapi.com``. A trailing
            ``/v1`` or ``/runwayml/v1`` is removed. Plain http is for loopback only.
        version: the ``X-Runway-Version`` header; None leaves it out.
        journal: the file that remembers what was submitted; None takes ``RUNWAY_WIDGET_JOURNAL``, else one in the
            user's data folder. False or "off", here or in the variable, remembers nothing.

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
    ) -> None:
        key, address, api_key, base_url = _as_secret(api_key), _as_secret(base_url), None, None
        with ShortTraceback():
            self._connect(COMETAPI, key, address, version, journal)

    @classmethod
    def runway(
        cls,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        version: str | None = DEFAULT_VERSION,
        journal: str | os.PathLike[str] | bool | None = None,
    ) -> Client:
        """A client of Runway's own API: ``RUNWAYML_API_SECRET``, ``RUNWAYML_BASE_URL``, ``GET /v1/tasks/{id}``.

        Raises ConfigurationError as `Client` does. Source: Runway's API reference, version 2024-11-06.
        """
        key, address, api_key, base_url = _as_secret(api_key), _as_secret(base_url), None, None
        with ShortTraceback():
            return cls._for(RUNWAY, key, address, version, journal)

    @classmethod
    def at(
        cls,
        provider: Provider | str,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        version: str | None = DEFAULT_VERSION,
        journal: str | os.PathLike[str] | bool | None = None,
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
            return cls._for(record, key, address, version, journal)

    @classmethod
    def _for(
        cls,
        provider: Provider,
        key: Secret | None,
        address: Secret | None,
        version: str | None,
        journal: str | os.PathLike[str] | bool | None,
    ) -> Client:
        client = cls.__new__(cls)
        client._connect(provider, key, address, version, journal)
        return client

    def _connect(
        self,
        provider: Provider,
        key: Secret | None,
        address: Secret | None,  # who swaps the two first arguments has put the key here
        version: str | None,
        journal: str | os.PathLike[str] | bool | None,
    ) -> None:
        from ._journal.journal import Journal

        try:
            self._service = Service(provider, key, None if address is None else address.value, version)
        except ConfigurationError as error:
            raise error.with_traceback(None) from None  # the frames below hold what was given as the address
        self._journal = Journal(journal)

    def __repr__(self) -> str:
        return f"<Client of {self.__dict__.get('_service', 'nothing')!r}>"

    # Tasks that exist

    @keywords(WatchOptions, WATCH_DEFAULTS, returns="RunwayTask")
    def task(self, task_id: str, **watch: Unpack[WatchOptions]) -> RunwayTask:
        """A task that exists already, watched from now on: see `WatchOptions` for the keywords.

        If the journal knows it, its card shows the prompt and the parameters as before. Returns at once. Raises
        ConfigurationError for an id or an option that cannot be used, and TypeError for a keyword that is not known;
        what the service answers is raised by `RunwayTask.wait`.
        """
        task_id = task_id_in(task_id)
        row = self._journal.find(task_id, self._service.base_url)
        return RunwayTask(task_id, self, **watch, _record=None if row is None else self._record_of_row(row))

    @short_traceback
    def retrieve(self, task_id: str) -> TaskState:
        """One look at a task: one GET, no retry.

        Raises AuthenticationError, AccessDenied, TaskNotFound or ServiceError; ConfigurationError for a bad id.
        """
        task_id = task_id_in(task_id)
        result = self._service.ask(task_id).result
        if isinstance(result, ServiceError):
            raise result
        return replace(result, task_id=result.task_id or task_id)

    @short_traceback
    def recent(self, limit: int = 20) -> Recent:
        """The latest submissions, newest first, and how they ended: a table; ``[n].task()`` watches that of row n.

        Asks the journal only, not the service. Raises ConfigurationError for a limit that is no whole number from 1,
        and where the journal cannot be read: that is not the same as nothing submitted.
        """
        from ._widgets.recent import Recent

        return Recent.read(self._journal, limit, self._service.base_url, lambda row: self.task(row.task_id))

    # Tasks that do not exist yet

    def _create_raw(self, endpoint: str, body: dict[str, JsonValue | Media], options: RawOptions) -> RunwayTask:
        from ._create.request import prepare_raw

        creation = prepare_raw(self._service.provider, endpoint, body, base_url=self._service.base_url)
        return self._send([creation], self._checked(dict(options)))

    def _create(
        self, endpoint: str, arguments: dict[str, Any], takes: int | None, options: dict[str, Any]
    ) -> RunwayTask | TaskGrid:
        """Check everything first, then submit: a mistake in the third take must be found before two are paid for."""
        from ._create.input_tasks import InputTasks
        from ._create.request import each_prompt, prepare

        extra_body = options.pop("extra_body", None)
        check = checked_flag("check", options.pop("check", DEFAULTS["check"]))
        options = self._checked(options)
        provider, base_url = self._service.provider, self._service.base_url
        prompts, inputs = each_prompt(arguments, takes), InputTasks()
        creations = [
            take
            for each in prompts or [arguments]
            for take in prepare(
                provider, endpoint, each, extra_body=extra_body, check=check, base_url=base_url, inputs=inputs
            ).takes(takes or 1)
        ]
        options["check"] = check  # `RunwayTask.again` checks as much
        several = takes is not None or prompts is not None
        return self._send(creations, options, several=True) if several else self._send(creations, options)

    def _checked(self, options: dict[str, Any]) -> dict[str, Any]:
        from ._create.options import checked_options

        return checked_options(options, self._service.provider, self._journal)

    @overload
    def _send(self, creations: list[Creation], options: dict[str, Any]) -> RunwayTask: ...
    @overload
    def _send(self, creations: list[Creation], options: dict[str, Any], *, several: Literal[True]) -> TaskGrid: ...
    def _send(
        self, creations: list[Creation], options: dict[str, Any], *, several: bool = False
    ) -> RunwayTask | TaskGrid:
        """Create one after the other. Whatever ends that early, what was paid for by then is shown, and named."""
        from ._create.sending import Sending
        from ._widgets.interrupted import show_created

        def not_created(creation: Creation, error: RunwayWidgetError, *, sent: bool = True) -> RunwayTask:
            watch = {name: value for name, value in options.items() if name not in {"reuse", "check"}}
            record = self._record_of(creation, options=options)
            return RunwayTask("", self, **watch, _record=record, _error=error, _sent=sent)

        freeze = options.get("freeze", True)
        sending = Sending(
            creations,
            lambda creation, stop: self._submit(creation, stop=stop, **options),
            not_created if several else None,
        )
        try:
            tasks = sending.run()
            return TaskGrid(tasks, freeze=freeze) if several else tasks[0]
        except BaseException as stopped:
            sending.note(stopped)
            with suppress(BaseException):  # it is on its way to the user already, and a second one may come
                rest = [not_created(creation, sending.fate(stopped)) for creation in sending.under_way]
                interrupted = RunwayWidgetError("interrupted before it was sent")
                rest += [not_created(creation, interrupted, sent=False) for creation in sending.not_sent]
                show_created(sending.made, rest if several else [], freeze=freeze)
            raise

    def _submit(
        self, creation: Creation, *, stop: Stop | None = None, reuse: bool = False, check: bool = True, **watch: Any
    ) -> RunwayTask:
        """Submit one creation and watch its task. A task that is reused shows what was sent for it: its own seed."""
        from ._create.submit import created_as, submit

        pauses: dict[str, Any] = {} if stop is None else {"stopped": stop.is_set, "sleep": stop.wait}
        task_id = submit(self._service, creation, self._journal, reuse=reuse, **pauses)
        with created_as(task_id):
            row = self._journal.find(task_id, self._service.base_url) if reuse else None
            record = self._record_of(creation, row, {"check": check, **watch})
            return RunwayTask(task_id, self, **watch, _record=record, _paid=True)

    def _record_of(
        self, creation: Creation, row: Row | None = None, options: dict[str, Any] | None = None
    ) -> TaskRecord:
        """What a task's card and `RunwayTask.again` need to know of its creation; ``row`` is that of the journal."""
        model = str(creation.body.get("model", ""))
        typical = self._journal.typical(creation.action, model, self._service.base_url)
        return TaskRecord(
            request=creation.request if row is None else filled_request(row.request, creation.request),
            action=creation.action,
            typical=typical,
            parameters=creation.public_body if row is None else row.parameters,
            files=() if row is None else tuple(map(Path, row.files)),
            journal=self._journal,
            again=lambda changes: self._again(creation, {**(options or {}), **changes}),
        )

    def _record_of_row(self, row: Row) -> TaskRecord:
        """The same, as far as the journal stores it."""
        from ._create.again import restore

        return self._record_of(restore(row), row)

    def _again(self, creation: Creation, changes: dict[str, Any]) -> RunwayTask | TaskGrid:
        """Create the same with ``changes``, by the endpoint's own method where it has one."""
        from ._create.again import arguments_for_again, body_for_again

        if creation.endpoint in METHODS and creation.names:
            method: Callable[..., RunwayTask | TaskGrid] = getattr(self, METHODS[creation.endpoint])
            if fault := find_fault(inspect.signature(method), (), {**creation.arguments, **changes}):
                refuse(TypeError(f"again() {fault}"))
            return method(**arguments_for_again(creation, changes))
        changes.pop("check", None)  # there is nothing to hold it against
        return self.create(creation.endpoint, **body_for_again(creation, changes))


def _as_secret(key: Any) -> Secret | None:
    """``key`` in a wrapper that shows nothing of it where a traceback shows variables."""
    return key if key is None or isinstance(key, Secret) else Secret(key)
