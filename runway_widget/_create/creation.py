"""A request to create a task, checked, and not yet sent: what it is for the card, for the journal, and once more."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .._errors import ConfigurationError
from .._journal.row import Request, facts_of, ratio_of, seed_in
from .._media.content import Content
from .._numbers import whole
from .._service.endpoint import action_of, endpoint_at
from .._service.payload import clean_text, describe, map_strings
from .input_tasks import InputTasks
from .medium import Delivery, Medium, delivered
from .models import MAX_SEED
from .omissions import is_data_uri, is_web_address, public

# Parameters of a query that grant access, and do not say what is fetched.
_SIGNATURE = re.compile(
    r"_jwt|token|signature|sig|expires|policy|key-pair-id|awsaccesskeyid|googleaccessid|x-(amz|goog)-.*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Creation:
    """A request to create a task, checked, and not yet sent.

    ``endpoint`` is the last part of the route, ``body`` the JSON that travels, ``names`` the arguments' names by their
    wire names (`extra_body` is not among them). ``max_seed`` is None where no seed may be added, ``chosen`` whether the
    seed was chosen here, ``take`` the number of this take, ``still`` the picture for the card, ``note`` what else the
    card says among the facts. ``media`` are the media in it, by the fields as they were written: "prompt_image",
    "references[0].uri". For those that are known only when it is sent, placeholders stand in ``body``: see `filled`.
    ``inputs`` are the tasks that stand for media in it, ``made_at`` is the unix time when these were given.
    """

    endpoint: str
    body: dict[str, Any] = field(repr=False)  # megabytes, perhaps, and somebody's pictures
    names: dict[str, str] = field(default_factory=dict, repr=False)
    media: dict[str, Medium] = field(default_factory=dict, repr=False)
    max_seed: int | None = None
    chosen: bool = False
    take: int = 0
    still: str = field(default="", repr=False)
    note: str = ""
    inputs: InputTasks = field(default_factory=InputTasks, repr=False, compare=False)
    made_at: float = field(default_factory=time.time, repr=False, compare=False)

    @property
    def action(self) -> str:
        """What the service calls such a task: "IMAGE_TO_VIDEO"."""
        return action_of(self.endpoint)

    @property
    def seed(self) -> int | None:
        """The seed that is sent, or None."""
        return seed_in(self.body)

    @property
    def clip(self) -> str:
        """The link of the first clip that it is made from, where there is no picture to show; else ""."""
        clips = (medium for medium in self.media.values() if medium.kind == "video" and medium.travels == "url")
        return "" if self.still else next((medium.uri for medium in clips), "")

    @property
    def request(self) -> Request:
        """What the card shows of it."""
        ratio = clean_text(self.body.get("ratio")) or clean_text(self.body.get("targetAspectRatio"))
        facts = facts_of(self.body)
        notes = dict.fromkeys([self.note, *(medium.note for medium in self.media.values())])
        facts += [{"name": "", "text": note} for note in notes if note]
        return {
            "prompt": clean_text(value_at(self.body, endpoint_at(self.endpoint).prompt)),
            "facts": facts,
            "ratio": ratio_of(ratio),
            "still": self.still,
        }

    @property
    def arguments(self) -> dict[str, Any]:
        """Keyword arguments that create the same again, with another seed. Media are URIs by now."""
        body = self.body_again
        arguments = {name: body[wire] for wire, name in self.names.items() if wire in body}
        extra = {wire: value for wire, value in body.items() if wire not in self.names}
        return {**arguments, "extra_body": extra} if extra else arguments

    @property
    def body_again(self) -> dict[str, Any]:
        """The body without the seed, and with the tasks and files themselves that stand for media: no link lasts."""
        known = self._pending | {medium.uri: medium for medium in self.media.values() if medium.note}
        known = {uri: medium for uri, medium in known.items() if medium.source is None}
        return {
            wire: map_strings(value, lambda text: known[text] if text in known else self.inputs.restored(text))
            for wire, value in self.body.items()
            if wire != "seed"
        }

    @property
    def public_body(self) -> dict[str, Any]:
        """The body as it may be stored: objects stand for data URIs and for URLs with a query (see `omissions`)."""
        pending = self._pending
        return {
            name: map_strings(value, lambda text: pending[text].stored if text in pending else self._public(text))
            for name, value in self.body.items()
        }

    def _public(self, text: str) -> Any:
        if not is_data_uri(text):
            return public(text)
        return dict(self.inputs.once("public", text, partial(public, text)))

    def _identity(self, text: str) -> str:
        return self.inputs.once("identity", text, partial(_identity, text)) if is_data_uri(text) else _identity(text)

    @property
    def sources(self) -> list[Any]:
        """The tasks whose ends it waits for, each once."""
        sources = [medium.source for medium in self.media.values() if medium.source is not None]
        return list({id(source): source for source in sources}.values())

    @property
    def input_ids(self) -> tuple[str, ...]:
        """The ids of the tasks whose outputs are in it."""
        ids = list[str]()
        for value in self.body.values():
            map_strings(value, lambda text: ids.append(self.inputs.task_behind(text)) or text)  # type: ignore[func-returns-value]
        return tuple(dict.fromkeys(filter(None, ids)))

    @property
    def contents(self) -> list[Content]:
        """What of it is uploaded, or was."""
        return [medium.content for medium in self.media.values() if medium.content is not None]

    @property
    def _pending(self) -> dict[str, Medium]:
        """The media that are known only when it is sent, by their placeholders."""
        return {medium.uri: medium for medium in self.media.values() if medium.pending is not None}

    @property
    def fingerprint(self) -> str:
        """A sha256 in hex, the same for the same request in any process.

        A seed that was chosen here does not count, nor does what only signs a URL: a notebook that is run again asks
        for the same.
        """
        identities = {medium.uri: medium.identity for medium in self.media.values() if medium.identity}
        body = {
            name: map_strings(value, lambda text: identities.get(text) or self._identity(self.inputs.link_behind(text)))
            for name, value in self.body.items()
        }
        if self.chosen:
            body.pop("seed", None)
        request = {"endpoint": self.endpoint, "body": body, "take": self.take}
        return hashlib.sha256(json.dumps(request, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def filled(self, delivery: Delivery) -> dict[str, Any]:
        """The body as it travels: ``body`` with the URIs of the media that are made ready now. It may block.

        For the thread that sends it, before the journal's row and the POST: where this raises, nothing was created.
        Raises ConfigurationError or ServiceError.
        """
        uris = delivered(self.media.values(), delivery)
        if not uris:
            return self.body
        return {name: map_strings(value, lambda text: uris.get(text, text)) for name, value in self.body.items()}

    def with_seed(self, seed: int) -> Creation:
        """The same with this seed."""
        greatest = MAX_SEED if self.max_seed is None else self.max_seed
        number = whole(seed)
        if number is None or not 0 <= number <= greatest:
            raise ConfigurationError(f"seed: must be an int from 0 to {greatest}, not {describe(seed)}")
        return replace(self, body={**self.body, "seed": number}, chosen=False)

    def takes(self, number: int) -> list[Creation]:
        """``number`` creations that differ in their seed: counting up from one that was given, else chosen for each.

        Where no seed may be sent they are all alike, and the service varies them.
        """
        return [self] if number == 1 else [self._numbered(take) for take in range(number)]

    def _numbered(self, take: int) -> Creation:
        if self.seed is None or self.chosen:
            return replace(seeded(self), take=take)
        return self.with_seed((self.seed + take) % ((self.max_seed or MAX_SEED) + 1))


def seeded(creation: Creation) -> Creation:
    """With a seed chosen here, where one may be sent. Not from `random`, whose state belongs to the notebook."""
    if creation.max_seed is None:
        return creation
    return replace(creation.with_seed(secrets.randbelow(creation.max_seed + 1)), chosen=True)


def value_at(body: Mapping[str, Any], path: str) -> Any:
    """What stands at ``path`` in a body: "input.promptText"; of a list ("shots[].prompt") in its first item."""
    value: Any = body
    for step in path.split("."):
        name, _, in_list = step.partition("[")
        value = value.get(name) if isinstance(value, Mapping) else None
        if in_list:
            value = value[0] if isinstance(value, list) and value else None
    return value


def _identity(text: str) -> str:
    """``text`` for the fingerprint: a digest of a data URI, and a URL without what only signs it."""
    if is_data_uri(text):
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    if not is_web_address(text) or "?" not in text:
        return text
    address, _, query = text.partition("?")
    parameters = [(name, value) for name, value in parse_qsl(query, True) if not _SIGNATURE.fullmatch(name)]
    return f"{address}?{urlencode(parameters)}"
