"""The cards in app frameworks: live without anybody's doing, with buttons where the host hears them, dark and light."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from runway_widget.simulator import Simulator
from tests.browser import contrast
from tests.browser.app_hosts import HOSTS, HTML_HOST, AppHost, npm_packages
from tests.browser.apps import log
from tests.browser.notebook import SECONDS
from tests.environments import environment
from tests.service import ServiceTime

pytestmark = pytest.mark.hosts

DARK, LIGHT = re.compile(r"rgb\(\d\d?, "), re.compile(r"rgb\(2\d\d, ")
RUN_TWICE = """() => {
  const runs = parseInt(document.querySelector("[data-testid=stText]").innerText);
  return runs >= (window.runsBefore ??= runs) + 2;
}"""
CLOSED = "could not be sent to its page"


@pytest.fixture(params=HOSTS, ids=lambda host: host.name)
def host(request: pytest.FixtureRequest) -> AppHost:
    """A framework in its environment, which is made if need be: that does not count as the test's own time."""
    environment(request.param.name)
    npm_packages(request.param.scripts)
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def visit(context: BrowserContext, host: AppHost) -> Iterator[Visit]:
    visit = Visit(context, host)
    yield visit
    for page in visit.pages:
        page.close()


class Visit:
    """Visitors of one app, and what went wrong on their pages."""

    def __init__(self, context: BrowserContext, host: AppHost) -> None:
        self.pages: list[Page] = []
        self.errors: list[str] = []
        self._context, self._host = context, host

    def open(self, url: str) -> Page:
        page = self._context.new_page()
        self.pages.append(page)
        page.on("pageerror", lambda error: self.errors.append(error.message))
        page.route(re.compile(r"^https://"), lambda route: self._host.fulfil(route))
        page.goto(url)
        return page


def test_the_cards_live_in_an_app(
    host: AppHost,
    visit: Visit,
    service: Simulator,
    clock: ServiceTime,
    kernel_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    tasks = [service.add_task(queued=600, duration=900) for _ in range(4)]
    with host.run(tmp_path, tasks, kernel_environment) as url:
        page = visit.open(url)
        other = visit.open(url)
        for each in (page, other):
            card, takes = each.locator(".runway-task").first, each.locator(".rw-grid .runway-task")
            expect(card).to_contain_text("In the queue")
            expect(takes).to_have_count(3)
        other.close()
        card, takes = page.locator(".runway-task").first, page.locator(".rw-grid .runway-task")

        clock.forward(1000)  # nobody does anything on the page
        expect(card).to_have_attribute("data-status", "IN_PROGRESS")
        expect(card).to_contain_text(re.compile(r"Generating \d+ %"))
        for take in takes.all():
            expect(take).to_contain_text(re.compile(r"Generating \d+ %"))
        press(page, host)
        assert contrast.too_faint(page) == {}, "in the dark"
        picture(page, host, "running-dark")

        clock.forward(1000)
        expect(card).to_contain_text("Done in")
        expect(card.locator("video")).to_have_js_property("readyState", 4)
        expect(page.get_by_text("3 done", exact=True).first).to_be_attached()
        for take in takes.all():
            expect(take).to_have_attribute("data-status", "SUCCESS")
        assert contrast.too_faint(page) == {}, "in the dark"
        expect(page.locator(".rw-card").first).to_have_css("background-color", DARK)
        picture(page, host, "done-dark")

        host.lighten(page)
        expect(card).to_contain_text("Done in")
        expect(page.locator(".rw-card").first).to_have_css("background-color", LIGHT)
        assert contrast.too_faint(page) == {}, "in the light"
        picture(page, host, "done-light")
        page.close()
    written = log(tmp_path).read_text()
    assert "Traceback" not in written, "nor does a tab that was closed"
    assert written.count(CLOSED) <= 2 * 2, "a task and a grid, for each of two visits"
    assert visit.errors == []


@pytest.mark.parametrize("host", [HTML_HOST], ids=lambda host: host.name, indirect=True)
def test_an_app_without_widgets_shows_cards_as_html(
    host: AppHost,
    visit: Visit,
    service: Simulator,
    clock: ServiceTime,
    kernel_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    tasks = [service.add_task(queued=600, duration=900) for _ in range(4)]
    with host.run(tmp_path, tasks, kernel_environment) as url:
        page = visit.open(url)
        card, takes = page.locator(".runway-task").first, page.locator(".runway-grid .runway-task")
        expect(card).to_contain_text("In the queue")
        expect(takes).to_have_count(3)

        clock.forward(1000)  # nobody does anything on the page: the app makes the HTML anew
        for each in (card, *takes.all()):
            expect(each).to_contain_text(re.compile(r"Generating \d+ %"))
        assert contrast.too_faint(page) == {}, "in the dark"
        picture(page, host, "running-dark")

        clock.forward(1000)
        for each in (card, *takes.all()):
            expect(each).to_contain_text("Done in")
            expect(each.locator("video")).to_have_js_property("readyState", 4)
        playing = card.locator("video").element_handle()
        page.wait_for_function(RUN_TWICE, timeout=SECONDS * 1000)
        assert playing.evaluate("video => video.isConnected"), "HTML that is the same leaves its players alone"
        expect(page.locator(".stApp")).to_have_css("background-color", DARK)
        assert contrast.too_faint(page) == {}, "in the dark"
        picture(page, host, "done-dark")

        host.lighten(page)
        for each in (card, *takes.all()):
            expect(each).to_contain_text("Done in")
        expect(page.locator(".stApp")).to_have_css("background-color", LIGHT)
        assert contrast.too_faint(page) == {}, "in the light"
        picture(page, host, "done-light")
        page.close()
    assert "Traceback" not in log(tmp_path).read_text()
    assert visit.errors == []


def press(page: Page, host: AppHost) -> None:
    """Stop watching, and resume; where the host hands no messages on, the card says so."""
    card = page.locator(".runway-task").first
    card.get_by_role("button", name=re.compile("stop", re.I)).click()
    if host.buttons:
        expect(card).to_contain_text("Not watching")
        card.get_by_role("button", name=re.compile("resume", re.I)).click()
        expect(card).to_contain_text(re.compile(r"Generating \d+ %"))
    expect(page.get_by_text("no answer from Python")).to_have_count(0 if host.buttons else 1)


def picture(page: Page, host: AppHost, name: str) -> None:
    """Keep what it looks like, for who wants to see it: ``APP_PICTURES`` names a folder."""
    if folder := os.environ.get("APP_PICTURES"):
        page.screenshot(path=Path(folder) / f"{host.name}-{name}.png")
