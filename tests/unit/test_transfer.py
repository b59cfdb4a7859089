"""One medium into one file: whole, and resumed where it may be."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest

from runway_widget._errors import NoAnswer, ServiceError
from runway_widget._media import transfer
from runway_widget._media.transfer import MAX_TRIES
from runway_widget._service import public_hosts
from runway_widget._service.retry import MAX_RETRY_AFTER

from .origin import OTHER, VIDEO, Asked, Reply, Rule, medium, origin, redirect, status
from .saving import Pauses, names, ranges, save

# Whole


def test_a_medium_is_saved_byte_for_byte_and_no_other_file_is_left(tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as server:
        path = save(server, tmp_path)
    assert path == tmp_path / "task-1.mp4"
    assert path.read_bytes() == VIDEO
    assert names(tmp_path) == ["task-1.mp4"]


def test_the_file_has_its_name_only_when_it_is_complete(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    with origin(medium(VIDEO)) as server:
        save(server, tmp_path, progress=lambda *_: seen.append(names(tmp_path)))
    assert seen
    assert all(re.fullmatch(r"\.task-1\.[0-9a-f]{8}\.part", name) for listed in seen for name in listed)


def test_progress_gets_the_bytes_so_far_and_in_total(tmp_path: Path) -> None:
    calls: list[tuple[int, int | None]] = []
    with origin(medium(VIDEO)) as server:
        save(server, tmp_path, progress=lambda received, total: calls.append((received, total)))
    assert calls == sorted(calls)
    assert calls[-1] == (len(VIDEO), len(VIDEO))


def test_a_body_without_a_length_is_saved(tmp_path: Path) -> None:
    totals: list[int | None] = []
    with origin(lambda _: Reply(200, {"Content-Type": "video/mp4"}, VIDEO)) as server:
        path = save(server, tmp_path, progress=lambda _, total: totals.append(total))
    assert path.read_bytes() == VIDEO
    assert set(totals) == {None}


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
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


def test_a_compressed_body_is_decompressed_and_never_resumed(tmp_path: Path) -> None:
    import gzip

    packed = gzip.compress(VIDEO)
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed)), "ETag": '"z"'}
    with origin(lambda _: Reply(200, headers, packed, 500), lambda _: Reply(200, headers, packed)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert server.asked[0].headers["accept-encoding"] == "identity"
    assert ranges(server) == ["", ""]  # a part of what is compressed is a part of nothing


# Broken off


def test_only_the_missing_bytes_are_requested_after_a_break(tmp_path: Path) -> None:
    pauses = Pauses()
    with origin(medium(VIDEO, cut=100_000), medium(VIDEO, cut=50_000), medium(VIDEO)) as server:
        path = save(server, tmp_path, pause=pauses)
    assert path.read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-", "bytes=150000-"]
    assert [asked.headers.get("if-range") for asked in server.asked] == [None, '"one"', '"one"']
    assert len(pauses) == 2


def test_last_modified_is_used_where_there_is_no_etag(tmp_path: Path) -> None:
    when = "Fri, 13 Mar 2026 01:52:46 GMT"
    with origin(medium(VIDEO, etag="", cut=9_000, Last_Modified=when), medium(VIDEO, Last_Modified=when)) as server:
        save(server, tmp_path)
    assert server.asked[1].headers["if-range"] == when


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_etag_or_last_modified_everything_is_requested_again(tmp_path: Path, etag: str) -> None:
    with origin(medium(VIDEO, etag=etag, cut=100_000), medium(VIDEO, etag=etag)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", ""]


def test_a_server_without_ranges_makes_the_download_start_over(tmp_path: Path) -> None:
    with origin(medium(VIDEO, cut=100_000), medium(VIDEO, ranges=False)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-"]


def test_bytes_of_two_objects_are_never_mixed(tmp_path: Path) -> None:
    with origin(medium(VIDEO, cut=100_000), medium(OTHER, etag='"two"')) as server:
        assert save(server, tmp_path).read_bytes() == OTHER


def _other_range(_: Asked) -> Reply:
    rest = OTHER[200_000:]
    headers = {"Content-Range": f"bytes 200000-{len(OTHER) - 1}/{len(OTHER)}", "Content-Length": str(len(rest))}
    return Reply(206, headers, rest)


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
def test_a_wrong_part_makes_the_download_start_over(tmp_path: Path, second: Rule) -> None:
    with origin(medium(VIDEO, cut=100_000), second, medium(OTHER, etag='"two"')) as server:
        assert save(server, tmp_path).read_bytes() == OTHER
    assert ranges(server) == ["", "bytes=100000-", ""]


def test_a_body_shorter_than_its_length_is_an_error(tmp_path: Path) -> None:
    with origin(medium(VIDEO, ranges=False, cut=100_000)) as server, pytest.raises(NoAnswer, match="broke off 6 times"):
        save(server, tmp_path)
    assert len(server.asked) == MAX_TRIES
    assert names(tmp_path) == []


def test_a_part_longer_than_the_file_makes_the_download_start_over(tmp_path: Path) -> None:
    def too_much(asked: Asked) -> Reply:
        reply = medium(VIDEO)(asked)
        assert isinstance(reply.body, bytes)
        return Reply(206, {**reply.headers, "Content-Length": str(len(reply.body) + 5)}, reply.body + b"extra")

    with origin(medium(VIDEO, cut=100_000), too_much, medium(VIDEO)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO


def test_missing_bytes_may_come_in_several_parts(tmp_path: Path) -> None:
    def a_little(asked: Asked) -> Reply:
        return medium(VIDEO)(Asked(asked.target, {**asked.headers, "range": asked.headers["range"] + "199999"}))

    with origin(medium(VIDEO, cut=100_000), a_little, medium(VIDEO)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-", "bytes=200000-"]


def test_an_empty_body_is_an_error(tmp_path: Path) -> None:
    with origin(medium(b"")) as server, pytest.raises(NoAnswer, match="empty"):
        save(server, tmp_path)
    assert names(tmp_path) == []


def test_a_server_that_stops_sending_counts_as_a_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_hosts, "READ_TIMEOUT", 0.2)

    def silent(asked: Asked) -> Reply:
        reply = medium(VIDEO, cut=100_000)(asked)
        reply.hang = True
        return reply

    with origin(silent, medium(VIDEO)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-"]


def test_tries_that_bring_enough_bytes_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "ENOUGH_BYTES", 20_000)
    with origin(medium(VIDEO, cut=20_000)) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert len(server.asked) > 2 * MAX_TRIES


def test_bytes_that_come_a_second_time_are_no_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "ENOUGH_BYTES", 20_000)
    far, near = (medium(VIDEO, ranges=False, cut=cut) for cut in (100_000, 50_000))
    with origin(far, near, far, near, far, near, far) as server, pytest.raises(NoAnswer):
        save(server, tmp_path)
    assert len(server.asked) == MAX_TRIES


@pytest.mark.parametrize("number", [408, 429, 500, 503])
def test_a_transient_error_is_tried_again_after_the_time_it_asks_for(tmp_path: Path, number: int) -> None:
    pauses = Pauses()
    with origin(status(number, Retry_After="7"), medium(VIDEO)) as server:
        assert save(server, tmp_path, pause=pauses).read_bytes() == VIDEO
    assert pauses == [7.0]


def test_a_date_in_retry_after_is_waited_for(tmp_path: Path) -> None:
    pauses = Pauses()
    with origin(status(503, Retry_After="Fri, 31 Dec 2999 23:59:59 GMT"), medium(VIDEO)) as server:
        save(server, tmp_path, pause=pauses)
    assert pauses == [MAX_RETRY_AFTER]


@pytest.mark.parametrize("number", [400, 401, 405])
def test_a_permanent_error_is_raised_at_once(tmp_path: Path, number: int) -> None:
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


def test_a_link_that_expires_during_the_download_is_renewed_and_resumed(tmp_path: Path) -> None:
    with origin(medium(VIDEO, cut=100_000), status(403), medium(VIDEO)) as server:
        assert save(server, tmp_path, renew=lambda: server.url + "/b.mp4").read_bytes() == VIDEO
    assert ranges(server) == ["", "bytes=100000-", "bytes=100000-"]


def test_a_second_expired_link_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    renewed: list[str] = []
    with origin(status(403)) as server:

        def renew() -> str:
            renewed.append(server.url + "/b.mp4")
            return renewed[-1]

        with pytest.raises(ServiceError, match=r"link has expired, and so has its renewal; .*created again.*HTTP 403"):
            save(server, tmp_path, renew=renew)
    assert len(renewed) == 1
    assert len(server.asked) == 2


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as there, origin(redirect(there.url + "/c.mp4?sig=x")) as server:
        assert save(server, tmp_path).read_bytes() == VIDEO
    assert there.asked[0].target == "/c.mp4?sig=x"
