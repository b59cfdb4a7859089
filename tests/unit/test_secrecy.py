"""The key, and any six characters of it in a row, show nowhere: not even when the service repeats them to us.

The key of each run is random. A test's own frames must not hold it either, or a traceback with local variables would
show it through no fault of the package; it is kept in a `Vault`, and used only in passing.
"""

from __future__ import annotations

import base64
import copy
import io
import json
import logging
import pickle
import random
import string
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import urllib3

from runway_widget import (
    AuthenticationError,
    Client,
    ConfigurationError,
    NoAnswer,
    RunwayTask,
    ServiceError,
    TaskFailed,
    TaskState,
)
from runway_widget._address import COMETAPI
from runway_widget._http import Bearer, Secret, Service
from runway_widget._payload import Unreadable
from runway_widget.simulator import Simulator

from .conftest import RawServer, Script, http
from .fakes import front_end, our_threads, until

Serve = Callable[[Script], RawServer]

ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
WIDTH = 6


class Vault:
    """Holds a key without showing it, and finds it, or a slice of it, in other things."""

    def __init__(self) -> None:
        self.key = "sk-" + "".join(random.choices(string.ascii_letters + string.digits, k=48))

    def __repr__(self) -> str:
        return "Vault"

    def client(self, url: str, **keywords: Any) -> Client:
        return Client(self.key, url, **keywords)

    def found_in(self, *things: Any) -> list[str]:
        """Which slices of the key show in the texts of ``things``."""
        slices = {self.key[i : i + WIDTH] for i in range(len(self.key) - WIDTH + 1)}
        texts = [thing if isinstance(thing, str) else f"{thing!r} {thing!s}" for thing in things]
        return sorted(text[i : i + WIDTH] for text in texts for i in range(len(text)) if text[i : i + WIDTH] in slices)


@pytest.fixture
def vault() -> Vault:
    return Vault()


@contextmanager
def debug_log() -> Iterator[io.StringIO]:
    """All that all loggers say meanwhile, at DEBUG and with tracebacks."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    names = ["", *(name for name in logging.root.manager.loggerDict if name.startswith(("urllib3", "requests", "run")))]
    levels = {name: logging.getLogger(name).level for name in names}
    root.addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def frames(error: BaseException) -> str:
    """A traceback with every local variable on the way, as verbose tracebacks show them."""

    def shown(value: Any) -> str:
        try:
            return repr(value)
        except Exception:  # as tools that show variables do
            return "?"

    lines = traceback.format_exception(error)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        lines += [f"{name} = {shown(value)}" for name, value in frame.f_locals.items()]
    return "\n".join(lines)


def told(error: BaseException) -> str:
    """All that can be seen of ``error``: its text, its chain, and its frames."""
    chain = [error]
    for one in chain:
        chain += [other for other in (one.__cause__, one.__context__) if other is not None]
    foreign = [one for one in chain if type(one).__module__.split(".")[0] in {"requests", "urllib3", "http"}]
    assert foreign == [], "an error of requests or urllib3 holds the request, and the request holds the key"
    return "".join(frames(one) + repr(vars(one)) for one in chain)


def raised(call: Callable[[], Any], kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught:
        call()
    return told(caught.value)


def test_the_search_itself_finds_what_it_looks_for(vault: Vault) -> None:
    assert vault.found_in(f"x{vault.key[:6]}y") == [vault.key[:6]]
    assert vault.found_in({"a": [vault.key[-6:]]})
    assert not vault.found_in(vault.key[:5])


class TestObjects:
    def test_what_holds_the_key_does_not_show_it(self, vault: Vault) -> None:
        client = vault.client("https://a.example")
        service = client._service
        for thing in (client, service, service._bearer, Secret(vault.key), Client.runway(vault.key)):
            assert not vault.found_in(repr(thing), str(thing), f"{thing}", f"{thing!r}")
            assert not vault.found_in(getattr(thing, "__dict__", {}))
        assert not vault.found_in(service.identity, service.home, dir(service))

    def test_nor_does_its_digest(self, vault: Vault) -> None:
        digest = Bearer(Secret(vault.key), "COMETAPI_KEY").digest
        assert not vault.found_in(digest)
        assert digest == Bearer(Secret(vault.key), "COMETAPI_KEY").digest

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_it_is_not_pickled(self, vault: Vault, protocol: int) -> None:
        service = vault.client("https://a.example")._service
        for thing in (vault.client("https://a.example"), service, service._bearer, Secret(vault.key)):
            with pytest.raises(TypeError) as caught:
                pickle.dumps(thing, protocol)
            assert not vault.found_in(frames(caught.value))

    def test_it_is_not_copied(self, vault: Vault) -> None:
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
    def test_of_a_key_that_cannot_be_used(self, vault: Vault, spoil: Callable[[str], Any], make: Any) -> None:
        assert not vault.found_in(raised(lambda: make(spoil(vault.key)), ConfigurationError))

    def test_of_a_key_of_the_environment_that_cannot_be_used(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COMETAPI_KEY", vault.key[:20] + "\u200b" + vault.key[20:])
        assert not vault.found_in(raised(Client, ConfigurationError))

    @pytest.mark.parametrize("url", ["http://a.example", "https://a.example:x", "https://u:p@a.example", "", "x"])
    def test_of_a_base_url_that_cannot_be_used(self, vault: Vault, url: str) -> None:
        assert not vault.found_in(raised(lambda: vault.client(url), ConfigurationError))

    def test_of_arguments_in_the_wrong_order(self, vault: Vault) -> None:
        with pytest.raises(ConfigurationError) as caught:
            Client("https://a.example", vault.key)
        assert not vault.found_in(str(caught.value))

    def test_of_a_refused_key(self, vault: Vault) -> None:
        with Simulator(key="another-key-altogether") as simulator:
            client = vault.client(simulator.url)
            assert not vault.found_in(raised(lambda: client.retrieve(ID), AuthenticationError))

    def test_of_a_connection_that_is_refused(self, vault: Vault) -> None:
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
    def test_of_a_connection_that_breaks(self, vault: Vault, serve: Serve, script: bytes) -> None:
        client = vault.client(serve(script).url)
        assert not vault.found_in(raised(lambda: client.retrieve(ID), NoAnswer))

    def test_of_a_host_that_is_none(self, vault: Vault) -> None:
        client = vault.client("https://*.example")
        assert not vault.found_in(raised(lambda: client.retrieve(ID), NoAnswer))

    def test_of_ctrl_c_in_the_middle_of_a_request(
        self, vault: Vault, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(self: Any) -> None:
            raise KeyboardInterrupt

        client = vault.client(serve(b"").url)
        monkeypatch.setattr(urllib3.connection.HTTPConnection, "getresponse", interrupt)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.retrieve(ID)
        assert not vault.found_in(frames(caught.value))


def echoes(key: str) -> list[tuple[str, bytes]]:
    """Ways in which services and what stands before them repeat a key."""
    masked = f"{key[:6]}***{key[-3:]}"
    escaped = "".join(f"\\u{ord(c):04x}" for c in key)
    return [
        ("whole", http(json.dumps({"error": {"message": f"Incorrect API key provided: {key}"}}), "401 X")),
        ("masked", http(json.dumps({"error": {"message": f"无效的令牌 {masked} (request id: x)"}}), "401 X")),
        ("masked at both ends", http(json.dumps({"error": f"{key[:8]}****{key[-8:]}"}), "403 X")),
        ("in pieces", http(json.dumps({"error": [key[i : i + 12] for i in range(0, 51, 12)]}), "400 X")),
        ("escaped", http(f'{{"error": "bad key {escaped}"}}', "401 X")),
        ("as a request id", http(json.dumps({"error": {"message": f"no (request id: {key})"}}), "400 X")),
        ("in a header", http('{"error": "no"}', "400 X", f"X-Request-Id: {key}", f"X-Oneapi-Request-Id: {key}")),
        ("as a code", http(json.dumps({"error": {"code": key, "type": key, "message": ""}}), "400 X")),
        ("as an issue", http(json.dumps({"error": "x", "issues": [{"path": [key], "message": key}]}), "400 X")),
        ("as a name", http(json.dumps({"id": ID, "status": "RUNNING", "headers": {key: {"Authorization": key}}}))),
        ("as a status", http(json.dumps({"id": ID, "status": key, "progress": key, "action": key}))),
        ("as a failure", http(json.dumps({"id": ID, "status": "FAILED", "failure": key, "failureCode": key}))),
        ("in a url", http(json.dumps({"id": ID, "status": "SUCCEEDED", "output": [f"https://a.example/{key}.mp4"]}))),
        (
            "in the wrapper",
            http(json.dumps({"code": key, "message": key, "data": {"task_id": key, "status": "QUEUED"}})),
        ),
        ("deep down", http('{"id": "x", "status": "RUNNING", "a":' + "[" * 100 + json.dumps(key) + "]" * 100 + "}")),
        ("as plain text", http(f"key {key} refused", "401 X")),
        ("as html", http(f"<html>{key}</html>", "502 X")),
        ("cut short", http(f'{{"error": "{key}')),
        ("in the status line", b"HTTP/1.1 401 " + key.encode() + b"\r\nContent-Length: 2\r\n\r\n{}"),
        ("as the status line", key.encode() + b"\r\n\r\n"),
        ("as a header that is none", b"HTTP/1.1 200 OK\r\nno header\r\nEcho: " + key.encode() + b"\r\n\r\n{}"),
        ("as a length", b"HTTP/1.1 200 OK\r\nContent-Length: " + key.encode() + b"\r\n\r\n{}"),
        ("as a chunk's length", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + key.encode() + b"\r\n"),
        ("as an encoding", http("{}", "200 OK", f"Content-Encoding: {key}")),
        ("as a date", http("{}", "429 X", f"Retry-After: {key}", f"Date: {key}")),
        ("as a redirect", http("", "302 X", f"Location: https://a.example/?key={key}")),
        ("as a cookie", http("{}", "200 OK", f"Set-Cookie: key={key}; expires={key}")),
    ]


ECHOES = pytest.mark.parametrize("number", range(len(echoes("x" * 60))), ids=[name for name, _ in echoes("x" * 60)])


@ECHOES
def test_a_service_that_repeats_the_key_is_not_believed_to_be_its_friend(
    vault: Vault, serve: Serve, number: int
) -> None:
    client = vault.client(serve(echoes(vault.key)[number][1]).url)
    with debug_log() as log:
        try:
            said: TaskState | str = client.retrieve(ID)
        except ServiceError as error:
            said = told(error)
    assert not vault.found_in(said, log.getvalue())
    assert "127.0.0.1" in log.getvalue(), "the log was listened to"


@ECHOES
def test_nor_is_it_in_the_reply_to_a_create(vault: Vault, serve: Serve, number: int) -> None:
    service = vault.client(serve(echoes(vault.key)[number][1]).url)._service

    def seen() -> str:
        try:
            reply = service.create("image_to_video", {"model": "x"})
        except NoAnswer as error:
            return told(error)
        text = reply.value.text if isinstance(reply.value, Unreadable) else ""
        return f"{reply!r} {reply.error()!r} {vars(reply.error())!r} {text}"

    assert not vault.found_in(seen())


class TestWholeRuns:
    """A card from its first poll to its end: traits, widget state, comm traffic, mime bundle, logs, exception."""

    def run(self, vault: Vault, simulator: Simulator, task_id: str, **watch: Any) -> tuple[RunwayTask, str, str]:
        """The task after its end, all that was sent and logged meanwhile, and the traceback if it did not succeed."""
        raised = ""
        with front_end() as messages, debug_log() as log:
            task = vault.client(simulator.url).task(task_id, poll_interval=0.05, **watch)
            assert task.model_id, "the comm is open"
            try:
                task.wait(10)
            except (ServiceError, TaskFailed) as error:
                raised = told(error)
            until(lambda: len(messages) > 2)
            state = json.dumps(task.get_state(), default=repr)
            traits = repr({name: getattr(task, name) for name in task.trait_names() if name != "layout"})
            bundle = repr(task._repr_mimebundle_())
            task.close()
        until(lambda: not our_threads())
        everything = "\n".join([repr(messages), log.getvalue(), state, traits, bundle, repr(vars(task))])
        assert task_id in repr(messages), "the traffic was listened to"
        assert "urllib3" in log.getvalue(), "the log was listened to"
        return task, everything, raised

    def test_an_ordinary_one(self, vault: Vault) -> None:
        with Simulator(speed=100, key=vault.key) as simulator:
            task, everything, _ = self.run(vault, simulator, simulator.add_task(queued=2, duration=20))
            assert task.status == "SUCCESS"
            assert not vault.found_in(everything, task, str(task))

    def test_one_that_fails(self, vault: Vault) -> None:
        with Simulator(speed=100, key=vault.key) as simulator:
            task_id = simulator.add_task(outcome="failure", queued=2, duration=20)
            task, everything, error = self.run(vault, simulator, task_id)
            assert task.status == "FAILURE"
            assert error
            assert not vault.found_in(everything, error)

    def test_one_in_which_the_service_refuses_the_key_and_repeats_it(self, vault: Vault) -> None:
        with Simulator(speed=1) as simulator:
            task_id = simulator.add_task()
            simulator.trouble("echo_key", times=None)
            task, everything, error = self.run(vault, simulator, task_id)
            assert task._face["word"] == "Key rejected"
            assert "AuthenticationError" in error
            assert not vault.found_in(everything, error)

    def test_one_in_which_troubles_repeat_it_on_the_way(self, vault: Vault) -> None:
        with Simulator(speed=20) as simulator:
            task_id = simulator.add_task(queued=1, duration=5)
            simulator.trouble("echo_key", times=1, status=502)
            simulator.trouble("echo_key", times=1, status=200)
            for kind in ("reset", "truncated", "html", "empty"):
                simulator.trouble(kind)
            task, everything, _ = self.run(vault, simulator, task_id)
            assert task.status == "SUCCESS"
            assert not vault.found_in(everything)


def test_encoded_forms_are_beyond_what_is_promised_but_the_plain_header_never_is(vault: Vault) -> None:
    """A guard on this file's own search: base64 of the key is another text, and is not looked for."""
    assert not vault.found_in(base64.b64encode(vault.key.encode()).decode())
    assert vault.found_in(f"Authorization: Bearer {vault.key}")


def test_the_key_goes_into_the_header_and_nowhere_else(vault: Vault, serve: Serve) -> None:
    server = serve(http('{"id": "x", "status": "PENDING"}'))
    service = Service(COMETAPI, Secret(vault.key), server.url, "2024-11-06")
    service.ask(ID)
    service.ask(ID, "feed")
    service.create("image_to_video", {"promptText": "x"})
    for request in server.received:
        assert request.count(vault.key.encode()) == 1
        assert f"\r\nAuthorization: Bearer {vault.key}\r\n".encode() in request
