"""The poller's threads: how many there are, what may hang, and what is left at the end."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Iterator
from itertools import pairwise

import pytest
import requests

from runway_widget._errors import RunwayWidgetError
from runway_widget._watch import poller
from runway_widget._watch.poller import FETCHERS
from runway_widget._watch.report import Phase
from runway_widget._watch.watch import Terms

from .fakes import Service, our_threads, state, until
from .polling import DONE, RUNNING, Hangs, Watching, no_threads, watching


@pytest.fixture
def watch() -> Iterator[Watching]:
    with watching() as made:
        yield made


def test_a_slow_answer_delays_no_other_task(watch: Watching) -> None:
    hangs = Hangs()
    slow = watch(Service(hangs), "slow")
    assert hangs.begun.wait(60)
    service = Service(RUNNING)
    watch(service, "other", Terms(poll_interval=0.1))
    until(lambda: len(service.asked) >= 10)
    gaps = [after - before for (before, _), (after, _) in pairwise(service.asked)]
    assert sorted(gaps)[len(gaps) // 2] < 0.3
    assert slow.reports == []
    hangs.go.set()


def test_many_slow_answers_take_no_more_threads_than_allowed(watch: Watching) -> None:
    before = set(our_threads())
    hangs = Hangs()
    for number in range(40):
        watch(Service(hangs), f"t{number}")
    until(lambda: our_threads().count("runway-widget-fetcher") == FETCHERS)
    assert len(our_threads()) - len(before) <= FETCHERS + 2
    hangs.go.set()


def test_a_watch_for_which_no_thread_can_be_started_is_an_error_and_leaves_nothing(watch: Watching) -> None:
    service = Service(DONE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        with pytest.raises(RunwayWidgetError, match="thread"):
            watch(service)
    assert watch.poller.idle
    card = watch(service)
    until(lambda: card.over)


def test_a_writer_that_cannot_start_delivers_every_report_when_it_can(
    watch: Watching, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "runway_widget"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads(("runway-widget-timer", "runway-widget-fetcher")))
        card = watch(service := Service(RUNNING, state(progress=0.5), DONE), terms=Terms(poll_interval=0.5))
        until(lambda: len(service.asked) >= 2)
        assert card.reports == []
    until(lambda: card.over)
    assert [report.state.progress for report in card.reports] == [0.0, 0.5, 1.0]


def test_a_fetcher_that_cannot_start_is_a_passing_error(watch: Watching) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads(("runway-widget-timer", "runway-widget-writer")))
        card = watch(Service(DONE))
        until(lambda: card.phase is Phase.RETRYING)
        assert "thread" in str(card.reports[-1].error)
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_card_that_ended_can_be_collected_while_others_are_watched(watch: Watching) -> None:
    watch(Service(RUNNING), "other", Terms(poll_interval=60))
    cards = [watch(Service(DONE), "mine")]
    until(lambda: cards[0].over)
    gone = weakref.ref(cards[0])
    watch.subscriptions.pop()
    cards.clear()
    until(lambda: gc.collect() + 1 and gone() is None)


def test_a_card_that_is_collected_inside_the_poller_does_not_lock_it(watch: Watching) -> None:
    """The garbage collector closes widgets wherever it strikes, also on a thread that holds the poller's lock."""
    card = watch(Service(DONE))
    until(lambda: card.over)
    with watch.poller._lock:
        closes = threading.Thread(target=lambda: watch.stop(card), daemon=True)
        closes.start()
        closes.join(5)
        assert not closes.is_alive()


def test_the_sessions_that_a_thread_ends_after_the_lock_are_no_other_threads_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = poller.Poller()
    still_to_be_had: list[int] = []
    monkeypatch.setattr(poller, "abort", lambda session: still_to_be_had.append(len(made._left)))
    with made._locked():
        made._left += [requests.Session(), requests.Session()]
    assert still_to_be_had == [0, 0]
