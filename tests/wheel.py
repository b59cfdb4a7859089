"""Runs the unit tests against the built wheel, in a place where the checkout's package cannot be imported.

    python -m tests.wheel [PYTEST ARGUMENTS…]

The place is `.cache/wheel`: an environment of its own, into which the wheel is unpacked, and a copy of the tests and of
what they read beside the package. The environment sees the packages that the tests need where they are installed
already, but not the editable install that stands among them: a `.pth` file within a folder that a `.pth` file names is
not read. Tests marked `checkout` are left out; `test_installed.py` makes sure of where the package comes from.
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
PLACE = ROOT / ".cache" / "wheel"
COPIED = ("README.md", "js/src", "pyproject.toml", "tests")
LEFT_OUT = "not browser and not packaging and not checkout"


def build() -> Path:
    """The wheel of this checkout."""
    folder = PLACE / "dist"
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(wheel: Path) -> tuple[Path, Path]:
    """The Python of an environment with the wheel in it, and the folder that the wheel is in."""
    home = PLACE / "environment"
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
    """A copy of what the tests need of this checkout; the package is not in it."""
    folder = PLACE / "checkout"
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, target)
    return folder


def main(arguments: Sequence[str]) -> int:
    shutil.rmtree(PLACE, ignore_errors=True)
    python, packages = environment(build())
    known = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    known["PACKAGE_UNDER_TEST"] = str(packages)
    command = [str(python), "-m", "pytest", "-m", LEFT_OUT, *arguments]
    return subprocess.run(command, cwd=copy(), env=known, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
