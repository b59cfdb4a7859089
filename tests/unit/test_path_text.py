"""A path is taken as people have it: from a terminal, a file manager, a URL or another system; or refused by name."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest

from runway_widget._errors import ConfigurationError
from runway_widget._paths import absolute, path_of_url

pytestmark = pytest.mark.posix


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return folder


class Named:
    """A path of some other library."""

    def __init__(self, path: str | bytes | Exception) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Named({self.path!r})"  # in the test's name, which must be the same in each process

    def __fspath__(self) -> str | bytes:
        if isinstance(self.path, Exception):
            raise self.path
        return self.path


# What is taken


@pytest.mark.parametrize(
    "given",
    [
        "my clips/a.mp4",
        Path("my clips/a.mp4"),
        PurePosixPath("my clips/a.mp4"),
        PureWindowsPath("my clips\\a.mp4"),
        Named("my clips/a.mp4"),
        Named(b"my clips/a.mp4"),
        b"my clips/a.mp4",
        " my clips/a.mp4\n",
        "'my clips/a.mp4'",
        '"my clips/a.mp4"\n',
        r"my\ clips/a.mp4",
        r"my clips\a.mp4",
        "file:my clips/a.mp4",
        "./my clips/a.mp4",
        "no/../my clips/a.mp4",
    ],
    ids=repr,
)
@pytest.mark.parametrize("exists", [False, True])
def test_a_relative_path_is_below_the_working_directory_of_that_moment(here: Path, given: Any, exists: bool) -> None:
    if exists:
        (here / "my clips").mkdir()
        (here / "my clips/a.mp4").touch()
    assert absolute(given, "save_to") == here / "my clips/a.mp4"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("file:///a/b%20c.png", "/a/b c.png"),
        ("file://localhost/a/b.png", "/a/b.png"),
        ("file:/a/b.png", "/a/b.png"),  # `pathlib.Path` makes this of the first
        ("FILE:///a/b.png", "/a/b.png"),
        ("'file:///a/b.png'\n", "/a/b.png"),
        ("file:///a/100%25.png", "/a/100%.png"),
        ("file:///a/%E5%87%A7.png", "/a/凧.png"),
        (Path("file:///a/b%20c.png"), "/a/b c.png"),
        ("/a/b%20c.png", "/a/b%20c.png"),
        ("/a/it's.png", "/a/it's.png"),
        ("/a/b,c;d.png", "/a/b,c;d.png"),
    ],
)
def test_a_file_url_is_the_path_that_it_names(given: Any, path: str) -> None:
    assert absolute(given, "prompt_image") == Path(path)


def test_every_path_survives_as_a_url(tmp_path: Path) -> None:
    for name in ("a b", "100 %", "a#b?c=d", "凧", "it's", 'q"q', "a+b", "%20", "~", "a:b", "a\\b"):
        assert absolute((tmp_path / name).as_uri(), "prompt_image") == tmp_path / name, name


@pytest.mark.parametrize("name", ["take #1.png", "what?.png", "100%25.png", "a b.png"])
def test_a_file_url_written_by_hand_is_found_too(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert absolute(f"file://{tmp_path}/{name}", "prompt_image") == tmp_path / name


@pytest.mark.parametrize("tail", ["#t=2", "?download=1"])
def test_what_stands_behind_a_file_url_is_no_part_of_it(tmp_path: Path, tail: str) -> None:
    (tmp_path / "a.png").touch()
    assert absolute(f"{(tmp_path / 'a.png').as_uri()}{tail}", "prompt_image") == tmp_path / "a.png"


def test_a_file_manager_names_this_machine_in_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "Studio-7")
    assert absolute("file://studio-7/a.png", "prompt_image") == Path("/a.png")


@pytest.mark.parametrize("name", [" a ", "'a'", "a\\b", "a%20b", "C:\\a", "~x", "a,", "https:/a"])
def test_a_name_that_is_there_as_it_was_given_goes_before_all_that_it_could_mean(here: Path, name: str) -> None:
    (here / name).parent.mkdir(exist_ok=True)
    (here / name).touch()
    assert absolute(name, "prompt_image") == here / name


def test_a_percent_sign_is_read_only_where_that_leads_to_a_file(here: Path) -> None:
    assert absolute("a%20b.png", "prompt_image") == here / "a%20b.png"
    (here / "a b.png").touch()
    assert absolute("a%20b.png", "prompt_image") == here / "a b.png"


@pytest.mark.parametrize("given", ["~/clips", "$HOME/clips", "${HOME}/clips", "%USERPROFILE%\\clips", "file://~/clips"])
def test_the_home_folder_is_meant_where_it_is_named(here: Path, given: str) -> None:
    assert absolute(given, "save_to") == here.parent / "home" / "clips"


@pytest.mark.parametrize("home", ["", "relative", "~"])
def test_a_home_that_can_be_none_counts_as_none(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    import pwd

    monkeypatch.setenv("HOME", home)
    assert absolute("~/clips", "save_to") == Path(pwd.getpwuid(os.getuid()).pw_dir, "clips")


def test_links_stay_as_they_are_but_where_a_path_goes_back_over_one(here: Path) -> None:
    (here / "disk/deep").mkdir(parents=True)
    (here / "link").symlink_to(here / "disk/deep")
    assert absolute("link/renders", "save_to") == here / "link/renders"
    assert absolute("link/../renders", "save_to") == here / "disk/renders"


def test_links_that_lead_in_a_circle_are_left_to_whoever_uses_the_path(here: Path) -> None:
    (here / "a").symlink_to("b")
    (here / "b").symlink_to("a")
    assert absolute("a/renders", "save_to") == here / "a/renders"
    absolute("a/../renders", "save_to")


def test_a_base_takes_the_place_of_the_working_directory(here: Path) -> None:
    assert absolute("journal", "journal", base=here.parent) == here.parent / "journal"


# What is refused


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("C:\\Users\\me\\a.png", "is a path of Windows, and Python runs on .* here; give the path as it is"),
        ("C:/Users/me/a.png", "is a path of Windows"),
        ("\\\\server\\share\\a.png", "is a path of Windows"),
        (PureWindowsPath("C:/Users/me"), "is a path of Windows"),
        ("file:///C:/Users/me/a.png", "'C:/Users/me/a.png' is a path of Windows"),
        ("file://C:/Users/me/a.png", "is a path of Windows"),
        ("file:///C|/Users/me/a.png", "is a path of Windows"),
        ("file://nas/share/a.png", "is on the machine 'nas'; .* three slashes"),
        ("file://a.png", "is on the machine 'a.png'"),
        ("file://", "names nothing"),
        ("https://example.com/a?sig=s3cr3t", r"'https://example.com/a' is an address \(https:\), not a path"),
        (Path("https://example.com/a"), "'https:/example.com/a' lost a slash, as URLs do in a Path"),
        ("s3://bucket/a", r"is an address \(s3:\)"),
        ("sandbox:/mnt/data/a", r"is an address \(sandbox:\)"),
        ("dbfs:/a", r"is an address \(dbfs:\)"),
        ("blob:https://example.com/a", r"is an address \(blob:\)"),
        (Named("gs://bucket/a"), r"is an address \(gs:\)"),
        (Named(ValueError("only local paths have this")), "must be a folder: ValueError: only local"),
        ("a\0b", "holds a NUL character"),
        ("", "empty; give a folder"),
        (" \n", "empty"),
        ("''", "names nothing"),
        ("~nobody-of-this-name/a", "no user 'nobody-of-this-name' is known; give the whole path"),
        (7, "must be a folder, not int"),
        (None, "must be a folder, not None"),
        (["a"], "must be a folder, not list"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_cannot_be_meant_here_is_refused_by_name(here: Path, given: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^save_to:? .*{message}") as caught:
        absolute(given, "save_to", wanted="a folder")
    assert "s3cr3t" not in str(caught.value)
    assert list(here.iterdir()) == []


def test_without_a_home_only_a_path_below_it_is_an_error(no_home: None) -> None:
    assert absolute("/a", "save_to") == Path("/a")
    with pytest.raises(ConfigurationError, match=r"'~/a': the home folder of this user is not known; give the whole"):
        absolute("~/a", "save_to")


def test_without_a_working_directory_only_a_relative_path_is_an_error(no_directory: None) -> None:
    for given in ("/a", " /a\n", "'/a'", "file:///a"):
        assert absolute(given, "save_to") == Path("/a")
    with pytest.raises(ConfigurationError, match="'a' is relative, and the working directory is gone; give the whole"):
        absolute("a", "save_to")


# Windows' own way with URLs


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///C:/my%20clips/a.mp4", "C:/my clips/a.mp4"),
        ("file://C:/a.mp4", "C:/a.mp4"),
        ("file:///C|/a.mp4", "C:/a.mp4"),
        ("file:C:/a.mp4", "C:/a.mp4"),
        ("file://localhost/C:/a.mp4", "C:/a.mp4"),
        ("file://nas/share/a%20b.mp4", "\\\\nas\\share\\a b.mp4"),
        ("file:////nas/share/a.mp4", "//nas/share/a.mp4"),
    ],
)
def test_a_file_url_of_windows_is_read_on_windows(url: str, path: str) -> None:
    assert path_of_url(url, "prompt_image", windows=True) == path
