"""Outputs that are no films and pictures to play from a link: files, SVGs, several sounds, and what needs the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runway_widget import ConfigurationError, RunwayTask
from runway_widget._media.svg import is_picture_only
from runway_widget._media.thumbnails import embed
from runway_widget.simulator import Simulator
from runway_widget.simulator._media import load

from ..creating import DUSK, written
from ..fakes import until
from ..static_cards import Page
from .helpers import Finish, placed

VIDEOS = "/v1/videos/{id}"


def ended(task: RunwayTask) -> RunwayTask:
    """When all that there is to show of it is known."""
    task.wait(20)
    until(lambda: not task._keeper.busy)
    written()
    return task


def page(task: RunwayTask) -> Page:
    return Page(task._make_bundle()["text/html"])


class TestFiles:
    def test_a_sequence_of_frames_is_named_with_its_size_and_linked(self, finish: Finish) -> None:
        task = ended(finish({"outputs": ["video", "file"]}))
        film, frames = task.outputs
        assert (film["kind"], frames["kind"]) == ("video", "file")
        (first, second) = task._face["instead"]
        assert first == {"words": "", "link": True, "picture": ""}
        assert second == {
            "words": f"2-night.zip · {len(load('file', 'night', False)) / 1e3:.0f} kB",
            "link": True,
            "picture": "",
        }
        assert second["words"] in page(task).text
        assert frames["url"] in [link["href"] for link in page(task).all("a")]

    def test_it_is_saved_as_what_it_is(self, finish: Finish, tmp_path: Path) -> None:
        ended(finish({"outputs": ["file"], "opaque": True}, save_to=tmp_path))
        (file,) = tmp_path.iterdir()
        assert (file.suffix, file.read_bytes()[:2]) == (".zip", b"PK")

    def test_it_is_not_sent_as_a_picture(self, sim: Simulator, tmp_path: Path) -> None:
        frames = tmp_path / "frames.zip"
        frames.write_bytes(b"PK\x03\x04" + bytes(99))
        for image in (frames, str(frames), frames.read_bytes()):
            with pytest.raises(ConfigurationError, match="no image"):
                sim.client().image_to_video(model="gen4_turbo", prompt_image=image, ratio="1280:720")
        with pytest.raises(ConfigurationError, match="no image"):
            sim.runway_client().create("something_new", anything=frames)
        assert sim.requests == []


class TestSvg:
    def test_it_is_a_picture_by_its_address_alone(
        self, finish: Finish, kernel: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        task = ended(placed(finish({"outputs": ["svg"]}, embed=True)))
        assert task.outputs[0]["kind"] == "image"
        (image,) = page(task).all("img")
        assert image["src"] == task.outputs[0]["url"]
        assert "cannot be embedded: no page may hold a file that ends in .svg" in task._face["note"]
        assert "svg" not in task._make_bundle()["text/html"].replace(image["src"], "").replace(".svg", "")
        (path,) = task.download(tmp_path)
        assert path.suffix == ".svg"

    def test_it_is_not_embedded(self, tmp_path: Path) -> None:
        file = tmp_path / "a.svg"
        file.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"may hold a file that ends in \.svg"):
            embed(file, "image")

    @pytest.mark.parametrize(
        ("text", "is_picture"),
        [
            ('<?xml version="1.0"?><svg xmlns="x"><path d="M0 0"/><text>on a kite &amp; more</text></svg>', True),
            ('<svg><image href="data:image/png;base64,AAAA"/></svg>', True),
            ("<svg><script>alert(1)</script></svg>", False),
            ("<svg><x:SCRIPT href='//evil.example/x.js'/></svg>", False),
            ("<svg onload='x'/>", False),
            ("<svg/onload=x>", False),
            ("<svg><a href='java\nscript:x'/></svg>", False),
            ("<svg><a href='&#106;avascript:x'/></svg>", False),
            ("<svg><image href='data:image/svg+xml,x'/></svg>", False),
            ("<svg><foreignObject><iframe/></foreignObject></svg>", False),
            ("<svg><set attributeName='href' to='x'/></svg>", False),
            ("<!DOCTYPE svg [<!ENTITY x 'y'>]><svg>&x;</svg>", False),
            ("<?xml-stylesheet href='x'?><svg/>", False),
            ("no picture", False),
            ("", False),
        ],
    )
    def test_a_picture_and_nothing_else(self, text: str, is_picture: bool, tmp_path: Path) -> None:
        file = tmp_path / "a.svg"
        file.write_text(text, encoding="utf-8")
        assert is_picture_only(file) is is_picture

    def test_what_is_no_text_is_no_picture(self, tmp_path: Path) -> None:
        file = tmp_path / "a.svg"
        file.write_bytes("<svg/>".encode("utf-16"))
        assert not is_picture_only(file)


class TestSounds:
    def test_several_play(self, finish: Finish) -> None:
        task = ended(finish({"action": "SOUND_EFFECT", "outputs": ["audio"] * 3}))
        assert [output["kind"] for output in task.outputs] == ["audio"] * 3
        assert len(page(task).all("audio")) == 3
        assert task._face["instead"] == []


class TestBehindTheKey:
    SCENARIO: dict[str, Any] = {"content_only": True}  # noqa: RUF012

    def test_a_page_gets_its_picture_and_never_its_address(self, finish: Finish, kernel: list[dict[str, Any]]) -> None:
        task = ended(placed(finish(self.SCENARIO, route=VIDEOS)))
        html = task._make_bundle()["text/html"]
        assert "/content" not in html
        assert page(task).all("video") == []
        assert [image["src"][:11] for image in page(task).all("img")] == ["data:image/"]
        assert "Save it to see it: the service gives it to your key only" in page(task).text
        assert task._face["instead"] == [
            {"words": "Save it to see it: the service gives it to your key only", "link": False, "picture": ""}
        ]
        assert task._face["link"] == "", "there is no link that could end"

    def test_a_saved_one_plays_from_its_file(
        self, finish: Finish, kernel: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        task = ended(placed(finish(self.SCENARIO, route=VIDEOS, save_to="renders")))
        (video,) = page(task).all("video")
        assert video["src"] == f"renders/{task.task_id}-1.mp4"
        assert (tmp_path / video["src"]).read_bytes() == DUSK
        assert [link["href"] for link in page(task).all("a")] == [video["src"]]
        assert task._face["instead"][0]["words"] == f"Saved as {task.task_id}-1.mp4"

    def test_an_embedded_one_plays(self, finish: Finish, kernel: list[dict[str, Any]]) -> None:
        task = ended(placed(finish(self.SCENARIO, route=VIDEOS, embed=True)))
        assert page(task).all("video")[0]["src"].startswith("data:video/mp4;base64,")

    def test_its_address_is_not_sent_and_its_file_is(self, sim: Simulator, finish: Finish, tmp_path: Path) -> None:
        task = ended(finish(self.SCENARIO, route=VIDEOS))
        upscale: dict[str, Any] = {"model": "magnific_video_upscaler_creative", "video_uri": task}
        with pytest.raises(ConfigurationError, match="to nobody but the holder of the key; download"):
            sim.runway_client().video_upscale(**upscale)
        assert [request for request in sim.requests if request.route == "create"] == []
        task.download(tmp_path)
        sim.runway_client().video_upscale(**upscale, poll_interval=60).close()
        (create,) = [request for request in sim.requests if request.route == "create"]
        assert str(create.body["videoUri"]).startswith("data:video/mp4;base64,")
