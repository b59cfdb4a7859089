"""Media carried whole in a notebook."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from runway_widget._errors import ConfigurationError
from runway_widget._media.thumbnails import embed
from runway_widget.simulator._media import load


@pytest.mark.parametrize(("kind", "start"), [("video", "video/mp4"), ("image", "image/jpeg"), ("audio", "audio/mp4")])
def test_the_data_uri_holds_the_whole_medium(kind: Any, start: str, tmp_path: Path) -> None:
    data = load(kind, "dusk", False)
    file = tmp_path / "medium"
    file.write_bytes(data)
    for expected in (kind, "unknown"):
        uri = embed(file, expected, limit=len(data))
        assert uri.startswith(f"data:{start};base64,")
        assert base64.b64decode(uri.partition(",")[2]) == data


def test_a_large_medium_is_refused_and_the_error_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with path.open("wb") as file:
        file.truncate(7_200_000)
    with pytest.raises(ConfigurationError, match=r"7\.2 MB, and embed= carries at most 5\.0 MB .* save_to="):
        embed(path, "video")
    with pytest.raises(ConfigurationError, match=r"at most 0\.0 MB"):
        embed(path, "video", limit=7)


@pytest.mark.parametrize("data", [b"<svg onload='alert(1)'/>", b"<html>", b"", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_video_is_refused(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "medium"
    file.write_bytes(data)
    with pytest.raises(ConfigurationError, match="cannot be embedded"):
        embed(file, "video")
