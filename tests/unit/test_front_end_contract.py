"""What Python sends and what the front end's TypeScript declares are the same, name for name and word for word."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import anywidget
import pytest
import traitlets

from runway_widget import Client
from runway_widget._journal import row
from runway_widget._media.kept_outputs import KeptOutput, KeptOutputs
from runway_widget._service.outputs import Output
from runway_widget._service.provider import RUNWAY
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report, Timing
from runway_widget._widgets import view
from runway_widget._widgets.card_state import card_state, clock
from runway_widget._widgets.task import RunwayTask
from runway_widget._widgets.trait_types import StatusTrait
from runway_widget._widgets.words import face

from .fakes import our_threads, until

SOURCE = (Path(__file__).parents[2] / "js" / "src" / "state.ts").read_text(encoding="utf-8")

#: TypeScript's name of each type that is declared on both sides, and Python's declaration.
DECLARED: dict[str, Any] = {
    "Face": view.Face,
    "Clock": view.Clock,
    "Summary": view.Summary,
    "Request": row.Request,
    "Fact": row.Fact,
    "Output": view.OutputDict,
    "Instead": view.Instead,
}


def interface(name: str) -> dict[str, str]:
    """The fields of an exported interface, with their types as written."""
    found = re.search(rf"export interface {name} \{{\n(.*?)\n\}}", SOURCE, re.DOTALL)
    assert found, f"state.ts declares no interface {name}"
    lines = [line.split("//")[0].strip().rstrip(";") for line in found[1].splitlines()]
    return {field.strip(): kind.strip() for field, _, kind in (line.partition(":") for line in lines if line)}


def literals(text: str) -> set[str]:
    """The string literals in a piece of TypeScript."""
    return set(re.findall(r'"([^"]*)"', text))


def declaration(name: str) -> str:
    """What an exported type is an alias of."""
    found = re.search(rf"export type {name} =(.*?);", SOURCE, re.DOTALL)
    assert found, f"state.ts declares no type {name}"
    return found[1]


def in_typescript(kind: Any) -> str | set[str]:
    """A Python annotation as TypeScript writes it; the words of a Literal as a set."""
    plain = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
    if kind in plain:
        return plain[kind]
    if get_origin(kind) is Literal:
        return set(get_args(kind))
    if get_origin(kind) is list:
        return f"{in_typescript(get_args(kind)[0])}[]"
    if get_args(kind):
        return " | ".join(str(in_typescript(part)) for part in get_args(kind))
    return next(name for name, declared in DECLARED.items() if declared is kind)


def allowed(kind: Any, value: Any) -> bool:
    """Whether a value of this annotation may be sent; only for plain types, their unions, and literals."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is list:
        return isinstance(value, list)
    return type(value) in (get_args(kind) or (kind,))


def ours() -> dict[str, Any]:
    """The synced traits that are neither ipywidgets' nor anywidget's own."""
    inherited = anywidget.AnyWidget.class_traits(sync=True)
    own = RunwayTask.class_traits(sync=True)
    return {name: trait for name, trait in own.items() if name not in inherited and name not in ("_esm", "_css")}


STATES = [
    TaskState(status=status, word=status.value, action=action, progress=progress, progress_known=known, outputs=outputs)
    for action in ("IMAGE_TO_VIDEO", "TEXT_TO_IMAGE", "SOUND_EFFECT", "")
    for status in Status
    for progress, known in ((0.0, False), (0.5, True))
    for outputs in ((), (Output("https://a.example/x.mp4", "video"),))
]
REPORTS = [
    Report(state, phase, None, timing, 100.0)
    for state in STATES
    for phase in Phase
    for timing in (Timing(), Timing(elapsed=3.0, left=4.0, since_answer=1.0, next_in=2.0))
] + [Report(state, Phase.ENDED, recalled=True) for state in STATES if state.ended]


def test_the_state_interface_lists_exactly_the_synced_traits() -> None:
    assert set(interface("State")) == set(ours())


def test_their_types_agree() -> None:
    kinds: dict[str, type] = {"string": traitlets.Unicode, "number": traitlets.Float, "boolean": traitlets.Bool}
    for name, kind in interface("State").items():
        plain = kind.removesuffix(" | null")
        expected = traitlets.List if plain.endswith("[]") else kinds.get(plain, traitlets.Dict)
        if plain == "Status":
            expected = StatusTrait
        if name == "_version":
            expected = traitlets.Int
        assert type(ours()[name]) is expected, name
        assert ours()[name].allow_none == kind.endswith("| null"), name


def test_every_synced_trait_is_read_only() -> None:
    assert all(trait.read_only for trait in ours().values())


def test_the_statuses_and_the_actions_are_the_same_words() -> None:
    assert literals(declaration("Status")) == {status.value for status in Status}
    assert literals(declaration("Action")) == set(get_args(view.Action))


@pytest.mark.parametrize("name", DECLARED)
def test_the_types_of_the_view_have_the_same_fields_types_and_words(name: str) -> None:
    ours = {field: in_typescript(kind) for field, kind in get_type_hints(DECLARED[name]).items()}
    theirs = interface(name)
    assert list(theirs) == list(ours), "in the same order, so that people can compare them too"
    for field, kind in ours.items():
        assert (literals(theirs[field]) if isinstance(kind, set) else theirs[field]) == kind, field


def test_outputs_are_sent_with_all_that_is_known_of_them_and_the_rest_in_words() -> None:
    in_words = {"size", "needs_key", "inside"}  # see `Face.instead`
    assert set(interface("Output")) | in_words == {field.name for field in fields(Output)}


def test_a_grid_sends_of_each_take_what_the_front_end_picks_of_a_state() -> None:
    picked = declaration("Compact")
    assert picked.split("<")[0].strip() == "Pick"
    assert literals(picked) == set(get_type_hints(view.CompactTake))


def test_the_fields_of_a_take_have_the_types_of_the_state() -> None:
    state = interface("State")
    for name, kind in get_type_hints(view.CompactTake).items():
        assert state[name] == {"status": "Status", "_actions": "Action[]"}.get(name, in_typescript(kind)), name


def test_every_face_has_the_declared_fields_and_uses_each_word() -> None:
    hints = get_type_hints(view.Face)
    seen: dict[str, set[Any]] = {name: set() for name in hints}
    for report in REPORTS:
        sent = face(report, "CometAPI")
        assert list(sent) == list(hints)
        for name, value in sent.items():
            assert allowed(hints[name], value), name
            if not isinstance(value, list):
                seen[name].add(value)
    for name in ("tone", "bar", "stage", "kind"):
        assert seen[name] == set(get_args(hints[name])), name


def test_every_clock_has_the_declared_fields_and_no_odd_number() -> None:
    hints = get_type_hints(view.Clock)
    for report in REPORTS:
        sent = clock(report, 103.0, 1_700_000_000.0)
        assert list(sent) == list(hints)
        for name, value in sent.items():
            assert allowed(hints[name], value), name
            assert value is None or 0 <= cast(float, value) < float("inf"), name


def test_the_request_has_its_declared_fields_from_the_start() -> None:
    assert ours()["_request"].default() == row.empty_request()


@pytest.mark.parametrize(
    ("save_to", "folder"), [(None, "renders/"), ("out/kites", "out/kites/"), ("/tmp/kites", "/tmp/kites/")]
)
def test_the_card_names_the_folder_that_its_button_saves_to(save_to: str | None, folder: str) -> None:
    made = RunwayTask("t", Client("sk-4Zq8Tn2Vx7Kw", "http://127.0.0.1:9"), save_to=save_to)
    made.close()
    assert made._face["folder"] == folder
    until(lambda: not our_threads())


def test_only_declared_actions_are_offered() -> None:
    for report in REPORTS:
        for kept in (KeptOutputs(), KeptOutputs((KeptOutput(Output("https://a.example/x.mp4", "video")),))):
            offered = card_state(report, kept, RUNWAY, row.empty_request(), 103.0, 1_700_000_000.0).actions
            assert set(offered) <= set(get_args(view.Action))
            assert len(set(offered)) == len(offered)
