"""Where the journal is: as an argument or the environment says, else in the usual place, if there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError
from runway_widget._cli import recent
from runway_widget._journal import place
from runway_widget._journal.journal import Journal
from runway_widget.simulator import Simulator

from .creating import film
from .journals import accepted, call_everything, path_of, warnings

KEY = "sk-a-key-of-nobody"
OFF = ["off", "OFF", " Off ", "'off'", "0", "false", "No", "none"]
ON = ["on", "1", "TRUE", " yes "]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNWAY_WIDGET_JOURNAL", raising=False)
    monkeypatch.setattr(place, "_logged", set())


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path / "data" / "journal.sqlite3"


# Off and on


@pytest.mark.parametrize("word", OFF)
def test_the_usual_words_turn_it_off_in_the_environment_and_as_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    call_everything(Journal(word))
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", word)
    call_everything(Journal())
    assert Journal(word).path is None
    assert Journal().path is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ON)
def test_the_usual_words_for_on_mean_the_usual_place(usual: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    assert Journal(word).path == usual
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", word)
    assert Journal().path == usual


def test_an_argument_goes_before_the_environment(usual: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "/else/where")
    assert Journal(False).path is None
    assert Journal(True).path == Journal(None).path == Path("/else/where")
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "off")
    assert Journal(True).path == usual
    assert Journal(None).path is None


def test_a_client_without_a_journal_creates_and_leaves_no_file(sim: Simulator, tmp_path: Path) -> None:
    client: Client = sim.client(journal=False)
    film(sim, client)
    assert len(client.recent()) == 0
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigurationError, match="reuse=True needs the journal"):
        film(sim, client, reuse=True)


@pytest.mark.parametrize("wrong", [0, 1, 5, ["off"], 2.5])
def test_what_is_neither_a_path_nor_a_switch_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="journal must be a file's path, or False or 'off' for none, not "):
        Client(KEY, journal=wrong)


# Paths


@pytest.mark.parametrize("given", ["my journal", "'my journal'\n", Path("my journal"), "file:my%20journal"], ids=repr)
def test_a_relative_path_belongs_to_the_moment_when_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: Any
) -> None:
    journals = [Journal(given)]
    if isinstance(given, str):
        monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", given)
        journals.append(Journal())
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    for journal in journals:
        accepted(journal, "t-1")
        assert path_of(journal) == tmp_path / "my journal"
    assert (tmp_path / "my journal").is_file()


def test_a_relative_path_that_was_in_the_environment_at_the_start_means_one_file_from_any_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "sub").mkdir()
    code = (
        "import os, runway_widget; os.chdir('sub')\n"
        "from runway_widget._journal.journal import Journal\n"
        "print(Journal().path); os.environ['RUNWAY_WIDGET_JOURNAL'] = 'later'; print(Journal().path)"
    )
    environment = {**os.environ, "RUNWAY_WIDGET_JOURNAL": "journal"}
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.stdout.splitlines() == [str(tmp_path / "journal"), str(tmp_path / "sub" / "later")], ran.stderr


@pytest.mark.parametrize("path", ["s3://bucket/journal", "~nobody-of-this-name/journal", "a\0b"])
def test_a_path_that_cannot_be_one_is_refused_where_it_was_given(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^journal: "):
        Client(KEY, journal=path)
    if "\0" not in path:
        monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", path)
        with pytest.raises(ConfigurationError, match=r"^RUNWAY_WIDGET_JOURNAL: "):
            Client(KEY)


def test_the_command_says_which_variable_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from runway_widget.__main__ import main

    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "s3://bucket/journal")
    assert main(["recent"]) == 1
    assert capsys.readouterr().err.startswith("RUNWAY_WIDGET_JOURNAL: 's3://bucket/journal' is an address")
    assert recent.ALL == "all"


# The usual place


def test_without_a_home_a_client_can_be_made_and_one_line_is_logged(
    no_home: None, sim: Simulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        client: Client = sim.client(journal=None)
        assert client._journal.path is None
    film(sim, client)
    (line,) = warnings(caplog)
    assert line.startswith("No journal is kept: ")
    assert "RUNWAY_WIDGET_JOURNAL can name a file" in line
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigurationError, match="reuse=True needs the journal"):
        film(sim, client, reuse=True)


def test_without_a_home_a_path_below_it_that_was_given_is_an_error(
    no_home: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="journal: '~/journal': the home folder of this user is not known"):
        Client(KEY, journal="~/journal")
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "~/journal")
    with pytest.raises(ConfigurationError, match="RUNWAY_WIDGET_JOURNAL: '~/journal': the home folder"):
        Client(KEY)
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "/tmp/journal")
    assert Journal().path == Path("/tmp/journal")


@pytest.mark.parametrize(
    "answer",
    [
        RuntimeError("no home"),
        OSError("no registry"),
        KeyError("uid"),
        Path("relative"),
        Path("~nobody-of-this-name/data"),
    ],
)
def test_whatever_goes_wrong_with_the_usual_place_costs_the_journal_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, answer: Exception | Path
) -> None:
    def place(*_: Any, **__: Any) -> Path:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("platformdirs.user_data_path", place)
    call_everything(Journal())
    assert Journal().path is None
    assert len(warnings(caplog)) == 1


@pytest.mark.posix
@pytest.mark.parametrize(
    ("name", "value"), [("XDG_DATA_HOME", "relative"), ("XDG_DATA_HOME", ""), ("HOME", ""), ("HOME", "relative")]
)
def test_a_variable_that_names_no_folder_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    """Where the home is then is for platformdirs to say; it says it of no path below the working directory."""
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv(name, value)
    path = Journal().path
    assert path is None or (path.is_absolute() and not path.is_relative_to(tmp_path))
    assert len(warnings(caplog)) == (path is None)


@pytest.mark.posix
def test_a_data_folder_that_cannot_be_made_is_one_line_in_the_log(
    sim: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    film(sim, sim.client(journal=None))
    assert len(warnings(caplog)) == 1


@pytest.mark.posix
def test_a_process_of_a_user_that_nobody_entered_can_make_a_client(tmp_path: Path) -> None:
    """For real, where this may be tried: only root can become another user."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    code = (
        "import os, runway_widget; runway_widget.Client('k')\n"  # with everything imported that needs to be readable
        "os.setuid(54321)\n"
        "print(runway_widget.Client('sk-a-key-of-nobody'))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "HOME" and not name.startswith("XDG_")}
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.stdout == "<Client of CometAPI at https://api.cometapi.com>\n", ran.stderr
    assert ran.stderr.count("\n") == 1
    assert "No journal is kept" in ran.stderr
