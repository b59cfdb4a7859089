"""The static card: what it says, that nothing in it becomes markup, and how much room it takes in a file."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, get_args

import pytest

from runway_widget._journal.row import Request
from runway_widget._media import keeper as _keeper
from runway_widget._media.dimensions import ratio_from_image
from runway_widget._media.kept_outputs import KeptOutput
from runway_widget._service.endpoint import Kind, Kinds
from runway_widget._service.json_value import JsonValue
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report, Timing
from runway_widget._widgets import static_card
from runway_widget._widgets.static_card import Card, Picture
from runway_widget._widgets.view import Face, Tone
from runway_widget._widgets.words import face

SIGNED = "https://cdn.example/video.mp4?_jwt=" + "x" * 500
THUMBNAIL = "data:image/webp;base64," + "A" * 6_000
TASK = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
REQUEST: Request = {
    "prompt": "the kite lifts",
    "facts": [
        {"name": "model", "text": "gen4_turbo"},
        {"name": "duration", "text": "5 s"},
        {"name": "seed", "text": "seed 421"},
    ],
    "ratio": 1280 / 720,
    "still": "",
}
NASTY = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"


def card(status: Status = Status.SUCCESS, *, kinds: Kinds = ("video",), **changes: Any) -> Card:
    outputs = tuple(Output(SIGNED, kind) for kind in kinds) if status is Status.SUCCESS else ()
    state = TaskState(task_id=TASK, status=status, action="IMAGE_TO_VIDEO", outputs=outputs)
    report = Report(state, Phase.ENDED if status.ended else Phase.WATCHING, timing=Timing(elapsed=78.0))
    made = Card(
        task_id=TASK,
        face=face(report, "CometAPI", "COMETAPI_KEY"),
        state=state,
        reattach=f'Client().task("{TASK}")',
        request=REQUEST,
        pictures=tuple(Picture(output, THUMBNAIL) for output in outputs),
        when="2026-11-23 22:10",
    )
    return replace(made, **changes)


class Page(HTMLParser):
    """What a parser makes of it: elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(made: Card) -> Page:
    return Page(static_card.html(made))


def size(html: str) -> int:
    return len(html.encode())


def test_it_says_what_the_live_card_says_in_the_same_order() -> None:
    page = Page(static_card.html(card()))
    words = ["Image to video", "Done in 1:18", "the kite lifts", "gen4_turbo · 5 s · seed 421", "2026-11-23 22:10"]
    words += ["link lasts about a day", "open video", f'Client().task("{TASK}")']
    places = [page.text.index(word) for word in words]
    assert places == sorted(places)
    (video,) = page.all("video")
    assert video["src"] == SIGNED
    assert video["poster"] == THUMBNAIL
    assert {"controls", "muted", "loop"} <= video.keys()
    assert [image["src"] for image in page.all("img")] == [THUMBNAIL]


def test_a_failure_says_why_and_what_to_do_about_it() -> None:
    state = TaskState(status=Status.FAILURE, fail_reason="No faces.", failure_code="SAFETY.INPUT.IMAGE")
    said = face(Report(state, Phase.ENDED), "CometAPI", "COMETAPI_KEY")
    page = Page(static_card.html(card(Status.FAILURE, face=said, state=state)))
    for words in ("Failed", "No faces.", "Change the prompt or the picture", "SAFETY.INPUT.IMAGE"):
        assert words in page.text


def test_a_task_that_still_runs_says_how_to_take_it_up_again() -> None:
    assert f'Take it up again: Client().task("{TASK}")' in Page(static_card.html(card(Status.IN_PROGRESS))).text
    assert "Take it up again" not in Page(static_card.html(card())).text


def test_text_is_one_line_that_tells() -> None:
    assert static_card.text(card()) == f"Image to video: Done in 1:18: link lasts about a day ({TASK})"
    said: Face = {**card().face, "note": "one\n\ntwo  " + "three " * 200}
    line = static_card.text(card(face=said))
    assert "\n" not in line
    assert line.startswith("Image to video: Done in 1:18: one two three")
    assert line.endswith(f"… ({TASK})")
    assert len(line) < 300


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

    for drawn in (static_card.html, lambda made: static_card.grid(made.task_id, [made, made], None)):
        html = drawn(toned(NASTY))
        assert outline(html) == outline(drawn(toned("harmless")))
        assert Page(html).text.count("<script>alert(1)</script>") >= 5


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
    assert page.all("video")[0]["poster"] == BITMAP
    assert [image["src"] for image in page.all("img")] == [BITMAP]
    page = page_of(card(pictures=(Picture(Output(SIGNED, "image"), BITMAP),)))
    assert [image["src"] for image in page.all("img")] == [BITMAP]


@pytest.mark.parametrize("still", [ADDRESS, BITMAP])
def test_the_address_of_a_still_is_one_attribute_whatever_it_holds(still: str) -> None:
    page = page_of(card(Status.IN_PROGRESS, request={**REQUEST, "still": still}))
    assert [image["src"] for image in page.all("img")] == [still]
    assert page.all("script") == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https://x.example/a.webp"])
def test_a_thumbnail_is_a_picture_carried_in_its_address_or_nothing(address: str) -> None:
    page = page_of(card(pictures=(Picture(Output(SIGNED, "video"), address),)))
    assert "poster" not in page.all("video")[0]
    assert page.all("img") == []


@pytest.mark.parametrize(("code", "message"), [("0", "OK"), ("SUCCESS", "success"), ("200", ""), (None, "")])
def test_a_wrapper_that_says_that_all_is_well_is_not_quoted(code: str | None, message: str) -> None:
    assert page_of(wrapped(code, message)).text == page_of(wrapped("success", "")).text


def test_a_wrapper_that_says_more_is_quoted_as_on_the_live_card() -> None:
    assert "fail_to_fetch_task: upstream is full" in page_of(wrapped("fail_to_fetch_task", "upstream is full")).text


def wrapped(code: str | None, message: str) -> Card:
    state = TaskState(status=Status.FAILURE, fail_reason="No faces.", code=code, message=message)
    return card(Status.FAILURE, face=face(Report(state, Phase.ENDED), "CometAPI", "COMETAPI_KEY"), state=state)


@pytest.mark.parametrize(
    "still", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.example/a.png"]
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


def test_inline_styles_only_and_nothing_that_a_sanitiser_drops() -> None:
    page = Page(static_card.html(card(kinds=("video", "image"))) + static_card.grid("2 done", [card(), card()], None))
    assert {"script", "style", "svg", "source", "iframe", "button"}.isdisjoint(tag for tag, _ in page.elements)
    for _, attributes in page.elements:
        assert "var(" not in attributes.get("style", "")
        assert not re.search(r"(?<!-)\bcolor:(?!#)", attributes.get("style", "")), "text takes its host's colour"
        assert not [name for name in attributes if name.startswith(("data-", "aria-", "role"))]


@pytest.mark.parametrize("prompt", ["word " * 400, "<&>" * 700, "風箏升起" * 500])
@pytest.mark.parametrize("status", list(Status))
def test_without_its_pictures_a_card_takes_at_most_8_kb(status: Status, prompt: str) -> None:
    data = {f"key {number}": [prompt] * 20 for number in range(50)}
    said: Face = {**card(status).face, "note": prompt, "wrapper": prompt}
    state = replace(card(status, kinds=("video",)).state, data=data, message=prompt, failure_code="X" * 3000)
    request: Request = {**REQUEST, "prompt": prompt, "facts": [{"name": "", "text": prompt}] * 4}
    html = static_card.html(card(status, face=said, state=state, request=request))
    assert size(html.replace(THUMBNAIL, "")) <= 8_000
    Page(html)


def test_four_outputs_take_at_most_60_kb_and_8_without_their_pictures() -> None:
    link = "https://cdn.example/a/video.mp4?_jwt=" + "x" * 300
    pictures = tuple(Picture(Output(link, "video"), "data:image/webp;base64," + "A" * 6_400) for _ in range(4))
    html = static_card.html(card(pictures=pictures, state=replace(card().state, data={"k": "v" * 9_000})))
    assert size(html) <= 60_000
    assert size(re.sub(r"data:image/webp;base64,A+", "", html)) <= 8_000
    assert len(Page(html).all("video")) == 4


@pytest.mark.parametrize("kinds", [("video",) * 4, ("image",) * 4, ("video", "image"), ("video",) * 10])
def test_the_thumbnails_of_a_card_share_what_it_may_take(monkeypatch: pytest.MonkeyPatch, kinds: Kinds) -> None:
    """A video's thumbnail stands on the card twice: as its poster, and inside it for pages without video."""
    spent: list[int] = []

    def picture(_service: Any, _url: str, kind: str, budget: int) -> str:
        spent.append(budget * (2 if kind == "video" else 1))
        return ""

    monkeypatch.setattr(_keeper, "thumbnail_from_url", picture)
    service: Any = None
    keeper = _keeper.OutputKeeper(lambda: service, TASK, None, 0, lambda: None, lambda _: None)
    keeper._items = tuple(KeptOutput(Output(SIGNED, kind)) for kind in kinds)
    keeper._add_pictures(True)
    assert len(spent) == len(kinds)
    assert sum(spent) <= 52_000


def test_a_saved_file_is_played_and_the_original_linked() -> None:
    (picture,) = card().pictures
    page = Page(static_card.html(card(pictures=(replace(picture, local="renders/a%20b.mp4"),))))
    assert page.all("video")[0]["src"] == "renders/a%20b.mp4"
    assert [link["href"] for link in page.all("a")] == ["renders/a%20b.mp4", SIGNED]


def test_embedded_media_are_played_before_all_else() -> None:
    (picture,) = card().pictures
    whole = replace(picture, local="renders/a.mp4", embedded="data:video/mp4;base64,AAAA")
    assert Page(static_card.html(card(pictures=(whole,)))).all("video")[0]["src"] == "data:video/mp4;base64,AAAA"


def test_a_picture_that_was_not_saved_is_shown_by_what_lasts() -> None:
    page = Page(static_card.html(card(kinds=("image",))))
    assert [image["src"] for image in page.all("img")] == [THUMBNAIL]
    assert [link["href"] for link in page.all("a")] == [SIGNED]


def test_links_go_out_safely() -> None:
    for link in Page(static_card.html(card(kinds=("video", "audio", "unknown")))).all("a"):
        assert link["rel"] == "noopener noreferrer"
        assert link["target"] == "_blank"


def test_a_grid_names_what_is_common_once_and_else_each() -> None:
    alike = Page(static_card.grid("2 done", [card(), card()], None)).text
    assert alike.count("Image to video") == 1
    other = card(face={**card().face, "title": "Text to image"})
    mixed = Page(static_card.grid("2 done", [card(), other], 2)).text
    assert mixed.startswith("2 done")
    assert "Text to image" in mixed


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"x"}),
    ],
)
def test_the_shape_of_a_thumbnail_is_read_from_its_head(kind: str, options: dict[str, Any]) -> None:
    image = pytest.importorskip("PIL.Image")
    import io

    out = io.BytesIO()
    image.new("RGB", (180, 320), "teal").save(out, kind, **options)
    uri = f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"
    assert ratio_from_image(uri) == 180 / 320


@pytest.mark.parametrize(
    "uri", ["", None, "https://x/y.webp", "data:image/webp;base64,", "data:image/png;base64,AAAA", THUMBNAIL]
)
def test_what_has_no_shape_has_none(uri: Any) -> None:
    assert ratio_from_image(uri) is None


def test_a_portrait_makes_a_narrow_card() -> None:
    upright = Page(static_card.html(card(request={**REQUEST, "ratio": 720 / 1280})))
    assert upright.all("video")[0]["width"] == "320"
    assert upright.all("video")[0]["height"] == "569"
    assert "max-width:320px" in upright.elements[0][1]["style"]
