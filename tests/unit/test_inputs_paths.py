"""Local media by their paths, as people have them: as a URL, in quotes, of another system, or of no file at all."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

from runway_widget import ConfigurationError
from runway_widget._create.inputs import resolve
from runway_widget.simulator import Simulator

from .creating import created, film
from .test_inputs import MP4, PNG, content, field

NAME = "take #1, 100 % 凧.png"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / NAME).write_bytes(PNG)
    (tmp_path / "clip.mp4").write_bytes(MP4)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Named:
    def __init__(self, path: str) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return self.path


@pytest.mark.posix
@pytest.mark.parametrize(
    "wrap",
    [
        str,
        Path.as_uri,
        lambda path: f"file://{path}",
        lambda path: path.as_uri().replace("file:///", "file://localhost/"),
        lambda path: path.as_uri().replace("file:///", "file:/"),
        lambda path: Path(path.as_uri()),
        lambda path: Named(path.as_uri()),
        lambda path: f"'{path}'",
        lambda path: f'"{path}"\n',
        lambda path: f" {path.name}\n",
        lambda path: str(path).replace(" ", "\\ ").replace("#", "\\#").replace(",", "\\,").replace("%", "\\%"),
        lambda path: PureWindowsPath(path.name),
        lambda path: path.relative_to(Path.cwd()),
        lambda path: f"<{path.as_uri()}>",
        os.fspath,
    ],
    ids=range(15),
)
def test_a_file_is_found_however_its_path_is_written(here: Path, wrap: Any) -> None:
    assert content(resolve(wrap(here / NAME), field()).uri) == PNG


def test_every_field_that_takes_media_takes_a_file_url(here: Path, sim: Simulator) -> None:
    picture, clip = (here / NAME).as_uri(), (here / "clip.mp4").as_uri()
    client = sim.client()
    film(sim, client, prompt_image=picture)
    film(sim, client, prompt_image=[{"uri": picture, "position": "first"}])
    client.video_upscale(model="upscale_v1", video_uri=clip)
    client.character_performance(model="act_two", character=picture, reference={"type": "video", "uri": clip})
    client.text_to_image(model="gen4_image", prompt_text="a", ratio="1024:1024", reference_images=picture)
    sent = "\n".join(str(request.body) for request in created(sim))
    assert "file:" not in sent
    assert (sent.count("data:image/png;base64,"), sent.count("data:video/mp4;base64,")) == (4, 2)


@pytest.mark.posix
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("file:///no/such/still.png", "'file:///no/such/still.png' is no URL, and no such file is in /no/such"),
        ("file://nas/share/still.png", "is on the machine 'nas'"),
        ("file:///C:/still.png", "'C:/still.png' is a path of Windows"),
        ("C:\\still.png", "is a path of Windows"),
        (PureWindowsPath("C:/still.png"), "is a path of Windows"),
        ("sandbox:/mnt/data/still.png", "is an address (sandbox:), not a path; give an https URL, a path, bytes"),
        ("attachment:still.png", "is no file, and no address that the service could fetch; give an https URL"),
        ("RTC:still.png", "is no file, and no address that the service could fetch"),
        (Path("https://example.com/still.png"), "lost a slash, as URLs do in a Path; give an https URL"),
        ("s3://bucket/still.png", "is not https, and the service fetches nothing else"),
        ("~/no such still.png", "'~/no such still.png' is no URL, and no such file is in "),
        ("~nobody-of-this-name/x.png", "no user 'nobody-of-this-name' is known"),
        (os.devnull, "'/dev/null' is no file with an end, but a device or a pipe"),
        ("file:///", "is a folder"),
        ("file://", "names nothing"),
        (b"/home/me/still.png", "bytes are the content of a file; give its path as text"),
        (b"~/still.png", "bytes are the content of a file"),
        ("half \ud800.png", "no such file"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_leads_to_no_file_is_refused_by_name(here: Path, value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^prompt_image: ") as caught:
        resolve(value, field())
    assert message in str(caught.value)
    assert "names no host" not in str(caught.value)


def test_without_a_working_directory_a_relative_path_says_so(no_directory: None) -> None:
    with pytest.raises(ConfigurationError, match=r"'still\.png' is relative, and the working directory is gone"):
        resolve("still.png", field())


def test_without_a_home_a_path_below_it_says_so(no_home: None) -> None:
    with pytest.raises(ConfigurationError, match=r"'~/still\.png': the home folder of this user is not known"):
        resolve("~/still.png", field())


@pytest.mark.posix
def test_links_that_lead_in_a_circle_are_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("a.png")
    with pytest.raises(ConfigurationError, match=r"no such file|cannot be read"):
        resolve(tmp_path / "a.png", field())
