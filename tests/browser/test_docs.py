"""The documentation's site: it builds without a warning, it is complete, and it is read without the network."""

from __future__ import annotations

import inspect
import re
import threading
import zlib
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

import runway_widget
from runway_widget import RunwayWidgetError, _errors, simulator
from runway_widget.__main__ import make_parser
from tests.browser.notebook import SECONDS
from tests.docs import errors, names
from tests.docs.__main__ import build
from tests.environments import environment
from tests.front_end_cases import CASES, GRIDS
from tests.render_notebooks import NOTEBOOKS

pytestmark = [pytest.mark.hosts, pytest.mark.xdist_group("docs")]

FETCHED = {"src", "srcset", "poster", "data"}  # what a page gets without being asked; and `href` of a <link>
DOES_NOT_PLAY = "missing.mp4"  # of the state that shows it
# How far its content is wider than the window, of what is not meant to be moved sideways.
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DRAWN = "[...document.querySelectorAll('.ground')].filter(g => g.shadowRoot?.querySelector('.rw-card')).length"
BROKEN = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"


class Reader(HTMLParser):
    """What a page holds: its anchors, where its links lead, and what it fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value or "")
            elif name in FETCHED or (name == "href" and tag == "link"):
                self.fetched.append(value or "")
            elif name == "href":
                self.links.append(value or "")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, where nothing is warned of."""
    python = environment("docs")
    folder = tmp_path_factory.mktemp("docs")
    built = build(folder, python)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "WARNING" not in built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Reader]:
    return {path: Reader(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def inventory(site: Path) -> dict[str, str]:
    """Where the site has each object of Python: "page#anchor" by its path."""
    compressed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(compressed).decode().splitlines()
    found = {}
    for name, _, _, uri, _ in (line.split(maxsplit=4) for line in lines):
        found[name] = uri.replace("$", name)
    return found


def test_every_public_name_is_in_the_reference(site: Path, pages: dict[Path, Reader]) -> None:
    places = inventory(site)
    missing = [path for path in names.PUBLIC.values() if path not in places]
    assert missing == []
    assert len(names.PUBLIC) > 150
    for path in names.PUBLIC.values():
        page, _, anchor = places[path].partition("#")
        assert anchor in pages[site / page].anchors


def test_every_field_of_a_value_is_told(site: Path) -> None:
    places, told = inventory(site), 0
    for module, prefix in ((runway_widget, "runway_widget"), (simulator, "runway_widget.simulator")):
        for name in module.__all__:
            value = getattr(module, name)
            if not inspect.isclass(value):
                continue
            page, _, anchor = places[f"{prefix}.{name}"].partition("#")
            text = (site / page).read_text(encoding="utf-8").partition(f'id="{anchor}"')[2]
            listed = " ".join(re.sub(r"<[^>]+>", "", code) for code in re.findall(r"<b><code>(.+?)</code></b>", text))
            missing = [field for field in names.fields(value) if not re.search(rf"\b{field}\b", listed)]
            assert missing == [], name
            told += len(names.fields(value))
    assert told > 60


def test_every_link_inside_leads_somewhere(site: Path, pages: dict[Path, Reader]) -> None:
    dead = []
    checked = 0
    for page, reader in pages.items():
        for link in {*reader.links, *reader.fetched}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            checked += 1
            start = site if page.name == "404.html" else page.parent  # it is shown at any address
            target = (start / unquote(parts.path).lstrip("/")).resolve() if parts.path else page
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in pages[target].anchors):
                dead.append((str(page.relative_to(site)), link))
    assert dead == []
    assert checked > 1000


def test_no_page_names_anything_to_be_fetched_from_elsewhere(site: Path, pages: dict[Path, Reader]) -> None:
    for page, reader in pages.items():
        assert [
            each for each in reader.fetched if re.match(r"(?!data:)\w+:|//", each) and "canonical" not in each
        ] == []
        assert "fonts.g" not in page.read_text(encoding="utf-8")
    for style in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)]*", style.read_text(encoding="utf-8")) == []


def test_the_tree_of_the_errors_has_each_with_what_to_do(site: Path) -> None:
    tree = (site / "reference" / "errors.html").read_text(encoding="utf-8").partition('class="tree"')[2]
    tree = tree.partition("</div>")[0]
    every = [each for each in vars(_errors).values() if inspect.isclass(each) and issubclass(each, RunwayWidgetError)]
    assert sorted(map(str, errors.every())) == sorted(map(str, every))
    assert len(every) > 15
    assert [each.__name__ for each in every if f"<code>{each.__name__}</code>" not in tree] == []
    assert tree.count(errors.WHAT_TO_DO) == len(every)


def test_the_commands_and_the_notebooks_are_in_it(site: Path) -> None:
    commands = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    shown = [name for name in ("demo", "simulate", "recent") if make_parser().parse_args([name])]
    assert [name for name in shown if f'id="{name}"' not in commands] == []
    assert all(option in commands for option in ("--dir", "--trouble", "--forget", "--picked"))
    for notebook in NOTEBOOKS:
        page = (site / "notebooks" / f"{notebook.stem}.html").read_text(encoding="utf-8")
        assert "runway-task" in page
        assert "data-output" not in page
        assert page.count("<video") == len(re.findall(r"<video\s+src=", page)) > 0


def test_the_pages_in_a_browser(address: str, browser: Browser) -> None:
    """Nothing is asked of anybody else, nothing fails, nothing is too wide for a telephone, and the cards are drawn."""
    asked: list[str] = []
    failed: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    context.set_default_timeout(SECONDS * 1000)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    for path in ("index", "reference/creating", "reference/errors", "notebooks/session", "how-it-works", "gallery"):
        page.goto(f"{address}/{path}.html")
        if path == "gallery":
            page.wait_for_function(f"{DRAWN} === {2 * (len(CASES) + len(GRIDS))}")
            open_large(page)
        assert (path, page.evaluate(OVERFLOW)) == (path, 0)
        assert page.evaluate(BROKEN) == []
    context.close()
    assert [url for url in failed if DOES_NOT_PLAY not in url] == []
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []


def open_large(page: Page) -> None:
    """Open a finished take large, as in a notebook, and close it again: so the second bundle has come, too."""
    take = page.locator(".ground.light[data-name='six to choose among']")
    take.locator(".rw-cover").first.click()
    expect(take.locator(".rw-theatre")).to_be_visible()
    page.keyboard.press("Escape")
    expect(take.locator(".rw-theatre")).to_have_count(0)
