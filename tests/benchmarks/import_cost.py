"""What `import runway_widget` adds to the libraries it stands on.

Each library is imported in a fresh process in which those before it are loaded already, as in a notebook that has them,
and this package last. The time is the processor's, so other work on the machine counts little. Bytecode is used, as in
any installation: with PYTHONDONTWRITEBYTECODE set, every import would compile this package, but no library.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from .rows import OURS, Row, Size, row

TITLE = "Import, beside the libraries that it stands on"
LIBRARIES = ("requests", "traitlets", "ipywidgets", "anywidget")
CODE = """
import importlib, json, sys, time
spent = {}
for name in sys.argv[1:]:
    begun = time.process_time()
    importlib.import_module(name)
    spent[name] = (time.process_time() - begun) * 1000
print(json.dumps(spent))
"""


def spent(*modules: str) -> dict[str, float]:
    """The processor's milliseconds for each of the modules, one after the other, in a fresh process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *modules], capture_output=True, text=True, check=True, env=environment
    )
    times: dict[str, float] = json.loads(done.stdout)
    return times


def measure(size: Size) -> list[Row]:
    """The processor's time for the libraries, for this package after them, and for the official SDK after them."""
    runs = []
    for _ in range(1 + size.of(7, 1)):  # in turns; the first one writes the bytecode
        alone = spent(*LIBRARIES, "runwayml")
        runs.append(spent(*LIBRARIES, "runway_widget") | {"runwayml": alone["runwayml"]})
    rows = [row("import", "CPU", "ms", OURS, [run["runway_widget"] for run in runs[1:]])]
    four = [sum(run[name] for name in LIBRARIES) for run in runs[1:]]
    rows.append(row("import", "CPU", "ms", "its four libraries", four))
    for name in ("ipywidgets", "requests", "runwayml"):
        rows.append(row("import", "CPU", "ms", name, [run[name] for run in runs[1:]]))
    return rows
