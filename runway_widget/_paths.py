"""Paths as people have them, made absolute at the moment when they are given.

They come from terminals, file managers, web pages and other machines: as ``file:`` URLs, in quotes, with blanks around
them or backslashes in them, with ``~``. What is meant is taken; what cannot be meant here is refused by name. From then
on a path stays where it is, whatever becomes of the working directory.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from urllib.parse import unquote

from ._errors import ConfigurationError
from ._pasted import unwrapped

WINDOWS = os.name == "nt"
WANTED = "a path on this machine"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # one letter is a drive of Windows
_FILE_URL = re.compile(r"file:", re.IGNORECASE)
_HOME_VARIABLE = re.compile(r"^(\$HOME|\$\{HOME\}|%USERPROFILE%)(?=[\\/]|$)")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\]|[A-Za-z]:$")


def absolute(value: object, name: str, *, wanted: str = WANTED, base: Path | None = None) -> Path:
    """The absolute path that ``value`` means; symbolic links in it stay as they are.

    Args:
        value: text, bytes, or any `os.PathLike`.
        name: of the argument or variable, for messages.
        wanted: what is accepted there, for messages.
        base: what a relative path is relative to; None takes the working directory.

    Raises ConfigurationError for what is no path, or not one of this machine. Whether anything is there is not asked.
    """
    result: Path | ConfigurationError | None = None
    for text in _readings(path_text(value, name, wanted), name, wanted):
        try:
            result = _rooted(text, name, base)
        except ConfigurationError as error:
            result = error
            continue
        if os.path.lexists(result):
            return result
    if not isinstance(result, Path):
        raise result or AssertionError("a text has at least one reading")
    return result


def is_file_url(text: str) -> bool:
    """Whether ``text`` is a ``file:`` URL."""
    return _FILE_URL.match(unwrapped(text)) is not None


def path_text(value: object, name: str, wanted: str = WANTED) -> str:
    """The text of a path. Raises ConfigurationError for what has none."""
    try:
        if isinstance(value, PureWindowsPath) and not WINDOWS and not (value.drive or value.root):
            text = value.as_posix()
        elif isinstance(value, str | bytes | os.PathLike):
            text = os.fsdecode(value)
        else:
            raise ConfigurationError(f"{name} must be {wanted}, not {_described(value)}")
    except ConfigurationError:
        raise
    except Exception as error:  # objects of file systems that are elsewhere are paths by name only
        raise ConfigurationError(f"{name} must be {wanted}: {type(error).__name__}: {error}") from None
    if not text.strip():
        raise ConfigurationError(f"{name}: empty; give {wanted}")
    if "\0" in text:
        raise ConfigurationError(f"{name}: {shown(text)} holds a NUL character; give {wanted}")
    return text


def shown(text: str) -> str:
    """``text`` for a message: short, and without what may be a signature."""
    text = text.partition("?")[0] if "://" in text else text
    return repr(text) if len(text) <= 200 else f"{text[:60]!r}…"


def home() -> Path | None:
    """The user's home, or None: there may be neither a HOME nor an entry for this user."""
    try:
        if not WINDOWS and not os.environ.get("HOME", "/").startswith("/"):
            import pwd

            path = Path(pwd.getpwuid(os.getuid()).pw_dir)  # HOME is set, to what can be no home
        else:
            path = Path.home()
    except (RuntimeError, KeyError, ImportError):
        return None
    return path if path.is_absolute() else None


# How a text can be read


def _readings(text: str, name: str, wanted: str) -> Iterator[str]:
    """What ``text`` may mean. Of these the first that is there counts, or the last if none is."""
    bare = unwrapped(text)
    if _FILE_URL.match(bare):
        path = _local(path_of_url(bare, name), name, wanted)
        yield bare[len("file:") :].removeprefix("//")  # written by hand, with a percent sign in a name
        yield path_of_url(bare.partition("#")[0].partition("?")[0], name)
        yield path
        return
    yield text
    path = _local(bare, name, wanted)
    yield unquote(path)
    yield path
    if "\\" in path and not WINDOWS:
        yield _without_backslashes(path)


def path_of_url(url: str, name: str, *, windows: bool = WINDOWS) -> str:
    """The path in a ``file:`` URL. Raises ConfigurationError where that is on another machine."""
    rest, host = url[len("file:") :], ""
    if rest.startswith("//"):
        host, slash, tail = rest[2:].partition("/")
        rest = slash + tail
    if re.fullmatch(r"~|\.\.?|[A-Za-z][:|]", host):  # "file://~/a" and "file://C:/a": no host, though in its place
        host, rest = "", host + rest
    path = unquote(rest)
    if drive := re.match(r"/?([A-Za-z])[:|](?=/|$)", path):
        path = f"{drive[1]}:{path[drive.end() :]}"
    if host and not _is_this_machine(host):
        if windows:
            return rf"\\{host}" + path.replace("/", "\\")
        raise ConfigurationError(
            f"{name}: {shown(url)} is on the machine {host!r}; a file of this one is 'file:///…', with three slashes"
        )
    return path


def _is_this_machine(host: str) -> bool:
    import platform

    return host.casefold() in {"localhost", "127.0.0.1", platform.node().casefold()}


def _local(path: str, name: str, wanted: str) -> str:
    """``path``, or a ConfigurationError if it can only be meant for another machine or system."""
    if not path:
        raise ConfigurationError(f"{name}: names nothing; give {wanted}")
    path = _HOME_VARIABLE.sub("~", path)
    if not WINDOWS and _DRIVE.match(path):
        raise ConfigurationError(
            f"{name}: {shown(path)} is a path of Windows, and Python runs on {sys.platform} here; "
            "give the path as it is on this system"
        )
    if _SCHEME.match(path) or "://" in path:
        kind = path.partition(":")[0] + ":"
        if re.match(r"https?:/[^/]", path):
            raise ConfigurationError(f"{name}: {shown(path)} lost a slash, as URLs do in a Path; give {wanted} as text")
        raise ConfigurationError(f"{name}: {shown(path)} is an address ({kind}), not a path; give {wanted}")
    return path


def _without_backslashes(path: str) -> str:
    r"""``path`` with Windows' separators as "/", and ``my\ clip.mp4``, as a terminal writes it, as "my clip.mp4"."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"\\+(?=[\w.{-]|$)", "/", path))


def _rooted(path: str, name: str, base: Path | None) -> Path:
    try:
        result = _at_home(path) or Path(path)
        if not result.is_absolute():
            result = (base or Path.cwd()) / result
    except RuntimeError as error:
        raise ConfigurationError(f"{name}: {shown(path)}: {error}; give the whole path") from None
    except OSError:
        raise ConfigurationError(
            f"{name}: {shown(path)} is relative, and the working directory is gone; give the whole path, or change to "
            "a directory that is there"
        ) from None
    return Path(os.path.realpath(result)) if ".." in result.parts else result


def _at_home(path: str) -> Path | None:
    """``path`` with its ``~`` replaced; None where there is none. RuntimeError where that home is not known."""
    if not path.startswith("~"):
        return None
    first, *rest = Path(path).parts
    if first == "~":
        if (folder := home()) is None:
            raise RuntimeError("the home folder of this user is not known")
        return folder.joinpath(*rest)
    try:
        return Path(path).expanduser()
    except RuntimeError:
        if os.path.lexists(path):
            return None  # a name that begins so
        raise RuntimeError(f"no user {first[1:]!r} is known") from None


def _described(value: object) -> str:
    return "None" if value is None else type(value).__name__
