"""No lock is held while code of others runs, nor while this thread waits for another one; and no two locks are ever
taken in both orders. Each lock says what it is for."""

from __future__ import annotations

import ast
import asyncio
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runway_widget
from runway_widget import RunwayTask
from runway_widget._journal.file import JournalFile
from runway_widget._runtime import writer
from runway_widget._widgets import card_state
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .comms import front_end
from .creating import MEDIA, QUICK, film, planned, press, simulated, written
from .fakes import at_once, until
from .polling import no_threads
from .showing import Host
from .test_fork_locks import name_of, waits
from .watched_locks import REASONS, Watch, watched_locks

pytestmark = pytest.mark.checkout  # without coverage: see `watched_locks`

PACKAGE = Path(runway_widget.__file__).parent
ASKS = ("ready", "sync", "refresh", "frozen", "after", "save", "star", "renew", "stop", "resume")


@pytest.fixture
def locks() -> Iterator[Watch]:
    """The watch over the locks; no test may leave a breach or a circle behind."""
    with watched_locks() as watch, front_end():
        yield watch
    if watch.breaches:
        pytest.fail("\n".join(sorted(set(watch.breaches))))
    assert watch.circle == []


@pytest.fixture
def service(locks: Watch, clock: ServiceTime) -> Iterator[Simulator]:
    with simulated(clock=clock) as simulator:
        yield simulator


def shown(locks: Watch, *widgets: Any) -> None:
    """Show them, look at every change, and press each button."""
    for widget in widgets:
        widget.show()
        widget.observe(lambda change: locks.leaves("a callback"))
        for ask in ASKS:
            press(widget, ask)
    written()


def test_a_session(locks: Watch, service: Simulator, clock: ServiceTime, host: Host, tmp_path: Path) -> None:
    client = service.runway_client(journal=tmp_path / "journal.sqlite3")
    options: dict[str, Any] = {"save_to": tmp_path / "saved", "embed": True, "prompt_image": MEDIA / "dusk.jpg"}
    grid = film(service, client, prompt_text=["up", "down", "[fail]", "[cancelled]"], **options)
    alone = film(service, client, reuse=True, save_to=tmp_path / "saved")
    shown(locks, grid, alone, *grid)
    for task in (alone, *grid):
        task.resume()
    clock.forward(1000)
    for task in grid.as_completed(30):
        task.pick()
    assert alone.wait(30).download(tmp_path / "elsewhere")
    assert client.recent()
    for widget in (grid, *grid, alone):
        widget.close()


def test_chains_plans_and_frames(
    locks: Watch, service: Simulator, clock: ServiceTime, host: Host, tmp_path: Path
) -> None:
    client = service.client(journal=tmp_path / "journal.sqlite3")
    plan = planned(service, client, save_to=tmp_path / "saved")
    sent = at_once(3, plan.send)
    assert len(set(sent)) == 1
    first = sent[0]
    assert isinstance(first, RunwayTask)
    second = film(service, client, prompt_image=first, sent=False, save_to=tmp_path / "saved")
    shown(locks, first, second)
    clock.forward(1000)
    first.resume()
    assert first.wait(30).frame() is not None
    until(lambda: second.task_id or second.error)
    client.close()


def test_a_machine_without_threads_whose_cards_and_journal_fail(
    locks: Watch, service: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Everything is logged then, and log handlers are the user's."""
    client = service.client(journal=tmp_path / "journal.sqlite3")
    grid = film(service, client, prompt_text=["up", "down"])
    logged = list[str]()
    log = logging.getLogger("runway_widget")
    monkeypatch.setattr(log, "filters", [*log.filters, lambda record: not logged.append(record.getMessage())])  # type: ignore[func-returns-value]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        for task in grid:
            task.refresh()
            task.pick()
    monkeypatch.setattr(JournalFile, "_make_file", _raise)
    film(service, client, prompt_text=["late", "later"])
    monkeypatch.setattr(card_state.CardState, "traits", _raise)
    for task in grid:
        task.stop()
        task.resume()
        press(task, "star")
    clock.forward(1000)
    grid.wait(30, check=False)
    writer.flush(5)
    assert {"a card met an error"} < set(logged)
    assert any("cannot be written" in line for line in logged)


def is_cancelled(task: RunwayTask) -> bool:
    """Presses Cancel, which does nothing while the task is being sent."""
    press(task, "cancel")
    return task.error is not None


def test_takes_that_are_taken_back_that_no_thread_sends_and_that_are_awaited(
    locks: Watch, service: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    client = service.client(journal=tmp_path / "journal.sqlite3")
    service.trouble("rate_limited", route="create", retry_after=60, times=None)
    grid = film(service, client, prompt_text=["up", "down", "far"], sent=False)
    grid.show()
    grid[1].close()
    grid[2].stop()
    until(lambda: is_cancelled(grid[0]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        lost = film(service, client, prompt_text=["late", "later"], sent=False)
    for task in (*grid, *lost):
        until(lambda task=task: task.error is not None)  # type: ignore[misc]
    awaited = client.task(service.add_task(queued=1, duration=5), **QUICK)
    shown(locks, awaited)

    async def end() -> None:
        asyncio.get_running_loop().call_soon(clock.forward, 1000)
        await awaited

    asyncio.run(asyncio.wait_for(end(), 30))
    client.close()


def _raise(*_: object, **__: object) -> Any:
    raise OSError("of the test")


# The watch itself


def test_the_watch_notices_each_kind_of_breach() -> None:
    with watched_locks() as watch:
        from runway_widget._create.budget import Budget
        from runway_widget._widgets.watchers import Watchers

        one, other = Budget()._lock, Watchers()._lock
        with one:
            with other:
                pass
            logging.getLogger("runway_widget").debug("not handed on")
            logging.getLogger("runway_widget").error("handed on")
            Path(__file__).read_bytes()
            threading.Event().wait(0)
        assert [breach.partition(" while ")[0] for breach in watch.breaches] == [
            *("a log handler", "a file", "waiting for another thread"),
        ]
        assert watch.circle == []
        with other, one:
            pass
    assert sorted(set(watch.circle)) == ["_create.budget.Budget", "_widgets.watchers.Watchers"]


def test_a_lock_that_is_free_again_is_nobodys() -> None:
    with watched_locks() as watch:
        from runway_widget._create.budget import Budget

        lock = Budget()._lock
        with lock:
            assert watch.held == ["_create.budget.Budget"]
        Path(__file__).read_bytes()
    assert watch.breaches == []


# What is said of each


def test_each_exception_says_why() -> None:
    assert all(len(reason.split()) > 3 for reason in REASONS.values())


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_each_lock_says_what_it_is_for_where_it_is_made(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    silent = [
        lines[node.lineno - 1].strip()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign | ast.AnnAssign)
        if isinstance(node.value, ast.Call) and makes_a_lock(node.value)
        if "#" not in lines[node.lineno - 1] and not lines[node.lineno - 2].lstrip().startswith("#")
    ]
    assert silent == []


def makes_a_lock(call: ast.Call) -> bool:
    """Whether it is `threading.Lock()`, `process.Lock(…)` or the like; an event is no lock."""
    name = name_of(call.func)
    return name in {"Lock", "process.Lock"} or (waits(call.func) and not name.endswith((".Event", ".local")))


def logs_under_a_lock(source: str) -> list[str]:
    """Calls in a module that log, or may, within a ``with`` block that has taken a lock before."""
    found = []
    for block in ast.walk(ast.parse(source)):
        if not isinstance(block, ast.With):
            continue
        items = [ast.unparse(item.context_expr) for item in block.items]
        taken = next((at for at, item in enumerate(items) if item.endswith(LOCKS)), None)
        if taken is None:
            continue
        later = "log_errors_later()" in items[:taken]
        inside = [*block.items[taken + 1 :], *block.body]
        calls = [node for each in inside for node in ast.walk(each) if isinstance(node, ast.Call)]
        names = [ast.unparse(call.func) for call in calls]
        found += [name for name in names if name.startswith("log.") or (name == "log_errors" and not later)]
    return found


LOCKS = ("._writing", "_lock", "._changed", "._locked()")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_is_logged_where_a_lock_is_held(path: Path) -> None:
    assert logs_under_a_lock(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "with self._writing, log_errors('a card'):\n    draw()",
        "with self._lock:\n    with log_errors('a card'):\n        draw()",
        "with self._changed:\n    log.info('so')",
    ],
)
def test_the_reader_notices_what_is_logged_there(source: str) -> None:
    assert len(logs_under_a_lock(source)) == 1


def test_the_reader_lets_pass_what_is_logged_later() -> None:
    source = "with log_errors_later() as log_errors, self._writing:\n    with log_errors('a card'):\n        draw()"
    assert logs_under_a_lock(source) == []
