"""Creates that wait for their turn: the first of a call alone, then four at a time, and a busy service is waited for.

What was not sent can be taken back at any time, and nothing is sent any more once Python ends: a create is either
certainly not sent, or its answer is waited for. Creates that go to one account share one `Lane`: what it is told by a
busy service holds for all of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from heapq import heappush
from itertools import count
from typing import Literal

from .._errors import SAME_FOR_ALL, RunwayWidgetError, ServiceError, SubmissionUncertain
from .._log import log
from .._runtime import process, schedule
from .._runtime.threads import ThreadPool, log_errors, while_watching
from .._service.retry import CREATE_PAUSE, backoff
from .orders import ABREAST, Lane, Order, Withdrawn
from .outcome import may_succeed_later

THREADS = 16  # of all accounts together
PATIENCE = 3600.0  # seconds for which a service may be busy without taking one create
NO_WAY_PATIENCE = 120.0  # the same where no connection comes about
EXIT_PATIENCE = 4.0  # seconds that the answers to what was sent may take when Python ends; Jupyter kills after five
STEP = 0.5  # seconds: on Windows Ctrl-C does not end a wait (cpython#80116)
SHOW_EVERY = 0.2  # seconds between two reports of how much of the media was sent


class CreateQueue:
    """Sends creates on a few daemon threads, which are there only while there is something to send."""

    def __init__(self) -> None:
        self._pool = ThreadPool("runway-widget-create", THREADS)
        self._numbers = count()
        self.reset()
        process.register(self)
        process.register_finisher(self)

    def reset(self) -> None:
        """See `process.ThreadOwner`: what waits in the parent is sent by the parent."""
        self._changed = threading.Condition(threading.RLock())  # of the lanes and all in them
        self._lanes: dict[Hashable, Lane] = {}
        self.closing = False

    def close(self) -> None:
        """See `process.ThreadOwner`: nothing more is sent, but for what is on its way."""
        with self._changed:
            self.closing = True
            self._changed.notify_all()
            unsent = sum(lane.unsent for lane in self._lanes.values())
        if unsent:
            log.warning(
                "creates that were not sent, because the program ended first: %d; wait() waits for them", unsent
            )

    def finish(self) -> None:
        """Wait a moment for the answers to what was sent, so that none of it is in doubt: see `process`."""
        deadline = time.monotonic() + EXIT_PATIENCE
        with self._changed:
            while self._posting() and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)

    def _posting(self) -> bool:
        return any(order.state == "posting" for lane in self._lanes.values() for order in lane.running)

    # What callers ask for. All of it returns at once, but for `wait_for_answer`.

    def put(self, account: Hashable, orders: Sequence[Order]) -> None:
        """Have ``orders`` sent in their turn; those of one account are patient with each other."""
        with self._changed:
            orders = [order for order in orders if order.state == "new"]  # one may have been taken back this instant
            if not orders:
                return
            if not self._lanes:
                while_watching.begin()
            lane = self._lanes.setdefault(account, Lane())
            for order in orders:
                order.number, order.account, order.state = next(self._numbers), account, "waiting"
                order.batch.left += 1
                heappush(order.batch.waiting, (order.number, order))
            for batch in dict.fromkeys(order.batch for order in orders):
                if batch not in lane.batches:
                    lane.batches.append(batch)
        self._pump(account, lane)

    def withdraw(self, order: Order) -> bool:
        """See `Order.withdraw`."""
        with self._changed:
            if order.state in {"posting", "over"}:
                order.given_up = True
                return False
            if order.state == "waiting":
                order.batch.left -= 1
            order.state = "over"
            self._changed.notify_all()
            if order.batch.left == 0:
                self._tidy(order.account)
        order.close(True)
        return True

    def wait_for_answer(self, order: Order, timeout: float) -> bool:
        """See `Order.wait_for_answer`."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while order.state == "posting":
                if (left := deadline - time.monotonic()) <= 0:
                    return False
                self._changed.wait(min(left, STEP))
        return True

    @property
    def idle(self) -> bool:
        """Nothing waits, and no thread sends."""
        with self._changed:
            return not self._lanes and not self._pool.running

    # The rest runs on any thread.

    def _pump(self, account: Hashable, lane: Lane) -> None:
        """Begin what may be sent now. What cannot be begun for want of a thread is told so."""
        lost: list[tuple[Order, RunwayWidgetError]] = []
        with self._changed:
            while not self.closing and len(lane.running) < lane.width and time.monotonic() >= lane.paused_until:
                if (order := lane.next()) is None:
                    break
                order.state = "preparing"
                order.batch.running += 1
                lane.running.add(order)
                try:
                    self._pool.submit(lambda order=order: self._run(account, lane, order))  # type: ignore[misc]
                except RuntimeError as error:
                    self._leave(lane, order)
                    refusal = RunwayWidgetError(f"it was not sent, as no thread can be started: {error}")
                    lost += [(each, refusal) for each in [order, *lane.take_all(order.batch)]]
            self._tidy(account)
        for order, refusal in lost:
            _tell(order, "", refusal, sent=False)

    def _tidy(self, account: Hashable) -> None:
        """Forget the batches of which nothing is left, and the lane with the last."""
        if (lane := self._lanes.get(account)) is None:
            return
        lane.batches = [batch for batch in lane.batches if batch.left]
        if not lane.batches:
            del self._lanes[account]
            if lane.resumption is not None:
                schedule.timer.cancel(lane.resumption)
            if not self._lanes:
                while_watching.end()

    def _leave(self, lane: Lane, order: Order, state: Literal["waiting", "over"] = "over") -> None:
        lane.running.discard(order)
        order.batch.running -= 1
        order.batch.left -= state == "over"
        order.state = state
        if state == "waiting":
            heappush(order.batch.waiting, (order.number, order))
        self._changed.notify_all()

    def _run(self, account: Hashable, lane: Lane, order: Order) -> None:
        task_id, new, error = "", False, None
        _show(order, None)
        try:
            task_id, new = order.send(self._progress_of(order), lambda: self._begin(lane, order))
        except Withdrawn:
            pass
        except RunwayWidgetError as caught:
            error = caught
        except BaseException as caught:  # a fault of this package: it must cost no other create
            log.exception("a create met an error of this package")
            task_id = getattr(caught, "task_id", "")  # of `submit`, too
            new, error = bool(task_id), None if task_id else _fault(order, caught)
        self._end(account, lane, order, task_id, new, error)

    def _begin(self, lane: Lane, order: Order) -> float:
        """The last moment in which it can be taken back; gives that moment, in unix seconds.

        Those of one call have it in their order, so that the journal lists them as they were asked for.
        """
        with self._changed:
            while not order.unwanted() and any(order.follows(other) for other in lane.running):
                self._changed.wait(STEP)
            if order.unwanted():
                raise Withdrawn("it was taken back")
            order.state = "posting"
            self._changed.notify_all()
            return time.time()

    def _progress_of(self, order: Order) -> Callable[[float], None]:
        """What is called with the share of the media that was sent; raises Withdrawn where that is for nothing."""
        shown_at = 0.0

        def progress(share: float) -> None:
            nonlocal shown_at
            if order.unwanted():
                raise Withdrawn("it was taken back")
            now = time.monotonic()
            if now - shown_at >= SHOW_EVERY:
                shown_at = now
                _show(order, share)

        return progress

    def _end(
        self, account: Hashable, lane: Lane, order: Order, task_id: str, new: bool, error: RunwayWidgetError | None
    ) -> None:
        """Tell what became of one create, and begin the next."""
        lost: list[Order] = []
        pause: float | None = None
        with self._changed:
            withdrawn, sent = order.state == "over", order.state == "posting"
            busy = isinstance(error, ServiceError) and may_succeed_later(error)
            if isinstance(error, ServiceError) and busy:
                pause = self._pause(lane, error)
                if pause is None and sent:  # all that waits has waited for long enough; a medium's trouble is its own
                    lost = [each for batch in lane.batches for each in lane.take_all(batch)]
            elif isinstance(error, SAME_FOR_ALL):
                lost = lane.take_all(order.batch)
                for batch in lane.batches:
                    batch.proven = False
            elif (new or (error is not None and sent)) and not isinstance(error, SubmissionUncertain):
                lane.failures, lane.trouble_since, lane.width = 0, None, ABREAST
                order.batch.proven = True
            again = pause is not None and not (self.closing or withdrawn or order.given_up)
            self._leave(lane, order, "waiting" if again else "over")
        if pause is not None:
            log.info("%s; creates go on in %.0f s", error, pause)
            lane.resumption = schedule.timer.after(pause, lambda: self._pump(account, lane))
        if again and order.listener is not None and isinstance(error, ServiceError):
            with log_errors("a card"):
                order.listener.waiting(error, pause or 0.0)
        elif not again and not withdrawn and (task_id or error is not None):
            _tell(order, task_id, error, sent=sent)
        for each in lost:
            _tell(each, "", error, sent=True)
        self._pump(account, lane)

    def _pause(self, lane: Lane, error: ServiceError) -> float | None:
        """Let a busy service alone for so many seconds; None where that has gone on for too long."""
        now = time.monotonic()
        if now >= lane.paused_until or lane.trouble_since is None:  # else another one was refused in the same moment
            lane.failures += 1
        lane.trouble_since = now if lane.trouble_since is None else lane.trouble_since
        pause = backoff(lane.failures, CREATE_PAUSE, error.retry_after)
        if now + pause > lane.trouble_since + (PATIENCE if error.http_status else NO_WAY_PATIENCE):
            return None
        lane.width = 1
        lane.paused_until = max(lane.paused_until, now + pause)
        return lane.paused_until - now


def _fault(order: Order, caught: BaseException) -> RunwayWidgetError:
    """The error of a create that another one ended."""
    words = str(caught) or type(caught).__name__
    if order.state != "posting":
        return RunwayWidgetError(f"it was not sent: {words}")
    return SubmissionUncertain(
        next(iter(getattr(caught, "__notes__", [])), f"whether it was taken is not known: {words}")
    )


def _show(order: Order, share: float | None) -> None:
    if order.listener is not None:
        with log_errors("a card"):
            order.listener.sending(share)


def _tell(order: Order, task_id: str, error: RunwayWidgetError | None, *, sent: bool) -> None:
    with log_errors("a budget"):
        order.close(not task_id and not isinstance(error, SubmissionUncertain))
    if order.listener is not None:
        with log_errors("a card"):
            order.listener.end(task_id, error, sent)


#: The queue of the whole package.
create_queue = CreateQueue()
