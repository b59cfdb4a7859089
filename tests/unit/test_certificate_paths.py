"""The paths of certificates in the environment, as people write them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runway_widget import _environment
from runway_widget._errors import NetworkSetupError
from runway_widget._service import network
from runway_widget._service.network import Certificates, certificates

from .certificates import AUTHORITY


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of certificates in the user's home."""
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(tmp_path))
    path = tmp_path / "company.pem"
    path.write_bytes(AUTHORITY.read_bytes())
    return path


@pytest.mark.parametrize(
    "wrap",
    [str, Path.as_uri, lambda path: f"~/{path.name}", lambda path: f"$HOME/{path.name}"],
    ids=["path", "URL", "tilde", "variable"],
)
def test_the_file_is_found_however_its_path_is_written(
    monkeypatch: pytest.MonkeyPatch, bundle: Path, wrap: Callable[[Path], str]
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", wrap(bundle))
    assert certificates() == Certificates("REQUESTS_CA_BUNDLE", str(bundle))


def test_a_relative_path_that_was_set_at_the_start_stays_where_it_was(
    monkeypatch: pytest.MonkeyPatch, bundle: Path
) -> None:
    monkeypatch.setitem(_environment._AT_START, "SSL_CERT_FILE", bundle.name)
    monkeypatch.setattr(network, "START", bundle.parent)
    monkeypatch.setenv("SSL_CERT_FILE", bundle.name)
    assert certificates() == Certificates("SSL_CERT_FILE", str(bundle))


def test_what_can_be_no_file_here_is_told_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", "https://intranet.example/ca.pem")
    with pytest.raises(NetworkSetupError, match=r"^CURL_CA_BUNDLE: .* is an address \(https:\), not a path"):
        certificates()
