"""A thread of the package in a process that forks."""

from __future__ import annotations

import os
import threading

import pytest

from runway_widget._runtime.threads import SerialThread

from .fakes import our_threads, until

NAME = "runway-widget-test-fork"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_a_forked_child_has_threads_of_its_own() -> None:
    """Also when the parent's thread held the lock, or is at work, in the moment of the fork."""
    pool, begun, go = SerialThread(NAME), threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go.wait(10)

    pool.put(first)
    assert begun.wait(10)
    with pool._changed:
        child = os.fork()
        if child == 0:
            done = threading.Event()
            pool.put(done.set)
            os._exit(0 if done.wait(60) else 1)
    go.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    until(lambda: NAME not in our_threads())
