"""An update of a hundred takes fits into a frame, and its cost depends on what changed."""

from __future__ import annotations

from playwright.sync_api import Browser, CDPSession, Page

from tests.benchmarks.grid_frame import FRAME, open_grid, time_updates

UPDATES = 40


def script(page: Page, session: CDPSession, changed: int) -> float:
    """Milliseconds of script for one update: of the processor's time, so that a busy machine makes no difference."""

    def so_far() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "ScriptDuration"))

    before = so_far()
    time_updates(page, UPDATES, changed)
    return (so_far() - before) * 1000 / UPDATES


def test_an_update_of_a_hundred_takes_fits_into_a_frame_and_draws_only_what_changed(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        open_grid(page)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        quarter, whole = script(page, session, 25), script(page, session, 100)
    finally:
        page.close()
    assert quarter <= FRAME
    assert quarter <= whole * 0.6, "takes that did not change were drawn as well"
