"""What creates and results share, while threads race for it: see `test_shared`."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runway_widget._create.budget import Budget
from runway_widget._create.orders import Batch, Order
from runway_widget._create.queue import CreateQueue
from runway_widget._errors import BudgetExceeded
from runway_widget._journal.journal import Journal
from runway_widget._media.keeper import OutputKeeper
from runway_widget._media.kept_outputs import KeptOutput
from runway_widget._service.cost import Cost
from runway_widget._service.outputs import Output
from runway_widget._widgets.picks import pick_of
from runway_widget._widgets.plan import Plan
from runway_widget._widgets.twin_names import next_name
from runway_widget._widgets.watchers import Watchers

from .fakes import at_once, until
from .journals import a_row
from .racing import THREADS, TIMES, often, race

__all__ = ["often"]  # a fixture

# Beside the wheel's tests, which are measured: coverage cannot begin in many threads within a microsecond.
pytestmark = [pytest.mark.usefixtures("often"), pytest.mark.checkout]


class Sent:
    """Creates that note when they are sent."""

    def __init__(self) -> None:
        self.queue, self.sent, self.closed = CreateQueue(), list[Order](), list[Order]()

    def order(self, batch: Batch) -> Order:
        def send(_: object, begin: Callable[[], float]) -> tuple[str, bool]:
            begin()
            self.sent.append(order)
            return f"t-{id(order)}", True

        order = Order(send, lambda nothing: self.closed.append(order), self.queue, batch)
        return order


def test_the_queue_sends_once_what_was_not_taken_back_and_nothing_else() -> None:
    sent, orders, taken_back = Sent(), list[Order](), list[Order]()

    def put() -> None:
        mine = [sent.order(batch) for batch in [Batch()] for _ in range(3)]
        sent.queue.put(random.randrange(3), mine)
        orders.extend(mine)
        if mine[2].withdraw():
            taken_back.append(mine[2])

    race(put, threads=4)
    until(lambda: sent.queue.idle, 60)
    assert Counter(sent.sent) == Counter(orders) - Counter(taken_back)
    assert Counter(sent.closed) == Counter(orders)
    assert not sent.queue._lanes


def test_a_budget_is_never_spent_twice() -> None:
    budget, taken = Budget(100.0), list[str]()

    def spend() -> None:
        charge = budget.charge(1.0)
        try:
            charge.send()
        except BudgetExceeded:
            return
        taken.append("")
        if len(taken) % 3:
            charge.settle(f"t-{id(charge)}", Cost(1.0))
            kept.append(charge)
        else:
            charge.release()

    kept: list[Any] = []
    race(spend, lambda: budget.spent)
    assert budget.spent == len(kept) == 100


def test_what_is_left_of_a_budget_is_spent_by_one_of_those_who_want_it() -> None:
    spent: list[Budget] = []

    def spend(budget: Budget) -> None:
        charge = budget.charge(1.0)
        try:
            charge.send()
        except BudgetExceeded:
            return
        spent.append(budget)

    budgets = [Budget(1.0) for _ in range(TIMES)]
    race(lambda: list(map(spend, budgets)), threads=2, times=1)
    assert Counter(spent) == Counter(budgets)


def test_the_journal_loses_no_row_of_any_thread(tmp_path: Path) -> None:
    journal, written = Journal(tmp_path / "journal.sqlite3"), list[str]()

    def write() -> None:
        row = a_row()
        journal.begin(row)
        journal.record_task(row, f"t-{row.id}")
        journal.record_end(row.base_url, f"t-{row.id}", "SUCCESS", 1.0)
        written.append(row.id)

    assert at_once(THREADS, write) == [None] * THREADS
    assert at_once(THREADS, write) == [None] * THREADS
    rows = journal.recent(1000)
    assert {row.id for row in rows} == set(written)
    assert {row.status for row in rows} == {"SUCCESS"}


def test_of_equal_creates_with_reuse_the_journal_lets_one_through(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    outcomes = at_once(THREADS, lambda: journal.begin(a_row(), reuse=True))
    assert outcomes.count(None) == 1


def test_outputs_that_change_at_once_keep_every_change() -> None:
    keeper = OutputKeeper(lambda: pytest.fail("asked"), "t", None, 0, lambda: None, lambda _: None)
    keeper._items = tuple(KeptOutput(Output(f"https://a.example/{number}.mp4", "video")) for number in range(4))
    counts: Counter[int] = Counter()
    lock = threading.Lock()

    def change() -> None:
        number = random.randrange(4)
        with lock:
            counts[number] += 1
        keeper._update(
            lambda at, item: KeptOutput(item.output, thumbnail=item.thumbnail + "x") if at == number else item
        )

    race(change, lambda: keeper.now, lambda: keeper.saving)
    assert [len(item.thumbnail) for item in keeper._items] == [counts[number] for number in range(4)]


class Grid:
    def __init__(self) -> None:
        self.told = 0

    def tell(self, _: object) -> None:
        self.told += 1


def test_watchers_that_come_and_go_cost_the_others_nothing() -> None:
    watchers, stays = Watchers(), Grid()
    watchers.add(stays.tell)

    def come_and_go() -> None:
        watchers.add(Grid().tell)

    race(come_and_go, watchers.owners, lambda: watchers.notify(None))
    until(lambda: watchers.owners() == [stays])
    before = stays.told
    watchers.notify(None)
    assert stays.told == before + 1


def test_watchers_that_come_together_are_all_there() -> None:
    watchers, grids = Watchers(), list[Grid]()

    def come() -> None:
        grid = Grid()
        grids.append(grid)
        watchers.add(grid.tell)

    race(come, lambda: watchers.notify(None), threads=3)
    assert len(watchers.owners()) == len(grids) == 3 * TIMES


def test_no_two_cards_get_one_name() -> None:
    names: list[str] = []
    race(lambda: names.append(next_name("task", ["t-of-this-test"])))
    assert len(set(names)) == len(names) == THREADS * TIMES


def test_all_cards_of_one_task_get_one_pick() -> None:
    for number in range(20):
        picks = at_once(THREADS, lambda number=number: pick_of("https://a.example", f"t-{number}", False))  # type: ignore[misc]
        assert len(set(map(id, picks))) == 1


def test_a_plan_that_several_send_is_sent_once() -> None:
    for _ in range(20):
        calls: list[int] = []

        def send(calls: list[int] = calls) -> object:
            calls.append(1)
            time.sleep(0.001)
            return object()

        plan = Plan[object]("a plan", "", [], [], [], [], send)
        assert len(set(map(id, at_once(THREADS, plan.send)))) == 1
        assert calls == [1]
