"""What holds for all tests: nothing of the user's is read or written, nothing depends on chance or on how the run was
started, and what is fast comes first."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

SECRETS = ("COMETAPI_KEY", "COMETAPI_BASE_URL", "RUNWAYML_API_SECRET", "RUNWAYML_BASE_URL")
ORDER = ("packaging", "browser")  # after everything else; Playwright's event loop, once it runs, runs to the end

# The same examples in each run, however slow the machine is. `--hypothesis-profile=default` looks for others.
settings.register_profile(
    "repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Ctrl-C works here and in what the tests start. nohup, and `&` in a script, would have it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def nothing_of_the_users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No key of the person who runs the tests can be spent, and no journal of theirs is touched."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SECRETS:
            patch.delenv(name, raising=False)
        for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):  # not the rest: uv and Playwright need them
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        with TemporaryDirectory(prefix="runway-") as short:  # the path of a socket has at most about 100 characters
            patch.setenv("JUPYTER_RUNTIME_DIR", short)
            yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return max((ORDER.index(mark.name) + 1 for mark in item.iter_markers() if mark.name in ORDER), default=0)

    items.sort(key=place)
    if os.name != "posix":
        for item in items:
            if item.get_closest_marker("posix"):
                item.add_marker(pytest.mark.skip(reason="Windows does not have what it needs"))
