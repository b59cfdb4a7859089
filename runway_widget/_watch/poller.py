"""The poller: polls every task that is watched in this process, and reports to the cards.

It uses three kinds of thread:

- the package's timer, which starts polls, heartbeats and deadlines when they are due;
- a pool of a few fetchers, which wait for the network, so that a slow answer delays no other task. They share one
  session, because a poll every few seconds is no reason for a new connection;
- the writer, on which each card's listener gets its reports.

One lock guards everything here. Whoever holds it neither waits for the network nor closes a connection nor runs a
listener; it may take the locks of the timer and of the thread pools, and those never take it. The timer's calls run
without its lock, so each looks first whether it is still wanted. No step looks at all tasks, however many.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import requests

from .._errors import NoAnswer, RunwayWidgetError
from .._log import log
from .._runtime import process, schedule, writer
from .._runtime.threads import ThreadPool, require_threads, while_watching
from .._service.connection import abort, pooled_session
from .._service.duration import Duration
from .._service.provider import Route
from .._service.state import Answer, TaskState
from .cadence import MIN_REFRESH, History
from .entry import Asker, Entry, Key
from .refresh import Refresh
from .report import HEARTBEAT, Phase, Report
from .throttle import Throttle
from .watch import Subscription, Terms, Watch

FETCHERS = 6
LAST_POLL = 10.0  # seconds that the last poll before giving up may take
SLEPT = 120.0  # seconds: a deadline that is found so late passed while the machine slept, and comes so long after


class Poller:
    """Watches tasks. A watch is identified by what is asked and as whom; it ends with its last card."""

    def __init__(self) -> None:
        self._subscribed: dict[Subscription, Entry] = {}
        self._fetchers = ThreadPool("runway-widget-fetcher", FETCHERS, keep_alive=while_watching)
        self.reset()
        process.register(self)

    def reset(self) -> None:
        """Forget everything, as a forked child must: see `process.ThreadOwner`."""
        for subscription in self._subscribed:
            subscription.active = False
        self._lock = threading.Lock()  # of all that follows, and of each watch
        self._entries: dict[Key, Entry] = {}
        self._subscribed = {}
        self._throttles: dict[Hashable, Throttle] = {}  # by identity
        self._session: requests.Session | None = None
        self._left: list[requests.Session] = []  # sessions to be ended once the lock is free

    def close(self) -> None:
        """End the requests that are under way: see `process.ThreadOwner`."""
        with self._locked():
            self._leave_session()

    # What cards ask for. All of it returns at once.

    def subscribe(
        self,
        asker: Asker,
        task_id: str,
        route: Route,
        terms: Terms,
        listener: Callable[[Report], None],
        typical: Duration | None = None,
        known: TaskState | None = None,
        gateway: bool = False,
    ) -> Subscription:
        """Watch a task; ``listener`` gets each report on the writer thread.

        ``typical`` is how long such a task usually runs, where that is known; ``known`` the state that an earlier watch
        of this task ended with; ``gateway`` whether the service hands tasks on, and looks after them in a loop.

        RunwayWidgetError: no thread could be started, and nothing is watched.
        """
        require_threads()
        key = (asker.identity, task_id, route)
        with self._lock:
            now = time.monotonic()
            history = History(typical, refresh=Refresh(sought=gateway))
            entry = self._entries.get(key) or self._add(key, asker, known, history, now)
            subscription = Subscription(listener, terms, now)
            entry.watch.subscriptions.append(subscription)
            self._subscribed[subscription] = entry
            due = now + terms.give_up_after
            entry.deadlines[subscription] = schedule.timer.at(due, partial(self._poll_last, subscription, due))
            if entry.watch.answered_at is not None or entry.watch.error is not None:
                self._send(subscription, entry.watch.report(now))
                planned = entry.watch.next_poll
                self._plan(entry, min(now if planned is None else planned, now + entry.watch.gap(now)))
            else:
                self._plan(entry, now)
        return subscription

    def refresh(self, subscription: Subscription) -> None:
        """Poll now, or as soon as a second has passed since the last poll; and report, whatever the answer."""
        with self._lock:
            if (entry := self._subscribed.get(subscription)) is None:
                return
            entry.watch.report_next = True
            if entry.asking:
                return  # the answer that comes is as new as it gets
            soonest = max(time.monotonic(), entry.asked_at + MIN_REFRESH)
            self._plan(entry, min(soonest, entry.watch.next_poll or soonest))

    def report(self, subscription: Subscription) -> Report | None:
        """What is known as of now, also of answers that brought nothing new; None where nobody watches any more."""
        with self._lock:
            found = self._subscribed.get(subscription)
            return found.watch.report(time.monotonic(), beat=True) if found else None

    def stop(self, subscription: Subscription, *, silently: bool = False) -> None:
        """End one card's watch; the end of the last card's ends the polling. ``silently``: without a last report."""
        if not subscription.active:
            return  # without the lock: the garbage collector may close a card on a thread that holds it
        with self._locked():
            if (entry := self._subscribed.get(subscription)) is not None:
                self._end(entry, subscription, None if silently else Phase.STOPPED)

    def process_answer(self, subscription: Subscription, answer: Answer) -> None:
        """Take in an answer that came by another way, as if a poll had brought it."""
        with self._locked():
            if (entry := self._subscribed.get(subscription)) is not None:
                self._process(entry, answer)

    @property
    def idle(self) -> bool:
        """Nothing is watched, and no thread polls or reports."""
        with self._lock:
            return not (self._entries or self._fetchers.running or writer.thread.running)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The lock, for what may end the last watch: the requests that are under way then are ended after it."""
        with self._lock:
            yield
            left, self._left = self._left, []
        for session in left:
            abort(session)

    # The rest is called with the lock held, but for what the timer and the fetchers call.

    def _add(self, key: Key, asker: Asker, known: TaskState | None, history: History, now: float) -> Entry:
        watch = Watch(key[1], state=known or TaskState(), history=history)
        entry = Entry(key, asker, watch, self._throttles.get(key[0]) or Throttle(), now)
        try:
            entry.heartbeat = schedule.timer.at(now + HEARTBEAT, lambda: self._beat(entry))
        except RuntimeError as error:
            raise RunwayWidgetError(f"nothing can be watched, as no thread can be started: {error}") from error
        if not self._entries:
            while_watching.begin()
        self._entries[key] = entry
        self._throttles[key[0]] = entry.throttle
        return entry

    def _end(self, entry: Entry, subscription: Subscription, phase: Phase | None) -> None:
        """End one subscription, and the watch with the last; ``phase`` None: without a report."""
        subscription.active, subscription.end = False, phase
        if phase is not None:
            report = entry.watch.report(time.monotonic(), phase)
            self._send(subscription, replace(report, gave_up_after=subscription.terms.give_up_after))
        del self._subscribed[subscription]
        entry.watch.subscriptions.remove(subscription)
        schedule.timer.cancel(entry.deadlines.pop(subscription))
        if entry.watch.subscriptions:
            return
        for call in filter(None, (entry.poll, entry.heartbeat)):
            schedule.timer.cancel(call)
        del self._entries[entry.key]
        if not self._entries:
            self._throttles.clear()
            self._leave_session()
            while_watching.end()

    def _leave_session(self) -> None:
        self._left += [self._session] if self._session is not None else []
        self._session = None

    def _watched(self, entry: Entry) -> bool:
        return self._entries.get(entry.key) is entry

    def _paused(self, entry: Entry, when: float) -> bool:
        """Whether the service wants to be left alone then; a last poll before giving up goes out all the same."""
        return entry.throttle.paused_until > when and not any(each.last_poll for each in entry.watch.subscriptions)

    def _plan(self, entry: Entry, when: float) -> None:
        """Poll at ``when``, and at no other time that was planned before."""
        if entry.poll is not None:
            schedule.timer.cancel(entry.poll)
        if self._paused(entry, when):
            when = entry.throttle.paused_until + random.uniform(0, 1)  # not all of a key's tasks in the same instant
        entry.watch.next_poll = when
        entry.poll = schedule.timer.at(when, lambda: self._start_poll(entry))

    def _process(self, entry: Entry, answer: Answer) -> None:
        watch, now = entry.watch, time.monotonic()
        entry.throttle.record(now, watch.task_id, answer.result)
        new = watch.process(now, answer)
        for subscription, phase in watch.endings(now):
            self._end(entry, subscription, phase)
        if watch.subscriptions:
            self._plan(entry, now + watch.gap(now))
            if new:
                self._report(entry, now)

    def _report(self, entry: Entry, now: float, *, beat: bool = False) -> None:
        """Report to every card of a watch."""
        entry.reported_at = now
        report = entry.watch.report(now, beat=beat)
        for subscription in entry.watch.subscriptions:
            self._send(subscription, report)

    def _send(self, subscription: Subscription, report: Report) -> None:
        writer.put(lambda: subscription.listener(report))

    # On the timer's thread.

    def _start_poll(self, entry: Entry) -> None:
        with self._locked():
            now, planned = time.monotonic(), entry.watch.next_poll
            if not self._watched(entry) or entry.asking or planned is None or planned > now:
                return
            entry.asking, entry.asked_at, entry.watch.next_poll = True, now, None
            try:
                self._fetchers.submit(lambda: self._fetch(entry))
            except RuntimeError:
                entry.asking = False
                self._process(entry, Answer(NoAnswer("no thread can be started")))

    def _beat(self, entry: Entry) -> None:
        with self._lock:
            if not self._watched(entry):
                return
            now = time.monotonic()
            if now >= entry.reported_at + HEARTBEAT:
                self._report(entry, now, beat=True)
            entry.heartbeat = schedule.timer.at(entry.reported_at + HEARTBEAT, lambda: self._beat(entry))

    def _poll_last(self, subscription: Subscription, due: float) -> None:
        """The deadline of one card has passed: give up after one more poll; after a sleep, not before a while."""
        with self._lock:
            if (entry := self._subscribed.get(subscription)) is None:
                return
            now = time.monotonic()
            last = subscription.last_poll = now <= due + SLEPT
            when = now + (LAST_POLL if last else SLEPT)
            then = partial(self._give_up, subscription) if last else partial(self._poll_last, subscription, when)
            entry.deadlines[subscription] = schedule.timer.at(when, then)
            self._plan(entry, now)

    def _give_up(self, subscription: Subscription) -> None:
        with self._locked():
            if (entry := self._subscribed.get(subscription)) is not None:
                self._end(entry, subscription, Phase.GAVE_UP)

    # On a fetcher's thread.

    def _fetch(self, entry: Entry) -> None:
        with self._lock:
            now = time.monotonic()
            if not self._watched(entry):
                return
            if self._paused(entry, now):  # since this poll was planned
                entry.asking = False
                self._plan(entry, now)
                return
            entry.asked_at = now
            session = self._session = self._session or pooled_session()
        try:
            answer = entry.asker.ask(entry.watch.task_id, entry.key[2], session)
        except Exception:  # a fault of this package must not end a watch over something that was paid for
            log.exception("a poll met an error of this package")
            answer = Answer(NoAnswer("an internal error; see the log"))
        with self._locked():
            entry.asking = False
            self._process(entry, answer)  # which does nothing to a watch that has ended meanwhile


_shared = Poller()


def shared() -> Poller:
    """The poller of this process."""
    return _shared
