"""For all tests: no keys or files of the user are used, nothing depends on chance or on how a run was started, and slow
tests come last."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

SECRETS = ("COMETAPI_KEY", "COMETAPI_BASE_URL", "RUNWAYML_API_SECRET", "RUNWAYML_BASE_URL")
ORDER = ("packaging", "browser")  # after the other tests, because Playwright's event loop runs until the end

# The same examples in each run, on any machine. `--hypothesis-profile=default` tries others.
settings.register_profile(
    "repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Let Ctrl-C work here and in processes that tests start, also under nohup and in a background job of a script."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def isolate_from_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the keys and the journal of the person who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SECRETS:
            patch.delenv(name, raising=False)
        for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):  # not the others: uv and Playwright need them
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        with TemporaryDirectory(prefix="runway-") as short:  # the path of a socket has at most about 100 characters
            patch.setenv("JUPYTER_RUNTIME_DIR", short)
            yield


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.get_closest_marker("hosts"):
        item.add_marker("checkout")
    if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
        item.add_marker("no_cover")  # Hypothesis chooses an input several times as slowly where it is measured


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def position(item: pytest.Item) -> int:
        return max((ORDER.index(mark.name) + 1 for mark in item.iter_markers() if mark.name in ORDER), default=0)

    items.sort(key=position)
    if passing := [item.nodeid for item in items if " at 0x" in item.nodeid]:
        raise pytest.UsageError(f"the name of a test must be the same in each process: {passing[0]}")
    if os.name != "posix":
        for item in items:
            if item.get_closest_marker("posix"):
                item.add_marker(pytest.mark.skip(reason="Windows does not have what it needs"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tests of one group share what is dear, or a folder: pytest-xdist has to know, or they run in both processes."""
    if getattr(session.config.option, "loadgroup", False):
        for item in session.items:
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
                raise pytest.UsageError(f"this pytest and this pytest-xdist do not keep groups together: {item.nodeid}")
