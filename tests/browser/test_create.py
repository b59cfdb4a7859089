"""From a prompt to a file on disk, in a real JupyterLab: create, save, cancel, find again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from runway_widget.simulator import Simulator
from tests.browser.conftest import KEY
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.browser.test_card import is_frozen, plays, status_of
from tests.service import ServiceTime


@pytest.fixture
def simulator(clock: ServiceTime, kernel_environment: dict[str, str], tmp_path: Path) -> Iterator[Simulator]:
    """A service that runs in real time and that the test sets forward, and a journal that outlives the kernel."""
    with Simulator(speed=1, key=KEY, clock=clock) as simulator:
        kernel_environment.update(COMETAPI_BASE_URL=simulator.url, COMETAPI_KEY=simulator.key)
        kernel_environment.update(RUNWAYML_BASE_URL=simulator.url, RUNWAYML_API_SECRET=simulator.key)
        kernel_environment.update(RUNWAY_WIDGET_JOURNAL=str(tmp_path / "journal.sqlite3"))
        yield simulator


def create(simulator: Simulator, options: str = "poll_interval=0.3", client: str = "Client()") -> str:
    """A cell that creates a task and shows it. Its result is the simulator's second take of dusk."""
    still = simulator.media_url("image", "dusk")
    return (
        f"from runway_widget import Client\nclient = {client}\n"
        f"take = client.image_to_video(model='gen4_turbo', prompt_image={still!r}, prompt_text='the kite lifts', "
        f"ratio='1280:720', duration=5, seed=421, {options})\ntake"
    )


def video() -> bytes:
    return (resources.files("runway_widget.simulator") / "media" / "dusk-near.mp4").read_bytes()


def shows_the_request(card: Locator, ratio: str = "1280:720") -> None:
    for words in ("Image to video", "the kite lifts", "gen4_turbo", ratio, "5 s", "seed 421"):
        expect(card).to_contain_text(words)


def button(card: Locator, name: str) -> Locator:
    return card.get_by_role("button", name=name, exact=True)


def saved_as(notebook: NotebookPage, folder: str, card: Locator) -> Path:
    return notebook.path.parent / folder / f"{card.get_attribute('data-task-id')}-1.mp4"


def polls(simulator: Simulator) -> int:
    """How often the service was polled."""
    return len([request for request in simulator.requests if request.route == "poll"])


def test_a_created_task_has_a_live_card_then_a_video_and_its_button_saves_a_file(
    lab: Host, simulator: Simulator, clock: ServiceTime
) -> None:
    notebook = lab.open([create(simulator)])
    notebook.run_all()
    card = notebook.card(0)
    shows_the_request(card)
    task_id = card.get_attribute("data-task-id")
    assert [request.task_id for request in simulator.requests if request.method == "POST"] == [task_id]
    save = button(card, "Save when done")
    expect(save).to_have_attribute("aria-pressed", "false")
    save.click()
    expect(card).to_contain_text("saves to renders/ when done")
    expect(save).to_have_attribute("aria-pressed", "true")
    file = saved_as(notebook, "renders", card)
    clock.forward(40)
    status_of(card, "IN_PROGRESS")
    expect(save).to_have_attribute("aria-pressed", "true")
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0))
    shows_the_request(card)
    expect(card).to_contain_text(f"saved to renders/{file.name}")
    assert file.read_bytes() == video()
    assert plays(card.locator("video"))


def test_wait_returns_when_the_file_is_in_the_save_to_folder(
    lab: Host, simulator: Simulator, clock: ServiceTime
) -> None:
    simulator.trouble("slow", route="media", seconds=1, times=2)
    notebook = lab.open([create(simulator, "poll_interval=0.3, save_to='out', freeze=False"), "take.wait().outputs"])
    notebook.run_cell(0)
    expect(notebook.card(0)).to_contain_text("saves to out/ when done")
    clock.forward(1000)
    notebook.run_cell(1)
    assert saved_as(notebook, "out", notebook.card(0)).read_bytes() == video()
    expect(notebook.card(0)).to_contain_text("saved to out/")


def test_a_live_card_saves_after_the_end_and_then_has_no_save_button(
    lab: Host, simulator: Simulator, clock: ServiceTime
) -> None:
    notebook = lab.open([create(simulator, "poll_interval=0.3, freeze=False")])
    notebook.run_all()
    card = notebook.card(0)
    clock.forward(1000)
    status_of(card, "SUCCESS")
    save = card.get_by_role("button", name=re.compile("^Save"))
    save.click()
    expect(card).to_contain_text("saved to renders/")
    expect(save).to_have_count(0)
    assert saved_as(notebook, "renders", card).read_bytes() == video()


def test_an_expired_link_is_renewed_once_and_then_the_card_says_that_it_cannot_play(
    lab: Host, simulator: Simulator, clock: ServiceTime
) -> None:
    notebook = lab.open([create(simulator, "poll_interval=0.3, freeze=False")])
    notebook.run_all()
    card = notebook.card(0)
    video = card.locator("video")
    clock.forward(1000)
    status_of(card, "SUCCESS")
    assert plays(video)
    old = video.get_attribute("src") or ""
    notebook.save()
    simulator.expire_links()
    notebook.reload()
    expect(video).not_to_have_attribute("src", old)
    assert plays(video)
    assert notebook.kernel_eval("take.outputs[0]['url']") == video.get_attribute("src")
    simulator.trouble("forbidden", times=None, route="media")
    before = polls(simulator)
    notebook.reload()
    expect(card).to_contain_text("cannot play here")
    assert polls(simulator) == before + 1
    link = card.get_by_role("link", name=re.compile("^open on 127.0.0.1"))
    assert (link.get_attribute("href") or "").startswith(simulator.url)


def test_after_a_kernel_restart_a_task_is_in_recent_with_its_request_and_can_be_watched(
    lab: Host, simulator: Simulator, clock: ServiceTime, kernel_environment: dict[str, str]
) -> None:
    notebook = lab.open([create(simulator)])
    notebook.run_all()
    task_id = notebook.card(0).get_attribute("data-task-id") or ""
    notebook.restart_kernel()
    notebook.set_environment(kernel_environment)
    table = notebook.add_and_run("from runway_widget import Client\nrecent = Client().recent()\nrecent")
    row = notebook.output(table).get_by_role("row").nth(1)
    for words in (task_id, "Submitted", "gen4_turbo", "the kite lifts"):
        expect(row).to_contain_text(words)
    card = notebook.card(notebook.add_and_run("recent[0].task()"))
    expect(card).to_have_attribute("data-task-id", task_id)
    shows_the_request(card)
    clock.forward(1000)
    button(card, "Refresh").click()
    expect(card).to_contain_text("Done in")
    notebook.until(lambda: notebook.kernel_eval("Client().recent()[0].word") == "Done")
    again = notebook.add_and_run(create(simulator, "reuse=True, save_to='renders'"))
    expect(notebook.output(again)).to_contain_text("saved to renders/")
    assert len([request for request in simulator.requests if request.method == "POST"]) == 1
    simulator.forget_tasks()
    forgotten = notebook.output(notebook.add_and_run("client.recent()[0].task()"))
    expect(forgotten).to_contain_text("CometAPI does not have it any more; what was saved is shown")
    film = forgotten.locator("video")
    expect(film).to_have_attribute("src", re.compile(rf"/{task_id}-1\.mp4"))
    assert plays(film)
    # The live cards above may have been loading from the link that has ended.
    notebook.errors[:] = [error for error in notebook.errors if "404" not in error]


def test_a_plan_shows_the_still_with_what_is_cut_off_and_is_sent_by_a_cell_of_its_own(
    lab: Host, simulator: Simulator
) -> None:
    still = (
        "from importlib import resources\nstill = resources.files('runway_widget.simulator') / 'media' / 'dusk.jpg'\n"
    )
    plan = (
        f"{still}plan = client.image_to_video(model='gen4_turbo', prompt_image=still, prompt_text='the kite lifts', "
        "ratio='720:1280', duration=5, seed=421, dry_run=True)\nplan"
    )
    notebook = lab.open(["from runway_widget import Client\nclient = Client.runway()", plan, "plan.send()"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    card = notebook.output(1)
    shows_the_request(card, "720:1280")
    for words in ("Not sent", "up to 25 credits", "dusk.jpg · 853 × 480", "cropped to 270 × 480"):
        expect(card).to_contain_text(words)
    picture = card.get_by_role("img")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 300
    assert picture.evaluate("image => image.getBoundingClientRect().width") <= 560
    assert simulator.requests == []
    notebook.run_cell(2)
    expect(notebook.card(2)).to_contain_text("seed 421")
    notebook.run_cell(2)
    notebook.run_cell(1)
    assert len([request for request in simulator.requests if request.method == "POST"]) == 1


def test_cancel_asks_for_confirmation_and_is_offered_only_where_the_service_has_it(
    lab: Host, simulator: Simulator, clock: ServiceTime
) -> None:
    runway = create(simulator, client="Client.runway()")
    notebook = lab.open([runway, create(simulator)])
    notebook.run_all()
    card, other = notebook.card(0), notebook.card(1)
    expect(button(other, "Stop watching (the task goes on)")).to_be_visible()
    expect(button(other, "Cancel the task")).to_have_count(0)
    question = card.get_by_role("group", name="Cancel the task?")
    button(card, "Cancel the task").click()
    expect(question).to_contain_text("A result that finishes this instant is lost.")
    button(card, "No").click()
    expect(question).to_have_count(0)
    button(card, "Cancel the task").click()
    assert "DELETE" not in [request.method for request in simulator.requests]
    button(card, "Yes, cancel").click()
    expect(card).to_contain_text("Cancelled")
    notebook.until(lambda: is_frozen(notebook, 0))
    methods = [request.method for request in simulator.requests]
    assert methods.count("DELETE") == 1
    assert notebook.kernel_eval("client.recent()[0].service") == "CometAPI"
    assert not is_frozen(notebook, 1)


def test_a_cell_that_waits_for_an_upload_says_how_far_it_is_and_then_shows_the_card_alone(
    lab: Host, simulator: Simulator, tmp_path: Path
) -> None:
    film = tmp_path / "kite.mp4"
    film.write_bytes(video()[:64].ljust(8 * 2**20, b"x"))
    simulator.trouble("slow", route="store", seconds=600)
    arguments = f"model='aleph2', video_uri={str(film)!r}, prompt_text='dusk'"
    notebook = lab.open([f"from runway_widget import Client\nClient.runway().video_to_video({arguments})"])
    notebook.run_all(wait=False)
    cell = notebook.output(0)
    expect(cell).to_have_text(re.compile(r"^\s*Sending kite\.mp4, \d+ %\s*$"))
    assert not [request for request in simulator.requests if request.route == "create"]
    simulator.calm()
    expect(notebook.card(0)).to_be_visible()
    expect(cell).not_to_contain_text("Sending")
    assert cell.locator("pre").first.bounding_box()["height"] == 0, "the line leaves no gap"  # type: ignore[index]
