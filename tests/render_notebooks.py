"""Runs the notebooks in `notebooks/` and writes them back with the outputs that a reader should see.

    python -m tests.render_notebooks

A reader has no kernel, no simulator and not the folder of this run. So players lose the link to the simulator's medium
(the picture under them is in the card), and other links to the simulator's media lead to the same files in this
repository. Everything else is as the kernel sent it. `tests/test_notebooks.py` runs the notebooks again and compares.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from tests.ports import KERNELS

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MEDIA = "../runway_widget/simulator/media"
SECONDS = 60  # for one cell

_PLAYER = re.compile(r'(<(?:video|audio))\s+src="(?!data:)[^"]*"')
_LINK = re.compile(r'href="http://127\.0\.0\.1:\d+/media/[^"?]*?\d-([a-z-]+\.\w+)[^"]*"')


def as_it_is(notebook: Any) -> Any:
    return notebook


async def run(path: Path, change: Callable[[Any], Any] = as_it_is) -> Any:
    """The notebook with the outputs of a fresh run, without the name of the folder in which it ran.

    ``change`` gives what is run of what was read.
    """
    notebook = change(nbformat.read(path, as_version=4))
    with tempfile.TemporaryDirectory() as folder:
        for file in FOLDER.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,
            config=KERNELS,
        )
        await client.async_execute()
        here = f"{Path(folder).resolve()}/"
        return _with_outputs(notebook, lambda text: text.replace(here, ""))


def run_all(paths: Iterable[Path], change: Callable[[Any], Any] = as_it_is) -> list[Any]:
    """Run several notebooks at the same time, because they wait most of the time."""

    async def gather() -> list[Any]:
        return await asyncio.gather(*(run(path, change) for path in paths))

    return asyncio.run(gather())


def prepare(notebook: Any) -> Any:
    """Change the notebook, in place, into what is committed."""
    notebook.metadata["language_info"] = {"name": "python"}  # without the version of this kernel
    return _with_outputs(notebook, lambda text: _LINK.sub(rf'href="{MEDIA}/\1"', _PLAYER.sub(r"\1", text)))


def _with_outputs(notebook: Any, change: Callable[[str], str]) -> Any:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = nbformat.from_dict(map_strings(cell.outputs, change))
    return notebook


def map_strings(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with ``change`` applied to every string in it."""
    if isinstance(value, dict):
        return {key: map_strings(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [map_strings(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def main() -> None:
    for path, notebook in zip(NOTEBOOKS, run_all(NOTEBOOKS), strict=True):
        nbformat.write(prepare(notebook), path)
        print(path.relative_to(FOLDER.parent), f"{path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
