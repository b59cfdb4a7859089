"""The methods that create tasks hand on their arguments, show all that they take, and refuse a name nobody knows."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, Options, RunwayTask, WatchOptions
from runway_widget._create.endpoints import METHODS as OF_CLIENT
from runway_widget._create.endpoints import CreateMethods
from runway_widget._create.models import documented_endpoints, models_of
from runway_widget._create.parameters import DEFAULTS
from runway_widget._create.spelling import snake
from runway_widget._service.provider import RUNWAY

IMAGE = "https://example.com/still.png"
METHODS: dict[str, dict[str, Any]] = {
    "text_to_image": {"model": "m", "prompt_text": "a kite"},
    "text_to_video": {"model": "m", "prompt_text": "a kite"},
    "image_to_video": {"model": "m", "prompt_image": IMAGE},
    "video_to_video": {"model": "m", "video_uri": IMAGE},
    "video_upscale": {"model": "m", "video_uri": IMAGE},
    "character_performance": {"model": "m", "character": IMAGE, "reference": IMAGE},
    "video_to_hdr": {"model": "m", "video_uri": IMAGE},
    "avatar_video": {"model": "m", "avatar": "cat-character", "speech": {"type": "text", "text": "hello"}},
    "image_upscale": {"model": "m", "image_uri": IMAGE},
    "sound_effect": {"model": "m", "prompt_text": "rain"},
    "text_to_speech": {"model": "m", "prompt_text": "hello"},
    "speech_to_speech": {"model": "m", "media": IMAGE, "voice": "Maya"},
    "voice_isolation": {"model": "m", "audio_uri": IMAGE},
    "voice_dubbing": {"model": "m", "audio_uri": IMAGE, "target_lang": "en"},
    "video_to_audio": {"model": "m", "video_uri": IMAGE, "duration": 5},
}
OPTIONAL = {
    "video_to_video": {"video_uri"},
    "text_to_video": {"prompt_text"},
}  # the other models require another one, or none
PATHS = {name: path for path, name in OF_CLIENT.items()}
WATCH: dict[str, Any] = {
    **{"poll_interval": 1.0, "not_found_after": 5, "give_up_after": 60, "route": "feed"},
    **{"freeze": False, "save_to": "renders/", "embed": True},
}


class Recorder(CreateMethods[str, str, str]):
    """A client that notes what it should create."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], int | None, dict[str, Any]]] = []

    def _create(
        self, endpoint: str, arguments: dict[str, Any], takes: int | None, options: dict[str, Any], dry_run: bool
    ) -> str:
        self.asked.append((endpoint, arguments, takes, options))
        return "the plan" if dry_run else "the task"


@pytest.mark.parametrize("method", METHODS)
def test_a_method_hands_on_its_arguments_and_nothing_else(method: str) -> None:
    client = Recorder()
    assert getattr(client, method)(**METHODS[method]) == "the task"
    assert client.asked == [(PATHS[method], METHODS[method], None, {})]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_takes_the_options_of_every_create_and_of_a_watch(method: str) -> None:
    client = Recorder()
    options = {"extra_body": {"a": 1}, "check": False, "reuse": True, "background": True, "shrink": True, **WATCH}
    getattr(client, method)(**METHODS[method], **options, takes=4)
    assert client.asked == [(PATHS[method], METHODS[method], 4, options)]
    assert {*options, "takes"} == set(Options.__annotations__)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_can_plan_what_it_would_create(method: str) -> None:
    client = Recorder()
    assert getattr(client, method)(**METHODS[method], dry_run=True) == "the plan"
    assert client.asked == [(PATHS[method], METHODS[method], None, {})]
    with pytest.raises(ConfigurationError, match="dry_run must be True or False"):
        getattr(client, method)(**METHODS[method], dry_run="no")


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_keyword_is_refused_before_anything_is_created(method: str) -> None:
    client = Recorder()
    with pytest.raises(TypeError, match=rf"^{method}\(\) got an unexpected keyword argument 'pol_interval'; did you "):
        getattr(client, method)(**METHODS[method], pol_interval=3)
    with pytest.raises(TypeError, match="did you mean 'model'"):
        getattr(client, method)(modell="m")
    with pytest.raises(TypeError, match="positional"):
        getattr(client, method)("m", **METHODS[method])
    with pytest.raises(TypeError, match="model"):
        getattr(client, method)()
    assert client.asked == []


def test_a_keyword_that_is_like_no_other_is_told_where_it_may_go() -> None:
    with pytest.raises(TypeError) as caught:
        Recorder().image_to_video(model="m", prompt_image=IMAGE, zeitgeist=1)  # type: ignore[call-overload]
    words = "image_to_video() got an unexpected keyword argument 'zeitgeist'; a field that is not known here goes into "
    assert str(caught.value) == words + "extra_body={…}, by its wire name"


@pytest.mark.parametrize("method", METHODS)
def test_a_method_shows_its_own_parameters_first_and_then_all_options(method: str) -> None:
    signature = inspect.signature(getattr(Client, method))
    assert all(p.kind is p.KEYWORD_ONLY for p in list(signature.parameters.values())[1:])
    names = list(signature.parameters)
    assert names[:2] == ["self", "model"]
    assert names[-len(DEFAULTS) :] == list(DEFAULTS)
    assert set(DEFAULTS) == {*Options.__annotations__, "dry_run"}
    required = {name for name, p in signature.parameters.items() if p.default is p.empty}
    assert required - {"self"} == set(METHODS[method]) - OPTIONAL.get(method, set())
    assert {name: signature.parameters[name].default for name in DEFAULTS} == DEFAULTS


def test_a_signature_is_read_by_people() -> None:
    parameters = inspect.signature(Client.image_to_video).parameters
    assert str(parameters["model"]) == "model: str"
    assert str(parameters["ratio"]) == "ratio: str | None = None"
    assert str(parameters["takes"]) == "takes: int | None = None"
    assert str(parameters["not_found_after"]) == "not_found_after: float = 120.0"
    assert str(parameters["prompt_text"]) == "prompt_text: str | list[str] | tuple[str, ...] | Column | None = None"
    assert str(parameters["prompt_image"]) == "prompt_image: Media | Sequence[Fields]"
    assert str(inspect.signature(Client.image_to_video)).endswith(" -> RunwayTask | TaskGrid | Plan")


def test_every_endpoint_of_the_sdk_has_its_method_and_every_field_its_keyword() -> None:
    with_methods = {path for path in documented_endpoints(RUNWAY) or () if "/" not in path}
    assert with_methods == OF_CLIENT.keys()
    assert PATHS.keys() == METHODS.keys()
    for path, method in OF_CLIENT.items():
        parameters = inspect.signature(getattr(CreateMethods, method)).parameters
        models = [*models_of("Runway", path).values(), *models_of("CometAPI", path).values()]
        fields = {"model", *(name for model in models for name in model.fields)}
        own = parameters.keys() - {"self", *DEFAULTS}
        assert own == {snake(name) for name in fields} - {"background"}, path  # an option may be a field as well


def test_every_parameter_is_told_of_in_the_docstring() -> None:
    for method in METHODS:
        function = getattr(CreateMethods, method)
        own = [name for name in inspect.signature(function).parameters if name not in {"self", *DEFAULTS}]
        assert [name for name in own if f"{name}" not in (inspect.getdoc(function) or "")] == [], method


def test_the_watch_options_are_the_keywords_of_a_task_with_their_defaults() -> None:
    parameters = inspect.signature(RunwayTask).parameters.values()
    task = {p.name: p for p in parameters if p.kind is p.KEYWORD_ONLY and p.name[0] != "_"}
    assert set(task) == set(WatchOptions.__annotations__)
    assert {name: p.default for name, p in task.items()} == {name: dict(DEFAULTS)[name] for name in task}


def test_watching_shows_its_options_and_refuses_others() -> None:
    client = Client("sk-a-key-of-nobody", journal="off")
    assert list(inspect.signature(client.task).parameters) == ["task_id", *WatchOptions.__annotations__]
    names = ["endpoint", "dry_run", "reuse", "background", "shrink", *WatchOptions.__annotations__, "body"]
    assert list(inspect.signature(client.create).parameters) == names
    with pytest.raises(
        TypeError, match=r"^task\(\) got an unexpected keyword argument 'poll_intervall'; did you mean 'po"
    ):
        client.task("x", poll_intervall=3)  # type: ignore[call-arg]


@pytest.mark.parametrize("takes", [0, -1, 101, True, 2.0, "4"])
def test_the_number_of_takes_is_a_number(takes: Any) -> None:
    client = Recorder()
    with pytest.raises(ConfigurationError, match="takes: must be an int from 1 to 100"):
        client.image_to_video(model="m", prompt_image=IMAGE, takes=takes)
    assert client.asked == []


def test_a_list_of_prompts_is_handed_on() -> None:
    client = Recorder()
    client.text_to_image(model="m", prompt_text=["a kite", "a boat"])
    assert client.asked[0][1]["prompt_text"] == ["a kite", "a boat"]
