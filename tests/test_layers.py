"""Imports go one way from floor to floor, no modules import each other in a circle, and pure modules stay pure.

Every import counts: at the top of a module, inside a function, and under ``TYPE_CHECKING``. An import for a type only
is a dependency too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

PACKAGE = Path(__file__).parents[1] / "runway_widget"

#: Each room may import from the floors before its own, and from itself.
FLOORS = (
    {"_errors", "_version", "_log", "_pasted", "_numbers"},
    {"_tracebacks", "_environment", "_paths"},
    {"_service", "_runtime", "_keywords"},
    {"_watch", "_media", "_journal"},
    {"_create", "_widgets"},
    {"_client"},
    {"simulator", "_cli", "__init__"},
    {"__main__"},
)
MOST_FLOORS = 8
MOST_LINES = 300  # more than that is more than one idea

#: Modules that do no I/O and start no thread, and what such a module must not import, also not through others.
PURE = (
    *("_errors", "_pasted", "_numbers"),
    *("_service.hosts", "_service.provider", "_service.endpoint", "_service.media_types", "_service.timeouts"),
    *(
        "_service.payload",
        "_service.headers",
        "_service.error_answers",
        "_service.outputs",
        "_service.state",
        "_service.parse",
    ),
    *("_service.retry", "_service.link_expiry", "_service.text", "_service.cost", "_service.balance"),
    "_service.duration",
    *("_watch.report", "_watch.cadence", "_watch.throttle", "_watch.watch"),
    *("_watch.law", "_watch.progress", "_watch.refresh"),
    *("_media.formats", "_media.dimensions", "_media.kept_outputs", "_media.file_names"),
    *("_journal.row",),
    *("_create.models", "_create.rules", "_create.fields", "_create.spelling", "_create.omissions", "_create.prices"),
    *("_widgets.view", "_widgets.words", "_widgets.link_end", "_widgets.static_card", "_widgets.card_state"),
    *("_widgets.tally", "_widgets.markup", "_widgets.columns", "_widgets.costs", "_widgets.even_columns"),
)
IMPURE = {"threading", "socket", "requests", "urllib3", "sqlite3", "traitlets", "ipywidgets", "anywidget", "IPython"}


def modules(package: Path = PACKAGE) -> dict[str, Path]:
    """Every module by its name within the package; a room's own ``__init__`` counts as the room."""
    names = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return names


MODULES = modules()


def imports(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """What a module imports: names within the package, or the top-level name of another package."""
    package = name.split(".") if path.name == "__init__.py" and name != "__init__" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - (node.level - 1)] + (node.module.split(".") if node.module else [])
            for alias in node.names:
                target = ".".join([*base, alias.name])
                yield target if target in known else ".".join(base) or "__init__"


def graph(known: dict[str, Path] = MODULES) -> dict[str, set[str]]:
    """Which modules of the package each of its modules imports."""
    return {name: {target for target in imports(name, path, known) if target in known} for name, path in known.items()}


def room(name: str) -> str:
    return name.split(".")[0]


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room(name) in rooms)


def breaches(edges: dict[str, set[str]]) -> list[str]:
    """The imports that do not lead to a lower floor, or to the importer's own room."""
    return [
        f"{name} imports {target}"
        for name, targets in edges.items()
        for target in sorted(targets)
        if room(target) != room(name) and floor(target) >= floor(name)
    ]


def circle(edges: dict[str, set[str]]) -> list[str]:
    """One circle of modules, or nothing."""
    done: set[str] = set()

    def follow(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        circle = next((way for target in sorted(edges[name]) if (way := follow(target, [*path, name]))), [])
        done.add(name)
        return circle

    return next((way for name in edges if (way := follow(name, []))), [])


def reached(name: str) -> dict[str, str]:
    """Everything that importing this module brings along: each name with the module that imports it."""
    todo, seen = [name], {name}
    brought: dict[str, str] = {}
    while todo:
        current = todo.pop()
        for target in imports(current, MODULES[current], MODULES):
            brought.setdefault(target, current)
            if target in MODULES and target not in seen:
                seen.add(target)
                todo.append(target)
    return brought


def test_every_module_is_on_a_floor() -> None:
    assert {room(name) for name in MODULES} == set().union(*FLOORS)
    assert len(FLOORS) <= MOST_FLOORS


def test_imports_lead_to_a_lower_floor_or_stay_in_the_room() -> None:
    assert breaches(graph()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(graph()) == []


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_reaches_no_thread_no_network_no_database_and_no_widget(name: str) -> None:
    brought = reached(name)
    assert {target: by for target, by in brought.items() if target in IMPURE} == {}


def test_every_module_has_a_docstring() -> None:
    silent = [name for name, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_no_module_has_more_than_300_lines() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


# The checks themselves.


@pytest.fixture
def house(tmp_path: Path) -> dict[str, Path]:
    """A small package of the same structure, without faults."""
    files = {
        "_errors.py": "",
        "_service/__init__.py": "",
        "_service/state.py": "from .._errors import Oops",
        "_watch/watch.py": "from .._service.state import State",
        "_media/outputs.py": "from .._service import state",
        "_widgets/task.py": "from .._watch.watch import Watch",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return modules(tmp_path)


def test_a_package_without_faults_passes(house: dict[str, Path]) -> None:
    assert breaches(graph(house)) == []
    assert circle(graph(house)) == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("_service.state", "from .._widgets.task import Task"),
        ("_media.outputs", "from .._watch.watch import Watch"),
        ("_watch.watch", "def f():\n    from .._widgets import task"),
        ("_watch.watch", "if TYPE_CHECKING:\n    from .._widgets.task import Task"),
    ],
    ids=["upwards", "to a sibling", "inside a function", "for a type only"],
)
def test_an_import_in_the_wrong_direction_is_reported(house: dict[str, Path], module: str, text: str) -> None:
    house[module].write_text(text)
    assert len(breaches(graph(house))) == 1


def test_a_circle_within_a_room_is_reported(house: dict[str, Path]) -> None:
    other = house["_watch.watch"].with_name("poller.py")
    other.write_text("from .watch import Watch")
    house["_watch.poller"] = other
    house["_watch.watch"].write_text("if TYPE_CHECKING:\n    from .poller import Poller")
    assert circle(graph(house)) == ["_watch.watch", "_watch.poller", "_watch.watch"]
