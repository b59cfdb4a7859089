"""Builds the documentation's site into build/docs, or into the folder that is named: `python -m tests.docs [FOLDER]`.

Whatever MkDocs warns of ends it with an error.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.environments import ROOT, environment

FOLDER = ROOT / "build" / "docs"


def build(folder: Path = FOLDER, python: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Build the site into ``folder``; ``python`` is that of the environment "docs"."""
    command: list[str | Path] = [python or environment("docs"), "-m", "mkdocs", "build", "--strict", "--clean"]
    place: list[str | Path] = ["--config-file", Path(__file__).with_name("mkdocs.yml"), "--site-dir", folder.absolute()]
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true", "NO_COLOR": "1"}  # it is held below 2
    return subprocess.run(
        [*command, *place], cwd=ROOT, env={**os.environ, **quiet}, capture_output=True, text=True, check=False
    )


def main(arguments: list[str]) -> int:
    """Build the site, and say where to look. Returns the exit status."""
    folder = Path(*arguments) if arguments else FOLDER
    built = build(folder)
    print(built.stdout + built.stderr)
    if not built.returncode:
        print(f"The documentation is at\n\n    {(folder / 'index.html').absolute()}\n")
    return built.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
