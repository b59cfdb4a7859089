"""Where a download ends up: its name, the files that are there already, and folders that cannot be written to."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from runway_widget._errors import ConfigurationError, RunwayWidgetError, ServiceError
from runway_widget._media import transfer
from runway_widget._media.folders import prepare_folder

from .origin import OTHER, VIDEO, Asked, Reply, medium, origin
from .saving import names, save

# Names


@pytest.mark.parametrize(
    ("data", "content_type", "suffix"),
    [
        (VIDEO, "application/octet-stream", ".mp4"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "video/mp4", ".png"),
        (b"no magic", "image/jpeg; charset=x", ".jpg"),
        (b"no magic", "application/x-msdownload", ".mp4"),  # by the link's path, which is on the list
        (b"<svg><path d='M0 0'/></svg>", "image/svg+xml", ".svg"),
        (b"<svg onload='x'/>", "image/svg+xml", ".svg.txt"),  # whoever opens it runs nothing
        (b"PK\x03\x04" + bytes(99), "application/octet-stream", ".zip"),
        (b"PK\x03\x04" + bytes(99), "image/png", ".zip"),
        (b"1\n00:00:01,000", "text/plain", ".mp4"),  # what a server says that does not know
    ],
)
def test_the_ending_comes_from_the_bytes_or_from_the_list_of_formats(
    tmp_path: Path, data: bytes, content_type: str, suffix: str
) -> None:
    evil = 'attachment; filename="../../evil.exe"'
    with origin(medium(data, Content_Type=content_type, Content_Disposition=evil)) as server:
        assert save(server, tmp_path) == tmp_path / f"task-1{suffix}"


def test_an_unknown_format_ends_in_bin(tmp_path: Path) -> None:
    with origin(medium(b"no magic", Content_Type="application/x-sh")) as server:
        assert save(server, tmp_path, path="/run.sh").name == "task-1.bin"


def test_a_web_page_is_refused(tmp_path: Path) -> None:
    with (
        origin(medium(b"\n<!DOCTYPE html><title>Log in</title>")) as server,
        pytest.raises(ServiceError, match="web page"),
    ):
        save(server, tmp_path)
    assert names(tmp_path) == []


# Files that are there


def test_a_file_with_the_same_bytes_is_left_untouched(tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as server:
        first = save(server, tmp_path)
        before = first.stat()
        assert save(server, tmp_path) == first
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names(tmp_path) == ["task-1.mp4"]


@pytest.mark.parametrize("there", [OTHER, VIDEO + b"more", b"short", b""])
def test_a_different_file_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bytes) -> None:
    monkeypatch.setattr(transfer, "CHUNK", len(VIDEO))  # of the comparison
    (tmp_path / "task-1.mp4").write_bytes(there)
    (tmp_path / "task-1 (2).mp4").mkdir()
    with origin(medium(VIDEO)) as server:
        assert save(server, tmp_path) == tmp_path / "task-1 (3).mp4"
        assert save(server, tmp_path) == tmp_path / "task-1 (3).mp4"
    assert (tmp_path / "task-1.mp4").read_bytes() == there
    assert (tmp_path / "task-1 (3).mp4").read_bytes() == VIDEO


@pytest.mark.posix
def test_a_dangling_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "task-1.mp4").symlink_to(tmp_path / "elsewhere.txt")
    with origin(medium(VIDEO)) as server:
        assert save(server, tmp_path).name == "task-1 (2).mp4"
    assert not (tmp_path / "elsewhere.txt").exists()


@pytest.mark.parametrize("there", [None, OTHER])
def test_a_file_system_without_hard_links_works_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bytes | None
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    if there is not None:
        (tmp_path / "task-1.mp4").write_bytes(there)
    with origin(medium(VIDEO)) as server:
        path = save(server, tmp_path)
    assert path.read_bytes() == VIDEO
    assert names(tmp_path) == (["task-1.mp4"] if there is None else ["task-1 (2).mp4", "task-1.mp4"])


def test_parallel_downloads_do_not_mix(tmp_path: Path) -> None:
    together = threading.Barrier(4, timeout=20)

    def halfway(data: bytes) -> Iterator[bytes]:
        yield data[:150_000]
        together.wait()
        yield data[150_000:]

    def serve(asked: Asked) -> Reply:
        data = VIDEO if asked.target == "/one" else OTHER
        return Reply(200, {"Content-Length": str(len(data))}, halfway(data))

    with origin(serve) as server:
        threads = [
            threading.Thread(target=save, args=(server, tmp_path), kwargs={"path": path})
            for path in ("/one", "/two", "/one", "/two")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {VIDEO, OTHER}
    assert names(tmp_path) == ["task-1 (2).mp4", "task-1.mp4"]


# Folders


def test_the_folder_is_made_and_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert prepare_folder("~/renders/kite") == tmp_path / "renders" / "kite"
    assert (tmp_path / "renders" / "kite").is_dir()


def test_a_relative_folder_belongs_to_the_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare_folder("renders/") == tmp_path / "renders"


@pytest.mark.parametrize("directory", ["file.txt", "file.txt/under"])
def test_a_file_is_refused_as_a_folder(tmp_path: Path, directory: str) -> None:
    (tmp_path / "file.txt").write_text("a note")
    with pytest.raises(ConfigurationError, match="is a file"):
        prepare_folder(tmp_path / directory)


@pytest.mark.parametrize("directory", ["", None, 7, "nul\0l"])
def test_a_value_that_is_no_path_is_refused(directory: Any) -> None:
    with pytest.raises(ConfigurationError, match="director"):
        prepare_folder(directory)


class Full:
    """A file on a disk with room for 1000 bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_an_error_and_no_part_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def open_full(self: Path, mode: str = "r", *rest: Any) -> Any:
        file = opened(self, mode, *rest)
        return Full(file) if mode == "xb" else file  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", open_full)
    with (
        origin(medium(VIDEO)) as server,
        pytest.raises(RunwayWidgetError, match=r"no room left in .*nothing was saved"),
    ):
        save(server, tmp_path)
    assert names(tmp_path) == []


def test_a_read_only_folder_is_an_error_before_any_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # a mode of the folder's would not stop root
    with origin(medium(VIDEO)) as server, pytest.raises(RunwayWidgetError, match="may not be written to"):
        save(server, tmp_path)
    assert server.asked == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_every_error_of_rights_says_to_save_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "open", refuse)
    with origin(medium(VIDEO)) as server, pytest.raises(RunwayWidgetError, match="save to another directory"):
        save(server, tmp_path)


def test_any_other_error_of_the_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    with origin(medium(VIDEO)) as server, pytest.raises(RunwayWidgetError, match="Input/output error"):
        save(server, tmp_path)


def test_no_empty_file_is_left_where_the_last_step_fails_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with origin(medium(VIDEO)) as server, pytest.raises(RunwayWidgetError, match="may not be written to"):
        save(server, tmp_path)
    assert names(tmp_path) == []


def test_an_interrupt_leaves_no_part_file(tmp_path: Path) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with origin(medium(VIDEO)) as server, pytest.raises(KeyboardInterrupt):
        save(server, tmp_path, progress=interrupt)
    assert names(tmp_path) == []


def test_old_part_files_of_this_medium_are_removed_and_no_others(tmp_path: Path) -> None:
    stale, fresh = ".task-1.00000000.part", ".task-1.11111111.part"
    others = [".task-1.mine.part", ".task-10.00000000.part", "xtask-1x00000000.part"]
    for name in (stale, fresh, *others):
        (tmp_path / name).write_bytes(b"half")
    for name in (stale, *others):
        os.utime(tmp_path / name, (0, 0))
    with origin(medium(VIDEO)) as server:
        save(server, tmp_path)
    assert names(tmp_path) == sorted([fresh, *others, "task-1.mp4"])
