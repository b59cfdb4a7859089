"""What was looked at for a request: each task and each medium once, however many prompts there are.

What travels for a task is a link or a file, and a link does not last. So whoever creates the same again needs the task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .._media.content import Content
from .._media.sources import Source
from .._service.payload import map_strings
from .medium import Medium

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StandIn:
    """What a URI in a request stands for: the task, and the link of its output, "" where there is none any more."""

    task: Any
    url: str


class InputTasks:
    """The tasks in one request, or in the requests of all prompts of one call; and the media that were read for them.

    ``is_uploaded`` says whether the service has a content already, ``shrink`` whether pictures are made to fit.
    """

    def __init__(self, is_uploaded: Callable[[Content], bool] = lambda content: False, *, shrink: bool = False) -> None:
        self.is_uploaded = is_uploaded
        self.shrink = shrink
        self._media: dict[int, tuple[Any, Medium]] = {}  # by the identities of what was given, which stays alive
        self._looks: dict[int, tuple[Any, list[Source]]] = {}  # by the tasks' identities; the task stays alive
        self._by_uri: dict[str, StandIn] = {}
        self._once: dict[tuple[str, str], Any] = {}

    def sources(self, task: Any) -> list[Source]:
        """The outputs of ``task`` as they can be sent now; empty where there are none yet."""
        if id(task) not in self._looks:
            look = getattr(task, "_sources", None)
            known = [Source(output["url"], output.get("kind", "unknown")) for output in task.outputs]
            self._looks[id(task)] = task, known if look is None else look()
        return self._looks[id(task)][1]

    def medium(self, given: Any, make: Callable[[], Medium]) -> Medium:
        """What ``make`` gives, and at the second time what it gave for the same object."""
        if id(given) not in self._media:
            self._media[id(given)] = given, make()
        return self._media[id(given)][1]

    def once(self, what: str, uri: str, make: Callable[[], T]) -> T:
        """What ``make`` gives for a medium, such as its "digest"; and the same again, for the other prompts."""
        if (what, uri) not in self._once:
            self._once[what, uri] = make()
        made: T = self._once[what, uri]
        return made

    def remember(self, uri: str, task: Any, url: str) -> None:
        """Note that ``uri`` travels for an output of ``task`` whose link is ``url``."""
        self._by_uri[uri] = StandIn(task, url)

    def restored(self, value: Any) -> Any:
        """A copy of a JSON value with the tasks themselves in the place of what travelled for them."""
        return map_strings(value, lambda text: self._by_uri[text].task if text in self._by_uri else text)

    def task_behind(self, uri: str) -> str:
        """The id of the task that ``uri`` stands for; "" where there is none."""
        known = self._by_uri.get(uri)
        return str(known.task.task_id) if known else ""

    def link_behind(self, uri: str) -> str:
        """The link that ``uri`` stands for, else ``uri``: the same request may hold a file in the link's place."""
        known = self._by_uri.get(uri)
        return known.url if known and known.url else uri
