"""The benchmarks can be run: each brings its rows, file and picture say the same, and what cannot be measured fails.

Those that need a browser are in `tests/browser`.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.benchmarks import __main__ as runner
from tests.benchmarks import picture, table
from tests.benchmarks.rows import OURS, TINY, Row, Size, comparisons, conclusions, mean_row, row

pytestmark = pytest.mark.checkout


def published() -> dict[str, object]:
    figures: dict[str, object] = json.loads(runner.PUBLISHED.read_text(encoding="utf-8"))
    return figures


def test_what_is_published_has_figures_of_all_benchmarks() -> None:
    assert set(runner.rows_in(published())) == set(runner.NAMES)


def test_the_picture_in_the_readme_is_drawn_from_the_published_figures() -> None:
    figures = published()
    drawn = runner.PICTURE.read_text(encoding="utf-8")
    assert drawn == picture.draw(figures), "draw it again: make bench PUBLISH=1"
    bars = re.findall(r'class="small"[^>]*>([\d,.]+) ?(\w*)</text>', drawn)
    for panel in picture.PANELS:
        of_panel = [each for each in runner.rows_in(figures)[panel.benchmark] if each.figure == panel.figure]
        for each in (one for one in of_panel if one.case == panel.case):
            assert (table.number(each.value), each.unit) in bars, f"{each.who} is missing on: {panel.title}"


def test_a_ratio_says_how_many_times_as_much_another_needs() -> None:
    ours, other = row("case", "CPU", "ms", OURS, [4.0, 2.0, 3.0]), mean_row("case", "CPU", "ms", "b", [2.0, 10.0])
    [compared] = comparisons([ours, other, row("case", "CPU", "ms", "c", 3.2), row("case", "CPU", "ms", "d", 1.0)])
    assert (ours.low, ours.value, ours.high) == (2.5, 3.0, 3.5)
    assert compared.ratio(other) == 2.0
    told = conclusions([compared.head, *compared.others])
    assert {what: each.verdict.value for what, each in told.items()} == {
        "case, CPU, beside b": "ahead",
        "case, CPU, beside c": "level",
        "case, CPU, beside d": "behind",
    }


def test_nothing_measured_is_an_error_not_a_zero() -> None:
    for values in ([], [1.0, float("nan")]):
        with pytest.raises(ValueError, match="could not be measured"):
            row("case", "CPU", "ms", OURS, values)


def complete(rows: list[Row]) -> bool:
    """Whether this project has a figure in each case, and nothing is below zero."""
    return bool(rows) and all(each.ours for each in comparisons(rows)) and all(each.value >= 0 for each in rows)


@pytest.mark.parametrize("name", ["waiters", "cadence", "creating", "import_cost"])
def test_a_benchmark_brings_this_projects_figures_and_those_of_others(name: str) -> None:
    rows: list[Row] = importlib.import_module(f"tests.benchmarks.{name}").measure(TINY)
    assert complete(rows)
    assert all(each.others for each in comparisons(rows))


@pytest.mark.posix
@pytest.mark.parametrize("name", ["many_tasks", "messages", "whole_grid"])
def test_a_benchmark_measures_in_a_real_kernel(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(f"tests.benchmarks.{name}")
    subjects = "CARDS" if name == "messages" else "SUBJECTS"
    monkeypatch.setattr(module, subjects, {OURS: getattr(module, subjects)[OURS]})  # a kernel takes a second or two
    monkeypatch.setattr(module, "TINY_CASES", {2: 0.1}, raising=False)
    assert complete(module.measure(TINY))


def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two benchmarks, of which one cannot be measured; what is written goes into a folder of the test."""

    def broken(size: Size) -> list[Row]:
        raise RuntimeError("no such thing here")

    def whole(size: Size) -> list[Row]:
        return [row("case", "CPU", "ms", OURS, 3.0)]

    for measure in (broken, whole):
        module = SimpleNamespace(TITLE="Title", measure=measure)
        monkeypatch.setitem(sys.modules, f"tests.benchmarks.{measure.__name__}", module)
    monkeypatch.setattr(runner, "NAMES", ("broken", "whole"))
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    for name in ("CACHE", "PUBLISHED", "PICTURE"):
        monkeypatch.setattr(runner, name, tmp_path / name.lower())


def test_what_cannot_be_measured_makes_the_command_fail_after_all_others_have_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake(monkeypatch, tmp_path)
    assert runner.main(["--publish"]) == 1
    printed = capsys.readouterr()
    assert "no such thing here" in printed.err
    assert re.search(r"case +CPU, ms +3\.0", printed.out)
    written = json.loads((tmp_path / "cache" / "figures.json").read_text())
    assert [each["value"] for each in written["benchmarks"]["whole"]["rows"]] == [3.0]
    assert not (tmp_path / "published").exists(), "half a run was published"
    assert runner.main(["whole"]) == 0


def of_one_case(other: float, slack: float = 0.0) -> dict[str, object]:
    rows = [row("case", "CPU", "ms", OURS, 1.0, slack), row("case", "CPU", "ms", "other", other, slack)]
    return runner.document({"bench": ("Bench", rows)})


@pytest.mark.parametrize(("before", "after"), [(2.0, 3.0), (1.2, 1.3), (0.7, 0.85)])
def test_two_runs_agree_where_they_say_the_same_or_lie_close_on_both_sides_of_a_border(
    before: float, after: float
) -> None:
    assert runner.differences(of_one_case(before), of_one_case(after)) == (1, [])


def test_two_runs_that_conclude_differently_are_told_apart() -> None:
    told = "bench: case, CPU, beside other: ahead (2 x), now behind (0.5 x)"
    assert runner.differences(of_one_case(2.0), of_one_case(0.5)) == (1, [told])
    told = "bench: case, CPU, beside other: level (1.1 x), now ahead (1.6 x)"
    assert runner.differences(of_one_case(1.1), of_one_case(1.6)) == (1, [told])


def test_what_nobody_notices_is_no_contradiction_however_many_times_as_much_it_is() -> None:
    assert runner.differences(of_one_case(10.9, slack=10.0), of_one_case(12.0, slack=10.0)) == (1, [])
    assert len(runner.differences(of_one_case(10.9, slack=10.0), of_one_case(40.0, slack=10.0))[1]) == 1
