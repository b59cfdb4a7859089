"""Hosts that serve a notebook as an app: one command with its own port and its own home folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.ports import free_port

START_SECONDS = 60.0


@contextmanager
def app(
    module: str,
    arguments: Sequence[str],
    home: Path,
    environment: Mapping[str, str],
    *,
    python: Path | str = sys.executable,
    port_option: str = "--port",
) -> Iterator[str]:
    """Run ``python -m module … --port=N`` in ``home`` while the block runs; yields its URL. `log` is what it says."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    inherited = ("JUPYTER_RUNTIME_DIR", "LANG", "PATH", "TMPDIR")
    variables = {name: os.environ[name] for name in inherited if name in os.environ}
    command = [str(python), "-m", module, *arguments, f"{port_option}={port}"]
    written = log(home)
    with written.open("wb") as file:
        process = subprocess.Popen(
            command,
            env={**variables, "HOME": str(home), "JUPYTER_PLATFORM_DIRS": "1", **environment},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, url, written)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def log(home: Path) -> Path:
    """The file with all that the app in ``home`` wrote."""
    return home / "app.log"


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    session = requests.Session()
    session.trust_env = False
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            session.get(url, timeout=START_SECONDS, stream=True).close()
            return
        except requests.RequestException as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{url} did not start:\n{log.read_text()}") from error
        time.sleep(0.05)  # between two requests
