"""Environments for tests that need other packages than those that run the tests. Each is made when first needed.

    python = environment("panel")

`environments.toml` beside this file lists them. They are made in `.cache/environments`, with the checkout installed as
editable, so that every edit takes effect; and made again when their packages, the project's own dependencies or the
Python change. Only that needs the package index. Call it in a fixture, since a test's time limit does not count those,
and mark the test `hosts`: then it runs against the checkout alone, and `pytest -m "not hosts"` makes no environment.

    python -m tests.environments [NAME…]

makes those that are named, or all, and prints the Python of each.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "environments"
LIST = Path(__file__).with_suffix(".toml")
SECONDS = 600  # for one command; a registry is slow at times
VARIABLES = dict(os.environ)  # as they were: tests take away what leads to a package index
WINDOWS = os.name == "nt"


def environment(name: str) -> Path:
    """The Python of an environment in the list. Two processes may ask at once: one makes it, the other waits."""
    CACHE.mkdir(parents=True, exist_ok=True)
    home = CACHE / name
    wanted = description(name)
    stamp = home / "made"
    with FileLock(f"{home}.lock"):
        if not stamp.exists() or stamp.read_text() != fingerprint(wanted):
            stamp.unlink(missing_ok=True)
            make(home, requirements(home, wanted))
            stamp.write_text(fingerprint(wanted))  # last, so an environment that is incomplete is made again
    return python_of(home)


def fits(name: str) -> bool:
    """Whether there is what is pinned for the Python that runs this."""
    return SpecifierSet(listed()[name].get("python", "")).contains(platform.python_version(), prereleases=True)


def python_of(home: Path) -> Path:
    return home / ("Scripts/python.exe" if WINDOWS else "bin/python")


def make(home: Path, packages: Sequence[str | Path]) -> None:
    """A new environment in ``home`` with these packages. By uv if possible, in seconds; else by pip.

    uv does not run everywhere, and does not see a registry that only pip is configured for.
    """
    python = python_of(home)
    uv = Path(sys.executable).with_name("uv.exe" if WINDOWS else "uv")
    ways: list[list[list[str | Path]]] = [
        [
            [uv, "venv", "-q", "--clear", "-p", sys.executable, home],
            [uv, "pip", "install", "-q", "-p", python, *packages],
        ],
        [
            [sys.executable, "-m", "venv", "--clear", home],
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
        ],
    ]
    failures = []
    for way in ways:
        failure = next(filter(None, map(_failure, way)), None)
        if failure is None:
            return
        failures.append(failure)
    raise RuntimeError(
        f"The environment {home.name!r} cannot be made. Is the package index in reach? It is needed once; "
        f'the tests that need no such environment are those of `pytest -m "not hosts"`.\n\n' + "\n\n".join(failures)
    )


def _failure(command: Sequence[str | Path]) -> str | None:
    """Run a command. What it said if it failed, else None."""
    line = " ".join(map(str, command))
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            env=VARIABLES,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{line}\n{error}"
    return f"{line}\n{done.stdout}{done.stderr}".rstrip() if done.returncode else None


def listed() -> dict[str, Any]:
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def description(name: str) -> dict[str, Any]:
    """All that decides what an environment holds."""
    try:
        entry = listed()[name]
    except KeyError:
        raise KeyError(f"{name!r} is not in {LIST.name}; there are {', '.join(sorted(listed()))}") from None
    table = project()
    extras = {extra: table["optional-dependencies"][extra] for extra in entry.get("extras", ())}
    if entry.get("oldest"):
        entry |= {"constraints": lowest_versions(table)}
    own = {"dependencies": table["dependencies"], "version": table["version"], "extras": extras}
    return {"entry": entry, "project": own, "python": sys.version, "checkout": str(ROOT)}


def fingerprint(described: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def requirements(home: Path, described: Mapping[str, Any]) -> list[str | Path]:
    """The arguments of `pip install` for what is described."""
    extras = ",".join(described["project"]["extras"])
    packages = [*described["entry"].get("packages", ()), "--editable", f"{ROOT}[{extras}]" if extras else str(ROOT)]
    if constraints := described["entry"].get("constraints"):
        file = home.with_name(f"{home.name}.constraints.txt")
        file.write_text("\n".join(constraints))
        packages += ["--constraint", str(file)]
    return packages


def lowest_versions(table: Mapping[str, Any]) -> list[str]:
    """The lower bounds of what the package itself needs, and of its extras but `dev`, as pins."""
    extras = table["optional-dependencies"]
    needed = [*table["dependencies"], *(each for name, extra in extras.items() if name != "dev" for each in extra)]
    return [each.replace(">=", "==") for each in needed if not re.match(table["name"], each)]


if __name__ == "__main__":
    for one in sys.argv[1:] or filter(fits, listed()):
        print(environment(one))
