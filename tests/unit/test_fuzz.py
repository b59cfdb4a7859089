"""The short version of `make fuzz`, and that it finds what it is there to find."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import turbohtml

from runway_widget._service import hosts, outputs, parse, payload, service
from runway_widget._widgets import contact_sheet, markup, recent_table, static_stage
from tests.fuzz import answers, page
from tests.fuzz.__main__ import faults, main
from tests.fuzz.payloads import TEXTS
from tests.fuzz.target import run

pytestmark = pytest.mark.no_cover

SEED = 20_261_126
Patch = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize("part", range(2))
def test_no_hostile_input_gets_out_of_its_place(part: int) -> None:
    assert faults(SEED, part * 500, part * 500 + 500) == []


def unescaped(sign: str) -> Patch:
    """A page that forgets to escape one sign."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(markup._NAMED, sign, sign)

    return patch


def replaced(module: Any, name: str, other: Any) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(module, name, other)


def any_address(value: Any) -> str:
    return value if isinstance(value, str) else ""


def finished_element(name: str, /, *inside: str, **attributes: Any) -> markup.Markup:
    """An element that takes what is in it for HTML."""
    return markup.element(name, *map(markup.Markup, inside), **attributes)


BREAKS: dict[str, Patch] = {
    "a bracket is not escaped": unescaped("<"),
    "a bracket at a tag's end is not escaped": unescaped(">"),
    "an ampersand is not escaped": unescaped("&"),
    "a quotation mark is not escaped": unescaped('"'),
    "attributes are not escaped": replaced(markup, "_VALUE", re.compile(r"[&]")),
    "the data is not escaped": replaced(markup, "_VERBATIM", re.compile(r"[$]")),
    "a table is not escaped": replaced(recent_table, "element", finished_element),
    "a contact sheet is not escaped": replaced(contact_sheet, "element", finished_element),
    "any address is one of the web": replaced(outputs, "web_url", any_address),
    "a still may have any address": replaced(static_stage, "_data_image", any_address),
    "links may lead inside": replaced(service, "leads_inside", lambda url, base_url: False),
    "a name of one label is public": replaced(hosts, "_PRIVATE_ENDINGS", set()),
    "control characters stay": replaced(payload, "printable", lambda text: text),
    "numbers may be infinite": replaced(parse, "clean_json", lambda value: value),
    "the progress is believed": replaced(parse, "_fraction", lambda value: (-1.0, True)),
}


@pytest.mark.parametrize("name", BREAKS)
def test_code_that_is_broken_in_one_place_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BREAKS[name](monkeypatch)
    assert any(faults(SEED, first, first + 50) for first in range(0, 2_000, 50))


def test_an_input_follows_from_its_seed_and_its_number_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    BREAKS["a bracket is not escaped"](monkeypatch)
    (number, said), *_ = faults(SEED, 0, 500)
    assert faults(SEED, number, number + 1) == [(number, said)]
    with pytest.raises((AssertionError, turbohtml.HTMLParseError)):
        run(SEED, number)


def test_the_command_tells_what_it_did_and_how_to_make_an_input_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--inputs", "20", "--seed", "7", "--processes", "1"]) == 0
    assert re.search(r"20 inputs in \d+ s \(.* a second\), seed 7: no faults", capsys.readouterr().out)
    assert main(["--seed", "7", "--only", "3"]) == 0


CARD = '<div class="a" data-runway-card="n"><p>x</p><a href="https://a.example/b" target="_blank" rel="%s">y</a></div>'
GOOD = CARD % "noopener noreferrer"


def test_a_page_that_is_as_it_should_be_passes() -> None:
    page.check(GOOD, {"n"})
    page.check("<details>\n <summary>&lt;b&gt;</summary>\n <pre>a\n&quot;</pre>\n</details>", set())


@pytest.mark.parametrize(
    "html",
    [
        *(f"<p>{text}</p>" for text in TEXTS if "<" in text.replace("<!", "!").replace("<?", "?") and "\0" not in text),
        *("<p>a & b</p>", "<p>&notit;</p>", "<p>a > b</p>", "<p>\x85</p>", "<p>\u202e</p>", "<p>&#0;</p>"),
        *("<p>", "</p>", "<div><p></div></p>", "<p><div></div></p>", "<span><p>x</p></span>", "<p>x<p>y</p></p>"),
        *("<p onclick='x'>x</p>", '<p onclick="x">x</p>', '<p id="x">x</p>', "<p title=x>x</p>"),
        *('<p title="a" title="b">x</p>', '<img src="javascript:x">', '<img src="data:text/html,x">'),
        *('<img src="data:image/svg+xml;base64,AA==">', '<img src="http://127.0.0.1/x">', CARD % ""),
        *('<p style="background:url(//a.example)">x</p>', '<p style="width:expression(x)">x</p>'),
        *('<div data-runway-card="m"></div>', '<a href="//a.example" target="_blank" rel="noopener noreferrer">x</a>'),
        *("<table><p>x</p></table>", "<table><tr><td>x</td></tr></table>", "<script></script>", "<form></form>"),
        *("<!-- x -->", "<style>a</style", "<svg></svg>", "<div/>", "<br/>", "<P>x</P>"),
    ],
)  # fmt: skip
def test_a_page_that_is_not_does_not_pass(html: str) -> None:
    with pytest.raises((AssertionError, turbohtml.HTMLParseError, ValueError)):
        page.check(html, {"n"})


BESIDE_A_GATEWAY = {
    **dict.fromkeys(("https://10.0.0.7/a", "https://wiki.corp/a", "https://intranet/a"), True),
    **dict.fromkeys(("https://127.0.0.1/a", "https://localhost/a", "https://169.254.169.254/a"), False),
    **dict.fromkeys(("https://2130706433/a", "https://[::1]/a"), False),
}


@pytest.mark.parametrize("url", BESIDE_A_GATEWAY)
def test_a_gateway_of_a_private_network_may_name_the_hosts_beside_it_but_not_this_machine(url: str) -> None:
    html = GOOD.replace("https://a.example/b", url)
    with pytest.raises(AssertionError, match="leads inside"):
        page.check(html, {"n"})
    if BESIDE_A_GATEWAY[url]:
        page.check(html, {"n"}, neighbours=True)
    else:
        with pytest.raises(AssertionError, match="leads inside"):
            page.check(html, {"n"}, neighbours=True)


def test_each_leaf_and_each_list_of_an_answer_has_a_path() -> None:
    shape = {"a": [{"b": 1}, 2], "c": {}}
    assert list(answers.paths(shape)) == [(), ("a",), ("a", 0), ("a", 0, "b"), ("a", 1), ("c",)]
    assert answers.leaves(shape) == [("a", 0, "b"), ("a", 1)]
    assert answers.with_value(shape, ("a", 0, "b"), 3) == {"a": [{"b": 3}, 2], "c": {}}
    assert answers.with_name(shape, ("c",), "d") == {"a": [{"b": 1}, 2], "d": {}}
    assert shape == {"a": [{"b": 1}, 2], "c": {}}
