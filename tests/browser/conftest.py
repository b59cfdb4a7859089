"""Fixtures of the browser tests: one server and one Chromium for all, for each test a page that is loaded anew
and a fresh kernel.

A test also fails on any error of the page, of its console or of a thread in a kernel while it ran. Evidence of a test
that failed is saved in `.cache/browser-failures`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from runway_widget.simulator import Simulator
from tests.browser import chromium, kernels
from tests.browser.host import LAB, NOTEBOOK7, Host, Tabs
from tests.browser.notebook import SECONDS
from tests.browser.servers import JupyterServer
from tests.environments import ROOT
from tests.service import ServiceTime

EVIDENCE = ROOT / ".cache" / "browser-failures"
KEY = "test-key-7Q2m9XvB4kLs0TzR"
SPEED = 20.0

expect.set_options(timeout=SECONDS * 1000)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups, also where only this folder is named
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")
            if "ran" in getattr(item, "fixturenames", ()):  # a notebook that takes long to run
                item.add_marker(pytest.mark.xdist_group("ran"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """The Jupyter server; it serves JupyterLab, Notebook 7 and the files of the tests."""
    with JupyterServer(tmp_path_factory.mktemp("jupyter"), kernels.jupyter_path()) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, installed if need be."""
    path = chromium.ensure()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser context for all tests, so that the hosts' scripts are fetched once."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture(scope="session")
def tabs(context: BrowserContext) -> Tabs:
    """The tabs in which the tests' notebooks are opened, one after the other."""
    return Tabs(context)


@pytest.fixture
def kernel_environment() -> dict[str, str]:
    """Environment variables that are set in every kernel before its first cell."""
    return {}


@pytest.fixture
def simulator(request: pytest.FixtureRequest, kernel_environment: dict[str, str]) -> Iterator[Simulator]:
    """A simulator for this test, which a plain `Client()` in the notebook connects to.

    `@pytest.mark.simulator(speed=5, shape="bare")` gives its arguments.
    """
    marker = request.node.get_closest_marker("simulator")
    options = {"speed": SPEED, "key": KEY, **(marker.kwargs if marker else {})}
    with Simulator(**options) as simulator:
        kernel_environment.update(COMETAPI_BASE_URL=simulator.url, COMETAPI_KEY=simulator.key)
        kernel_environment.update(RUNWAYML_BASE_URL=simulator.url, RUNWAYML_API_SECRET=simulator.key)
        yield simulator


@pytest.fixture
def clock() -> ServiceTime:
    """The time of `service`."""
    return ServiceTime()


@pytest.fixture
def service(clock: ServiceTime, kernel_environment: dict[str, str]) -> Iterator[Simulator]:
    """A simulator that runs in real time, and that the test sets forward by `clock`."""
    with Simulator(speed=1, key=KEY, clock=clock) as simulator:
        kernel_environment.update(COMETAPI_BASE_URL=simulator.url, COMETAPI_KEY=simulator.key)
        yield simulator


@pytest.fixture
def lab(server: JupyterServer, tabs: Tabs, kernel_environment: dict[str, str]) -> Iterator[Host]:
    """JupyterLab."""
    with Host(server, tabs, LAB, kernel_environment) as host:
        yield host


@pytest.fixture
def notebook7(server: JupyterServer, tabs: Tabs, kernel_environment: dict[str, str]) -> Iterator[Host]:
    """Notebook 7."""
    with Host(server, tabs, NOTEBOOK7, kernel_environment) as host:
        yield host


def _hosts(item: pytest.Item) -> list[Host]:
    return [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Host)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield
    if errors := [line for host in _hosts(item) for line in host.errors()]:
        pytest.fail("the test passed, but:\n" + "\n".join(errors), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call" and report.failed and (hosts := _hosts(item)):
        folder = EVIDENCE / re.sub(r"[^\w.-]+", "-", item.nodeid)
        shutil.rmtree(folder, ignore_errors=True)
        for number, host in enumerate(hosts, 1):
            lines = [f"saved in {folder}", *host.errors()]
            host.save_evidence(folder / str(number) if len(hosts) > 1 else folder)
            report.sections.append(("what the browser showed", "\n".join(lines)))
    return report
