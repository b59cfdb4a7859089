"""An update of a hundred takes fits into a frame, and its cost depends on what changed."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Browser

from tests.benchmarks.grid_frame import FRAME, measure, open_grid


def test_an_update_of_a_hundred_takes_fits_into_a_frame_and_draws_only_what_changed(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        open_grid(page)
        quarter = median(measure(page, 40, 25).script)
        whole = median(measure(page, 40, 100).script)
    finally:
        page.close()
    assert quarter <= FRAME
    assert quarter <= whole * 0.6, "takes that did not change were drawn as well"
