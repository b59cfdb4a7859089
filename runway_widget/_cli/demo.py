"""`python -m runway_widget demo`: JupyterLab on a copy of the demo notebooks, until Ctrl-C.

The notebooks start the simulator themselves, so this command copies them, starts the server and prints its address.
The server is a process of its own, and its log goes to a file, so that the terminal shows three lines and not two
hundred. It has its own workspace and makes no request to the network. The user's settings, such as a dark theme, apply.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from itertools import count
from pathlib import Path
from typing import Any

import requests

from .._errors import ConfigurationError
from .._paths import absolute

FIRST = "quickstart.ipynb"
RECORD = ".runway-widget-demo.json"  # beside the copies: all that each was ever copied from, as hashes
DEFAULT_PORT = 8888
START_TIMEOUT = 60.0  # seconds
STOP_TIMEOUT = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--port", type=int, help=f"port of 127.0.0.1 (default: {DEFAULT_PORT}, or the next one that is free)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--dir",
        default="runway-widget-demo",
        metavar="D",
        help="where the copies go (default: ./runway-widget-demo). A notebook that you edited there is kept beside "
        "the fresh copy",
    )


def serve(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C. Returns the exit status: 0, or 1 where the server could not start."""
    if importlib.util.find_spec("jupyterlab") is None:
        return _fail('JupyterLab is not installed. Install it with: pip install "runway-widget[demo]"')
    try:
        folder = absolute(arguments.dir, "--dir", wanted="a folder")
        for message in copy_notebooks(shipped_notebooks(), folder):
            print(message)
        port = _free_port() if arguments.port is None else arguments.port
        temporary = tempfile.TemporaryDirectory(prefix="runway-widget-")
    except (OSError, ConfigurationError) as error:
        return _fail(str(error))
    for name in ("SIGTERM", "SIGHUP"):  # treated as Ctrl-C, so that the server is ended too
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)
    with temporary as scratch:
        return _run(folder, port, Path(scratch), browse=not arguments.no_browser)


def shipped_notebooks() -> Path:
    """The folder of the notebooks: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / FIRST).is_file():
            return folder
    raise FileNotFoundError(f"the demo notebooks are not where they should be, in {package / 'notebooks'}")


def copy_notebooks(source: Path, target: Path) -> list[str]:
    """Put fresh copies of all files into ``target``; returns a message for each file of the user's that was renamed.

    A notebook comes without outputs: what stands in a page that was just opened should be what its reader has run.

    A copy that the user edited is renamed first. One that is as it was copied, from this version of the package or any
    older one, is replaced: a page that stayed open saves the version that it knows. Where there is no record of that,
    a copy that differs is renamed as well.
    """
    record = _read_record(target)
    copied: dict[str, list[str]] = {}
    messages = []
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        name = file.relative_to(source)
        if any(part.startswith(".") or part == "__pycache__" for part in name.parts):
            continue
        copy = target / name
        known = record.get(name.as_posix(), [])
        copied[name.as_posix()] = list(dict.fromkeys([*known, _hash(file)]))
        if copy.exists() and _hash(copy) not in copied[name.as_posix()]:
            new_name = _rename(copy, "edited" if known else "earlier").relative_to(target)
            reason = "has edits of yours" if known else "was not the one of this version"
            messages.append(f"{name} {reason}: it is kept as {new_name}")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(_fresh(file))
    (target / RECORD).write_text(json.dumps(copied, indent=1), encoding="utf-8")
    return messages


def _fresh(file: Path) -> bytes:
    """What the copy of ``file`` holds: a notebook is as if it had never been run."""
    content = file.read_bytes()
    if file.suffix != ".ipynb":
        return content
    try:
        notebook = json.loads(content)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
    except (ValueError, LookupError, TypeError):
        return content
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def _rename(file: Path, word: str) -> Path:
    """Give ``file`` the first free name such as ``quickstart-edited-1.ipynb``."""
    free = next(path for n in count(1) if not (path := file.with_stem(f"{file.stem}-{word}-{n}")).exists())
    return file.rename(free)


def _read_record(folder: Path) -> dict[str, list[str]]:
    """The hashes of what each file in ``folder`` was copied from; empty where there is no readable record.

    A record of version 0.1 holds one hash for each file, not a list.
    """
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(record, dict):
        return {}
    lists = {name: [value] if isinstance(value, str) else value for name, value in record.items()}
    return {name: hashes for name, hashes in lists.items() if isinstance(hashes, list) and hashes}


def _hash(file: Path) -> str:
    """Differs where a user's edit makes a difference: in the cells' sources.

    No difference make outputs, counts and metadata, blanks at the ends of lines, and empty cells: JupyterLab adds one
    when the last cell is run.
    """
    content = file.read_bytes()
    if file.suffix == ".ipynb":
        try:
            cells = [(cell["cell_type"], _tidy("".join(cell["source"]))) for cell in json.loads(content)["cells"]]
            content = json.dumps([cell for cell in cells if cell[1]]).encode()
        except (ValueError, LookupError, TypeError):
            pass  # not a notebook any more, so every byte counts
    return hashlib.sha256(content).hexdigest()


def _tidy(source: str) -> str:
    """``source`` without what an editor may add or take away by itself at the ends of lines and of the text."""
    return "\n".join(line.rstrip() for line in source.splitlines()).strip("\n")


def _run(folder: Path, port: int, scratch: Path, *, browse: bool) -> int:
    token = secrets.token_hex(16)
    log = scratch / "jupyterlab.log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *_options(folder, port, token)],
            env=_environment(scratch),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C goes to this process only, which then ends the server
        )
    try:
        if not _wait_for(server, f"http://127.0.0.1:{port}/api/status", token):
            return _fail(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-4000:]}")
        url = f"http://127.0.0.1:{port}/lab/tree/{FIRST}?token={token}"
        print(f"\nThe demo is at\n\n    {url}\n", flush=True)
        if browse and (browser := _find_browser()):
            # On a thread, because some browsers' `open` returns only when they are closed.
            threading.Thread(target=browser.open, args=(url,), daemon=True).start()
        print(f"It works on copies, in {folder}. Ctrl-C ends it.", flush=True)
        server.wait()  # until Ctrl-C, or until "Shut Down" is chosen in JupyterLab
    except KeyboardInterrupt:
        print()
    finally:
        _stop(server)
    return 0


def _environment(scratch: Path) -> dict[str, str]:
    """A workspace of its own, no question about JupyterLab's news, and the kernel of this Python environment."""
    config = scratch / "config" / "labconfig"
    config.mkdir(parents=True)
    announcements = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "page_config.json").write_text(json.dumps(announcements))
    users_config = os.environ.get("JUPYTER_CONFIG_PATH")
    return {
        **os.environ,
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(scratch / "config"), *([users_config] if users_config else [])]),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def _options(folder: Path, port: int, token: str) -> list[str]:
    return [
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={token}",
        "--LabApp.extension_manager=readonly",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]


def _free_port() -> int:
    for port in (*range(DEFAULT_PORT, DEFAULT_PORT + 50), 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise OSError("there is no free port")


def _wait_for(server: subprocess.Popen[bytes], url: str, token: str) -> bool:
    """Whether this server answers in time. Another one, on a port that was taken, would refuse the token."""
    deadline = time.monotonic() + START_TIMEOUT
    with requests.Session() as session:
        session.trust_env = False  # no proxy: the server is on this machine
        while server.poll() is None and time.monotonic() < deadline:
            try:
                session.get(url, headers={"Authorization": f"token {token}"}, timeout=5).raise_for_status()
                return True
            except requests.RequestException:
                time.sleep(0.1)
    return False


def _find_browser() -> Any:
    """A browser that can be opened here, or None. Without a screen only a browser that BROWSER names counts."""
    screens = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return None
    try:
        return webbrowser.get()
    except webbrowser.Error:
        return None


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()  # it ends its kernels
    try:
        server.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _fail(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1
