"""The pages that are texts of the repository: README, the parts of CONTRIBUTING, the changelog, security."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOW = "How it works"
REPOSITORY = "https://github.com/runway-widget/runway-widget/blob/main/"
#: Which page shows a file of the repository.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "SECURITY.md": "project/security.md",
    "notebooks/quickstart.ipynb": "notebooks/quickstart.md",
    "notebooks/takes.ipynb": "notebooks/takes.md",
    "notebooks/session.ipynb": "notebooks/session.md",
}
_LINK = re.compile(r"(\]\(|(?:src|srcset|href)=\")([^)\s\"]+)")


def pictures() -> set[str]:
    """The pictures that the texts show, by their paths."""
    return {f"js/{path.name}" for path in (ROOT / "js").iterdir() if path.suffix in {".jpg", ".png", ".svg", ".webp"}}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """The part of a text under a heading of the second level, without the heading."""
    found = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0].strip()
    if not found:
        raise LookupError(f"there is no section {title!r} any more")
    return found


def moved(text: str, page: str, folder: str = "") -> str:
    """``text``, which stands in ``folder`` of the repository, with its links as the ``page`` of the site needs them."""

    def link(match: re.Match[str]) -> str:
        before, target = match[1], match[2]
        if re.match(r"[a-z]+:|#|//", target):
            return match[0]
        path, hash_, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(folder, path))
        if path.startswith("runway_widget/simulator/media/"):
            path = f"media/{posixpath.basename(path)}"
        elif path not in PAGES and path not in pictures():
            return f"{before}{REPOSITORY}{path}{hash_}{anchor}"
        return f"{before}{posixpath.relpath(PAGES.get(path, path), posixpath.dirname(page))}{hash_}{anchor}"

    return _LINK.sub(link, text)


def pages() -> Iterator[tuple[str, str]]:
    contributing = read("CONTRIBUTING.md")
    how = section(contributing, HOW)
    before, _, after = contributing.partition(how)
    yield "index.md", _alone(moved(read("README.md"), "index.md"))
    yield "how-it-works.md", _alone(f"# {HOW}\n\n{moved(how, 'how-it-works.md')}")
    page = "project/contributing.md"
    told = f"It has a page of its own: [{HOW}](../how-it-works.md)."
    yield page, f"{moved(before, page)}{told}\n\n{moved(after, page)}"
    for name in ("CHANGELOG.md", "SECURITY.md"):
        yield PAGES[name], moved(read(name), PAGES[name])


def _alone(text: str) -> str:
    """A page that is the only one of its tab, so that it needs no list of the tab's pages."""
    return f"---\nhide: [navigation]\n---\n\n{text}"
