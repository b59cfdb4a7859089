"""How many takes stand side by side in a grid of a given width: the CSS that says so, reckoned as a browser does."""

from __future__ import annotations

import re

import pytest

from runway_widget._widgets.even_columns import GAP, LEAST, LEAST_ASKED, least_width

WIDTHS = [*range(100, 3000, 7), *(each * (LEAST + GAP) - GAP for each in range(1, 12))]


def rows(takes: int, width: float, columns: int | None = None) -> list[int]:
    """How many takes are in each row."""
    least = least_width(takes, columns)
    assert re.fullmatch(r"(?:min|max|px|[\d.()%,/*+ -])+", least)
    pixels = eval(least.replace("100%", str(width)).replace("px", ""), {"min": min, "max": lambda *of: max(of)})
    side = max(1, int((width + GAP + 1e-9) // (pixels + GAP)))  # as `repeat(auto-fill, minmax(…, 1fr))` counts
    return [min(side, takes - first) for first in range(0, takes, side)]


@pytest.mark.parametrize(
    ("takes", "width", "layout"),
    [
        (4, 800, [2, 2]),
        (4, 915.98, [2, 2]),
        (4, 916, [4]),
        (5, 800, [3, 2]),
        (5, 1000, [3, 2]),
        (5, 1200, [5]),
        (6, 1000, [3, 3]),
        (7, 1000, [4, 3]),
        (8, 1200, [4, 4]),
        (9, 1000, [3, 3, 3]),
        (10, 800, [2, 2, 2, 2, 2]),
        (10, 1000, [4, 4, 2]),
        (2, 2000, [2]),
        (1, 2000, [1]),
        (4, 300, [1, 1, 1, 1]),
    ],
)
def test_rows_are_even(takes: int, width: float, layout: list[int]) -> None:
    assert [each for each in rows(takes, width) if each] == layout


@pytest.mark.parametrize("takes", range(1, 41))
def test_no_width_leaves_a_card_alone_where_even_rows_could_be(takes: int) -> None:
    for width in WIDTHS:
        layout = rows(takes, width)
        most = min(takes, max(1, (width + GAP) // (LEAST + GAP)))
        assert layout[0] <= most
        if takes <= 12:
            even = any(takes % each != 1 for each in range(2, int(most) + 1))
            assert layout[-1] > 1 or layout[0] == 1 or not even, (width, layout)
        assert len(layout) <= -(-takes // most) or takes <= 12, "no more rows than needed"
        assert len(layout) <= -(-takes // max(1, most - 1)), "and at most one column fewer than would fit"


@pytest.mark.parametrize("asked", range(1, 9))
def test_what_was_asked_for_is_kept_as_long_as_there_is_room(asked: int) -> None:
    for takes in range(1, 13):
        for width in WIDTHS:
            layout = rows(takes, width, asked)
            if width >= asked * (LEAST_ASKED + GAP) - GAP:
                assert layout[0] == min(asked, takes)
            else:
                assert layout[0] <= min(asked, takes)


def test_a_grid_gets_no_narrower_cards_where_the_page_gets_wider() -> None:
    for takes in range(1, 41):
        across = [rows(takes, width)[0] for width in sorted(WIDTHS)]
        assert across == sorted(across)
