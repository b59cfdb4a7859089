"""One medium into one file: whole, resumed where it may be, and never in anybody's way."""

from __future__ import annotations

import errno
import os
import re
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from runway_widget import _download, _fetching
from runway_widget._download import TRIES, download_one, prepared
from runway_widget._errors import ConfigurationError, NoAnswer, RunwayWidgetError, ServiceError

from .origin import Asked, Origin, Reply, Rule, medium, origin, redirect, service, status

VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 1200
OTHER = VIDEO[:-1] + b"!"


class Pauses(list[float]):
    """Stands for `time.sleep`: notes how long it was asked to wait."""

    __call__ = list.append


def never() -> str:
    raise AssertionError("the link was good")


def save(
    server: Origin,
    folder: Path,
    *,
    renew: Callable[[], str] = never,
    path: str = "/a.mp4?sig=s3cr3t",
    **options: Any,
) -> Path:
    options.setdefault("pause", Pauses())
    return download_one(service(server.url), server.url + path, folder, "task-1", renew=renew, **options)


def ranges(server: Origin) -> list[str]:
    return [asked.headers.get("range", "") for asked in server.asked]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# Whole


def test_a_medium_arrives_byte_for_byte_and_leaves_nothing_else(tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as server:
        path = save(server, tmp_path)
    assert path == tmp_path / "task-1.mp4"
    assert path.read_bytes() == VIDEO
    assert names(tmp_path) == ["task-1.mp4"]


def test_the_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    with origin(medium(VIDEO)) as server:
        save(server, tmp_path, progress=lambda have, total: seen.append(names(tmp_path)))
    assert seen
    assert all(re.fullmatch(r"\.task-1\.[0-9a-f]{8}\.part", name) for listed in seen for name in listed)


def test_progress_tells_how_much_came_and_how_much_there_is(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with origin(medium(VIDEO)) as server:
        save(server, tmp_path, progress=lambda have, total: told.append((have, total)))
    assert told == sorted(told)
    assert told[-1] == (len(VIDEO), len(VIDEO))


def test_a_body_of_no_announced_length_is_taken_as_it_comes(tmp_path: Path) -> None:
    told: list[int | None] = []
    with origin(lambda _: Reply(200, {"Content-Type": "video/mp4"}, VIDEO)) as server:
        path = save(server, tmp_path, progress=lambda _, total: told.append(total))
    assert path.read_bytes() == VIDEO
    assert set(told) == {None}


def test_memory_stays_flat_however_large_the_file(tmp_path: Path) -> None:
    size, block = 256 * 2**20, bytes(2**20)

    def flood(_: Asked) -> Reply:
        return Reply(200, {"Content-Length": str(size)}, (block for _ in range(size // len(block))))

    with origin(flood) as server:
        tracemalloc.start()
        try:
            path = save(server, tmp_path)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert path.stat().st_size == size
    assert peak < 8 * 2**20


def test_a_server_that_compresses_though_it_was_asked_not_to_is_understood(tmp_path: Path) -> None:
    import gzip

    packed = gzip.compress(VIDEO)
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed)), "ETag": '"z"'}
    with origin(lambda _: Reply(200, headers, packed, 500), lambda _: Reply(200, headers, packed)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert server.asked[0].headers["accept-encoding"] == "identity"
    assert ranges(server) == ["", ""]  # a part of what is compressed is a part of nothing


# Broken off


def test_only_the_missing_bytes_are_asked_for_after_a_break(tmp_path: Path) -> None:
    pauses = Pauses()
    with origin(medium(VIDEO, cut=100_000), medium(VIDEO, cut=50_000), medium(VIDEO)) as server:
        path = save(server, tmp_path, pause=pauses)
    assert path.read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-", "bytes=150000-"]
    assert [asked.headers.get("if-range") for asked in server.asked] == [None, '"one"', '"one"']
    assert len(pauses) == 2


def test_the_time_of_change_does_where_there_is_no_etag(tmp_path: Path) -> None:
    when = "Fri, 13 Mar 2026 01:52:46 GMT"
    with origin(medium(VIDEO, etag="", cut=9_000, Last_Modified=when), medium(VIDEO, Last_Modified=when)) as server:
        save(server, tmp_path)
    assert server.asked[1].headers["if-range"] == when


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_a_server_that_identifies_nothing_is_asked_for_all_of_it_again(tmp_path: Path, etag: str) -> None:
    with origin(medium(VIDEO, etag=etag, cut=100_000), medium(VIDEO, etag=etag)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", ""]


def test_a_server_without_ranges_makes_it_start_over(tmp_path: Path) -> None:
    with origin(medium(VIDEO, cut=100_000), medium(VIDEO, ranges=False)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-"]


def test_another_object_under_the_same_link_is_not_mixed_in(tmp_path: Path) -> None:
    with origin(medium(VIDEO, cut=100_000), medium(OTHER, etag='"two"')) as server:
        assert save(server, tmp_path).read_bytes() == OTHER


def _other_range(_: Asked) -> Reply:
    rest = OTHER[200_000:]
    told = {"Content-Range": f"bytes 200000-{len(OTHER) - 1}/{len(OTHER)}", "Content-Length": str(len(rest))}
    return Reply(206, told, rest)


def _ignoring_if_range(asked: Asked) -> Reply:
    return medium(OTHER, etag='"two"')(Asked(asked.target, {**asked.headers, "if-range": '"two"'}))


def _longer(asked: Asked) -> Reply:
    return medium(OTHER + b"more")(asked)


def _unranged(asked: Asked) -> Reply:
    reply = medium(OTHER)(asked)
    del reply.headers["Content-Range"]
    return reply


@pytest.mark.parametrize(
    "second", [_other_range, _ignoring_if_range, _longer, _unranged, status(416)], ids=lambda rule: rule.__name__
)
def test_a_part_that_does_not_fit_makes_it_start_over(tmp_path: Path, second: Rule) -> None:
    with origin(medium(VIDEO, cut=100_000), second, medium(OTHER, etag='"two"')) as server:
        assert save(server, tmp_path).read_bytes() == OTHER
    assert ranges(server) == ["", "bytes=100000-", ""]


def test_less_than_was_promised_is_never_taken_for_the_file(tmp_path: Path) -> None:
    with origin(medium(VIDEO, ranges=False, cut=100_000)) as server, pytest.raises(NoAnswer, match="broke off 6 times"):
        save(server, tmp_path)
    assert len(server.asked) == TRIES
    assert names(tmp_path) == []


def test_a_range_longer_than_the_file_is_never_taken_for_its_end(tmp_path: Path) -> None:
    def too_much(asked: Asked) -> Reply:
        reply = medium(VIDEO)(asked)
        assert isinstance(reply.body, bytes)
        return Reply(206, {**reply.headers, "Content-Length": str(len(reply.body) + 5)}, reply.body + b"extra")

    with origin(medium(VIDEO, cut=100_000), too_much, medium(VIDEO)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO


def test_a_rest_that_comes_in_pieces_is_pieced_together(tmp_path: Path) -> None:
    def a_little(asked: Asked) -> Reply:
        return medium(VIDEO)(Asked(asked.target, {**asked.headers, "range": asked.headers["range"] + "199999"}))

    with origin(medium(VIDEO, cut=100_000), a_little, medium(VIDEO)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-", "bytes=200000-"]


def test_an_empty_file_is_no_medium(tmp_path: Path) -> None:
    with origin(medium(b"")) as server, pytest.raises(NoAnswer, match="empty"):
        save(server, tmp_path)
    assert names(tmp_path) == []


def test_silence_counts_as_a_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_fetching, "READ_TIMEOUT", 0.2)

    def silent(asked: Asked) -> Reply:
        reply = medium(VIDEO, cut=100_000)(asked)
        reply.hang = True
        return reply

    with origin(silent, medium(VIDEO)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-"]


def test_tries_are_many_as_long_as_they_bring_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_download, "ENOUGH", 20_000)
    with origin(medium(VIDEO, cut=20_000)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert len(server.asked) > 2 * TRIES


def test_starting_over_again_and_again_is_no_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_download, "ENOUGH", 20_000)
    with origin(medium(VIDEO, ranges=False, cut=100_000)) as server, pytest.raises(NoAnswer):
        save(server, tmp_path)
    assert len(server.asked) == TRIES


@pytest.mark.parametrize("number", [408, 429, 500, 503])
def test_a_refusal_that_may_pass_is_waited_out(tmp_path: Path, number: int) -> None:
    pauses = Pauses()
    with origin(status(number, Retry_After="7"), medium(VIDEO)) as server:
        assert save(server, tmp_path, pause=pauses).read_bytes() == VIDEO
    assert pauses == [7.0]


@pytest.mark.parametrize("number", [400, 401, 405])
def test_a_refusal_that_will_not_pass_is_told_at_once(tmp_path: Path, number: int) -> None:
    with origin(status(number)) as server, pytest.raises(ServiceError, match="refused") as caught:
        save(server, tmp_path)
    assert caught.value.http_status == number
    assert len(server.asked) == 1


# Links that expire


@pytest.mark.parametrize("number", [403, 404, 410])
def test_an_expired_link_is_renewed_once(tmp_path: Path, number: int) -> None:
    with origin(status(number), medium(VIDEO)) as server:
        path = save(server, tmp_path, renew=lambda: server.url + "/b.mp4?sig=new")
        assert path.read_bytes() == VIDEO
    assert [asked.target for asked in server.asked] == ["/a.mp4?sig=s3cr3t", "/b.mp4?sig=new"]


def test_a_link_that_expires_in_between_is_renewed_and_taken_up(tmp_path: Path) -> None:
    with origin(medium(VIDEO, cut=100_000), status(403), medium(VIDEO)) as server:
        assert save(server, tmp_path, renew=lambda: server.url + "/b.mp4").read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-", "bytes=100000-"]


def test_a_renewed_link_that_is_expired_too_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    renewed: list[str] = []
    with origin(status(403)) as server:

        def renew() -> str:
            renewed.append(server.url + "/b.mp4")
            return renewed[-1]

        with pytest.raises(ServiceError, match=r"link has expired, and so has its renewal; .*created anew.*HTTP 403"):
            save(server, tmp_path, renew=renew)
    assert len(renewed) == 1
    assert len(server.asked) == 2


# Names


@pytest.mark.parametrize(
    ("data", "content_type", "suffix"),
    [
        (VIDEO, "application/octet-stream", ".mp4"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "video/mp4", ".png"),
        (b"no magic", "image/jpeg; charset=x", ".jpg"),
        (b"no magic", "application/x-msdownload", ".mp4"),  # by the link's path, which is on the list
        (b"<svg onload='x'/>", "image/svg+xml", ".mp4"),
    ],
)
def test_the_ending_comes_from_the_bytes_or_from_a_list_and_from_nowhere_else(
    tmp_path: Path, data: bytes, content_type: str, suffix: str
) -> None:
    suggested = {"Content_Type": content_type, "Content_Disposition": 'attachment; filename="../../evil.exe"'}
    with origin(medium(data, **suggested)) as server:
        assert save(server, tmp_path) == tmp_path / f"task-1{suffix}"


def test_what_nobody_knows_ends_in_bin(tmp_path: Path) -> None:
    with origin(medium(b"no magic", Content_Type="application/x-sh")) as server:
        assert save(server, tmp_path, path="/run.sh").name == "task-1.bin"


def test_a_web_page_is_no_medium(tmp_path: Path) -> None:
    with (
        origin(medium(b"\n<!DOCTYPE html><title>Log in</title>")) as server,
        pytest.raises(ServiceError, match="web page"),
    ):
        save(server, tmp_path)
    assert names(tmp_path) == []


# Files that are there


def test_the_same_bytes_under_the_same_name_stay_as_they_are(tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as server:
        first = save(server, tmp_path)
        before = first.stat()
        assert save(server, tmp_path) == first
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names(tmp_path) == ["task-1.mp4"]


@pytest.mark.parametrize("there", [OTHER, b"short", b""])
def test_a_different_file_is_never_overwritten(tmp_path: Path, there: bytes) -> None:
    (tmp_path / "task-1.mp4").write_bytes(there)
    (tmp_path / "task-1 (2).mp4").mkdir()
    with origin(medium(VIDEO)) as server:
        assert save(server, tmp_path) == tmp_path / "task-1 (3).mp4"
        assert save(server, tmp_path) == tmp_path / "task-1 (3).mp4"
    assert (tmp_path / "task-1.mp4").read_bytes() == there
    assert (tmp_path / "task-1 (3).mp4").read_bytes() == VIDEO


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "task-1.mp4").symlink_to(tmp_path / "elsewhere.txt")
    with origin(medium(VIDEO)) as server:
        assert save(server, tmp_path).name == "task-1 (2).mp4"
    assert not (tmp_path / "elsewhere.txt").exists()


@pytest.mark.parametrize("there", [None, OTHER])
def test_a_file_system_without_hard_links_does_as_well(
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


def test_downloads_at_once_do_not_mix(tmp_path: Path) -> None:
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


def test_the_folder_is_made_and_the_home_directory_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert prepared("~/renders/kite") == tmp_path / "renders" / "kite"
    assert (tmp_path / "renders" / "kite").is_dir()


def test_a_relative_folder_gives_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepared("renders/") == Path("renders")


@pytest.mark.parametrize("directory", ["file.txt", "file.txt/under"])
def test_a_file_is_no_folder(tmp_path: Path, directory: str) -> None:
    (tmp_path / "file.txt").write_text("a note")
    with pytest.raises(ConfigurationError, match="is a file"):
        prepared(tmp_path / directory)


@pytest.mark.parametrize("directory", ["", None, 7, "nul\0l"])
def test_what_is_no_path_is_no_folder(directory: Any) -> None:
    with pytest.raises(ConfigurationError, match="director"):
        prepared(directory)


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


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_folder_that_may_not_be_written_to_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # a mode of the folder's would not stop root
    with origin(medium(VIDEO)) as server, pytest.raises(RunwayWidgetError, match="may not be written to"):
        save(server, tmp_path)
    assert server.asked == []


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with origin(medium(VIDEO)) as server, pytest.raises(KeyboardInterrupt):
        save(server, tmp_path, progress=interrupt)
    assert names(tmp_path) == []


def test_parts_of_processes_that_died_are_removed_and_those_of_others_are_not(tmp_path: Path) -> None:
    for name in (".task-1.00000000.part", ".task-1.11111111.part", ".task-10.00000000.part", ".task-1.mine.part"):
        (tmp_path / name).write_bytes(b"half")
        if "0000" in name or "mine" in name:
            os.utime(tmp_path / name, (0, 0))
    with origin(medium(VIDEO)) as server:
        save(server, tmp_path)
    assert names(tmp_path) == [".task-1.11111111.part", ".task-1.mine.part", ".task-10.00000000.part", "task-1.mp4"]


def test_a_medium_behind_a_redirect_is_followed(tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as there, origin(redirect(there.url + "/c.mp4?sig=x")) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert there.asked[0].target == "/c.mp4?sig=x"
