"""App frameworks, each in an environment of its own, with the same app: a task, and under it a grid of three takes.

Each knows how its app is written and started, and how a visitor makes its page light. A host that wants a script of
anywidget's from elsewhere gets the one that anywidget installed for Jupyter, which is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Route

from tests.browser.apps import app
from tests.environments import environment

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

theme.dark = True


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


@dataclass(frozen=True)
class AppHost:
    """One framework. ``source`` is its app, ``home`` where that was written, and ``lighten`` makes a page light."""

    name: str
    source: str
    module: str
    lighten: Callable[[Page], object]
    arguments: Sequence[str] = ()
    path: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    buttons: bool = True

    @contextmanager
    def run(self, home: Path, tasks: Sequence[str], variables: Mapping[str, str]) -> Iterator[str]:
        """Serve the app, and yield the address of its page."""
        (home / "cards.py").write_text(CARDS)
        (home / "main.py").write_text(self.source)
        every = {**variables, **self.environment, "TASKS": json.dumps(tasks)}
        with app(self.module, self.arguments, home, every, python=environment(self.name)) as url:
            yield f"{url}/{self.path}"

    def fulfil(self, route: Route) -> None:
        """Answer a request that would leave the machine."""
        if "/anywidget@" in route.request.url:
            script = environment(self.name).parents[1] / "share/jupyter/nbextensions/anywidget/index.js"
            route.fulfill(path=script, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.fulfill(status=204)  # fonts and icons


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
        ("run", "main.py", "--host=127.0.0.1", "--no-open", "--production"),
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
