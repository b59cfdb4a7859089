"""The outputs of a task: their kinds, and all of them into files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, NoAnswer, Output, ServiceError
from runway_widget._errors import ConfigurationError, RunwayWidgetError
from runway_widget._media import outputs as outputs_module
from runway_widget._media.outputs import download, with_kinds
from runway_widget._service.limits import Limits
from runway_widget._service.service import Service
from runway_widget.simulator import Simulator
from runway_widget.simulator._media import load

from .origin import Asked, Reply, medium, origin, service, status

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(5000)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(5000)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


class Finished:
    """A finished task of the simulator's, and what a download of it needs."""

    def __init__(self, sim: Simulator, **scenario: Any) -> None:
        self.id = sim.add_task(**{"queued": 0, "duration": 0, "variant": "dusk", **scenario})
        self.client: Client = sim.client()
        self.service = self.client._service
        self.renewals = 0
        self.outputs = self.client.retrieve(self.id).outputs

    def renew(self) -> tuple[Output, ...]:
        self.renewals += 1
        return self.client.retrieve(self.id).outputs

    def download(self, folder: Path, **options: Any) -> list[Path]:
        options = {"renew": self.renew, "pause": lambda _: None, **options}
        return download(self.service, self.id, self.outputs, folder, **options)


def media_requests(sim: Simulator) -> list[Any]:
    return [received for received in sim.requests if received.route == "media"]


# Kinds


def kind_of(asked: Service, url: str) -> str:
    (output,) = with_kinds(asked, [Output(url)])
    return output.kind


@pytest.mark.parametrize("kind", ["video", "image", "audio"])
def test_the_first_bytes_show_the_kind_where_the_url_does_not(sim: Simulator, kind: str) -> None:
    task = Finished(sim, action="VIDEO_UPSCALE", opaque=True, outputs=[kind])
    assert "." not in task.outputs[0].url.rpartition("/")[2].partition("?")[0]
    assert kind_of(task.service, task.outputs[0].url) == kind
    assert media_requests(sim)[0].headers["range"] == "bytes=0-511"


@pytest.mark.parametrize(
    ("data", "content_type", "kind"),
    [
        (PNG, "video/mp4", "image"),  # the bytes know better
        (b"nothing known", "audio/mpeg; rate=1", "audio"),
        (MP4, "audio/mp4", "audio"),  # a container tells less than its server
        (b"nothing known", "application/octet-stream", "unknown"),
        (b"", "", "unknown"),
    ],
)
def test_the_bytes_come_before_the_content_type(data: bytes, content_type: str, kind: str) -> None:
    with origin(medium(data, Content_Type=content_type)) as server:
        assert kind_of(service(server.url), server.url + "/x") == kind


def test_only_the_first_bytes_are_read_for_the_kind() -> None:
    def endless(_: Asked) -> Reply:
        return Reply(200, {"Content-Type": "x/y"}, iter(lambda: b"\x89PNG\r\n\x1a\n" * 8000, b""))

    with origin(endless) as server:
        assert kind_of(service(server.url), server.url + "/x") == "image"


@pytest.mark.parametrize("number", [403, 404, 500])
def test_the_kind_is_unknown_where_the_request_fails(number: int) -> None:
    with origin(status(number, Content_Type="video/mp4")) as server:
        assert kind_of(service(server.url), server.url + "/x") == "unknown"
    assert kind_of(service(server.url), server.url + "/x") == "unknown"  # nobody there
    assert kind_of(service("https://api.example"), server.url + "/x") == "unknown"  # may not be asked


def test_no_more_is_read_for_the_kind_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs_module, "LOOK", Limits(2**20, 0.0))
    with origin(medium(PNG, Content_Type="x/y")) as server:
        assert kind_of(service(server.url), server.url + "/x") == "unknown"


def test_a_slow_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs_module, "LOOK", Limits(2**20, 0.1))
    with Simulator() as sim:
        task = Finished(sim, opaque=True, action="VIDEO_UPSCALE")
        sim.trouble("drip", route="media", seconds=0.03)
        assert kind_of(task.service, task.outputs[0].url) in {"unknown", "video"}


def test_only_unknown_kinds_are_requested() -> None:
    with origin(medium(PNG)) as server:
        outputs = with_kinds(
            service(server.url), [Output("https://x.example/a.mp4", "video"), Output(server.url + "/b")]
        )
    assert [output.kind for output in outputs] == ["video", "image"]
    assert len(server.asked) == 1


# Files


def test_every_output_becomes_a_file_named_after_its_task(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim, outputs=["video", "audio"], opaque=True)
    paths = task.download(tmp_path / "renders")
    assert paths == [tmp_path / "renders" / f"{task.id}-1.mp4", tmp_path / "renders" / f"{task.id}-2.m4a"]
    assert [path.read_bytes() for path in paths] == [load("video", "dusk", False), load("audio", "dusk", False)]


def test_progress_counts_the_bytes_of_all_outputs(sim: Simulator, tmp_path: Path) -> None:
    calls: list[tuple[int, int | None]] = []
    task = Finished(sim, outputs=["video", "audio"])
    paths = task.download(tmp_path, progress=lambda *call: calls.append(call))
    sizes = [path.stat().st_size for path in paths]
    assert calls == sorted(calls, key=lambda pair: pair[0])
    assert {total for received, total in calls if received <= sizes[0]} == {None}
    assert calls[-1] == (sum(sizes), sum(sizes))


@pytest.mark.parametrize("trouble", ["truncated", "reset"])
def test_a_broken_download_is_resumed(sim: Simulator, tmp_path: Path, trouble: str) -> None:
    task = Finished(sim)
    video = load("video", "dusk", False)
    sim.trouble(trouble, route="media", sent=len(video) // 2)
    assert task.download(tmp_path)[0].read_bytes() == video
    first, second = media_requests(sim)
    assert "range" not in first.headers
    taken_up_at = int(second.headers["range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < taken_up_at <= len(video) // 2


def test_one_renewal_serves_all_later_outputs(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim, outputs=["video", "audio", "video"])
    sim.expire_links()
    assert len(task.download(tmp_path)) == 3
    assert task.renewals == 1


def test_every_output_may_be_renewed_once(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim, outputs=["video", "audio"])
    sim.expire_links()

    def expire_again(received: int, total: int | None) -> None:
        if received == len(load("video", "dusk", False)):
            sim.expire_links()

    assert len(task.download(tmp_path, progress=expire_again)) == 2
    assert task.renewals == 2


def test_an_error_names_the_number_of_its_output(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim, outputs=["audio", "video"])
    old = task.outputs

    def expire(received: int, total: int | None) -> None:
        sim.expire_links()

    with pytest.raises(ServiceError, match=r"^output 2 of 2: the link has expired, and so has its renewal") as caught:
        task.download(tmp_path, renew=lambda: old, progress=expire)
    assert caught.value.http_status == 403
    assert [path.name for path in tmp_path.iterdir()] == [f"{task.id}-1.m4a"]


def test_an_error_names_no_number_where_there_is_one_output(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim)
    sim.trouble("forbidden", times=None, route="media")
    with pytest.raises(ServiceError, match=r"^the link has expired"):
        task.download(tmp_path)


def test_a_renewal_that_fails_is_an_error_that_says_why(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim)
    sim.expire_links()

    def renew() -> tuple[Output, ...]:
        raise NoAnswer("silent for 30 s")

    with pytest.raises(ServiceError, match="expired, and the task could not be fetched again: silent for 30 s"):
        task.download(tmp_path, renew=renew)
    with pytest.raises(ServiceError, match="does not show this output any more"):
        task.download(tmp_path, renew=lambda: ())


def test_downloading_again_makes_no_second_file(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim)
    assert task.download(tmp_path) == task.download(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_requested_when_the_folder_cannot_be_made(sim: Simulator, tmp_path: Path) -> None:
    task = Finished(sim)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="is a file"):
        task.download(tmp_path / "file")
    assert media_requests(sim) == []


def test_a_task_without_outputs_cannot_be_downloaded(sim: Simulator, tmp_path: Path) -> None:
    with pytest.raises(RunwayWidgetError, match="no outputs"):
        download(sim.client()._service, "a-task", (), tmp_path, renew=lambda: ())


@pytest.mark.parametrize("task_id", ["../up", "a/b", "a\\b", ".."])
def test_a_task_id_cannot_name_a_path_outside_the_folder(sim: Simulator, tmp_path: Path, task_id: str) -> None:
    with pytest.raises(ConfigurationError):
        download(sim.client()._service, task_id, [Output(sim.media_url())], tmp_path / "in", renew=lambda: ())
    assert list(tmp_path.iterdir()) == []
