"""The table with pictures, and the contact sheet as a file to hand on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from runway_widget import ConfigurationError, RunwayWidgetError
from runway_widget._journal.journal import Journal
from runway_widget._media.small_pictures import picture_uri
from runway_widget._widgets import recent_table
from runway_widget._widgets.recent import Recent

from .journals import HERE, a_row, accepted, path_of, uncertain
from .pictures import noise, written
from .static_cards import Page
from .tables import Outline

pytestmark = pytest.mark.usefixtures("wide")

SIGNED = "https://media.example/still.jpg?_jwt=secret"


def webp(width: int = 160, height: int = 90) -> bytes:
    return written(noise(width, height), "WEBP", quality=1)


def pictured(journal: Journal, task_id: str, picture: bytes = b"", **fields: Any) -> None:
    """A take that has ended, with its picture."""
    accepted(journal, task_id, **fields)
    journal.record_end(HERE, task_id, "SUCCESS", 78.0)
    journal.record_picture(HERE, task_id, picture or webp())


# In a notebook


def test_each_row_has_the_picture_of_what_came_out(journal: Journal) -> None:
    pictured(journal, "t-0")
    accepted(journal, "t-1")
    recent = Recent.read(journal, 5)
    (image,) = Page(recent._repr_html_()).all("img")
    assert image["src"] == picture_uri(recent[1].picture)
    assert image["alt"] == "What came out of [1]"
    assert (image["width"], image["height"]) == ("96", "54")
    assert "RIFF" not in repr(recent[1])


def test_what_tells_most_stands_where_a_narrow_page_shows_it(journal: Journal) -> None:
    pictured(journal, "t-0")
    texts = [text for text in Outline(Recent.read(journal, 5)._repr_html_()).texts if text.strip()]
    assert texts[:4] == ["[n]", "Picture", "Prompt", "Status"]
    assert texts.index("the kite lifts") < texts.index("Done in 1:18") < texts.index("t-0")
    assert repr(Recent.read(journal, 5)).splitlines()[0].split()[-1] == "PROMPT", "on a terminal it takes what is left"


def test_a_tall_picture_is_no_higher_than_the_others(journal: Journal) -> None:
    pictured(journal, "t-0", webp(90, 160))
    (image,) = Page(Recent.read(journal, 5)._repr_html_()).all("img")
    assert (image["width"], image["height"]) == ("40", "72")


def test_without_pictures_there_is_no_column_for_them(journal: Journal) -> None:
    accepted(journal, "t-0")
    assert "Picture" not in Recent.read(journal, 5)._repr_html_()


def test_what_is_no_picture_is_none(journal: Journal) -> None:
    pictured(journal, "t-0", b'"><script>alert(1)</script>')
    recent = Recent.read(journal, 5)
    assert Page(recent._repr_html_()).all("img") == []


def test_there_are_no_more_pictures_than_one_output_carries(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        pictured(journal, f"t-{number}")
    monkeypatch.setattr(recent_table, "MAX_PICTURES", 2 * len(picture_uri(webp())) + 10)
    page = Page(Recent.read(journal, 5)._repr_html_())
    assert [image["alt"] for image in page.all("img")] == ["What came out of [0]", "What came out of [1]"]
    assert "2 more have pictures, which are too many to carry here; a slice shows them." in page.text
    assert len(Page(Recent.read(journal, 5)[2:]._repr_html_()).all("img")) == 2


# As a file


def exported(journal: Journal, folder: Path, **options: Any) -> str:
    return Recent.read(journal, 100).export(folder / "sheet.html", **options).read_text(encoding="utf-8")


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def test_a_sheet_holds_pictures_prompts_facts_costs_and_stars(journal: Journal, tmp_path: Path) -> None:
    pictured(journal, "t-0")
    journal.record_pick(a_row(task_id="t-0"), True)
    uncertain(journal)
    html = exported(journal, tmp_path, title="Kites & $wind$")
    page = Page(html.removeprefix("<!doctype html>"))
    assert "<title>Kites &amp; &#36;wind&#36;</title>" in html
    assert [image["src"][:16] for image in page.all("img")] == ["data:image/webp;"]
    assert "2 takes · 1 done · 1 uncertain · 1 picked" in page.text
    for text in ("[0]", "[1]", "Done in 1:18", "★ picked", "the kite lifts", "gen4_turbo", "5 s", "t-0", "no picture"):
        assert text in page.text
    assert "the connection broke" in page.text


def test_a_sheet_needs_nothing_and_gives_nothing_away(journal: Journal, tmp_path: Path) -> None:
    row = a_row(parameters={"promptImage": SIGNED, "seed": 421}, request={**a_row().request, "still": SIGNED})
    journal.begin(row)
    journal.record_task(row, "t-0")
    journal.record_end(HERE, "t-0", "FAILURE", 1.0, f"no face in {SIGNED} <script>alert(1)</script>")
    journal.record_files(HERE, "t-0", [tmp_path / "renders" / "t-0-1.mp4"])
    html = exported(journal, tmp_path)
    assert "secret" not in html
    assert "renders" not in html
    assert str(tmp_path) not in html
    assert HERE not in html
    assert "client." not in html
    assert {name for name, _ in Page(html.removeprefix("<!doctype html>")).elements}.isdisjoint(
        {"script", "a", "link", "video", "iframe", "code"}
    )
    assert "default-src &#x27;none&#x27;; img-src data:; style-src &#x27;unsafe-inline&#x27;" in html
    assert re.findall(r"url\(|@import|src=\"(?!data:)", html) == []


def test_a_sheet_is_written_again_by_the_same_cell(journal: Journal, tmp_path: Path) -> None:
    pictured(journal, "t-0")
    assert "1 take " in exported(journal, tmp_path / "out")
    pictured(journal, "t-1")
    assert "2 takes" in exported(journal, tmp_path / "out")
    assert names(tmp_path / "out") == ["sheet.html"]


@pytest.mark.parametrize("content", [b"", b"<!doctype html><title>my own page</title>"])
def test_no_other_file_is_overwritten(journal: Journal, tmp_path: Path, content: bytes) -> None:
    pictured(journal, "t-0")
    file = tmp_path / "page.html"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"page\.html' is there already, and is no contact sheet"):
        Recent.read(journal, 5).export(file)
    assert file.read_bytes() == content


def test_the_folder_is_made_and_the_path_is_meant_from_where_it_is_given(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictured(journal, "t-0")
    monkeypatch.chdir(tmp_path)
    assert Recent.read(journal, 5).export("for/client/sheet.HTML") == tmp_path / "for" / "client" / "sheet.HTML"
    assert names(tmp_path / "for" / "client") == ["sheet.HTML"]
    assert Recent.read(journal, 5).export(f"'{tmp_path}/quoted.html'") == tmp_path / "quoted.html"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("sheet", "does not end in .html"),
        ("sheet.pdf", "does not end in .html"),
        ("", "path: empty; give the path of an HTML file"),
        (5, "path must be the path of an HTML file, not int"),
        ("https://example.com/sheet.html", "is an address"),
    ],
)
def test_what_is_no_path_of_a_page_is_refused(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: Any, message: str
) -> None:
    pictured(journal, "t-0")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        Recent.read(journal, 5).export(path)
    assert [name for name in names(tmp_path) if "sheet" in name] == []


def test_a_folder_is_no_file(journal: Journal, tmp_path: Path) -> None:
    pictured(journal, "t-0")
    (tmp_path / "sheet.html").mkdir()
    with pytest.raises(ConfigurationError, match="is there already, and is no contact sheet"):
        Recent.read(journal, 5).export(tmp_path / "sheet.html")


@pytest.mark.parametrize("title", ["", "  ", None, 5])
def test_a_title_is_a_text(journal: Journal, tmp_path: Path, title: Any) -> None:
    pictured(journal, "t-0")
    with pytest.raises(ConfigurationError, match="title must be a text"):
        exported(journal, tmp_path, title=title)


def test_there_is_no_sheet_of_nothing(journal: Journal, tmp_path: Path) -> None:
    with pytest.raises(RunwayWidgetError, match="nothing to export: Nothing submitted yet"):
        exported(journal, tmp_path)
    assert not (tmp_path / "sheet.html").exists()
    assert not path_of(journal).exists()
