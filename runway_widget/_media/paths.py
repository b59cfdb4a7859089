"""Where saved files are, as seen from the working directory and from the notebook.

Both are often the same folder, but not after a ``%cd``, and in VS Code only by its default settings. A link in a
notebook's output is relative to the notebook's folder, so it is made only where that folder is known.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .._environment import START, shell


def notebook_folder() -> Path | None:
    """The folder of the notebook that this kernel runs for; None where that is not known.

    VS Code gives the notebook's path as a variable (``__vsc_ipynb_file__``), a Jupyter server as ``JPY_SESSION_NAME``.
    A server starts a kernel in the notebook's folder, as nbclient does. Where the kernel began elsewhere nothing is
    certain: the variable may be that of another kernel, from which this one was started. Without IPython it is the
    working directory.
    """
    running = shell()
    if running is None:
        return _working_directory()
    notebook = Path(_vscode_notebook(running))
    if notebook.is_absolute():
        return notebook.parent
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    if session.is_absolute() and START is not None and not _same(session.parent, START):
        return None
    return START


def notebook_name() -> str:
    """What its host calls the notebook that this kernel runs for, mostly a path; "" where that is not known."""
    return _vscode_notebook(shell()) or os.environ.get("JPY_SESSION_NAME", "")


def short_path(path: Path) -> str:
    """``path`` relative to the working directory; absolute where it lies elsewhere. Fit to be shown."""
    return _shown(_below(path, _working_directory()) or str(path))


def path_from_notebook(path: Path) -> str:
    """The same for the notebook's folder."""
    return _shown(_below(path, notebook_folder()) or str(path))


def saved_words(paths: Sequence[Path]) -> str:
    """Where files were saved, as a card says it: "saved to renders/3d957031-1.mp4 and 1 more"; "" for none."""
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"saved to {path_from_notebook(paths[0])}{more}" if paths else ""


def link_from_notebook(path: Path | None) -> str:
    """``path`` as a relative URL for a page beside the notebook; "" for None, and where the link would lead nowhere.

    It would for a path outside the notebook's folder, and for one in a hidden folder, which Jupyter servers keep back.
    """
    relative = _below(path, notebook_folder()) if path else ""
    hidden = any(part.startswith(".") for part in relative.split("/"))
    return "" if hidden else quote(os.fsencode(relative))


def _vscode_notebook(running: Any | None) -> str:
    return str(getattr(running, "user_ns", {}).get("__vsc_ipynb_file__") or "")


def _below(path: Path, folder: Path | None) -> str:
    """``path`` from ``folder``, with "/"; "" where it does not lie below it. Symbolic links are followed if need be."""
    if folder is None:
        return ""
    path = folder / path
    real = Path(os.path.realpath(path))
    for inside in (real,) if ".." in path.parts else (path, real):
        for outside in (folder, Path(os.path.realpath(folder))):
            if inside != outside and inside.is_relative_to(outside):
                return inside.relative_to(outside).as_posix()
    return ""


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _working_directory() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # it was deleted
        return None


def _shown(path: str) -> str:
    """``path`` with "?" for the halves of characters that stand for bytes that are no text."""
    return path.encode("utf-8", "replace").decode()
