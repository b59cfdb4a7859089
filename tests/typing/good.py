"""How the package is meant to be used, with the type that each expression has. Read by type checkers, never run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Unpack, assert_type

import numpy
from PIL.Image import Image

from runway_widget import (
    Balance,
    Client,
    Entry,
    Options,
    OutputDict,
    Plan,
    PlannedMedium,
    Recent,
    RunwayTask,
    RunwayWidgetError,
    Status,
    TakesFailed,
    TaskError,
    TaskFailed,
    TaskGrid,
    TaskState,
    WaitTimeout,
    WatchOptions,
)

client = Client(api_key="sk-…", journal="off")
Client(api_key="sk-…", journal=False)
assert_type(client, Client)
assert_type(Client.runway(), Client)
assert_type(Client.at("Runway"), Client)
assert_type(Client.runway(budget=500), Client)
assert_type(client.balance(), Balance)
assert_type(client.balance().credits, float | None)
assert_type(client.spent, float)

# One prompt and no takes is one task

take = client.image_to_video(model="gen4_turbo", prompt_image="still.jpg")
assert_type(take, RunwayTask)
assert_type(
    client.image_to_video(
        model="gen4_turbo",
        prompt_image=Path("still.jpg"),
        prompt_text="The kite lifts",
        ratio="1280:720",
        duration=5,
        seed=421,
        reuse=True,
        save_to="renders",
        embed=2**20,
        poll_interval=3,
        route="feed",
        extra_body={"style": {"strength": 0.5}},
    ),
    RunwayTask,
)
assert_type(client.image_to_video(model="gen4_turbo", prompt_image=b"GIF89a", prompt_text=None, takes=None), RunwayTask)
assert_type(client.text_to_image(model="gen4_image", prompt_text="A kite", ratio="1:1"), RunwayTask)
assert_type(client.text_to_video(model="gen4.5", prompt_text="A kite", duration="auto"), RunwayTask)
assert_type(client.video_to_video(model="gen4_aleph", video_uri=take), RunwayTask)
assert_type(client.video_upscale(model="upscale_v1", video_uri=take), RunwayTask)
assert_type(client.character_performance(model="act_two", character="a.png", reference="b.mp4"), RunwayTask)
assert_type(client.create("sound_effect", promptText="rain", seconds=[1, 2.5], nested={"a": None}), RunwayTask)
assert_type(
    client.image_to_video(
        model="gen4_turbo",
        prompt_image=[{"uri": "first.png", "position": "first"}, {"uri": b"GIF89a", "position": "last"}],
    ),
    RunwayTask,
)

# Takes, or a list of prompts, are a grid

grid = client.image_to_video(model="gen4_turbo", prompt_image="still.jpg", takes=4)
assert_type(grid, TaskGrid)
assert_type(client.image_to_video(model="gen4_turbo", prompt_image="still.jpg", takes=1), TaskGrid)
assert_type(client.image_to_video(model="gen4_turbo", prompt_image="a.png", prompt_text=["dawn", "dusk"]), TaskGrid)
assert_type(client.text_to_image(model="gen4_image", prompt_text=("dawn", "dusk"), takes=2), TaskGrid)
assert_type(client.text_to_image(model="gen4_image", prompt_text=["dawn"]), TaskGrid)
assert_type(client.video_upscale(model="upscale_v1", video_uri="a.mp4", takes=2), TaskGrid)
assert_type(TaskGrid([take, grid[0]], columns=2), TaskGrid)


# A dry run is a plan

plan = client.image_to_video(model="gen4_turbo", prompt_image="still.jpg", dry_run=True)
assert_type(plan, Plan[RunwayTask | TaskGrid])
assert_type(
    client.image_to_video(model="gen4_turbo", prompt_image="a.png", takes=4, dry_run=True), Plan[RunwayTask | TaskGrid]
)
assert_type(client.text_to_image(model="gen4_image", prompt_text=["dawn"], dry_run=True), Plan[RunwayTask | TaskGrid])
assert_type(client.video_upscale(model="upscale_v1", video_uri="a.mp4", dry_run=True), Plan[RunwayTask | TaskGrid])
assert_type(client.create("sound_effect", promptText="rain", dry_run=True), Plan[RunwayTask | TaskGrid])
assert_type(client.image_to_video(model="gen4_turbo", prompt_image="a.png", dry_run=False, shrink=True), RunwayTask)
assert_type(client.image_to_video(model="gen4_turbo", prompt_image="a.png", dry_run=False, takes=2), TaskGrid)
assert_type(client.create("sound_effect", promptText="rain", dry_run=False), RunwayTask)
assert_type(plan.send(), RunwayTask | TaskGrid)
assert_type(plan.send().wait(), RunwayTask | TaskGrid)
assert_type(plan.price, float | None)
assert_type(plan.size, int)
assert_type(plan.notes, list[str])
assert_type(plan.media, list[PlannedMedium])
assert_type(plan.media[0].pixels, tuple[int, int] | None)
assert_type(len(plan), int)
print(plan.body["model"], plan.bodies[0]["seed"])


def look_first(dry_run: bool) -> RunwayTask | TaskGrid | Plan[RunwayTask | TaskGrid]:
    """A switch for a whole notebook."""
    return client.image_to_video(model="gen4_turbo", prompt_image="still.jpg", dry_run=dry_run)


def of_a_table(column: numpy.ndarray[tuple[int], numpy.dtype[numpy.str_]]) -> None:
    assert_type(client.text_to_image(model="gen4_image", prompt_text=column), TaskGrid)


def either(prompt: str | list[str], takes: int | None) -> None:
    """Where it is not known, it is one of the two."""
    assert_type(client.text_to_image(model="gen4_image", prompt_text=prompt), RunwayTask | TaskGrid)
    assert_type(client.text_to_image(model="gen4_image", prompt_text="A kite", takes=takes), RunwayTask | TaskGrid)


def film(prompt: str, **options: Unpack[Options]) -> RunwayTask | TaskGrid:
    """Options can be handed on."""
    return client.image_to_video(model="gen4_turbo", prompt_image="still.jpg", prompt_text=prompt, **options)


def watch(task_id: str, **options: Unpack[WatchOptions]) -> RunwayTask:
    """So can the options of a watch: they are options of every create as well."""
    client.image_to_video(model="gen4_turbo", prompt_image="still.jpg", **options)
    return client.task(task_id, **options)


options: Options = {"takes": 4, "save_to": "renders"}
assert_type(film("The kite lifts", **options), RunwayTask | TaskGrid)

# A grid is its takes

assert_type(grid[2], RunwayTask)
assert_type(grid[1:3], TaskGrid)
assert_type(grid.picked, TaskGrid)
assert_type(grid[0].picked, bool)
assert_type(client.recent(picked=True)[0].picked, bool)
assert_type(client.recent()[0].picture, bytes)
assert_type(client.recent(20).grid(columns=5), TaskGrid)
assert_type(client.recent().export("sheet.html", title="Kites"), Path)
grid[0].pick()
grid[0].pick(picked=False)
assert_type(len(grid), int)
assert_type(grid.cost, float | None)
assert_type(grid[0].cost, float | None)
assert_type(grid[0].cost_is_estimate, bool)
assert_type(client.recent()[0].cost, float | None)
assert_type(take.to_html(), str)
assert_type(grid.to_html(), str)
assert_type(client.recent().to_html(), str)
assert_type(plan.to_html(), str)
assert_type(iter(grid), Iterator[RunwayTask])
for each in grid:
    assert_type(each, RunwayTask)
assert_type([each.progress for each in grid], list[float])
assert_type(grid.wait(timeout=600), TaskGrid)
assert_type(grid.wait(check=False), TaskGrid)
assert_type(grid.succeeded, TaskGrid)
assert_type(grid.failed[0].error, RunwayWidgetError | None)
for each in grid.as_completed(timeout=600):
    assert_type(each, RunwayTask)
assert_type(grid.download("renders"), list[Path])

# A task

assert_type(client.task("3d957031", poll_interval=3, give_up_after=60.0, save_to=None), RunwayTask)
assert_type(client.recent()[0].task(), RunwayTask)
assert_type(take.wait(), RunwayTask)
assert_type(take.again(), RunwayTask)
assert_type(take.again(prompt_text="The kite dives", seed=7), RunwayTask)
assert_type(take.wait(check=False), RunwayTask)
assert_type(take.frame(-1), Image)
assert_type(take.frame(2.5, output=1), Image)
assert_type(take.frames, list[Path])
for another in take.again(takes=2).wait():
    assert_type(another, RunwayTask)
for another in take.again(takes=2).failed.as_completed():
    assert_type(another, RunwayTask)
assert_type(take.again(prompt_text=["dawn", "dusk"])[1], RunwayTask)
assert_type(len(take.again(takes=3)[0:2]), int)
assert_type(take.again(extra_body={"promptText": "hail"}), RunwayTask)
assert_type(take.again(dry_run=False), RunwayTask)
assert_type(take.again(dry_run=True).price, float | None)
take.again(prompt_text=["dawn", "dusk"], dry_run=True).send().wait()
assert_type(client.create("sound_effect", promptText="rain", reuse=True, poll_interval=3), RunwayTask)
recent: Recent = client.recent()
entry: Entry = recent[0]
assert_type(entry.seed, int | None)
assert_type(entry.reason, str)
assert_type(take.download(Path("renders")), list[Path])
assert_type(take.task_id, str)
assert_type(take.code, str | None)
assert_type(take.status, Status)
assert_type(take.status == "SUCCESS", bool)
assert_type(take.status is Status.SUCCESS, bool)
assert_type(take.status.ended, bool)
assert_type(take.progress, float)
assert_type(take.fail_reason, str)
assert_type(take.submit_time, float)
assert_type(take.outputs, list[OutputDict])
assert_type(take.outputs[0]["url"], str)
take.observe(print, "status")
take.layout.width = "300px"


async def waited() -> None:
    """Both can be awaited."""
    assert_type(await take, RunwayTask)
    assert_type(await grid, TaskGrid)
    async for each in grid.as_completed():
        assert_type(each, RunwayTask)
    for each in await take.again(takes=2):
        assert_type(each, RunwayTask)


# One look

state = client.retrieve("3d957031")
assert_type(state, TaskState)
assert_type(state.status, Status)
assert_type(state.outputs[0].url, str)

# Errors

try:
    take.wait(timeout=60)
except TaskFailed as error:
    assert_type(error.task.fail_reason, str)
    assert_type(error.failure_code, str)
    error.task.again()
    error.task.again(seed=3)
    error.task.download(Path("renders"))
    client.video_upscale(model="upscale_v1", video_uri=error.task)
except WaitTimeout as error:
    error.task.refresh()
except TaskError as error:
    assert_type(error.task.progress, float)
    error.task.resume()

try:
    grid.wait()
except TakesFailed as failed:
    assert_type(failed.exceptions, tuple[Exception | ExceptionGroup[Exception], ...])
    assert_type(failed.derive(failed.exceptions), TakesFailed)
