"""The kernels that the card must work on: one small environment per ipykernel, made once, in `.cache`.

The matrix: 6.29.5 is the last version before 7, and ipykernel 7.0 broke display and comms from threads. One JupyterLab
runs them all, because it finds their kernelspecs through JUPYTER_PATH. The project is installed editable, so that every
edit takes effect. The environments are made again when the project's dependencies change.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "kernels"

CURRENT = "python3"  # the environment that runs the tests, with the newest ipykernel that was released
PINNED = {
    "ipykernel-6.29.5": "6.29.5",
    "ipykernel-7.0.0": "7.0.0",
    "ipykernel-7.0.1": "7.0.1",
    "ipykernel-7.1.0": "7.1.0",
}
MATRIX = (*PINNED, CURRENT)
ENVIRONMENT = dict(os.environ)  # as it was: tests take away what leads to a package index
XEUS = "xeus-python-0.19.0"  # a kernel that is not ipykernel


def prefix() -> Path:
    """The folder of the environments: another one for other dependencies, another Python or another checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    known = [project["dependencies"], project["version"], sys.version, str(ROOT)]
    return CACHE / hashlib.sha256(json.dumps(known).encode()).hexdigest()[:12]


def jupyter_path() -> Path:
    """The JUPYTER_PATH under which a server finds the kernelspecs, including those that are made later."""
    return prefix() / "share" / "jupyter"


def ensure(name: str) -> str:
    """Make the kernel's environment and its kernelspec if they are missing. Returns the kernelspec's name."""
    if name == CURRENT:
        return name
    home = prefix()
    home.mkdir(parents=True, exist_ok=True)
    spec = jupyter_path() / "kernels" / name / "kernel.json"
    with _exclusive(home / "lock"):
        if not spec.exists():  # it is written last, so an incomplete environment is made again
            _remove_older(home)
            python = home / name / "bin" / "python"
            if name == XEUS:
                _make(home / name, name.replace("-python-", "-python=="))
                _describe(spec, [str(python), "-m", "xpython_launcher", "-f", "{connection_file}"])
            else:
                _make(home / name, f"ipykernel=={PINNED[name]}")
                _run([python, "-m", "ipykernel", "install", "--prefix", home, "--name", name, "--display-name", name])
    return name


def _make(environment: Path, *packages: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    _run([uv, "venv", "-q", "--clear", "-p", sys.executable, environment])
    _run([uv, "pip", "install", "-q", "-p", environment, *packages, "-e", ROOT])


def _describe(spec: Path, argv: list[str]) -> None:
    """The package's own description names whichever Python comes first in PATH."""
    spec.parent.mkdir(parents=True, exist_ok=True)
    spec.write_text(json.dumps({"argv": argv, "display_name": spec.parent.name, "language": "python"}))


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, check=False, env=ENVIRONMENT
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def _remove_older(home: Path) -> None:
    for other in CACHE.iterdir():
        if other != home:
            shutil.rmtree(other)


@contextmanager
def _exclusive(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    for one in (*MATRIX, XEUS):
        print(ensure(one))
