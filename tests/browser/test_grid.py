"""A grid of takes in a real JupyterLab: one widget, in which each take has its own state, end and buttons."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.test_card import is_frozen, plays, status_of
from tests.service import ServiceTime

# Records, for each comm that the kernel opens, whether the front end's bundle is in it.
COUNT_BUNDLES = """
session, bundles = get_ipython().kernel.session, []
send = session.send
def counting(stream, kind, content=None, *rest, **more):
    if kind == "comm_open":
        bundles.append("_esm" in content["data"].get("state", {}))
    return send(stream, kind, content, *rest, **more)
session.send = counting
from runway_widget import Client
"""
# Creates that go one after the other, as the service's scenarios are given in the order of the takes.
IN_LINE = """
from runway_widget._create import orders, queue
orders.ABREAST = queue.ABREAST = 1
"""
WAIT = "try:\n    grid.wait()\nexcept Exception as error:\n    print(type(error).__name__, error)"


def takes(service: Simulator, number: int) -> str:
    return (
        f"grid = Client(journal='off').image_to_video(model='gen4_turbo', prompt_image={service.media_url()!r}, "
        f"prompt_text='the kite lifts', ratio='1280:720', duration=5, takes={number}, poll_interval=0.3)\ngrid"
    )


def statuses(cards: Locator, *expected: str) -> None:
    for number, status in enumerate(expected):
        status_of(cards.nth(number), status)


def test_four_takes_are_one_widget_that_freezes_when_the_last_one_ends(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    service.next()
    service.next("failure", failure_code="SAFETY.INPUT.TEXT")
    service.next()
    service.next(duration=5000)
    notebook = lab.open([COUNT_BUNDLES + IN_LINE, takes(service, 4), WAIT])
    notebook.run_cell(0)
    notebook.run_cell(1)
    cards = notebook.card(1)
    expect(cards).to_have_count(4)
    notebook.until(lambda: notebook.kernel_eval("all(take.task_id for take in grid)"))
    seeds = [request.body["seed"] for request in service.requests if request.method == "POST"]
    for number, seed in enumerate(seeds):
        expect(cards.nth(number)).to_contain_text(f"seed {seed}")
    assert len(set(seeds)) == 4
    assert notebook.kernel_eval("sum(bundles)") == 1
    assert notebook.kernel_eval("type(grid[2]).__name__") == "RunwayTask"

    clock.forward(1000)
    statuses(cards, "SUCCESS", "FAILURE", "SUCCESS", "IN_PROGRESS")
    expect(cards.nth(1)).to_contain_text("The prompt was rejected by content moderation.")
    expect(notebook.output(1)).to_contain_text("1 running · 2 done · 1 failed")
    assert plays(cards.nth(2).locator("video"))
    assert not is_frozen(notebook, 1)
    notebook.save()
    notebook.reload()
    statuses(cards, "SUCCESS", "FAILURE", "SUCCESS", "IN_PROGRESS")

    notebook.run_cell(2, wait=False)
    clock.forward(10_000)
    expect(notebook.output(2)).to_contain_text(re.compile(r"TakesFailed 1 of 4 takes failed: take 1: .*rejected"))
    notebook.until(lambda: is_frozen(notebook, 1))
    expect(cards).to_have_count(4)
    expect(notebook.output(1)).to_contain_text("3 done · 1 failed")
    assert "SAFETY.INPUT.TEXT" in json.dumps(notebook.outputs(1)), "folded away in the file"
    assert plays(cards.nth(3).locator("video"))


def test_a_take_that_was_not_created_says_why_beside_the_others(lab: Host, service: Simulator) -> None:
    service.trouble("invalid_request", route="create", message="promptImage: unreadable")
    notebook = lab.open([COUNT_BUNDLES + IN_LINE, takes(service, 2)])
    notebook.run_all()
    cards = notebook.card(1)
    expect(cards.nth(0)).to_contain_text("Not created")
    expect(cards.nth(0)).to_contain_text("promptImage: unreadable")
    expect(cards.nth(1)).to_contain_text("In the queue")


def test_the_buttons_of_a_take_act_on_this_take_only(lab: Host, service: Simulator) -> None:
    notebook = lab.open([COUNT_BUNDLES + IN_LINE, takes(service, 3)])
    notebook.run_all()
    cards = notebook.card(1)
    expect(cards.nth(2)).to_contain_text("In the queue")
    cards.nth(1).get_by_role("button", name=re.compile("^Stop watching")).click()
    expect(cards.nth(1)).to_contain_text("Not watching")
    expect(notebook.output(1)).to_contain_text("2 waiting · 1 not watched")
    for number in (0, 2):
        expect(cards.nth(number)).to_contain_text("In the queue")
    cards.nth(1).get_by_role("button", name="Resume").click()
    expect(notebook.output(1)).to_contain_text("3 waiting")
