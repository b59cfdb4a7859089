"""Names of files by a pattern: what its fields say, and that any file system can have them."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runway_widget._media.file_names import FIELDS, USUAL, NameFacts, fault_of, filled, safe, without_ending

FACTS = NameFacts(
    task_id="3d957031-9a2a",
    model="gen4_turbo",
    seed=421,
    prompt="The kite lifts, slowly: above the wheat field at dawn",
    action="IMAGE_TO_VIDEO",
    ratio="1280:720",
    created_at=time.mktime((2026, 11, 26, 14, 3, 59, 0, 0, -1)),
)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{date}-{model}-{seed}-{n}", "2026-11-26-gen4_turbo-421-2"),
        ("{time}", "14-03-59"),
        ("{id}", "3d957031-9a2a"),
        ("{prompt}", "The-kite-lifts-slowly-above-the-wheat"),
        ("{action} {ratio}", "image_to_video 1280x720"),
        ("{n:03}_{seed:08d}", "002_00000421"),
        ("{date:%Y%m%d} {time:%H:%M}", "20261126 14-03"),
        ("take {{one}} {n}", "take {one} 2"),
        ("{model:.4}", "gen4"),
        (USUAL, "3d957031-9a2a-2"),
        ("plain", "plain"),
    ],
)
def test_a_field_says_what_it_stands_for(pattern: str, name: str) -> None:
    assert fault_of(pattern) == ""
    assert filled(pattern, FACTS, 1) == name


def test_what_is_not_known_is_said_to_be_so() -> None:
    pattern = "{model}_{seed}_{prompt}_{action}_{ratio}_{id}"
    assert filled(pattern, NameFacts(), 0) == "no-model_no-seed_no-prompt_no-action_no-ratio_no-id"
    assert filled("{seed:08}", NameFacts(), 0) == "no-seed"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{modle}", r"no field \{modle\}; did you mean \{model\}\? There are \{date\}, \{time\}, .*\{\{ or \}\}"),
        ("{Seed}", r"did you mean \{seed\}"),
        ("{xyzzy}", r"no field \{xyzzy\}\. There are"),
        ("{}", r"no field \{\}"),
        ("{0}", r"no field \{0\}"),
        ("{model.__class__}", r"no field \{model.__class__\}"),
        ("{n[0]}", r"no field"),
        ("{date", "a brace without its counterpart"),
        ("date}", "a brace without its counterpart"),
        ("{seed:%Y}", r"the field \{seed\} cannot be written as '%Y'"),
        ("{seed:c}", r"the field \{seed\} cannot be written as 'c'"),  # of the largest seed
        ("{date:08}", "codes of strftime"),
        ("{n:999999999}", r"the field \{n\} cannot be written as '999999999': no part of a path is longer than 120 "),
        ("{n:0>121}", "longer than 120 characters"),
        ("{seed:.999999999f}", "longer than 120 characters"),
        ("{model:*^99999999999999999999}", "longer than 120 characters"),
        ("{n:٩٩٩٩٩٩٩٩٩}", "longer than 120 characters"),
        ("{date:%099999999Y}", "longer than 120 characters"),
        ("{time:%_999999999H}", "longer than 120 characters"),
        ("{n!r}", "stands for itself"),
        ("{n:{seed}}", "stands for itself"),
    ],
)
def test_what_is_no_field_is_named_with_the_nearest_one(pattern: str, words: str) -> None:
    import re

    assert re.search(words, fault_of(pattern)), fault_of(pattern)


@pytest.mark.parametrize("pattern", ["{n:03}", "{seed:010}", "{n:>120}", "{date:%Y-12026}", "{model:.100}"])
def test_a_width_that_a_name_can_have_is_taken(pattern: str) -> None:
    assert fault_of(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "rest"),
    [("{n}.mp4", "{n}"), ("{n}.PNG", "{n}"), ("v1.{n}", "v1.{n}"), ("{model}.5", "{model}.5"), (".mp4", ".mp4")],
)
def test_an_ending_of_a_medium_is_that_of_the_file_itself(pattern: str, rest: str) -> None:
    assert without_ending(pattern) == rest


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("..", "no-model"),
        ('a\\b:c*d?e"f<g>h|i', "a-b-c-d-e-f-g-h-i"),
        ("tab\tnul\0", "tab-nul-"),
        (" padded. ", "padded"),
        ("\u202egnp.exe", "gnp.exe"),
        ("half \ud800", "half -"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_what_the_service_says_cannot_lead_out_of_the_folder(value: str, name: str) -> None:
    assert filled("{model}", NameFacts(model=value), 0) == name


@pytest.mark.parametrize("name", ["con", "NUL", "aux.txt", "COM1", "lpt9.x", "CON .a", "com¹", "conin$"])
def test_names_that_windows_keeps_for_devices_are_not_used(name: str) -> None:
    assert safe(name) == f"_{name}"
    assert filled("{model}", NameFacts(model=name), 0).startswith("_")


@pytest.mark.parametrize("name", ["console", "comma", "com10", "aux-1", "nullify"])
def test_others_that_begin_like_them_are(name: str) -> None:
    assert safe(name) == name


def test_a_prompt_of_one_long_word_is_cut() -> None:
    assert filled("{prompt}", NameFacts(prompt="x" * 500), 0) == "x" * 40
    assert len(filled("{prompt}", NameFacts(prompt="風" * 500), 0).encode()) <= 120


@given(st.text(), st.text(), st.integers() | st.none(), st.text())
def test_any_text_makes_a_name_that_every_file_system_takes(model: str, prompt: str, seed: Any, literal: str) -> None:
    facts = NameFacts(model=model, prompt=prompt, seed=seed, ratio=model, action=prompt, task_id=model)
    literal = literal.replace("{", "").replace("}", "").replace("/", "")
    for field in FIELDS:
        name = filled(literal + "{" + field + "}", facts, 3)
        assert name
        assert len(name.encode("utf-8")) <= 121
        assert name == unicodedata.normalize("NFC", name)
        assert not set(name) & set('<>:"/\\|?*\0')
        assert not any(ord(each) < 32 for each in name)
        assert not name.endswith((".", " "))
        assert name not in {".", ".."}
