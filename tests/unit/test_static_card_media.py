"""The static card's media: what is played and linked, and the place that is kept for it."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest

from runway_widget._journal.row import Request
from runway_widget._media.dimensions import ratio_from_image
from runway_widget._service.endpoint import Kinds
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status
from runway_widget._widgets import static_card
from runway_widget._widgets.static_stage import Picture

from .static_cards import REQUEST, SIGNED, THUMBNAIL, Page, card, page_of


def test_a_saved_file_is_played_and_the_original_linked() -> None:
    (picture,) = card().pictures
    page = Page(static_card.html(card(pictures=(replace(picture, local="renders/a%20b.mp4"),))))
    (video,) = page.all("video")
    assert video["src"] == "renders/a%20b.mp4"
    assert [image["src"] for image in page.all("img")] == [THUMBNAIL], "shown where the file did not travel"
    assert [link["href"] for link in page.all("a")] == ["renders/a%20b.mp4", SIGNED]


def test_a_saved_image_that_does_not_travel_leaves_no_broken_picture() -> None:
    (picture,) = card(kinds=("image",)).pictures
    page = Page(static_card.html(card(pictures=(replace(picture, local="renders/a%20b.png"),))))
    assert [image["src"] for image in page.all("img")] == [THUMBNAIL]
    assert [link["href"] for link in page.all("a")] == ["renders/a%20b.png", SIGNED]
    bare = Page(static_card.html(card(pictures=(replace(picture, thumbnail="", local="renders/a.png"),))))
    assert [image["src"] for image in bare.all("img")] == ["renders/a.png"], "there is nothing better"


def test_embedded_media_are_played_before_all_else() -> None:
    (picture,) = card().pictures
    whole = replace(picture, local="renders/a.mp4", embedded="data:video/mp4;base64,AAAA")
    assert Page(static_card.html(card(pictures=(whole,)))).all("video")[0]["src"] == "data:video/mp4;base64,AAAA"


def test_a_picture_that_was_not_saved_is_shown_by_what_lasts() -> None:
    page = Page(static_card.html(card(kinds=("image",))))
    assert [image["src"] for image in page.all("img")] == [THUMBNAIL]
    assert [link["href"] for link in page.all("a")] == [SIGNED]


@pytest.mark.parametrize(
    ("kinds", "local", "words"),
    [
        (("video",), "", ["open video"]),
        (("video",), "renders/a.mp4", ["saved video", "original video"]),
        (("unknown",), "", ["open output"]),
        (("image", "image"), "", ["open image 1", "2"]),
        (
            ("image", "audio"),
            "renders/a",
            [
                *("saved image 1", "audio 2"),
                *("original image 1", "audio 2"),
            ],
        ),
    ],
)
def test_each_link_says_where_it_leads(kinds: Kinds, local: str, words: list[str]) -> None:
    pictures = tuple(Picture(Output(SIGNED, kind), local=local) for kind in kinds)
    page = page_of(card(pictures=pictures))
    assert " · ".join(words) in page.text
    assert len(page.all("a")) == len(words)


def test_media_have_controls_and_a_name_and_make_no_sound_by_themselves() -> None:
    video = page_of(card()).all("video")[0]
    assert {"controls", "muted", "loop"} <= video.keys()
    assert "autoplay" not in video
    assert "controls" in page_of(card(kinds=("audio",))).all("audio")[0]
    assert page_of(card(kinds=("image",))).all("img")[0]["alt"] == "the kite lifts"
    assert page_of(card()).all("img")[0]["alt"] == "the kite lifts"
    nameless = card(kinds=("image",), request={**REQUEST, "prompt": ""})
    assert page_of(nameless).all("img")[0]["alt"] == "Output of Image to video"


def test_a_still_is_dimmed_and_without_colour_where_nothing_will_come() -> None:
    request: Request = {**REQUEST, "still": THUMBNAIL}
    waiting = page_of(card(Status.QUEUED, request=request)).all("img")[0]["style"]
    failed = page_of(card(Status.FAILURE, request=request)).all("img")[0]["style"]
    assert ("opacity" in waiting, "grayscale" in waiting) == (True, False)
    assert ("opacity" in failed, "grayscale" in failed) == (True, True)


@pytest.mark.parametrize("status", [Status.FAILURE, Status.CANCELLED, Status.IN_PROGRESS, Status.SUCCESS])
def test_a_still_that_is_only_an_address_is_left_out(status: Status) -> None:
    request: Request = {**REQUEST, "still": "https://e.example/a.png"}
    assert page_of(card(status, request=request, pictures=())).all("img") == []


def test_a_picture_whose_link_ends_leaves_a_grey_box_of_its_size_with_its_prompt() -> None:
    page = page_of(card(kinds=("image",), pictures=(Picture(Output(SIGNED, "image")),)))
    (image,) = page.all("img")
    assert (image["alt"], image["width"], image["height"]) == ("the kite lifts", "560", "315")
    boxes = [box["style"] for box in page.all("div") if "aspect-ratio:1.77778" in box["style"]]
    assert len(boxes) == 1
    assert "background-color" in boxes[0]


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
    out = io.BytesIO()
    image.new("RGB", (180, 320), "teal").save(out, kind, **options)
    uri = f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"
    assert ratio_from_image(uri) == 180 / 320


@pytest.mark.parametrize(
    "uri", ["", None, "https://x/y.webp", "data:image/webp;base64,", "data:image/png;base64,AAAA", THUMBNAIL]
)
def test_what_has_no_shape_has_none(uri: Any) -> None:
    assert ratio_from_image(uri) is None


def test_the_shape_is_that_which_was_asked_for_and_else_the_picture_s_own_as_on_the_live_card() -> None:
    image = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    image.new("RGB", (180, 320), "teal").save(out, "JPEG")
    thumbnail = f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
    pictures = (Picture(Output(SIGNED, "video"), thumbnail),)
    for ratio, shape in ((16 / 9, ("560", "315")), (None, ("320", "569"))):
        video = page_of(card(pictures=pictures, request={**REQUEST, "ratio": ratio})).all("video")[0]
        assert (video["width"], video["height"]) == shape


@pytest.mark.parametrize(("ratio", "size"), [(None, (560, 315)), (50.0, (560, 140)), (0.01, (320, 800))])
def test_a_ratio_is_kept_within_what_a_card_can_show(ratio: float | None, size: tuple[int, int]) -> None:
    video = page_of(card(request={**REQUEST, "ratio": ratio})).all("video")[0]
    assert (int(video["width"]), int(video["height"])) == size


def test_two_outputs_stand_side_by_side_in_a_card_of_twice_the_width() -> None:
    page = page_of(card(kinds=("video", "video"), request={**REQUEST, "ratio": 0.5}))
    assert "max-width:520px" in page.all("div")[1]["style"]
    assert [(video["width"], video["height"]) for video in page.all("video")] == [("260", "520")] * 2


def test_a_portrait_makes_a_narrow_card() -> None:
    upright = Page(static_card.html(card(request={**REQUEST, "ratio": 720 / 1280})))
    assert upright.all("video")[0]["width"] == "320"
    assert upright.all("video")[0]["height"] == "569"
    assert "max-width:320px" in upright.all("div")[1]["style"]
