"""What was uploaded, so that the same content is sent once in 24 hours, also by another kernel.

It is remembered by its digest, for one service and one key: in the journal, and in memory where there is none. What is
being uploaded for one take is waited for by the others.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from .._errors import ConfigurationError, ServiceError
from .._journal.journal import Journal
from .._journal.uploads import Upload
from .._media.content import Content
from .._runtime.process import Lock, register_heir
from .._service.service import Service
from .._service.upload import LIFE, Parcel, UploadStopped, upload

#: Seconds before its end in which an upload is not used any more: a task may wait for long before it begins.
MARGIN = 3600.0
_STEP = 0.1  # seconds between two looks at an upload that somebody else has begun

_Key = tuple[tuple[str, str | None, str], str]  # the service's identity, and the digest


class _UnderWay:
    """An upload that one thread makes, and others may wait for."""

    def __init__(self) -> None:
        self.part = 0.0
        self.uri: Future[str] = Future()

    def heard(self, progress: Callable[[float], None]) -> Callable[[float], None]:
        """``progress``, and all who wait are told too."""

        def tell(part: float) -> None:
            self.part = part
            progress(part)

        return tell


class Uploads:
    """The uploads of one client. Safe to use from many threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: dict[_Key, tuple[str, float]] = {}
        self._under_way: dict[_Key, _UnderWay] = {}
        self._lock = Lock()  # of both tables
        register_heir(self)

    def find(self, service: Service, sha256: str) -> str:
        """The URI of an upload of this content that lasts for long enough; "" where there is none."""
        now = time.time()
        with self._lock:
            uri, when = self._known.get((service.identity, sha256), ("", 0.0))
        if uri and _lasts(when, now):
            return uri
        stored = self._journal.find_uploads(service.base_url, sha256)
        return next((each.uri for each in stored if _lasts(each.uploaded_at, now) and service.has_made(each.owner)), "")

    def forget(self, service: Service, sha256: str, before: float) -> None:
        """Forget the uploads of a content from before that unix time: the service may not have them any more."""
        with self._lock:
            _, when = self._known.get((service.identity, sha256), ("", math.inf))
            if when < before:
                del self._known[service.identity, sha256]
        self._journal.forget_uploads(service.base_url, sha256, before)

    def uri_of(
        self,
        content: Content,
        service: Service,
        progress: Callable[[float], None] = lambda part: None,
        stopped: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> str:
        """The URI of ``content`` at the service, where it is uploaded now if need be. Blocks for as long as that takes.

        For ``progress``, ``stopped`` and ``sleep`` see `upload`. Raises ServiceError, UploadStopped, and
        ConfigurationError where the file is not what it was.
        """
        key = service.identity, content.sha256
        while True:
            with self._lock:
                others = self._under_way.get(key)
                if others is None:
                    mine = self._under_way[key] = _UnderWay()
            try:
                if others is not None:
                    return _wait_for(others, progress, stopped)
                with self._settled(key, mine):
                    uri = self.find(service, content.sha256)
                    if not uri:
                        uri = self._upload(content, service, mine.heard(progress), stopped, sleep)
                    mine.uri.set_result(uri)
                    return uri
            except UploadStopped:
                if stopped():
                    raise
                # Whoever began it does not want it any more, so the next one makes it.

    @contextmanager
    def _settled(self, key: _Key, mine: _UnderWay) -> Iterator[None]:
        """In the block an upload is made; those who wait for it get what it raises, unless it is nobody's but mine."""
        try:
            yield
        except BaseException as error:
            of_all = isinstance(error, ServiceError | ConfigurationError)
            mine.uri.set_exception(error if of_all else UploadStopped())
            raise
        finally:
            with self._lock:
                self._under_way.pop(key, None)

    def _upload(
        self,
        content: Content,
        service: Service,
        progress: Callable[[float], None],
        stopped: Callable[[], bool],
        sleep: Callable[[float], object],
    ) -> str:
        now = time.time()  # its life begins before its last byte has come
        parcel = Parcel(content.filename, content.media_type, content.size, content.pieces)
        progress(0.0)
        uri = upload(service, parcel, progress=progress, stopped=stopped, sleep=sleep)
        with self._lock:
            self._known[service.identity, content.sha256] = uri, now
        self._journal.record_upload(Upload(service.base_url, content.sha256, service.mark(), uri, now))
        return uri

    def _after_fork(self) -> None:
        """The threads that upload stayed with the parent."""
        self._under_way.clear()


def _lasts(uploaded_at: float, now: float) -> bool:
    return 0 <= now - uploaded_at <= LIFE - MARGIN


def _wait_for(others: _UnderWay, progress: Callable[[float], None], stopped: Callable[[], bool]) -> str:
    while not stopped():
        progress(others.part)
        try:
            return others.uri.result(_STEP)
        except TimeoutError:
            if others.uri.done():  # it was raised there
                raise
    raise UploadStopped
