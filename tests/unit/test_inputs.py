"""Whatever names or holds a medium becomes the URI that travels, or is refused in words before anything is sent."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from runway_widget._create.input_field import InputField
from runway_widget._create.inputs import resolve, still
from runway_widget._errors import ConfigurationError
from runway_widget._service.provider import COMETAPI, RUNWAY, Provider


def encoded(mode: str = "RGB", size: tuple[int, int] = (8, 6), form: str = "PNG", **how: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, form, **how)
    return buffer.getvalue()


PNG = encoded()
JPEG = encoded(form="JPEG")
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(40)
LOOPBACK = "http://127.0.0.1:8000"


def field(*kinds: str, provider: Provider = COMETAPI, base_url: str = "") -> InputField:
    return InputField("prompt_image", kinds or ("image",), provider, base_url or provider.url)


def content(uri: str) -> bytes:
    return base64.b64decode(uri.partition(",")[2])


def opened(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(content(uri)))


# What is taken


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_bytes_travel_as_a_data_uri_of_their_own_type(wrap: Any) -> None:
    medium = resolve(wrap(JPEG), field())
    assert medium.uri.startswith("data:image/jpeg;base64,")
    assert content(medium.uri) == JPEG
    assert medium.kind == "image"


def test_the_type_of_a_file_is_that_of_its_content_not_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    path.write_bytes(JPEG)
    assert resolve(path, field()).uri.startswith("data:image/jpeg;base64,")


def test_a_string_that_names_a_file_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "still.png").write_bytes(PNG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert content(resolve("still.png", field()).uri) == PNG
    assert content(resolve("~/still.png", field()).uri) == PNG


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "F", "I", "I;16"])
def test_a_pil_image_of_any_mode_travels_as_png(mode: str) -> None:
    picture = opened(resolve(Image.new(mode, (8, 6)), field()).uri)
    assert (picture.format, picture.size) == ("PNG", (8, 6))


def test_a_picture_that_was_taken_upright_travels_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    turned = Image.open(io.BytesIO(encoded(form="JPEG", exif=exif)))
    assert opened(resolve(turned, field()).uri).size == (6, 8)


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 3), (6, 8, 4)])
def test_an_array_travels_as_png(shape: tuple[int, ...], dtype: str) -> None:
    white = 255 if dtype == "uint8" else 1
    picture = opened(resolve(numpy.full(shape, white, dtype), field()).uri)
    assert picture.size == (8, 6)
    assert numpy.asarray(picture).min() == 255


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (numpy.zeros(3, "uint8"), r"must have the shape .* not \(3,\)"),
        (numpy.zeros((6, 8, 2), "uint8"), "must have the shape"),
        (numpy.zeros((3, 6, 8), "uint8"), "must have the shape"),
        (numpy.zeros((1, 6, 8, 3), "uint8"), "must have the shape"),
        (numpy.zeros((0, 8, 3), "uint8"), "must have the shape"),
        (numpy.full((6, 8), 255.0), "floats must lie within 0 and 1"),
        (numpy.full((6, 8), -0.5), "floats must lie within 0 and 1"),
        (numpy.full((6, 8), numpy.nan), "floats must lie within 0 and 1"),
        (numpy.zeros((6, 8), "int64"), "uint8 or of floats from 0 to 1, not of int64"),
        (numpy.zeros((6, 8), "complex128"), "not of complex128"),
        (numpy.full((6, 8), "a"), "not of <U1"),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^prompt_image: .*{message}"):
        resolve(array, field())


def test_a_picture_that_cannot_be_encoded_is_refused() -> None:
    closed = Image.new("RGB", (8, 6))
    closed.close()
    truncated = Image.open(io.BytesIO(encoded(size=(800, 600), form="JPEG")[:2000]))
    for picture in (closed, truncated):
        with pytest.raises(ConfigurationError, match=r"^prompt_image: the picture cannot be encoded"):
            resolve(picture, field())


def test_without_pillow_an_array_is_refused_and_a_file_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ConfigurationError, match="pip install pillow"):
        resolve(numpy.zeros((6, 8), "uint8"), field())
    uri = resolve(PNG, field()).uri
    assert content(uri) == PNG
    assert still(uri) == ""


def test_a_data_uri_passes_as_it_is() -> None:
    uri = "data:image/jpg;base64," + base64.b64encode(JPEG).decode()
    assert resolve(uri, field()).uri == uri


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("data:image/png,abc", "must begin like"),
        ("data:text/plain;base64,YQ==", "must begin like"),
        ("data:;base64,YQ==", "must begin like"),
        ("data:image/png;base64,", "holds nothing"),
        ("data:image/png;base64,AA$AA", "not valid base64"),
        ("data:image/png;base64,abc", "not valid base64"),
        ("data:video/mp4;base64,YQ==", "takes image, but the data URI is a video"),
    ],
)
def test_a_data_uri_that_would_be_refused_is_refused_here(uri: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^prompt_image: .*{message}"):
        resolve(uri, field())


def test_uploads_are_for_runways_own_api() -> None:
    assert resolve("runway://abc", field(provider=RUNWAY)).uri == "runway://abc"
    with pytest.raises(ConfigurationError, match="CometAPI knows no runway:// URIs"):
        resolve("runway://abc", field())


# What is refused


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "empty"),
        ("nowhere.png", "'nowhere.png' is no URL, and no such file is in "),
        (".", "'.' is a folder"),
        ("a\0b", "holds a NUL character"),
        ("x" * 5000, "cannot be read: File name too long"),
        (Path("nowhere.png"), "no such file"),
        (b"", "empty"),
        (b"<html>not found</html>", "is no image"),
        ("\ufeffhello".encode("utf-16"), "is no image"),
        (MP4, "takes image, but it is a video"),
        (encoded(form="GIF"), "it is a GIF; save it as PNG"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(9), "it is a HEIC; save it as PNG"),
        (None, "must be an https URL, a path, bytes, a PIL image, a NumPy array or a RunwayTask, not None"),
        (7, "not 7"),
        ([PNG], "not a list"),
    ],
)  # fmt: skip
def test_a_value_that_is_no_fitting_medium_is_refused(value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^prompt_image: ") as caught:
        resolve(value, field())
    assert message in str(caught.value)


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(PNG)

    def denied(_: Path, mode: str) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(ConfigurationError, match=r"a.png' cannot be read: Permission denied"):
        resolve(tmp_path / "a.png", field())


@pytest.mark.parametrize(
    ("head", "limit", "kind"), [(PNG, 5 * 2**20, "image"), (MP4, 16 * 2**20, "video")], ids=["image", "video"]
)
def test_a_medium_may_be_as_large_as_its_data_uri_may(head: bytes, limit: int, kind: str) -> None:
    header = len("data:image/png;base64,")  # as long as that of a video
    largest = head + bytes((limit - header) // 4 * 3 - len(head))
    uri = resolve(largest, field(kind)).uri
    assert limit - 4 < len(uri) <= limit
    assert resolve(uri, field(kind)).uri == uri
    with pytest.raises(ConfigurationError) as caught:
        resolve(largest + b"x", field(kind))
    assert f"as a data URI {limit // 2**20} MB, of which CometAPI takes {limit // 2**20} MB" in str(caught.value)
    assert "no route for uploads: make" in str(caught.value)
    assert "host it and give its https URL, or use Client.runway(), which uploads up to 200 MB" in str(caught.value)
    with pytest.raises(ConfigurationError, match="the data URI has"):
        resolve(uri + "AAAA", field(kind))


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    with (tmp_path / "film.mp4").open("wb") as file:
        file.write(MP4)
        file.truncate(2**36)
    with pytest.raises(ConfigurationError, match=r"film\.mp4 has 65536 MB, .* takes 16 MB \(a video of 12 MB\)"):
        resolve(tmp_path / "film.mp4", field("video"))
    with pytest.raises(ConfigurationError, match=r"film\.mp4 has 65536 MB, and Runway takes 200 MB at most; make"):
        resolve(tmp_path / "film.mp4", field("video", provider=RUNWAY))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (encoded(form="WEBP"), "image/webp"),
        (MP4, "video/mp4"),
        (b"\x00\x00\x00\x14ftypM4V ", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_the_type_is_read_from_the_bytes(data: bytes, media_type: str) -> None:
    medium = resolve(data, field("image", "video", "audio"))
    assert medium.uri.startswith(f"data:{media_type};base64,")
    assert medium.kind == media_type.partition("/")[0]


# The still


def test_a_still_is_small_and_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    uri = still(resolve(encoded(size=(3000, 2000), form="JPEG", exif=exif), field()).uri)
    assert opened(uri).size == (267, 400)
    assert len(uri) <= 12 * 1024


@pytest.mark.parametrize(("mode", "still_mode"), [("RGBA", "RGBA"), ("P", "RGB"), ("I;16", "RGB"), ("L", "RGB")])
def test_a_still_of_any_png_is_made(mode: str, still_mode: str) -> None:
    assert opened(still(resolve(encoded(mode), field()).uri)).mode == still_mode


@pytest.mark.parametrize(
    "uri", ["runway://abc", "data:video/mp4;base64,AAAA", "data:image/png;base64,AAAA", "ftp://a/b", ""]
)
def test_only_a_picture_has_a_still(uri: str) -> None:
    assert still(uri) == ""
