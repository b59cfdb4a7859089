"""A budget: what a client may spend is checked before anything is sent, and counted by what the service says."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest

from runway_widget import (
    BudgetExceeded,
    Client,
    ConfigurationError,
    RunwayWidgetError,
    ServiceError,
    SubmissionUncertain,
    TaskFailed,
)
from runway_widget._create.budget import Budget
from runway_widget._service.cost import Cost
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import QUICK, created, film
from .fakes import until

FILM = 25.0  # credits: five seconds of gen4_turbo


@pytest.fixture
def client(sim: Simulator) -> Client:
    """Two films and a half."""
    return sim.runway_client(budget=62)


def a_kling(client: Client, **options: Any) -> Any:
    """A task whose price nobody knows before it is sent."""
    body: dict[str, Any] = {"model": "kling3.0_pro", "ratio": "1920:1080", "prompt_text": "a kite", "duration": 5}
    return client.text_to_video(**{**body, **QUICK, **options})


def test_a_create_that_would_pass_the_budget_is_refused_before_it_is_sent(sim: Simulator, client: Client) -> None:
    film(sim, client)
    film(sim, client)
    assert client.spent == 2 * FILM
    with pytest.raises(BudgetExceeded) as caught:
        film(sim, client)
    assert str(caught.value) == (
        "this may cost 25 credits, and of the budget of 62 credits there are 12 credits left; nothing was sent"
    )
    assert (caught.value.price, caught.value.budget, caught.value.spent) == (25.0, 62.0, 50.0)
    assert len(created(sim)) == len(client.recent()) == 2
    film(sim, client, duration=2)
    assert client.spent == 60


def test_several_takes_are_held_against_it_together_before_the_first_is_sent(sim: Simulator, client: Client) -> None:
    with pytest.raises(BudgetExceeded, match="3 tasks may cost 75 credits"):
        film(sim, client, takes=3)
    with pytest.raises(BudgetExceeded, match="4 tasks may cost 100 credits"):
        film(sim, client, prompt_text=["a kite", "a field"], takes=2)
    assert created(sim) == []
    assert client.spent == 0
    assert film(sim, client, takes=2).cost == client.spent == 50


def test_again_is_held_against_it_too(sim: Simulator, client: Client) -> None:
    task = film(sim, client)
    task.again(**QUICK)
    with pytest.raises(BudgetExceeded):
        task.again()
    with pytest.raises(BudgetExceeded):
        client.create("image_to_video", model="gen4_turbo", promptImage=sim.media_url(), ratio="1280:720", duration=5)
    assert len(created(sim)) == 2


def test_what_a_task_cost_in_the_end_takes_the_place_of_the_estimate(
    sim: Simulator, client: Client, clock: ServiceTime
) -> None:
    task = film(sim, client, prompt_text="[fail INTERNAL]")
    assert client.spent == FILM
    clock.forward(1000)
    with pytest.raises(TaskFailed):
        task.wait(10)
    assert client.spent == 0
    assert film(sim, client, takes=2).cost == 50


def test_the_services_own_figure_counts_not_that_of_the_table(sim: Simulator, serve: Any) -> None:
    budget = Budget(100)
    charge = budget.charge(25.0)
    budget.take([charge])
    charge.send()
    charge.settle("t-1", Cost(40.0, is_estimate=True))
    assert budget.spent == 40
    budget.note("t-1", Cost(30.0))
    budget.note("somebody else's", Cost(99.0))
    budget.note("t-1", Cost())
    assert budget.spent == 30


def test_a_create_that_was_certainly_not_taken_costs_nothing(sim: Simulator, client: Client) -> None:
    sim.trouble("quota", route="create")
    with pytest.raises(ServiceError):
        film(sim, client)
    assert client.spent == 0
    sim.trouble("unauthorized", route="create")
    assert [task.status for task in film(sim, client, takes=2)] == ["FAILURE", "FAILURE"]
    assert client.spent == 0
    assert film(sim, client, takes=2).cost == 50


def test_a_create_that_may_have_been_taken_counts(sim: Simulator, client: Client) -> None:
    sim.trouble("reset", route="create", taken=True)
    with pytest.raises(SubmissionUncertain):
        film(sim, client)
    assert client.spent == FILM
    film(sim, client)
    with pytest.raises(BudgetExceeded):
        film(sim, client)


def test_a_task_that_is_found_in_the_journal_costs_nothing(sim: Simulator, client: Client) -> None:
    films = film(sim, client, takes=2, reuse=True)
    again = film(sim, sim.runway_client(budget=0), takes=2, reuse=True)
    assert [task.task_id for task in again] == [task.task_id for task in films]
    assert again.cost == 50
    poor = sim.runway_client(budget=30)
    with pytest.raises(BudgetExceeded, match="2 tasks may cost 50"):
        film(sim, poor, takes=4, reuse=True)
    assert len(film(sim, poor, takes=3, reuse=True)) == 3
    assert poor.spent == FILM
    assert len(created(sim)) == 3


def test_a_task_that_is_not_in_the_journal_any_more_is_held_against_it_before_it_is_sent(
    sim: Simulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(client._journal), "find_same", lambda journal, row: row)
    with pytest.raises(BudgetExceeded):
        film(sim, sim.runway_client(budget=0), reuse=True)
    assert created(sim) == []
    (entry,) = client.recent()
    assert (entry.word, entry.cost) == ("Refused", None)


def test_a_price_that_is_not_known_is_refused_unless_it_need_not_be_checked(sim: Simulator, client: Client) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        a_kling(client)
    assert str(caught.value) == (
        "what Runway's text_to_video with kling3.0_pro may cost is not known before it is sent, and of the budget of "
        "62 credits there are 62 credits left; nothing was sent (check=False sends it all the same)"
    )
    assert caught.value.price is None
    with pytest.raises(BudgetExceeded, match=r"recipes/product_ad may .*\(a client without a budget sends it"):
        client.create("recipes/product_ad", version="2026-06", productImages=[{"uri": sim.media_url()}])
    assert created(sim) == []
    assert a_kling(client, check=False).cost == client.spent == 25
    assert a_kling(sim.runway_client()).cost == 25


def test_nothing_is_left_for_a_price_that_is_not_known_where_the_budget_is_spent(sim: Simulator) -> None:
    client = sim.runway_client(budget=25)
    film(sim, client)
    with pytest.raises(BudgetExceeded, match=r"there are 0 credits left; nothing was sent$"):
        a_kling(client, check=False)
    with pytest.raises(BudgetExceeded, match="may cost 25 credits"):
        film(sim, client, check=False)


def test_at_cometapi_no_price_is_known(sim: Simulator) -> None:
    client = sim.client(budget=100)
    with pytest.raises(BudgetExceeded, match="what CometAPI's image_to_video with gen4_turbo may cost is not known"):
        film(sim, client)
    assert created(sim) == []
    assert film(sim, client, check=False).cost is None
    assert client.spent == 0


@pytest.mark.parametrize("budget", [-1, "100", True, float("nan"), float("inf"), [], "sixty"])
def test_a_budget_is_a_number_of_credits(sim: Simulator, budget: Any) -> None:
    for make in (Client, Client.runway):
        with pytest.raises(ConfigurationError, match="budget must be a number of credits from 0"):
            make("k-Zx81Qw77Lm", sim.url, budget=budget, journal=False)
    with pytest.raises(ConfigurationError, match="budget must be"):
        Client.at("Runway", "k-Zx81Qw77Lm", sim.url, budget=budget, journal=False)


def test_without_a_budget_what_is_spent_is_counted_all_the_same(sim: Simulator) -> None:
    client = sim.runway_client()
    film(sim, client, takes=3)
    assert client.spent == 75


def test_threads_cannot_spend_the_same_credits(sim: Simulator) -> None:
    client = sim.runway_client(budget=4 * FILM)
    start, outcomes = threading.Barrier(8), list[str]()

    def create() -> None:
        start.wait(10)
        try:
            outcomes.append(film(sim, client).task_id)
        except RunwayWidgetError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count("BudgetExceeded") == 4
    assert len(created(sim)) == 4
    assert client.spent == 100


def test_what_is_not_sent_after_all_is_given_back(sim: Simulator) -> None:
    client = sim.runway_client(budget=100)
    sim.trouble("rate_limited", route="create", retry_after=60, times=None)
    grid = film(sim, client, takes=4, sent=False)
    assert client.spent == 4 * FILM
    until(lambda: grid[0]._face["warn"])
    assert client.spent == 4 * FILM, "it stays its own while the service is busy"
    grid.close()
    assert client.spent == 0


def test_a_fault_amid_one_of_several_counts_as_long_as_nobody_knows(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = sim.runway_client(budget=100)
    usual, numbers = client._service.create, itertools.count(1)

    def create(endpoint: str, body: Any) -> Any:
        if next(numbers) == 2:
            raise SystemExit
        return usual(endpoint, body)

    monkeypatch.setattr(client._service, "create", create)
    grid = film(sim, client, takes=4)
    assert sorted(task._face["word"] for task in grid).count("Uncertain") == 1
    assert len(created(sim)) == 3
    assert client.spent == 4 * FILM
    assert "a create met an error" in caplog.text
