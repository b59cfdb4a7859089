"""What Python sends and what the front end's TypeScript declares are the same, name for name and word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import anywidget
import pytest
import traitlets

from runway_widget import Client
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report, Timing
from runway_widget._widgets.task import RunwayTask
from runway_widget._widgets.traits import clock
from runway_widget._widgets.words import face

from .fakes import our_threads, until

SOURCE = (Path(__file__).parents[2] / "js" / "src" / "state.ts").read_text(encoding="utf-8")


def interface(name: str) -> dict[str, str]:
    """The fields of an exported interface, with their types as written."""
    found = re.search(rf"export interface {name} \{{\n(.*?)\n\}}", SOURCE, re.DOTALL)
    assert found, f"state.ts declares no interface {name}"
    lines = [line.split("//")[0].strip().rstrip(";") for line in found[1].splitlines()]
    return {field.strip(): kind.strip() for field, _, kind in (line.partition(":") for line in lines if line)}


def union(kind: str) -> set[str]:
    """The words of a union of string literals, given by name or written out."""
    found = re.search(rf"export type {re.escape(kind)} =(.*?);", SOURCE, re.DOTALL)
    return set(re.findall(r'"([^"]+)"', found[1] if found else kind))


def ours() -> dict[str, Any]:
    """The synced traits that are neither ipywidgets' nor anywidget's own."""
    inherited = anywidget.AnyWidget.class_traits(sync=True)
    own = RunwayTask.class_traits(sync=True)
    return {name: trait for name, trait in own.items() if name not in inherited and name not in ("_esm", "_css")}


STATES = [
    TaskState(status=status, word=status.value, progress=progress, progress_known=known, outputs=outputs)
    for status in Status
    for progress, known in ((0.0, False), (0.5, True))
    for outputs in ((), (Output("https://a.example/x.mp4", "video"),))
]
REPORTS = [
    Report(state, phase, None, timing, 100.0)
    for state in STATES
    for phase in Phase
    for timing in (Timing(), Timing(elapsed=3.0, left=4.0, heard=1.0, next_in=2.0))
]


def test_the_state_interface_lists_exactly_the_synced_traits() -> None:
    assert set(interface("State")) == set(ours())


def test_their_types_agree() -> None:
    kinds: dict[str, type] = {"string": traitlets.Unicode, "number": traitlets.Float, "boolean": traitlets.Bool}
    for name, kind in interface("State").items():
        plain = kind.removesuffix(" | null")
        expected = traitlets.List if plain.endswith("[]") else kinds.get(plain, traitlets.Dict)
        if plain == "Status":
            expected = traitlets.Unicode
        assert type(ours()[name]) is expected, name
        assert ours()[name].allow_none == kind.endswith("| null"), name


def test_every_synced_trait_is_read_only() -> None:
    assert all(trait.read_only for trait in ours().values())


def test_the_statuses_are_the_same_words() -> None:
    assert union("Status") == {status.value for status in Status}


def test_outputs_have_the_declared_fields_and_kinds() -> None:
    declared = interface("Output")
    assert set(declared) == {field.name for field in fields(Output)}
    assert union(declared["kind"]) == {"video", "image", "audio", "unknown"}


def test_every_face_has_the_declared_fields_and_words() -> None:
    declared = interface("Face")
    seen: dict[str, set[Any]] = {name: set() for name in declared}
    for report in REPORTS:
        told = face(report, "CometAPI", "COMETAPI_KEY")
        assert set(told) == set(declared)
        for name, value in told.items():
            assert type(value) is (bool if declared[name] == "boolean" else str), name
            seen[name].add(value)
    for name in ("tone", "bar", "stage"):
        assert seen[name] == union(declared[name]), f"{name}: each word is used, and none that is not declared"


def test_every_clock_has_the_declared_fields_and_no_odd_number() -> None:
    declared = interface("Clock")
    for report in REPORTS:
        told = clock(report, 103.0, 1_700_000_000.0)
        assert set(told) == set(declared)
        for name, value in told.items():
            if declared[name] == "boolean":
                assert type(value) is bool
            elif value is None:
                assert declared[name].endswith("| null"), name
            else:
                assert 0 <= value < float("inf"), name


def test_the_request_has_its_declared_fields_from_the_start() -> None:
    assert set(ours()["_request"].default()) == set(interface("Request"))


@pytest.fixture
def task() -> Iterator[RunwayTask]:
    """A task at a service that is not there, and that is no longer watched."""
    made = RunwayTask("t", Client("sk-4Zq8Tn2Vx7Kw", "http://127.0.0.1:9"))
    made.stop()
    yield made
    made.close()
    until(lambda: not our_threads())


def test_only_declared_actions_are_offered(task: RunwayTask) -> None:
    for phase in Phase:
        offered = task._offers(Report(TaskState(), phase))
        assert set(offered) <= union("Action")
        assert len(set(offered)) == len(offered)
