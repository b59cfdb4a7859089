"""Which static cards one widget has put into documents, so that a page finds out that its document has an older one.

A page that was loaded since a card was shown drops what Python puts into the card's place: see `freezable`. Such a page
asks for what it lacks (`js/src/after/twin.ts`). It leaves alone what is not in the list: the static card of an earlier
kernel may say more than this one's.
"""

from __future__ import annotations

import zlib

from .display import Bundle


class StaticVersions:
    """The static cards of one widget, each known by the CRC-32 of its HTML in UTF-8; the newest is the last."""

    def __init__(self) -> None:
        self._versions: dict[int, None] = {}

    def add(self, bundle: Bundle) -> Bundle:
        """Take ``bundle`` for the newest, and return it."""
        version = zlib.crc32(bundle["text/html"].encode("utf-8", "replace"))
        self._versions.pop(version, None)
        self._versions[version] = None
        return bundle

    def message(self) -> dict[str, object] | None:
        """What the pages are told; None as long as none can have an older one."""
        return {"kind": "static", "versions": list(self._versions)} if len(self._versions) > 1 else None
