"""The notebooks as pages: their text and code as Markdown, their cards as they were saved, with media that play."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.docs.texts import REPOSITORY, moved

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = ("quickstart", "takes", "session")
_MEDIA = "../runway_widget/simulator/media/"  # where a saved notebook has the simulator's clips
_CARD = re.compile(r'(?=<div[^>]* class="runway-task")')
_SAVED = re.compile(r'href="(renders/[^"]+)"')
_ORIGINAL = re.compile(rf'href="{re.escape(_MEDIA)}([^"]+)"')
_PLACE = '<div class="runway-output" data-output="{}"></div>'


def pages() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        yield f"notebooks/{name}.md", _page(name)


def with_outputs(page: str, place: str) -> str:
    """The ``page`` of a notebook with its outputs in their places; any other page as it is."""
    name = Path(place).stem
    if place != f"notebooks/{name}.md":
        return page
    clips: dict[str, str] = {}
    for key, output in _outputs(name).items():
        page = page.replace(_PLACE.format(key), f'<div class="runway-output">{_drawn(output, clips)}</div>')
    return page


def _cells(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return found


def _outputs(name: str) -> dict[str, dict[str, Any]]:
    return {
        f"{i}.{n}": output for i, cell in enumerate(_cells(name)) for n, output in enumerate(cell.get("outputs", []))
    }


def _page(name: str) -> str:
    parts = []
    for number, cell in enumerate(_cells(name)):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(moved(source, f"notebooks/{name}.md", "notebooks"))
        else:
            parts.append(f"```python\n{source}\n```")
            parts += [_PLACE.format(f"{number}.{n}") for n in range(len(cell["outputs"]))]
    heading, _, rest = "\n\n".join(parts).partition("\n")
    file = f"notebooks/{name}.ipynb"
    return f"{heading}\n\n*As it was saved: [{file}]({REPOSITORY}{file}).*{{.runway-source}}\n{rest}\n"


def _drawn(output: dict[str, Any], clips: dict[str, str]) -> str:
    """One output as HTML. ``clips`` has the clip of each file that was saved beside the notebook, which is not here."""
    data = {kind: "".join(value) for kind, value in output.get("data", {}).items() if isinstance(value, str | list)}
    if "text/html" in data:
        return _with_media(data["text/html"], clips)
    if "image/png" in data:
        return f'<img alt="" src="data:image/png;base64,{data["image/png"].strip()}">'
    text = "".join(output["text"]) if "text" in output else data["text/plain"]
    return f"<pre><code>{html.escape(text)}</code></pre>"


def _with_media(shown: str, clips: dict[str, str]) -> str:
    """A card or a grid whose players and links have the simulator's clips in the place of the notebook's own files."""
    head, *cards = _CARD.split(shown)
    if not cards:
        return shown
    last, details, below = cards[-1].partition("<details")
    lines, folded = [*cards], ""
    if "runway-grid" in head:  # the links of all its cards are folded away below them, a line for each
        cards[-1] = last
        before, *lines = re.split(r"(?=<p\b)", details + below)
        folded = before + "".join(_linked(line, clips) for line in lines)
    return head + "".join(_playing(card, line, clips) for card, line in zip(cards, lines, strict=True)) + folded


def _linked(text: str, clips: dict[str, str]) -> str:
    original = _ORIGINAL.search(text)
    if original is not None:
        clips |= dict.fromkeys(_SAVED.findall(text), original[1])
    text = _SAVED.sub(lambda link: f'href="../media/{clips[link[1]]}"', text)
    return _ORIGINAL.sub(lambda link: f'href="../media/{link[1]}"', text)


def _playing(card: str, line: str, clips: dict[str, str]) -> str:
    """A card whose player plays what its ``line`` of links leads to."""
    clip = re.search(r'href="(\.\./media/[^"]+\.mp4)"', _linked(line, clips))
    if clip is not None:
        card = re.sub(r"<video(?=\s+poster)", f'<video src="{clip[1]}"', card)
    return _linked(card, clips)
