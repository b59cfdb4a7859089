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


def test_a_forked_child_can_do_everything_while_another_thread_of_its_parent_holds_every_lock() -> None:
    """And the parent goes on as if nothing had happened."""
    script = """
        import os, signal, sys, threading, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from contextlib import ExitStack
        from runway_widget import Client, TaskGrid, TakesFailed, WatchStopped
        from runway_widget._journal import file
        from runway_widget._runtime import process
        from runway_widget.simulator import Simulator

        file._lock.fork_patience = 0.1
        KEY = "test-key-4Hq7Tn2Vx9Kw"
        KINDS = (process.Lock, threading.Condition, type(threading.Lock()), type(threading.RLock()))

        def everything():  # every lock of the package, wherever its owner keeps it
            for owner in list(process._owners):
                if isinstance(owner, process.Lock):
                    yield owner
                else:
                    yield from (value for value in vars(owner).values() if isinstance(value, KINDS))

        def use(task, grid, url):
            assert str(task) and repr(grid) and len(grid) == 2
            task.show()
            try:
                task.wait(5)
                raise AssertionError("waited")
            except WatchStopped:
                pass
            try:
                grid.wait(5)
                raise AssertionError("waited")
            except TakesFailed as error:
                assert {type(each) for each in error.exceptions} == {WatchStopped}
            task.resume()
            task.refresh()
            task.stop()
            task.resume()
            client = Client(KEY, url)
            another = client.image_to_video(
                model="gen4_turbo", prompt_image="https://a.example/a.png", ratio="1280:720", poll_interval=0.05
            )
            assert another.wait(20).status == "SUCCESS"
            assert client.recent()[0].task_id == another.task_id
            assert task.wait(20).status == "SUCCESS"
            another.close()
            task.close()
            grid.close()

        with Simulator(speed=20, key=KEY) as sim:
            client = sim.client()
            tasks = [client.task(sim.add_task(queued=0, duration=60), poll_interval=0.05) for _ in range(2)]
            grid = TaskGrid(tasks)
            while tasks[0].status == "UNKNOWN":
                time.sleep(0.01)
            locks, held, over = list(everything()), threading.Event(), threading.Event()

            def hold():
                with ExitStack() as stack:
                    for lock in locks:
                        stack.enter_context(lock)
                    held.set()
                    over.wait(60)

            threading.Thread(target=hold, daemon=True).start()
            assert held.wait(30)
            child = os.fork()
            if child == 0:
                signal.alarm(50)  # a child that waits for ever is killed, and its exit status says so
                sys.stdout = sys.stderr = open(os.devnull, "w")
                use(tasks[0], grid, sim.url)
                sim.close()
                sys.exit(7)  # with all that is done at exit
            over.set()
            _, status = os.waitpid(child, 0)
            grid.wait(30)
            made = [request.task_id for request in sim.requests if request.route == "create"]
            print(len(locks) > 20, "child", os.waitstatus_to_exitcode(status), "parent", grid, len(made))
    """
    assert run(script) == "True child 7 parent 2 takes: 2 done 1"


def test_a_child_that_is_forked_in_a_coroutine_or_a_callback_waits_for_nobody_who_stayed_behind() -> None:
    script = """
        import asyncio, os, signal, threading, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from runway_widget import WatchStopped
        from runway_widget.simulator import Simulator

        def child_of(call):  # the exit status of a child that makes this call
            child = os.fork()
            if child == 0:
                signal.alarm(30)
                try:
                    call()
                except WatchStopped:
                    os._exit(0)
                except BaseException as error:
                    print(type(error), error, flush=True)
                os._exit(1)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

        with Simulator(speed=20) as sim:
            task = sim.client().task(sim.add_task(queued=0, duration=200), poll_interval=0.05)
            results = []
            while task.status == "UNKNOWN":
                time.sleep(0.01)

            async def waiting():
                awaited = asyncio.ensure_future(task._wait_async())
                await asyncio.sleep(0.05)
                child = os.fork()
                if child == 0:
                    signal.alarm(30)
                    try:
                        await awaited
                    except WatchStopped:
                        os._exit(0)
                    os._exit(1)
                results.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
                await awaited

            async def awaiting():
                await task

            called = threading.Event()

            def callback(change):
                if not called.is_set():
                    results.append(child_of(lambda: task.wait(5)))
                    called.set()

            task.observe(callback, "progress")
            assert called.wait(30)
            results.append(child_of(lambda: asyncio.run(awaiting())))
            asyncio.run(waiting())
            print(results, task.status)
    """
    assert run(script) == "[0, 0, 0] SUCCESS"


def test_a_task_that_had_ended_is_at_its_end_in_a_forked_child_too() -> None:
    """Also where its parent was still saving the file at that moment."""
    script = """
        import os, signal, tempfile, threading, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from runway_widget.simulator import Simulator
        with Simulator(speed=20) as sim, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            sim.trouble("hang", route="media", times=None)
            task = sim.client().task(sim.add_task(queued=0, duration=1), poll_interval=0.05, save_to=folder)
            while task._keeper.saving != "saving" or task.status != "SUCCESS":
                time.sleep(0.01)
            child = os.fork()
            if child == 0:
                signal.alarm(30)
                assert task.wait(5).status == "SUCCESS" and task._is_done() and not task._keeper.busy
                os._exit(0)
            print("child", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        os._exit(0)  # nobody waits for the file
    """
    assert run(script) == "child 0"


def test_a_process_of_multiprocessing_gets_a_result_of_its_own() -> None:
    script = """
        import multiprocessing, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from runway_widget.simulator import Simulator

        def render(task, answers):
            task.resume()
            answers.put(str(task.wait(20).status))

        with Simulator(speed=20) as sim:
            task = sim.client().task(sim.add_task(queued=0, duration=60), poll_interval=0.05)
            fork = multiprocessing.get_context("fork")
            answers = fork.SimpleQueue()
            child = fork.Process(target=render, args=(task, answers))
            child.start()
            print(answers.get(), task.wait(20).status)
            child.join(20)
            print(child.exitcode)
    """
    assert run(script).split() == ["SUCCESS", "SUCCESS", "0"]


def test_a_child_that_is_forked_amid_a_transaction_of_its_parents_can_use_the_journal() -> None:
    """sqlite would count that transaction, and its locks, as those of a connection of the child's own."""
    script = """
        import os, signal, tempfile, threading, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from runway_widget._journal.journal import Journal
        from tests.unit.journals import a_row
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(folder + "/journal.sqlite3")
            journal.begin(a_row())
            begun = threading.Event()

            def job(connection):
                begun.set()
                time.sleep(0.3)

            writer = threading.Thread(target=lambda: journal._file.write(job, None))
            writer.start()
            assert begun.wait(10)
            child = os.fork()
            if child == 0:
                signal.alarm(30)
                journal.begin(a_row())
                os._exit(len(journal.recent()))
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            writer.join(10)
    """
    assert run(script) == "2"
