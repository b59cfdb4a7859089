"""The key, and any six characters of it in a row, show in no object and in no traceback."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from runway_widget import AuthenticationError, Client, ConfigurationError, NoAnswer, TaskGrid
from runway_widget._service.key import Bearer, Secret
from runway_widget._service.provider import COMETAPI
from runway_widget._service.service import Service
from runway_widget.simulator import Simulator

from .conftest import RawServer, Script, http
from .vault import Vault, frames, raised

Serve = Callable[[Script], RawServer]

ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"


def test_the_search_finds_a_slice_of_the_key(vault: Vault) -> None:
    assert vault.found_in(f"<{vault.key[:6]}>") == [vault.key[:6]]
    assert vault.found_in({"a": [vault.key[-6:]]})
    assert not vault.found_in(vault.key[:5])


class TestObjects:
    def test_no_object_shows_the_key(self, vault: Vault) -> None:
        client = vault.client("https://a.example")
        service = client._service
        for thing in (client, service, service._bearer, Secret(vault.key), Client.runway(vault.key)):
            assert not vault.found_in(repr(thing), str(thing), f"{thing}", f"{thing!r}")
            assert not vault.found_in(getattr(thing, "__dict__", {}))
        assert not vault.found_in(service.identity, service.provider, dir(service))

    def test_the_digest_does_not_show_the_key(self, vault: Vault) -> None:
        digest = Bearer(Secret(vault.key), "COMETAPI_KEY").digest
        assert not vault.found_in(digest)
        assert digest == Bearer(Secret(vault.key), "COMETAPI_KEY").digest

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_the_key_cannot_be_pickled(self, vault: Vault, protocol: int) -> None:
        service = vault.client("https://a.example")._service
        for thing in (vault.client("https://a.example"), service, service._bearer, Secret(vault.key)):
            with pytest.raises(TypeError) as caught:
                pickle.dumps(thing, protocol)
            assert not vault.found_in(frames(caught.value))

    def test_the_key_cannot_be_copied(self, vault: Vault) -> None:
        client = vault.client("https://a.example")
        for thing in (client, client._service, client._service._bearer, Secret(vault.key)):
            with pytest.raises(TypeError):
                copy.deepcopy(thing)
        for thing in (client._service._bearer, Secret(vault.key)):
            with pytest.raises(TypeError):
                copy.copy(thing)
        assert not vault.found_in(vars(copy.copy(client)), vars(copy.copy(client._service)))


class TestTracebacks:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda key: key[:20] + "\n" + key[20:],
            lambda key: key[:20] + " " + key[20:],
            lambda key: key + "é",
            lambda key: f"Bearer {key}",
            lambda key: key.encode(),
            lambda key: [key],
            lambda key: {"api_key": key},
        ],
    )
    @pytest.mark.parametrize("make", [Client, Client.runway])
    def test_the_traceback_of_an_unusable_key_does_not_show_it(
        self, vault: Vault, spoil: Callable[[str], Any], make: Any
    ) -> None:
        assert not vault.found_in(raised(lambda: make(spoil(vault.key)), ConfigurationError))

    def test_the_traceback_of_an_unusable_key_of_the_environment_does_not_show_it(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COMETAPI_KEY", vault.key[:20] + "\u200b" + vault.key[20:])
        assert not vault.found_in(raised(Client, ConfigurationError))

    @pytest.mark.parametrize("url", ["http://a.example", "https://a.example:x", "https://u:p@a.example", "", "x"])
    def test_the_traceback_of_an_unusable_base_url_does_not_show_the_key(self, vault: Vault, url: str) -> None:
        assert not vault.found_in(raised(lambda: vault.client(url), ConfigurationError))

    @pytest.mark.parametrize("make", [Client, Client.runway])
    def test_the_traceback_of_swapped_arguments_does_not_show_the_key(self, vault: Vault, make: Any) -> None:
        for key in ("https://a.example", "sk-a-key-of-nobody"):
            assert not vault.found_in(raised(lambda key=key: make(key, vault.key), ConfigurationError))  # type: ignore[misc]

    def test_the_traceback_of_a_refused_key_does_not_show_it(self, vault: Vault) -> None:
        with Simulator(key="another-key-altogether") as simulator:
            client = vault.client(simulator.url)
            assert not vault.found_in(raised(lambda: client.retrieve(ID), AuthenticationError))

    def test_the_traceback_of_a_refused_connection_does_not_show_the_key(self, vault: Vault) -> None:
        client = vault.client("http://127.0.0.1:9")
        assert not vault.found_in(raised(lambda: client.retrieve(ID), NoAnswer))
        for call in (client._service.create, lambda *_: client._service.delete(ID)):
            assert not vault.found_in(raised(lambda call=call: call("x", {}), NoAnswer))  # type: ignore[misc]

    @pytest.mark.parametrize(
        "script",
        [
            b"",
            b"nonsense\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
            http("x", "200 OK", "Content-Encoding: gzip"),
        ],
    )
    def test_the_traceback_of_a_broken_connection_does_not_show_the_key(
        self, vault: Vault, serve: Serve, script: bytes
    ) -> None:
        client = vault.client(serve(script).url)
        assert not vault.found_in(raised(lambda: client.retrieve(ID), NoAnswer))

    def test_the_traceback_of_an_unknown_host_does_not_show_the_key(self, vault: Vault) -> None:
        client = vault.client("https://*.example")
        assert not vault.found_in(raised(lambda: client.retrieve(ID), NoAnswer))

    def test_the_traceback_of_ctrl_c_during_a_request_does_not_show_the_key(
        self, vault: Vault, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(self: Any) -> None:
            raise KeyboardInterrupt

        client = vault.client(serve(b"").url)
        monkeypatch.setattr(urllib3.connection.HTTPConnection, "getresponse", interrupt)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.retrieve(ID)
        assert not vault.found_in(frames(caught.value))


def test_the_key_is_sent_in_the_header_and_nowhere_else(vault: Vault, serve: Serve) -> None:
    server = serve(http('{"id": "x", "status": "PENDING"}'))
    service = Service(COMETAPI, Secret(vault.key), server.url, "2024-11-06")
    service.ask(ID)
    service.ask(ID, "feed")
    service.create("image_to_video", {"promptText": "x"})
    for request in server.received:
        assert request.count(vault.key.encode()) == 1
        assert f"\r\nAuthorization: Bearer {vault.key}\r\n".encode() in request


WRONG: dict[str, Callable[[Client, str], object]] = {
    "provider": lambda client, key: Client.at(key),
    "provider and URL": lambda client, key: Client.at(key, "https://api.cometapi.com"),
    "swapped": lambda client, key: Client("https://api.cometapi.com", key),
    "task id": lambda client, key: client.task(f"{key}/"),
    "journal": lambda client, key: Client(key, journal=5),  # type: ignore[arg-type]
    "grid": lambda client, key: TaskGrid(5),  # type: ignore[arg-type]
    "grid of": lambda client, key: TaskGrid([3]),  # type: ignore[list-item]
    "simulator": lambda client, key: Simulator(speed=0),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_argument_can_be_shown_with_all_variables_and_its_message_has_no_key(case: str, vault: Vault) -> None:
    client = Client("sk-a-key-of-nobody", journal="off")
    with pytest.raises((ConfigurationError, ValueError)) as caught:
        WRONG[case](client, vault.key)
    assert vault.found_in(str(caught.value)) == []
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame.locals for frame in shown.stack if "runway_widget" in frame.filename]
    if case != "task id":  # there it cannot be told from an id
        assert vault.found_in(ours) == []
