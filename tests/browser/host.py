"""A notebook host for one test: it opens notebooks, and collects errors that a test would not notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import nbformat
from nbformat.sign import NotebookNotary
from playwright.sync_api import BrowserContext, Page, ViewportSize

from tests.browser import kernels
from tests.browser.notebook import NotebookPage
from tests.browser.servers import JupyterServer

LAB = "lab/workspaces/test-{number}/tree/{name}"  # a workspace for each: nothing is restored
NOTEBOOK7 = "notebooks/{name}"

_numbers = count(1)


class Tabs:
    """The tabs of a browser context. A tab that is used again loads a host in half the time that a new one takes.

    What a page leaves behind in its tab is cleared; the notebook, its workspace and its kernel are new each time.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self._spare: list[Page] = []

    def take(self) -> Page:
        return self._spare.pop() if self._spare else self.context.new_page()

    def give_back(self, page: Page) -> None:
        self._spare.append(page)


class Host:
    """JupyterLab or Notebook 7, for one test: `with Host(…) as host:` leaves no page, kernel or setting behind."""

    def __init__(self, server: JupyterServer, tabs: Tabs, address: str, environment: Mapping[str, str]) -> None:
        self.server = server
        self.pages: list[NotebookPage] = []
        self._tabs = tabs
        self._address = address
        self._environment = environment
        self._known_thread_errors = self._thread_errors()

    def open(
        self,
        notebook: Path | Sequence[str],
        *,
        kernel: str | None = None,
        trusted: bool = False,
        viewport: tuple[int, int] = (1100, 900),
    ) -> NotebookPage:
        """Open a notebook in a tab of its own.

        `notebook`: the sources of its code cells, or a file. A file is copied, unless it is in the folder that this
        server serves (as `NotebookPage.path` is). `kernel`: one of `kernels.MATRIX`. `trusted`: sign the notebook, so
        that its outputs are trusted.
        """
        path = self._place(notebook, kernel, trusted)
        name = path.relative_to(self.server.root).as_posix()
        page = self._tabs.take()
        page.set_viewport_size(ViewportSize(width=viewport[0], height=viewport[1]))
        address = self._address.format(number=next(_numbers), name=name)
        opened = NotebookPage(page, f"{self.server.url}/{address}?token={self.server.token}", path, name)
        self.pages.append(opened)
        if self._environment:
            opened.set_environment(self._environment)
        return opened

    def errors(self) -> list[str]:
        """Page errors, console errors and exceptions in kernels' threads, since the test began."""
        errors = [error for page in self.pages for error in page.errors]
        if new := self._thread_errors()[len(self._known_thread_errors) :]:
            errors.append(f"in a kernel:\n{new}")
        return errors

    def save_evidence(self, folder: Path) -> None:
        """Save screenshots, consoles, the notebooks and the server's log."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, notebook in enumerate(self.pages, 1):
            (folder / f"{number}-console.txt").write_text("\n".join([*notebook.console, "", *notebook.errors]))
            (folder / f"{number}-{notebook.path.name}").write_bytes(notebook.path.read_bytes())
            if not notebook.page.is_closed():
                notebook.screenshot(folder / f"{number}.png")
        (folder / "server.log").write_bytes(self.server.log.read_bytes())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for notebook in self.pages:
            if notebook.leave(f"{self.server.url}/api"):
                self._tabs.give_back(notebook.page)
        self.server.shutdown_kernels()
        self.server.reset_settings()

    def _place(self, notebook: Path | Sequence[str], kernel: str | None, trusted: bool) -> Path:
        if isinstance(notebook, Path) and notebook.is_relative_to(self.server.root):
            return notebook
        if isinstance(notebook, Path):
            content, stem = nbformat.read(notebook, as_version=4), notebook.stem
        else:
            content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in notebook])
            stem = "notebook"
        if kernel or "kernelspec" not in content.metadata:
            kernel = kernels.ensure(kernel or kernels.CURRENT)
            content.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        folder = self.server.root / f"test-{next(_numbers)}"
        folder.mkdir()
        path = folder / f"{stem}.ipynb"
        nbformat.write(content, path)
        if trusted:
            NotebookNotary(data_dir=str(self.server.home / "data")).sign(content)
        return path

    def _thread_errors(self) -> str:
        return self.server.thread_errors.read_text()
