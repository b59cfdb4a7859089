"""Text in HTML: what a host that reads on makes of it, be it MathJax, Markdown or a template."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import mistune
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runway_widget._widgets import markup
from runway_widget._widgets.markup import Markup, block, element, escape, lines, listing, verbatim

from .static_cards import Page

PACKAGE = Path(markup.__file__).parents[1]
SKIPPED = ("pre", "code", "script", "style", "textarea")  # by MathJax and KaTeX

BILL = "The $5 bill turns into a $10 bill"
FORMULAS = [
    BILL,
    "$x$",
    "$$x$$ and $$y$$",
    r"\(x\) and \[y\]",
    r"\begin{equation}x\end{equation}",
    r"\ref{a} \eqref{b}",
    r"costs \$5 or \$6",
    "`x` in AsciiMath",
    "$\n$",
    "a\n$b\nc$ d",
]
DELIMITERS = re.compile(r"\$[^$]*\$|\\\(|\\\[|\\begin|\\ref|\\eqref|\\\$|`[^`]*`", re.DOTALL)
MARKS = [
    *("**bold** and *leaning*", "_so_ and __so__", "`code`", "[x](https://a.example)", "![x](y)", "<b>x</b>"),
    *("# a heading", "- a list", "1. a list", "> a quote", "***", "---", "```\ncode\n```", "    code", "~~gone~~"),
    *("<https://a.example>", "https://a.example", "a | b\n--|--\n1 | 2", "[^1] and [x]: y", "x^2^ and H~2~O"),
    *("two\n\nparagraphs", "two\n \n \nparagraphs", "</div>\n\n# out", "<!--\n\n", "line  \nline", "&amp; &#42;x&#42;"),
]


class Strings(HTMLParser):
    """The text as MathJax sees it: one string for the text up to the next tag, with ``<br>`` as a line end in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.strings = [""]
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"br", "wbr"}:
            self.strings[-1] += "\n"
        else:
            self.open.append(tag)
            self.strings.append("")

    def handle_endtag(self, tag: str) -> None:
        self.open.remove(tag)
        self.strings.append("")

    def handle_data(self, data: str) -> None:
        if not set(SKIPPED) & set(self.open):
            self.strings[-1] += data


def shown(html: str) -> str:
    """The text that a reader sees."""
    return Page(html.replace("<br>", "\n")).raw_text


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_one_element_holds_a_formula(text: str) -> None:
    html = element("p", text, title=text)
    assert [string for string in Strings(html).strings if DELIMITERS.search(string)] == []
    assert shown(html) == text
    assert not DELIMITERS.search(html), "nor does the HTML, for those who look at it before it is parsed"


@pytest.mark.parametrize("text", MARKS + FORMULAS)
def test_html_in_a_markdown_file_stays_one_block_as_it_is(text: str) -> None:
    html = block("div", element("p", text, title=text), Markup(), block("div"), element("pre", listing(text)))
    tree = mistune.create_markdown(renderer="ast", plugins=["table", "strikethrough", "footnotes", "url", "math"])
    blocks: Any = tree(f"Before it.\n\n{html}\n\nAfter it.")
    assert [block["type"] for block in blocks if block["type"] != "blank_line"] == [
        "paragraph",
        "block_html",
        "paragraph",
    ]
    assert blocks[2]["raw"].strip() == html


# As pandoc reads the inside of an element: its Markdown is read like any other.
@pytest.mark.parametrize("text", [text for text in MARKS if not text.startswith("https")])
def test_marks_of_markdown_are_none_where_the_inside_is_read_too(text: str) -> None:
    render = mistune.create_markdown(escape=False, plugins=["strikethrough", "math", "superscript", "subscript"])
    read = str(render(f"says {escape(text)}"))
    assert {tag for tag, _ in Page(read.replace("<br>", "")).elements} <= {"p", "span"}
    assert shown(read).split() == f"says {text}".split()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example("\r\n\r\n")
@example("a\u2028\u2029b\x85\x85c\v\fd")
def test_there_is_no_line_end_in_the_html_of_any_text(text: str) -> None:
    html = element("p", text, element("pre", verbatim(text)), title=text, alt=text)
    assert len(html.splitlines()) == 1
    assert not re.search(r"^\s*$", listing(f"a\n{text}\nb"), re.MULTILINE)
    assert "$" not in html.replace("&#36;", "")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_every_other_character_is_shown_as_it_is(text: str) -> None:
    assert shown(element("p", text)).replace("\u2028", "\n") == re.sub("[\u2028\u2029]", "\n", text)
    assert Page(element("p", verbatim(text))).raw_text == re.sub("[\u2028\u2029]", "\n", text)
    assert Page(element("p", title=text)).all("p")[0]["title"] == re.sub("[\u2028\u2029]", "\n", text)


def test_lines_stay_lines_and_many_blank_ones_become_one() -> None:
    assert escape("one\ntwo\r\nthree") == "one<br>two<br>three"
    assert escape("one\n\n \n\n\ntwo") == "one<br><br>two"
    assert element("p", title="one\n\n\ntwo") == '<p title="one&#10;two"></p>'


def test_templates_find_no_braces() -> None:
    for html in (element("p", "{{ 7 * 7 }} {% x %} {{< y >}}", title="{{ 7 }}"), element("pre", verbatim("{{ 7 }}"))):
        assert "{" not in html


def test_words_with_underscores_stay_as_they_are() -> None:
    assert escape("gen4_turbo") == "gen4_turbo"


def test_finished_html_is_not_escaped_again_and_any_other_string_is() -> None:
    assert element("p", Markup("<b>"), "<b>") == "<p><b>&lt;b&gt;</p>"
    assert markup.join(["<b>", Markup("<i>")], " & ") == "&lt;b&gt; &amp; <i>"


def test_attributes_without_a_value_are_left_out_or_stand_alone() -> None:
    assert element("img", id="a", alt="", title=None, hidden=True, loop=False, width=3) == (
        '<img id="a" alt="" hidden width="3">'
    )


def test_parts_stand_on_lines_of_their_own_and_so_do_addresses_and_empty_parts_on_none() -> None:
    video = block("video", Markup(), element("img", src="b", width=3), poster=None, src="a", controls=True)
    assert video.splitlines() == ["<video", 'src="a"', "controls>", "<img", 'src="b"', 'width="3">', "</video>"]
    assert block("div", Markup(), Markup()) == "<div></div>"
    assert lines(["<a>", Markup(), Markup("<b>")], " ·") == "&lt;a&gt; ·\n<b>"
    assert listing('{\n\n "a": 1\n}') == '&#123;\n "a": 1\n&#125;'


def test_what_is_cut_fits_and_is_escaped_after_it_was_cut() -> None:
    html = markup.shorten("$" * 500, 400)
    assert len(html.encode()) <= 400 + len("…".encode())
    assert html.endswith("</span>…")
    assert len(verbatim(markup.cut("<" * 500, 400)).encode()) <= 403


def test_no_other_module_writes_html() -> None:
    """Neither a tag in a string, nor `html.escape`; ``<RunwayTask …>`` in a repr is none."""
    names = "a|audio|b|br|code|details|div|em|i|img|li|p|pre|small|span|strong|style|su[bmp]\\w*|t[abdhr]\\w*|ul|video"
    tag = re.compile(rf"</?({names})([ >]|$)")
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name == "markup.py" or "simulator" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        strings = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        ]
        assert [string for string in strings if tag.search(string)] == [], path
        assert not re.search(r"from html import|import html\b", path.read_text(encoding="utf-8")), path
