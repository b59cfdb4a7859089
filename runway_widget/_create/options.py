"""The options of a create, checked before anything is sent: a wrong one must not be found once the task is paid for."""

from __future__ import annotations

from typing import Any

from .._errors import ConfigurationError
from .._journal.journal import Journal
from .._runtime.threads import require_threads
from .._service.provider import Provider, checked_route
from .._watch.options import checked_flag
from .._watch.watch import Terms

_TERMS = ("poll_interval", "not_found_after", "give_up_after")


def checked_options(options: dict[str, Any], provider: Provider, journal: Journal) -> dict[str, Any]:
    """``options``, those of `Options` that are about watching, keeping and reusing; ``save_to`` as it is meant now.

    Raises ConfigurationError for a value that cannot be used, and for ``reuse=True`` where no journal remembers what to
    reuse, or it cannot be written; RunwayWidgetError where Python has no threads.
    """
    from .._media.folders import check_folder
    from .._media.thumbnails import embed_limit  # on use: importing the package need not wait for it

    require_threads()
    Terms(**{name: options[name] for name in _TERMS if name in options})
    checked_route(options.get("route", "task"), provider)
    embed_limit(options.get("embed", False))
    checked_flag("freeze", options.get("freeze", True))
    checked_flag("background", options.get("background", False))
    if options.get("save_to") is not None:
        options = {**options, "save_to": check_folder(options["save_to"], "save_to")}
    if checked_flag("reuse", options.get("reuse", False)):
        try:
            journal.require()
        except ConfigurationError as error:
            raise ConfigurationError(f"reuse=True needs the journal to find the earlier task in: {error}") from None
    return options
