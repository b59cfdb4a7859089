"""However much a server sends, in however many pieces, packed however well: no more of it is read than such an answer
has, and not for longer."""

from __future__ import annotations

import gzip
import io
import itertools
import socket
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget import NoAnswer
from runway_widget._errors import ServiceError
from runway_widget._media import thumbnails
from runway_widget._media.outputs import with_kinds
from runway_widget._media.transfer import download_one
from runway_widget._service import adapter, fetch, limits
from runway_widget._service.fetch import open_url
from runway_widget._service.limits import MAX_BODY, AnswerTooSlow, LimitedReader, Limits
from runway_widget._service.outputs import Output
from runway_widget._service.timeouts import READ_TIMEOUT

from .conftest import RawServer, http
from .origin import VIDEO, Reply, medium, origin
from .origin import service as media_service
from .wire import RUNNING, Serve, ask, service, trouble

GB = 2**30
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n"
PACKED = b"Content-Encoding: gzip\r\n"

Pieces = Callable[[], Iterator[bytes]]


def sends(head: bytes, pieces: Pieces, most: int = GB) -> tuple[Callable[[socket.socket], None], list[int]]:
    """A script that sends ``head`` and then ``pieces``, and the list of how much it got rid of."""
    sent = [0]

    def script(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**16)
        connection.sendall(head)
        for piece in pieces():
            if sent[0] >= most:
                return
            connection.sendall(piece)
            sent[0] += len(piece)

    return script, sent


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def packed_blanks(size: int) -> Iterator[bytes]:
    """Blanks as gzip, a thousand to a byte; but for the checksum at its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    yield (packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)) * (size // 2**20)


@contextmanager
def memory(most: int) -> Iterator[None]:
    """Fails where more than ``most`` bytes are held at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


BLANKS = b" " * 2**16
CONTINUE = b"HTTP/1.1 100 Continue\r\nX: " + b"y" * 60_000 + b"\r\n\r\n"
GIGABYTES: dict[str, tuple[bytes, Pieces]] = {
    "announced": (OK + b"Content-Length: %d\r\n\r\n" % GB, lambda: itertools.repeat(BLANKS)),
    "until the connection ends": (OK + b"\r\n", lambda: itertools.repeat(BLANKS)),
    "in chunks": (CHUNKED + b"\r\n", lambda: itertools.repeat(chunk(BLANKS))),
    "as an error": (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", lambda: itertools.repeat(BLANKS)),
    "in one string": (OK + b"\r\n", lambda: itertools.chain([b'{"status": "'], itertools.repeat(b"x" * 2**16))),
    "in the head": (OK, lambda: itertools.repeat(b"X: " + b"y" * 60_000 + b"\r\n")),
    "as the lines before a head": (
        b"",
        lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\nX: " + b"y" * 60_000 + b"\r\n\r\n"),
    ),
    "behind the last chunk": (CHUNKED + b"\r\n0\r\n", lambda: itertools.repeat(b"X: " + b"y" * 60_000 + b"\r\n")),
    "in the extension of a chunk": (CHUNKED + b"\r\n", lambda: itertools.repeat(b"1;" + b"e" * 60_000 + b"\r\na\r\n")),
    "packed as one that unpacks to nothing": (
        OK + PACKED + b"\r\n",
        lambda: itertools.repeat(gzip.compress(b"") * 3_000),
    ),
}


@pytest.mark.parametrize("name", GIGABYTES)
def test_of_a_gigabyte_no_more_is_read_than_such_an_answer_has(serve: Serve, name: str) -> None:
    script, sent = sends(*GIGABYTES[name])
    server = serve(script)
    with memory(6 * MAX_BODY):
        trouble(server.url)
    assert server.left.wait(10), "the connection is closed"
    assert sent[0] < 3 * MAX_BODY, "but for what lay in the buffers of the system"


@pytest.mark.parametrize("times", [1, 2])
def test_a_packed_gigabyte_is_not_unpacked(serve: Serve, times: int) -> None:
    body = b"".join(packed_blanks(GB if times == 1 else 2**26))
    if times == 2:
        body = gzip.compress(body)
    server = serve(http(body, "200 OK", f"Content-Encoding: {', '.join(['gzip'] * times)}"))
    with memory(6 * MAX_BODY):
        message = trouble(server.url).message
    assert message == ("the answer is too long" if times == 1 else "an answer that cannot be read")


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        (gzip.compress, "gzip"),
        (gzip.compress, "X-GZip"),
        (zlib.compress, "deflate"),
        (lambda data: zlib.compress(data, wbits=-15), "deflate"),
        (lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:]), "gzip"),
        (lambda data: gzip.compress(data) + bytes(9), "gzip"),
    ],
)
def test_what_a_server_may_pack_is_unpacked(serve: Serve, pack: Callable[[bytes], bytes], name: str) -> None:
    server = serve(http(pack(RUNNING.encode()), "200 OK", f"Content-Encoding: {name}"))
    assert not isinstance(ask(server.url).result, ServiceError)
    assert "Accept-Encoding: gzip, deflate\r\n" in server.heads[0] + "\r\n"


@pytest.mark.parametrize("name", ["br", "zstd", "gzip, gzip", "aes"])
def test_a_packing_that_nobody_asked_for_is_not_unpacked(serve: Serve, name: str) -> None:
    assert "cannot be read" in trouble(serve(http(RUNNING, "200 OK", f"Content-Encoding: {name}")).url).message


@pytest.mark.parametrize("name", ["utf-8", "UTF-8", "binary", "aws-chunked", "identity", ""])
def test_a_word_that_names_no_packing_is_passed_over(serve: Serve, name: str) -> None:
    assert not isinstance(ask(serve(http(RUNNING, "200 OK", f"Content-Encoding: {name}")).url).result, ServiceError)


def test_what_is_packed_and_lacks_its_end_is_cut_short(serve: Serve) -> None:
    server = serve(OK + PACKED + b"\r\n" + gzip.compress(RUNNING.encode())[:-9])
    assert "cannot be read" in trouble(server.url).message


DRIPS = {
    "the first line": (b"", b"H"),
    "a line of the head": (OK + b"X: ", b"y"),
    "the lines of the head": (OK, b"X: y\r\n"),
    "the body": (OK + b"Content-Length: 100000\r\n\r\n", b" "),
    "the chunks": (CHUNKED + b"\r\n", b"1\r\n \r\n"),
    "the trailers": (CHUNKED + b"\r\n0\r\n", b"X: y\r\n"),
}


def dripping(serve: Serve, name: str) -> RawServer:
    head, drop = DRIPS[name]

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        while not server.left.wait(0.005):
            connection.sendall(drop)

    server = serve(script)
    return server


@pytest.mark.parametrize("name", DRIPS)
def test_an_answer_that_drips_is_given_up_wherever_it_drips(
    serve: Serve, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "ANSWER", Limits(2**20, 0.1))
    server = dripping(serve, name)
    assert trouble(server.url).message == "the answer came too slowly"
    assert server.left.wait(10)


@pytest.mark.parametrize("name", DRIPS)
def test_so_is_one_to_a_create_of_which_nobody_knows_whether_it_was_taken(
    serve: Serve, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "ANSWER", Limits(2**20, 0.1))
    with pytest.raises(NoAnswer, match="too slowly") as caught:
        service(dripping(serve, name).url).create("image_to_video", {})
    assert caught.value.sent


# Looks


class Slow(io.RawIOBase):
    """What an answer is read from: each byte comes after some seconds of the clock."""

    def __init__(self, clock: list[float], *pauses: float) -> None:
        self._clock, self._pauses = clock, iter(pauses)

    def readinto(self, buffer: Any) -> int:
        self._clock[0] += next(self._pauses)
        buffer[:1] = b"x"
        return 1


def test_a_look_waits_for_a_host_as_long_as_any_answer_and_for_one_that_drips_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    patient = LimitedReader(Slow(clock, READ_TIMEOUT - 1, 2, 2), fetch.LOOK)
    assert [patient.read(1) for _ in range(3)] == [b"x"] * 3, "its first byte came late"
    begun = clock[0]
    dripped = LimitedReader(Slow(clock, *[READ_TIMEOUT - 1] * 9), fetch.LOOK)
    with pytest.raises(AnswerTooSlow):
        dripped.readall()
    assert clock[0] - begun <= 2 * READ_TIMEOUT


# Media


def save(url: str, folder: Path) -> Path:
    base = url.rpartition("/")[0]
    return download_one(media_service(base), url, folder, "t", renew=lambda: url, pause=lambda _: None)


def test_a_medium_that_does_not_end_is_given_up_at_a_length_that_none_has(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_MEDIUM", 2**20)
    for head in (OK + b"\r\n", OK + b"Content-Length: %d\r\n\r\n" % GB, CHUNKED + b"\r\n"):
        piece = chunk(VIDEO) if head == CHUNKED + b"\r\n" else VIDEO
        script, sent = sends(head, lambda piece=piece: itertools.repeat(piece))  # type: ignore[misc]
        with pytest.raises(ServiceError, match="more than the 0 GB that a medium can have") as caught:
            save(serve(script).url + "/a.mp4", tmp_path)
        assert not caught.value.transient, "it is not tried again"
        assert sent[0] < 16 * 2**20
    assert list(tmp_path.iterdir()) == []


def test_a_medium_that_comes_at_a_walk_is_saved_and_one_that_drips_is_not(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MEDIUM", Limits(GB, 0.1, 10_000))
    url = dripping(serve, "the body").url
    with open_url(media_service(url), url) as answer, pytest.raises(NoAnswer, match="too slowly"):
        list(iter(answer.read, b""))
    with pytest.raises(NoAnswer, match="broke off 6 times"):
        save(dripping(serve, "the chunks").url + "/a.mp4", tmp_path)
    assert list(tmp_path.iterdir()) == []
    with origin(medium(VIDEO)) as server:
        assert save(server.url + "/a.mp4", tmp_path).read_bytes() == VIDEO


def test_a_look_at_a_gigabyte_takes_its_beginning(serve: Serve) -> None:
    script, sent = sends(OK + b"Content-Length: %d\r\n\r\n" % GB, lambda: itertools.repeat(VIDEO))
    server = serve(script)
    with memory(4 * 2**20):
        (output,) = with_kinds(media_service(server.url), [Output(server.url + "/x")])
    assert (output.kind, output.size) == ("video", GB)
    assert sent[0] < 16 * 2**20


def test_a_picture_of_a_gigabyte_that_is_none_is_not_kept_in_memory(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "MAX_BYTES", 2**21)
    monkeypatch.setattr(thumbnails, "_STAGES", (2**20, 2**21))
    body = VIDEO[:32] + bytes(2**16)
    script, sent = sends(OK + b"\r\n", lambda: itertools.repeat(body))
    server = serve(script)
    with memory(2**25):
        assert thumbnails.thumbnail_from_url(media_service(server.url), server.url + "/x.mp4", "video") == ""
    assert server.left.wait(10)
    assert sent[0] < 16 * 2**20


@pytest.mark.parametrize("length", ["9" * 5_000, "9" * 20, "-1", "٣"])
def test_a_length_that_is_no_number_of_bytes_is_not_believed(length: str, tmp_path: Path) -> None:
    def part(_: object) -> Reply:
        return Reply(206, {"Content-Range": f"bytes 0-9/{length}".encode().decode("latin-1")}, VIDEO[:512])

    with origin(part) as server:
        (output,) = with_kinds(media_service(server.url), [Output(server.url + "/x")])
        assert (output.kind, output.size) == ("video", None)
    with origin(medium(VIDEO, cut=1_000), part) as server, pytest.raises(NoAnswer, match="another part"):
        save(server.url + "/a.mp4", tmp_path)
