"""Finds the Chromium for the browser tests, and installs one where there is none.

In this order: `CHROMIUM` (a path), one in PATH, the one in Playwright's cache, Playwright's own download, the system's
package manager where this user may use it. If none of these works, the tests fail and say what to install; they are
never skipped. `python -m tests.browser.chromium` does all of this and prints the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DOWNLOAD_SECONDS = 240.0
PACKAGE_SECONDS = 420.0

# No request may leave the machine: a test that needs the network must fail at once.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--no-first-run",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),  # Chromium's sandbox refuses root
)

HELP = """\
The browser tests need Chromium, and it could not be installed:
{attempts}
Install it in one of these ways and run the command again:
  {python} -m playwright install --with-deps chromium
  apt-get install chromium          (Debian; Ubuntu: the line above)
  dnf install chromium              (Fedora)
  brew install --cask chromium      (macOS)
or set CHROMIUM to the path of a Chromium or Chrome that is there already."""


class ChromiumMissing(RuntimeError):
    """There is no Chromium, and none could be installed; the text says what to do."""


def find() -> Path | None:
    """The Chromium that is installed, or None."""
    if given := os.environ.get("CHROMIUM"):
        if not os.access(given, os.X_OK):
            raise ChromiumMissing(f"CHROMIUM={given} is not an executable file")
        return Path(given)
    for name in NAMES:
        if (path := shutil.which(name)) and not _is_snap_stub(Path(path)):
            return Path(path)
    return _in_playwrights_cache()


def ensure() -> Path:
    """The path of a Chromium, which is installed if need be. Raises ChromiumMissing, which lists what was tried."""
    if path := find():
        return path
    attempts: list[str] = []
    for install in (_by_playwright, _by_apt):
        attempts.append(f"  - {install()}")
        if path := find():
            return path
    raise ChromiumMissing(HELP.format(attempts="\n".join(attempts), python=sys.executable))


def _is_snap_stub(path: Path) -> bool:
    """Whether this is Ubuntu's script that only asks people to install the snap."""
    with path.open("rb") as file:
        return b"snap install" in file.read(4096)


def _in_playwrights_cache() -> Path | None:
    # In another process, because Playwright's sync API can be entered only once and may be in use in this one.
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    path = Path(process.stdout.strip())
    return path if path.is_file() else None


def _by_playwright() -> str:
    return _run([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)


def _by_apt() -> str:
    if not shutil.which("apt-get"):
        return "no apt-get here"
    if os.geteuid() != 0:
        return "apt-get needs root, and this is not root"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-q"], PACKAGE_SECONDS, environment)  # if it fails, old lists may do
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    return _run(install, PACKAGE_SECONDS, environment)


def _run(command: Sequence[str], seconds: float, environment: dict[str, str] | None = None) -> str:
    """Run the command with its output on stderr. Returns its result as one line."""
    text = " ".join(command)
    print(f"Chromium: {text}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            command, timeout=seconds, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{text}: {error}"
    return f"{text}: exit code {done.returncode}"


def main() -> int:
    try:
        print(ensure())
    except ChromiumMissing as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
