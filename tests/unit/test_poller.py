"""Who is polled when, which card gets which report, and when it all ends."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from runway_widget._runtime import schedule
from runway_widget._service.state import Answer, Status
from runway_widget._watch import poller
from runway_widget._watch.report import Phase
from runway_widget._watch.watch import Terms

from .fakes import Service, broken, state, until
from .polling import DONE, RUNNING, Hangs, Watching, watching


@pytest.fixture
def watch() -> Iterator[Watching]:
    with watching() as made:
        yield made


# One task


def test_a_task_is_polled_until_its_end_and_not_after(watch: Watching) -> None:
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


def test_an_answer_that_comes_after_its_card_stopped_changes_nothing(watch: Watching) -> None:
    hangs = Hangs(DONE)
    card = watch(Service(hangs))
    assert hangs.begun.wait(60)
    watch.stop(card)
    until(lambda: card.over)
    hangs.go.set()
    until(lambda: watch.poller.idle)
    assert [report.phase for report in card.reports] == [Phase.STOPPED]


def test_a_card_that_stops_silently_gets_no_more_reports(watch: Watching) -> None:
    card = watch(Service(RUNNING))
    until(lambda: card.reports)
    watch.poller.stop(card.subscription, silently=True)
    until(lambda: watch.poller.idle)
    assert card.phase is Phase.WATCHING


def test_a_task_can_be_watched_again_while_an_answer_of_the_watch_before_still_hangs(watch: Watching) -> None:
    hangs = Hangs(state(Status.FAILURE))
    service = Service(hangs, DONE)
    first = watch(service)
    assert hangs.begun.wait(60)
    watch.stop(first)
    second = watch(service)
    until(lambda: second.over)
    hangs.go.set()
    until(lambda: watch.poller.idle)
    assert second.reports[-1].state.status is Status.SUCCESS
    assert first.phase is Phase.STOPPED


def test_a_watch_without_a_deadline_is_watched(watch: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "HEARTBEAT", math.inf)  # so that nothing but the deadline is on the agenda meanwhile
    card = watch(Service(RUNNING, RUNNING, DONE), terms=Terms(poll_interval=0.05, give_up_after=math.inf))
    until(lambda: card.over)
    assert card.phase is Phase.ENDED


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
    assert next(iter(watch.poller._entries.values())).watch.gap(time.monotonic()) == 60
    watch.refresh(slow)
    until(lambda: len(service.asked) > asked)


def test_a_second_card_gets_a_report_of_what_is_known_at_once(watch: Watching) -> None:
    service = Service(state(progress=0.4))
    first = watch(service, terms=Terms(poll_interval=60))
    until(lambda: first.reports)
    second = watch(service, terms=Terms(poll_interval=60))
    until(lambda: second.reports)
    assert second.reports[0].state.progress == 0.4
    assert len(service.asked) == 1


def test_stopping_ends_one_card_and_the_last_card_ends_the_polling(watch: Watching) -> None:
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
    assert len(watch.poller._entries) == 5
    until(lambda: all(card.reports for card in cards))


def test_a_card_that_comes_as_the_last_one_leaves_is_polled_for(watch: Watching) -> None:
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


def test_a_refresh_asks_soon_and_is_answered_although_nothing_changed(watch: Watching) -> None:
    service = Service(RUNNING)
    card = watch(service, terms=Terms(poll_interval=60))
    until(lambda: card.reports)
    watch.refresh(card)
    until(lambda: len(card.reports) == 2)
    assert len(service.asked) == 2


def test_refreshing_asks_at_most_once_a_second(watch: Watching) -> None:
    service = Service(RUNNING)
    card = watch(service, terms=Terms(poll_interval=60))

    def hammer() -> bool:
        watch.refresh(card)
        return len(service.asked) >= 4

    until(hammer)
    gaps = [after - before for (before, _), (after, _) in pairwise(service.asked)]
    assert min(gaps) > 0.5  # a second, but for how late a busy machine sends the first of two


def test_what_is_known_can_be_asked_for_at_any_time_until_the_watch_ends(watch: Watching) -> None:
    card = watch(Service(RUNNING), terms=Terms(poll_interval=60))
    until(lambda: card.reports)
    report = watch.poller.report(card.subscription)
    assert report is not None
    assert (report.state, report.beat) == (card.reports[0].state, True)
    assert report.made_at > card.reports[0].made_at
    assert report.timing.next_in is not None
    watch.poller.stop(card.subscription)
    assert watch.poller.report(card.subscription) is None


# Silence


def test_a_watch_in_which_nothing_happens_reports_heartbeats_and_nothing_else(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "HEARTBEAT", 0.4)
    service = Service(RUNNING)
    card = watch(service)
    until(lambda: card.phase is Phase.WATCHING)
    so_far = len(card.reports)
    until(lambda: len(card.reports) >= so_far + 3)
    made = [report.made_at for report in card.reports[so_far - 1 : so_far + 3]]
    assert {report.beat for report in card.reports[so_far:]} == {True}
    assert min(after - before for before, after in pairwise(made)) >= 0.4
    assert len(service.asked) > 5


def test_a_watch_that_has_just_reported_needs_no_heartbeat(watch: Watching) -> None:
    card = watch(Service(RUNNING), terms=Terms(poll_interval=60))
    until(lambda: card.reports)
    (entry,) = watch.poller._entries.values()
    reported_at = entry.reported_at
    assert entry.heartbeat is not None
    schedule.timer.cancel(entry.heartbeat)
    watch.poller._beat(entry)  # as the timer does, whatever was reported since it was planned
    assert entry.reported_at == reported_at


def test_a_first_answer_that_hangs_does_not_silence_the_kernel(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "HEARTBEAT", 0.1)
    hangs = Hangs()
    card = watch(Service(hangs))
    until(lambda: len(card.reports) >= 2)
    assert {report.phase for report in card.reports} == {Phase.STARTING}
    hangs.go.set()


def test_a_poll_that_was_put_off_in_the_moment_in_which_it_came_up_is_not_sent(watch: Watching) -> None:
    """The timer may make a call that was cancelled just then."""
    service = Service(RUNNING)
    card = watch(service, terms=Terms(poll_interval=60))
    until(lambda: card.reports)
    (entry,) = watch.poller._entries.values()
    watch.poller._start_poll(entry)
    assert not entry.asking
    assert len(service.asked) == 1


# Answers that come by another way


def test_an_answer_from_elsewhere_counts(watch: Watching) -> None:
    hangs = Hangs(RUNNING)
    card = watch(Service(RUNNING, hangs))
    assert hangs.begun.wait(60)
    watch.poller.process_answer(card.subscription, Answer(state(Status.CANCELLED)))
    until(lambda: card.over)
    hangs.go.set()
    until(lambda: watch.poller.idle)
    assert card.reports[-1].state.status is Status.CANCELLED


def test_an_answer_from_elsewhere_starts_no_second_request_beside_the_one_under_way(watch: Watching) -> None:
    hangs = Hangs(RUNNING)
    service = Service(RUNNING, hangs, RUNNING)
    card = watch(service)
    assert hangs.begun.wait(60)
    watch.poller.process_answer(card.subscription, Answer(state(progress=0.5)))
    until(lambda: card.reports[-1].state.progress == 0.5)
    (entry,) = watch.poller._entries.values()
    until(lambda: entry.poll is not None and entry.poll.call is None)  # the next poll came up, and was not sent
    assert len(service.asked) == 2
    hangs.go.set()
    until(lambda: len(service.asked) > 2)


# Cost


class Sealed(dict[Any, Any]):
    """A dict of which one may look up, add and delete single items, and no more."""

    def _refuse(self) -> Any:
        raise AssertionError("a step that looks at every task")

    __iter__ = keys = values = items = _refuse


def test_no_step_of_watching_looks_at_all_tasks(watch: Watching, caplog: pytest.LogCaptureFixture) -> None:
    """So that the cost of one task does not depend on how many there are."""
    watch.poller._entries, watch.poller._subscribed = Sealed(), Sealed()
    cards = [watch(Service(RUNNING, broken(), DONE, key=str(number))) for number in range(20)]
    lasting = watch(Service(RUNNING), "lasting", Terms(poll_interval=60, give_up_after=0.2))
    until(lambda: lasting.over and all(card.over for card in cards))
    watch.refresh(watch(Service(RUNNING), "another"))
    assert caplog.records == []
