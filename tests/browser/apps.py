"""Hosts that serve a notebook as an app: one command that listens on a port of its own, with a home of its own."""

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
def app(module: str, arguments: Sequence[str], home: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run ``python -m module … --port=N`` as long as the block lasts; gives the URL at which it answers."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    kept = {name: os.environ[name] for name in ("JUPYTER_RUNTIME_DIR", "LANG", "PATH", "TMPDIR") if name in os.environ}
    command = [sys.executable, "-m", module, *arguments, f"--port={port}"]
    log = home / "app.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            env={**kept, "HOME": str(home), "JUPYTER_PLATFORM_DIRS": "1", **environment},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, url, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
        time.sleep(0.05)  # between two questions, not instead of one
