"""Where the journal is: where the user says, else in the user's data folder."""

from __future__ import annotations

import os
from pathlib import Path

from .._environment import START, set_at_start, switch, variable
from .._log import log
from .._paths import absolute

PATH_VARIABLE = "RUNWAY_WIDGET_JOURNAL"
OFF = "off"
WANTED = "a file's path, or False or 'off' for none"

_logged: set[str] = set()


def place(given: str | os.PathLike[str] | bool | None) -> Path | None:
    """Where the journal is; None for none."""
    if isinstance(given, str):
        given = switch(given) if switch(given) is not None else given.strip() and given
    if given is False:
        return None
    if not (given is None or given is True or (isinstance(given, str) and not given)):
        return absolute(given, "journal", wanted=WANTED)
    named = variable(PATH_VARIABLE)
    if switch(named) is False and given is not True:
        return None
    if not named or switch(named) is not None:
        return _usual_place()
    return absolute(named, PATH_VARIABLE, wanted=WANTED, base=START if set_at_start(PATH_VARIABLE) else None)


def _usual_place() -> Path | None:
    """``journal.sqlite3`` in the user's data folder; None, and one line in the log, where there is no such folder.

    There is none where nothing says where the user's home is, as in containers that run as any number of a user.
    """
    import platformdirs

    try:
        path = platformdirs.user_data_path("runway-widget", appauthor=False).expanduser()
        reason = "" if path.is_absolute() else f"{path} is relative"
    except Exception as error:  # of the system, the registry or the environment: whatever it is, there is no place
        reason = str(error) or type(error).__name__
    if not reason:
        return path / "journal.sqlite3"
    if reason not in _logged:
        _logged.add(reason)
        log.warning("No journal is kept: %s. %s can name a file for it.", reason, PATH_VARIABLE)
    return None
