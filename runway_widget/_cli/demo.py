"""`python -m runway_widget demo`: JupyterLab on a copy of the demo notebooks, until Ctrl-C.

The notebooks start the simulator themselves, so all that happens here is: copy, start the server, say where it is.
The server is a process of its own and its log goes to a file: the terminal shows three lines, not two hundred. It
gets its own workspace and asks the network for nothing; the user's settings, such as a dark theme, stay theirs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import secrets
import shutil
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

FIRST = "quickstart.ipynb"
USUAL_PORT = 8888
START_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--port", type=int, help=f"port of 127.0.0.1 (default: {USUAL_PORT}, or the next one that is free)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--dir",
        type=Path,
        default=Path("runway-widget-demo"),
        metavar="D",
        help="where the copies go (default: ./runway-widget-demo). A notebook that you edited there is kept beside "
        "the fresh copy",
    )


def serve(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C. Returns the exit status: 0, or 1 when it could not begin."""
    if importlib.util.find_spec("jupyterlab") is None:
        return _cannot('JupyterLab is not installed. Install it with: pip install "runway-widget[demo]"')
    try:
        folder = arguments.dir.resolve()
        for line in copy_notebooks(shipped_notebooks(), folder):
            print(line)
        port = _free_port() if arguments.port is None else arguments.port
    except OSError as error:
        return _cannot(str(error))
    for name in ("SIGTERM", "SIGHUP"):  # end as with Ctrl-C, so that the server ends too
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="runway-widget-") as scratch:
        return _run(folder, port, Path(scratch), browse=not arguments.no_browser)


def shipped_notebooks() -> Path:
    """The folder of the notebooks: in the package, or beside it in a checkout."""
    here = Path(__file__).parents[1]
    for folder in (here / "notebooks", here.parent / "notebooks"):
        if (folder / FIRST).is_file():
            return folder
    raise FileNotFoundError(f"the demo notebooks are not where they should be, in {here / 'notebooks'}")


def copy_notebooks(source: Path, target: Path) -> list[str]:
    """Put fresh copies of all files into `target`; what was edited there is renamed first. Returns what to tell."""
    told = []
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        name = file.relative_to(source)
        if any(part.startswith(".") or part == "__pycache__" for part in name.parts):
            continue
        copy = target / name
        if copy.exists() and _content(copy) != _content(file):
            kept = next(path for n in count(1) if not (path := copy.with_stem(f"{copy.stem}-edited-{n}")).exists())
            copy.rename(kept)
            told.append(f"{name} has edits of yours: they are kept in {kept.relative_to(target)}")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return told


def _content(file: Path) -> object:
    """What counts as an edit: the cells' sources, not what running them left behind."""
    content = file.read_bytes()
    if file.suffix != ".ipynb":
        return content
    try:
        return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(content)["cells"]]
    except (ValueError, LookupError, TypeError):
        return content  # no notebook any more: then every byte counts


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
            start_new_session=True,  # Ctrl-C is for us; we end the server
        )
    try:
        if not _answers(server, f"http://127.0.0.1:{port}/api/status", token):
            return _cannot(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-4000:]}")
        url = f"http://127.0.0.1:{port}/lab/tree/{FIRST}?token={token}"
        print(f"\nThe demo is at\n\n    {url}\n", flush=True)
        if browse and (browser := _browser()):
            threading.Thread(target=browser.open, args=(url,), daemon=True).start()  # some return only when closed
        print(f"It works on copies, in {folder}. Ctrl-C ends it.", flush=True)
        server.wait()  # ends by itself when "Shut Down" is chosen in JupyterLab
    except KeyboardInterrupt:
        print()
    finally:
        _end(server)
    return 0


def _environment(scratch: Path) -> dict[str, str]:
    """Our own workspace, no question about news on top of the demo, and the kernel of this Python environment."""
    quiet = scratch / "config" / "labconfig"
    quiet.mkdir(parents=True)
    announcements = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (quiet / "page_config.json").write_text(json.dumps(announcements))
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    return {
        **os.environ,
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(scratch / "config"), *([others] if others else [])]),
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
    for port in (*range(USUAL_PORT, USUAL_PORT + 50), 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise OSError("there is no free port")


def _answers(server: subprocess.Popen[bytes], url: str, token: str) -> bool:
    """Wait until this server answers; another one, on a port that was taken, would not know the token."""
    deadline = time.monotonic() + START_SECONDS
    with requests.Session() as session:
        session.trust_env = False  # a proxy does not know this machine's own ports
        while server.poll() is None and time.monotonic() < deadline:
            try:
                session.get(url, headers={"Authorization": f"token {token}"}, timeout=5).raise_for_status()
                return True
            except requests.RequestException:
                time.sleep(0.1)
    return False


def _browser() -> Any:
    """A browser that can be opened here, or None. Without a screen, only one that BROWSER names."""
    screens = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return None
    try:
        return webbrowser.get()
    except webbrowser.Error:
        return None


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()  # it shuts its kernels down
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _cannot(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1
