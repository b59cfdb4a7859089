"""The frozen card: what it says, that nothing in it becomes markup, and how much room it takes in a file."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, get_args

import pytest

from runway_widget._media import keeper as _keeper
from runway_widget._media.dimensions import ratio_from_image, ratio_from_text
from runway_widget._service.endpoint import Kind, Kinds
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report, Timing
from runway_widget._widgets import static_card as _snapshot
from runway_widget._widgets.static_card import Card, Picture
from runway_widget._widgets.words import face

SIGNED = "https://cdn.example/video.mp4?_jwt=" + "x" * 500
THUMBNAIL = "data:image/webp;base64," + "A" * 6_000
TASK = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
REQUEST = {"prompt": "the kite lifts", "facts": ["gen4_turbo", "5 s", "seed 421"], "ratio": "1280:720", "still": ""}
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


def size(html: str) -> int:
    return len(html.encode())


def test_it_says_what_the_live_card_says_in_the_same_order() -> None:
    page = Page(_snapshot.html(card()))
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
    page = Page(_snapshot.html(card(Status.FAILURE, face=said, state=state)))
    for words in ("Failed", "No faces.", "Change the prompt or the picture", "SAFETY.INPUT.IMAGE"):
        assert words in page.text


def test_a_task_that_still_runs_says_how_to_take_it_up_again() -> None:
    assert f'Take it up again: Client().task("{TASK}")' in Page(_snapshot.html(card(Status.IN_PROGRESS))).text
    assert "Take it up again" not in Page(_snapshot.html(card())).text


def test_text_is_one_line_that_tells() -> None:
    assert _snapshot.text(card()) == f"Image to video: Done in 1:18: link lasts about a day ({TASK})"
    said = {**card().face, "note": "one\n\ntwo  " + "three " * 200}
    line = _snapshot.text(card(face=said))
    assert "\n" not in line
    assert line.startswith("Image to video: Done in 1:18: one two three")
    assert line.endswith(f"… ({TASK})")
    assert len(line) < 300


@pytest.mark.parametrize("where", ["face", "request", "state", "links", "ids"])
def test_nothing_of_the_services_becomes_markup(where: str) -> None:
    kinds: Kinds = get_args(Kind)
    bad: dict[str, dict[str, Any]] = {
        "face": {"face": {**card().face, "title": NASTY, "word": NASTY, "note": NASTY, "advice": NASTY}},
        "request": {"request": {"prompt": NASTY, "facts": [NASTY], "ratio": NASTY, "still": NASTY}, "pictures": ()},
        "state": {"state": TaskState(message=NASTY, code=NASTY, failure_code=NASTY, data={NASTY: [NASTY]})},
        "links": {"pictures": tuple(Picture(Output(f"https://x/?{NASTY}", kind), NASTY, "", NASTY) for kind in kinds)},
        "ids": {"reattach": NASTY, "when": NASTY, "task_id": NASTY},
    }
    for html in (_snapshot.html(card(**bad[where])), _snapshot.grid(NASTY, [card(**bad[where])], 2)):
        page = Page(html)
        assert page.all("script") == []
        assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
        assert {image["src"] for image in page.all("img")} <= {THUMBNAIL, NASTY}  # as an address, and nothing more


@pytest.mark.parametrize(
    "still", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.example/a.png"]
)
def test_a_still_is_a_picture_or_nothing(still: str) -> None:
    shown = Page(_snapshot.html(card(Status.IN_PROGRESS, request={**REQUEST, "still": still})))
    assert shown.all("img") == []


def test_only_the_player_and_its_link_carry_a_signed_query() -> None:
    data = {"output": [SIGNED], "told": f"see {SIGNED} for it", "deep": {"er": [{"url": SIGNED}]}}
    said = {**card().face, "note": f"look at {SIGNED}"}
    html = _snapshot.html(card(state=replace(card().state, data=data, message=f"as {SIGNED} says"), face=said))
    assert html.count("_jwt=") == 2
    assert html.count("https://cdn.example/video.mp4") > 4


def test_inline_styles_only_and_nothing_that_a_sanitiser_drops() -> None:
    page = Page(_snapshot.html(card(kinds=("video", "image"))) + _snapshot.grid("2 done", [card(), card()], None))
    assert {"script", "style", "svg", "source", "iframe", "button"}.isdisjoint(tag for tag, _ in page.elements)
    for _, attributes in page.elements:
        assert "var(" not in attributes.get("style", "")
        assert not re.search(r"(?<!-)\bcolor:(?!#)", attributes.get("style", "")), "text takes its host's colour"
        assert not [name for name in attributes if name.startswith(("data-", "aria-", "role"))]


@pytest.mark.parametrize("prompt", ["word " * 400, "<&>" * 700, "風箏升起" * 500])
@pytest.mark.parametrize("status", list(Status))
def test_without_its_pictures_a_card_takes_at_most_8_kb(status: Status, prompt: str) -> None:
    data = {f"key {number}": [prompt] * 20 for number in range(50)}
    said = {**card(status).face, "note": prompt}
    state = replace(card(status, kinds=("video",)).state, data=data, message=prompt, failure_code="X" * 3000)
    request = {"prompt": prompt, "facts": [prompt] * 4, "ratio": "1280:720", "still": ""}
    html = _snapshot.html(card(status, face=said, state=state, request=request))
    assert size(html.replace(THUMBNAIL, "")) <= 8_000
    Page(html)


def test_four_outputs_take_at_most_60_kb_and_8_without_their_pictures() -> None:
    link = "https://cdn.example/a/video.mp4?_jwt=" + "x" * 300
    pictures = tuple(Picture(Output(link, "video"), "data:image/webp;base64," + "A" * 6_400) for _ in range(4))
    html = _snapshot.html(card(pictures=pictures, state=replace(card().state, data={"k": "v" * 9_000})))
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
    keeper = _keeper.OutputKeeper(service, TASK, None, 0, lambda: None, lambda _: None)
    keeper._kept = tuple(_keeper.KeptOutput(Output(SIGNED, kind)) for kind in kinds)
    keeper._picture(True)
    assert len(spent) == len(kinds)
    assert sum(spent) <= 52_000


def test_a_saved_file_is_played_and_the_original_linked() -> None:
    (picture,) = card().pictures
    page = Page(_snapshot.html(card(pictures=(replace(picture, local="renders/a%20b.mp4"),))))
    assert page.all("video")[0]["src"] == "renders/a%20b.mp4"
    assert [link["href"] for link in page.all("a")] == ["renders/a%20b.mp4", SIGNED]


def test_embedded_media_are_played_before_all_else() -> None:
    (picture,) = card().pictures
    whole = replace(picture, local="renders/a.mp4", embedded="data:video/mp4;base64,AAAA")
    assert Page(_snapshot.html(card(pictures=(whole,)))).all("video")[0]["src"] == "data:video/mp4;base64,AAAA"


def test_a_picture_that_was_not_saved_is_shown_by_what_lasts() -> None:
    page = Page(_snapshot.html(card(kinds=("image",))))
    assert [image["src"] for image in page.all("img")] == [THUMBNAIL]
    assert [link["href"] for link in page.all("a")] == [SIGNED]


def test_links_go_out_safely() -> None:
    for link in Page(_snapshot.html(card(kinds=("video", "audio", "unknown")))).all("a"):
        assert link["rel"] == "noopener noreferrer"
        assert link["target"] == "_blank"


def test_a_grid_names_what_is_common_once_and_else_each() -> None:
    alike = Page(_snapshot.grid("2 done", [card(), card()], None)).text
    assert alike.count("Image to video") == 1
    other = card(face={**card().face, "title": "Text to image"})
    mixed = Page(_snapshot.grid("2 done", [card(), other], 2)).text
    assert mixed.startswith("2 done")
    assert "Text to image" in mixed


@pytest.mark.parametrize(
    ("text", "ratio"),
    [("1280:720", 16 / 9), ("720x1280", 9 / 16), (" 1 / 1 ", 1.0), ("9:1", 4.0), ("1:9", 0.4)]
    + [(text, None) for text in ("", "1280", "0:5", "5:0", "a:b", "1:2:3", None, 7)],
)
def test_a_ratio_is_read_as_the_front_end_does(text: Any, ratio: float | None) -> None:
    assert ratio_from_text(text) == ratio


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
    upright = Page(_snapshot.html(card(request={**REQUEST, "ratio": "720:1280"})))
    assert upright.all("video")[0]["width"] == "320"
    assert upright.all("video")[0]["height"] == "569"
    assert "max-width:320px" in upright.elements[0][1]["style"]
