"""What threads share, while they race for it: nothing is lost, nothing comes twice, and nothing is half done.

With the interpreter's lock, threads are switched every microsecond instead of every five milliseconds. Without it
(Python 3.14t) they run at once; a job of CI runs this file there.
"""

from __future__ import annotations

import itertools
import random
import sys
import sysconfig
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from runway_widget._runtime import process
from runway_widget._runtime.schedule import Timer
from runway_widget._runtime.threads import KeepAlive, SerialThread, ThreadPool
from runway_widget._watch.completion import Completion
from runway_widget._watch.ends import Ends
from runway_widget._watch.report import Report
from runway_widget._widgets import turns
from runway_widget._widgets.callbacks import Callbacks, Observer
from runway_widget._widgets.pace import Pace

from .fakes import Service, at_once, until
from .polling import DONE, RUNNING, watching
from .racing import NAME, THREADS, TIMES, often, race

__all__ = ["often"]  # a fixture

# Beside the wheel's tests, which are measured: coverage cannot begin in many threads within a microsecond.
pytestmark = [pytest.mark.usefixtures("often"), pytest.mark.checkout]


def test_nothing_that_the_package_needs_brings_the_interpreters_lock_back() -> None:
    has_lock = getattr(sys, "_is_gil_enabled", lambda: True)()
    assert has_lock is not bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def test_a_pool_makes_each_call_once() -> None:
    pool, made, numbers = ThreadPool(NAME, 4), list[int](), iter(range(10**9))
    lock = threading.Lock()

    def submit() -> None:
        with lock:
            number = next(numbers)
        pool.submit(lambda: made.append(number))

    race(submit, lambda: pool.running, pool.wake)
    until(lambda: not pool.running)
    assert sorted(made) == list(range(THREADS * TIMES))


def test_a_serial_thread_keeps_the_order_of_each_who_puts_and_runs_one_at_a_time() -> None:
    serial, made, inside = SerialThread(NAME), list[tuple[int, int]](), list[int]()
    counts: Counter[int] = Counter()

    def put() -> None:
        me = threading.get_ident()
        counts[me] += 1
        number = counts[me]

        def call() -> None:
            inside.append(1)
            assert len(inside) == 1
            made.append((me, number))
            inside.pop()

        serial.put(call)

    race(put, serial.ensure_thread)
    assert serial.flush(30)
    until(lambda: not serial.running)
    assert len(made) == THREADS * TIMES
    for thread in {me for me, _ in made}:
        numbers = [number for me, number in made if me == thread]
        assert numbers == sorted(numbers)


def test_threads_that_stay_go_when_the_last_has_ended() -> None:
    keep = KeepAlive()
    pool = ThreadPool(NAME, 3, keep_alive=keep)

    def use() -> None:
        keep.begin()
        pool.submit(lambda: None)
        keep.end()

    race(use)
    assert not keep.active
    until(lambda: not pool.running)


def test_the_timer_makes_each_call_that_was_not_taken_back() -> None:
    timer, made, cancelled = Timer(NAME), list[int](), list[int]()
    numbers, lock = iter(range(10**9)), threading.Lock()
    kept: list[int] = []

    def plan() -> None:
        with lock:
            number = next(numbers)
        call = timer.after(random.uniform(0, 0.01) if number % 2 else 100.0, lambda: made.append(number))
        if number % 2:
            kept.append(number)
        else:
            timer.cancel(call)
            cancelled.append(number)

    race(plan)
    until(lambda: not timer.running)
    assert sorted(made) == sorted(kept)
    assert len(cancelled) == THREADS * TIMES // 2


def test_the_poller_reports_one_end_to_each_card_that_did_not_leave() -> None:
    with watching() as watch:
        services = [Service(RUNNING, RUNNING, DONE, key=str(number % 3)) for number in range(6)]
        cards: list[Any] = []

        def come_and_go() -> None:
            number = random.randrange(6)
            card = watch(services[number], f"task {number}")
            watch.refresh(card)
            watch.poller.report(card.subscription)
            if number % 2:
                watch.poller.stop(card.subscription, silently=True)
            else:
                cards.append(card)

        race(come_and_go, threads=4)
        until(lambda: all(card.over for card in cards), 30)
        assert all([report.phase.over for report in card.reports].count(True) == 1 for card in cards)
        assert all(card.reports[-1].phase.over for card in cards)


def test_a_completion_wakes_everybody_once_and_ends_are_given_out_once() -> None:
    for _ in range(20):
        completions = [Completion() for _ in range(6)]
        rung: list[int] = []
        ends = Ends(list(enumerate(completions)))
        given: list[int] = []

        def settle(made: list[Completion] = completions, rung: list[int] = rung) -> None:
            for number, completion in enumerate(made):
                completion.call_at_end(lambda number=number: rung.append(number))  # type: ignore[misc]
                completion.settle(Report(DONE, completion.report.phase))

        def take(ends: Ends[int] = ends, given: list[int] = given) -> None:
            while ends.left:
                if (number := ends.next()) is not None:
                    given.append(number)
                else:
                    ends.wait(0.01)

        calls: list[Callable[[], None]] = [settle, take] * (THREADS // 2)
        assert at_once(THREADS, lambda calls=calls: calls.pop()()) == [None] * THREADS  # type: ignore[misc]
        assert sorted(given) == list(range(6))
        assert set(Counter(rung).values()) == {THREADS // 2}


def test_an_observer_gets_each_change_once_and_one_at_a_time() -> None:
    callbacks, inside, seen = Callbacks(), list[int](), list[object]()

    def handler(change: object) -> None:
        inside.append(1)
        assert len(inside) == 1
        seen.append(change)
        inside.pop()

    observer = Observer(handler)

    def change() -> None:
        observer._changes.append(object())
        callbacks.put(observer)

    race(change)
    until(lambda: len(seen) == THREADS * TIMES)
    assert len(set(map(id, seen))) == THREADS * TIMES


def test_what_is_to_be_called_at_an_end_is_called_although_the_end_comes_in_that_moment() -> None:
    completions = [Completion() for _ in range(200)]
    rung: list[int] = []

    def settle() -> None:
        for completion in completions:
            completion.settle(Report(DONE, completion.report.phase))

    def wait() -> None:
        for number, completion in enumerate(completions):
            completion.call_at_end(lambda number=number: rung.append(number))  # type: ignore[misc]

    race(settle, wait, threads=4, times=1)
    assert Counter(rung) == dict.fromkeys(range(200), 4)


def test_the_pace_makes_each_call_once_and_leaves_a_pause_for_each() -> None:
    pace, made, begun = Pace(0.0005), list[int](), time.monotonic()
    race(lambda: pace.put(lambda: made.append(1)), threads=4)
    assert pace._free_at >= begun + 0.0005 * 4 * TIMES
    until(lambda: len(made) == 4 * TIMES)


def test_each_page_that_asks_gets_one_answer_in_a_turn_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN", 0.0005)
    monkeypatch.setattr(turns, "MOST", THREADS * TIMES)
    sent: list[str] = []
    asked, numbers, begun = turns.Turns(sent.append, process.Lock(threading.RLock)), itertools.count(), time.monotonic()

    def ask() -> None:
        page = str(next(numbers))
        asked.answer(page)
        asked.keep(page)

    race(ask, asked.answer_kept, threads=4)
    asked.answer_kept()
    until(lambda: not asked._planned)
    assert set(sent) == {str(number) for number in range(4 * TIMES)}
    assert asked._next_at >= begun + 0.0005 * 4 * TIMES


def test_a_lock_of_the_package_is_one_persons_at_a_time() -> None:
    lock, total = process.Lock(threading.RLock), [0]

    def add() -> None:
        with lock, lock:
            total[0] += 1

    race(add)
    assert total == [THREADS * TIMES]
