"""The gallery: every state of a card and of a grid, drawn in the reader's page by the front end that notebooks get.

The states are the front end's fixtures, so they are what a kernel sends. `assets/gallery.js` plays the kernel.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from runway_widget._watch.report import Phase
from tests.front_end_cases import CASES, GRIDS, MEDIA, NOW, Case

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "runway_widget" / "static"
FIXTURES = ROOT / "js" / "test" / "fixtures"
SCRIPT = "assets/gallery-states.js"

INTRODUCTION = """\
---
hide: [navigation]
---

# Gallery

Every state that a card can be in, on a light and on a dark ground. These are no pictures: your browser draws them
now, with the script that a notebook gets, from what a kernel sends. So the players play, and a click on a finished take
opens it large. What would ask a kernel does nothing here, but for the star. The clips are the simulator's: they last
four seconds, whatever a card says was asked for.

<noscript>They are drawn by a script, which your browser does not run.</noscript>
"""


def group(case: Case) -> str:
    """Under which heading a state stands."""
    if case.gone or case.error is not None or case.age or case.phase in {Phase.STOPPED, Phase.GAVE_UP}:
        return "When something is wrong"
    if case.phase.unsent:
        return "Before the service has it"
    if case.phase is not Phase.ENDED:
        return "Under way"
    return "Done" if case.state.outputs or case.state.status == "SUCCESS" else "Ended without an output"


def page() -> str:
    groups: dict[str, list[str]] = {}
    for name, case in CASES.items():
        groups.setdefault(group(case), []).append(name)
    parts = [INTRODUCTION]
    for title, names in groups.items():
        parts += [f"## {title}", *(_place(name, "states", name) for name in names)]
    parts += ["## Takes side by side", *(_place(name, "grids", f"grid: {name}") for name in GRIDS)]
    return "\n\n".join([*parts, f'<script src="{SCRIPT}"></script>\n<script src="assets/gallery.js"></script>\n'])


def _place(name: str, kind: str, title: str) -> str:
    anchor = re.sub(r"\W+", "-", title).strip("-").lower()
    grounds = "".join(
        f'<div class="ground {ground}" data-kind="{kind}" data-name="{name}"></div>' for ground in ("light", "dark")
    )
    shown = name[:1].upper() + name[1:]
    return f'### {shown} {{#{anchor}}}\n\n<div class="grounds {kind}">{grounds}</div>'


def script() -> str:
    """The states, and the front end as a notebook gets it: as text, so that it runs from a folder, too."""
    told = {
        "now": NOW,
        "media": MEDIA,
        "widget": (STATIC / "widget.js").read_text(encoding="utf-8"),
        "after": (STATIC / "after.js").read_text(encoding="utf-8"),
        "css": (STATIC / "widget.css").read_text(encoding="utf-8"),
        **{name: json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8")) for name in ("states", "grids")},
    }
    return f"globalThis.runwayGallery = {json.dumps(told, ensure_ascii=False)};\n"
