"""Creating a hundred takes at a service that needs 0.2 s for each: how soon the cell returns, and when all are there.

This project sends the first alone, so that a refused key costs one request, and then four at a time, because a service
takes few at once. The official SDK is asked one after the other, as in a loop, and all at once by `asyncio.gather`;
what it creates is not watched. Seconds are those of the clock, as nearly all of them are the service's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import closing

from runwayml import AsyncRunwayML, RunwayML

from runway_widget import Client, TaskGrid

from .processes import KEY, Server
from .rows import OURS, Row, Size, row

TITLE = "Creating 100 takes"
ANSWER = 0.2  # seconds
PATIENCE = 120.0
PICTURE = "https://a.example/still.jpg"

Times = tuple[float, float, float]  # seconds until the cell returns, until all are created; the processor's


def ours(url: str, takes: int) -> Times:
    """This project, with a grid that is watched from then on."""
    with closing(Client.runway(KEY, url, journal=False)) as client:
        begun, spent = time.monotonic(), time.process_time()
        grid = client.image_to_video(
            model="gen4_turbo", prompt_image=PICTURE, prompt_text="a kite", ratio="1280:720", takes=takes,
            poll_interval=600.0,
        )  # fmt: skip
        returned = time.monotonic() - begun
        assert isinstance(grid, TaskGrid)
        while not all(take.task_id for take in grid):
            if time.monotonic() > begun + PATIENCE:
                raise RuntimeError(f"not all of {takes} takes were created in {PATIENCE:g} s")
            time.sleep(0.01)
        times = returned, time.monotonic() - begun, time.process_time() - spent
        grid.close()
    return times


def loop(url: str, takes: int) -> Times:
    """The official SDK, one create after the other; as one takes as long as another, a tenth is measured."""
    client, part = RunwayML(api_key=KEY, base_url=url), max(takes // 10, 1)
    begun, spent = time.monotonic(), time.process_time()
    for number in range(part):
        client.image_to_video.create(
            model="gen4_turbo", prompt_image=PICTURE, prompt_text="a kite", ratio="1280:720", seed=number
        )
    seconds, cpu = time.monotonic() - begun, time.process_time() - spent
    client.close()
    return seconds * takes / part, seconds * takes / part, cpu * takes / part


def gather(url: str, takes: int) -> Times:
    """The official SDK, all at once."""

    async def create_all() -> None:
        async with AsyncRunwayML(api_key=KEY, base_url=url) as client:
            await asyncio.gather(
                *(
                    client.image_to_video.create(
                        model="gen4_turbo", prompt_image=PICTURE, prompt_text="a kite", ratio="1280:720", seed=number
                    )
                    for number in range(takes)
                )
            )

    begun, spent = time.monotonic(), time.process_time()
    asyncio.run(create_all())
    seconds = time.monotonic() - begun
    return seconds, seconds, time.process_time() - spent


SUBJECTS: dict[str, Callable[[str, int], Times]] = {
    OURS: ours,
    "runwayml in a loop": loop,
    "AsyncRunwayML, all at once": gather,
}


def measure(size: Size) -> list[Row]:
    """All subjects in turns, after a first turn that is not counted."""
    takes, times = size.of(100, 4), {who: list[Times]() for who in SUBJECTS}
    with Server() as server:
        server.trouble("slow", route="create", seconds=ANSWER, times=None)
        for create in SUBJECTS.values():
            create(server.url, 2)
        for _ in range(size.of(3, 1)):
            for who, create in SUBJECTS.items():
                times[who].append(create(server.url, takes))
    case = f"{takes} takes"
    figures = (
        ("until the cell returns", "s", 1),
        ("until all are created", "s", 1),
        ("CPU per create", "ms", 1000 / takes),
    )
    return [
        row(case, figure, unit, who, [each[number] * factor for each in times[who]])
        for number, (figure, unit, factor) in enumerate(figures)
        for who in SUBJECTS
    ]
