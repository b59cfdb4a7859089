"""The saved notebook without its kernel: every viewer shows the finished cards, and never an error."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import BrowserContext, Locator, Page, expect

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.browser.conftest import KEY
from tests.browser.host import LAB, Host, Tabs
from tests.browser.notebook import NotebookPage
from tests.browser.screenshots import differ
from tests.browser.servers import JupyterServer
from tests.service import ServiceTime

WIDGET = "application/vnd.jupyter.widget-view+json"
REASON = "A <b>face</b> was found in the picture."

CELLS = [
    "from runway_widget import Client\n"
    "from runway_widget._widgets.grid import TaskGrid\n"
    "client = Client()\n"
    "def create(**more):\n"
    "    return client.image_to_video(model='gen4_turbo', prompt_image={still!r}, prompt_text='the kite lifts',\n"
    "                                 ratio='1280:720', duration=5, seed=421, poll_interval=0.1, **more)",
    "video = create()\nvideo",
    "failed = create()\nfailed",
    "cancelled = create()\ncancelled",
    "TaskGrid([create(), create()])",
]


def frozen(notebook: NotebookPage, *cells: int) -> bool:
    """Whether these cells' outputs in the open document are static cards."""
    of_each_cell = [notebook.outputs(cell) for cell in cells]
    return all(outputs and all(WIDGET not in output["data"] for output in outputs) for outputs in of_each_cell)


def shows_the_finished_cards(page: Page, cell: Any) -> None:
    """``cell(i)`` is the locator of that cell's output."""
    video, failed, cancelled, grid = (cell(number) for number in (1, 2, 3, 4))
    for words in ("Image to video", "Done in", "the kite lifts", "gen4_turbo · 1280:720 · 5 s · seed 421", ".task("):
        expect(video).to_contain_text(words)
    expect(video.get_by_role("link", name="open video")).to_have_attribute("href", re.compile(r"^http.*\.mp4\?"))
    for words in ("Failed", REASON, "SAFETY.INPUT.IMAGE", "Change the prompt or the picture", ".task("):
        expect(failed).to_contain_text(words)
    expect(cancelled).to_contain_text("Cancelled")
    expect(grid.locator(".runway-task")).to_have_count(2)
    expect(grid).to_contain_text("1 done · 1 failed")
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    expect(page.get_by_text("RunwayTask Image")).to_have_count(0)  # the text/plain of a card


def the_player_lies_over_its_picture(scope: Locator) -> None:
    """In its place and size, and before it plays all that one sees is the picture, but for the controls at its end."""
    picture, video = scope.locator("img[src^='data:image/']"), scope.locator("img + video")
    video.scroll_into_view_if_needed()
    picture.evaluate("picture => picture.decode()")
    place = picture.bounding_box()
    assert place is not None
    assert place == video.bounding_box()
    assert place["width"] > 300
    top: Any = {**place, "height": place["height"] / 3}
    seen = scope.page.screenshot(clip=top)
    video.evaluate("video => { video.style.visibility = 'hidden'; }")
    assert not differ(scope.page.screenshot(clip=top), seen)


def thumbnail_is_visible(scope: Locator) -> None:
    """The thumbnail is in the file itself, and it is visible."""
    picture = scope.locator("img[src^='data:image/']").first
    expect(picture).to_be_visible()
    assert picture.evaluate("async el => { await el.decode(); return el.naturalWidth; }") > 100


@pytest.fixture(scope="module")
def other_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Another person's server, with other signatures, so that the notebook is not trusted there."""
    with JupyterServer(tmp_path_factory.mktemp("other_server") / "home", kernels.jupyter_path()) as server:
        yield server


@pytest.fixture
def untrusted(other_server: JupyterServer, tabs: Tabs) -> Iterator[Host]:
    """JupyterLab of another person who received the file."""
    with Host(other_server, tabs, LAB, {}) as host:
        yield host


@pytest.fixture(scope="module")
def ran(server: JupyterServer, tabs: Tabs) -> Iterator[Path]:
    """A notebook that was run and saved in JupyterLab; its kernel has ended."""
    with Simulator(speed=30, key=KEY) as simulator:
        ends: list[Any] = ["success", "failure", "cancelled", "success", "failure"]
        for end in ends:
            reason: Any = {"failure": REASON, "failure_code": "SAFETY.INPUT.IMAGE"} if end == "failure" else {}
            simulator.next(end, queued=20, duration=40, **reason)
        environment = {"COMETAPI_BASE_URL": simulator.url, "COMETAPI_KEY": simulator.key}
        with Host(server, tabs, LAB, environment) as host:
            cells = [CELLS[0].format(still=simulator.media_url("image", "dusk")), *CELLS[1:]]
            notebook = host.open(cells)
            notebook.run_all()
            notebook.until(lambda: frozen(notebook, 1, 2, 3, 4))
            notebook.save()
            notebook.shutdown_kernel()
            assert host.errors() == []
        yield notebook.path


def test_the_saved_cards_are_shown_in_jupyterlab_where_the_notebook_is_trusted(lab: Host, ran: Path) -> None:
    notebook = lab.open(ran)
    assert all(notebook.trusted())
    shows_the_finished_cards(notebook.page, notebook.output)
    the_player_lies_over_its_picture(notebook.output(1))
    assert notebook.page.locator(".jp-OutputArea :is(article, button)").count() == 0, "this page has no model of them"


def test_the_saved_cards_are_shown_in_jupyterlab_where_the_notebook_is_not_trusted(untrusted: Host, ran: Path) -> None:
    notebook = untrusted.open(ran)
    assert not any(notebook.trusted()[1:])
    shows_the_finished_cards(notebook.page, notebook.output)
    the_player_lies_over_its_picture(notebook.output(1))
    assert notebook.page.locator("[data-runway-card], .jp-OutputArea button").count() == 0, "nothing that acts"
    frame = notebook.card(1).locator("> div").first
    assert frame.evaluate("el => getComputedStyle(el).borderRadius") == "8px"


def test_the_saved_cards_are_shown_in_notebook_7(notebook7: Host, ran: Path) -> None:
    notebook = notebook7.open(ran)
    shows_the_finished_cards(notebook.page, notebook.output)


def test_the_saved_cards_are_shown_in_nbconverts_html(context: BrowserContext, ran: Path, tmp_path: Path) -> None:
    html, _ = HTMLExporter().from_filename(str(ran))
    file = tmp_path / "notebook.html"
    file.write_text(html, encoding="utf-8")
    page = context.new_page()
    page.goto(file.as_uri())
    shows_the_finished_cards(page, lambda cell: page.locator(".jp-OutputArea").nth(cell - 1))
    page.close()


def test_the_saved_cards_are_shown_without_what_github_removes(context: BrowserContext, ran: Path) -> None:
    """GitHub removes scripts, all CSS, and the video element around its fallback."""
    content = nbformat.read(ran, as_version=4)
    assert "widgets" not in content.metadata  # GitHub refuses a file whose widget state is not whole
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(content)
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    html = re.sub(r'\sstyle="[^"]*"', "", re.sub(r"</?video\b[^>]*>", "", html))
    page = context.new_page()
    page.set_content(html)
    shows_the_finished_cards(page, lambda cell: page.locator(".output").nth(cell - 1))
    video = page.locator(".runway-task").first
    thumbnail_is_visible(video)
    lines = [line.strip() for line in video.inner_text().splitlines() if line.strip()]
    assert re.fullmatch(r"Image to video ✓ Done in \d+:\d\d", lines[0]), lines
    assert lines[1:3] == ["the kite lifts", "gen4_turbo · 1280:720 · 5 s · seed 421"]
    assert re.fullmatch(r'Client\(\)\.task\("[0-9a-f-]{36}"\) 20[\d :-]{14} open video', lines[4]), lines
    assert lines[5:] == ["data"], "folded away"
    page.close()


def test_the_saved_card_holds_signed_links_only_for_its_player_and_its_link(ran: Path) -> None:
    cell = nbformat.read(ran, as_version=4).cells[1]
    saved = json.dumps(cell.outputs)
    assert saved.count("_jwt=") == 2
    assert "widget" not in saved.replace("runway-widget", "").replace("runway_widget", "")


def test_a_saved_file_is_played_from_the_disk_trusted_or_not(lab: Host, untrusted: Host, simulator: Simulator) -> None:
    """In a subfolder, and after the service has ended."""
    task_id = simulator.add_task(queued=5, duration=20)
    options = "poll_interval=0.1, save_to='my renders'"
    notebook = lab.open([f"from runway_widget import Client\ntask = Client().task({task_id!r}, {options})\ntask"])
    notebook.run_all()
    notebook.until(lambda: frozen(notebook, 0))
    notebook.save()
    notebook.shutdown_kernel()
    folder = notebook.path.parent
    assert folder != lab.server.root
    copy = untrusted.server.root / "a copy"
    shutil.copytree(folder, copy)
    for host, path in ((lab, notebook.path), (untrusted, copy / notebook.path.name)):
        again = host.open(path)
        assert again.trusted() == [host is lab]
        video = again.output(0).locator("video")
        expect(video).to_have_attribute("src", re.compile(r"/files/.*/my%20renders/.*\.mp4"))
        video.evaluate("video => video.play()")  # nothing is fetched before
        expect(video).to_have_js_property("readyState", 4)
        card = again.card(0)
        expect(card.get_by_role("link", name="saved video")).to_be_visible()
        expect(card.get_by_role("link", name="original video")).to_have_attribute("href", re.compile("^http"))


@pytest.mark.parametrize("name", ["lab", "notebook7"])
@pytest.mark.parametrize("how", ["stays", "comes back later"])
def test_after_a_reload_during_a_run_the_view_puts_the_static_card_into_the_document(
    request: pytest.FixtureRequest, service: Simulator, clock: ServiceTime, name: str, how: str
) -> None:
    """A page that was reloaded does not know the output's display id, so only the view can replace the widget."""
    host: Host = request.getfixturevalue(name)
    task_id = service.add_task(queued=1, duration=900)
    show = f"from runway_widget import Client\ntask = Client().task({task_id!r}, poll_interval=0.3)"
    notebook = host.open([f"{show}\ntask", "task.show(live=True)"])
    notebook.run_all()
    expect(notebook.card(0)).to_have_attribute("data-status", "IN_PROGRESS")
    notebook.save()
    if how == "stays":
        notebook.reload()
        expect(notebook.card(0)).to_have_attribute("data-status", "IN_PROGRESS")
        clock.forward(1000)
    else:
        before = len(service.requests)
        notebook.page.goto("about:blank")
        clock.forward(1000)
        notebook.until(lambda: any("/media/" in request.path for request in service.requests[before:]))
        notebook = host.open(notebook.path)
    notebook.until(lambda: frozen(notebook, 0))
    expect(notebook.card(0)).to_contain_text("Done in")
    expect(notebook.card(1).get_by_role("button", name=re.compile("^Save"))).to_be_visible()  # because of live=True
    saved = notebook.saved()
    assert saved.cells[0].outputs[0].data.keys() == {"text/html", "text/plain"}
    notebook.shutdown_kernel()
    again = host.open(notebook.path)
    expect(again.card(0)).to_contain_text("Done in")


def test_a_notebook_saved_during_a_run_shows_the_last_known_state_and_how_to_go_on(
    lab: Host, untrusted: Host, service: Simulator, context: BrowserContext
) -> None:
    """In viewers that show the HTML beside the widget. JupyterLab does so where the file is not trusted."""
    task_id = service.add_task(queued=600, duration=900)
    notebook = lab.open([f"from runway_widget import Client\nClient().task({task_id!r})"])
    notebook.run_all()
    expect(notebook.card(0)).to_contain_text("In the queue")
    saved = notebook.saved()
    again = untrusted.open(notebook.path)
    html, _ = HTMLExporter().from_notebook_node(saved)
    page = context.new_page()
    page.set_content(html)
    for card in (again.card(0), page.locator(".runway-task")):
        expect(card).to_have_count(1)
        expect(card).to_contain_text("as of 20")
        expect(card).to_contain_text(f'Take it up again: Client().task("{task_id}")')
    page.close()
