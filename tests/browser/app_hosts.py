"""App frameworks, each in an environment of its own, with the same app: a task, and under it a grid of three takes.

Each knows how its app is written and started, and how a visitor makes its page light. What a host wants from
elsewhere comes from npm, once; and a script of anywidget's is the one that anywidget installed for Jupyter.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock
from playwright.sync_api import Page, Route

from tests.browser.apps import app
from tests.environments import CACHE, SECONDS, environment

CARDS = """\
import json, os

from runway_widget import Client, TaskGrid


def cards():
    first, *others = json.loads(os.environ["TASKS"])
    client = Client()
    takes = [client.task(each, poll_interval=0.3) for each in others]
    return client.task(first, poll_interval=0.3), TaskGrid(takes)
"""

PANEL = """\
import panel as pn

from cards import cards

pn.extension("ipywidgets", theme="default" if "light" in pn.state.session_args else "dark")
for each in cards():
    pn.pane.IPyWidget(each, sizing_mode="stretch_width").servable()
"""

SOLARA = """\
import solara
from solara.lab import theme

from cards import cards


@solara.component
def Page():
    task, grid = solara.use_memo(cards, [])
    solara.Button("light", on_click=lambda: setattr(theme, "dark", False))
    solara.display(task)
    solara.Column(children=[grid])
"""

SHINY = """\
from shiny import App, reactive, ui
from shinywidgets import output_widget, render_widget

from cards import cards

page = ui.page_fluid(
    ui.input_dark_mode(mode="dark"),
    output_widget("task", height="auto"),
    output_widget("grid", height="auto"),
)


def server(input, output, session):
    made = cards()

    @render_widget
    def task():
        return made[0]

    @render_widget
    def grid():
        return made[1]

    @reactive.effect
    def beat():
        reactive.invalidate_later(0.5)


app = App(page, server)
"""

NICEGUI = """\
import sys

from nicegui import ui

from cards import cards


@ui.page("/cards")
def page():
    dark = ui.dark_mode(True)
    ui.button("light", on_click=dark.disable)
    for each in cards():
        ui.anywidget(each).classes("w-full")


ui.run(host="127.0.0.1", port=int(sys.argv[1].partition("=")[2]), reload=False, show=False)
"""

STREAMLIT = """\
import streamlit as st

from cards import cards

if "cards" not in st.session_state:
    st.session_state.cards, st.session_state.runs = cards(), 0


@st.fragment(run_every=1)
def show():
    for each in st.session_state.cards:
        st.html(each.to_html())
    st.session_state.runs += 1
    st.text(f"{st.session_state.runs} runs")


show()
"""


@dataclass(frozen=True)
class AppHost:
    """One framework. ``source`` is its app, ``home`` where that was written, and ``lighten`` makes a page light."""

    name: str
    source: str
    module: str
    lighten: Callable[[Page], object]
    arguments: Sequence[str] = ()
    path: str = ""
    scripts: Sequence[str] = ()
    port_option: str = "--port"
    buttons: bool = True

    @contextmanager
    def run(self, home: Path, tasks: Sequence[str], variables: Mapping[str, str]) -> Iterator[str]:
        """Serve the app, and yield the address of its page."""
        (home / "cards.py").write_text(CARDS)
        (home / "main.py").write_text(self.source)
        every = {
            **variables,
            "TASKS": json.dumps(tasks),
            "SOLARA_ASSETS_PROXY_CACHE_DIR": str(npm_packages(self.scripts)),
        }
        python = environment(self.name)
        with app(self.module, self.arguments, home, every, python=python, port_option=self.port_option) as url:
            yield f"{url}/{self.path}"

    def fulfil(self, route: Route) -> None:
        """Answer a request that would leave the machine."""
        if "/anywidget@" in route.request.url:
            script = environment(self.name).parents[1] / "share/jupyter/nbextensions/anywidget/index.js"
            route.fulfill(path=script, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.fulfill(status=204)  # fonts and icons


def npm_packages(names: Sequence[str]) -> Path:
    """A folder with these packages of npm's, each in a folder of its name and version; fetched when first needed."""
    folder = CACHE / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        for name in names:
            if (folder / name).exists():
                continue
            with TemporaryDirectory(dir=folder) as made:
                command = ["npm", "pack", "--silent", "--pack-destination", made, name]
                subprocess.run(command, check=True, cwd=made, stdin=subprocess.DEVNULL, timeout=SECONDS)
                (archive,) = Path(made).glob("*.tgz")
                with tarfile.open(archive) as tar:
                    tar.extractall(made, filter="data")
                (folder / name).parent.mkdir(exist_ok=True)
                (Path(made) / "package").rename(folder / name)
    return folder


def press_light(page: Page) -> None:
    page.get_by_text("light", exact=True).click()


HOSTS = (
    AppHost(
        "panel",
        PANEL,
        "panel",
        lambda page: page.goto(f"{page.url}?light=1"),
        ("serve", "main.py", "--address=127.0.0.1", "--unused-session-lifetime=500", "--check-unused-sessions=500"),
        path="main",
    ),
    AppHost(
        "solara",
        SOLARA,
        "solara",
        press_light,
        ("run", "main.py", "--host=127.0.0.1", "--no-open", "--production", "--theme-variant=dark"),
        scripts=("@widgetti/solara-vuetify3-app@5.2.0", "requirejs@2.3.6", "font-awesome@4.5.0"),
    ),
    AppHost(
        "shiny",
        SHINY,
        "shiny",
        lambda page: page.locator("bslib-input-dark-mode").click(),
        ("run", "main.py", "--host=127.0.0.1"),
    ),
    AppHost("nicegui", NICEGUI, "main", press_light, path="cards", buttons=False),
)

HTML_HOST = AppHost(
    "streamlit",
    STREAMLIT,
    "streamlit",
    lambda page: page.goto(page.url.replace("dark_theme", "light_theme")),
    ("run", "main.py", "--server.headless=true", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"),
    path="?embed=true&embed_options=dark_theme",
    port_option="--server.port",
    buttons=False,
)
