"""The soak holds for a few seconds, and each of its claims fails where what it claims is not so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.soak import claims
from tests.soak.facts import Fact, Record
from tests.soak.faults import ALL, plan
from tests.soak.leaks import Leavings
from tests.soak.record import GridTold, Told
from tests.soak.report import Report, chosen_in

ROOT = Path(__file__).parents[2]
SHORT = ("--seconds", "1", "--tasks", "24")  # each fault comes once all the same
PATH = "/media/t/1-dawn.mp4"
LEFT = Leavings(tasks=0, threads=(), files=8, kept={}, objects=1000, memory=1 << 20)


@pytest.mark.posix
def test_hundreds_of_tasks_live_through_every_trouble(tmp_path: Path) -> None:
    told = tmp_path / "soak.json"
    command = [sys.executable, "-m", "tests.soak", *SHORT, "--json", str(told)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    report = json.loads(told.read_text())
    assert all(report["counts"][fault] for fault in ALL)
    assert report["left"][-1]["tasks"] > 100
    assert report["files"], "what was saved was compared, too"


def good() -> Record:
    """A wave of one task that was created, and lived to its end."""
    told = Told(["QUEUED", "IN_PROGRESS", "SUCCESS"], [0.2, 0.1, 0.6, 1.0], [1, 2, 3])
    service = {"phase": "succeeded", "reason": "", "outputs": [PATH]}
    fact = Fact("t", "kite", "SUCCESS", "ended", [PATH], "", service, observed=told, page=told, grid=told)
    return Record(("reset",), [fact], made={"kite": ["t"]}, sums=[("1 done", "1 done")])


def test_nothing_speaks_against_a_wave_without_faults() -> None:
    assert [fault for claim in claims.OF_A_WAVE.values() for fault in claim(good())] == []
    assert claims.no_leak([LEFT, replace(LEFT, tasks=100, objects=1200)]) == []


def changed(**fields: Any) -> Callable[[Record], None]:
    """A change of the one task of a wave."""

    def change(record: Record) -> None:
        record.facts[0] = replace(record.facts[0], **fields)

    return change


def told(*, statuses: str = "QUEUED SUCCESS", progress: tuple[float, ...] = (), versions: tuple[int, ...] = ()) -> Told:
    return Told(statuses.split(), list(progress), list(versions))


@pytest.mark.parametrize(
    "change",
    [
        changed(status="IN_PROGRESS"),
        changed(status="FAILURE"),
        changed(phase="rejected"),
        changed(outputs=["/media/t/2-dawn.mp4"]),
        changed(outputs=[]),
        changed(service=None),
        changed(task_id="", phase="sending"),
        changed(wrong_files=["t-1.mp4"]),
        changed(status="FAILURE", service={"phase": "failed", "reason": "no faces", "outputs": []}, outputs=[]),
    ],
    ids=[
        "unfinished",
        "otherwise",
        "rejected",
        "other-outputs",
        "no-outputs",
        "unknown",
        "in-the-midst",
        "other-bytes",
        "other-reason",
    ],
)
def test_an_end_that_is_not_the_services_speaks_against_it(change: Callable[[Record], None]) -> None:
    record = good()
    change(record)
    assert len(claims.right_ends(record)) == 1


@pytest.mark.parametrize(
    "change",
    [
        changed(observed=told(statuses="SUCCESS QUEUED SUCCESS")),
        changed(page=told(statuses="IN_PROGRESS QUEUED SUCCESS")),
        changed(page=told(progress=(0.6, 0.5))),
        changed(page=told(versions=(3, 2))),
        changed(page=told(statuses="QUEUED FAILURE SUCCESS")),
        changed(page=told(statuses="QUEUED IN_PROGRESS")),
        changed(page=Told()),
        changed(observed=Told()),
        changed(grid=told(statuses="QUEUED IN_PROGRESS")),
        changed(grid=told(statuses="IN_PROGRESS QUEUED SUCCESS")),
        changed(given=2),
        changed(given=0),
    ],
    ids=[
        *("two ends", "a status", "a progress", "a version", "another end", "no end", "a page that was told nothing"),
        *("a callback that was told nothing", "no end in a grid", "a status in a grid", "given twice", "never given"),
    ],
)
def test_a_second_end_or_a_step_back_speaks_against_it(change: Callable[[Record], None]) -> None:
    record = good()
    change(record)
    assert claims.one_end(record)


def test_a_callback_hears_nothing_of_a_task_that_had_ended_before() -> None:
    record = good()
    changed(observed=Told(), page=told(statuses="SUCCESS"))(record)
    assert claims.one_end(record) == []


def test_what_a_grids_page_was_told_of_all_takes_is_what_they_come_to() -> None:
    assert len(claims.one_end(replace(good(), sums=[("1 running", "1 done")]))) == 1
    page = GridTold()
    for number in (0, 1, 1, 2):
        page.take_in({}, {"words": f"{number} done", "number": number})
    assert (page.words, page.steps_back) == ("2 done", [])
    page.take_in({}, {"words": "", "number": 4})
    assert page.steps_back == ["message 4 after 2"]
    assert len(claims.one_end(replace(good(), lost=page.steps_back))) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"made": {"kite": ["t", "u"]}},
        {"made": {"kite": ["t"], "boat": ["u"]}},
        {"made_again": {"kite": ["u"]}},
        {"made_again": {"boat": ["u", "v"]}},
    ],
    ids=["doubled", "nobody was told", "found and made all the same", "doubled by the second run"],
)
def test_a_create_that_was_doubled_or_denied_speaks_against_it(fields: dict[str, Any]) -> None:
    assert len(claims.no_double(replace(good(), **fields))) == 1


def test_what_failed_is_created_again_by_the_second_run() -> None:
    assert claims.no_double(replace(good(), made_again={"kite": ["u"]}, gone=["t"])) == []


def test_an_outage_with_too_many_requests_speaks_against_it() -> None:
    record = replace(good(), outage_hours=1.0, outage_tasks=2)
    assert claims.bounded_outage(replace(record, outage_requests=200)) == []
    assert len(claims.bounded_outage(replace(record, outage_requests=400))) == 1
    assert claims.bounded_outage(replace(record, outage_waits=[5.0, 60.0, 30.0])) == []
    assert len(claims.bounded_outage(replace(record, outage_waits=[5.0] * 20))) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"threads": ("runway-widget-timer",)},
        {"files": 9},
        {"kept": {"RunwayTask": 1}},
        {"objects": 10_001},
        {"memory": 64 << 20},
    ],
    ids=str,
)
def test_what_is_left_speaks_against_it(fields: dict[str, Any]) -> None:
    assert claims.no_leak([LEFT, LEFT, LEFT, replace(LEFT, tasks=2000, **fields), replace(LEFT, tasks=2000, **fields)])


def test_a_fault_that_never_happened_or_was_logged_speaks_against_the_run() -> None:
    report = Report(("reset", "dns"), [LEFT])
    report.counts["reset"] = 3
    report.add(good(), LEFT)
    assert report.verdicts["each fault happened"] == ["dns never happened"]
    assert report.failed
    report.counts["dns"] = 1
    assert not any(report.verdicts.values())
    report.add(replace(good(), errors=["a card met an error"]), LEFT)
    assert any(report.verdicts.values())
    assert "FAILED  nothing was logged as a fault of the package\n          wave 2 (reset): a card met an error" in str(
        report
    )


def test_the_faults_are_chosen_by_name_and_each_comes_soon() -> None:
    assert chosen_in("") == ALL
    assert chosen_in("dns, stall") == ["dns", "stall"]
    with pytest.raises(ValueError, match="there is no fault 'rain'"):
        chosen_in("dns,rain")
    waves = plan(ALL, seed=1)
    first = {fault for _ in range(6) for fault in next(waves)}
    assert first == set(ALL)
    assert all(next(waves) for _ in range(20))
