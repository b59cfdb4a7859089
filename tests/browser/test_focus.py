"""Where the keyboard's focus goes when a live card is taken off the page, in a real browser and without a host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from runway_widget._widgets.freezable import STATIC
from tests.front_end_fixtures import FOLDER

# Three outputs, each in a box; the card stands in the second. `stop` is its button, `end` what a host does at the end.
PAGE = """async ([source, state]) => {
  document.body.innerHTML = '<input><main>' + '<section><div></div></section>'.repeat(3) + '</main>';
  const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
  const {render} = (await import(url)).default;
  const on = {};
  const model = {get: name => state[name], on: (name, then) => (on[name] = then), off() {}, send() {}};
  const box = document.querySelectorAll('section')[1];
  const cleanup = render({model, el: box.firstChild});
  window.stop = () => box.querySelector('[title^=Stop]');
  window.update = change => { Object.assign(state, change); on['change:_face'](); };
  window.place = () => document.querySelectorAll('section')[1];
  window.end = words => {
    box.remove();
    cleanup();
    if (words) freeze(words);
  };
  window.freeze = words => {
    const fresh = document.createElement('section');
    fresh.innerHTML = `<div class="runway-task"><a href="#">${words}</a></div>`;
    const main = document.querySelector('main');
    if (main.children.length === 3) main.children[1].remove();
    main.insertBefore(fresh, main.children[1]);
  };
}"""
FOCUSED = "() => document.activeElement.className + ' ' + document.activeElement.innerText.trim()"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    put_card(page.main_frame)
    yield page
    page.close()


def put_card(frame: Frame) -> dict[str, Any]:
    """Put a live card of a running task onto the page; all states."""
    states: dict[str, Any] = json.loads((FOLDER / "states.json").read_text(encoding="utf-8"))
    frame.evaluate(PAGE, [(STATIC / "widget.js").read_text(encoding="utf-8"), states["running"]])
    return states


def focus_is(page: Page, words: str) -> None:
    page.wait_for_function(f"words => ({FOCUSED})() === words", arg=words)


def test_it_goes_to_the_static_card_and_follows_a_later_one(page: Page) -> None:
    page.evaluate("() => { stop().focus(); end('without pictures') }")
    focus_is(page, "runway-task without pictures")
    page.evaluate("() => freeze('with pictures')")
    focus_is(page, "runway-task with pictures")
    page.keyboard.press("Tab")
    focus_is(page, " with pictures")
    page.evaluate("() => freeze('once more')")
    focus_is(page, "runway-task once more")


def test_it_waits_for_the_static_card(page: Page) -> None:
    page.evaluate("() => { stop().focus(); end(''); setTimeout(() => freeze('late'), 300) }")
    focus_is(page, "runway-task late")


def test_without_one_it_goes_to_what_stands_there_instead(page: Page) -> None:
    page.evaluate("() => { stop().focus(); end('') }")
    page.wait_for_function("() => document.activeElement === place()")


def test_whoever_has_left_or_leaves_meanwhile_is_not_called_back(page: Page) -> None:
    page.evaluate("() => { stop().focus(); document.querySelector('input').focus(); end('done') }")
    page.evaluate("() => new Promise(then => setTimeout(then, 200))")
    expect(page.locator("input")).to_be_focused()


def test_a_click_on_nothing_leaves_the_card_too(page: Page) -> None:
    page.evaluate("() => stop().focus()")
    page.evaluate("() => stop().blur()")
    page.evaluate("() => end('done')")
    page.evaluate("() => new Promise(then => setTimeout(then, 200))")
    assert page.evaluate("() => document.activeElement === document.body")


def test_the_ring_is_seen_by_who_uses_the_keyboard_and_by_nobody_else(page: Page) -> None:
    page.locator("[title^=Stop]").click()
    page.evaluate("() => end('done')")
    focus_is(page, "runway-task done")
    assert not page.evaluate("() => document.activeElement.matches(':focus-visible')")
    states = put_card(page.main_frame)
    page.evaluate("() => document.querySelector('input').focus()")
    while not page.evaluate("() => document.activeElement === stop()"):
        page.keyboard.press("Tab")
    page.evaluate("state => update(state)", states["cancelled"])
    focus_is(page, "runway-task " + page.locator("article").inner_text().strip())
    assert page.evaluate("() => document.activeElement.matches(':focus-visible')")


def test_a_card_in_a_frame_does_not_take_the_focus_from_the_page_around_it(page: Page) -> None:
    page.evaluate("() => { document.body.innerHTML = '<input><iframe></iframe>' }")
    frame = page.frames[1]
    states = put_card(frame)
    frame.evaluate("() => stop().focus()")
    page.locator("body > input").focus()
    frame.evaluate("state => update(state)", states["cancelled"])
    frame.evaluate("() => new Promise(then => setTimeout(then, 100))")
    expect(page.locator("body > input")).to_be_focused()
