"""RunwayTask against the simulator: its ends, waiting for them, taking a watch up again, and what it tells its card."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from ipywidgets.widgets.widget import _instances

from runway_widget import (
    AccessDenied,
    AuthenticationError,
    Client,
    ConfigurationError,
    RunwayTask,
    ServiceError,
    TaskCancelled,
    TaskFailed,
    TaskNotFound,
    WaitTimeout,
    WatchStopped,
    WatchTimeout,
    _poller,
)
from runway_widget._poller import poller
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .fakes import front_end, until

KEY = "test-key-4Hq7Tn2Vx9Kw"
LONG = 10_000.0  # seconds of the service's; no test goes on so long, unless it moves the clock forward
Maker = Callable[..., RunwayTask]


@pytest.fixture
def sim(clock: ServiceTime) -> Iterator[Simulator]:
    with Simulator(speed=20, key=KEY, clock=clock) as simulator:
        yield simulator


@pytest.fixture
def tasks() -> Iterator[list[RunwayTask]]:
    """Tasks to close at the end of the test; then nothing may be watched any more, and no thread may have died."""
    died = list[Any]()
    usual, threading.excepthook = threading.excepthook, died.append
    made = list[RunwayTask]()
    yield made
    for task in made:
        task.close()
    orphans = [part for slot in poller._slots.values() for part in slot.watch.subscriptions]
    for part in orphans:
        poller.stop(part, silently=True)
    assert orphans == []
    until(lambda: poller.idle)
    threading.excepthook = usual
    assert died == []


@pytest.fixture
def watch(sim: Simulator, tasks: list[RunwayTask]) -> Maker:
    """``watch(**scenario)`` adds a task to the simulator and watches it; what `Client.task` takes goes there."""
    ours = {"poll_interval", "not_found_after", "give_up_after", "route", "freeze"}

    def make(client: Client | None = None, task_id: str | None = None, **told: Any) -> RunwayTask:
        options = {"poll_interval": 0.1, **{name: told.pop(name) for name in ours & told.keys()}}
        found = task_id or sim.add_task(**{"queued": 2, "duration": 6, **told})
        tasks.append((client or sim.client()).task(found, **options))
        return tasks[-1]

    return make


def asked(sim: Simulator, task: RunwayTask) -> int:
    return len([request for request in sim.requests if request.task_id == task.task_id])


def in_thread(call: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Run ``call`` on a thread; its result or its exception comes in the list."""
    outcome = list[Any]()

    def run() -> None:
        try:
            outcome.append(call())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, outcome


# The ends


def test_waiting_returns_the_task_when_it_succeeded(watch: Maker) -> None:
    task = watch()
    assert task.wait(10) is task
    assert (task.status, task.progress, task.code) == ("SUCCESS", 1.0, "success")
    assert [output["kind"] for output in task.outputs] == ["video"]
    assert task.wait(0) is task


def test_a_failure_is_raised_with_its_reason(watch: Maker) -> None:
    task = watch(outcome="failure", failure="No faces, please.", failure_code="SAFETY.INPUT.IMAGE")
    with pytest.raises(TaskFailed, match="No faces, please") as caught:
        task.wait(10)
    assert caught.value.task is task
    assert (caught.value.failure_code, caught.value.reason) == ("SAFETY.INPUT.IMAGE", "No faces, please.")
    assert task.progress < 1


def test_a_cancelled_task_is_raised_as_such(watch: Maker) -> None:
    with pytest.raises(TaskCancelled):
        watch(outcome="cancelled").wait(10)


@pytest.mark.parametrize(
    ("kind", "options", "raised"),
    [
        ("unauthorized", {}, AuthenticationError),
        ("forbidden", {}, AccessDenied),
        ("invalid_request", {}, ServiceError),
    ],
)
def test_what_the_service_refuses_is_raised(
    sim: Simulator, watch: Maker, kind: str, options: dict[str, Any], raised: type[ServiceError]
) -> None:
    sim.trouble(kind, **options)
    with pytest.raises(raised) as caught:
        watch().wait(10)
    assert type(caught.value) is raised


def test_a_task_that_never_shows_is_not_found_and_says_why(watch: Maker) -> None:
    task = watch(task_id="nobody-has-this-one", not_found_after=0.3)
    with pytest.raises(TaskNotFound, match="wrong id, or another account's key"):
        task.wait(10)


@pytest.mark.parametrize("where", ["code", "message", "status", "error"])
@pytest.mark.parametrize("status", [200, 400, 404])
def test_a_task_that_shows_late_is_found_however_the_service_words_it(
    sim: Simulator, watch: Maker, where: str, status: int
) -> None:
    sim.trouble("not_visible", times=3, where=where, status=status)
    assert watch(queued=0, duration=2).wait(10).status == "SUCCESS"


def test_a_watch_that_sees_no_end_gives_up(watch: Maker) -> None:
    task = watch(outcome="never", give_up_after=0.4)
    with pytest.raises(WatchTimeout) as caught:
        task.wait(10)
    assert isinstance(caught.value, TimeoutError)
    assert task.status == "IN_PROGRESS"


def test_each_waiter_gets_an_exception_of_its_own(watch: Maker) -> None:
    task = watch(outcome="failure")
    errors = list[TaskFailed]()
    for _ in range(2):
        with pytest.raises(TaskFailed) as caught:
            task.wait(10)
        errors.append(caught.value)
    assert errors[0] is not errors[1]


def test_an_end_of_the_task_is_final(sim: Simulator, watch: Maker) -> None:
    task = watch(queued=0, duration=2).wait(10)
    before = (task.status, list(task.outputs), asked(sim, task))
    task.resume()
    task.refresh()
    task.stop()
    until(lambda: poller.idle)
    assert (task.status, list(task.outputs), asked(sim, task)) == before
    assert task.wait(0) is task
    assert not {"refresh", "stop", "resume"} & set(task._actions)


# Waiting


def test_a_wait_that_runs_out_leaves_the_watch_alone(watch: Maker, clock: ServiceTime) -> None:
    task = watch(duration=LONG)
    with pytest.raises(WaitTimeout, match="goes on") as caught:
        task.wait(0.01)
    assert isinstance(caught.value, TimeoutError)
    clock.forward(LONG)
    assert task.wait(10) is task


@pytest.mark.posix
def test_ctrl_c_ends_the_waiting_and_not_the_watch() -> None:
    """On the main thread of a process of its own, where the signal goes."""
    script = """
        import os, signal, threading, time
        from runway_widget.simulator import Simulator
        ahead = 0
        with Simulator(speed=1, clock=lambda: time.time() + ahead) as sim:
            task = sim.client().task(sim.add_task(queued=0, duration=600), poll_interval=0.1)
            try:
                threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
                task.wait(20)
            except KeyboardInterrupt:
                ahead = 600
                print("interrupted", task.wait(20).status)
    """
    assert run(script) == "interrupted SUCCESS"


def test_a_task_can_be_awaited_by_several_on_several_loops(watch: Maker) -> None:
    task = watch()

    async def twice() -> list[RunwayTask]:
        async def one() -> RunwayTask:
            return await task

        return list(await asyncio.gather(one(), one()))

    runs = [in_thread(lambda: asyncio.run(twice())) for _ in range(2)]
    for thread, outcome in runs:
        thread.join(10)
        assert outcome == [[task, task]]
    assert asyncio.run(twice()) == [task, task]


def test_awaiting_raises_what_waiting_raises(watch: Maker) -> None:
    async def one(task: RunwayTask) -> RunwayTask:
        return await task

    with pytest.raises(TaskFailed):
        asyncio.run(one(watch(outcome="failure")))


def test_an_await_that_is_cancelled_leaves_nothing_and_can_be_done_again(watch: Maker, clock: ServiceTime) -> None:
    task = watch(duration=LONG)

    async def impatient() -> RunwayTask:
        async def one() -> RunwayTask:
            return await task

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(one(), 0.01)
        assert task._ending._calls == []
        clock.forward(LONG)
        return await asyncio.wait_for(one(), 10)

    assert asyncio.run(impatient()) is task


def test_stopping_releases_whoever_waits(watch: Maker) -> None:
    task = watch(outcome="never")
    thread, outcome = in_thread(task.wait)
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    thread.join(5)
    assert isinstance(outcome[0], WatchStopped)


# Stopping, and taking up again


def test_a_stopped_task_is_not_asked_for_and_goes_on_when_resumed(
    sim: Simulator, watch: Maker, clock: ServiceTime
) -> None:
    task = watch(queued=0, duration=LONG)
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    with pytest.raises(WatchStopped):
        task.wait(5)
    assert (task._face["word"], "resume" in task._actions, "stop" in task._actions) == ("Not watching", True, False)
    until(lambda: poller.idle)
    asked_before = asked(sim, task)
    clock.forward(LONG)
    task.resume()
    assert task.wait(10) is task
    assert asked(sim, task) > asked_before


def test_resuming_right_after_stopping_resumes(watch: Maker) -> None:
    """Both in one cell: the card has not heard of the stop yet."""
    for _ in range(20):
        task = watch(queued=0, duration=6)
        task.stop()
        task.resume()
        assert task.wait(10).status == "SUCCESS"


def test_a_stop_that_was_resumed_from_is_not_shown_afterwards(watch: Maker) -> None:
    """The writer is late: when it comes to the stop, the watch is on again."""
    task, go, shown = watch(outcome="never"), threading.Event(), list[list[str]]()
    until(lambda: task.status == "IN_PROGRESS")
    task.observe(lambda change: shown.append(change.new), names="_actions")
    poller.writer.put(partial(go.wait, 10))  # type: ignore[arg-type]
    task.stop()
    task.resume()
    go.set()
    reports = list[int]()
    poller.writer.put(lambda: reports.append(1))
    until(lambda: reports)
    assert [actions for actions in shown if "resume" in actions] == []
    assert not task._ending.settled


def test_a_stop_that_was_resumed_from_still_releases_who_waited_for_it_with_its_own_reason(watch: Maker) -> None:
    for _ in range(20):
        task = watch(outcome="never")
        thread, outcome = in_thread(lambda task=task: task.wait(10))  # type: ignore[misc]
        until(lambda task=task: task.status == "IN_PROGRESS")  # type: ignore[misc]
        task.stop()
        task.resume()
        thread.join(5)
        assert isinstance(outcome[0], WatchStopped)
        task.close()


def test_resuming_twice_is_resuming_once(sim: Simulator, watch: Maker) -> None:
    """A second press comes before the first answer does."""
    task = watch(queued=0, outcome="never")
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    until(lambda: "resume" in task._actions)
    sim.trouble("slow", seconds=0.5)
    task.resume()
    task.resume()
    until(lambda: "stop" in task._actions)
    task.stop()
    until(lambda: poller.idle)
    until(lambda: "resume" in task._actions)


def test_a_card_that_resumes_says_so_before_the_first_answer(sim: Simulator, watch: Maker) -> None:
    task = watch(queued=0, outcome="never")
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    until(lambda: "resume" in task._actions)
    sim.trouble("hang", times=None)
    before = asked(sim, task)
    task.resume()
    until(lambda: "stop" in task._actions)
    assert task._face["word"] != "Not watching"
    assert asked(sim, task) <= before + 1, "the first answer has not come yet"


def test_what_was_known_before_a_resume_is_not_forgotten_in_trouble(sim: Simulator, watch: Maker) -> None:
    task = watch(queued=0, outcome="never")
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    until(lambda: "resume" in task._actions)
    sim.trouble("server_error", times=None)
    task.resume()
    until(lambda: task._face["warn"])
    assert (task.status, task.action) == ("IN_PROGRESS", "IMAGE_TO_VIDEO")


@pytest.mark.parametrize("trouble", ["unauthorized", "forbidden", "invalid_request"])
def test_a_refused_watch_can_be_resumed(sim: Simulator, watch: Maker, trouble: str) -> None:
    sim.trouble(trouble)
    task = watch()
    with pytest.raises(ServiceError):
        task.wait(10)
    task.resume()
    assert task.wait(10) is task


def test_a_watch_that_gave_up_can_be_resumed_with_its_whole_time(watch: Maker, clock: ServiceTime) -> None:
    task = watch(queued=0, duration=LONG, give_up_after=0.5)
    with pytest.raises(WatchTimeout):
        task.wait(10)
    clock.forward(LONG)
    task.resume()
    assert task.wait(10) is task


def test_a_task_that_was_not_found_can_be_looked_for_again(sim: Simulator, watch: Maker) -> None:
    task = watch(task_id="shows-late", not_found_after=0.2)
    with pytest.raises(TaskNotFound):
        task.wait(10)
    sim.add_task(task_id="shows-late", queued=0, duration=2)
    task.resume()
    assert task.wait(10) is task


def test_a_resume_heeds_a_new_key_in_the_environment(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, tasks: list[RunwayTask]
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "test-key-that-is-wrong")
    monkeypatch.setenv("COMETAPI_BASE_URL", sim.url)
    tasks.append(task := RunwayTask(sim.add_task(queued=0, duration=2), poll_interval=0.1))
    with pytest.raises(AuthenticationError) as caught:
        task.wait(10)
    assert "that-is" not in str(caught.value)
    assert (task._face["word"], "COMETAPI_KEY" in task._face["note"]) == ("Key rejected", True)
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    task.resume()
    assert task.wait(10) is task


# Several cards


def test_two_cards_of_two_clients_share_the_requests(sim: Simulator, watch: Maker) -> None:
    first = watch(outcome="never", poll_interval=60)
    until(lambda: first.status != "UNKNOWN")
    second = watch(Client(KEY, sim.url), first.task_id, poll_interval=60)
    until(lambda: second.status == first.status)
    assert asked(sim, first) == 1
    second.stop()
    until(lambda: "resume" in second._actions)
    assert "stop" in first._actions


def test_the_same_id_on_another_route_is_another_stream_of_requests(sim: Simulator, watch: Maker) -> None:
    first = watch(outcome="never", poll_interval=60)
    second = watch(task_id=first.task_id, route="feed", poll_interval=60)
    until(lambda: first.status != "UNKNOWN" and second.status != "UNKNOWN")
    assert {request.path for request in sim.requests} == {f"/runwayml/v1/tasks/{first.task_id}", "/runway/feed"}


# What goes to the front end


def test_one_change_is_one_message_and_no_change_is_none(
    sim: Simulator, watch: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front_end() as messages:
        task = watch(queued=0, outcome="never", duration=1e9)
        until(lambda: task.status == "IN_PROGRESS")
        assert task.model_id
        opened, so_far = asked(sim, task), len(messages)
        until(lambda: asked(sim, task) > opened + 5)
        assert len(messages) == so_far
        sim.trouble("server_error", task_id=task.task_id)
        until(lambda: len(messages) >= so_far + 2)
        opened = asked(sim, task)
        until(lambda: asked(sim, task) > opened + 2)
        updates = [data for comm, kind, data in messages[so_far:] if kind == "comm_msg"]
        assert [data["method"] for data in updates] == ["update", "update"]
        assert [data["state"]["_face"]["warn"] for data in updates] == [True, False]
        assert {"_clock", "_face"} <= updates[0]["state"].keys()
        assert "data" not in updates[0]["state"]


def test_a_quiet_watch_sends_its_clock_alone(watch: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_poller, "BEAT", 0.3)
    with front_end() as messages:
        task = watch(queued=0, outcome="never", duration=1e9)
        until(lambda: task.status == "IN_PROGRESS")
        assert task.model_id
        so_far = len(messages)
        until(lambda: len(messages) >= so_far + 3)
        assert [list(data["state"]) for _, _, data in messages[so_far : so_far + 3]] == [["_clock"]] * 3


def test_a_task_that_is_never_shown_opens_no_comm(watch: Maker) -> None:
    with front_end() as messages:
        watch(queued=0, duration=2).wait(10)
        assert messages == []


def test_a_comm_that_opens_amid_changes_misses_none(sim: Simulator, watch: Maker) -> None:
    """What the front end knows in the end is what the task says, whenever its comm was opened."""
    for wait in (0.0, 0.05, 0.1, 0.2, 0.3):
        with front_end() as messages:
            task = watch(queued=1, duration=6, poll_interval=0.05)
            time.sleep(wait)  # not a wait for anything: a different moment each time
            model = task.model_id
            task.wait(10)
            known = dict[str, Any]()
            for comm, kind, data in list(messages):
                if comm == model and kind in ("comm_open", "comm_msg"):
                    known |= data.get("state", {})
        assert [kind for comm, kind, _ in messages if comm == model].count("comm_open") == 1
        for name in ("status", "progress", "outputs", "_face", "_clock", "_actions", "data"):
            assert known[name] == getattr(task, name), name


def test_a_comm_is_opened_once_whoever_asks(watch: Maker) -> None:
    with front_end() as messages:
        task = watch(outcome="never")
        barrier = threading.Barrier(4)

        def ask() -> str:
            barrier.wait(5)
            return task.model_id

        runs = [in_thread(ask) for _ in range(4)]
        for thread, _ in runs:
            thread.join(5)
        assert len({outcome[0] for _, outcome in runs}) == 1
        assert [kind for _, kind, _ in messages].count("comm_open") == 2  # itself and its layout


@pytest.mark.parametrize("ask", ["refresh", "stop", "resume", "sync", "frozen", "nonsense", None, 3])
def test_a_message_of_the_front_end_returns_at_once_and_raises_nothing(watch: Maker, ask: Any) -> None:
    task = watch(outcome="never")
    task._handle_custom_msg({"ask": ask}, [])
    task._handle_custom_msg(ask, [])


def test_the_cards_buttons_do_what_they_say(sim: Simulator, watch: Maker) -> None:
    task = watch(outcome="never", poll_interval=60)
    until(lambda: task.status != "UNKNOWN")
    task._handle_custom_msg({"ask": "stop"}, [])
    until(lambda: "resume" in task._actions)
    task._handle_custom_msg({"ask": "resume"}, [])
    until(lambda: "stop" in task._actions)
    until(lambda: asked(sim, task) == 2)
    task._handle_custom_msg({"ask": "refresh"}, [])
    until(lambda: asked(sim, task) == 3)


# Closing


def test_closing_releases_who_waits_and_leaves_no_widget(watch: Maker) -> None:
    before = set(_instances)
    with front_end():
        task = watch(outcome="never")
        assert task.model_id in _instances
        assert len(set(_instances) - before) == 2
        thread, outcome = in_thread(task.wait)
        until(lambda: task.status == "IN_PROGRESS")
        task.close()
        thread.join(5)
        assert isinstance(outcome[0], WatchStopped)
    assert set(_instances) == before
    assert poller._slots == {}
    task.close()


def test_a_closed_task_stays_closed(sim: Simulator, watch: Maker) -> None:
    task = watch(outcome="never")
    task.close()
    task.resume()
    task.refresh()
    task.stop()
    assert poller._slots == {}
    with pytest.raises(WatchStopped):
        task.wait(1)
    assert task.task_id in repr(task)


def test_closing_a_finished_task_keeps_its_result(watch: Maker) -> None:
    task = watch(queued=0, duration=2).wait(10)
    task.close()
    assert task.wait(0) is task


def test_closing_while_reports_come_in_is_quiet(sim: Simulator, watch: Maker, caplog: pytest.LogCaptureFixture) -> None:
    with front_end():
        for _ in range(30):
            task = watch(queued=0, duration=20, poll_interval=0.05)
            assert task.model_id
            for _ in range(3):
                poller.sync(task._subscription)
            task.close()
        until(lambda: poller.idle)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_a_result_that_arrives_while_the_task_is_closed_is_one_or_the_other(watch: Maker) -> None:
    """Never a task that succeeded and a wait that says it was stopped."""
    for _ in range(10):
        task = watch(queued=0, duration=1, poll_interval=0.05)
        until(lambda task=task: task.status == "SUCCESS")  # type: ignore[misc]
        task.close()
        assert task.wait(1) is task


# Mistakes


def test_an_unknown_keyword_is_a_type_error(sim: Simulator) -> None:
    with pytest.raises(TypeError):
        sim.client().task("some-id", intervall=5)
    with pytest.raises(TypeError):
        RunwayTask("some-id", sim.client(), color="red")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("task_id", "options"),
    [
        ("", {}),
        ("a/b", {}),
        ("..", {}),
        ("ok", {"poll_interval": 0}),
        ("ok", {"give_up_after": "1 h"}),
        ("ok", {"not_found_after": -5}),
        ("ok", {"route": "express"}),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent_and_leaves_no_half_made_card(
    sim: Simulator, task_id: str, options: dict[str, Any]
) -> None:
    """A half-made widget complains when it is collected; pytest makes an error of that."""
    client = sim.client()
    with pytest.raises(ConfigurationError):
        client.task(task_id, **options)
    gc.collect()
    assert sim.requests == []
    assert poller._slots == {}


def test_a_client_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="Client"):
        RunwayTask("some-id", "sk-not-a-client")  # type: ignore[arg-type]
    monkeypatch.delenv("COMETAPI_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="COMETAPI_KEY"):
        RunwayTask("some-id")
    gc.collect()


# Memory and processes


def test_a_task_that_ended_and_was_never_shown_is_collected(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(queued=0, duration=2), poll_interval=0.1)
    task.wait(10)
    gone = weakref.ref(task)
    del task
    until(lambda: gc.collect() + 1 and gone() is None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_can_watch_anew() -> None:
    script = """
        import os, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from runway_widget.simulator import Simulator
        with Simulator(speed=20) as sim:
            parent = sim.client().task(sim.add_task(queued=0, outcome="never"), poll_interval=0.05)
            parent.observe(lambda change: None)
            while parent.status == "UNKNOWN":
                time.sleep(0.01)
            task_id = sim.add_task(queued=0, duration=6)
            child = os.fork()
            if child == 0:
                heard = []
                task = sim.client().task(task_id, poll_interval=0.1)
                task.observe(lambda change: heard.append(change.new), names="status")
                good = task.wait(10).status == "SUCCESS"
                while "SUCCESS" not in heard:
                    time.sleep(0.01)
                parent.resume()
                parent.refresh()
                parent.stop()
                os._exit(0 if good else 1)
            _, status = os.waitpid(child, 0)
            parent.stop()
            print("child", os.waitstatus_to_exitcode(status))
    """
    assert run(script) == "child 0"


def run(script: str) -> str:
    """What ``script`` prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()
