"""Untrusted JSON: decoding, cleaning, and its strings one by one."""

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
    map_strings,
    walk_strings,
    web_url,
    without_logins,
    without_queries,
    without_query,
)


class TestDecode:
    @pytest.mark.parametrize(
        ("body", "description"),
        [
            (b"", "an empty answer"),
            (b" \r\n", "an empty answer"),
            (b"<!DOCTYPE html><html>", "HTML instead of JSON"),
            (b'{"code": "suc', "an answer cut short"),
            (b"[1, 2", "an answer cut short"),
            (b"404 page not found", "text instead of JSON"),
        ],
    )
    def test_says_what_was_there_instead_of_json(self, body: bytes, description: str) -> None:
        value = decode(body)
        assert isinstance(value, Unreadable)
        assert value.description == description

    def test_the_repr_of_a_body_that_is_no_json_does_not_hold_it(self) -> None:
        assert "secret" not in repr(decode(b"secret"))

    def test_reads_through_a_byte_order_mark_and_broken_utf_8(self) -> None:
        assert decode(b'\xef\xbb\xbf {"a": "\xff"} ') == {"a": "\ufffd"}


class TestText:
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


class TestJson:
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
        clean, depth = clean_json(deep), 0
        while isinstance(clean, list):
            clean, depth = clean[0], depth + 1
        assert (clean, depth) == ("…", MAX_DEPTH)

    def test_keeps_what_javascript_and_sqlite_can_hold(self) -> None:
        numbers = [2**63 - 1, -(2**63), 2**63, float("inf"), float("nan"), 1.5, True, None]
        assert clean_json(numbers) == [2**63 - 1, -(2**63), None, None, None, 1.5, True, None]

    def test_leaves_its_argument_alone(self) -> None:
        value = {"user_id": 1, "a": [" x "]}
        assert clean_json(value) == {"a": ["x"]}
        assert value == {"user_id": 1, "a": [" x "]}


class TestStrings:
    def test_every_string_is_changed_and_nothing_else(self) -> None:
        value = {"a": ["x", 1, None, {"b": ("y", True)}]}
        assert map_strings(value, str.upper) == {"a": ["X", 1, None, {"b": ["Y", True]}]}
        assert map_strings(value, str.upper, keys=True) == {"A": ["X", 1, None, {"B": ["Y", True]}]}
        assert value == {"a": ["x", 1, None, {"b": ("y", True)}]}

    def test_a_string_may_become_something_else(self) -> None:
        assert map_strings(["x"], lambda text: {"text": text}) == [{"text": "x"}]

    def test_what_is_nested_too_deeply_is_left_out(self) -> None:
        assert map_strings(["a", ["b", {"c": "d"}]], str.upper, depth=2) == ["A", ["B", None]]
        assert list(walk_strings(["a", ["b", {"c": "d"}]], 2)) == ["a", "b"]

    def test_every_string_is_found_but_for_keys(self) -> None:
        assert list(walk_strings({"k": ["a", 1, {"l": "b"}], "m": "c"})) == ["a", "b", "c"]


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

    @pytest.mark.parametrize("login", ["me", "me:pw", "me@home:p@w", 'a"b:<c>'])
    def test_no_url_in_a_text_has_a_user_name_or_a_password(self, login: str) -> None:
        assert (
            without_logins(f"see https://{login}@a.example/x, me@b.example") == "see https://a.example/x, me@b.example"
        )

    def test_a_url_without_its_query_has_no_fragment_either(self) -> None:
        assert without_query("https://a.example/x.mp4?_jwt=secret#t=1") == "https://a.example/x.mp4"
        assert without_query("https://[bad/x.mp4?_jwt=secret") == "https://[bad/x.mp4"

    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("see https://a.example/x?_jwt=secret, or", "see https://a.example/x or"),
            ('{"u": "https://a.example/x?_jwt=secret"}', '{"u": "https://a.example/x"}'),
            ("HTTPS://A.example#part and runway://b?c", "HTTPS://A.example and runway://b"),
            ("what? nothing", "what? nothing"),
        ],
    )
    def test_every_url_in_a_text_loses_its_query(self, text: str, clean: str) -> None:
        assert without_queries(text) == clean
