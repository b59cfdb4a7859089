"""The one scheduler for every task of this process.

Three kinds of daemon thread, which exist only while something is watched:

- one *scheduler*, which looks at the agenda and runs no code of anybody else;
- a few *fetchers*, which wait for the network, so that a slow answer delays no other task;
- one *writer*, which hands reports to the cards, because traitlets and comms bear one writing thread and no more.

One lock guards all that they share; nobody holds it while waiting for the network or while running a listener.
"""

from __future__ import annotations

import atexit
import logging
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .._errors import RunwayWidgetError
from .._runtime.schedule import Agenda, ScheduledCall
from .._runtime.threads import require_threads, start_thread
from .._runtime.writer import kept_alive, writer
from .._service.provider import Route
from .._service.service import Service
from .._service.state import Answer, TaskState
from .cadence import MIN_REFRESH
from .fetchers import Fetchers
from .report import HEARTBEAT, Phase, Report
from .throttle import Throttle
from .watch import Subscription, Terms, Watch

log = logging.getLogger("runway_widget")

LAST_CALL = 10.0  # how long the last poll before giving up may take

Identity = tuple[str, str | None, str]


@dataclass(eq=False)
class _Slot:
    """A watch on the agenda."""

    watch: Watch
    key: tuple[Identity, str, Route]
    poll: ScheduledCall | None = None
    beat: ScheduledCall | None = None
    deadlines: dict[Subscription, ScheduledCall] = field(default_factory=dict)


class Poller:
    """Watches tasks. `writer` is the thread that the cards' traits are set on, and no other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget everything, as a forked child must: the threads stayed with the parent."""
        for slot in getattr(self, "_slots", {}).values():
            for subscription in slot.watch.subscriptions:
                subscription.active = False
        self._lock = threading.Lock()
        self._tick = threading.Condition(self._lock)
        self._agenda = Agenda()
        self._slots: dict[tuple[Identity, str, Route], _Slot] = {}
        self._lanes: dict[Identity, Throttle] = {}
        self._fetchers = Fetchers[_Slot](
            self._lock,
            ready=self._ready,
            ask=lambda slot, session: slot.watch.service.ask(slot.watch.task_id, slot.watch.route, session),
            heard=self._answered,
            needed=lambda: bool(self._slots) and not self._closing,
        )
        self._scheduling = self._closing = False

    # What cards ask for. All of it returns at once.

    def subscribe(
        self,
        service: Service,
        task_id: str,
        route: Route,
        terms: Terms,
        listener: Callable[[Report], None],
        typical: float | None = None,
        known: TaskState | None = None,
    ) -> Subscription:
        """Watch a task; ``listener`` gets each report on the writer thread.

        ``typical`` is the usual duration of such a task in seconds, where it is known from earlier ones; ``known`` what
        an earlier watch heard of the task. RunwayWidgetError: no thread could be started, and nothing is watched.
        """
        require_threads()
        key = (service.identity, task_id, route)
        with self._lock:
            now = self._clock()
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = _Slot(Watch(service, task_id, route, state=known or TaskState()), key)
                slot.watch.history.typical = typical
                slot.beat = self._agenda.at(now + HEARTBEAT, lambda: self._tell_all(slot, beat=True))
            subscription = Subscription(listener, terms, now, slot.watch)
            slot.watch.subscriptions.append(subscription)
            deadline = self._agenda.at(now + terms.give_up_after, lambda: self._last_call(slot, subscription))
            slot.deadlines[subscription] = deadline
            try:
                self._ensure_scheduler()
            except RuntimeError as error:
                self._end(slot, subscription, None)
                raise RunwayWidgetError(f"nothing can be watched, as no thread can be started: {error}") from error
            if slot.watch.heard_at is not None or slot.watch.error is not None:
                self._tell(subscription, slot.watch.report(now))
                self._plan(slot, min(slot.watch.due or now, now + slot.watch.gap(now)))
            else:
                self._plan(slot, now)
            self._tick.notify()
        return subscription

    def refresh(self, subscription: Subscription) -> None:
        """Poll now, or as soon as a second has passed since the last poll."""
        with self._lock:
            slot = self._slot_of(subscription)
            if slot is None or slot.watch.asking:
                return
            slot.watch.tell = True
            soonest = max(self._clock(), slot.watch.asked_at + MIN_REFRESH)
            self._plan(slot, min(soonest, slot.watch.due or soonest))
            self._tick.notify()

    def sync(self, subscription: Subscription) -> None:
        """Report anew what is known, for a page that was just opened."""
        with self._lock:
            if (slot := self._slot_of(subscription)) is not None:
                self._tell(subscription, slot.watch.report(self._clock(), beat=True))

    def stop(self, subscription: Subscription, *, silently: bool = False) -> None:
        """End one card's watch; the last card's end ends the polling. ``silently``: without a last report."""
        if not subscription.active:
            return  # without the lock: the garbage collector closes cards wherever it strikes, also in here
        with self._lock:
            slot = self._slot_of(subscription)
            if slot is None:
                return
            self._end(slot, subscription, None if silently else Phase.STOPPED)
            self._tick.notify()

    def tell(self, subscription: Subscription, answer: Answer) -> None:
        """Take in what somebody else heard about the task, as if a poll had brought it."""
        with self._lock:
            if (slot := self._slot_of(subscription)) is not None:
                self._heard(slot, answer)

    @property
    def idle(self) -> bool:
        """Nothing is watched and no thread is left."""
        with self._lock:
            return not (self._slots or self._scheduling or self._fetchers.count or writer.running)

    def close(self) -> None:
        """Let every thread end when it can. Joins nothing: see the module's head."""
        with self._lock:
            self._closing = True
            self._tick.notify_all()
            self._fetchers.rest()

    # The rest runs with the lock held, unless it says otherwise.

    def _slot_of(self, subscription: Subscription) -> _Slot | None:
        watch = subscription.watch
        slot = self._slots.get((watch.service.identity, watch.task_id, watch.route))
        return slot if slot is not None and subscription.active and slot.watch is watch else None

    def _plan(self, slot: _Slot, when: float) -> None:
        if slot.poll is not None:
            slot.poll.cancel()
        if self._held(slot, when):
            when = self._lane(slot).hold_until + random.uniform(0, 1)  # not all of a key's tasks in the same instant
        slot.watch.due = when
        slot.poll = self._agenda.at(when, lambda: self._poll(slot))

    def _poll(self, slot: _Slot) -> None:
        now = self._clock()
        if slot.watch.asking:
            return
        if self._held(slot, now):
            self._plan(slot, now)  # another task met the trouble since this poll was planned
            return
        slot.watch.asking, slot.watch.asked_at, slot.watch.due = True, now, None
        self._fetchers.put(slot)

    def _ready(self, slot: _Slot) -> bool:
        """Whether a poll whose turn has come is still wanted, and goes out now."""
        now = self._clock()
        if self._slots.get(slot.key) is not slot:
            return False
        if self._held(slot, now):  # the trouble came while this one stood in line
            slot.watch.asking = False
            self._plan(slot, now)
            self._tick.notify()
            return False
        slot.watch.asked_at = now
        return True

    def _answered(self, slot: _Slot, answer: Answer) -> None:
        slot.watch.asking = False
        self._heard(slot, answer)

    def _held(self, slot: _Slot, when: float) -> bool:
        """Whether the service wants to be left alone then; a last poll before giving up goes out all the same."""
        return self._lane(slot).hold_until > when and not any(each.last_call for each in slot.watch.subscriptions)

    def _lane(self, slot: _Slot) -> Throttle:
        return self._lanes.setdefault(slot.key[0], Throttle())

    def _last_call(self, slot: _Slot, subscription: Subscription) -> None:
        if self._slot_of(subscription) is None:
            return
        subscription.last_call = True
        now = self._clock()
        slot.deadlines[subscription] = self._agenda.at(now + LAST_CALL, lambda: self._give_up(slot, subscription))
        self._plan(slot, now)

    def _give_up(self, slot: _Slot, subscription: Subscription) -> None:
        if self._slot_of(subscription) is not None:
            self._end(slot, subscription, Phase.GAVE_UP)

    def _end(self, slot: _Slot, subscription: Subscription, phase: Phase | None) -> None:
        subscription.active, subscription.ended = False, phase
        if phase is not None:
            report = slot.watch.report(self._clock(), phase)
            self._tell(subscription, replace(report, gave_up_after=subscription.terms.give_up_after))
        slot.watch.subscriptions.remove(subscription)
        slot.deadlines.pop(subscription).cancel()
        if not slot.watch.subscriptions:
            for appointment in (slot.poll, slot.beat):
                if appointment is not None:
                    appointment.cancel()
            if self._slots.get(slot.key) is slot:
                del self._slots[slot.key]
            if not self._slots:
                self._fetchers.rest()

    def _heard(self, slot: _Slot, answer: Answer) -> None:
        watch, now = slot.watch, self._clock()
        if self._slots.get(slot.key) is not slot:
            return
        self._lane(slot).heard(now, watch.task_id, answer.result)
        new = watch.heard(now, answer)
        for subscription, phase in watch.endings(now):
            self._end(slot, subscription, phase)
        if watch.subscriptions:
            self._plan(slot, now + watch.gap(now))
            if new:
                self._tell_all(slot)
        self._tick.notify()

    def _tell_all(self, slot: _Slot, *, beat: bool = False) -> None:
        now = self._clock()
        for subscription in slot.watch.subscriptions:
            self._tell(subscription, slot.watch.report(now, beat=beat))
        if slot.beat is not None:
            slot.beat.cancel()
        slot.beat = self._agenda.at(now + HEARTBEAT, lambda: self._tell_all(slot, beat=True))

    def _tell(self, subscription: Subscription, report: Report) -> None:
        writer.put(lambda: subscription.listener(report))

    def _ensure_scheduler(self) -> None:
        self._closing = False
        if not self._scheduling:
            start_thread(self._schedule, "runway-widget-scheduler")
            self._scheduling = True
            for thread in kept_alive:
                thread.hold()

    # The threads.

    def _schedule(self) -> None:
        with self._lock:
            while self._slots and not self._closing:
                self._keep_appointments()
                if self._slots and not self._closing:
                    when = self._agenda.next()
                    self._tick.wait(None if when is None else min(when - self._clock(), threading.TIMEOUT_MAX))
            self._scheduling = False
            self._agenda = Agenda()
            self._lanes.clear()
        for thread in kept_alive:
            thread.release()

    def _keep_appointments(self) -> None:
        for call in self._agenda.due(self._clock()):
            call()


poller = Poller()
atexit.register(poller.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=poller.reset)
