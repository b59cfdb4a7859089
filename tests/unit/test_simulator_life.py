"""How a simulator starts, ends, remembers, and runs as a command."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests

import runway_widget
from runway_widget.simulator import Simulator
from tests.ports import free_port

from .fakes import until

KEY = "k-Zx81Qw77Lm"
HEADERS = {"Authorization": f"Bearer {KEY}", "X-Runway-Version": "2024-11-06"}
SERVE = (
    "import argparse, sys; from runway_widget.simulator import _cli; parser = argparse.ArgumentParser();"
    "_cli.add_arguments(parser); sys.exit(_cli.serve(parser.parse_args()))"
)


def simulator_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "simulator" in thread.name]


def test_it_starts_on_first_use_and_only_on_loopback() -> None:
    sim = Simulator()
    assert "not started" in repr(sim)
    assert sim.url.startswith("http://127.0.0.1:")
    assert sim.url == sim.url
    assert all(thread.daemon for thread in simulator_threads())
    sim.close()


def test_closing_frees_the_port_and_every_thread() -> None:
    before = set(threading.enumerate())
    port = free_port()
    sim = Simulator(port=port)
    sim.start()
    connections = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(5)]
    for connection in connections:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(10)
    sim.close()
    for connection in connections:
        connection.close()
    until(lambda: not set(threading.enumerate()) - before)
    with Simulator(port=port) as again:
        assert requests.get(again.url, timeout=5).status_code == 401


def test_closing_twice_is_harmless_and_using_it_after_is_not() -> None:
    sim = Simulator()
    sim.close()
    sim.close()
    with pytest.raises(RuntimeError, match="closed"):
        sim.start()


def test_a_port_in_use_is_an_error() -> None:
    with Simulator() as first, pytest.raises(OSError, match="in use"):
        Simulator(port=int(first.url.rpartition(":")[2])).start()


@pytest.mark.parametrize(
    "wrong",
    [{"shape": "round"}, {"speed": 0}, {"key": " "}, {"link_life": 0}, {"not_exist": 404}, {"trouble": "sever_error"}],
)
def test_a_wrong_argument_is_refused_at_once(wrong: dict[str, Any]) -> None:
    name = next(iter(wrong))
    with pytest.raises(ValueError, match="sever_error" if name == "trouble" else name):
        Simulator(**wrong)


def test_an_unknown_scenario_field_is_refused_at_once() -> None:
    with Simulator() as sim:
        with pytest.raises(ValueError, match="durations"):
            sim.add_task(durations=5)  # type: ignore[call-arg]
        with pytest.raises(ValueError, match="variant"):
            sim.next(variant="midnight")
        sim.add_task(task_id="a")
        with pytest.raises(ValueError, match="already"):
            sim.add_task(task_id="a")


def test_a_seed_gives_the_same_ids_each_time() -> None:
    with Simulator(seed=7) as one, Simulator(seed=7) as two:
        assert [one.add_task(), one.add_task()] == [two.add_task(), two.add_task()]


def test_its_client_asks_as_often_as_it_was_told_to() -> None:
    """Without a word the first two polls of a running task are 5 s apart."""
    with Simulator(speed=20) as sim:
        client = sim.client(poll_interval=0.1)
        task = client.task(sim.add_task(outcome="never"))
        patient = client.task(sim.add_task(outcome="never"), poll_interval=3600)
        until(lambda: len([each for each in sim.requests if each.task_id == task.task_id]) >= 4)
        assert len([each for each in sim.requests if each.task_id == patient.task_id]) == 1
        task.close()
        patient.close()


def test_it_remembers_what_it_received_without_the_key() -> None:
    before = time.monotonic()
    with Simulator() as sim:
        body = {
            "model": "gen4_turbo",
            "promptImage": "data:image/png;base64," + "A" * 100_000,
            "promptText": f"my key is {KEY}",
            "ratio": "1280:720",
        }
        made = requests.post(f"{sim.url}/v1/image_to_video", json=body, headers=HEADERS, timeout=5).json()["id"]
        requests.get(f"{sim.url}/runwayml/v1/tasks/{made}", headers=HEADERS, timeout=5)
        requests.get(f"{sim.url}/runwayml/v1/tasks/nobody", timeout=5)
        create, poll, keyless = sim.requests
    assert (create.method, create.path, create.route, create.task_id) == ("POST", "/v1/image_to_video", "create", made)
    assert create.body["promptText"] == "my key is …"
    assert len(str(create.body["promptImage"])) < 70_000
    assert (poll.status, poll.task_id, poll.bearer, poll.body) == (200, made, True, {})
    assert (keyless.status, keyless.bearer) == (401, False)
    assert before < create.at < poll.at < keyless.at < time.monotonic()
    assert poll.headers["x-runway-version"] == "2024-11-06"
    assert KEY not in repr([create, poll, keyless])
    assert "authorization" not in poll.headers


def test_a_request_that_is_half_sent_is_ignored() -> None:
    with Simulator() as sim:
        address = ("127.0.0.1", int(sim.url.rpartition(":")[2]))
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(b"POST /v1/image_to_video HTTP/1.1\r\nContent-Length: 10\r\n\r\n{}")
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""
        assert sim.requests == []


def test_a_client_that_goes_away_is_not_reported(capfd: pytest.CaptureFixture[str]) -> None:
    with Simulator() as sim:
        sim.trouble("slow", seconds=0.05, times=None)
        address = ("127.0.0.1", int(sim.url.rpartition(":")[2]))
        for text in (
            b"",
            b"GET /v1/ta",
            b"POST /v1/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
            b"GET /v1/tasks/x HTTP/1.1\r\n\r\n",
        ):
            with socket.create_connection(address, timeout=5) as connection:
                connection.sendall(text)
        sim.calm()
        assert requests.get(sim.url, timeout=5).status_code == 401
    assert capfd.readouterr().err == ""


def test_many_at_once_are_all_served() -> None:
    with Simulator() as sim:
        made = sim.add_task()
        statuses: list[int] = []

        def poll() -> None:
            with requests.Session() as http:
                for _ in range(5):
                    answer = http.get(f"{sim.url}/v1/tasks/{made}", headers=HEADERS, timeout=5)
                    statuses.append(answer.status_code)

        threads = [threading.Thread(target=poll) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 100
        assert len(sim.requests) == 100


def test_the_package_does_not_load_it_until_it_is_used() -> None:
    code = "import sys, runway_widget; sys.exit('runway_widget.simulator' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
    assert not hasattr(runway_widget, "Simulator")


@pytest.mark.posix
def test_the_command_says_where_it_is_and_ends_cleanly_on_ctrl_c() -> None:
    command = [sys.executable, "-c", SERVE, "--port", "0", "--shape", "bare", "--key", KEY, "--trouble", "html,times=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            lines = [process.stdout.readline().strip() for _ in range(4)]
            url = lines[0].split()[4]
            assert lines[2:] == [f"export COMETAPI_BASE_URL={url}", f"export COMETAPI_KEY={KEY}"]
            answers = [requests.get(f"{url}/runwayml/v1/tasks/x", headers=HEADERS, timeout=5) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [502, 400]
        finally:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_the_command_says_what_is_wrong_with_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    from runway_widget.simulator import _cli

    parser = argparse.ArgumentParser()
    _cli.add_arguments(parser)
    assert _cli.serve(parser.parse_args(["--port", "0", "--trouble", "sever_error"])) == 2
    assert "sever_error" in capsys.readouterr().err


def test_it_keeps_a_file_for_its_clients_alone_and_only_as_long_as_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a server that is killed leaves nothing behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Simulator() as simulator:
        simulator.client(journal="off").task(simulator.add_task())
        assert list(tmp_path.iterdir()) == []
        simulator.runway_client().text_to_speech(model="eleven_v4", prompt_text="a kite", voice="Maya")
        assert list(tmp_path.glob("runway-simulator-*/journal*"))
    until(lambda: not list(tmp_path.iterdir()), 30)
