"""Runs the unit tests with the oldest packages that pyproject.toml allows.

    python -m tests.lowest [PYTEST ARGUMENTS…]

Oldest are those that the package itself names, its extras included. What those need, and what only the tests need, is
as new as it can be beside them. The environment is `.cache/lowest`. It needs uv, and the package index.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "lowest"
OLDEST = ("--resolution", "lowest-direct", "--extra", "demo", "--extra", "thumbnails", "pyproject.toml")
SELECTED = "not browser and not packaging and not checkout"


def main(arguments: Sequence[str]) -> int:
    uv = str(Path(sys.executable).with_name("uv"))
    environment, versions = FOLDER / "environment", FOLDER / "versions.txt"
    python = str(environment / "bin" / "python")
    shutil.rmtree(FOLDER, ignore_errors=True)
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(environment)],
        [uv, "pip", "compile", "--quiet", "--python", python, *OLDEST, "--output-file", str(versions)],
        [uv, "pip", "install", "--quiet", "--python", python, "--constraint", str(versions), "--editable", ".[dev]"],
    ):
        subprocess.run(command, cwd=ROOT, check=True)
    command = [python, "-m", "pytest", "-m", SELECTED, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
