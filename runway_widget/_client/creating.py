"""Creating, as a client does it: the checks, the creates now or in their turn, and the tasks that they become."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from .._create.endpoints import METHODS, CreateMethods
from .._create.parameters import DEFAULTS, RawOptions
from .._keywords import find_fault
from .._tracebacks import refuse
from .._watch.options import checked_flag
from .._widgets import display
from .._widgets.grid import TaskGrid
from .._widgets.plan import Plan
from .._widgets.sending_line import SendingLine
from .._widgets.task import RunwayTask
from .in_turn import InTurn

if TYPE_CHECKING:
    from .._create.budget import Charge
    from .._create.creation import Creation
    from .._create.input_tasks import InputTasks
    from .._create.inputs import Media
    from .._create.medium import Progress
    from .._create.sending import Stop
    from .._service.json_value import JsonValue


Planned: TypeAlias = Plan[RunwayTask | TaskGrid]


class Creating(CreateMethods[RunwayTask, TaskGrid, Planned], InTurn):
    """The part of a client that creates. `Client` makes what is declared here."""

    def _create_raw(
        self, endpoint: str, body: dict[str, JsonValue | Media], options: RawOptions, dry_run: bool
    ) -> RunwayTask | Planned:
        from .._create.request import prepare_raw

        checked, service = self._checked(dict(options)), self._service
        inputs = self._inputs(checked)
        creation = prepare_raw(service.provider, endpoint, body, base_url=service.base_url, inputs=inputs)
        return self._plan([creation], checked) if dry_run else self._send([creation], checked)

    def _create(
        self, endpoint: str, arguments: dict[str, Any], takes: int | None, options: dict[str, Any], dry_run: bool
    ) -> RunwayTask | TaskGrid | Planned:
        """Check everything first, then submit: a mistake in the third take must be found before two are paid for."""
        from .._create.request import prepare
        from .steps import each_request

        check = checked_flag("check", options.pop("check", DEFAULTS["check"]))
        arguments = {**arguments, "extra_body": options.pop("extra_body", None)}
        options = self._checked(options)
        requests, inputs = each_request(arguments, takes), self._inputs(options)
        known: dict[str, Any] = {"check": check, "base_url": self._service.base_url, "inputs": inputs}
        creations = [
            take
            for request in requests or [arguments]
            for take in prepare(
                self._service.provider,
                endpoint,
                {name: value for name, value in request.items() if name != "extra_body"},
                extra_body=request["extra_body"],
                **known,
            ).takes(takes or 1)
        ]
        options["check"] = check  # `RunwayTask.again` checks as much
        several = takes is not None or requests is not None
        if dry_run:
            return self._plan(creations, options, several=several)
        return self._send(creations, options, several=several)

    def _inputs(self, options: dict[str, Any]) -> InputTasks:
        """What is looked at for one call; it knows what the service has already. ``shrink`` is no option any more."""
        from .._create.input_tasks import InputTasks

        shrink = checked_flag("shrink", options.pop("shrink", False))
        return InputTasks(lambda content: bool(self._uploads.find(self._service, content.sha256)), shrink=shrink)

    def _plan(self, creations: list[Creation], options: dict[str, Any], *, several: bool = False) -> Planned:
        """What `_send` would send. Raises BudgetExceeded as it does; nothing is taken out of the budget."""
        from .planning import make_plan

        prices = [charge.price for charge in self._charges(creations, options, take=False)]

        send = partial(self._send, creations, options, several=several)
        return make_plan(self._service, self._journal, self._budget, creations, prices, options, send)

    def _checked(self, options: dict[str, Any]) -> dict[str, Any]:
        from .._create.options import checked_options

        self._require_open()
        return checked_options(options, self._service.provider, self._journal)

    @overload
    def _send(self, creations: list[Creation], options: dict[str, Any]) -> RunwayTask: ...
    @overload
    def _send(self, creations: list[Creation], options: dict[str, Any], *, several: bool) -> RunwayTask | TaskGrid: ...
    def _send(
        self, creations: list[Creation], options: dict[str, Any], *, several: bool = False
    ) -> RunwayTask | TaskGrid:
        """Create one, and wait until the service has taken it; several, and one in the background, in their turn.

        One that is made from a task that has not ended is always sent in the background.
        """
        self._require_open()  # it may have been closed since a plan was made
        background = options.get("background", False)
        options = {name: value for name, value in options.items() if name != "background"}
        charges = self._charges(creations, options)
        try:
            if not several and not background and not creations[0].sources:
                return self._create_now(creations[0], charges[0], options)
            return self._create_in_turn(creations, charges, options, several=several)
        except BaseException:
            for charge in charges:
                charge.release_unless_sent()
            raise

    def _create_now(self, creation: Creation, charge: Charge, options: dict[str, Any]) -> RunwayTask:
        """Whatever ends that early, a task that was paid for by then is shown, and named."""
        from .._create.sending import Sending

        line = SendingLine()
        told = {"charge": charge, "progress": line.hear, **options}

        def create(stop: Stop, begin: Callable[[], float]) -> RunwayTask:
            def begin_if_open() -> float:
                self._require_open()  # it may have been closed while media were made ready
                return begin()

            return self._submit(creation, stop=stop, begin=begin_if_open, **told)

        sending = Sending(create, tell=line.draw)
        try:
            return sending.run()
        except BaseException as stopped:
            sending.note(stopped)
            if isinstance(stopped, KeyboardInterrupt) and self._journal.path is not None:
                stopped.add_note("client.recent() lists what was created before, in a loop for example")
            with suppress(BaseException):  # it is on its way to the user already, and a second one may come
                if sending.made is not None and display.kernel_shell() is not None:
                    sending.made.show()
            raise
        finally:
            line.clear()
            charge.release_unless_sent()

    def _charges(self, creations: list[Creation], options: dict[str, Any], *, take: bool = True) -> list[Charge]:
        """The charge of each, all of them taken out of the budget before one is sent.

        What ``reuse=True`` finds in the journal costs nothing. Raises BudgetExceeded.
        """
        from .._create.prices import price
        from .._create.submit import was_created

        provider = self._service.provider
        charges: list[Charge] = []
        for creation in creations:
            model = str(creation.body.get("model") or "")
            charge = self._budget.charge(
                price(provider, creation.endpoint, creation.body),
                f"{provider.name}'s {creation.endpoint}" + (f" with {model}" if model else ""),
                unpriced=not options.get("check", True),
                way_out="check=False" if "check" in options else "a client without a budget",
            )
            charges.append(charge)
        reuse = options.get("reuse", False) and self._budget.limit is not None
        (self._budget.take if take else self._budget.check)(
            [
                charge
                for charge, creation in zip(charges, creations, strict=True)
                if not (reuse and was_created(self._service, creation, self._journal))
            ]
        )
        return charges

    def _submit(
        self,
        creation: Creation,
        *,
        charge: Charge,
        stop: Stop,
        begin: Callable[[], float],
        progress: Progress,
        reuse: bool = False,
        check: bool = True,
        **watch: Any,
    ) -> RunwayTask:
        """Submit one creation and watch its task. A task that is reused shows what was sent for it: its own seed."""
        from .._create.submit import created_as, submit

        task_id = submit(
            self._service,
            creation,
            self._journal,
            uploads=self._uploads,
            charge=charge,
            reuse=reuse,
            begin=begin,
            route=watch.get("route", "task"),
            progress=progress,
            stopped=stop.is_set,
            sleep=stop.wait,
        )
        with created_as(task_id):
            row = self._journal.find(task_id, self._service.base_url) if reuse else None
            record = self._record_of(creation, row, {"check": check, **watch}, charge.cost, self._typical(creation))
            return RunwayTask(task_id, self, **watch, _record=record, _paid=True)

    def _again(self, creation: Creation, changes: dict[str, Any]) -> RunwayTask | TaskGrid | Planned:
        """Create the same with ``changes``, by the endpoint's own method where it has one."""
        from .._create.again import arguments_for_again, body_for_again

        if creation.endpoint in METHODS and creation.names:
            method: Callable[..., RunwayTask | TaskGrid | Planned] = getattr(self, METHODS[creation.endpoint])
            if fault := find_fault(inspect.signature(method), (), {**creation.arguments, **changes}):
                refuse(TypeError(f"again() {fault}"))
            return method(**arguments_for_again(creation, changes))
        changes.pop("check", None)  # there is nothing to hold it against
        task: RunwayTask | Planned = self.create(creation.endpoint, **body_for_again(creation, changes))
        return task
