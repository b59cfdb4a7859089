"""Files that are not what they say: pictures that would fill the memory, and pictures that hold a program."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from runway_widget import ConfigurationError
from runway_widget._media.svg import is_picture_only
from runway_widget._media.thumbnails import embed, thumbnail

SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>%s</svg>"

PROGRAMS = {
    "a script": "<script>alert(1)</script>",
    "a script with a prefix": "<s:script xmlns:s='http://www.w3.org/2000/svg'>alert(1)</s:script>",
    "a page": "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
    "an event": "<rect onload = 'alert(1)'/>",
    "an event behind a quotation mark": "<rect x='1'onclick='alert(1)'/>",
    "a link": "<a xlink:href='java\nscript:alert(1)'>x</a>",
    "a document in an address": "<image href='data:text/html,x'/>",
    "an SVG in an address": "<use href='data:image/svg+xml;base64,PHN2Zz4='/>",
    "an address that is set": "<set attributeName='href' to='x'/>",
    "an entity": "&#106;avascript",
    "a character between": "<s\x1b(Bcript>alert(1)</s\x1b(Bcript>",
    "no character between": "<s\x00cript>",
}
WHOLE = {
    "a stylesheet": "<?xml-stylesheet href='data:x'?>" + SVG % "",
    "an entity of its own": '<!DOCTYPE svg [<!ENTITY x "<script/>">]>' + SVG % "&x;",
    "an attribute for each element": '<!DOCTYPE svg SYSTEM "<" [<!ATTLIST svg onload CDATA "alert(1)">]>' + SVG % "",
    "an inner subset": "<!doctype svg [ ]>" + SVG % "",
    "another encoding": "<?xml version='1.0' encoding='ISO-2022-JP'?>" + SVG % "",
    "an encoding of seven bits": '\ufeff<?xml version="1.0" encoding = "utf-7"?>' + SVG % "",
    "no picture at all": "<html><body>x</body></html>",
}


@pytest.mark.parametrize("name", [*PROGRAMS, *WHOLE])
def test_an_svg_with_a_program_or_what_may_hide_one_is_saved_as_text(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(WHOLE.get(name) or SVG % PROGRAMS[name], encoding="utf-8")
    assert not is_picture_only(tmp_path / "a.svg")


@pytest.mark.parametrize(
    "text",
    [
        SVG % "<rect width='4' height='3' fill='#f00'/><text>on the table = 4 &amp; more</text>",
        '<?xml version="1.0" encoding="UTF-8"?>\r\n\t' + SVG % "<path d='M0 0'/>",
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + SVG % "",
        SVG % "<image href='data:image/png;base64,AA=='/><style><![CDATA[ rect { fill: red } ]]></style>",
    ],
)
def test_an_svg_that_is_a_picture_is_saved_as_one(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(text, encoding="utf-8")
    assert is_picture_only(tmp_path / "a.svg")


@pytest.mark.parametrize("piece", ["<!doctype", "<!doctype x", "<a:", " on", "<svg", "&", "script:", "data:", "<?xml "])
def test_a_look_into_a_large_svg_takes_no_longer_than_it_is_long(piece: str, tmp_path: Path) -> None:
    """A hundredth of a second; where each beginning is read to the end, minutes in which the kernel does nothing."""
    (tmp_path / "a.svg").write_text("<svg>" + piece * (1_000_000 // len(piece)))
    begun = time.thread_time()
    is_picture_only(tmp_path / "a.svg")
    assert time.thread_time() - begun < 10


def test_no_svg_and_no_page_travels_in_a_notebook(tmp_path: Path) -> None:
    files = {"a.svg": (SVG % "<rect/>").encode(), "a.png": b"<html><script>alert(1)</script>", "a.html": b"<p>"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert thumbnail(tmp_path / name, "image") == ""
    with pytest.raises(ConfigurationError, match=r"no page may hold a file that ends in \.svg"):
        embed(tmp_path / "a.svg", "image")


# Pictures that would fill the memory


def png(width: int, height: int, *more: bytes) -> bytes:
    """A PNG that says it is so large, of which every row is the same."""

    def part(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(min(height, 2_000))) + packer.flush()
    parts = [part(b"IHDR", head), *more, part(b"IDAT", rows), part(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def bombs() -> Iterator[tuple[str, bytes]]:
    yield "png", png(60_000, 60_000)
    text = b"zTXt" + b"x\0\0" + zlib.compress(bytes(2**27), 9)
    packed = (len(text) - 4).to_bytes(4, "big") + text + zlib.crc32(text).to_bytes(4, "big")
    yield "png", png(8, 8, packed)
    profile = b"iCCP" + b"x\0\0" + zlib.compress(bytes(2**27), 9)
    yield "png", png(8, 8, (len(profile) - 4).to_bytes(4, "big") + profile + zlib.crc32(profile).to_bytes(4, "big"))
    for form, size in (("GIF", (8, 8)), ("WEBP", (8, 8)), ("JPEG", (64, 64))):
        out = io.BytesIO()
        Image.new("RGB", size).save(out, form, **({"progressive": True} if form == "JPEG" else {}))
        yield form.lower(), _enlarged(form, out.getvalue())


def _enlarged(form: str, data: bytes) -> bytes:
    """The same file, which says that it is 60,000 pixels wide and high."""
    if form == "GIF":
        return data[:6] + (60_000).to_bytes(2, "little") * 2 + data[10:]
    if form == "JPEG":
        at = data.index(b"\xff\xc2") + 5
        return data[:at] + (60_000).to_bytes(2, "big") * 2 + data[at + 4 :]
    size = (16_383).to_bytes(3, "little") * 2
    vp8x = b"VP8X\n\0\0\0\0\0\0\0" + size
    return data[:4] + (len(data) - 8 + len(vp8x)).to_bytes(4, "little") + b"WEBP" + vp8x + data[12:]


LOOK = """
import gzip, resource, sys
from pathlib import Path
from runway_widget._media.thumbnails import thumbnail
thumbnail(Path(sys.argv[1]) / "good.png", "image")  # with all that it loads
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sorted(Path(sys.argv[1]).iterdir()):
    thumbnail(path, "image")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.posix
def test_a_picture_that_would_fill_the_memory_is_not_decoded(tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(png(64, 64))
    for number, (form, data) in enumerate(bombs()):
        (tmp_path / f"{number}.{form}").write_bytes(data)
    (tmp_path / "packed.png").write_bytes(gzip.compress(png(8, 8)))
    found = subprocess.run([sys.executable, "-c", LOOK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(found.stdout) < 100, "megabytes more than for a small picture"
