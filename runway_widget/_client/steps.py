"""Grids among the arguments of a create: one task for each take, and several grids, or a list of prompts, in step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._create.begin import MAX_TAKES
from .._errors import ConfigurationError
from .._widgets.grid import TaskGrid


def each_request(arguments: Mapping[str, Any], takes: int | None) -> list[Mapping[str, Any]] | None:
    """``arguments`` once for each prompt, and for each take of a grid, with the take in its place; None for one task.

    Raises ConfigurationError where grids and prompts do not go in step, and for too many tasks.
    """
    from .._create.request import each_prompt

    prompts = each_prompt(arguments, takes)
    grids = [(name, grid) for name, value in arguments.items() for grid in _grids_in(value)]
    if not grids:
        return prompts
    name, first = grids[0]
    count = len(first)
    if not count:
        raise ConfigurationError(f"{name}: the grid has no take")
    for other, grid in grids[1:]:
        if len(grid) != count:
            raise ConfigurationError(
                f"{other}: {len(grid)} takes, and {name} has {count}; grids go in step, so give some that are as long"
            )
    if prompts is not None and len(prompts) != count:
        raise ConfigurationError(
            f"prompt_text: {len(prompts)} prompts, and {name} has {count} takes; give one prompt, or one for each take"
        )
    if count * (takes or 1) > MAX_TAKES:
        raise ConfigurationError(f"{name}, takes: {count * (takes or 1)} tasks at once, and {MAX_TAKES} are the most")
    return [
        {each: _with_take(value, number) for each, value in (prompts[number] if prompts else arguments).items()}
        for number in range(count)
    ]


def _grids_in(value: Any) -> Iterator[TaskGrid]:
    if isinstance(value, TaskGrid):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _grids_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _grids_in(item)


def _with_take(value: Any, number: int) -> Any:
    if isinstance(value, TaskGrid):
        return value[number]
    if isinstance(value, Mapping):
        return {name: _with_take(item, number) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_take(item, number) for item in value]
    return value
