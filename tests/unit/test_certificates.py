"""Certificates: those that the environment names are trusted, and what is wrong with one is told as what it is."""

from __future__ import annotations

import errno
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from runway_widget import Client, ConfigurationError
from runway_widget._create.submit import submit
from runway_widget._errors import NetworkSetupError, NoAnswer
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget._service.connection import pooled_session
from runway_widget._service.fetch import open_url
from runway_widget._service.state import TaskState
from runway_widget.simulator import Simulator

from .certificates import (
    AUTHORITY,
    AUTHORITY_IN_A_FOLDER,
    EXPIRED,
    FUTURE,
    HOST,
    OTHER_HOST,
    SELF_SIGNED,
    SERVER,
    STRANGER,
)
from .conftest import RawServer, Script, http
from .fakes import until
from .submitting import Clock, a_creation, service_at
from .tunnels import Company, Tls
from .wire import ID, KEY, RUNNING, ask, service

Serve = Callable[[Script], RawServer]
VARIABLES = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]


def fault(url: str) -> NetworkSetupError:
    error = ask(url).result
    assert isinstance(error, NetworkSetupError), error
    assert isinstance(error, ConfigurationError)
    assert isinstance(error, NoAnswer)
    assert (error.sent, error.transient) == (False, False)
    return error


class TestWhatIsTrusted:
    @pytest.mark.parametrize("variable", VARIABLES)
    @pytest.mark.parametrize("around", ["{}", '"{}"', " {} "])
    def test_the_authority_that_a_variable_names(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch, variable: str, around: str
    ) -> None:
        url = company.serve(serve(http(RUNNING)).port)
        company.enter(trust=None)
        monkeypatch.setenv(variable, around.format(AUTHORITY))
        assert isinstance(ask(url).result, TaskState)

    @pytest.mark.parametrize("folders", ["{0}", "{1}{2}{0}"])
    def test_a_folder_of_authorities(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folders: str
    ) -> None:
        (tmp_path / AUTHORITY_IN_A_FOLDER).write_bytes(AUTHORITY.read_bytes())
        url = company.serve(serve(http(RUNNING)).port)
        company.enter(trust=None)
        monkeypatch.setenv("SSL_CERT_DIR", folders.format(tmp_path, tmp_path / "none", os.pathsep))
        assert isinstance(ask(url).result, TaskState)

    def test_the_variables_of_requests_come_first(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
        company.enter(trust=None)
        for variable in (*VARIABLES, "SSL_CERT_DIR"):
            monkeypatch.setenv(variable, f"/nowhere/{variable}.pem")
        for variable in (*VARIABLES, "SSL_CERT_DIR"):
            assert fault(f"https://{HOST}").message.startswith(f"{variable} names a file that is not there: /nowhere/")
            monkeypatch.setenv(variable, '""')

    def test_the_variable_is_read_again_for_each_request(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = company.serve(serve(http(RUNNING)).port)
        company.enter(trust=STRANGER)
        with pooled_session() as session:
            assert isinstance(ask(url, session).result, NetworkSetupError)
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(AUTHORITY))
            assert isinstance(ask(url, session).result, TaskState)

    def test_a_file_that_was_mended_is_read_again(self, company: Company, serve: Serve, tmp_path: Path) -> None:
        url = company.serve(serve(http(RUNNING)).port)
        bundle = tmp_path / "bundle.pem"
        bundle.write_text("nothing yet")
        company.enter(trust=bundle)
        assert "no PEM file" in fault(url).message
        bundle.write_bytes(AUTHORITY.read_bytes())
        assert isinstance(ask(url).result, TaskState)

    def test_nothing_is_looked_at_for_a_plain_service_on_this_machine(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
        assert isinstance(ask(serve(http(RUNNING)).url).result, TaskState)


class TestWhatTheVariableNames:
    @pytest.mark.parametrize("variable", VARIABLES)
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, "names a file that is not there: "),
            (b"", "which is no PEM file of certificates"),
            (b"hello", "which is no PEM file of certificates"),
            (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "which is no PEM file of certificates"),
            (AUTHORITY.read_bytes()[:300], "which is no PEM file of certificates"),
            (ssl.PEM_cert_to_DER_cert(AUTHORITY.read_text()), "which is no PEM file of certificates"),
        ],
        ids=["missing", "empty", "text", "rubbish", "cut short", "DER"],
    )
    def test_a_file_that_cannot_be_used_is_told_by_the_variables_name_before_anything_is_tried(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, content: bytes | None, words: str
    ) -> None:
        file = tmp_path / "bundle.pem"
        if content is not None:
            file.write_bytes(content)
        monkeypatch.setenv(variable, str(file))
        message = fault("https://localhost:9").message
        assert message.startswith(f"{variable} names ")
        assert words in message
        assert str(file) in message

    def test_a_file_that_may_not_be_read(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def deny(*_: object, **__: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        file = tmp_path / "bundle.pem"
        file.write_bytes(AUTHORITY.read_bytes())
        monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", deny)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
        assert fault("https://localhost:9").message.endswith("which cannot be read: Permission denied")

    def test_every_way_to_a_network_tells_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
        client = Client(KEY, f"https://{HOST}", journal="off")
        with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
            client.retrieve(ID)
        with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
            client.create("sound_effect", promptText="rain")
        with (
            pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"),
            open_url(service(f"https://{HOST}"), "https://media.example/a.mp4"),
        ):
            pass


class TestWhatTheServerShows:
    @pytest.mark.parametrize(
        ("certificate", "trust", "words"),
        [
            (
                SERVER,
                None,
                "is not trusted: set REQUESTS_CA_BUNDLE to a PEM file that holds your network's certificate",
            ),
            (
                SERVER,
                STRANGER,
                rf"is not trusted: set .* authority \(REQUESTS_CA_BUNDLE names {STRANGER}, which does not\)",
            ),
            (SELF_SIGNED, AUTHORITY, "is not trusted: set REQUESTS_CA_BUNDLE to "),
            (EXPIRED, AUTHORITY, r"has expired, or this machine's clock is wrong: it says \d{4}-\d\d-\d\d$"),
            (FUTURE, AUTHORITY, r"is not valid yet, or this machine's clock is wrong: it says \d{4}-\d\d-\d\d$"),
            (OTHER_HOST, AUTHORITY, "shows the certificate of another host; check the address"),
        ],
        ids=["unknown", "another authority", "self-signed", "expired", "not yet valid", "another host"],
    )
    def test_a_certificate_that_is_not_accepted(
        self, company: Company, serve: Serve, certificate: Path, trust: Path | None, words: str
    ) -> None:
        server = serve(http(RUNNING))
        url = company.serve(server.port, certificate=certificate)
        company.enter(trust=trust)
        error = fault(url)
        with pytest.raises(ConfigurationError, match=f"{HOST} {words}"):
            raise error
        assert server.received == [], "the key must not be sent to whoever this is"

    def test_the_variable_that_was_heeded_is_the_one_that_is_named(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, company: Company
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(STRANGER))
        secure = company.add(Tls(serve(http(RUNNING)).port))
        assert f"(SSL_CERT_FILE names {STRANGER}, which does not)" in fault(secure.url).message

    def test_a_plain_server_that_is_asked_for_tls(self, serve: Serve) -> None:
        listener = socket.create_server(("127.0.0.1", 0))

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1_000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=accept)
        thread.start()
        with listener:
            port = listener.getsockname()[1]
            message = fault(f"https://127.0.0.1:{port}").message
            thread.join(5)
        assert message.startswith(f"no secure connection: 127.0.0.1:{port} does not speak TLS there")

    def test_a_server_that_speaks_old_tls_only(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("AES128-SHA256")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(AUTHORITY))
        secure = company.add(Tls(serve(http(RUNNING)).port, context=context))
        assert "and this machine agree on (" in fault(secure.url).message

    @pytest.mark.parametrize("host", ["a..example", "x" * 64 + ".example"])
    def test_a_name_that_no_host_can_have(self, host: str) -> None:
        with pytest.raises(NoAnswer) as caught, open_url(service("https://api.example"), f"https://{host}/a.mp4"):
            pass
        assert not caught.value.transient

    def test_what_was_reached_before_is_trouble_of_the_network(
        self, company: Company, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A laptop that is carried to a network with a login page: it does not end what it watches."""
        url = company.serve(serve(http(RUNNING)).port)
        company.enter()
        with pooled_session() as session:
            assert isinstance(ask(url, session).result, TaskState)
            company.serve(serve(http(RUNNING)).port, certificate=OTHER_HOST)
            error = ask(url, session).result
        assert isinstance(error, NoAnswer)
        assert "shows the certificate of another host" in error.message
        assert error.transient


class TestWhatFollows:
    def test_a_watch_ends_at_once_says_what_to_do_and_can_be_resumed(
        self, company: Company, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = company.serve(int(sim.url.rpartition(":")[2]))
        company.enter(trust=STRANGER)
        client = Client(sim.key, url, journal="off")
        task = client.task(sim.add_task(queued=0, outcome="never"), poll_interval=0.1)
        with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
            task.wait(30)
        assert task._face["name"] == "No connection"
        assert task._face["note"].startswith(f"the certificate of {HOST} is not trusted: set REQUESTS_CA_BUNDLE to")
        assert task._face["note"].endswith(". Then press resume.")
        assert task._actions == ["resume"]
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(AUTHORITY))
        task.resume()
        until(lambda: task.status == "IN_PROGRESS")
        task.close()

    def test_a_create_is_refused_once_without_doubt(self, company: Company, serve: Serve, tmp_path: Path) -> None:
        server = serve(http(json.dumps({"id": ID})))
        url = company.serve(server.port)
        company.enter(trust=STRANGER)
        clock, journal = Clock(), Journal(tmp_path / "journal.sqlite")
        with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
            submit(service_at(url), a_creation(), journal, sleep=clock.sleep, clock=clock)
        assert (clock.slept, len(company.proxy.heads), server.received) == ([], 1, [])
        assert [row.state for row in journal.recent()] == [State.REFUSED]

    def test_of_several_takes_only_the_first_is_tried(self, company: Company, serve: Serve) -> None:
        url = company.serve(serve(http(json.dumps({"id": ID}))).port)
        company.enter(trust=STRANGER)
        grid = Client(KEY, url, journal="off").image_to_video(
            model="gen4_turbo", prompt_image="https://e.example/a.png", ratio="1280:720", takes=5
        )
        for task in grid:
            with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
                task.wait()
        assert len(company.proxy.heads) == 1
