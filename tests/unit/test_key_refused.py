"""A key that the service refuses: what the error says, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runway_widget import AuthenticationError, Client, ConfigurationError, RunwayWidgetError
from runway_widget._service.provider import COMETAPI, RUNWAY, Provider
from runway_widget.simulator import Simulator

from .creating import QUICK, simulated

WRONG = "a-key-that-is-not-right"
WHERE = {
    COMETAPI.name: "COMETAPI_KEY to another one (cometapi.com, in the console under API keys)",
    RUNWAY.name: "RUNWAYML_API_SECRET to another one (dev.runwayml.com, under API keys)",
}


@pytest.fixture
def sim(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with simulated() as simulator:
        for each in (COMETAPI, RUNWAY):
            monkeypatch.setenv(each.key_variable, WRONG)
            monkeypatch.setenv(each.url_variable, simulator.url)
        yield simulator


def create(client: Client) -> Any:
    return client.image_to_video(
        model="gen4_turbo", prompt_image="https://e.example/a.png", prompt_text="A kite", ratio="1280:720"
    )


def words_of(client: Client, task_id: str) -> list[str]:
    """What a look, a watch, a create and one in the background say."""
    said = []
    tasks: list[Callable[[], Any]] = [
        lambda: client.retrieve(task_id),
        lambda: client.task(task_id, **QUICK).wait(30),
        lambda: create(client),
    ]
    for ask in tasks:
        with pytest.raises(AuthenticationError) as caught:
            ask()
        said.append(str(caught.value))
    return said


@pytest.mark.parametrize("provider", [COMETAPI, RUNWAY], ids=lambda each: each.name)
def test_the_error_begins_with_what_to_do_and_ends_with_the_services_words(sim: Simulator, provider: Provider) -> None:
    for words in words_of(Client.at(provider), sim.add_task()):
        ours, _, theirs = words.partition(" The service says: “")
        assert ours == (
            f"{provider.name} refused the key. It is wrong, expired or used up: set {WHERE[provider.name]}, then make "
            "a new client, or resume the task."
        )
        assert theirs.partition("”")[0]
        assert WRONG not in words


@pytest.mark.parametrize("provider", [COMETAPI, RUNWAY], ids=lambda each: each.name)
def test_a_key_that_was_given_in_code_is_not_said_to_be_in_a_variable(sim: Simulator, provider: Provider) -> None:
    client, task_id = Client.at(provider, WRONG), sim.add_task()
    for words in words_of(client, task_id):
        assert provider.key_variable not in words
        assert "make a client with another one" in words
    task = client.task(task_id, **QUICK)
    with pytest.raises(AuthenticationError):
        task.wait(30)
    assert task._face["note"] == f"{provider.name} refused the key (401). Make a client with another one."


def test_a_take_that_was_not_created_says_on_its_card_what_to_do(sim: Simulator) -> None:
    task = Client().image_to_video(
        model="gen4_turbo",
        prompt_image="https://e.example/a.png",
        prompt_text="A kite",
        ratio="1280:720",
        background=True,
    )
    with pytest.raises(RunwayWidgetError):
        task.wait(30)
    assert task._face["note"].startswith("CometAPI refused the key: “")
    assert task._face["advice"].startswith("It is wrong, expired or used up: set COMETAPI_KEY to another one (")


def test_where_there_is_no_key_the_error_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNWAYML_API_SECRET", raising=False)
    where = r"set RUNWAYML_API_SECRET in the environment, .*\(keys: dev\.runwayml\.com, under API keys\)$"
    with pytest.raises(ConfigurationError, match=where):
        Client.runway()
