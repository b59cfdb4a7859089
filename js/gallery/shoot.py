"""Takes pictures of every state in every theme and runs axe over them.

    npm run gallery && python gallery/shoot.py /tmp/gallery [theme …]

Wants Playwright with a Chromium (CHROMIUM names its executable).
"""

import functools
import http.server
import os
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
THEMES = ["plain", "plain-dark", "jp-light", "jp-dark", "vs-light", "vs-dark", "marimo-dark"]
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run", "--disable-gpu"]  # fmt: skip
AXE = """async () => {
    const found = await axe.run({include: [['figure']], exclude: [['figcaption']]}, {resultTypes: ['violations']});
    const seen = [...found.passes, ...found.violations, ...found.incomplete].map(rule => rule.id);
    return {
        contrast: seen.includes('color-contrast'),
        violations: found.violations.map(v => [v.id, v.nodes.map(n => n.failureSummary + n.html.slice(0, 160))]),
        incomplete: found.incomplete.map(v => [v.id, v.nodes.length, v.nodes[0].any.map(a => a.message).join()]),
    }
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def main(out: Path, themes: list[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    handler = functools.partial(Handler, directory=str(HERE / "dist"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bad = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=QUIET)
        for theme in themes:
            for width in ("", "260"):
                page = browser.new_page(
                    viewport={"width": 1250 if not width else 900, "height": 1000},
                    device_scale_factor=2,
                    color_scheme="dark" if theme == "plain-dark" else "light",
                )
                page.on("pageerror", lambda error: print("page error:", error))
                name = theme.removesuffix("-dark") if theme.startswith("plain") else theme
                page.goto(f"http://127.0.0.1:{server.server_port}/index.html?theme={name}&width={width}")
                page.wait_for_selector(".runway-task")
                loaded = "[...document.querySelectorAll('video')].every(v => v.readyState > 1 || v.error)"
                page.wait_for_function(loaded)
                page.wait_for_timeout(700)
                page.add_script_tag(path=HERE.parent / "node_modules/axe-core/axe.min.js")
                found = page.evaluate(AXE)
                if found["violations"] or not found["contrast"]:
                    bad += 1
                print(theme, width, found["violations"] or "no violation", *(v[:2] for v in found["incomplete"]))
                page.screenshot(path=out / f"{theme}{width and '-' + width}.png", full_page=True)
                if not width:
                    for figure in page.query_selector_all("figure"):
                        name = str(figure.get_attribute("data-name")).replace(" ", "_")
                        figure.screenshot(path=out / f"{theme}-{name}.png")
                page.close()
        browser.close()
    server.shutdown()
    return bad


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:] or THEMES))
