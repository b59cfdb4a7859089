"""The harness itself, with a widget of a few lines. If these tests fail, look at the harness before the card."""

from __future__ import annotations

import subprocess

import pytest
from playwright.sync_api import expect

from tests.browser import kernels
from tests.browser.host import Host
from tests.environments import ROOT, environment

COUNTER = """
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
      const button = document.createElement('button');
      const draw = () => { button.textContent = 'n = ' + model.get('n'); };
      button.className = 'counter';
      button.onclick = () => model.send({ ask: 'more' });
      model.on('change:n', draw);
      draw();
      el.append(button);
    } };'''
    n = traitlets.Int(0).tag(sync=True)

counter = Counter()
counter.on_msg(lambda widget, message, buffers: setattr(counter, 'n', counter.n + 1))
counter
"""


@pytest.mark.parametrize("kernel", kernels.PINNED)
def test_each_kernel_has_the_ipykernel_that_its_name_says(kernel: str) -> None:
    python = environment(kernel)
    code = "import ipykernel, runway_widget; print(ipykernel.__version__, runway_widget.__file__)"
    output = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout
    assert output.split() == [kernel.removeprefix("ipykernel-"), str(ROOT / "runway_widget" / "__init__.py")]


def test_a_widget_works_after_a_save_and_a_reload(lab: Host) -> None:
    notebook = lab.open([COUNTER])
    notebook.run_all()
    button = notebook.output(0).locator(".counter")
    expect(button).to_have_text("n = 0")
    button.click()
    expect(button).to_have_text("n = 1")
    assert notebook.kernel_eval("counter.n") == 1
    notebook.save()
    notebook.reload()
    expect(button).to_have_text("n = 1")
    saved = notebook.saved()
    assert "application/vnd.jupyter.widget-view+json" in saved.cells[0].outputs[0].data


def test_a_widget_works_in_notebook_7(notebook7: Host) -> None:
    notebook = notebook7.open([COUNTER])
    notebook.run_all()
    notebook.output(0).locator(".counter").click()
    expect(notebook.output(0).locator(".counter")).to_have_text("n = 1")


def test_an_exception_in_a_kernels_thread_is_reported(lab: Host) -> None:
    notebook = lab.open(["import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()"])
    notebook.run_all()
    assert ["ZeroDivisionError" in error for error in lab.errors()] == [True]
    lab.server.thread_errors.write_text("")


def test_an_error_of_the_page_is_reported(lab: Host) -> None:
    notebook = lab.open(["1"])
    notebook.page.evaluate("() => { setTimeout(() => { throw new Error('planted') }) }")
    notebook.until(lambda: lab.errors())
    assert "planted" in lab.errors()[0]
    notebook.errors.clear()


def test_a_cell_that_fails_fails_the_test(lab: Host) -> None:
    notebook = lab.open(["1 / 0"])
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.run_all()
