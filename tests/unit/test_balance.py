"""What an account has left: `Client.balance`."""

from __future__ import annotations

from typing import Any

import pytest
import runwayml

from runway_widget import AuthenticationError, Balance, Client, ModelLimits, Provider, RunwayWidgetError, ServiceError
from runway_widget._service.balance import read_balance
from runway_widget._service.provider import COMETAPI
from runway_widget.simulator import Simulator

from .conftest import http
from .creating import film

ANSWER = {
    "creditBalance": 4210,
    "tier": {
        "maxMonthlyCreditSpend": 10_000,
        "models": {
            "gen4_turbo": {"maxConcurrentGenerations": 1, "maxDailyGenerations": 50},
            "aleph2": {"maxConcurrentGenerations": None, "maxDailyGenerations": None},
        },
    },
    "usage": {"models": {"gen4_turbo": {"dailyGenerations": 3}, "veo3": {"dailyGenerations": 0}}},
}


def test_a_balance_is_read_and_shows_itself_briefly() -> None:
    balance = read_balance(ANSWER)
    assert balance == Balance(
        4210.0,
        10_000.0,
        {"aleph2": ModelLimits(), "gen4_turbo": ModelLimits(1, 50, 3), "veo3": ModelLimits(used=0)},
    )
    assert repr(balance) == "<Balance: 4,210 credits left, at most 10,000 a month; today: gen4_turbo 3 of 50>"


@pytest.mark.parametrize(("credits", "words"), [(1234567.0, "1,234,567"), (100.0, "100"), (0.0, "0"), (12.5, "12.5")])
def test_any_number_of_credits_is_written_out(credits: float, words: str) -> None:
    assert repr(Balance(credits)) == f"<Balance: {words} credits left>"


@pytest.mark.parametrize(
    "odd", [None, [], {}, {"creditBalance": "many", "tier": [], "usage": {"models": 7}}, {"tier": {"models": {"x": 1}}}]
)
def test_what_the_answer_does_not_say_is_not_known(odd: Any) -> None:
    balance = read_balance(odd)
    assert (balance.credits, balance.monthly_limit) == (None, None)
    assert set(balance.models.values()) <= {ModelLimits()}
    assert repr(balance) == "<Balance: credits not known>"


def test_what_tasks_cost_is_taken_from_the_account(sim: Simulator) -> None:
    client = sim.runway_client()
    before = client.balance()
    film(sim, client, takes=2)
    after = client.balance()
    assert before.credits is not None
    assert after.credits == before.credits - 50
    assert (before.models["gen4_turbo"].used, after.models["gen4_turbo"].used) == (0, 2)
    assert after.models["gen4_turbo"].daily


def test_the_simulators_account_is_one_to_the_official_sdk(sim: Simulator) -> None:
    film(sim, sim.runway_client())
    with runwayml.RunwayML(api_key=sim.key, base_url=sim.url, max_retries=0) as sdk:
        account = sdk.organization.retrieve()
    assert account.credit_balance == 10_000 - 25
    assert account.tier.models["gen4_turbo"].max_concurrent_generations == 5
    assert account.usage.models["gen4_turbo"].daily_generations == 1


def test_a_service_without_such_a_route_is_not_asked(sim: Simulator) -> None:
    with pytest.raises(RunwayWidgetError, match="CometAPI documents no route that says what the account has left"):
        sim.client().balance()
    assert sim.requests == []


def test_a_provider_of_ones_own_may_have_the_route(serve: Any) -> None:
    server = serve(http('{"creditBalance": 7}'))
    own = Provider("Mine", "MINE_KEY", "MINE_URL", server.url, "/v1", balance_path="/credits")
    assert Client.at(own, "k-Zx81Qw77Lm", journal=False).balance().credits == 7
    assert server.heads[0].startswith("GET /v1/credits HTTP/1.1")
    assert not COMETAPI.balance_path


def test_errors_are_those_of_any_request(sim: Simulator) -> None:
    sim.trouble("unauthorized", route="balance")
    with pytest.raises(AuthenticationError):
        sim.runway_client().balance()
    sim.trouble("html", route="balance", status=200)
    with pytest.raises(ServiceError):
        sim.runway_client().balance()
