"""No lock, condition, event or queue outlives a fork: the package's source is read for them.

`task.test_forked` tries it with real forks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import runway_widget
from runway_widget._runtime import process

PACKAGE = Path(runway_widget.__file__).parent
HOME = PACKAGE / "_runtime" / "process.py"

#: What other threads may hold, or be waited for in, by the module that has it.
KINDS = {
    "threading": {"Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier", "local", "Timer"},
    "queue": {"Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"},
    "functools": {"cached_property"},  # in Python 3.11 it is a lock
    "concurrent": {"futures"},
    "multiprocessing": {"Lock", "Queue", "Pool", "Event"},
}
Place = tuple[ast.AST, ...]  # a node, after all that it lies in


def places(node: ast.AST, above: Place = ()) -> Iterator[Place]:
    """Every node under ``node``, each with all that it lies in."""
    yield (*above, node)
    for child in ast.iter_child_nodes(node):
        yield from places(child, (*above, node))


def name_of(node: ast.AST) -> str:
    """ "threading.Lock" for `threading.Lock`."""
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def waits(node: ast.AST) -> bool:
    """Whether ``node`` makes, imports or names one of `KINDS`."""
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in KINDS.get((node.module or "").split(".")[0], ()) for alias in node.names)
    module, _, name = name_of(node).partition(".")
    return name in KINDS.get(module, ())


def registers(made: ast.ClassDef) -> bool:
    """Whether each object of this class is registered as it is made."""
    return any(ast.unparse(node) == "process.register(self)" for node in ast.walk(made) if isinstance(node, ast.Call))


def renewed(place: Place, module: ast.Module) -> bool:
    """Whether a forked child finds another one there, or the call that made it was over before."""
    function = next(
        (node for node in reversed(place) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)), None
    )
    made = next((node for node in reversed(place) if isinstance(node, ast.ClassDef)), None)
    *_, call, node = place
    if any(node in getattr(each, "decorator_list", ()) for each in place):
        return False
    if made is not None and node in made.bases:  # one object of it, at the top of the module
        return any(
            isinstance(each, ast.Assign) and ast.unparse(each.value) == f"{made.name}()" for each in module.body
        ) and any(ast.unparse(each).startswith("process.register(") for each in module.body)
    if isinstance(call, ast.Call) and name_of(call.func) in {"Lock", "process.Lock"}:
        return True  # it says which kind of lock is to be renewed
    statement = next(node for node in reversed(place) if isinstance(node, ast.stmt))
    if made is not None and registers(made) and set(targets(statement)) <= set(targets(method(made, "reset"))):
        return True
    shared = (
        {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names} if function else {}
    )
    return function is not None and all(name.isidentifier() and name not in shared for name in targets(statement))


def method(made: ast.ClassDef, name: str) -> ast.AST:
    return next((each for each in made.body if isinstance(each, ast.FunctionDef) and each.name == name), ast.Pass())


def targets(node: ast.AST) -> Iterator[str]:
    """What is assigned to there: "self._lock"."""
    for each in ast.walk(node):
        if isinstance(each, ast.Assign | ast.AnnAssign):
            for target in each.targets if isinstance(each, ast.Assign) else [each.target]:
                yield from map(ast.unparse, target.elts if isinstance(target, ast.Tuple) else [target])


def faults(source: str) -> list[str]:
    """What in a module would be held, or waited for, in a forked child for ever."""
    module = ast.parse(source)
    return [
        ast.unparse(place[-1])
        for place in places(module)
        if waits(place[-1]) and not any(_is_annotation(outer, place) for outer in place) and not renewed(place, module)
    ]


def _is_annotation(outer: ast.AST, place: Place) -> bool:
    annotation = getattr(outer, "annotation", None) or getattr(outer, "returns", None)
    return annotation is not None and annotation in place


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_whatever_a_thread_can_hold_is_renewed_in_a_forked_child(path: Path) -> None:
    if path != HOME:
        assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "_lock = threading.Lock()",
        "class A:\n    def __init__(self):\n        self._done = threading.Event()",
        "class A:\n    def reset(self):\n        self._lock = threading.RLock()",
        "class A:\n    def __init__(self):\n        process.register(self)\n        self._lock = threading.RLock()",
        "def f():\n    table['x'] = threading.Condition()",
        "def f():\n    global _gate\n    _gate = threading.Condition()",
        "from threading import Lock",
        "class A:\n    @functools.cached_property\n    def whole(self): ...",
        "_calls = queue.SimpleQueue()",
    ],
)
def test_the_reader_notices_one_that_is_not(source: str) -> None:
    assert len(faults(source)) == 1


class Held:
    """An object that a fork finds in the midst of something."""

    def __init__(self) -> None:
        self.forked = 0

    def _after_fork(self) -> None:
        self.forked += 1


def test_who_forks_within_a_lock_still_holds_it_in_the_child() -> None:
    lock = process.Lock()
    with lock:
        lock.reset()  # what the hook does in the child
        assert not lock.acquire(blocking=False)
    assert lock.acquire(blocking=False)
    lock.release()


def test_a_lock_that_is_waited_for_is_held_for_the_fork_and_free_after_it() -> None:
    lock = process.Lock(fork_patience=5)
    lock.hold_for_fork()
    assert not lock.acquire(blocking=False)
    lock.release_after_fork()
    assert lock.acquire(blocking=False)
    lock.release()
    lock.hold_for_fork()
    lock.reset()
    assert lock.acquire(blocking=False), "the child has it too"
    lock.release()


def test_who_is_gone_is_not_told_of_a_fork() -> None:
    heir = Held()
    process.register_heir(heir)
    assert heir in process._heirs
    del heir
    assert not any(isinstance(each, Held) for each in process._heirs)
