"""`begin(row, reuse=True)`, uncertain rows, and several kernels at once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from runway_widget import SubmissionUncertain
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget._service.retry import CREATE_PATIENCE, CREATE_SENDS, LONGEST_CREATE
from runway_widget._service.timeouts import CONNECT_TIMEOUT, READ_TIMEOUT, SEND_TIMEOUT, TOTAL_TIMEOUT

from .fakes import at_once
from .journals import HERE, a_row, accepted, uncertain

WRITER = """
import sys, time
from pathlib import Path
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import Row

path, name, gate = sys.argv[1:]
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.001)
journal = Journal(path)
for number in range(30):
    row = Row(base_url="https://a.example", service="A", endpoint="e", fingerprint=f"{name}-{number}", submitted_at=time.time())
    journal.begin(row)
    journal.record_task(row, f"{name}-{number}")
"""  # noqa: E501


def test_the_row_of_a_kernel_that_died_before_the_answer_is_uncertain(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import os, sys; sys.path.insert(0, os.getcwd())\n"
        "from runway_widget._journal.journal import Journal; from tests.unit.journals import a_row\n"
        "Journal(sys.argv[1]).begin(a_row()); os._exit(9)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script, str(journal.path)], cwd=root).returncode == 9
    assert journal.recent()[0].state is State.SENDING
    with pytest.raises(SubmissionUncertain, match="may still be out"):
        journal.begin(a_row(), reuse=True)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + LONGEST_CREATE + 60)
    assert journal.recent()[0].state is State.UNCERTAIN
    with pytest.raises(SubmissionUncertain, match="the kernel ended before the answer came"):
        journal.begin(a_row(), reuse=True)


def test_no_request_can_outlast_the_time_after_which_its_kernel_counts_as_dead() -> None:
    longest = CREATE_SENDS * (CONNECT_TIMEOUT + SEND_TIMEOUT + READ_TIMEOUT + TOTAL_TIMEOUT) + CREATE_PATIENCE
    assert longest <= LONGEST_CREATE


def test_a_row_from_the_future_is_uncertain(journal: Journal) -> None:
    """Such as one that was written before the clock was set back."""
    journal.begin(a_row(submitted_at=time.time() + 3600))
    assert journal.recent()[0].state is State.UNCERTAIN


def test_without_reuse_an_equal_submission_is_written_again(journal: Journal) -> None:
    accepted(journal, "t-1")
    assert journal.begin(a_row()) is None
    assert len(journal.recent()) == 2


def test_reuse_returns_the_newest_task_that_did_not_fail(journal: Journal) -> None:
    for task_id, status in (("t-1", "SUCCESS"), ("t-2", ""), ("t-3", "FAILURE"), ("t-4", "CANCELLED")):
        accepted(journal, task_id)
        if status:
            journal.record_end(HERE, task_id, status, 1.0)
    refused = a_row()
    journal.begin(refused)
    journal.record_refusal(refused, "HTTP 401")
    earlier = journal.begin(a_row(), reuse=True)
    assert earlier is not None
    assert earlier.task_id == "t-2"


@pytest.mark.parametrize(
    "other", [{"fingerprint": "beef"}, {"endpoint": "text_to_video"}, {"base_url": "https://elsewhere.example"}]
)
def test_reuse_needs_the_same_service_endpoint_and_body(journal: Journal, other: dict[str, str]) -> None:
    accepted(journal, "t-1")
    assert journal.begin(a_row(**other), reuse=True) is None
    assert len(journal.recent()) == 2, "the new row was not written"


def test_reuse_raises_over_an_uncertain_row_and_says_what_to_do(journal: Journal) -> None:
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", "FAILURE", 5.0)
    row = uncertain(journal)
    with pytest.raises(SubmissionUncertain) as caught:
        journal.begin(a_row(), reuse=True)
    for word in ("the connection broke", "charged", "CometAPI", f"recent --forget {row.id}", "reuse=False"):
        assert word in str(caught.value)
    assert len(journal.recent()) == 2, "the refused row was written"
    assert journal.forget(row.id) == 1
    assert journal.begin(a_row(), reuse=True) is None


def test_reuse_prefers_an_accepted_row_to_an_uncertain_one(journal: Journal) -> None:
    """To show an existing task costs nothing."""
    accepted(journal, "t-1")
    uncertain(journal)
    earlier = journal.begin(a_row(), reuse=True)
    assert earlier is not None
    assert earlier.task_id == "t-1"


def test_of_many_equal_submissions_at_once_with_reuse_only_one_is_sent(journal: Journal) -> None:
    outcomes = at_once(8, lambda: Journal(journal.path).begin(a_row(), reuse=True))
    assert [outcome for outcome in outcomes if not isinstance(outcome, SubmissionUncertain)] == [None]
    assert len(outcomes) == 8


def test_two_kernels_can_write_at_once_and_no_row_is_lost(journal: Journal, tmp_path: Path) -> None:
    gate = tmp_path / "go"
    command = [sys.executable, "-c", WRITER, str(journal.path)]
    kernels = [
        subprocess.Popen([*command, name, str(gate)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("a", "b")
    ]
    for kernel in kernels:
        assert kernel.stdout is not None
        kernel.stdout.readline()
    gate.touch()
    for kernel in kernels:
        _, complaints = kernel.communicate(timeout=60)
        assert (kernel.returncode, complaints) == (0, "")
    rows = journal.recent(1000)
    assert {row.task_id for row in rows} == {f"{name}-{number}" for name in "ab" for number in range(30)}
    assert all(row.state is State.ACCEPTED for row in rows)
