"""Base URLs, routes and task ids: what is refused is refused before anything could be sent."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget import ConfigurationError
from runway_widget._service.hosts import is_this_machine
from runway_widget._service.provider import (
    COMETAPI,
    RUNWAY,
    checked_base_url,
    checked_route,
    checked_task_id,
)


class TestBaseUrl:
    @pytest.mark.parametrize(
        ("given", "url"),
        [
            ("https://api.cometapi.com", "https://api.cometapi.com"),
            ("https://api.cometapi.com/", "https://api.cometapi.com"),
            ("https://api.cometapi.com/v1", "https://api.cometapi.com"),
            ("https://api.cometapi.com/v1/", "https://api.cometapi.com"),
            ("https://api.cometapi.com/runwayml/v1", "https://api.cometapi.com"),
            ("https://api.cometapi.com/runwayml/v1/", "https://api.cometapi.com"),
            (" https://gateway.example:8443/proxy/v1\n", "https://gateway.example:8443/proxy"),
            ("http://localhost:8866", "http://localhost:8866"),
            ("http://127.0.0.1:8866/v1", "http://127.0.0.1:8866"),
            ("http://127.9.9.9", "http://127.9.9.9"),
            ("http://[::1]:8866", "http://[::1]:8866"),
            ("https://münchen.example", "https://münchen.example"),
        ],
    )
    def test_what_is_used(self, given: str, url: str) -> None:
        assert COMETAPI.base_url(given) == url

    def test_runways_own_prefix_is_v1(self) -> None:
        assert RUNWAY.base_url("https://api.dev.runwayml.com/v1") == "https://api.dev.runwayml.com"

    @pytest.mark.parametrize(
        "given",
        [
            *("", "   ", "api.cometapi.com", "//api.cometapi.com", "https://", "https:///v1", "https", "/v1"),
            *("javascript:alert(1)", "file:///etc/passwd", "ftp://a.example", "ws://a.example", "data:,x"),
            *("https://a.example:0", "https://a.example:99999", "https://a.example:port", "https://a.example:-1"),
            *(
                "https://[::1",
                "https://a b.example",
                "https://a.example/a b",
                "https://a\n.example",
                "https://a.example\x00",
            ),
            *("https://a..example", "https://.example", "https://" + "x" * 64 + ".example"),
            *("https://user@a.example", "https://user:pw@a.example", "https://:pw@a.example", "https://@a.example"),
            *("https://a.example?x=1", "https://a.example/#top", "https://a.example/?", "https://a.example#"),
            *("http:\\\\localhost", "https://a.example\\@b.example"),
            *("http://a.example", "http://api.cometapi.com", "http://10.0.0.1", "http://0.0.0.0", "http://[::2]"),
            *("http://localhost.a.example", "http://127.0.0.1.a.example", "http://127.0.0.1@a.example"),
            *("http://2130706433", "http://0x7f000001", "http://[::ffff:10.0.0.1]"),
            *(b"https://a.example", 7, ["https://a.example"]),
        ],
    )
    @pytest.mark.parametrize("provider", [COMETAPI, RUNWAY], ids=lambda provider: provider.name)
    def test_what_is_refused(self, provider: Any, given: Any) -> None:
        with pytest.raises(ConfigurationError, match="base_url"):
            provider.base_url(given)

    def test_a_password_in_it_is_not_repeated(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            checked_base_url("https://me:hunter2@a.example")
        assert "hunter2" not in str(caught.value)

    def test_a_value_that_is_no_url_is_not_repeated_either(self) -> None:
        """Somebody who swaps the two arguments gives a key here."""
        with pytest.raises(ConfigurationError) as caught:
            checked_base_url("sk-4Zq8Tn2Vx7Kw")
        assert "4Zq8" not in str(caught.value)

    def test_the_environment_is_asked_only_when_nothing_is_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert COMETAPI.base_url() == "https://api.cometapi.com"
        assert RUNWAY.base_url() == "https://api.dev.runwayml.com"
        monkeypatch.setenv("COMETAPI_BASE_URL", " https://mirror.example/v1/ ")
        monkeypatch.setenv("RUNWAYML_BASE_URL", "https://runway.example/v1")
        assert COMETAPI.base_url() == "https://mirror.example"
        assert RUNWAY.base_url() == "https://runway.example"
        assert COMETAPI.base_url("https://a.example") == "https://a.example"
        monkeypatch.setenv("COMETAPI_BASE_URL", "  ")
        assert COMETAPI.base_url() == "https://api.cometapi.com", "a blank variable is none"
        monkeypatch.setenv("COMETAPI_BASE_URL", "http://mirror.example")
        with pytest.raises(ConfigurationError, match="unencrypted"):
            COMETAPI.base_url()

    def test_what_was_checked_passes_again_unchanged(self) -> None:
        for provider in (COMETAPI, RUNWAY):
            for url in (
                "https://a.example/v1/v1",
                "https://a.example/v1/runwayml/v1",
                "https://a.example/runwayml/v1/v1",
            ):
                assert provider.base_url(provider.base_url(url)) == provider.base_url(url)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.255.0.3", "::1"])
def test_these_hosts_are_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "128.0.0.1", "localhost.example", "local", "127.0.0.1.nip.io"])
def test_these_are_not(host: str) -> None:
    assert not is_this_machine(host)


class TestTaskId:
    @pytest.mark.parametrize("task_id", ["3d957031-9a2a-45e2-9dc7-bc8513059c50", "a", "task_01.X~y", "x" * 200, "..."])
    def test_what_is_used(self, task_id: str) -> None:
        assert checked_task_id(task_id) == task_id

    @pytest.mark.parametrize(
        "task_id",
        [
            *(
                "",
                " ",
                "\n",
                ".",
                "..",
                "a/b",
                "../x",
                "a\\b",
                "a?b",
                "a#b",
                "a;b",
                "%2e%2e",
                "a%2Fb",
                "a b",
                "a\n",
                "\na",
            ),
            *("a\x00", "a\u200b", "tâche", "１２３", "a\ud800", "a@b", "a:b", "x" * 201, "x" * 300),
            *(b"3d957031", None, 7, ["a"]),
        ],
    )
    def test_what_is_refused(self, task_id: Any) -> None:
        with pytest.raises(ConfigurationError, match="task id"):
            checked_task_id(task_id)

    def test_a_long_one_is_not_repeated_whole(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            checked_task_id("/" * 5_000)
        assert len(str(caught.value)) < 400


class TestRoute:
    def test_both_routes_at_cometapi_and_one_at_runway(self) -> None:
        assert checked_route("task", COMETAPI) == "task"
        assert checked_route("feed", COMETAPI) == "feed"
        assert checked_route("task", RUNWAY) == "task"
        with pytest.raises(ConfigurationError, match="Runway has no feed route"):
            checked_route("feed", RUNWAY)

    @pytest.mark.parametrize("route", ["", "Task", "tasks", None, 1, ["task"]])
    def test_nothing_else(self, route: Any) -> None:
        with pytest.raises(ConfigurationError, match="route"):
            checked_route(route, COMETAPI)
