"""A forked child: the watches stayed with the parent, so waiting is over, and every lock is free."""

from __future__ import annotations

import os

import pytest

from .helpers import run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def test_waiting_in_a_forked_child_ends_and_a_resume_watches_again() -> None:
    script = """
        import asyncio, os, threading, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from runway_widget import WatchStopped
        from runway_widget.simulator import Simulator
        with Simulator(speed=20) as sim:
            task = sim.client().task(sim.add_task(queued=0, duration=60), poll_interval=0.05)
            while task.status == "UNKNOWN":
                time.sleep(0.01)
            child = os.fork()
            if child == 0:
                try:
                    task.wait(10)
                except WatchStopped:
                    task.resume()
                    os._exit(0 if task.wait(20).status == "SUCCESS" else 1)
                os._exit(2)
            _, status = os.waitpid(child, 0)
            task.stop()
            print("child", os.waitstatus_to_exitcode(status))
    """
    assert run(script) == "child 0"


def test_a_forked_child_finds_every_lock_of_a_task_free() -> None:
    script = """
        import os, threading, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from contextlib import ExitStack
        from runway_widget.simulator import Simulator
        with Simulator(speed=20) as sim:
            task = sim.client().task(sim.add_task(outcome="never"), poll_interval=60)
            locks = [task._writing, task._keeper._lock, task._watchers._lock, task._completion._lock]
            held, over = threading.Event(), threading.Event()

            def hold():
                with ExitStack() as stack:
                    for lock in locks:
                        stack.enter_context(lock)
                    held.set()
                    over.wait(30)

            threading.Thread(target=hold, daemon=True).start()
            held.wait(10)
            child = os.fork()
            if child == 0:
                locks[3] = task._completion._lock

                def take():
                    for lock in locks:
                        with lock:
                            pass

                taker = threading.Thread(target=take, daemon=True)
                taker.start()
                taker.join(5)
                os._exit(1 if taker.is_alive() else 0)
            _, status = os.waitpid(child, 0)
            over.set()
            task.stop()
            print("child", os.waitstatus_to_exitcode(status))
    """
    assert run(script) == "child 0"
