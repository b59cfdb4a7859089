"""How many takes stand side by side: as many as fit, but no more than make the rows even.

Four takes of which three would fit stand two by two, and five as three and two: no card is left alone in the last row
where that can be. It is said as the least width of a column, in CSS, so a grid keeps to it at any width, with or
without a script.
"""

from __future__ import annotations

from itertools import pairwise

GAP = 12  # pixels between two cards
LEAST, LEAST_ASKED = 220, 160  # pixels of a card; of one in as many columns as somebody asked for
_MOST = 12  # columns that a page is wide enough for; more than that are not counted
_STEEP = 99_999  # what makes of less than a pixel more than any width


def least_width(takes: int, columns: int | None) -> str:
    """The least width of a column in a grid of so many ``takes``, for ``minmax``; ``columns`` were asked for, or None.

    It is that of a card. Where more columns would fit than make the rows even, it is as much as leaves room for no more
    than these, up to the width where the next even number fits.
    """
    least = LEAST_ASKED if columns else LEAST
    widths = [f"{least}px", *([_share(columns)] if columns else [])]
    for few, more in pairwise(_even(takes, columns)):
        if more > few + 1:
            widths.append(f"min({_share(few)},({more * (least + GAP) - GAP}px - 100%)*{_STEEP})")
    return f"min(100%,max({','.join(widths)}))"


def _share(columns: int) -> str:
    """The width of one of so many columns, and a bit less, so that rounding does not cost one of them."""
    return f"(100% + {GAP}px)/{columns} - {GAP}.1px"


def _even(takes: int, columns: int | None) -> list[int]:
    """The numbers of columns that make even rows: fewer would need another row. And what was asked for."""
    numbers = [each for each in range(1, min(takes, _MOST) + 1) if -(-takes // -(-takes // each)) == each]
    if takes <= _MOST:  # of many takes a last one alone is better than a grid half as high again
        whole = [each for each in numbers if each == 1 or takes % each != 1]
        numbers = [each for each in numbers if each in whole or max(one for one in whole if one < each) == 1]
    return sorted({*(each for each in numbers if each < columns), columns}) if columns else numbers
