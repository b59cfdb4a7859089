"""An image in a file, in the colours of a page, within bounds on memory: a small copy, or all of it.

The decoders are opened directly, not through `Image.open`: that warns of every picture of more than
`Image.MAX_IMAGE_PIXELS`, or refuses it. This bound and the filters of warnings are the user's and belong to the whole
process, so they are neither changed nor asked; the bounds are those given here.
"""

from __future__ import annotations

import io
from importlib import import_module
from typing import IO, TYPE_CHECKING

from .._log import log
from .dimensions import declared_size
from .formats import HEAD
from .modes import rgb
from .profiles import to_srgb

if TYPE_CHECKING:
    from PIL import Image, ImageFile


MAX_SIZE = (320, 400)  # pixels of a small copy: width, height
MAX_PIXELS = 50_000_000  # to decode of a medium of others; 8K has 33 million
MAX_OWN_PIXELS = 2**28  # of a picture of the user's own, which becomes a GiB

DECODERS = {".png": "Png", ".jpg": "Jpeg", ".webp": "WebP", ".gif": "Gif", ".avif": "Avif"}

_STRIP = 2**21  # pixels of a large picture to convert at once
_TEXTS = {b"tEXt", b"zTXt", b"iTXt", b"iCCP"}


def read_image(file: IO[bytes], suffix: str, max_pixels: int, most: tuple[int, int] = MAX_SIZE) -> Image.Image | None:
    """A small copy of the image in ``file``, upright, in RGB or RGBA, without metadata; of several images the first.

    It has at most ``most`` pixels (width, height). None, and a line in the log, where more than ``max_pixels`` would
    have to be decoded. Raises whatever the decoder raises over a file that is damaged or lacks its end.
    """
    try:
        return _read(file, suffix, max_pixels, most)
    except ValueError:
        if suffix != ".png":
            raise
        # Pillow refuses a PNG with a text of more than a megabyte (MAX_TEXT_CHUNK), such as a workflow or XMP.
        return _read(_without_texts(file), suffix, max_pixels, most)


def read_whole(data: bytes, suffix: str, max_pixels: int) -> Image.Image | None:
    """The whole image in a file's content, upright, in the mode and with the colour profile of the file.

    None where it has more than ``max_pixels``. Raises whatever the decoder raises over content that is damaged.
    """
    from PIL import ImageOps

    file: IO[bytes] = io.BytesIO(data)
    try:
        image = _opened(file, suffix)
    except ValueError:
        if suffix != ".png":
            raise
        image = _opened(_without_texts(file), suffix)  # see `read_image`
    if image.width * image.height > max_pixels:
        return None
    if suffix == ".png":
        _fit_transparency(image, depth=data[24])
    image.load()
    return ImageOps.exif_transpose(image)


def upright_size(file: IO[bytes], suffix: str) -> tuple[int, int]:
    """Width and height of the image in ``file`` as it is meant to be seen. Nothing is decoded; errors as above."""
    from PIL import ExifTags

    with _opened(file, suffix) as image:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) in {5, 6, 7, 8}
        return (image.height, image.width) if turned else image.size


def small_copy(image: Image.Image, most: tuple[int, int] = MAX_SIZE) -> Image.Image:
    """At most ``most``, in RGB or RGBA of sRGB, without the file's metadata (place, camera, colour profile)."""
    small = rgb(image)
    small.thumbnail(most)
    small = to_srgb(small) or small.copy()
    small.info.clear()
    return small


def is_too_large(size: tuple[int, int], max_pixels: int) -> bool:
    """Whether a picture of that ``size`` is not decoded, which then stands in the log."""
    if size[0] * size[1] <= max_pixels:
        return False
    log.warning("no small copy of a picture of %d × %d pixels: %d are decoded at most", *size, max_pixels)
    return True


def _read(file: IO[bytes], suffix: str, max_pixels: int, most: tuple[int, int]) -> Image.Image | None:
    from PIL import ImageOps

    file.seek(0)
    head = file.read(HEAD)
    if is_too_large(declared_size(head), max_pixels):  # of what takes its memory when it is opened
        return None
    with _opened(file, suffix) as image:
        whole = image.size
        image.draft("RGB", (most[0] * 2, most[1] * 2))  # a JPEG decodes faster at a fraction of its size
        decoded = whole if image.info.get("progressive") else image.size  # of a progressive one, all is held at once
        if is_too_large(decoded, max_pixels):
            return None
        if suffix == ".png":
            _fit_transparency(image, depth=head[24])
        picture = _reduced(image, most) if image.width * image.height > MAX_PIXELS else image
        ImageOps.exif_transpose(picture, in_place=True)
        return small_copy(picture, most)


def _opened(file: IO[bytes], suffix: str) -> ImageFile.ImageFile:
    """The image in ``file``, by the decoder of its format, not decoded yet. Nothing asks for its number of pixels."""
    name = DECODERS[suffix]
    decoder = getattr(import_module(f"PIL.{name}ImagePlugin"), f"{name}ImageFile")
    file.seek(0)
    image: ImageFile.ImageFile = decoder(file)
    return image


def _fit_transparency(image: Image.Image, depth: int) -> None:
    """Put the colour that is transparent in a PNG into the range that Pillow (up to 13) puts its pixels into."""
    colour = image.info.get("transparency")
    if image.mode == "1" and isinstance(colour, int):
        image.info["transparency"] = 255 if colour else 0
    elif image.mode == "L" and isinstance(colour, int) and depth < 8:
        image.info["transparency"] = colour * 255 // (2**depth - 1)
    elif image.mode == "RGB" and isinstance(colour, tuple) and depth == 16:
        image.info["transparency"] = tuple(level >> 8 for level in colour)


def _reduced(image: Image.Image, most: tuple[int, int]) -> Image.Image:
    """A large picture at a whole fraction of its size, strip by strip, so that no second one of its size is made."""
    from PIL import Image

    factor = max(1, max(image.size) // (2 * max(most)))
    rows = factor * max(1, _STRIP // (factor * image.width))
    small: Image.Image | None = None
    for top in range(0, image.height, rows):
        below = min(top + rows, image.height)
        strip = image.resize((image.width, below - top), Image.Resampling.NEAREST, (0, top, image.width, below))
        strip = rgb(strip).reduce(factor)  # crop() would ask for the number of pixels
        if small is None:
            small = Image.new(strip.mode, (strip.width, -(-image.height // factor)))
            small.info = strip.info
        small.paste(strip, (0, top // factor))
    assert small is not None, "an image has a row"
    return small


def _without_texts(file: IO[bytes]) -> IO[bytes]:
    """The PNG in ``file`` without its texts and its profile."""
    file.seek(0)
    parts = [file.read(8)]
    while len(head := file.read(8)) == 8:
        body = file.read(int.from_bytes(head[:4]) + 4)  # and its checksum
        if head[4:] not in _TEXTS:
            parts += head, body
    return io.BytesIO(b"".join(parts))
