"""The key shows nowhere in a whole run, even where the service echoes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from runway_widget import NoAnswer, RunwayTask, ServiceError, TaskFailed, TaskState
from runway_widget._service.payload import Unreadable
from runway_widget.simulator import Simulator

from .comms import front_end
from .conftest import RawServer, Script, http
from .fakes import our_threads, until
from .vault import Vault, debug_log, describe

Serve = Callable[[Script], RawServer]

ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"


def echoes(key: str) -> list[tuple[str, bytes]]:
    """Answers in which a service, or a proxy before it, repeats the key."""
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
        ("as a malformed header", b"HTTP/1.1 200 OK\r\nno header\r\nEcho: " + key.encode() + b"\r\n\r\n{}"),
        ("as a length", b"HTTP/1.1 200 OK\r\nContent-Length: " + key.encode() + b"\r\n\r\n{}"),
        ("as a chunk's length", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + key.encode() + b"\r\n"),
        ("as an encoding", http("{}", "200 OK", f"Content-Encoding: {key}")),
        ("as a date", http("{}", "429 X", f"Retry-After: {key}", f"Date: {key}")),
        ("as a redirect", http("", "302 X", f"Location: https://a.example/?key={key}")),
        ("as a cookie", http("{}", "200 OK", f"Set-Cookie: key={key}; expires={key}")),
    ]


ECHOES = pytest.mark.parametrize("number", range(len(echoes("x" * 60))), ids=[name for name, _ in echoes("x" * 60)])


@ECHOES
def test_a_key_echoed_by_the_service_is_removed(vault: Vault, serve: Serve, number: int) -> None:
    client = vault.client(serve(echoes(vault.key)[number][1]).url)
    with debug_log() as log:
        try:
            result: TaskState | str = client.retrieve(ID)
        except ServiceError as error:
            result = describe(error)
    assert not vault.found_in(result, log.getvalue())
    assert "127.0.0.1" in log.getvalue(), "nothing was logged"


@ECHOES
def test_a_key_echoed_in_the_reply_to_a_create_is_removed(vault: Vault, serve: Serve, number: int) -> None:
    service = vault.client(serve(echoes(vault.key)[number][1]).url)._service

    def seen() -> str:
        try:
            reply = service.create("image_to_video", {"model": "x"})
        except NoAnswer as error:
            return describe(error)
        text = reply.value.text if isinstance(reply.value, Unreadable) else ""
        return f"{reply!r} {reply.error()!r} {vars(reply.error())!r} {text}"

    assert not vault.found_in(seen())


class TestWholeRuns:
    """A card from its first poll to its end: traits, widget state, comm traffic, mime bundle, logs, exception."""

    def run(self, vault: Vault, simulator: Simulator, task_id: str, **watch: Any) -> tuple[RunwayTask, str, str]:
        """The task after its end, everything that was sent and logged, and the traceback if it did not succeed."""
        raised = ""
        with front_end() as messages, debug_log() as log:
            task = vault.client(simulator.url).task(task_id, poll_interval=0.05, **watch)
            assert task.model_id, "the comm is not open"
            try:
                task.wait(10)
            except (ServiceError, TaskFailed) as error:
                raised = describe(error)
            until(lambda: len(messages) > 2)
            state = json.dumps(task.get_state(), default=repr)
            traits = repr({name: getattr(task, name) for name in task.trait_names() if name != "layout"})
            bundle = repr(task._repr_mimebundle_())
            task.close()
        until(lambda: not our_threads())
        everything = "\n".join([repr(messages), log.getvalue(), state, traits, bundle, repr(vars(task))])
        assert task_id in repr(messages), "no message was recorded"
        assert "urllib3" in log.getvalue(), "nothing was logged"
        return task, everything, raised

    def test_a_run_that_succeeds_shows_no_key(self, vault: Vault) -> None:
        with Simulator(speed=100, key=vault.key) as simulator:
            task, everything, _ = self.run(vault, simulator, simulator.add_task(queued=2, duration=20))
            assert task.status == "SUCCESS"
            assert not vault.found_in(everything, task, str(task))

    def test_a_run_that_fails_shows_no_key(self, vault: Vault) -> None:
        with Simulator(speed=100, key=vault.key) as simulator:
            task_id = simulator.add_task(outcome="failure", queued=2, duration=20)
            task, everything, error = self.run(vault, simulator, task_id)
            assert task.status == "FAILURE"
            assert error
            assert not vault.found_in(everything, error)

    def test_a_run_in_which_the_service_refuses_and_echoes_the_key_shows_no_key(self, vault: Vault) -> None:
        with Simulator(speed=1) as simulator:
            task_id = simulator.add_task()
            simulator.trouble("echo_key", times=None)
            task, everything, error = self.run(vault, simulator, task_id)
            assert task._face["word"] == "Key rejected"
            assert "AuthenticationError" in error
            assert not vault.found_in(everything, error)

    def test_a_run_with_errors_that_echo_the_key_shows_no_key(self, vault: Vault) -> None:
        with Simulator(speed=20) as simulator:
            task_id = simulator.add_task(queued=1, duration=5)
            simulator.trouble("echo_key", times=1, status=502)
            simulator.trouble("echo_key", times=1, status=200)
            for kind in ("reset", "truncated", "html", "empty"):
                simulator.trouble(kind)
            task, everything, _ = self.run(vault, simulator, task_id)
            assert task.status == "SUCCESS"
            assert not vault.found_in(everything)
