"""What `_payload` makes of JSON that nobody vouches for."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget._service.payload import (
    MAX_DEPTH,
    MAX_ITEMS,
    Unreadable,
    clean_json,
    clean_text,
    decode,
    web_url,
    without_query,
)


class TestDecode:
    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"", "an empty answer"),
            (b" \r\n", "an empty answer"),
            (b"<!DOCTYPE html><html>", "HTML instead of JSON"),
            (b'{"code": "suc', "an answer cut short"),
            (b"[1, 2", "an answer cut short"),
            (b"404 page not found", "text instead of JSON"),
        ],
    )
    def test_says_what_was_there_instead_of_json(self, body: bytes, why: str) -> None:
        told = decode(body)
        assert isinstance(told, Unreadable)
        assert told.why == why

    def test_reads_through_a_byte_order_mark_and_broken_utf_8(self) -> None:
        assert decode(b'\xef\xbb\xbf {"a": "\xff"} ') == {"a": "\ufffd"}


class TestLine:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("  a b  ", "a b"),
            (200, "200"),
            (0.5, "0.5"),
            (True, ""),
            (None, ""),
            ([], ""),
            ({}, ""),
            (float("nan"), ""),
            (float("inf"), ""),
            (2**70, ""),
            ("a\ud800b", "a?b"),
        ],
    )
    def test_gives_text_that_any_encoder_takes(self, value: Any, text: str) -> None:
        assert clean_text(value) == text

    def test_elides_what_is_too_long(self) -> None:
        assert clean_text("x" * 2_000) == "x" * 2_000
        assert clean_text("x" * 2_001) == "x" * 2_000 + "… (2001 characters)"


class TestTidy:
    def test_bounds_lists_and_objects_and_says_how_much_is_left_out(self) -> None:
        assert clean_json(list(range(MAX_ITEMS)))[-1] == MAX_ITEMS - 1
        assert clean_json(list(range(MAX_ITEMS + 5)))[MAX_ITEMS:] == ["… 5 more"]
        wide = clean_json({str(i): i for i in range(MAX_ITEMS + 5)})
        assert len(wide) == MAX_ITEMS + 1
        assert wide["…"] == "5 more"

    def test_bounds_the_depth(self) -> None:
        deep: Any = "bottom"
        for _ in range(50):
            deep = [deep]
        found, depth = clean_json(deep), 0
        while isinstance(found, list):
            found, depth = found[0], depth + 1
        assert (found, depth) == ("…", MAX_DEPTH)

    def test_keeps_what_javascript_and_sqlite_can_hold(self) -> None:
        told = [2**63 - 1, -(2**63), 2**63, float("inf"), float("nan"), 1.5, True, None]
        assert clean_json(told) == [2**63 - 1, -(2**63), None, None, None, 1.5, True, None]

    def test_leaves_its_argument_alone(self) -> None:
        value = {"user_id": 1, "a": [" x "]}
        assert clean_json(value) == {"a": ["x"]}
        assert value == {"user_id": 1, "a": [" x "]}


class TestUrls:
    @pytest.mark.parametrize(
        "url",
        [
            "https://a.example/x.mp4",
            "HTTP://127.0.0.1:8866/media/x",
            "https://a.example",
            "https://a.example/%20/ü?_jwt=a.b.c#t=1",
            "https://[::1]/x",
        ],
    )
    def test_absolute_http_urls_pass(self, url: str) -> None:
        assert web_url(f" {url}\n") == url

    @pytest.mark.parametrize(
        "url",
        [
            *("", "x", "/x", "//a.example/x", "https:", "https://", "https:///x", "https://:80/", "https://[::1/x"),
            *(
                "javascript:alert(1)",
                "JaVaScRiPt://a.example/%0aalert(1)",
                "data:text/html,x",
                "blob:https://a.example/x",
            ),
            *("ftp://a.example/x", "file:///etc/passwd", "runway://upload/x", "https://a.example/a b"),
            *(
                "https://a.example/\x00",
                "https://a.exa\nmple/",
                "https://a.example/\u2028x",
                "https://a.example/\ud800",
            ),
            "https://a.example/" + "x" * 8_192,
            *(None, 7, ["https://a.example/"], b"https://a.example/"),
        ],
    )
    def test_nothing_else_does(self, url: Any) -> None:
        assert web_url(url) == ""

    def test_the_signature_is_cut_off_for_what_is_kept(self) -> None:
        assert without_query("https://a.example/x.mp4?_jwt=secret#t=1") == "https://a.example/x.mp4"
        assert without_query("https://[bad/x.mp4?_jwt=secret") == "https://[bad/x.mp4"
