"""One notebook, open in a page of JupyterLab or Notebook 7, driven as a user would drive it.

Both hosts are built from the same parts and have their application object in `window.jupyterapp`, so one class drives
both. Commands go through that object, because the hosts' menus and buttons change. What the card shows is read from the
page; values in the kernel and in the file are read from the kernel and the file.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import ConsoleMessage, Dialog, Error, Locator, Page, expect

SECONDS = 60.0  # how long anything is waited for; a busy machine loads a page in half of it

# Errors that the hosts log about themselves.
HOST_NOISE = (
    "Canceled future for create_subshell_request",  # of a kernel that is restarted just then (JupyterLab 4.6)
    "Canceled future for kernel_info_request",  # the same
    "reading 'schema'",  # Notebook 7.6 requests settings that it does not have
    "'filebrowser:open-path' not registered",  # Notebook 7.6 again
    "Could not restore the debugger state",  # JupyterLab 4.6.6, when a kernel restarts during a request of the debugger
)

READY = """path => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  const name = panel?.context?.path.replace(/^RTC:/, '');  // documents that are shared have a drive of their own
  return name === path && panel.context.isReady && panel.content?.model?.cells?.length > 0
    && kernel?.connectionStatus === 'connected' && ['idle', 'busy'].includes(kernel.status);
}"""

RUN = """async ([command, index, wait, ms]) => {
  const app = window.jupyterapp, notebook = app.shell.currentWidget.content;
  if (index !== null) { notebook.deselectAll(); notebook.activeCellIndex = index; }
  const done = app.commands.execute(command);
  if (!wait) return [];
  const late = new Promise((_, no) => setTimeout(() => no(new Error('the cells are still running')), ms));
  await Promise.race([done, late]);
  const cells = [...notebook.model.cells].slice(index ?? 0, index === null ? undefined : index + 1);
  return cells.flatMap(cell => (cell.outputs?.toJSON() ?? []).filter(output => output.output_type === 'error'));
}"""

APPEND = """code => {
  const model = window.jupyterapp.shell.currentWidget.content.model.sharedModel;
  model.insertCell(model.cells.length, {cell_type: 'code', source: code, metadata: {}});
  return model.cells.length - 1;
}"""

EVALUATE = """async ([code, expression, ms]) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({code, silent: true, store_history: false, stop_on_error: false,
    user_expressions: expression === null ? {} : {value: expression}});
  const late = new Promise((_, no) => setTimeout(() => no(new Error('no answer; is a cell running?')), ms));
  // ipykernel 7.0 and 7.1 leave a request unread now and then, until the next one comes (seen on a busy machine).
  const nudge = setInterval(() => kernel.requestKernelInfo(), 3000);
  try {
    return (await Promise.race([future.done, late])).content;
  } finally {
    clearInterval(nudge);
  }
}"""


class NotebookPage:
    """An open notebook. `page` is Playwright's page, for what has no method here; `path` is the file on disk."""

    def __init__(self, page: Page, url: str, path: Path, name: str) -> None:
        self.page = page
        self.path = path
        self.errors: list[str] = []  # of the page and its console
        self.console: list[str] = []  # every message
        self._name = name  # as the server knows it
        page.set_default_timeout(SECONDS * 1000)
        page.on("pageerror", self._add_page_error)
        page.on("console", self._listen)
        page.on("dialog", _accept)
        page.goto(url)
        self.wait_until_ready()

    # Running

    def run_all(self, *, wait: bool = True, may_fail: bool = False) -> None:
        """Run every cell. By default, return when all have run, and raise AssertionError where a cell failed."""
        self._run("notebook:run-all-cells", None, wait, may_fail)

    def run_cell(self, index: int, *, wait: bool = True, may_fail: bool = False) -> None:
        """Run one cell, as `run_all` does; `wait=False` for one that keeps the kernel busy."""
        self._run("notebook:run-cell", index, wait, may_fail)

    def add_and_run(self, code: str, *, wait: bool = True, may_fail: bool = False) -> int:
        """Add a code cell at the end and run it; its index."""
        index: int = self.page.evaluate(APPEND, code)
        self.run_cell(index, wait=wait, may_fail=may_fail)
        return index

    def kernel_eval(self, code: str, seconds: float = SECONDS) -> Any:
        """Run code in the kernel without a cell. Returns the value of its last line, if that is an expression, by JSON.

        The kernel runs it after a cell that is running. A value that JSON cannot hold becomes its repr.
        """
        body, expression = _split(code)
        answer = self.page.evaluate(EVALUATE, [body, expression, seconds * 1000])
        value = answer.get("user_expressions", {}).get("value", answer if answer["status"] == "error" else None)
        if value is None:
            return None
        if value["status"] != "ok":
            raise AssertionError("in the kernel:\n" + "\n".join(value["traceback"]))
        return json.loads(ast.literal_eval(value["data"]["text/plain"]))

    def set_environment(self, variables: Mapping[str, str]) -> None:
        """Set environment variables in the kernel.

        Tries three times, with a kernel started anew between: one that has just started sometimes does not answer its
        first request (seen, rarely, with ipykernel 7.1.0 on a busy machine), and this is the first of each notebook.
        """
        code = f"import os; os.environ.update({dict(variables)!r})"
        for _ in range(2):
            with suppress(Error):
                self.kernel_eval(code, seconds=20)
                return
            self.restart_kernel()
        self.kernel_eval(code)

    def shutdown_kernel(self) -> None:
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def restart_kernel(self) -> None:
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
        self.wait_until_ready()

    # Reading

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-Cell-outputArea")

    def card(self, index: int) -> Locator:
        """The cards in the cell's output, live or static."""
        return self.output(index).locator(".runway-task")

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """The cell's outputs in the open document, saved or not."""
        script = "i => window.jupyterapp.shell.currentWidget.content.model.cells.get(i).outputs.toJSON()"
        outputs: list[dict[str, Any]] = self.page.evaluate(script, index)
        return outputs

    def trusted(self) -> list[bool]:
        """For each cell, whether the host trusts its outputs."""
        script = "() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(cell => cell.trusted)"
        trusted: list[bool] = self.page.evaluate(script)
        return trusted

    def until(self, condition: Callable[[], object], seconds: float = SECONDS) -> None:
        """Wait until the condition is true, where `expect` cannot be used. The page goes on running."""
        for _ in range(int(seconds / 0.05)):
            if condition():
                return
            self.page.wait_for_timeout(50)  # not time.sleep: the page's events are handled meanwhile
        raise AssertionError(f"not true after {seconds:g} s: {condition}")

    # The document

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def saved(self) -> Any:
        """Save the notebook and read the file from disk."""
        self.save()
        return nbformat.read(self.path, as_version=4)

    def reload(self) -> None:
        """Load the page again, as F5 does. The kernel goes on running."""
        self.page.reload()
        self.wait_until_ready()

    def leave(self, url: str) -> bool:
        """Go from the notebook to a page of the same server, so that another one can be opened in this tab.

        Whether the tab is fit for that.
        """
        if self.page.is_closed():
            return False
        try:
            self.page.evaluate("() => sessionStorage.clear()")
            self.page.goto(url)
            self.page.emulate_media(media="null", color_scheme="null", reduced_motion="null", forced_colors="null")
        except Error:
            self.page.close()
            return False
        self.page.remove_listener("pageerror", self._add_page_error)
        self.page.remove_listener("console", self._listen)
        self.page.remove_listener("dialog", _accept)
        return True

    # The page

    def set_theme(self, name: str) -> None:
        """Choose "JupyterLab Light" or "JupyterLab Dark". It is reset when the test ends."""
        script = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
        self.page.evaluate(script, name)
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", name)

    def screenshot(self, path: Path | str) -> None:
        self.page.screenshot(path=path)

    def wait_until_ready(self) -> None:
        self.page.wait_for_function(READY, arg=self._name)

    def _run(self, command: str, index: int | None, wait: bool, may_fail: bool) -> None:
        failed = self.page.evaluate(RUN, [command, index, wait, SECONDS * 1000])
        if failed and not may_fail:
            raise AssertionError("a cell failed:\n" + "\n".join(failed[0]["traceback"]))

    def _listen(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        if message.type == "error":
            self._add_error(f"console error: {message.text} ({message.location.get('url', '')})")

    def _add_page_error(self, error: Error) -> None:
        self._add_error(f"page error: {error.stack or error.message}")

    def _add_error(self, text: str) -> None:
        if not any(noise in text for noise in HOST_NOISE):
            self.errors.append(text)


def _split(code: str) -> tuple[str, str | None]:
    """The code without its last line, and that line as an expression that gives JSON; None if it is a statement."""
    tree = ast.parse(code)
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return code, None
    last = ast.unparse(tree.body.pop())
    return ast.unparse(tree), f"__import__('json').dumps({last}, default=repr)"


def _accept(dialog: Dialog) -> None:
    with suppress(Error):  # the page may be closed
        dialog.accept()  # "leave without saving?"
