"""A service that sends requests elsewhere: nobody there gets the key, a prompt or a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runway_widget._errors import RunwayWidgetError
from runway_widget._media.outputs import download, with_kinds
from runway_widget._media.thumbnails import thumbnail_from_url
from runway_widget._service.key import Secret
from runway_widget._service.outputs import Output
from runway_widget._service.provider import RUNWAY
from runway_widget._service.service import Service
from runway_widget._service.state import TaskState
from runway_widget._service.upload import Parcel, upload

from ..answers import ID
from ..origin import KEY, VIDEO, Asked, Origin, Reply, Rule, medium, origin, status

PROMPT = "a prompt that is nobody's business"
FILE = b"\x00\x00\x00\x18ftypmp42" + b"a picture that is nobody's business" * 50
MOVED = (301, 302, 303, 307, 308)


def asked_of(url: str) -> Service:
    return Service(RUNWAY, Secret(KEY), url, None)


def poll(service: Service) -> None:
    result = service.ask(ID).result
    if not isinstance(result, TaskState):
        raise result


def create(service: Service) -> None:
    reply = service.create("image_to_video", {"promptText": PROMPT})
    if reply.status >= 300:
        raise reply.error()


def send(service: Service) -> None:
    parcel = Parcel("video.mp4", "video/mp4", len(FILE), lambda: [FILE])
    upload(service, parcel, sleep=lambda _: None)


DEEDS: dict[str, Callable[[Service], object]] = {
    "a poll": poll,
    "a create": create,
    "a cancel": lambda service: service.cancel(ID, TaskState(task_id=ID)),
    "a look at the balance": lambda service: service.balance(),
    "the question for a place to upload to": send,
}


@pytest.mark.parametrize("number", MOVED)
@pytest.mark.parametrize("deed", DEEDS)
def test_a_request_with_the_key_follows_nobody(deed: str, number: int) -> None:
    with origin(medium(VIDEO)) as elsewhere, origin(status(number, Location=elsewhere.url + "/v1/tasks")) as server:
        with pytest.raises(RunwayWidgetError, match="redirects"):
            DEEDS[deed](asked_of(server.url))
        assert len(server.asked) == 1
        assert elsewhere.asked == []


@pytest.mark.parametrize("number", MOVED)
def test_a_file_on_its_way_to_the_store_follows_nobody(number: int) -> None:
    with origin(medium(VIDEO)) as elsewhere, origin(status(number, Location=elsewhere.url)) as store:
        place = f'{{"uploadUrl": "{store.url}/b", "fields": {{}}, "runwayUri": "runway://a"}}'.encode()
        with origin(lambda _: Reply(200, {}, place)) as server, pytest.raises(RunwayWidgetError, match="store refused"):
            send(asked_of(server.url))
        assert len(store.asked) == 1
        assert "authorization" not in store.asked[0].headers
        assert elsewhere.asked == []


def moved(to: Origin, number: int) -> Rule:
    return status(number, Location=to.url + "/b.mp4", Set_Cookie="who=me; Path=/")


@pytest.mark.parametrize("number", MOVED)
def test_a_link_may_lead_elsewhere_and_the_key_stays_behind(number: int, tmp_path: Path) -> None:
    with origin(medium(VIDEO)) as elsewhere, origin(moved(elsewhere, number)) as server:
        service, url = asked_of(server.url), server.url + "/v1/a.mp4"
        (path,) = download(service, ID, [Output(url, "video")], tmp_path, renew=lambda: [])
        assert path.read_bytes() == VIDEO
        with_kinds(service, [Output(server.url + "/v1/a")])
        thumbnail_from_url(service, url, "video")
        assert len(server.asked) == len(elsewhere.asked) == 3
    told = [asked.headers for asked in elsewhere.asked]
    assert {name for headers in told for name in headers} <= {
        *("host", "accept", "accept-encoding", "user-agent", "connection", "range")
    }
    assert KEY not in str(told)


def test_what_it_leads_to_gets_neither_the_query_nor_a_trace_of_where_it_came_from(tmp_path: Path) -> None:
    asked: list[Asked] = []

    def elsewhere_rule(each: Asked) -> Reply:
        asked.append(each)
        return Reply(200, {"Content-Length": str(len(VIDEO))}, VIDEO)

    with origin(elsewhere_rule) as elsewhere, origin(status(302, Location=elsewhere.url + "/b")) as server:
        url = server.url + "/a.mp4?_jwt=s3cr3t"
        download(asked_of(server.url), ID, [Output(url, "video")], tmp_path, renew=lambda: [])
    assert asked[0].target == "/b"
    assert "s3cr3t" not in str(asked[0].headers)
