"""VS Code's widget renderer in a plain page, with a real kernel. The page's source is in `tests/browser/vscode`.

Its packages are installed by npm once. The page is bundled again for each run of the tests.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import anywidget
from playwright.sync_api import BrowserContext, Locator, Page

from tests.browser import kernels
from tests.browser.servers import JupyterServer
from tests.ports import KERNEL_ARGUMENTS

HERE = Path(__file__).parent / "vscode"
MODULES = HERE / "node_modules"


class RendererServer(JupyterServer):
    """A Jupyter server that also serves the page, so that the page may connect to it."""

    def _prepare(self) -> None:
        super()._prepare()
        build(self.home / "www")

    def _command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.extra_static_paths=['{self.home / 'www'}']",
            "--ServerApp.jpserver_extensions={}",
            *KERNEL_ARGUMENTS,
        ]


def build(folder: Path) -> None:
    """Build the page into ``folder``."""
    _install()
    folder.mkdir()
    bundle = [f"--outfile={folder / 'harness.js'}", "--bundle", "--format=esm", "--external:./ipywidgets.js"]
    _run([MODULES / ".bin" / "esbuild", "harness.ts", *bundle])
    shutil.copy(HERE / "index.html", folder)
    shutil.copy(MODULES / "requirejs" / "require.js", folder)
    shutil.copy(MODULES / "@vscode" / "jupyter-ipywidgets8" / "dist" / "ipywidgets.js", folder)
    shutil.copytree(Path(anywidget.__file__).parent / "nbextension", folder / "nbextensions" / "anywidget")


def _install() -> None:
    """Install the packages of the lock file, unless they are installed."""
    mark = MODULES / "done"
    with (HERE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
            # Not `npm ci`: it refuses a lock file that lacks another platform's optional package.
            _run(["npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"])
            mark.touch()


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


class Renderer:
    """A notebook of VS Code, with nothing but its cells' outputs."""

    def __init__(self, server: RendererServer, context: BrowserContext, environment: Mapping[str, str]) -> None:
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(error.stack or error.message))
        self.page.goto(f"{server.url}/static/index.html?token={server.token}")
        self.page.wait_for_function("window.host")
        self.page.evaluate("name => host.start(name)", kernels.CURRENT)
        self.silently(f"import os; os.environ.update({dict(environment)!r})")

    def run(self, code: str) -> None:
        """Run a cell, and wait until it has run."""
        assert self.page.evaluate("code => host.run(code)", code) == "ok", self.page.inner_text("#outputs")

    def silently(self, code: str) -> None:
        """Run code as VS Code's extension does by itself, without a cell."""
        self.page.evaluate("code => host.silently(code)", code)

    def restart(self) -> None:
        """Restart the kernel. What was shown stays, as it does in VS Code."""
        self.page.evaluate("host.restart()")

    def output(self, cell: int) -> Locator:
        return self.page.locator("section").nth(cell).locator("> div")

    def card(self, cell: int) -> Locator:
        return self.output(cell).locator(".runway-task")

    def close(self) -> None:
        self.page.evaluate("host.stop()")
        self.page.close()
        assert self.errors == []
