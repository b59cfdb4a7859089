"""The kernels that the card must work on: one small environment per ipykernel (`tests/environments.toml`).

One JupyterLab runs them all, because it finds their kernelspecs through JUPYTER_PATH.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.environments import ROOT, environment

FOLDER = ROOT / ".cache" / "kernels"

CURRENT = "python3"  # the environment that runs the tests, with the newest ipykernel that was released
PINNED = ("ipykernel-6.29.5", "ipykernel-7.0.0", "ipykernel-7.0.1", "ipykernel-7.1.0")
MATRIX = (*PINNED, CURRENT)
XEUS = "xeus-python-0.19.0"  # a kernel that is not ipykernel


def jupyter_path() -> Path:
    """The JUPYTER_PATH under which a server finds the kernelspecs, including those that are made later."""
    return FOLDER / "share" / "jupyter"


def ensure(name: str) -> str:
    """Make the kernel's environment if it is missing, and describe the kernel. Returns the kernelspec's name."""
    if name == CURRENT:
        return name
    module = "xpython_launcher" if name == XEUS else "ipykernel_launcher"
    argv = [str(environment(name)), "-m", module, "-f", "{connection_file}"]
    spec = jupyter_path() / "kernels" / name / "kernel.json"
    text = json.dumps({"argv": argv, "display_name": name, "language": "python"})
    spec.parent.mkdir(parents=True, exist_ok=True)
    if not spec.exists() or spec.read_text() != text:
        part = spec.with_name(f"{os.getpid()}.part")
        part.write_text(text)
        part.replace(spec)  # at once, because servers of other tests read it
    return name


if __name__ == "__main__":
    for one in (*MATRIX, XEUS):
        print(ensure(one))
