"""The scheduler, its fetchers and its writer: who is asked when, who is told what, and what is left at the end."""

from __future__ import annotations

import gc
import logging
import math
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, cast

import pytest

from runway_widget import _lane, _poller
from runway_widget._errors import AuthenticationError, RunwayWidgetError
from runway_widget._fetchers import FETCHERS
from runway_widget._http import Answer
from runway_widget._poller import Poller
from runway_widget._report import Phase
from runway_widget._state import Status
from runway_widget._watch import Subscription, Terms

from .fakes import Card, Service, absent, broken, our_threads, state, until

OFTEN = Terms(poll_interval=0.05)
RUNNING, DONE = state(Status.IN_PROGRESS), state(Status.SUCCESS)


class Watching:
    """A poller of the test's own, and its cards."""

    def __init__(self) -> None:
        self.poller = Poller()
        self.subscriptions: list[Subscription] = []

    def __call__(self, service: Service, task_id: str = "t", terms: Terms = OFTEN, **told: Any) -> Card:
        card = Card()
        route = told.pop("route", "task")
        card.part = self.poller.subscribe(cast(Any, service), task_id, route, terms, card, **told)  # type: ignore[attr-defined]
        self.subscriptions.append(card.part)  # type: ignore[attr-defined]
        return card

    def stop(self, card: Card) -> None:
        self.poller.stop(card.part)  # type: ignore[attr-defined]

    def refresh(self, card: Card) -> None:
        self.poller.refresh(card.part)  # type: ignore[attr-defined]


@pytest.fixture
def watch() -> Iterator[Watching]:
    """Watch tasks; whatever is watched at the end of the test is stopped, and no thread may be left or have died."""
    died = list[Any]()
    usual, threading.excepthook = threading.excepthook, died.append
    watching = Watching()
    yield watching
    for subscription in watching.subscriptions:
        watching.poller.stop(subscription)
    until(lambda: watching.poller.idle)
    threading.excepthook = usual
    assert died == []


class Hangs:
    """An answer that does not come until the test lets it."""

    def __init__(self, answer: Any = RUNNING) -> None:
        self.answer, self.begun, self.go = answer, threading.Event(), threading.Event()

    def __call__(self) -> Any:
        self.begun.set()
        assert self.go.wait(20)
        return self.answer


# One task


def test_a_task_is_asked_for_until_its_end_and_not_after(watch: Watching) -> None:
    service = Service(RUNNING, RUNNING, DONE)
    card = watch(service)
    until(lambda: card.over)
    until(lambda: watch.poller.idle)
    assert len(service.asked) == 3
    assert [report.phase for report in card.reports] == [Phase.WATCHING, Phase.ENDED]


def test_an_end_is_final(watch: Watching) -> None:
    service = Service(DONE, state(Status.FAILURE))
    card = watch(service)
    until(lambda: card.over)
    watch.refresh(card)
    watch.stop(card)
    until(lambda: watch.poller.idle)
    assert (len(service.asked), card.phase, len(card.reports)) == (1, Phase.ENDED, 1)


def test_an_answer_that_was_under_way_when_its_card_stopped_changes_nothing(watch: Watching) -> None:
    hangs = Hangs(DONE)
    card = watch(Service(hangs))
    assert hangs.begun.wait(5)
    watch.stop(card)
    until(lambda: card.over)
    hangs.go.set()
    until(lambda: watch.poller.idle)
    assert [report.phase for report in card.reports] == [Phase.STOPPED]


def test_a_card_that_leaves_silently_hears_nothing_more(watch: Watching) -> None:
    card = watch(Service(RUNNING))
    until(lambda: card.reports)
    watch.poller.stop(card.part, silently=True)  # type: ignore[attr-defined]
    until(lambda: watch.poller.idle)
    assert card.phase is Phase.WATCHING


def test_a_task_that_ended_can_be_watched_anew_while_the_old_answer_still_hangs(watch: Watching) -> None:
    hangs = Hangs(state(Status.FAILURE))
    service = Service(hangs, DONE)
    first = watch(service)
    assert hangs.begun.wait(5)
    watch.stop(first)
    second = watch(service)
    until(lambda: second.over)
    hangs.go.set()
    until(lambda: watch.poller.idle)
    assert second.reports[-1].state.status is Status.SUCCESS
    assert first.phase is Phase.STOPPED


def test_a_watch_without_a_deadline_is_watched(watch: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_poller, "BEAT", math.inf)  # so that nothing but the deadline is on the agenda meanwhile
    card = watch(Service(RUNNING, RUNNING, DONE), terms=Terms(poll_interval=0.05, give_up_after=math.inf))
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


# Trouble


def test_network_trouble_never_ends_a_watch(watch: Watching) -> None:
    card = watch(Service(RUNNING, *[broken(None)] * 5, RUNNING, DONE))
    until(lambda: card.over)
    assert card.phase is Phase.ENDED
    assert Phase.RETRYING in [report.phase for report in card.reports]


def surprise() -> None:
    raise KeyError("of our own")


def test_a_fault_of_our_own_ends_no_watch(watch: Watching, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL, "runway_widget"):
        card = watch(Service(surprise, DONE))
        until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_listener_that_raises_hurts_nobody(watch: Watching, caplog: pytest.LogCaptureFixture) -> None:
    def raises(report: Any) -> None:
        raise SystemExit("of a listener")

    with caplog.at_level(logging.CRITICAL, "runway_widget"):
        watch.subscriptions.append(
            watch.poller.subscribe(cast(Any, Service(RUNNING)), "raises", "task", OFTEN, raises),
        )
        card = watch(Service(RUNNING, RUNNING, DONE))
        until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_refused_key_ends_the_watch(watch: Watching) -> None:
    card = watch(Service(AuthenticationError("no", http_status=401)))
    until(lambda: card.over)
    assert card.phase is Phase.REJECTED
    assert isinstance(card.reports[-1].error, AuthenticationError)


def test_too_many_requests_on_one_task_slow_all_of_the_key_and_no_other(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_lane, "FLOOR", 0.1)
    mine = Service(RUNNING)
    other = Service(RUNNING, key="another")
    neighbour, stranger = watch(mine, "neighbour"), watch(other, "stranger")
    until(lambda: len(mine.asked) > 3 and len(other.asked) > 3)
    refused = Service(broken(429, retry_after=0.8), RUNNING)
    refused.identity = mine.identity
    victim = watch(refused, "victim")
    until(lambda: len(refused.asked) == 1 and victim.reports)
    at, heard = refused.asked[0][0], time.monotonic()
    until(lambda: len([when for when, _ in mine.asked if when > heard]) > 3)
    until(lambda: len(refused.asked) > 1)
    again = min(when for when, _ in mine.asked if when > heard)
    assert again - at >= 0.8
    assert refused.asked[1][0] - at >= 0.8
    assert len([when for when, _ in other.asked if at < when < again]) > 1
    assert neighbour.phase is stranger.phase is Phase.WATCHING


def test_tasks_that_stand_in_line_when_the_trouble_comes_are_not_sent_after_it(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_lane, "FLOOR", 0.1)
    hangs = [Hangs(broken(429, retry_after=30)) for _ in range(FETCHERS)]
    service = Service(*hangs, RUNNING)
    cards = [watch(service, f"t{number}") for number in range(FETCHERS + 20)]
    until(lambda: all(each.begun.is_set() for each in hangs))
    hangs[0].go.set()
    until(lambda: any(card.phase is Phase.RETRYING for card in cards))
    for each in hangs[1:]:
        each.go.set()
    last = watch(Service(DONE, key="another"), "the last in line")
    until(lambda: last.over)
    assert len(service.asked) == FETCHERS


def test_three_different_tasks_in_trouble_slow_all_of_the_key(watch: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lane, "FLOOR", 0.1)
    healthy = Service(RUNNING)
    watch(healthy, "healthy", Terms(poll_interval=0.5))
    until(lambda: healthy.asked)
    sick = Service(broken(503, retry_after=3.0))
    for name in ("a", "b"):
        watch(sick, name)
    until(lambda: len(sick.asked) == 2)
    lane = watch.poller._lanes[sick.identity]
    assert lane.hold_until == 0
    watch(sick, "c")
    until(lambda: lane.hold_until)
    assert lane.hold_until > next(when for when, name in sick.asked if name == "c") + 2


# Deadlines


def test_a_watch_gives_up_after_one_last_poll(watch: Watching) -> None:
    service = Service(RUNNING)
    begun = time.monotonic()
    card = watch(service, terms=Terms(poll_interval=30, give_up_after=0.3))
    until(lambda: card.over)
    assert card.phase is Phase.GAVE_UP
    assert len(service.asked) == 2
    assert service.asked[1][0] - begun >= 0.25


def test_the_last_poll_may_bring_the_end(watch: Watching) -> None:
    card = watch(Service(RUNNING, DONE), terms=Terms(poll_interval=30, give_up_after=0.2))
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_last_poll_that_hangs_is_not_waited_for(watch: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_poller, "LAST_CALL", 0.2)
    hangs = Hangs()
    card = watch(Service(RUNNING, hangs), terms=Terms(poll_interval=30, give_up_after=0.2))
    until(lambda: card.over)
    assert card.phase is Phase.GAVE_UP
    hangs.go.set()


def test_a_last_poll_goes_out_although_the_service_wants_to_be_left_alone(watch: Watching) -> None:
    service = Service(broken(429, retry_after=60), DONE)
    card = watch(service, terms=Terms(give_up_after=0.4))
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


# Several cards


def test_two_cards_share_one_stream_of_requests_and_the_shortest_interval_wins(watch: Watching) -> None:
    service = Service(RUNNING)
    slow = watch(service, terms=Terms(poll_interval=60))
    until(lambda: slow.reports)
    fast = watch(service, terms=Terms(poll_interval=0.1))
    until(lambda: len(service.asked) >= 6)
    gaps = [after - before for (before, _), (after, _) in pairwise(service.asked[1:])]
    assert min(gaps) >= 0.09
    watch.stop(fast)
    until(lambda: fast.over)
    asked = len(service.asked)
    assert slow.phase is Phase.WATCHING
    assert watch.poller._slots[next(iter(watch.poller._slots))].watch.gap(time.monotonic()) == 60
    watch.refresh(slow)
    until(lambda: len(service.asked) > asked)


def test_the_second_card_hears_at_once_what_is_known(watch: Watching) -> None:
    service = Service(state(progress=0.4))
    first = watch(service, terms=Terms(poll_interval=60))
    until(lambda: first.reports)
    second = watch(service, terms=Terms(poll_interval=60))
    until(lambda: second.reports)
    assert second.reports[0].state.progress == 0.4
    assert len(service.asked) == 1


def test_stopping_belongs_to_the_card_and_the_last_card_ends_the_polling(watch: Watching) -> None:
    service = Service(RUNNING)
    first, second = watch(service), watch(service)
    until(lambda: first.reports and second.reports)
    watch.stop(first)
    until(lambda: first.over)
    asked = len(service.asked)
    until(lambda: len(service.asked) > asked + 2)
    assert not second.over
    watch.stop(second)
    until(lambda: watch.poller.idle)
    assert (first.phase, second.phase) == (Phase.STOPPED, Phase.STOPPED)


def test_another_key_base_url_version_or_route_is_another_watch(watch: Watching) -> None:
    base = Service(RUNNING)
    others = [Service(RUNNING) for _ in range(3)]
    others[0].identity = ("https://service.test", "2024-11-06", "another key")
    others[1].identity = ("https://elsewhere.test", "2024-11-06", "key")
    others[2].identity = ("https://service.test", "2025-01-01", "key")
    cards = [watch(service) for service in (base, *others)] + [watch(base, route="feed")]
    assert len(watch.poller._slots) == 5
    until(lambda: all(card.reports for card in cards))


def test_a_card_that_comes_as_the_last_one_leaves_is_served(watch: Watching) -> None:
    """Over and over, from two threads: the threads must neither go while they are needed nor stay behind."""
    service = Service(RUNNING)

    def come_and_go() -> None:
        for _ in range(40):
            card = watch(service)
            until(lambda card=card: card.reports)  # type: ignore[misc]
            watch.stop(card)

    threads = [threading.Thread(target=come_and_go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    until(lambda: watch.poller.idle)


# Asking now


def test_a_refresh_asks_at_once_and_is_answered_although_nothing_changed(watch: Watching) -> None:
    service = Service(RUNNING)
    card = watch(service, terms=Terms(poll_interval=60))
    until(lambda: card.reports)
    time_of_first = service.asked[0][0]
    watch.refresh(card)
    until(lambda: len(card.reports) == 2)
    assert service.asked[1][0] - time_of_first >= 0.99


def test_refreshing_asks_at_most_once_a_second(watch: Watching) -> None:
    service = Service(RUNNING)
    card = watch(service, terms=Terms(poll_interval=60))
    until(lambda: card.reports)
    begun = time.monotonic()

    def hammer() -> bool:
        watch.refresh(card)
        return time.monotonic() - begun > 2.2

    until(hammer)
    assert len(service.asked) >= 2
    gaps = [after - before for (before, _), (after, _) in pairwise(service.asked)]
    assert min(gaps) >= 0.99


def test_a_page_that_was_just_opened_is_told_what_is_known(watch: Watching) -> None:
    card = watch(Service(RUNNING), terms=Terms(poll_interval=60))
    until(lambda: card.reports)
    watch.poller.sync(card.part)  # type: ignore[attr-defined]
    until(lambda: len(card.reports) == 2)
    assert card.reports[1].beat
    assert card.reports[1].timing.next_in is not None


# Silence


def test_a_watch_in_which_nothing_happens_says_so_now_and_then_and_nothing_else(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_poller, "BEAT", 0.4)
    service = Service(RUNNING)
    card = watch(service)
    until(lambda: len(card.reports) >= 4 and len(service.asked) > 10)
    made = [report.made_at for report in card.reports]
    assert [report.beat for report in card.reports[:4]] == [False, True, True, True]
    assert min(after - before for before, after in pairwise(made)) >= 0.39


def test_a_first_answer_that_hangs_does_not_silence_the_kernel(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_poller, "BEAT", 0.1)
    hangs = Hangs()
    card = watch(Service(hangs))
    until(lambda: len(card.reports) >= 2)
    assert {report.phase for report in card.reports} == {Phase.STARTING}
    hangs.go.set()


# Threads


def test_a_slow_answer_delays_no_other_task(watch: Watching) -> None:
    hangs = Hangs()
    slow = watch(Service(hangs), "slow")
    assert hangs.begun.wait(5)
    service = Service(RUNNING)
    watch(service, "other", Terms(poll_interval=0.1))
    until(lambda: len(service.asked) >= 10)
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


def no_threads(allowed: tuple[str, ...] = ()) -> Callable[..., None]:
    usual = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name.startswith("runway-widget") and thread.name not in allowed:
            raise RuntimeError("can't start new thread")
        usual(thread)

    return start


def test_a_machine_out_of_threads_is_told_of_and_forgotten(watch: Watching) -> None:
    service = Service(DONE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        with pytest.raises(RunwayWidgetError, match="thread"):
            watch(service)
    assert watch.poller.idle
    card = watch(service)
    until(lambda: card.over)


def test_a_writer_that_cannot_start_tells_everything_when_it_can(
    watch: Watching, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "runway_widget"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads(("runway-widget-scheduler", "runway-widget-fetcher")))
        card = watch(service := Service(RUNNING, state(progress=0.5), DONE), terms=Terms(poll_interval=0.5))
        until(lambda: len(service.asked) >= 2)
        assert card.reports == []
    until(lambda: card.over)
    assert [report.state.progress for report in card.reports] == [0.0, 0.5, 1.0]


def test_a_fetcher_that_cannot_start_is_trouble_that_passes(watch: Watching) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads(("runway-widget-scheduler", "runway-widget-writer")))
        card = watch(Service(DONE))
        until(lambda: card.phase is Phase.RETRYING)
        assert "thread" in str(card.reports[-1].error)
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


def test_a_card_that_ended_is_let_go_while_others_are_watched(watch: Watching) -> None:
    watch(Service(RUNNING), "other", Terms(poll_interval=60))
    cards = [watch(Service(DONE), "mine")]
    until(lambda: cards[0].over)
    gone = weakref.ref(cards[0])
    watch.subscriptions.pop()
    cards.clear()
    until(lambda: gc.collect() + 1 and gone() is None)


def test_a_card_that_is_thrown_away_inside_the_poller_does_not_lock_it(watch: Watching) -> None:
    """The garbage collector closes widgets wherever it strikes, also on a thread that holds the poller's lock."""
    card = watch(Service(DONE))
    until(lambda: card.over)
    with watch.poller._lock:
        closes = threading.Thread(target=lambda: watch.stop(card), daemon=True)
        closes.start()
        closes.join(5)
        assert not closes.is_alive()


def test_what_somebody_else_heard_counts_as_an_answer(watch: Watching) -> None:
    hangs = Hangs(RUNNING)
    card = watch(Service(RUNNING, hangs), terms=Terms(poll_interval=0.05))
    assert hangs.begun.wait(5)
    watch.poller.tell(card.part, Answer(state(Status.CANCELLED)))  # type: ignore[attr-defined]
    until(lambda: card.over)
    hangs.go.set()
    until(lambda: watch.poller.idle)
    assert card.reports[-1].state.status is Status.CANCELLED


def test_what_somebody_else_heard_starts_no_second_request_beside_the_one_under_way(watch: Watching) -> None:
    hangs = Hangs(RUNNING)
    service = Service(RUNNING, hangs, RUNNING)
    card = watch(service)
    assert hangs.begun.wait(5)
    watch.poller.tell(card.part, Answer(state(progress=0.5)))  # type: ignore[attr-defined]
    until(lambda: card.reports[-1].state.progress == 0.5)
    until(lambda: (watch.poller._agenda.next() or math.inf) > time.monotonic() + 1)
    assert len(service.asked) == 2
    hangs.go.set()
    until(lambda: len(service.asked) > 2)


def test_a_task_that_is_not_there_yet_is_found_when_it_comes(watch: Watching) -> None:
    card = watch(Service(absent(), absent(), RUNNING, DONE))
    until(lambda: card.over)
    assert [report.phase for report in card.reports] == [
        Phase.STARTING, Phase.STARTING, Phase.WATCHING, Phase.ENDED,
    ]  # fmt: skip
