"""What the static card must not let through: markup, signatures, odd addresses; and its size in a file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import pytest

from runway_widget._journal.row import Request
from runway_widget._media.thumbnails import budget_for
from runway_widget._service.endpoint import Kind, Kinds
from runway_widget._service.json_value import JsonValue
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._widgets import markup, static_card, static_grid
from runway_widget._widgets.static_card import Card
from runway_widget._widgets.static_stage import Picture
from runway_widget._widgets.view import Face, Tone

from .static_cards import REQUEST, SIGNED, TASK, THUMBNAIL, Page, card, page_of

NASTY = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"


COMPARED = 10_000  # characters of an output that nbdime (4.0.4) compares


def size(html: str) -> int:
    return len(html.encode())


def outline(html: str) -> list[tuple[str, list[str]]]:
    """Every element with the names of its attributes: what a text must not change."""
    return [(tag, sorted(attributes)) for tag, attributes in Page(html).elements]


def holding(text: str) -> Card:
    """A card that holds ``text`` wherever it can hold words of the service, of the user or of the notebook."""
    words: Face = {**card().face, "title": text, "word": text, "note": text, "advice": text, "wrapper": text}
    request: Request = {**REQUEST, "prompt": text, "facts": [{"name": "seed", "text": text}]}
    state = TaskState(failure_code=text, data={text: [text]})
    return card(face=words, request=request, state=state, reattach=text, when=text, task_id=text)


@pytest.mark.parametrize("tone", ["success", "danger"])
def test_nothing_that_is_said_becomes_markup(tone: Tone) -> None:
    def toned(text: str) -> Card:
        made = holding(text)
        return replace(made, face={**made.face, "tone": tone})

    for drawn in (static_card.html, lambda made: static_grid.html(made.task_id, [made, made], None)):
        html = drawn(toned(NASTY))
        assert outline(html) == outline(drawn(toned("harmless".ljust(len(markup.escape(NASTY)), "."))))
        assert Page(html).text.count("<script>alert(1)</script>") >= 5


def test_a_text_that_is_cut_does_not_become_markup_either() -> None:
    long = "<b>" * 2_000
    page = page_of(card(request={**REQUEST, "prompt": long}, when=long, face={**card().face, "link": ""}, link_end=""))
    assert page.all("b") == []
    assert page.text.count("…") == 2


# As a parser takes an attribute's end, another attribute, a tag and an entity.
ADDRESS = "https://cdn.example/x.mp4?\"onerror='alert(1)'><script>alert(1)</script>&amp;"
BITMAP = f"data:image/webp;base64,{ADDRESS}"


@pytest.mark.parametrize("field", ["url", "local", "embedded"])
@pytest.mark.parametrize(("kind", "tag"), [("video", "video"), ("image", "img"), ("audio", "audio")])
def test_the_address_of_a_medium_is_one_attribute_whatever_it_holds(field: str, kind: Kind, tag: str) -> None:
    picture = Picture(
        Output(ADDRESS if field == "url" else SIGNED, kind), **({} if field == "url" else {field: ADDRESS})
    )
    page = page_of(card(pictures=(picture,)))
    assert [medium["src"] for medium in page.all(tag)] == [ADDRESS]
    assert page.all("script") == []


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_address_of_a_link_is_one_attribute_whatever_it_holds(kind: Kind) -> None:
    for picture, links in (
        (Picture(Output(ADDRESS, kind)), [ADDRESS]),
        (Picture(Output(SIGNED, kind), local=ADDRESS), [ADDRESS, SIGNED]),
    ):
        page = page_of(card(pictures=(picture,)))
        assert [link["href"] for link in page.all("a")] == links
        assert page.all("script") == []


def test_the_address_of_a_thumbnail_is_one_attribute_whatever_it_holds() -> None:
    page = page_of(card(pictures=(Picture(Output(SIGNED, "video"), BITMAP),)))
    assert [image["src"] for image in page.all("img")] == [BITMAP]
    page = page_of(card(pictures=(Picture(Output(SIGNED, "image"), BITMAP),)))
    assert [image["src"] for image in page.all("img")] == [BITMAP]


def test_the_address_of_a_still_is_one_attribute_whatever_it_holds() -> None:
    page = page_of(card(Status.IN_PROGRESS, request={**REQUEST, "still": BITMAP}))
    assert [image["src"] for image in page.all("img")] == [BITMAP]
    assert page.all("script") == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https://x.example/a.webp"])
def test_a_thumbnail_is_a_picture_carried_in_its_address_or_nothing(address: str) -> None:
    page = page_of(card(pictures=(Picture(Output(SIGNED, "video"), address),)))
    assert page.all("img") == []
    assert page.all("video")[0]["preload"] == "metadata", "then its own first picture shows"


@pytest.mark.parametrize(
    "still", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.example/a.png", ADDRESS]
)
def test_a_still_is_a_picture_or_nothing(still: str) -> None:
    shown = Page(static_card.html(card(Status.IN_PROGRESS, request={**REQUEST, "still": still})))
    assert shown.all("img") == []


def test_only_the_player_and_its_link_carry_a_signed_query() -> None:
    data: dict[str, JsonValue] = {"output": [SIGNED], "told": f"see {SIGNED} for it", "deep": {"er": [{"url": SIGNED}]}}
    said: Face = {**card().face, "note": f"look at {SIGNED}"}
    html = static_card.html(card(state=replace(card().state, data=data, message=f"as {SIGNED} says"), face=said))
    assert html.count("_jwt=") == 2
    assert html.count("https://cdn.example/video.mp4") > 4


def test_what_follows_a_signed_link_in_the_data_stays() -> None:
    data: dict[str, JsonValue] = {"log": f"{SIGNED}\nwhat next? nothing"}
    html = static_card.html(card(state=replace(card().state, data=data), kinds=()))
    assert "_jwt=" not in html
    assert "video.mp4\\nwhat next? nothing" in html


def test_nothing_that_a_sanitiser_drops_is_needed() -> None:
    """It may drop the style element and each `var()`: they say sizes, grounds and fonts, and there are others then."""
    for html in (static_card.html(card(kinds=("video", "image"))), static_grid.html("2 done", [card(), card()], None)):
        page = Page(html)
        tags = [tag for tag, _ in page.elements]
        assert {"script", "svg", "source", "iframe", "button"}.isdisjoint(tags)
        assert tags.count("style") == 1
        for _, attributes in page.elements:
            style = attributes.get("style", "")
            assert set(re.findall(r"([\w-]+):var\(", style)) <= {"font-size", "font-family", "background-color"}
            assert not re.search(r"(?<!-)\bcolor:(?!#|inherit|color-mix\(in srgb,#\w+ 55%,currentcolor\))", style), (
                "text takes its host's colour"
            )
            assert not [name for name in attributes if name.startswith(("aria-", "role"))]


@pytest.mark.parametrize("prompt", ["word " * 400, "<&>" * 700, "風箏升起" * 500])
@pytest.mark.parametrize("status", list(Status))
def test_without_its_pictures_a_card_takes_at_most_8_kb(status: Status, prompt: str) -> None:
    data = {f"key {number}": [prompt] * 20 for number in range(50)}
    said: Face = {**card(status).face, "note": prompt, "wrapper": prompt}
    state = replace(card(status, kinds=("video",)).state, data=data, message=prompt, failure_code="X" * 3000)
    request: Request = {**REQUEST, "prompt": prompt, "facts": [{"name": "", "text": prompt}] * 4}
    html = static_card.html(card(status, face=said, state=state, request=request), TASK)
    assert size(html.replace(THUMBNAIL, "")) <= 8_000
    Page(html)


def test_four_outputs_take_at_most_60_kb_and_8_without_their_pictures() -> None:
    link = "https://cdn.example/a/video.mp4?_jwt=" + "x" * 300
    pictures = tuple(Picture(Output(link, "video"), "data:image/webp;base64," + "A" * 6_400) for _ in range(4))
    html = static_card.html(card(pictures=pictures, state=replace(card().state, data={"k": "v" * 9_000})))
    assert size(html) <= 60_000
    assert size(re.sub(r"data:image/[^\"]+", "", html)) <= 8_000
    assert len(Page(html).all("video")) == 4


LONG = "the kite lifts " * 33
USUAL: list[tuple[Kinds, str]] = [
    *(((kind,), prompt) for kind in ("video", "image", "audio") for prompt in ("the kite", LONG)),
    (("video",), 'it\'s "5 < 6", ' * 33),
    (("video",), "風箏升起 – " * 70),
    (("image", "image"), LONG),
]


@pytest.mark.parametrize("local", ["", f"renders/{TASK}-1"], ids=["linked", "saved"])
@pytest.mark.parametrize(("kinds", "prompt"), USUAL, ids=map(str, range(len(USUAL))))
def test_a_usual_card_is_so_short_that_nbdime_compares_it(kinds: Kinds, prompt: str, local: str) -> None:
    """With links of 400 characters, and with as much of the data as that leaves room for."""
    thumbnail = "data:image/avif;base64,".ljust(budget_for(len(kinds)), "A")
    outputs = [Output(f"https://cdn.example/{TASK}/output.mp4?_jwt=".ljust(400, "x"), kind) for kind in kinds]
    pictures = tuple(Picture(output, thumbnail, local=local) for output in outputs)
    data: dict[str, JsonValue] = {"id": TASK, "log": [f"step {number}" for number in range(300)]}
    said: Face = {**card().face, "note": f"saved to {local}.mp4" if local else "", "link": "" if local else "until"}
    facts: Any = [{"name": "", "text": text} for text in ("gen4_turbo", "1280:720", "5 s", "seed 421", "60 credits")]
    request: Request = {**REQUEST, "prompt": prompt, "facts": facts}
    whole = card(face=said, request=request, pictures=pictures, state=replace(card().state, data=data))
    html = static_card.html(whole, "fb3380aa2783-1")
    assert len(html) <= COMPARED
    assert "step 9" in html or len(kinds) == 2 or prompt not in {"the kite", LONG}


def test_links_go_out_safely() -> None:
    for link in Page(static_card.html(card(kinds=("video", "audio", "unknown")))).all("a"):
        assert link["rel"] == "noopener noreferrer"
        assert link["target"] == "_blank"
