"""The queue of creates: who goes when, what a busy service does to it, and what is never sent."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from runway_widget import RunwayWidgetError, ServiceError, SubmissionUncertain
from runway_widget._create import queue as queue_module
from runway_widget._create.orders import Batch, Withdrawn

from .fakes import until
from .queueing import BUSY, NO_MONEY, NO_WAY, Account


def test_the_first_goes_alone_and_then_four_at_a_time(account: Account) -> None:
    account.put(*"abcdefghij")
    until(lambda: account.at_the_door == ["a"])
    account.answer("a")
    until(lambda: sorted(account.at_the_door) == ["b", "c", "d", "e"])
    account.answer("c")
    until(lambda: sorted(account.at_the_door) == ["b", "d", "e", "f"])
    account.release()
    assert [account.end_of(name) for name in "abcdefghij"] == [f"id-{name}" for name in "abcdefghij"]
    assert sorted(account.sent) == list("abcdefghij"), "each of them once"
    assert account.most == 4


@pytest.mark.parametrize("first", [SubmissionUncertain("no clear answer"), RunwayWidgetError("no folder")])
def test_what_proves_nothing_lets_the_next_go_alone_too(account: Account, first: RunwayWidgetError) -> None:
    account.answers["a"] = [first]
    if not isinstance(first, SubmissionUncertain):
        account.batch.proven = False
        order = account.order("a")
        order.send = lambda progress, begin: (_ for _ in ()).throw(first)  # it fails before it is sent
        account.queue.put("account", [order, account.order("b"), account.order("c")])
    else:
        account.put("a", "b", "c")
        until(lambda: account.at_the_door == ["a"])
        account.answer("a")
    until(lambda: account.at_the_door == ["b"])
    account.answer("b")
    until(lambda: account.at_the_door == ["c"])


def test_what_an_earlier_task_answers_for_proves_nothing_either(account: Account) -> None:
    account.held = False
    orders = [account.order("a", new=False), *(account.order(name) for name in "bcd")]
    account.held = True
    account.queue.put("account", orders)
    until(lambda: account.at_the_door == ["a"])
    account.answer("a")
    until(lambda: account.at_the_door == ["b"])
    account.answer("b")
    until(lambda: sorted(account.at_the_door) == ["c", "d"])


def test_an_error_that_is_the_same_for_all_stops_the_rest_of_the_call(account: Account) -> None:
    account.answers["a"] = [NO_MONEY]
    account.put(*"abc")
    other = Account(account.queue)  # another call, at the same account
    other.put("x")
    until(lambda: account.at_the_door == ["a"])
    account.answer("a")
    assert [account.end_of(name) for name in "abc"] == [NO_MONEY] * 3
    assert account.sent == ["a"]
    assert account.closed == {"a": True, "b": True, "c": True}
    assert other.end_of("x") == "id-x"


def test_a_refusal_of_one_is_that_of_one(account: Account) -> None:
    refused = ServiceError("promptImage: unreadable", http_status=400)
    account.answers["a"] = [refused]
    account.put(*"abcde")
    account.release()
    assert account.end_of("a") is refused
    assert [account.end_of(name) for name in "bcde"] == [f"id-{name}" for name in "bcde"]


@pytest.mark.parametrize("error", [BUSY, ServiceError("overloaded", http_status=503), NO_WAY])
def test_a_busy_service_makes_the_queue_wait_and_not_fail(account: Account, error: ServiceError) -> None:
    account.answers["a"] = [error] * 6
    account.put(*"abc")
    account.release()
    assert [account.end_of(name) for name in "abc"] == ["id-a", "id-b", "id-c"]
    assert account.sent.count("a") == 7
    pauses = [what[2] for what in account.told["a"] if what[0] == "waiting"]
    assert len(pauses) == 6
    assert account.closed == {"a": False, "b": False, "c": False}


def test_it_waits_as_long_as_the_service_asked(account: Account) -> None:
    asked = ServiceError("saturated", http_status=429, transient=True, retry_after=60.0)
    account.answers["b"] = [asked]
    orders = account.put(*"abcdefgh")
    until(lambda: account.at_the_door == ["a"])
    account.answer("a")
    until(lambda: len(account.at_the_door) == 4)
    account.answer("b")
    until(lambda: any(what[0] == "waiting" for what in account.told["b"]))
    (pause,) = [what[2] for what in account.told["b"] if what[0] == "waiting"]
    assert 59 < pause <= 60
    account.answer("c", "d", "e")
    until(lambda: account.end_of("e"))
    assert account.at_the_door == [], "nothing else is sent meanwhile"
    for order in orders:
        order.withdraw()


def test_after_trouble_one_goes_alone(account: Account) -> None:
    account.answers |= {name: [BUSY] for name in "bcde"}
    account.put(*"abcdefghi")
    until(lambda: account.at_the_door == ["a"])
    account.answer("a")
    until(lambda: len(account.at_the_door) == 4)
    account.answer(*"bcde")
    until(lambda: account.at_the_door == ["b"])
    account.answer("b")
    until(lambda: len(account.at_the_door) == 4)


@pytest.mark.parametrize(("error", "patience"), [(BUSY, "PATIENCE"), (NO_WAY, "NO_WAY_PATIENCE")])
def test_patience_ends_for_all_at_once(
    account: Account, monkeypatch: pytest.MonkeyPatch, error: ServiceError, patience: str
) -> None:
    monkeypatch.setattr(queue_module, patience, -1.0)
    account.answers["a"] = [error] * 9
    account.put(*"abc")
    account.release()
    assert [account.end_of(name) for name in "abc"] == [error] * 3
    assert account.sent == ["a"]
    assert account.closed == {"a": True, "b": True, "c": True}


def test_of_two_that_are_alike_the_second_waits_for_the_first(account: Account) -> None:
    account.batch.proven = True
    account.put("a", "b", alike="the same")
    account.put("c")
    until(lambda: sorted(account.at_the_door) == ["a", "c"])
    account.answer("a")
    until(lambda: sorted(account.at_the_door) == ["b", "c"])


# Taking back


def test_what_was_taken_back_is_not_sent(account: Account) -> None:
    _, *rest = account.put(*"abcd")
    until(lambda: account.at_the_door == ["a"])
    assert [order.withdraw() for order in rest] == [True] * 3
    assert [order.withdraw() for order in rest] == [False] * 3, "once only"
    account.release()
    assert account.end_of("a") == "id-a"
    until(lambda: account.queue.idle)
    assert account.sent == ["a"]
    assert account.closed == {"a": False, "b": True, "c": True, "d": True}
    assert [account.told[name] for name in "bcd"] == [[]] * 3


def test_what_was_taken_back_before_it_was_put_is_not_sent_either(account: Account) -> None:
    order = account.order("a")
    assert order.withdraw()
    account.queue.put("account", [order])
    assert account.queue.idle
    assert account.sent == []


def test_what_is_at_the_service_cannot_be_taken_back(account: Account) -> None:
    (order,) = account.put("a")
    until(lambda: account.at_the_door == ["a"])
    assert not order.withdraw()
    assert not order.wait_for_answer(0.01)
    account.release()
    assert order.wait_for_answer(10)
    assert account.end_of("a") == "id-a"


def test_media_that_are_being_sent_stop_where_it_is_taken_back(account: Account) -> None:
    order = account.order("a")
    stopped: list[Exception] = []

    def send(progress: Callable[[float], None], begin: Callable[[], float]) -> tuple[str, bool]:
        try:
            while True:
                progress(0.5)
        except Withdrawn as error:
            stopped.append(error)
            raise

    order.send = send
    account.queue.put("account", [order])
    until(lambda: ("sending", 0.5) in account.told["a"])
    assert order.withdraw()
    until(lambda: account.queue.idle)
    assert len(stopped) == 1
    assert account.closed == {"a": True}
    assert [what for what in account.told["a"] if what[0] == "end"] == []


def test_how_much_of_the_media_was_sent_is_told(account: Account) -> None:
    account.held = False
    account.put("a", media=(0.4,))
    account.end_of("a")
    assert account.told["a"] == [("sending", None), ("sending", 0.4), ("end", "id-a", True)]


def test_nothing_is_sent_once_python_ends_and_what_was_sent_is_waited_for(account: Account) -> None:
    account.batch.proven = True
    orders = account.put(*"abcdef")
    until(lambda: len(account.at_the_door) == 4)
    account.queue.close()
    threading.Timer(0.1, account.release).start()
    account.queue.finish()
    assert not account.queue._posting()
    assert [account.end_of(name) for name in "abcd"] == ["id-a", "id-b", "id-c", "id-d"]
    assert sorted(account.sent) == list("abcd")
    account.queue.closing = False
    assert [order.withdraw() for order in orders] == [False] * 4 + [True] * 2


def test_the_answers_are_not_waited_for_without_end(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "EXIT_PATIENCE", 0.01)
    account.put("a")
    until(lambda: account.at_the_door == ["a"])
    account.queue.close()
    account.queue.finish()
    assert [what for what in account.told["a"] if what[0] == "end"] == []
    account.queue.closing = False


def test_where_no_thread_can_be_started_all_are_told(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        account.put(*"ab")
    for name in "ab":
        assert "no thread can be started" in str(account.end_of(name))
        assert account.told[name][-1][2] is False, "nothing was tried"


def test_two_calls_at_one_account_share_the_four(account: Account) -> None:
    for names in ("abc", "xyz"):
        account.batch = Batch(proven=True)
        account.put(*names)
    until(lambda: len(account.at_the_door) == 4)
    account.release()
    assert [account.end_of(name) for name in "abcxyz"] == [f"id-{name}" for name in "abcxyz"]
    assert account.most == 4
