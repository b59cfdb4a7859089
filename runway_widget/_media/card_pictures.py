"""What a static card carries of one output: a thumbnail, and the medium itself where that is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .._errors import RunwayWidgetError
from .._service.service import Service
from .kept_outputs import KeptOutput
from .thumbnails import thumbnail, thumbnail_from_url, try_embed
from .transfer import download_one


class CardPicture(NamedTuple):
    """Data URIs, or "", and why the medium itself is not among them though it was wanted."""

    thumbnail: str = ""
    embedded: str = ""
    fault: str = ""


def card_picture(
    service: Service, item: KeptOutput, budget: int, embed_limit: int, renew: Callable[[], str]
) -> CardPicture:
    """The pictures of ``item``, from its file where there is one. Never raises.

    ``budget`` is in characters of the thumbnail, ``embed_limit`` in bytes of the medium, 0 for none; ``renew`` gives a
    new link.
    """
    kind = item.output.kind
    if item.file is not None:
        return _of_file(item.file, kind, budget, embed_limit)
    if not embed_limit:
        return CardPicture(thumbnail_from_url(service, item.output.url, kind, budget))
    try:
        with TemporaryDirectory() as folder:
            path = download_one(service, item.output.url, Path(folder), "output", renew=renew)
            return _of_file(path, kind, budget, embed_limit)
    except (RunwayWidgetError, OSError) as error:  # OSError: no folder for temporary files can be written to
        return CardPicture(fault=str(error))


def _of_file(file: Path, kind: str, budget: int, embed_limit: int) -> CardPicture:
    return CardPicture(thumbnail(file, kind, budget), *try_embed(file, kind, embed_limit))
