"""Builds pages from one notebook, as sites do: each in a folder of its own. For the Python of the environment `pages`.

python page_builders.py NOTEBOOK FOLDER BUILDER…
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

THEMES = ("furo", "pydata_sphinx_theme")
OPTIONS = {
    "nbsphinx": {"nbsphinx_execute": "never", "suppress_warnings": "nbsphinx.notebooktitle"},
    "myst_nb": {"nb_execution_mode": "off"},
}
MKDOCS = """\
site_name: Takes
docs_dir: {source}
site_dir: {target}
theme:
  name: material
  font: false
  palette:
    - {{media: "(prefers-color-scheme: light)", scheme: default}}
    - {{media: "(prefers-color-scheme: dark)", scheme: slate}}
plugins:
  - mkdocs-jupyter
"""


def sphinx(extension: str, source: Path, folder: Path) -> None:
    """One site for each theme; the notebook is read once. Warnings are errors."""
    from sphinx.cmd.build import main

    for theme in THEMES:
        settings = {"extensions": extension, "html_theme": theme, **OPTIONS[extension]}
        defined = [f"--define={name}={value}" for name, value in settings.items()]
        doctrees = f"--doctree-dir={folder / extension}"
        if main(["-q", "-W", "-C", *defined, doctrees, str(source), str(folder / f"{extension}-{theme}")]):
            sys.exit(f"Sphinx has not built the pages of {extension} with {theme}")


def mkdocs(source: Path, folder: Path) -> None:
    """A site of Material's, light or dark as its reader has it."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    settings = folder / "mkdocs.yml"
    settings.write_text(MKDOCS.format(source=source, target=folder / "mkdocs"), encoding="utf-8")
    build(load_config(str(settings)))


def markdown(source: Path, folder: Path) -> None:
    """nbconvert's Markdown, as a page that CommonMark makes of it."""
    from markdown_it import MarkdownIt
    from nbconvert import MarkdownExporter

    written, _ = MarkdownExporter().from_filename(str(source / "index.ipynb"))
    html = MarkdownIt("commonmark").render(written)
    target = folder / "markdown"
    target.mkdir()
    (target / "index.html").write_text(f'<!doctype html><meta charset="utf-8"><body>{html}', encoding="utf-8")


BUILDERS: dict[str, Callable[[Path, Path], None]] = {
    "nbsphinx": partial(sphinx, "nbsphinx"),
    "myst_nb": partial(sphinx, "myst_nb"),
    "mkdocs": mkdocs,
    "markdown": markdown,
}


if __name__ == "__main__":
    notebook, built, *names = sys.argv[1:]
    for name in names:
        alone = Path(built).resolve() / f"source-{name}"
        alone.mkdir(parents=True)
        shutil.copy(notebook, alone / "index.ipynb")
        BUILDERS[name](alone, Path(built).resolve())
