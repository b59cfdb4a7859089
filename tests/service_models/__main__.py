"""Write the tables of models anew, or say how the SDK that is installed differs from them.

python -m tests.service_models           writes runway_widget/_create/models.json
python -m tests.service_models --moved   says what moved since, one line each; exit code 1 if anything did
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .tables import make_tables

TARGET = Path(__file__).parents[2] / "runway_widget" / "_create" / "models.json"
# Depths in the tables: 1 providers or retired, 2 a provider, 3 an endpoint, 4 a model, 5 its fields, 6 one field.
_FIELD = 6


def as_text(value: Any, depth: int = 0) -> str:
    """JSON with a line for each field of each model, so that what changes of one field is one line of a diff."""
    if not isinstance(value, dict) or not value or depth == _FIELD:
        return json.dumps(value, ensure_ascii=False)
    lines = [f"{' ' * (depth + 1)}{json.dumps(name)}: {as_text(item, depth + 1)}" for name, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{' ' * depth}}}"


def moved(old: dict[str, Any], new: dict[str, Any], place: tuple[str, ...] = ()) -> Iterator[str]:
    """What differs between two tables, a line each: what is new, gone or changed, down to single fields."""
    for name in sorted(old.keys() | new.keys()):
        here = (*place, name)
        if name not in new or name not in old:
            yield f"{'new' if name in new else 'gone'}: {' '.join(here)}"
        elif old[name] != new[name]:
            if len(here) < _FIELD and isinstance(old[name], dict) and isinstance(new[name], dict):
                yield from moved(old[name], new[name], here)
            else:
                yield f"changed: {' '.join(here)}: {json.dumps(old[name])} -> {json.dumps(new[name])}"


def main() -> int:
    tables = make_tables()
    if sys.argv[1:] == ["--moved"]:
        lines = list(moved(json.loads(TARGET.read_text(encoding="utf-8")), tables))
        print("\n".join(lines) or f"nothing moved: runwayml {tables['sdk']}")
        return bool(lines)
    TARGET.write_text(as_text(tables) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: runwayml {tables['sdk']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
