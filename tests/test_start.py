"""The tests get the same signals in whatever way they are started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[1]
CTRL_C = "tests/unit/task/test_waiting.py::test_ctrl_c_ends_the_waiting_and_not_the_watch"


@pytest.mark.posix
def test_the_ctrl_c_test_passes_where_the_parent_process_ignores_sigint() -> None:
    """As under nohup, and in a background job of a script."""
    script = 'trap "" INT; exec "$0" -m pytest -q -p no:cacheprovider "$1"'
    command = ["sh", "-c", script, sys.executable, CTRL_C]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
