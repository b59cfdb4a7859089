"""The tests import the right package: the checkout's, or the wheel's in `python -m tests.wheel`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import runway_widget

EXPECTED = Path(os.environ.get("PACKAGE_UNDER_TEST", Path(__file__).parents[1])) / "runway_widget" / "__init__.py"


def test_this_process_imports_the_package_under_test() -> None:
    assert Path(runway_widget.__file__) == EXPECTED


def test_other_processes_import_the_package_under_test(tmp_path: Path) -> None:
    code = "import runway_widget; print(runway_widget.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert Path(done.stdout.strip()) == EXPECTED
