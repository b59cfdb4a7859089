"""Pools of threads: how many there are and how long, what a machine out of threads does, and the end."""

from __future__ import annotations

import atexit
import gc
import os
import threading
import weakref
from collections.abc import Iterator

import pytest

from runway_widget._runtime import process
from runway_widget._runtime.threads import KeepAlive, SerialThread, ThreadPool, runs_callbacks

from .fakes import our_threads, until
from .polling import no_threads

NAME = "runway-widget-test-pool"


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    until(lambda: NAME not in our_threads())


def finish(pool: ThreadPool) -> None:
    """Wait until the pool has made every call that it was given."""
    until(lambda: not pool._calls and pool._running == pool._waiting)


# Threads


def test_at_most_so_many_threads_work_and_they_are_daemons() -> None:
    pool = ThreadPool(NAME, 2)
    both, go, done = threading.Barrier(3, timeout=10), threading.Event(), threading.Event()
    ran: list[threading.Thread] = []

    def call() -> None:
        ran.append(threading.current_thread())
        if len(ran) <= 2:
            both.wait()
            go.wait(10)

    for _ in range(5):
        pool.submit(call)
    pool.submit(done.set)
    both.wait()
    assert len(ran) == 2
    assert our_threads().count(NAME) == 2
    go.set()
    assert done.wait(60)
    assert all(thread.daemon for thread in ran)
    until(lambda: not pool.running)
    assert len(set(ran)) == 2


def test_threads_exist_only_while_there_are_calls() -> None:
    pool = ThreadPool(NAME, 2)
    assert not pool.running
    for _ in range(2):
        done = threading.Event()
        pool.submit(done.set)
        assert done.wait(60)
        until(lambda: not pool.running)
        until(lambda: NAME not in our_threads())


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, KeyboardInterrupt])
def test_a_call_that_raises_is_logged_and_hurts_no_other(
    caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    def broken() -> None:
        raise error

    pool, done = ThreadPool(NAME, 1), threading.Event()
    pool.submit(broken)
    pool.submit(done.set)
    assert done.wait(60)
    assert f"{NAME} met an error" in caplog.text


def test_a_serial_thread_makes_its_calls_in_order() -> None:
    serial, made, done = SerialThread(NAME), list[int](), threading.Event()
    for number in range(200):
        serial.put(lambda number=number: made.append(number))  # type: ignore[misc]
    serial.put(done.set)
    assert done.wait(60)
    assert made == list(range(200))


def test_a_call_that_was_made_is_let_go() -> None:
    class Call:
        def __call__(self) -> None:
            pass

    keep = KeepAlive()
    pool, call = ThreadPool(NAME, 1, keep_alive=keep), Call()
    gone = weakref.ref(call)
    keep.begin()
    pool.submit(call)
    del call
    finish(pool)
    until(lambda: gc.collect() + 1 and gone() is None)
    keep.end()


def test_a_thread_knows_its_pool_and_whether_it_runs_callbacks() -> None:
    seen = list[tuple[bool, bool]]()
    pools = [SerialThread(NAME), SerialThread(NAME, runs_callbacks=True)]
    for pool in pools:
        pool.put(lambda: seen.append((pools[0].is_current, runs_callbacks())))
        until(lambda pool=pool: not pool.running)  # type: ignore[misc]
    assert seen == [(True, False), (False, True)]
    assert not pools[0].is_current
    assert not runs_callbacks()


# A machine out of threads


def test_without_any_thread_submit_raises_and_forgets_the_call() -> None:
    pool, made, done = ThreadPool(NAME, 2), list[str](), threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        with pytest.raises(RuntimeError, match="thread"):
            pool.submit(lambda: made.append("refused"))
        assert not pool.running
    pool.submit(done.set)
    assert done.wait(60)
    assert made == []


def test_where_one_thread_runs_submit_queues_the_call_for_it() -> None:
    pool, begun, go, done = ThreadPool(NAME, 2), threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go.wait(10)

    pool.submit(first)
    assert begun.wait(10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        pool.submit(done.set)
    go.set()
    assert done.wait(60)


def test_what_is_put_into_a_serial_thread_that_cannot_start_is_made_with_the_next_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    serial, made, done = SerialThread(NAME), list[str](), threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        serial.put(lambda: made.append("early"))
    assert "could not start" not in caplog.text, "whoever puts a call may hold a lock, which no log handler may meet"
    serial.put(done.set)
    assert done.wait(60)
    assert "could not start before: can't start new thread" in caplog.text
    assert made == ["early"]


# Threads that stay


def test_idle_threads_stay_between_begin_and_end() -> None:
    keep = KeepAlive()
    pool = ThreadPool(NAME, 2, keep_alive=keep)
    keep.begin()
    assert NAME not in our_threads(), "none is started before it is needed"
    seen = set[threading.Thread]()
    for _ in range(3):
        pool.submit(lambda: seen.add(threading.current_thread()))
        finish(pool)
        assert pool.running
    assert len(seen) == 1, "an idle thread is used before a second one is started"
    keep.begin()
    keep.end()
    assert pool.running
    keep.end()
    until(lambda: not pool.running)


def test_a_thread_that_waits_takes_no_second_call_from_another_that_could() -> None:
    """Two calls at once need two threads, though one of them is idle when the first arrives."""
    keep = KeepAlive()
    pool, both = ThreadPool(NAME, 2, keep_alive=keep), threading.Barrier(3, timeout=10)
    keep.begin()
    pool.submit(lambda: None)
    finish(pool)
    pool.submit(both.wait)
    pool.submit(both.wait)
    both.wait()
    keep.end()


def test_a_thread_that_replaces_another_stays_too() -> None:
    keep, begun, go = KeepAlive(), threading.Event(), threading.Event()
    serial = SerialThread(NAME, keep_alive=keep)
    keep.begin()

    def stuck() -> None:
        begun.set()
        go.wait(10)

    serial.put(stuck)
    done = threading.Event()
    serial.put(done.set)
    assert begun.wait(10)
    serial.replace_thread()
    assert done.wait(60)
    finish(serial)
    go.set()
    until(lambda: our_threads().count(NAME) == 1)
    assert serial.running
    keep.end()
    until(lambda: not serial.running)


def test_an_idle_thread_is_not_replaced() -> None:
    keep = KeepAlive()
    serial = SerialThread(NAME, keep_alive=keep)
    keep.begin()
    threads = set[int]()
    for _ in range(2):
        serial.put(lambda: threads.add(threading.get_ident()))
        finish(serial)
        serial.replace_thread()
    assert len(threads) == 1
    keep.end()


# Forks, and the end


def test_closing_begins_nothing_more() -> None:
    pool, begun, go = ThreadPool(NAME, 1), threading.Event(), threading.Event()
    ran: list[int] = []

    def first() -> None:
        begun.set()
        go.wait(10)

    pool.submit(first)
    pool.submit(lambda: ran.append(1))
    assert begun.wait(10)
    pool.close()
    go.set()
    until(lambda: not pool.running)
    assert ran == []


def test_closing_lets_idle_threads_go() -> None:
    keep = KeepAlive()
    pool = ThreadPool(NAME, 1, keep_alive=keep)
    keep.begin()
    pool.submit(lambda: None)
    finish(pool)
    pool.close()
    until(lambda: not pool.running)


def test_a_pool_that_is_closed_can_be_used_again() -> None:
    keep = KeepAlive()
    pool = ThreadPool(NAME, 1, keep_alive=keep)
    keep.begin()
    pool.close()
    pool.submit(lambda: None)
    finish(pool)
    assert pool.running
    keep.end()


def test_a_thousand_pools_add_no_hook_and_can_be_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "register_at_fork", lambda **_: pytest.fail("a hook that stays for ever"))
    hooks, registered = atexit._ncallbacks(), len(process._owners)
    for _ in range(1000):
        SerialThread(NAME)
    gc.collect()
    assert atexit._ncallbacks() == hooks
    assert len(process._owners) <= registered
