"""A deed that one thread does at a time: others wait for it, and hold nothing meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from runway_widget._media.transfer import download_one
from runway_widget._runtime.turn import Turn
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import finished
from .fakes import at_once
from .racing import often, race
from .watched_locks import watched_locks

__all__ = ["often"]  # a fixture


@pytest.mark.checkout
@pytest.mark.usefixtures("often")
def test_of_threads_that_race_one_is_in_it_at_a_time_for_each_key() -> None:
    turn, inside = Turn(), Counter[int]()

    def come(key: int) -> None:
        with turn.of(key):
            inside[key] += 1
            assert inside[key] == 1
            inside[key] -= 1

    race(lambda: come(1), lambda: come(2))
    assert not turn._busy


def test_who_comes_for_another_key_does_not_wait() -> None:
    turn = Turn()
    with turn.of("one"), turn.of("other"):
        assert at_once(1, lambda: turn.of("third").__enter__()) == [None]


def test_what_is_raised_there_lets_the_next_one_in() -> None:
    turn = Turn()
    with pytest.raises(ZeroDivisionError), turn.of():
        raise ZeroDivisionError
    with turn.of():
        pass


@pytest.mark.checkout  # without coverage: see `watched_locks`
def test_neither_who_is_in_it_nor_who_waits_holds_a_lock() -> None:
    with watched_locks() as watch:
        turn, waits = Turn(), threading.Event()

        def come() -> None:
            waits.set()
            with turn.of():
                watch.leaves("a request")

        second = threading.Thread(target=come)
        with turn.of():
            second.start()
            waits.wait(20)
            watch.leaves("a request")
        second.join(20)
    assert watch.breaches == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_a_forked_child_does_not_wait_for_a_thread_of_its_parents() -> None:
    turn, inside, go_on = Turn(), threading.Event(), threading.Event()

    def come() -> None:
        with turn.of():
            inside.set()
            go_on.wait(20)

    other = threading.Thread(target=come)
    other.start()
    inside.wait(20)
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # a child that waits for ever is killed, and its exit status says so
        with turn.of():
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    go_on.set()
    other.join(20)
    assert not turn._busy


def test_an_output_that_is_being_fetched_holds_up_no_other(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = finished(sim, clock, {"outputs": ["video", "image"]}).wait(30)
    begun, go_on, usual = threading.Event(), threading.Event(), download_one

    def slow(service: Any, url: str, folder: Path, name: str, **options: Any) -> Path:
        if name == "output-1":
            begun.set()
            assert go_on.wait(30)
        return usual(service, url, folder, name, **options)

    monkeypatch.setattr("runway_widget._media.clip_files.download_one", slow)
    first = threading.Thread(target=task.frame)
    first.start()
    assert begun.wait(30)
    assert task.frame(output=1).size == (853, 480)
    go_on.set()
    first.join(30)
