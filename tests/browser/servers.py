"""A Jupyter server for the tests, with its own home folder, port and token. It uses no settings of the user.

One server serves both JupyterLab and Notebook 7. Its kernels have that home folder too, so the tests never use a key or
the journal of the person who runs them. A start-up file of the kernels records each exception that ends a thread, which
would otherwise be no more than a line in a log.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from tests.ports import KERNEL_ARGUMENTS, free_port

WATCH_THREADS = """\
def _watch_threads():
    import os, sys, threading, traceback

    def note(kind, args):
        with open(os.environ["HARNESS_THREAD_ERRORS"], "a") as file:
            file.write(kind + "\\n")
            traceback.print_exception(args.exc_type, args.exc_value, args.exc_traceback, file=file)

    def in_thread(args):
        if args.exc_type is not SystemExit:
            note(f"in thread {args.thread and args.thread.name}:", args)

    threading.excepthook = in_thread
    sys.unraisablehook = lambda args: note(f"unraisable, in {args.object!r}:", args)

_watch_threads()
del _watch_threads
"""

TRACKER = "@jupyterlab/notebook-extension/tracker"
SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
    # Every cell is in the page, so that a locator finds cells that are scrolled out of view.
    TRACKER: {"windowingMode": "none"},
}

# Each costs half a second a page: the first makes a slow request to the server, the second one to the network.
DISABLED = ("@jupyterlab/notebook-extension:export", "@jupyterlab/extensionmanager-extension")


class JupyterServer:
    """`with JupyterServer(home, jupyter_path) as server:` answers at `server.url` and serves `server.root`.

    `python`: that of the environment whose JupyterLab it is, by default the one that runs the tests.
    """

    def __init__(self, home: Path, jupyter_path: Path, python: Path | str = sys.executable) -> None:
        self.home = home
        self.root = home / "notebooks"
        self.log = home / "server.log"
        self.thread_errors = home / "thread-errors.txt"
        self.token = secrets.token_hex(16)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._jupyter_path = jupyter_path
        self._python = str(python)
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy, no netrc
        self._http.headers["Authorization"] = f"token {self.token}"

    def __enter__(self) -> Self:
        self._prepare()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                env=self._environment(),
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_ready(60.0)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._process.terminate()  # the server ends its kernels
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._http.close()

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self._http.request(method, f"{self.url}/{path}", timeout=30, **options)
        answer.raise_for_status()
        return answer

    def shutdown_kernels(self) -> None:
        for kernel in self.ask("GET", "api/kernels").json():
            self.ask("DELETE", f"api/kernels/{kernel['id']}")

    def reset_settings(self) -> None:
        """Reset the settings that a test changed, such as the theme."""
        for file in (self.home / "settings").rglob("*.jupyterlab-settings"):
            file.unlink()
        for name, values in SETTINGS.items():
            self._set(name, values)

    def hide_cells_out_of_sight(self) -> None:
        """Notebooks that are opened from now on, until the settings are reset, do so."""
        self._set(TRACKER, {"windowingMode": "full"})

    def _set(self, name: str, values: dict[str, Any]) -> None:
        file = self.home / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))

    def _prepare(self) -> None:
        self.root.mkdir(parents=True)
        self.thread_errors.touch()
        startup = self.home / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00-watch-threads.py").write_text(WATCH_THREADS)
        config = self.home / "config" / "labconfig"
        config.mkdir(parents=True)
        (config / "page_config.json").write_text(json.dumps({"disabledExtensions": dict.fromkeys(DISABLED, True)}))
        self.reset_settings()

    def _environment(self) -> dict[str, str]:
        inherited = {"HOME", "JUPYTER_RUNTIME_DIR", "LANG", "LC_ALL", "PATH", "SHELL", "TMPDIR", "USER"}
        return {name: value for name, value in os.environ.items() if name in inherited} | {
            "HARNESS_THREAD_ERRORS": str(self.thread_errors),
            "HOME": str(self.home),
            "IPYTHONDIR": str(self.home / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "workspaces"),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_PATH": str(self._jupyter_path),
            "JUPYTER_PLATFORM_DIRS": "1",
        }

    def _command(self) -> list[str]:
        return [
            *(self._python, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            "--LanguageServerManager.autodetect=False",
            *KERNEL_ARGUMENTS,
        ]

    def _wait_until_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.ask("GET", "api/status")
                return
            except requests.RequestException as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the Jupyter server did not start:\n{self.log.read_text()}") from error
            time.sleep(0.05)  # between two requests
