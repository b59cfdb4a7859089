"""Type checkers accept the good use of the package and refuse each typical mistake: mypy and pyright, both strict.

pyright comes as `basedpyright`, whose package carries the Node that it runs on: nothing is fetched while a test runs.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import traitlets

import runway_widget

FOLDER = Path(__file__).parent / "typing"
PACKAGE = Path(runway_widget.__file__).parents[1]
IGNORE = re.compile(r" *# type: ignore.*")
Refused = set[tuple[str, int]]  # file and line


def mypy(folder: Path) -> Refused:
    """The lines that mypy refuses."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=.mypy_cache", "."]
    installed = str(PACKAGE) in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    environment = {**os.environ, "MYPYPATH": "" if installed else str(PACKAGE)}  # it refuses a path that it has anyway
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return {(name, int(line)) for name, line in re.findall(r"^(\w+\.py):(\d+): error:", done.stdout, re.MULTILINE)}


def pyright(folder: Path) -> Refused:
    """The lines that pyright refuses."""
    settings = {
        "typeCheckingMode": "strict",
        "reportUnusedExpression": False,  # the mistakes are expressions
        "extraPaths": [str(PACKAGE)],
        "include": ["."],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {(Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in found}


@pytest.mark.skipif(traitlets.version_info < (5, 13), reason="traitlets has types since 5.13")
@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_checker_accepts_the_good_use_and_refuses_each_mistake(
    checker: Callable[[Path], Refused], tmp_path: Path
) -> None:
    mistakes = (FOLDER / "mistakes.py").read_text(encoding="utf-8").splitlines()
    marked = {("mistakes.py", number) for number, line in enumerate(mistakes, 1) if IGNORE.search(line)}
    assert len(marked) >= 10
    (tmp_path / "mistakes.py").write_text("\n".join(IGNORE.sub("", line) for line in mistakes), encoding="utf-8")
    (tmp_path / "good.py").write_text((FOLDER / "good.py").read_text(encoding="utf-8"), encoding="utf-8")
    assert checker(tmp_path) == marked


def public_members(thing: type) -> Iterator[tuple[str, object]]:
    """What a public class has from this package, its own or inherited."""
    for each in thing.__mro__:
        if each.__module__.startswith("runway_widget"):
            yield from ((name, value) for name, value in vars(each).items() if name == "__init__" or name[0] != "_")


def test_no_public_signature_or_result_is_of_any_type() -> None:
    loose = []
    for thing in filter(inspect.isclass, (getattr(runway_widget, name) for name in runway_widget.__all__)):
        written = {
            f"{thing.__name__}.{name}": kind for name, kind in inspect.get_annotations(thing).items() if name[0] != "_"
        }
        for name, member in public_members(thing):
            function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
            if inspect.isfunction(function):
                written[f"{thing.__name__}.{name}"] = str(inspect.signature(function))
        loose += [f"{name}: {kind}" for name, kind in written.items() if re.search(r"\bAny\b", str(kind))]
    assert loose == []


def test_these_are_the_public_names() -> None:
    assert runway_widget.__all__ == [
        "AccessDenied",
        "AuthenticationError",
        "Balance",
        "BudgetExceeded",
        "Client",
        "ConfigurationError",
        "Entry",
        "ModelLimits",
        "NoAnswer",
        "Options",
        "Output",
        "OutputDict",
        "Plan",
        "PlannedMedium",
        "Provider",
        "Recent",
        "RunwayTask",
        "RunwayWidgetError",
        "ServiceError",
        "Status",
        "SubmissionUncertain",
        "TakesFailed",
        "TaskCancelled",
        "TaskError",
        "TaskFailed",
        "TaskGrid",
        "TaskNotFound",
        "TaskState",
        "WaitTimeout",
        "WatchOptions",
        "WatchStopped",
        "WatchTimeout",
        "__version__",
    ]
    assert all(hasattr(runway_widget, name) for name in runway_widget.__all__)
