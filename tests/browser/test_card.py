"""The card in a real JupyterLab, with a real kernel and the simulator as the service."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, expect

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.service import ServiceTime

WIDGET = "application/vnd.jupyter.widget-view+json"


def show(task_id: str, options: str = "poll_interval=0.3") -> str:
    """A cell that shows a task."""
    return f"from runway_widget import Client\ntask = Client().task({task_id!r}, {options})\ntask"


def status_of(card: Locator, status: str) -> None:
    expect(card).to_have_attribute("data-status", status)


def is_frozen(notebook: NotebookPage, index: int) -> bool:
    return all(WIDGET not in output.get("data", {}) for output in notebook.outputs(index))


def plays(video: Locator) -> bool:
    """Whether the video plays. It is muted, because browsers let a script play only muted videos."""
    script = """async v => {
      v.muted = true; await v.play();
      for (let i = 0; i < 100; i++) {  // on a busy machine the first frames come before there is data for the next
        await new Promise(then => { v.addEventListener('timeupdate', then, {once: true}); setTimeout(then, 300); });
        if (v.readyState > 2 && v.videoWidth > 0 && v.currentTime > 0) return true;
      }
      return false;
    }"""
    return bool(video.evaluate(script))


@pytest.mark.parametrize("kernel", kernels.MATRIX)
def test_a_card_goes_from_the_queue_to_a_video_that_plays(
    lab: Host, service: Simulator, clock: ServiceTime, kernel: str
) -> None:
    task_id = service.add_task(queued=600, duration=900)
    notebook = lab.open([show(task_id)], kernel=kernel)
    notebook.run_all()
    card = notebook.card(0)
    expect(card).to_have_attribute("data-task-id", task_id)
    clock.forward(400)
    status_of(card, "QUEUED")
    expect(card).to_contain_text("In the queue")
    clock.forward(600)
    status_of(card, "IN_PROGRESS")
    expect(card).to_contain_text(re.compile(r"Generating \d+ %"))
    expect(card.get_by_role("progressbar")).to_have_attribute("aria-valuenow", re.compile(r"\d+"))
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0))
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Done in")
    assert plays(card.locator("video"))


def test_a_failing_task_shows_its_reason_and_what_to_do(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    reason, code = "A face was found <b>in</b> the picture", "SAFETY.INPUT.IMAGE"
    task_id = service.add_task(outcome="failure", failure=reason, failure_code=code, queued=2, duration=10)
    notebook = lab.open([show(task_id, "poll_interval=0.3, freeze=False")])
    notebook.run_all()
    card = notebook.card(0)
    clock.forward(100)
    status_of(card, "FAILURE")
    for words in ("Failed", reason, code, "Change the prompt or the picture"):
        expect(card).to_contain_text(words)
    assert notebook.kernel_eval("task.fail_reason") == reason


def test_stop_ends_the_polls_and_resume_begins_them_again(lab: Host, service: Simulator) -> None:
    task_id = service.add_task(queued=1, duration=2000)
    notebook = lab.open([show(task_id)])
    notebook.run_all()
    card = notebook.card(0)
    status_of(card, "IN_PROGRESS")
    card.get_by_role("button", name=re.compile("stop", re.I)).click()
    expect(card).to_contain_text("Not watching")
    notebook.until(lambda: notebook.kernel_eval("__import__('runway_widget')._watch.poller.shared().idle"))
    polls = len(service.requests)
    expect(card).to_contain_text("stopped by you")
    assert len(service.requests) == polls
    card.get_by_role("button", name=re.compile("resume", re.I)).click()
    expect(card).to_contain_text("Generating")
    notebook.until(lambda: len(service.requests) > polls)


def test_refresh_polls_at_once(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    task_id = service.add_task(queued=600, duration=2000)
    notebook = lab.open([show(task_id, "poll_interval=600")])
    notebook.run_all()
    card = notebook.card(0)
    expect(card).to_contain_text("In the queue")
    notebook.until(lambda: len(service.requests) == 1)
    clock.forward(1000)
    card.get_by_role("button", name=re.compile("refresh", re.I)).click()
    notebook.until(lambda: len(service.requests) == 2)
    status_of(card, "IN_PROGRESS")


def test_a_cell_that_is_run_again_leaves_one_card_and_one_stream_of_requests(lab: Host, service: Simulator) -> None:
    task_id = service.add_task(queued=1, duration=2000)
    notebook = lab.open([show(task_id, "poll_interval=1")])
    for _ in range(5):
        notebook.run_cell(0)
    card = notebook.card(0)
    expect(card).to_have_count(1)
    status_of(card, "IN_PROGRESS")
    before = len(service.requests)
    notebook.until(lambda: len(service.requests) >= before + 4)
    times = [request.at for request in list(service.requests)[before:]]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) > 0.7, gaps
    assert notebook.kernel_eval("len([t for t in __import__('threading').enumerate() if 'fetcher' in t.name])") == 1


def test_two_views_of_one_card_show_the_same(lab: Host, service: Simulator) -> None:
    task_id = service.add_task(queued=1, duration=600)
    notebook = lab.open([show(task_id), "task"])
    notebook.run_all()
    first, second = notebook.card(0), notebook.card(1)
    status_of(first, "IN_PROGRESS")
    status_of(second, "IN_PROGRESS")
    script = "() => [...document.querySelectorAll('.runway-task')].map(card => card.innerText)"
    notebook.until(lambda: len(set(notebook.page.evaluate(script))) == 1)
    first.get_by_role("button", name=re.compile("stop", re.I)).click()
    expect(second).to_contain_text("Not watching")


def test_the_card_is_updated_while_another_cell_runs(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    task_id = service.add_task(queued=600, duration=900)
    busy = "import time\nwhile task.status != 'SUCCESS': time.sleep(0.01)"
    notebook = lab.open([show(task_id), busy])
    notebook.run_cell(0)
    notebook.run_cell(1, wait=False)
    card = notebook.card(0)
    clock.forward(400)
    status_of(card, "QUEUED")
    clock.forward(600)
    status_of(card, "IN_PROGRESS")
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0))
    expect(card).to_contain_text("Done in")


def test_a_page_that_is_reloaded_during_a_run_shows_the_current_state(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    task_id = service.add_task(queued=1, duration=900)
    notebook = lab.open([show(task_id)])
    notebook.run_all()
    card = notebook.card(0)
    status_of(card, "IN_PROGRESS")
    notebook.save()
    notebook.reload()
    status_of(card, "IN_PROGRESS")
    expect(card).to_contain_text(re.compile(r"Generating \d+ %"))
    clock.forward(1000)
    status_of(card, "SUCCESS")
    expect(card).to_contain_text("Done in")


def test_the_key_is_nowhere_in_the_saved_notebook(lab: Host, service: Simulator) -> None:
    task_id = service.add_task(queued=1, duration=3)
    service.trouble("echo_key", times=2, task_id=task_id)
    notebook = lab.open([show(task_id), "task.wait()", "print(repr(task), vars(task), task.get_state())", "1/0"])
    notebook.run_all(may_fail=True)
    saved = json.dumps(notebook.saved())
    assert task_id in saved
    assert not [i for i in range(len(service.key) - 5) if service.key[i : i + 6] in saved]
