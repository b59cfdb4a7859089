"""The card in every state, checked by axe-core in the gallery, which draws all states with the hosts' own colours."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("gallery")

JS = Path(__file__).parents[2] / "js"
AXE = """async () => {
  const results = await axe.run({include: [['figure']], exclude: [['figcaption']]}, {resultTypes: ['violations']});
  const rules = [...results.passes, ...results.violations, ...results.incomplete].map(rule => rule.id);
  return {states: document.querySelectorAll('figure').length, rules,
          violations: results.violations.map(rule => [rule.id, rule.nodes[0].failureSummary, rule.nodes[0].html])};
}"""


# Every fade-in has ended. The progress bar's animation never ends, so it does not count.
SETTLED = """() => document.getAnimations().every(
  each => each.playState !== 'running' || each.effect.getComputedTiming().endTime === Infinity)"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The gallery's address."""
    npm = shutil.which("npm")
    assert npm, "the gallery is built by npm"
    subprocess.run([npm, "run", "--silent", "gallery"], cwd=JS, check=True, timeout=60)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(JS / "gallery" / "dist")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", ["", "260"], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["jp-light", "jp-dark", "vs-light", "vs-dark", "marimo-dark"])
def test_axe_reports_no_violation_in_any_state(browser: Browser, gallery: str, theme: str, width: str) -> None:
    page = browser.new_page(viewport={"width": 1250 if not width else 900, "height": 1000})
    page.goto(f"{gallery}?theme={theme}&width={width}")
    page.wait_for_selector(".runway-task")
    page.wait_for_function("[...document.querySelectorAll('video')].every(v => v.readyState > 1 || v.error)")
    page.wait_for_function(SETTLED)
    page.add_script_tag(path=JS / "node_modules" / "axe-core" / "axe.min.js")
    results = page.evaluate(AXE)
    page.close()
    assert results["states"] > 20
    assert "color-contrast" in results["rules"], "axe took everything for invisible"
    assert results["violations"] == []
