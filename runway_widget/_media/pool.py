"""The two threads for downloads and thumbnails, so that a large file delays no poll and no card."""

from __future__ import annotations

from .._runtime.threads import ThreadPool

media_pool = ThreadPool("runway-widget-media", 2)
