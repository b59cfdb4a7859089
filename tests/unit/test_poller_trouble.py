"""What errors, throttles and deadlines do to a watch."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget._errors import AuthenticationError
from runway_widget._runtime import schedule
from runway_widget._watch import poller, throttle
from runway_widget._watch.poller import FETCHERS
from runway_widget._watch.report import Phase
from runway_widget._watch.watch import Terms

from .fakes import Service, absent, broken, until
from .polling import DONE, OFTEN, RUNNING, Hangs, Watching, watching


@pytest.fixture
def watch() -> Iterator[Watching]:
    with watching() as made:
        yield made


def test_a_refresh_while_a_poll_is_under_way_is_answered_by_that_poll(watch: Watching) -> None:
    hangs = Hangs()
    service = Service(RUNNING, hangs)
    card = watch(service, terms=Terms(poll_interval=0.1))
    assert hangs.begun.wait(60)
    until(lambda: len(card.reports) == 1)
    watch.refresh(card)
    hangs.go.set()
    until(lambda: len(card.reports) == 2)


# Trouble


def test_network_trouble_never_ends_a_watch(watch: Watching) -> None:
    card = watch(Service(RUNNING, *[broken(None)] * 5, RUNNING, DONE))
    until(lambda: card.over)
    assert card.phase is Phase.ENDED
    assert Phase.RETRYING in [report.phase for report in card.reports]


def surprise() -> None:
    raise KeyError("of our own")


def test_an_exception_inside_a_poll_ends_no_watch(watch: Watching, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL, "runway_widget"):
        card = watch(Service(surprise, DONE))
        until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_listener_that_raises_disturbs_no_other_card(watch: Watching, caplog: pytest.LogCaptureFixture) -> None:
    def raises(report: Any) -> None:
        raise SystemExit("of a listener")

    with caplog.at_level(logging.CRITICAL, "runway_widget"):
        watch.subscriptions.append(
            watch.poller.subscribe(Service(RUNNING), "raises", "task", OFTEN, raises),
        )
        card = watch(Service(RUNNING, RUNNING, DONE))
        until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_refused_key_ends_the_watch(watch: Watching) -> None:
    card = watch(Service(AuthenticationError("no", http_status=401)))
    until(lambda: card.over)
    assert card.phase is Phase.REJECTED
    assert isinstance(card.reports[-1].error, AuthenticationError)


def test_a_429_on_one_task_pauses_all_tasks_of_the_key_and_no_others(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "FLOOR", 0.1)
    mine, other = Service(RUNNING), Service(RUNNING, key="another")
    neighbour, stranger = watch(mine, "neighbour"), watch(other, "stranger")
    until(lambda: len(mine.asked) > 3 and len(other.asked) > 3)
    refused = Service(broken(429, retry_after=2.0), RUNNING)
    refused.identity = mine.identity
    victim = watch(refused, "victim")
    until(lambda: victim.reports)
    paused = victim.reports[0].made_at
    until(lambda: len(refused.asked) > 1 and mine.asked[-1][0] > paused + 2)
    # A poll may have passed the check just before the pause, so what is sent in its first second does not count.
    assert min(when for when, _ in mine.asked if when > paused + 1) >= paused + 2
    assert refused.asked[1][0] >= paused + 2
    assert len([when for when, _ in other.asked if paused < when < paused + 2]) > 3
    assert neighbour.phase is stranger.phase is Phase.WATCHING


def test_polls_that_wait_for_a_thread_when_the_pause_begins_are_not_sent(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "FLOOR", 0.1)
    hangs = [Hangs(broken(429, retry_after=30)) for _ in range(FETCHERS)]
    service = Service(*hangs, RUNNING)
    for number in range(FETCHERS + 20):
        watch(service, f"t{number}")
    until(lambda: all(each.begun.is_set() for each in hangs))
    hangs[0].go.set()
    until(lambda: watch.poller._throttles[service.identity].refusals)
    for each in hangs[1:]:
        each.go.set()
    fetchers = watch.poller._fetchers
    until(lambda: not fetchers._calls and fetchers._waiting == FETCHERS)
    assert len(service.asked) == FETCHERS


def test_a_5xx_on_three_different_tasks_pauses_all_of_the_key(watch: Watching) -> None:
    sick = Service(broken(503, retry_after=60.0))
    cards = [watch(sick, name) for name in ("a", "b")]
    until(lambda: all(card.phase is Phase.RETRYING for card in cards))
    key = watch.poller._throttles[sick.identity]
    assert key.paused_until == 0
    third = watch(sick, "c")
    until(lambda: third.phase is Phase.RETRYING)
    assert key.paused_until > third.reports[0].made_at + 30
    healthy = Service(RUNNING)
    watch(healthy, "healthy")
    entry = watch.poller._entries[healthy.identity, "healthy", "task"]
    assert entry.watch.next_poll is not None
    assert entry.watch.next_poll >= key.paused_until
    assert healthy.asked == []


# Deadlines


def test_a_watch_gives_up_after_one_last_poll(watch: Watching) -> None:
    service = Service(RUNNING)
    begun = time.monotonic()
    card = watch(service, terms=Terms(poll_interval=30, give_up_after=2))
    until(lambda: card.over)
    assert card.phase is Phase.GAVE_UP
    assert len(service.asked) == 2
    assert service.asked[1][0] - begun >= 2


def test_the_last_poll_may_bring_the_end(watch: Watching) -> None:
    card = watch(Service(RUNNING, DONE), terms=Terms(poll_interval=30, give_up_after=2))
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_last_poll_that_hangs_is_not_waited_for(watch: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "LAST_POLL", 0.2)
    hangs = Hangs()
    card = watch(Service(RUNNING, hangs), terms=Terms(poll_interval=30, give_up_after=0.2))
    until(lambda: card.over)
    assert card.phase is Phase.GAVE_UP
    hangs.go.set()


def test_a_last_poll_is_sent_in_spite_of_a_pause(watch: Watching) -> None:
    service = Service(broken(429, retry_after=60), DONE)
    card = watch(service, terms=Terms(give_up_after=0.4))
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_deadline_that_passed_while_the_machine_slept_leaves_time_for_the_network_to_come_back(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the monotonic clock goes on in a sleep (Windows), an hour may pass between two polls."""
    service = Service(RUNNING, *[broken(None)] * 3, DONE)
    card = watch(service, terms=Terms(poll_interval=0.05, give_up_after=3600))
    until(lambda: card.reports)
    usual = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: usual() + 3 * 3600)
    with schedule.timer._changed:
        schedule.timer._changed.notify()  # it wakes
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_each_card_has_a_deadline_of_its_own(watch: Watching) -> None:
    service = Service(RUNNING)
    patient = watch(service)
    hasty = watch(service, terms=Terms(poll_interval=0.05, give_up_after=0.2))
    until(lambda: hasty.over)
    asked = len(service.asked)
    until(lambda: len(service.asked) > asked + 2)
    assert (hasty.phase, patient.phase) == (Phase.GAVE_UP, Phase.WATCHING)


def test_a_task_that_does_not_show_yet_is_polled_until_it_does(watch: Watching) -> None:
    card = watch(Service(absent(), absent(), RUNNING, DONE))
    until(lambda: card.over)
    assert [report.phase for report in card.reports] == [
        Phase.STARTING, Phase.STARTING, Phase.WATCHING, Phase.ENDED,
    ]  # fmt: skip
