"""Text from outside: what a terminal would obey, and what turns the words around it, is taken out; all else stays."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runway_widget._service.text import one_line, printable
from runway_widget._widgets.columns import fitting, plain, width

DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # Unicode's names for what sets one

# Mostly characters that mean something to a terminal.
odd = st.text(
    st.sampled_from("ab;0m[]()?\\/PX^_ \n\t\x1b\x1b\x1b\x07\x9b\x9c\x9d\x90\x00\x7f\x85\r\u202e\u2066\ud800")
    | st.characters(exclude_categories=[]),
    max_size=60,
)


@pytest.mark.parametrize(
    "sequence",
    [
        *("\x1b[2J", "\x1b[31m", "\x1b[0m", "\x1b[1;38;5;196m", "\x1b[?25l", "\x1b[38:2::1:2:3m", "\x1b[ q", "\x1b[6n"),
        *(
            "\x1b]0;a title\x07",
            "\x1b]8;;https://a.example\x1b\\",
            "\x1b]52;c;cm0=\x07",
            "\x1bPq#0\x1b\\",
            "\x1b_G\x1b\\",
        ),
        *("\x9b2J", "\x9d0;a title\x9c", "\x9d0;a title\x07", "\x90q\x9c"),
        *("\x1bc", "\x1b7", "\x1b(B", "\x1b#8", "\x1b%G", "\x1b\x1b[2J", "\x1b"),
        *("\x00", "\x07", "\x08", "\x7f", "\x84", "\x9f"),
        *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff"),
    ],
)
def test_what_a_terminal_obeys_goes_as_a_whole(sequence: str) -> None:
    assert printable(f"a kite{sequence} lifts") == "a kite lifts"
    assert printable(f"{sequence}a kite\n{sequence}") == "a kite\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_every_line_end_is_a_line_feed(end: str) -> None:
    assert printable(f"one{end}two") == "one\ntwo"
    assert one_line(f" one{end}{end}\ttwo ") == "one two"


@pytest.mark.parametrize(
    "text", ["\x1b]0;a title that has no end", "\x9d8;;no end", "\x1bP no end", "\x1b[31", "\x1b["]
)
def test_a_sequence_without_an_end_takes_no_words_along(text: str) -> None:
    assert printable(f"{text}\nthe rest") in {
        "0;a title that has no end\nthe rest",
        "8;;no end\nthe rest",
        " no end\nthe rest",
        "\nthe rest",
    }


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a\tb\nc",
            "凧が上がる",
            "שלום עולם",
            "می‌خواهم",
            "👩‍👩‍👧 ✈️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "e\u0301",
            "a\u200fb\u200e",
            "\u00a0·…",
            "[31m",
            "^[[2J",
            "\\x1b",
        ),
    ],
)
def test_languages_emoji_and_what_only_looks_like_a_sequence_stay(text: str) -> None:
    assert printable(text) == text


@given(odd)
@example("\x1b\x1b[2J[2J")
@example("\x1b[\x1b[2J2J")
@example("\x9b\x9d\x07")
def test_no_text_keeps_a_control_character(text: str) -> None:
    clean = printable(text)
    kinds = {character: unicodedata.category(character) for character in clean}
    assert [c for c, kind in kinds.items() if kind in {"Cc", "Cs", "Zl", "Zp"} and c not in "\n\t"] == []
    assert [c for c in clean if unicodedata.bidirectional(c) in DIRECTIONS] == []
    assert printable(clean) == clean
    clean.encode()
    assert plain(text).isprintable()


@given(odd, st.integers(1, 40))
def test_a_text_that_is_cut_to_columns_fits_them(text: str, columns: int) -> None:
    assert width(fitting(plain(text), columns)) <= columns


@pytest.mark.parametrize("part", ["\x1b]", "\x9d", "\x1b[", "\x1b ", "\x1b]a", "\x9d\x1b", "\x1b[0;"])
def test_the_time_for_a_text_grows_in_a_line_with_its_length(part: str) -> None:
    """A megabyte takes milliseconds; were it the square of its length, it would take hours."""
    began = time.monotonic()
    assert "\x1b" not in printable(part * (2**20 // len(part)))
    assert time.monotonic() - began < 20
    assert not re.search("[\x1b\x9d]", printable(part))
