"""How much dearer `import runway_widget` is than the libraries it stands on: at most a fifth.

Each import is timed inside a fresh process, the two kinds taking turns, so that whatever else the machine does falls
on both; the least of each is compared, because noise only ever adds.

    python tests/benchmarks/import_cost.py [pairs]
"""

from __future__ import annotations

import subprocess
import sys

LIMIT = 1.2
PAIRS = 15
BARE = "import anywidget, ipywidgets, requests, traitlets"
OURS = "import runway_widget"


def seconds(statement: str) -> float:
    code = f"import time; begun = time.perf_counter(); {statement}; print(time.perf_counter() - begun)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(pairs: int = PAIRS) -> int:
    seconds(f"{BARE}, runway_widget")  # the first one writes the bytecode
    bare, ours = [], []
    for _ in range(pairs):
        bare.append(seconds(BARE))
        ours.append(seconds(OURS))
    ratio = min(ours) / min(bare)
    print(f"the four libraries {min(bare) * 1000:.0f} ms, with runway_widget {min(ours) * 1000:.0f} ms", end=": ")
    print(f"{ratio:.2f} times as long (at most {LIMIT:g}; the least of {pairs} each)")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
