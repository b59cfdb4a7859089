"""Submissions as one page to hand on: pictures, prompts and facts, and nothing that needs anything else.

No script, no code, no link, no path. It fits a telephone and paper, and is light or dark as its reader has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from .._media.dimensions import ratio_from_image
from .._media.small_pictures import picture_uri
from . import markup
from .link_end import date
from .markup import Markup, block, element
from .recent_entry import Entry
from .recent_table import made_from, status, total
from .words import cost_words

GENERATOR = "runway-widget contact sheet"  # by which a sheet is known that an earlier export made

_STYLE = """
:root{color-scheme:light dark;--back:#fff;--text:#1c1c1e;--dim:#66666b;--line:#e2e2e5;--wash:#f4f4f6;--star:#1f6feb;
--good:#1f8a4c;--bad:#c9353a}
@media(prefers-color-scheme:dark){:root{--back:#18181a;--text:#ececee;--dim:#a3a3a8;--line:#38383c;--wash:#222225;
--star:#4c8dff;--good:#4cc27f;--bad:#ff6b6f}}
*{box-sizing:border-box}
body{margin:0;padding:clamp(16px,4vw,40px);background:var(--back);color:var(--text);font:14px/20px system-ui,sans-serif;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:1600px;margin:0 auto}
h1{margin:0;font-size:20px;line-height:28px;font-weight:600}
p{margin:0}
.dim{color:var(--dim);font-size:12px;line-height:16px}
ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:16px;margin:24px 0;padding:0;
list-style:none}
li{overflow:hidden;border:1px solid var(--line);border-radius:8px;break-inside:avoid}
.stage{display:flex;align-items:center;justify-content:center;aspect-ratio:var(--ratio);background:var(--wash);
color:var(--dim)}
img{display:block;width:100%;height:100%;object-fit:contain}
.words{display:flex;flex-direction:column;gap:4px;padding:12px 16px}
.row{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 8px}
.fact{display:inline-block}
.star{margin-inline-start:auto;color:var(--star)}
.good{color:var(--good)}
.bad{color:var(--bad)}
@media print{body{padding:0}ol{grid-template-columns:repeat(3,1fr)}}
"""
_ORDER = ("Done", "Submitted", "Being sent", "Failed", "Cancelled", "Refused", "Uncertain")
_SIGNS = {"Done": ("✓", "good"), "Failed": ("!", "bad"), "Refused": ("!", "bad"), "Uncertain": ("!", "bad")}


def page(entries: Sequence[Entry], title: str, now: datetime) -> Markup:
    """The whole page, as of ``now``."""
    pictures = [picture_uri(entry.picture) for entry in entries]
    ratios = [ratio for uri in pictures if (ratio := ratio_from_image(uri))]
    ratio = min(16 / 9, max(9 / 16, median(ratios))) if ratios else 16 / 9
    takes = [_take(number, entry, uri) for number, (entry, uri) in enumerate(zip(entries, pictures, strict=True))]
    head = [element("h1", title, dir="auto"), element("p", _sum(entries), class_="dim")]
    foot = f"As of {_day(now)}. A picture is a small still of what came out, which is not in this page itself."
    return markup.document(
        title,
        _STYLE,
        block(
            "main",
            block("header", *head),
            block("ol", *takes, style=f"--ratio:{ratio:.4f}"),
            element("footer", element("p", foot, class_="dim")),
        ),
        generator=GENERATOR,
    )


def _sum(entries: Sequence[Entry]) -> str:
    """ "20 takes · 18 done · 2 failed · 3 picked · 450 credits · 24 Nov 2026 to 26 Nov 2026"."""
    words = [entry.word for entry in entries]
    counts = [f"{words.count(word)} {word.lower()}" for word in _ORDER if word in words]
    picked = sum(entry.picked for entry in entries)
    days = list(dict.fromkeys(_day(moment) for moment in sorted(entry.submitted for entry in entries)))
    parts = [
        "1 take" if len(entries) == 1 else f"{len(entries)} takes",
        *counts,
        f"{picked} picked" if picked else "",
        total(entries),
        days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}",
    ]
    return " · ".join(filter(None, parts))


def _take(number: int, entry: Entry, picture: str) -> Markup:
    """One take: its picture, how it stands, what was asked for, and the facts."""
    missing = "still to come" if entry.word == "Submitted" else "no picture"
    seen = element("img", src=picture, alt=f"What came out of [{number}]") if picture else element("span", missing)
    sign, tone = _SIGNS.get(entry.word, ("○", "dim"))
    star = element("span", "★ picked", class_="star") if entry.picked else Markup()
    how = element("span", element("span", sign, class_=tone), " ", status(entry))
    facts = [fact["text"] for fact in entry._row.request["facts"]]
    facts += filter(None, [cost_words(entry.cost, estimate=entry.cost_is_estimate)])
    facts += [f"from {made_from(entry)}"] if entry.inputs else []
    small = markup.join([element("span", fact, class_="fact", dir="auto") for fact in facts], " · ")
    made = f"{entry.title} · {entry.submitted:%Y-%m-%d %H:%M}"
    lines = [
        element("p", element("span", Markup(f"[{number}]"), class_="dim"), how, star, class_="row"),
        element("p", entry.reason, class_="bad", dir="auto") if entry.reason else Markup(),
        element("p", entry.prompt, dir="auto") if entry.prompt else Markup(),
        element("p", small, class_="dim"),
        element("p", made, class_="dim"),
        element("p", entry.task_id, class_="dim") if entry.task_id else Markup(),
    ]
    return block("li", element("div", seen, class_="stage"), block("div", *lines, class_="words"))


def _day(moment: datetime) -> str:
    return date(moment.timestamp()).partition(",")[0]
