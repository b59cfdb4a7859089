"""An end wakes everybody who waits for it, wherever they wait, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from runway_widget._watch.completion import Completion
from runway_widget._watch.report import Phase, Report

from .fakes import state, until

END = Report(state(), Phase.STOPPED)


def test_a_thread_that_waits_is_woken() -> None:
    ending, woken = Completion(), list[bool]()
    waiters = [threading.Thread(target=lambda: woken.append(ending.wait(10))) for _ in range(3)]
    for waiter in waiters:
        waiter.start()
    ending.settle(END)
    for waiter in waiters:
        waiter.join(5)
    assert woken == [True, True, True]


def test_waiting_is_no_longer_than_the_timeout_and_says_that_it_was_in_vain() -> None:
    begun = time.monotonic()
    assert not Completion().wait(0.05)
    assert not Completion().wait(0)
    assert time.monotonic() - begun < 2


def test_an_end_that_is_there_is_not_waited_for() -> None:
    ending = Completion()
    ending.settle(END)
    assert ending.wait(0)
    assert ending.wait(0)
    asyncio.run(asyncio.wait_for(ending.wait_async(), 1))


def test_several_coroutines_on_several_loops_are_woken() -> None:
    ending, woken = Completion(), list[int]()

    async def both() -> None:
        await asyncio.gather(ending.wait_async(), ending.wait_async())

    def loop() -> None:
        asyncio.run(asyncio.wait_for(both(), 10))
        woken.append(1)

    threads = [threading.Thread(target=loop) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: len(ending._calls) == 6)
    ending.settle(END)
    for thread in threads:
        thread.join(5)
    assert len(woken) == 3


def test_a_cancelled_coroutine_leaves_nothing() -> None:
    ending = Completion()

    async def give_up() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(ending.wait_async(), 0.01)

    asyncio.run(give_up())
    assert ending._calls == []
    ending.settle(END)


def test_a_loop_that_was_closed_keeps_nobody_else_asleep() -> None:
    """A loop may go away without unwinding its coroutines; whoever else waits must be woken all the same."""
    ending, woken = Completion(), list[bool]()
    dead = asyncio.new_event_loop()
    waiting = dead.create_task(ending.wait_async())
    dead.run_until_complete(asyncio.sleep(0))
    thread = threading.Thread(target=lambda: woken.append(asyncio.run(_waited(ending))))
    thread.start()
    until(lambda: len(ending._calls) == 2)
    dead.close()
    ending.settle(END)
    thread.join(5)
    assert woken == [True]
    del waiting


async def _waited(ending: Completion) -> bool:
    await ending.wait_async()
    return True


def test_the_loop_goes_on_meanwhile() -> None:
    ending, turns = Completion(), list[int]()

    async def work() -> None:
        while len(turns) < 5:
            turns.append(1)
            await asyncio.sleep(0)
        ending.settle(END)

    async def both() -> None:
        await asyncio.gather(ending.wait_async(), work())

    asyncio.run(asyncio.wait_for(both(), 5))
    assert len(turns) == 5
