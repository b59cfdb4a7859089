"""Runs the unit tests against the built wheel, in a folder where the checkout's package cannot be imported.

    python -m tests.wheel [PYTEST ARGUMENTS…]

The folder is `.cache/wheel`. It holds an environment into which the wheel is unpacked, and a copy of the tests and of
the files that they read. The environment uses the installed packages that the tests need, but not the editable install
among them: Python does not read `.pth` files in a folder that a `.pth` file names. Tests marked `checkout` are left
out. `test_installed.py` checks where the package comes from.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "wheel"
COPIED = ("README.md", "js/src", "pyproject.toml", "tests")
SELECTED = "not browser and not packaging and not checkout"


def build() -> Path:
    """The wheel of this checkout."""
    folder = FOLDER / "dist"
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(wheel: Path) -> tuple[Path, Path]:
    """The Python of an environment with the wheel in it, and the folder that the wheel is in."""
    home = FOLDER / "environment"
    venv.create(home, symlinks=os.name != "nt")
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    zipfile.ZipFile(wheel).extractall(packages)
    usual = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "usual.pth").write_text("\n".join(sorted(usual)))
    for name in ("etc", "share"):  # where Jupyter looks for its configuration, kernels and templates
        if (Path(sys.prefix) / name).is_dir():
            (home / name).symlink_to(Path(sys.prefix) / name)
    scripts = Path(sysconfig.get_path("scripts", vars={"base": str(home)}))
    return scripts / Path(sys.executable).name, packages


def copy() -> Path:
    """A copy of the files of this checkout that the tests need, without the package."""
    folder = FOLDER / "checkout"
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, target)
    return folder


def main(arguments: Sequence[str]) -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    python, packages = environment(build())
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables["PACKAGE_UNDER_TEST"] = str(packages)
    command = [str(python), "-m", "pytest", "-m", SELECTED, *arguments]
    return subprocess.run(command, cwd=copy(), env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
