"""The keeper by itself, without a task and without a service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget import ConfigurationError, ServiceError
from runway_widget._errors import RunwayWidgetError
from runway_widget._media import card_pictures
from runway_widget._media import keeper as _keeper
from runway_widget._media.keeper import OutputKeeper
from runway_widget._media.kept_outputs import KeptOutput, KeptOutputs
from runway_widget._media.progress_note import ProgressNote
from runway_widget._media.thumbnails import budget_for
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState

from ..fakes import Service, state, until
from .helpers import MEDIA_THREAD

VIDEO = Output("https://media.test/take.mp4", "video")
PICTURE = Output("https://media.test/take.png", "image")


class Bench:
    """A keeper whose downloads are made by the test, and what it called."""

    def __init__(self, folder: Any = None, *answers: Any, embed: int = 0) -> None:
        self.service: Any = Service(*(answers or [state(Status.SUCCESS)]))
        self.changes = 0
        self.saved: list[Path] = []
        self.keeper = OutputKeeper(lambda: self.service, "t", folder, embed, self._change, self.saved.extend)

    def _change(self) -> None:
        self.changes += 1


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the keeper has downloaded: the folders, in order. The files are not there."""
    folders: list[Any] = []

    def download(_service: Any, task_id: str, outputs: Any, folder: Any, **_: Any) -> list[Path]:
        folders.append(Path(folder))
        return [Path(folder) / f"{task_id}-{number}.mp4" for number, _ in enumerate(outputs, 1)]

    monkeypatch.setattr(_keeper, "download", download)
    return folders


@pytest.fixture(autouse=True)
def idle() -> Iterator[None]:
    yield
    until(lambda: not [thread for thread in threading.enumerate() if thread.name == MEDIA_THREAD])


def test_without_a_folder_nothing_is_saved_and_the_button_would_save_to_renders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Bench()
    assert bench.keeper.now == KeptOutputs((), "", "", "renders/")
    bench.keeper.keep([VIDEO], pictures=False)
    assert (bench.keeper.busy, bench.keeper.saving) == (False, "")


def test_saving_when_done_can_be_switched_on_and_off(downloads: list[Any], tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    seen = [bench.keeper.saving]
    bench.keeper.save_or_toggle()
    assert [*seen, bench.keeper.saving] == ["armed", ""]
    bench.keeper.keep([VIDEO], pictures=False)
    until(lambda: not bench.keeper.busy)
    assert downloads == []
    bench.keeper.save()
    until(lambda: bench.keeper.saving == "saved")
    assert downloads == [tmp_path]


def test_each_change_is_told(downloads: list[Any], tmp_path: Path) -> None:
    bench = Bench()
    bench.keeper.save_or_toggle()
    assert bench.changes == 1
    bench.keeper.set_note("not now")
    assert (bench.changes, bench.keeper.now.note) == (2, "not now")


def test_what_was_to_say_before_the_end_is_said_no_more_after_it() -> None:
    bench = Bench()
    bench.keeper.set_note("could not cancel")
    bench.keeper.keep([VIDEO], pictures=False)
    assert bench.keeper.now.note == ""


def test_a_relative_folder_is_the_one_that_was_meant_when_it_was_given(
    downloads: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    benches = [Bench("films"), Bench()]
    monkeypatch.chdir(tmp_path / "elsewhere")
    for bench in benches:
        bench.keeper.keep([VIDEO], pictures=False)
        bench.keeper.save()
        until(lambda bench=bench: bench.keeper.saving == "saved")  # type: ignore[misc]
    assert downloads == [tmp_path / "films", tmp_path / "renders"]
    assert benches[0].keeper.now.folder == f"{tmp_path}/films/"


def test_a_folder_below_the_working_directory_is_shown_as_people_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Bench("films/monday/").keeper.now.folder == "films/monday/"
    assert Bench("~/films").keeper.now.folder == f"{Path.home()}/films/"


def test_without_a_working_directory_only_a_folder_that_was_given_is_an_error(no_directory: None) -> None:
    bench = Bench(None)
    assert bench.keeper.now.folder == "renders/"
    with pytest.raises(ConfigurationError, match="'films' is relative, and the working directory is gone"):
        Bench("films")
    bench.keeper.keep([VIDEO], pictures=False)
    with pytest.raises(ConfigurationError, match="the working directory is gone"):
        bench.keeper.download("renders")


def test_a_download_is_noted_with_its_first_file_and_the_number_of_the_others(
    downloads: list[Any], tmp_path: Path
) -> None:
    bench = Bench()
    bench.keeper.keep([VIDEO, VIDEO, VIDEO], pictures=False)
    paths = bench.keeper.download(tmp_path)
    assert bench.keeper.now.note == f"saved to {tmp_path}/t-1.mp4 and 2 more"
    assert bench.saved == paths
    assert [item.file for item in bench.keeper.now.items] == paths
    assert bench.keeper.saving == "saved"


def test_saving_twice_at_a_time_is_saving_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    go, begun = threading.Event(), list[Any]()

    def download(*arguments: Any, **_: Any) -> list[Path]:
        begun.append(arguments)
        go.wait(10)
        return [tmp_path / "t-1.mp4"]

    monkeypatch.setattr(_keeper, "download", download)
    bench = Bench(tmp_path)
    bench.keeper.keep([VIDEO], pictures=False)
    bench.keeper.save()
    bench.keeper.save()
    until(lambda: begun)
    assert bench.keeper.saving == "saving"
    go.set()
    until(lambda: bench.keeper.saving == "saved")
    assert len(begun) == 1
    assert not bench.keeper.busy


def test_a_busy_keeper_stays_busy_between_saving_and_pictures(
    downloads: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the card would be frozen without its thumbnail."""
    go, seen = threading.Event(), list[bool]()
    monkeypatch.setattr(card_pictures, "thumbnail", lambda *_: str(go.wait(10)))
    bench = Bench(tmp_path)
    bench.keeper._changed = lambda: seen.append(bench.keeper.busy)
    bench.keeper.keep([VIDEO], pictures=True)
    until(lambda: bench.keeper.saving == "saved")
    assert bench.keeper.busy
    go.set()
    until(lambda: not bench.keeper.busy)
    assert seen.index(False) == len(seen) - 1
    assert bench.keeper.now.items == (KeptOutput(VIDEO, "True", "", tmp_path / "t-1.mp4"),)


@pytest.mark.parametrize(("done", "total", "note"), [(1, 4, "saving 25 %"), (2_500_000, None, "saving, 2.5 MB so far")])
def test_the_progress_of_a_download_is_noted_now_and_then(done: int, total: int | None, note: str) -> None:
    bench = Bench()
    say = ProgressNote(bench.keeper.set_note)
    say(done, total)
    say(done + 1, total)
    assert (bench.keeper.now.note, bench.changes) == (note, 1)


def test_a_download_that_is_interrupted_says_so_and_raises_what_interrupted_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(_keeper, "download", interrupted)
    bench = Bench()
    with pytest.raises(KeyboardInterrupt):
        bench.keeper.download("films")
    assert bench.keeper.now.note == "could not save: it was interrupted"


# Links


def test_fresh_links_keep_what_is_known_of_the_outputs(tmp_path: Path, downloads: list[Any]) -> None:
    fresh = Output("https://media.test/take.mp4?new", "unknown")
    bench = Bench(None, state(Status.SUCCESS, outputs=(fresh,)))
    bench.keeper.keep([VIDEO], pictures=False)
    bench.keeper.download(tmp_path)
    assert bench.keeper.renew_links() == (fresh,)
    assert bench.keeper.now.items == (KeptOutput(Output(fresh.url, "video"), file=tmp_path / "t-1.mp4"),)


def test_another_number_of_outputs_leaves_the_known_ones_as_they_are() -> None:
    bench = Bench(None, state(Status.SUCCESS, outputs=(PICTURE, PICTURE)))
    bench.keeper.keep([VIDEO], pictures=False)
    assert len(bench.keeper.renew_links()) == 2
    assert bench.keeper.outputs == (VIDEO,)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ServiceError("bad gateway", http_status=502), "bad gateway"),
        (state(Status.SUCCESS, outputs=()), "does not show the outputs"),
        (TaskState(status=Status.IN_PROGRESS, outputs=(VIDEO,)), "does not show the outputs"),
    ],
)
def test_links_that_cannot_be_had_are_an_error_and_the_old_ones_stay(answer: Any, reason: str) -> None:
    bench = Bench(None, answer)
    bench.keeper.keep([VIDEO], pictures=False)
    with pytest.raises(ServiceError, match=reason):
        bench.keeper.renew_links()
    assert bench.keeper.outputs == (VIDEO,)


def test_every_request_goes_to_the_service_of_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[str, Any]] = []

    def note(what: str, result: Any) -> Callable[..., Any]:
        return lambda service, *_, **__: (asked.append((what, service)), result)[1]  # type: ignore[func-returns-value]

    monkeypatch.setattr(_keeper, "download", note("download", [tmp_path / "t-1.mp4"]))
    monkeypatch.setattr(card_pictures, "thumbnail_from_url", note("thumbnail", ""))
    monkeypatch.setattr(_keeper, "with_kinds", note("kinds", (VIDEO,)))
    bench = Bench()
    for _ in range(2):
        bench.service = Service(state(Status.SUCCESS))
        asked.clear()
        bench.keeper.keep([VIDEO], pictures=True)
        until(lambda: not bench.keeper.busy)
        bench.keeper.download(tmp_path)
        bench.keeper.renew_links()
        assert asked == [("kinds", bench.service), ("thumbnail", bench.service), ("download", bench.service)]
        assert len(bench.service.asked) == 1


# Pictures


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def test_a_medium_that_cannot_be_embedded_keeps_its_thumbnail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(card_pictures, "thumbnail", lambda *_: "data:image/webp;base64,x")
    monkeypatch.setattr("runway_widget._media.thumbnails.embed", failing(RunwayWidgetError("too large")))
    monkeypatch.setattr(card_pictures, "download_one", lambda *_, **__: tmp_path / "a.mp4")
    bench = Bench(embed=9)
    bench.keeper.keep([VIDEO], pictures=True)
    until(lambda: not bench.keeper.busy)
    assert bench.keeper.now.items == (KeptOutput(VIDEO, "data:image/webp;base64,x"),)
    assert bench.keeper.now.note == "not embedded: too large"
    assert not bench.keeper.now.embedded


def test_all_outputs_are_embedded_only_when_each_of_them_is() -> None:
    whole, none = KeptOutput(VIDEO, embedded="data:video/mp4;base64,x"), KeptOutput(VIDEO)
    assert [KeptOutputs(items).embedded for items in ((), (whole,), (whole, none))] == [False, True, False]


@pytest.mark.parametrize("kinds", [("video",) * 4, ("image",) * 4, ("video", "image"), ("video",) * 10])
def test_the_thumbnails_of_a_card_share_its_budget(monkeypatch: pytest.MonkeyPatch, kinds: tuple[Any, ...]) -> None:
    spent: list[int] = []

    def thumbnail_from_url(_service: Any, _url: str, _kind: str, budget: int) -> str:
        spent.append(budget)
        return ""

    monkeypatch.setattr(card_pictures, "thumbnail_from_url", thumbnail_from_url)
    bench = Bench()
    bench.keeper.keep([Output(VIDEO.url, kind) for kind in kinds], pictures=True)
    until(lambda: not bench.keeper.busy)
    assert spent == [budget_for(len(kinds))] * len(kinds)


def test_outputs_of_which_one_lacks_its_file_are_not_saved(tmp_path: Path) -> None:
    bench = Bench()
    bench.keeper._items = (KeptOutput(VIDEO, file=tmp_path / "t-1.mp4"), KeptOutput(VIDEO))
    assert bench.keeper.saving == ""
