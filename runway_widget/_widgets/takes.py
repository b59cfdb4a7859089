"""Creating a task once more, and a grid as its tasks know it: `again` may give one, and a grid is built on tasks."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, Self, TypeAlias, TypeVar, Unpack, cast, overload

from .._errors import ConfigurationError
from .._keywords import PlainText, keywords
from .._numbers import Column
from .._watch.options import WATCH_DEFAULTS, WatchOptions
from .plan import Plan
from .record import TaskRecord

Prompts: TypeAlias = list[str] | tuple[str, ...] | Column
AnyPrompt: TypeAlias = str | Prompts | None
TaskT = TypeVar("TaskT", covariant=True)
Sent: TypeAlias = Literal[False]  # what ``dry_run`` is where a method sends, and where it gives a plan
Planned: TypeAlias = Literal[True]


class TasksInTurn(Protocol[TaskT]):
    """An `AsCompleted`: the takes of a grid as they end."""

    def __iter__(self) -> Iterator[TaskT]: ...
    def __next__(self) -> TaskT: ...
    def __aiter__(self) -> AsyncIterator[TaskT]: ...
    async def __anext__(self) -> TaskT: ...


class Takes(Protocol[TaskT]):
    """A `TaskGrid`: several takes side by side."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[TaskT]: ...
    def __reversed__(self) -> Iterator[TaskT]: ...
    def __contains__(self, task: object, /) -> bool: ...
    @overload
    def __getitem__(self, index: int, /) -> TaskT: ...
    @overload
    def __getitem__(self, index: slice, /) -> Self: ...
    def __await__(self) -> Generator[Any, None, Self]: ...
    def wait(self, timeout: float | None = None, *, check: bool = True) -> Self: ...
    def as_completed(self, timeout: float | None = None) -> TasksInTurn[TaskT]: ...
    @property
    def succeeded(self) -> Self: ...
    @property
    def failed(self) -> Self: ...
    @property
    def picked(self) -> Self: ...
    @property
    def cost(self) -> float | None: ...
    @property
    def cost_is_estimate(self) -> bool: ...
    def download(self, directory: str | os.PathLike[str]) -> list[Path]: ...
    def show(self, *, live: bool = False) -> None: ...
    def close(self) -> None: ...


class Changes(WatchOptions, total=False):
    """What `RunwayTask.again` can change beside ``takes`` and ``prompt_text``: any parameter that an endpoint has.

    Which ones fit is known when the task is. A test holds the names against the endpoints' own. A task of
    `Client.create` takes its fields in ``extra_body``.
    """

    model: str
    ratio: str | None
    seed: int | None
    duration: object
    audio: bool | None
    watermark: bool | None
    negative_prompt: str | None
    content_moderation: object
    prompt_image: object
    prompt_video: object
    video_uri: object
    reference_images: object
    references: object
    keyframes: object
    target_aspect_ratio: str | None
    resolution: str | None
    creativity: int | None
    flavor: str | None
    sharpen: int | None
    smart_grain: int | None
    fps_boost: bool | None
    character: object
    reference: object
    body_control: bool | None
    expression_intensity: int | None
    output_count: int | None
    output_format: str | None
    quality: str | None
    background: str | bool | None
    background_color: str | None
    colors: object
    edit: bool | None
    precise_edit: bool | None
    mask_uri: object
    grounding: bool | None
    thinking_level: str | None
    reference_videos: object
    reference_audio: object
    reference_audios: object
    draft: bool | None
    draft_task_id: str | None
    prores_profile: str | None
    provider_settings: object
    cfg_scale: float | None
    prompt_expansion_mode: str | None
    mode: str | None
    target_framerate: str | None
    avatar: object
    speech: object
    image_uri: object
    scale_factor: int | None
    ultra_detail: int | None
    loop: bool | None
    num_variants: int | None
    format: str | None
    sample_rate: int | None
    loudness_rate: int | None
    pitch_rate: int | None
    speech_rate: int | None
    voice: object
    language_code: str | None
    previous_text: str | None
    next_text: str | None
    apply_text_normalization: str | None
    stability: float | None
    similarity_boost: float | None
    style: float | None
    speed: float | None
    use_speaker_boost: bool | None
    media: object
    remove_background_noise: bool | None
    audio_uri: object
    target_lang: str | None
    num_speakers: int | None
    disable_voice_cloning: bool | None
    drop_background_audio: bool | None
    preserve_speech: bool | None
    reuse: bool
    shrink: bool
    check: bool
    extra_body: object


class AllChanges(Changes, total=False):
    """The same with what tells a task from a grid, and both from a plan."""

    prompt_text: AnyPrompt
    takes: int | None
    dry_run: bool


_OPTIONS = ["takes", "dry_run", "reuse", "background", "shrink", "check", "extra_body", *WATCH_DEFAULTS]
#: In the order of a signature. What is not given stays as it was, which is more often something than None.
_DEFAULTS: dict[str, object] = {
    **dict.fromkeys([name for name in AllChanges.__annotations__ if name not in _OPTIONS], PlainText("as it was")),
    **dict.fromkeys(_OPTIONS, PlainText("as it was")),
    **{"seed": PlainText("another one"), "takes": None},
    **dict.fromkeys(["dry_run", "reuse", "background", "shrink"], False),
}


class CanRepeat(Generic[TaskT]):
    """What is known of a task's creation, and creating it once more."""

    _record: TaskRecord

    @overload
    def again(
        self, *, prompt_text: str | None = ..., takes: None = None, dry_run: Sent = False, **changes: Unpack[Changes]
    ) -> TaskT: ...
    @overload
    def again(
        self, *, prompt_text: Prompts, takes: None = None, dry_run: Sent = False, **changes: Unpack[Changes]
    ) -> Takes[TaskT]: ...
    @overload
    def again(
        self, *, takes: int, prompt_text: AnyPrompt = ..., dry_run: Sent = False, **changes: Unpack[Changes]
    ) -> Takes[TaskT]: ...
    @overload
    def again(
        self, *, dry_run: Planned, prompt_text: AnyPrompt = ..., takes: int | None = None, **changes: Unpack[Changes]
    ) -> Plan[TaskT | Takes[TaskT]]: ...
    @overload
    def again(
        self, *, dry_run: bool, prompt_text: AnyPrompt = ..., takes: int | None = None, **changes: Unpack[Changes]
    ) -> TaskT | Takes[TaskT] | Plan[TaskT | Takes[TaskT]]: ...
    @keywords(AllChanges, _DEFAULTS, open_ended=True, returns="RunwayTask | TaskGrid | Plan")
    def again(self, **changes: object) -> TaskT | Takes[TaskT] | Plan[TaskT | Takes[TaskT]]:
        """Create the same task once more with ``changes``, and another seed; ``takes`` or prompts make a `TaskGrid`.

        With ``dry_run=True`` nothing is sent, and a `Plan` comes back.

        Args:
            changes: parameters and options of the method that created it, by its names. A task of `Client.create`
                takes its fields by their wire names, as keywords or in ``extra_body``.

        Raises ConfigurationError for a task of unknown origin, and for media that the journal does not store and that
        are not given again; TypeError for a name that the method does not take; else what the method raises.
        """
        if self._record.again is None:
            raise ConfigurationError("only a task that was created here, or that the journal knows, can be made again")
        return cast("TaskT | Takes[TaskT] | Plan[TaskT | Takes[TaskT]]", self._record.again(changes))
