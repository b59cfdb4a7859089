"""A hostile service and a hostile notebook in a real JupyterLab: what they want does not happen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import KEY
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.unit.origin import Asked, Origin, Reply, origin

EVIL = (
    "</p></style><script>window.caught=1</script>"
    "<img/src=x/onerror='window.caught=2'>\"'><svg/onload='window.caught=3'>"
)
INSIDE = "https://10.0.0.7/a.mp4"
ADDRESSES = [
    "javascript:window.caught=4",
    "data:text/html,<script>parent.caught=5</script>",
    f"https://a.example/{EVIL}.mp4",
]
PLAIN = """el => [...el.querySelectorAll('*')].filter(each => /^(script|iframe|object|embed)$/i.test(each.tagName)
  || [...each.attributes].some(({name, value}) => /^on/.test(name)
    || (/^(src|href|poster)$/.test(name) && !/^(https?:|data:image|#)/.test(value))))
  .map(each => each.outerHTML)"""


class Service:
    """Answers each poll with an attack, and each request for a medium with a question for a password."""

    def __init__(self) -> None:
        self.server: Origin
        self.logins: list[str] = []

    def __call__(self, asked: Asked) -> Reply:
        if "/media/" in asked.target:
            self.logins += [said] if (said := asked.headers.get("authorization")) else []
            return Reply(401, {"WWW-Authenticate": 'Basic realm="Your password, please"', "Content-Length": "0"})
        name = asked.target.rpartition("/")[2]
        task = {"id": EVIL, "status": "SUCCEEDED", "createdAt": EVIL, EVIL: [EVIL, {EVIL: ADDRESSES}]}
        if name == "failed":
            task |= {"status": "FAILED", "failure": f"It failed. {EVIL}", "failureCode": f"X.{EVIL}"}
        else:
            address = INSIDE if name == "inside" else f"{self.server.url}/media/a.mp4?_jwt=a.b.c"
            task |= {"output": [*ADDRESSES, address]}
        body = json.dumps(task).encode()
        return Reply(200, {"Content-Type": "text/html", "Content-Length": str(len(body))}, body)


@pytest.fixture
def hostile() -> Iterator[Service]:
    service = Service()
    with origin(service) as server:
        service.server = server
        yield service


CELLS = [
    "from runway_widget import Client, TaskGrid\nclient = Client()\n"
    "def card(name, **more):\n    return client.task(name, poll_interval=0.1, **more)",
    "failed = card('failed')\nfailed",
    "asks = card('asks')\nasks",
    "card('inside')",
    "TaskGrid([card('failed'), card('asks')])",
    "client.recent()",
    "failed.pick(); asks.pick()\nclient.recent()",
]
CARDS = (1, 2, 3, 4)


def nothing_happened(notebook: NotebookPage, dialogs: list[str], asked: list[str]) -> None:
    notebook.page.wait_for_function("() => document.readyState === 'complete'")
    assert notebook.page.evaluate("() => window.caught") is None
    assert dialogs == []
    assert [url for url in asked if "10.0.0.7" in url or url.endswith("/x")] == []


def without_media(notebook: NotebookPage) -> None:
    """Leave out what the browser says of media that do not load, as none does here."""
    notebook.errors[:] = [error for error in notebook.errors if "Failed to load resource" not in error]


def is_plain(output: Locator) -> None:
    """Nothing in it came from a text: no script, no handler, no address but those of the web."""
    assert output.evaluate(PLAIN) == []


def test_nothing_that_a_service_says_or_that_was_written_into_a_notebook_takes_hold(
    lab: Host, hostile: Service
) -> None:
    notebook = lab.open(CELLS, viewport=(1100, 1400))
    page, dialogs, asked = notebook.page, list[str](), list[str]()
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    notebook.set_environment({"COMETAPI_BASE_URL": hostile.server.url, "COMETAPI_KEY": KEY})
    notebook.run_all()

    # The live card, in the place of the static one, and the grid.
    expect(notebook.output(1)).to_contain_text(f"It failed. {EVIL}")
    expect(notebook.output(2)).to_contain_text("cannot play here")
    expect(notebook.output(3)).to_contain_text("Its link leads into a private network, and is not followed")
    expect(notebook.output(4).locator("article")).to_have_count(2)
    for cell in CARDS:
        expect(notebook.output(cell).get_by_text("Error displaying widget")).to_have_count(0)
        is_plain(notebook.output(cell))
    expect(notebook.output(6).locator("tbody tr")).to_have_count(2)
    is_plain(notebook.output(6))
    nothing_happened(notebook, dialogs, asked)
    assert set(hostile.logins) <= {f"Bearer {KEY}"}, "the page sent no login, and Python none but the key to its own"

    # The static card that the file holds, with its names exchanged by hand, in the session whose kernel knows them.
    notebook.until(lambda: all(set(notebook.outputs(cell)[0]["data"]) == {"text/html", "text/plain"} for cell in CARDS))
    one, other = (notebook.outputs(cell)[0]["data"]["text/html"] for cell in (1, 2))
    name = re.compile(r'data-runway-card="([^"]+)"')
    mine, theirs = name.findall(one)[0], name.findall(other)[0]
    forged = one.replace(mine, theirs).replace("It failed.", "Your credits are back.")
    twice = one + one.replace(mine, f"{mine}&quot;]{EVIL.replace('<', '&lt;').replace(chr(34), '&quot;')}")
    put = """([cell, html]) => window.jupyterapp.shell.currentWidget.content.model.cells.get(cell).outputs.set(0,
      {output_type: 'display_data', data: {'text/html': html}, metadata: {}})"""
    page.evaluate(put, [1, forged])
    expect(notebook.output(1).locator("article[data-task-id=asks]")).to_be_visible()
    expect(notebook.output(1)).not_to_contain_text("Your credits are back")
    page.evaluate(put, [3, twice])
    expect(notebook.output(3).locator("article[data-task-id=failed]")).to_have_count(1)
    expect(notebook.output(3).locator(".runway-static .runway-static")).to_have_count(0)
    expect(notebook.output(3).locator("article")).to_have_count(1)
    nothing_happened(notebook, dialogs, asked)

    # The file, edited by hand, in another notebook with another kernel.
    saved = notebook.saved()
    for cell in CARDS:
        data = saved.cells[cell].outputs[0].data
        data["text/html"] = data["text/html"].replace(
            "<p", "<p onclick='window.caught=6' onmouseover='window.caught=7'"
        )
        data["text/html"] += f"<script>window.caught=8</script>{EVIL}<a href='javascript:window.caught=9'>press</a>"
    edited = notebook.path.with_name("edited.ipynb")
    nbformat.write(saved, edited)
    opened = lab.open(edited, viewport=(1100, 1400))
    expect(opened.output(1)).to_contain_text("Your credits are back")  # a text of whoever wrote it, and no card of ours
    expect(opened.output(2).locator("article, button")).to_have_count(0)
    opened.output(2).locator("p").first.hover()
    opened.output(2).locator("p").first.click()
    assert opened.page.evaluate("() => window.caught") is None
    for each in (notebook, opened):
        without_media(each)
