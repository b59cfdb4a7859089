"""What surrounds the package: the shell, where it began, and the variables of the environment as people write them.

They write them with blanks around them, in quotes, and switches in any of the usual words. (``ANYWIDGET_HMR`` is
anywidget's own, which knows "1" alone.)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from ._pasted import unwrapped

_WORDS = {
    False: frozenset(
        {"0", "off", "false", "no", "none", "null", "n", "f", "disable", "disabled", os.devnull.casefold()}
    ),
    True: frozenset({"1", "on", "true", "yes", "y", "t", "enable", "enabled"}),
}
_KINDS = ("RUNWAY_WIDGET_", "REQUESTS_CA_", "CURL_CA_", "SSL_CERT_")  # of variables that hold paths, and no secrets
_AT_START = {name: value for name, value in os.environ.items() if name.startswith(_KINDS)}


def variable(name: str) -> str:
    """The value of the variable; "" where it is not set, or set to blanks."""
    return unwrapped(os.environ.get(name, ""))


def set_at_start(name: str) -> bool:
    """Whether the variable, of one of these `_KINDS`, has the value that it had when the package was imported."""
    return os.environ.get(name) == _AT_START.get(name)


def switch(text: str) -> bool | None:
    """What a word says that switches something on or off, in any case of letters; None for any other text."""
    word = unwrapped(text).casefold()
    return next((position for position, words in _WORDS.items() if word in words), None)


def shell() -> Any | None:
    """The running IPython shell, in a kernel or in a terminal; None in plain Python and in marimo."""
    get = getattr(sys.modules.get("IPython"), "get_ipython", None)  # None as well while another thread imports it
    return get() if get is not None else None


def _start() -> Path | None:
    """Where the session began: IPython remembers it (``_dh``), elsewhere it is the directory of this moment."""
    try:
        begun = Path(shell().user_ns["_dh"][0])  # type: ignore[union-attr]  # any of it may be missing
        if begun.is_absolute():
            return begun
    except Exception:
        pass
    try:
        return Path.cwd()
    except OSError:  # it was deleted
        return None


#: The directory in which the kernel began, as far as that was known when the package was imported; None if it is gone.
START = _start()
