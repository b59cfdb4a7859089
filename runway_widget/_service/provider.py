"""The services that serve Runway's models, one record for each; base URLs, routes and task ids, checked. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from .._environment import variable
from .._errors import ConfigurationError
from .._pasted import assignment, holds_quotes, is_placeholder, unwrapped
from .hosts import is_this_machine
from .payload import without_query

#: How a task is asked for: "task", "feed", or the path of another route of the same service, with ``{id}`` in it.
Route = Literal["task", "feed"] | str

MB = 2**20

# A part of a URL's path: of characters that stand for themselves (RFC 3986, "unreserved"), and not "." or "..".
_PART = r"(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~-]+"
_PATH = re.compile(rf"(?:/{_PART})*")
_ID_PLACE = re.compile(r"\{(?:\w*_)?id\}", re.IGNORECASE)  # as the services' own pages write it: {id}, {task_id}
_TASK_ROUTE = re.compile(rf"(?:/{_PART})*/\{{id\}}(?:/{_PART})*|(?:/{_PART})+\?[A-Za-z0-9_]+=\{{id\}}")
_TASK_ID = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def checked_base_url(url: str, source: str = "base_url") -> str:
    """``url`` without a trailing slash, or a ConfigurationError that says what is wrong with it.

    Quotes, blanks and the like around it are taken off. ``source`` is what the error calls it.
    """
    if not isinstance(url, str):
        raise ConfigurationError(f"{source} must be a string, not {type(url).__name__}")
    url = unwrapped(url, brackets=True)
    example = "give something like 'https://api.cometapi.com'"
    if not url or not url.isprintable() or any(c.isspace() for c in url) or "\\" in url:
        raise ConfigurationError(f"{source} is empty or holds blanks; {example}")
    if holds_quotes(url):
        raise ConfigurationError(f"{source} holds a quotation mark; {example}")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if host.isascii():
            host.encode("idna")  # fails if a label is empty or too long
    except ValueError:
        raise ConfigurationError(f"{source} is no URL; {example}") from None
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(f"{source} holds a user name or password; give the key as api_key instead")
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        # Not repeated: who swaps the two arguments of a client has put a key here.
        raise ConfigurationError(f"{source} is no http(s) URL (were key and URL swapped?); {example}")
    if "?" in url or "#" in url:
        raise ConfigurationError(f"{source} holds a query or a fragment; give scheme, host and path only")
    if parts.scheme == "http" and not is_this_machine(host):
        raise ConfigurationError(f"{source} {url!r} would send the key unencrypted; use https")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Provider:
    """One service that serves Runway's models. Everything in which the services differ stands here.

    Attributes:
        name: what people call it.
        key_variable: the environment variable that holds the key.
        url_variable: the one that holds another base URL, if it is set.
        url: its usual base URL.
        prefix: of the paths of its routes.
        feed_path: the path of the older route that shows a task by a POST; "" where there is none.
        can_cancel: it documents a route that cancels a task.
        takes_uploads: it knows ``runway://`` URIs of files that were uploaded before.
        typed_lists: the lists of media whose items need a ``"type"`` beside their URI.
        tells_cost: the costs in its answers, in credits, are what its own account is charged.
        balance_path: the path of the route that says what the account has left; "" where there is none.
        gateway: it hands requests on to Runway, and puts tasks and errors into an envelope of its own.
        client: the Python expression that makes a client of it, which cards print to take a task up again; "" takes
            ``Client.at("name")`` for one of `PROVIDERS`, and the name ``client`` for any other.
        uploads_path: the path of the route that takes files in before they are used; "" where there is none.
        keys_at: where its keys can be had, as errors say it; "" says nothing.
        image_limit: the most characters of the data URI of an image.
        media_limit: the same of a video or a sound.
    """

    name: str
    key_variable: str
    url_variable: str
    url: str
    prefix: str
    feed_path: str = ""
    can_cancel: bool = False
    takes_uploads: bool = False
    typed_lists: frozenset[str] = frozenset()
    tells_cost: bool = False
    balance_path: str = ""
    gateway: bool = True
    client: str = ""
    uploads_path: str = ""
    keys_at: str = ""
    image_limit: int = 5 * MB
    media_limit: int = 16 * MB

    def data_uri_limit(self, kind: str) -> int:
        """The most characters of the data URI of an "image", or of a medium of another kind."""
        return self.image_limit if kind == "image" else self.media_limit

    def __post_init__(self) -> None:
        """ConfigurationError for what would send the key, or a request, elsewhere than it seems to."""
        for name in ("name", "key_variable", "url_variable"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise ConfigurationError(f"Provider: {name} must be a text, not {value!r}")
        for name in ("prefix", "feed_path", "uploads_path", "balance_path"):
            value = getattr(self, name)
            if not isinstance(value, str) or not _PATH.fullmatch(value):
                raise ConfigurationError(
                    f"Provider: {name} must be a path such as '/runwayml/v1', or '', not {value!r}"
                )
        checked_base_url(self.url)

    def base_url(self, explicit: str | None = None) -> str:
        """The base URL to use: ``explicit``, else the environment's, else the service's own; without its prefix."""
        environment = variable(self.url_variable)
        if explicit is not None:
            url = checked_base_url(explicit)
        elif environment:
            url = checked_base_url(environment, f"base_url, in {self.url_variable},")
        else:
            url = checked_base_url(self.url)
        while tail := next((tail for tail in (self.prefix, "/v1") if url.endswith(tail)), ""):
            url = url.removesuffix(tail).rstrip("/")
        return url


COMETAPI = Provider(
    name="CometAPI",
    client="Client()",
    key_variable="COMETAPI_KEY",
    url_variable="COMETAPI_BASE_URL",
    url="https://api.cometapi.com",
    keys_at="cometapi.com, in the console under API keys",
    prefix="/runwayml/v1",
    feed_path="/runway/feed",
    typed_lists=frozenset({"references"}),
)
RUNWAY = Provider(
    name="Runway",
    client="Client.runway()",
    key_variable="RUNWAYML_API_SECRET",
    url_variable="RUNWAYML_BASE_URL",
    url="https://api.dev.runwayml.com",
    keys_at="dev.runwayml.com, under API keys",
    prefix="/v1",
    can_cancel=True,
    takes_uploads=True,
    uploads_path="/uploads",
    media_limit=5 * MB,  # source: the types of its SDK since 5.17.1; its page on inputs still says 16 MB
    tells_cost=True,
    balance_path="/organization",
    gateway=False,
)
PROVIDERS = (COMETAPI, RUNWAY)

#: What users call a client, in the README and the notebooks.
CLIENT_NAME = "client"


def client_expression(record: Provider, *, usual: bool = True) -> str:
    """The Python expression for a client of a provider, as cards print it.

    ``usual``: nothing was given to the client that is not in the environment. One with a key, an address or a budget of
    its own is made anew by no line that could be printed: it goes by the name that users give it, `CLIENT_NAME`.
    """
    if record not in PROVIDERS:
        return record.client or CLIENT_NAME
    return (record.client or f'Client.at("{record.name}")') if usual else CLIENT_NAME


def checked_provider(wanted: Provider | str) -> Provider:
    """``wanted``, or the one of that name among `PROVIDERS`, or a ConfigurationError that lists those."""
    if isinstance(wanted, Provider):
        return wanted
    names = {each.name: each for each in PROVIDERS}
    if not isinstance(wanted, str) or wanted not in names:
        raise ConfigurationError(f"provider must be a Provider or one of {', '.join(map(repr, names))}")
    return names[wanted]


def task_id_in(given: str | UUID) -> str:
    """The id of a task in what somebody gave as one. Raises ConfigurationError where there is none.

    That is an id, with or without quotes and blanks around it, a `UUID`, or a text with one UUID in it, such as
    ``id=3d95…`` or a line of JSON. In a URL it must be a whole part, so that it is not the name of some file.
    """
    if isinstance(given, UUID):
        return str(given)
    if not isinstance(given, str):
        raise ConfigurationError(f"the task id must be a string, not {type(given).__name__}")
    text = unwrapped(given)
    if _TASK_ID.fullmatch(text) and not is_placeholder(text):
        return checked_task_id(text)
    name, value = assignment(text)
    if name.lower() in {"id", "task_id", "taskid"} and _TASK_ID.fullmatch(value):
        return checked_task_id(value)
    parts = re.split(r"[?&=#]|/(?=[^/]*$)", text.rstrip("/"))[1:] if "://" in text else [text]
    found = {uuid for part in parts for uuid in _UUID.findall(part) if "://" not in text or uuid == part}
    if is_placeholder(text[:200]) and not found:
        raise ConfigurationError("the task id is a placeholder; give the id that creating the task returned")
    return found.pop() if len(found) == 1 else checked_task_id(text)


def checked_task_id(task_id: str) -> str:
    """``task_id``, or a ConfigurationError: it goes into a path, so it must not be able to change it."""
    if not isinstance(task_id, str):
        raise ConfigurationError(f"the task id must be a string, not {type(task_id).__name__}")
    if not task_id.strip():
        raise ConfigurationError("the task id is empty")
    if not _TASK_ID.fullmatch(task_id) or task_id in {".", ".."}:
        # Not repeated as a whole: it may be the key, given in the wrong place.
        odd = "".join(dict.fromkeys(re.sub(r"[\w.~-]", "", task_id, flags=re.ASCII)))[:10]
        raise ConfigurationError(
            f"this is no task id{f' (it holds {odd!r})' if odd else ''}: only letters, digits and - _ . ~ may stand in "
            "one, at most 200, such as '3d957031-9a2a-45e2-9dc7-bc8513059c50'"
        )
    return task_id


def checked_route(route: str, provider: Provider) -> Route:
    """``route`` as "task", "feed" or a path with ``{id}`` in it, or a ConfigurationError.

    The path goes behind the base URL, and so to the service alone. It must not be able to lead elsewhere, nor to carry
    anything but the id: no host, no "..", no query but one whose only value is the id ("/query?task_id={id}").
    """
    if route == "feed" and not provider.feed_path:
        raise ConfigurationError(f"{provider.name} has no feed route; leave route out")
    if isinstance(route, str):
        path = _ID_PLACE.sub("{id}", route)
        if route in {"task", "feed"} or _TASK_ROUTE.fullmatch(path):
            return path
    # Not repeated whole: a URL with a query may hold a signature, or a key.
    given = repr(without_query(route)[:80]) if isinstance(route, str) else f"a {type(route).__name__}"
    raise ConfigurationError(
        f"route must be 'task', 'feed', or the path of a route of {provider.name} with {{id}} where the task's id "
        f"stands, such as '/v1/videos/{{id}}' or '/query/video_generation?task_id={{id}}' (no host, no '..', no other "
        f"query), not {given}"
    )


def stored_route(route: str) -> Route:
    """``route`` as it was written somewhere; "" where it is the usual one, or cannot be one."""
    return route if route == "feed" or _TASK_ROUTE.fullmatch(route) else ""


def path_of(route: Route, task_id: str) -> str:
    """The path at which ``route``, one with ``{id}``, shows the task; "" for the routes that have a name."""
    return route.replace("{id}", checked_task_id(task_id)) if route.startswith("/") else ""
