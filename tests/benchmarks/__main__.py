"""Runs the benchmarks: one table, one JSON file, one picture.

    python -m tests.benchmarks [--publish] [NAME…]

The JSON file and the picture are written into `.cache/benchmarks`; with ``--publish`` also to where the README has its
picture, and beside this file. A benchmark that could not be measured makes the command fail, after the others have run;
no figure does.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from .picture import draw
from .rows import FULL, TINY, Conclusion, Row, Size, conclusions
from .table import table

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "benchmarks"
PUBLISHED = Path(__file__).parent / "figures.json"
PICTURE = ROOT / "js" / "benchmarks.svg"
NAMES = (
    "waiters", "cadence", "many_tasks", "messages", "painting", "grid_frame", "creating", "whole_grid", "import_cost",
)  # fmt: skip
PACKAGES = ("runway-widget", "runwayml", "ipywidgets", "anywidget", "tqdm", "requests", "ipykernel", "jupyterlab")

Results = dict[str, tuple[str, list[Row]]]


def run(names: Sequence[str], size: Size) -> tuple[Results, list[str]]:
    """Each benchmark's title and rows, and the names of those that could not be measured."""
    results, failed = Results(), list[str]()
    for name in names:
        begun = time.monotonic()
        print(f"{name} …", end="", file=sys.stderr, flush=True)
        module = importlib.import_module(f"tests.benchmarks.{name}")
        try:
            rows: list[Row] = module.measure(size)
        except Exception:
            print(f"\n{name} could not be measured:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
            failed.append(name)
        else:
            results[name] = module.TITLE, rows
            print(f" {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return results, failed


def document(results: Results) -> dict[str, Any]:
    """All that was measured, with what it was measured on, for JSON."""
    return {
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "on": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": psutil.cpu_count(),
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "benchmarks": {
            name: {"title": title, "rows": [asdict(each) for each in rows]} for name, (title, rows) in results.items()
        },
    }


def rows_in(figures: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The rows of such a document, by benchmark."""
    return {name: [Row(**each) for each in one["rows"]] for name, one in figures["benchmarks"].items()}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[int, list[str]]:
    """How many conclusions are in both documents, and those in which they contradict each other."""
    number, lines, earlier = 0, list[str](), rows_in(before)
    for name, rows in rows_in(after).items():
        old = conclusions(earlier.get(name, []))
        for what, now in conclusions(rows).items():
            if what in old:
                number += 1
                if now.contradicts(then := old[what]):
                    lines.append(f"{name}: {what}: {_told(then)}, now {_told(now)}")
    return number, lines


def _told(conclusion: Conclusion) -> str:
    return f"{conclusion.verdict.value} ({conclusion.times:.2g} x)"


def save(figures: Mapping[str, Any], path: Path) -> None:
    """As JSON, with a line for each row."""
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print and write; 1 where something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure, and print one table.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all if left out")
    parser.add_argument("--publish", action="store_true", help="also write the README's picture and its figures")
    parser.add_argument("--tiny", action="store_true", help="measure next to nothing, to see that it can be measured")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if given.publish and (given.names or given.tiny):
        parser.error("only a whole run can be published")
    begun = time.monotonic()
    results, failed = run(given.names or NAMES, TINY if given.tiny else FULL)
    figures = document(results)
    print(table(results))
    save(figures, CACHE / "figures.json")
    if not given.names and not failed:
        (CACHE / "benchmarks.svg").write_text(draw(figures), encoding="utf-8")
    print(f"\nall of it is in {CACHE.relative_to(ROOT)}; it took {time.monotonic() - begun:.0f} s")
    if PUBLISHED.exists() and not given.tiny:
        number, other = differences(json.loads(PUBLISHED.read_text(encoding="utf-8")), figures)
        print(f"of {number} conclusions, {number - len(other)} are those of the published figures")
        print("".join(f"  {line}\n" for line in other), end="")
    if failed:
        print(f"could not be measured: {', '.join(failed)}", file=sys.stderr)
        return 1
    if given.publish:
        save(figures, PUBLISHED)
        PICTURE.write_text(draw(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
