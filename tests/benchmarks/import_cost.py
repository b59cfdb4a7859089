"""What `import runway_widget` adds to the libraries it stands on: at most a fifth of what they cost.

Both are timed in one process, the four libraries first, as in a notebook that has them loaded; in several fresh
processes, and the least of each counts, because noise only ever adds. The time is the processor's, so other work on the
machine counts little. Bytecode is used, as in any installation: with PYTHONDONTWRITEBYTECODE set, every import would
compile this package, but no library. It reports a ratio, and fails by no clock.

    python -m tests.benchmarks.import_cost [processes]
"""

from __future__ import annotations

import os
import subprocess
import sys

LIMIT = 0.20
PROCESSES = 15
CODE = """
import time
begun = time.process_time()
import anywidget, ipywidgets, requests, traitlets
between = time.process_time()
import runway_widget
print(between - begun, time.process_time() - between)
"""


def seconds() -> tuple[float, float]:
    """The processor's seconds for the four libraries, and for this package after them, in a fresh process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env=environment)
    libraries, ours = map(float, done.stdout.split())
    return libraries, ours


def main(processes: int = PROCESSES) -> None:
    seconds()  # the first one writes the bytecode
    libraries, ours = map(min, zip(*(seconds() for _ in range(processes)), strict=True))
    ratio = ours / libraries
    print(
        f"the four libraries {libraries * 1000:.0f} ms, runway_widget {ours * 1000:.0f} ms more: {ratio:.1%} "
        f"({'within' if ratio <= LIMIT else 'MORE THAN'} {LIMIT:.0%}; the least in {processes} processes)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
