"""Runs the unit tests with the oldest packages that pyproject.toml allows.

    python -m tests.lowest [PYTEST ARGUMENTS…]

Oldest are those that the package itself names, its extras included. What those need, and what only the tests need, is
as new as it can be beside them. The environment is `lowest-tests` in `environments.toml`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tests.environments import ROOT, environment

# Warnings about what ipywidgets 7 itself does.
ALLOWED = (
    *("-W", "ignore:Deprecated in traitlets 4.1:DeprecationWarning:ipywidgets.widgets.widget"),
    *("-W", "ignore:The `ipykernel.comm.Comm` class has been deprecated:DeprecationWarning:ipywidgets.widgets.widget"),
)
SELECTED = "not browser and not packaging and not checkout"


def main(arguments: Sequence[str]) -> int:
    command = [str(environment("lowest-tests")), "-m", "pytest", "-m", SELECTED, *ALLOWED, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
