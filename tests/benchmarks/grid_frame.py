"""How much script a grid of a hundred takes costs per update, in a real Chromium: a frame has 16 ms.

The page holds the built front end and a model that gives it what Python would send: four times a second, the takes that
changed. Timed is the message up to the finished drawing, without the layout that follows. The same page is also
told that every take changed, which is what a front end that draws all of them each time would cost.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright

from tests.browser import chromium

from .rows import OURS, Row, Size, row

TITLE = "Script of a grid of 100 takes for an update, without JupyterLab"
ROOT = Path(__file__).parents[2] / "runway_widget"
FRAME = 16.0  # milliseconds
PAGE = "http://grid.test/"
FILES = {
    "widget.js": (ROOT / "static" / "widget.js", "text/javascript"),
    "widget.css": (ROOT / "static" / "widget.css", "text/css"),
    "still.jpg": (ROOT / "simulator" / "media" / "dusk.jpg", "image/jpeg"),
    "take.mp4": (ROOT / "simulator" / "media" / "dusk.mp4", "video/mp4"),
}
HTML = """<!doctype html><meta charset="utf-8"><title>A hundred takes</title>
<link rel="stylesheet" href="widget.css"><body><div id="grid"></div>
<script type="module">
import widget from "./widget.js";

const TAKES = 100;
const clock = { elapsed: 12, queued: null, left: 40, heard: 1, retry_in: null, ticking: true, quiet_after: 40 };
const face = { title: "Image to video", kind: "video", name: "Generating", tone: "accent", bar: "determinate",
               stage: "half", warn: false, note: "", advice: "", wrapper: "", save: "", folder: "renders/",
               ended: false, link: "", expired: "", expires: null, instead: [], cancel_question: "" };

// Take n in round r: three quarters are under way, the others done.
const take = (n, r) => {
    const done = n % 4 === 3, part = (n * 7 + r * 3) % 100;
    return {
        task_id: `task-${n}`, status: done ? "SUCCESS" : "IN_PROGRESS", progress: done ? 1 : part / 100,
        failure_code: "", outputs: done ? [{ url: new URL("take.mp4", location).href, kind: "video" }] : [],
        _face: done ? { ...face, word: "Done in 1:18", name: "Done", percent: null, tone: "success", bar: "none",
                        stage: "clear", ended: true }
                    : { ...face, word: `Generating ${part} %`, percent: part },
        _clock: { ...clock, at: Date.now() / 1000, elapsed: 12 + r, ticking: !done },
        _request: { prompt: `Take ${n}: the kite lifts above the wheat field`, ratio: 16 / 9,
                    facts: [{ name: "seed", text: `seed ${n}` }], still: new URL("still.jpg", location).href },
        _actions: done ? ["save"] : ["refresh", "stop", "cancel", "save"],
    };
};

const summary = () => ({ words: "75 running · 25 done", left: 40, at: Date.now() / 1000, ticking: true });
const traits = { _takes: Array.from({ length: TAKES }, (_, n) => take(n, 0)), _summary: summary(), _least: "220px" };
const heard = new Set();
const model = {
    get: (name) => traits[name],
    send() {},
    on: (event, then) => event === "msg:custom" && heard.add(then),
    off: (event, then) => heard.delete(then),
};

const settled = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

async function update(changes) {
    const start = performance.now();
    for (const then of heard) then({ kind: "takes", changes, summary: summary() });
    await null;  // the drawing is a microtask that was queued before this one
    const drawn = performance.now();
    document.body.getBoundingClientRect();
    return [drawn - start, performance.now() - drawn];
}

const start = performance.now();
widget.render({ model, el: document.getElementById("grid") });
window.opened = performance.now() - start;

/** `rounds` updates of `changed` takes each; for each the milliseconds of script and of layout. */
window.measure = async (rounds, changed) => {
    const times = [];
    for (let r = 1; r <= rounds; r++) {
        const numbers = Array.from({ length: changed }, (_, i) => (r * changed + i) % TAKES);
        await settled();
        times.push(await update(Object.fromEntries(numbers.map((n) => [n, take(n, r)]))));
    }
    return times;
};
</script>"""


def serve(route: Route) -> None:
    """Answers the page's requests: nothing leaves this machine."""
    name = route.request.url.removeprefix(PAGE)
    if name in FILES:
        path, kind = FILES[name]
        route.fulfill(path=path, content_type=kind)
    elif name == "":
        route.fulfill(body=HTML, content_type="text/html")
    else:
        route.fulfill(status=404)


def open_grid(page: Page) -> float:
    """Show a hundred takes; the milliseconds of script that took."""
    page.route("**/*", serve)
    page.goto(PAGE)
    page.wait_for_function("window.measure && document.querySelectorAll('.runway-task').length === 100")
    page.evaluate("measure(20, 25)")  # until the script is compiled, and the media are there
    return float(page.evaluate("window.opened"))


def time_updates(page: Page, rounds: int, changed: int) -> list[float]:
    """Milliseconds of script for each of ``rounds`` updates, each of which changes ``changed`` of the takes."""
    times = page.evaluate("([rounds, changed]) => measure(rounds, changed)", [rounds, changed])
    return [float(script) for script, _ in times]


def measure(size: Size) -> list[Row]:
    """Opening the grid, and an update of one, of a quarter and of all takes, in turns."""
    times: dict[int, list[float]] = {1: [], 25: [], 100: []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=list(chromium.FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        opened = open_grid(page)
        for _ in range(size.of(4, 1)):
            for changed, so_far in times.items():
                so_far += time_updates(page, size.of(15, 2), changed)
        browser.close()
    rows = [row("opening 100 takes", "script", "ms", OURS, opened)]
    for changed, so_far in times.items():
        case = f"{changed} of 100 takes changed"
        rows += [row(case, "script", "ms", OURS, so_far), row(case, "script", "ms", "a frame, 60 a second", FRAME)]
    return rows
