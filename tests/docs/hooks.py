"""The pages that are made of what stands elsewhere, handed to MkDocs before it reads its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from tests.docs import commands, errors, gallery, names_page, notebooks, texts

ROOT = Path(__file__).parents[2]


def made_pages() -> Iterator[tuple[str, str]]:
    """The place of each page that is made, and its Markdown."""
    yield from texts.pages()
    yield from notebooks.pages()
    yield "reference/index.md", names_page.page()
    yield "reference/errors.md", errors.page()
    yield "reference/command-line.md", commands.page()
    yield "gallery.md", gallery.page()
    yield gallery.SCRIPT, gallery.script()


def copied_files() -> Iterator[tuple[str, Path]]:
    """The place of each file that is copied as it is."""
    for picture in sorted(texts.pictures()):
        yield picture, ROOT / picture
    for medium in sorted((ROOT / "runway_widget" / "simulator" / "media").iterdir()):
        yield f"media/{medium.name}", medium


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for place, text in made_pages():
        files.append(File.generated(config, place, content=text))
    for place, path in copied_files():
        files.append(File.generated(config, place, abs_src_path=str(path)))
    return files


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the notebooks' outputs in: Markdown would take some of their HTML for its own."""
    return notebooks.with_outputs(html, page.file.src_uri)
