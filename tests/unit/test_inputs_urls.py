"""URLs and finished tasks as media: what the service would not fetch is refused before it is sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._create.input_urls import MAX_URL
from runway_widget._create.inputs import is_medium, resolve
from runway_widget._errors import ConfigurationError
from runway_widget.simulator import Simulator

from .test_inputs import field

LOOPBACK = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/still.png",
        "https://example.com:8443/a?b=c#d",
        "https://1.example.com/",
        "https://example.com./a",
        "HTTPS://EXAMPLE.com/a",
        "https://bücher.example/a",
        "https://example.com/" + "a" * (MAX_URL - 20),
    ],
)
def test_a_url_that_the_service_can_fetch_travels_as_it_is(url: str) -> None:
    assert resolve(url, field()).uri == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://example.com/a.png", "is not https"),
        ("ftp://example.com/a.png", "is not https"),
        ("s3://bucket/a.png", "is not https"),
        ("blob:https://example.com/0b7e", "is not https"),
        ("https://192.0.2.7/a.png", "is an IP address"),
        ("https://[2001:db8::7]/a.png", "is an IP address"),
        ("https://3221225479/a.png", "is an IP address"),
        ("https://0xC0000207/a.png", "is an IP address"),
        ("https://192.0.519./a.png", "is an IP address"),
        ("https://0.0.0.0/a.png", "is an IP address"),
        ("https://127.0.0.1/a.png", "is this machine"),
        ("https://[::1]/a.png", "is this machine"),
        ("https://localhost:8888/files/a.png", "is this machine"),
        ("https://me:secret@example.com/a.png", "user name or password"),
        ("https://me@example.com/a.png", "user name or password"),
        ("https://example.com/a b.png", "blanks"),
        ("https://example.com/a\n.png", "blanks"),
        ("https://example.com\\@evil.example/", "names no host"),
        ("https://example.com:port/", "no URL that can be read"),
        ("https://[/a.png", "no URL that can be read"),
        ("https:///a.png", "names no host"),
        ("https://example.com/" + "a" * (MAX_URL - 19), "2049 characters long"),
    ],
)
def test_a_url_that_the_service_would_refuse_is_refused_here(url: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^prompt_image: ") as caught:
        resolve(url, field())
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/a.png", "https://localhost/a.png", "http://[::1]:1/a.png"])
def test_loopback_is_fine_for_a_service_on_loopback(url: str) -> None:
    assert resolve(url, field(base_url=LOOPBACK)).uri == url


@pytest.mark.parametrize("url", ["http://example.com/a.png", "https://192.0.2.7/a.png", "ftp://127.0.0.1/a.png"])
def test_a_service_on_loopback_changes_no_other_rule(url: str) -> None:
    with pytest.raises(ConfigurationError):
        resolve(url, field(base_url=LOOPBACK))


# Tasks


def task(*outputs: tuple[str, str], status: str = "SUCCESS") -> Any:
    listed = [{"url": f"https://example.com/{name}?_jwt=x", "kind": kind} for name, kind in outputs]
    return SimpleNamespace(task_id="3d957031", status=status, outputs=listed)


def test_a_finished_task_stands_for_its_first_fitting_output() -> None:
    made = task(("a", "unknown"), ("b.mp4", "video"), ("c.png", "image"), ("d.png", "image"))
    assert resolve(made, field("image")).uri == "https://example.com/c.png?_jwt=x"
    assert resolve(made, field("image", "video")).kind == "video"
    assert resolve(task(("a", "unknown")), field("image")).uri == "https://example.com/a?_jwt=x"


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (task(status="IN_PROGRESS"), "task 3d957031 is IN_PROGRESS, so it has no output yet; wait()"),
        (task(status="FAILURE"), "task 3d957031 is FAILURE, so it has no output"),
        (task(), "task 3d957031 is SUCCESS, and has no output"),
        (task(("a.mp4", "video")), "takes image, but the output of task 3d957031 is a video"),
    ],
)
def test_a_task_without_a_fitting_output_is_refused(made: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^prompt_image: ") as caught:
        resolve(made, field())
    assert message in str(caught.value)


def test_a_real_task_is_a_medium() -> None:
    with Simulator(speed=200) as sim:
        made = sim.client().task(sim.add_task(action="TEXT_TO_IMAGE", outputs=["image"]), poll_interval=0.05)
        made.wait(20)
        assert is_medium(made)
        assert resolve(made, field(base_url=sim.url)).uri == made.outputs[0]["url"]
        made.close()
