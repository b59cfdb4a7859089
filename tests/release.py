"""Checks what is about to be published: the tag names the version, and the files hold what they must.

    python tests/release.py v1.2.3 dist

It needs nothing but Python, because the job that publishes installs nothing else.
"""

from __future__ import annotations

import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

FRONT_END = tuple(f"runway_widget/static/{name}" for name in ("widget.js", "widget.css", "after.js"))
PACKAGE = ("runway_widget/__init__.py", "runway_widget/py.typed", *FRONT_END)


def faults(tag: str, folder: Path) -> list[str]:
    """What is wrong with the wheel and the sdist in ``folder`` as the release ``tag``; empty if nothing is."""
    version = tag.removeprefix("v")
    wheel, sdist = folder / f"runway_widget-{version}-py3-none-any.whl", folder / f"runway_widget-{version}.tar.gz"
    present, expected = sorted(path.name for path in folder.iterdir()), sorted((wheel.name, sdist.name))
    if not tag.startswith("v") or present != expected:
        return [f"the tag {tag!r} asks for {expected}, and there is {present}"]
    with zipfile.ZipFile(wheel) as built:
        in_wheel = {each.filename: each.file_size for each in built.infolist()}
    with tarfile.open(sdist) as sources:
        in_sdist = {each.name.partition("/")[2]: each.size for each in sources.getmembers()}
    return [
        *_lacking(wheel.name, in_wheel, (*PACKAGE, "runway_widget/notebooks/quickstart.ipynb")),
        *_lacking(sdist.name, in_sdist, (*PACKAGE, "notebooks/quickstart.ipynb", "LICENSE", "README.md")),
    ]


def _lacking(archive: str, sizes: Mapping[str, int], names: Sequence[str]) -> list[str]:
    missing = [f"{archive} lacks {name}" for name in names if name not in sizes]
    return missing + [f"{name} in {archive} is empty" for name in FRONT_END if sizes.get(name) == 0]


def main(arguments: Sequence[str]) -> int:
    tag, folder = arguments
    problems = faults(tag, Path(folder))
    print("\n".join(problems) or f"{tag} is complete", file=sys.stderr if problems else sys.stdout)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
