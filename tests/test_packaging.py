"""The wheel and the sdist hold the files that they should, and each works when it is installed.

`python -m build` makes the wheel from the sdist, not from the checkout, so a complete wheel proves that the sdist is
complete too. Each is installed into an empty environment, and a kernel there shows a card.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests import environments, release
from tests.ports import KERNELS

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[1]
KINDS = ("wheel", "sdist")
VIEW = "application/vnd.jupyter.widget-view+json"

SHOW_A_CARD = """
from runway_widget import Client
from runway_widget.simulator import Simulator
simulator = Simulator(speed=20)
simulator.client().task(simulator.add_task(outcome="never"))
"""


def run(*command: str | Path, cwd: Path = ROOT, fails: bool = False) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, check=False
    )
    assert bool(done.returncode) is fails, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def uv(*arguments: str | Path) -> str:
    return run(Path(sys.executable).with_name("uv"), *arguments)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel and the sdist, built from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder)
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


@pytest.fixture(scope="module", params=KINDS)
def python(
    request: pytest.FixtureRequest, artifacts: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The Python of an environment with one of the two and its dependencies, and nothing else."""
    home = tmp_path_factory.mktemp(request.param) / "environment"
    environments.make(home, [artifacts[request.param]])
    return environments.python_of(home)


def names(artifact: Path) -> set[str]:
    """The paths of the files in an archive; for an sdist, without its top folder."""
    if artifact.suffix == ".whl":
        return set(zipfile.ZipFile(artifact).namelist())
    with tarfile.open(artifact) as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}


def files_under(folder: str) -> set[str]:
    """The checkout's own files, without those that tools made."""
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    of_tools = ("__pycache__", ".ipynb_checkpoints", "node_modules")
    return {path.relative_to(ROOT).as_posix() for path in files if not set(path.parts) & set(of_tools)}


def test_the_wheel_holds_the_package_and_nothing_else(artifacts: dict[str, Path]) -> None:
    inside = names(artifacts["wheel"])
    package = {name for name in inside if ".dist-info/" not in name}
    notebooks = {f"runway_widget/{name}" for name in files_under("notebooks")}
    assert package == files_under("runway_widget") | notebooks
    assert {"runway_widget/py.typed", "runway_widget/notebooks/quickstart.ipynb"} <= package
    assert {Path(name).suffix for name in package if "/static/" in name} >= {".js", ".css"}
    assert {Path(name).suffix for name in package if "/simulator/media/" in name} >= {".mp4"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in inside)


def test_the_sdist_holds_all_sources_and_no_files_of_tools(artifacts: dict[str, Path]) -> None:
    inside = names(artifacts["sdist"])
    sources = files_under("runway_widget") | files_under("notebooks") | files_under("js/src")
    assert sources | {"pyproject.toml", "README.md", "LICENSE", "js/package-lock.json"} <= inside
    unwanted = ("node_modules/", ".venv/", ".cache/", "__pycache__/", ".demo/", ".ipynb_checkpoints/")
    assert not [name for name in inside for part in unwanted if part in name]


def test_a_release_needs_a_tag_that_equals_the_version_and_complete_files(
    artifacts: dict[str, Path], tmp_path: Path
) -> None:
    version = artifacts["wheel"].name.split("-")[1]
    assert release.faults(f"v{version}", artifacts["wheel"].parent) == []
    assert "asks for" in release.faults("v9.9.9", artifacts["wheel"].parent)[0]
    assert "asks for" in release.faults(version, artifacts["wheel"].parent)[0]
    shutil.copy(artifacts["sdist"], tmp_path)
    with zipfile.ZipFile(artifacts["wheel"]) as whole, zipfile.ZipFile(tmp_path / artifacts["wheel"].name, "w") as part:
        for name in whole.namelist():
            if not name.endswith("widget.css"):
                part.writestr(name, b"" if name.endswith("widget.js") else whole.read(name))
    faults = release.faults(f"v{version}", tmp_path)
    assert [line.partition("runway_widget/")[2].split()[0] for line in faults] == [
        "static/widget.css",
        "static/widget.js",
    ]


def test_the_metadata_lists_exactly_the_needed_dependencies(artifacts: dict[str, Path]) -> None:
    with zipfile.ZipFile(artifacts["wheel"]) as wheel:
        metadata = wheel.read(next(n for n in wheel.namelist() if n.endswith("METADATA"))).decode()
    required = [line.split()[1] for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    plain = {name.partition(">")[0] for name in required if f"Requires-Dist: {name}" in metadata.splitlines()}
    assert plain == {"anywidget", "ipywidgets", "platformdirs", "requests", "traitlets", "urllib3"}


def test_an_installed_package_shows_a_card(python: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run(python, "-I", "-c", "import runway_widget; print(runway_widget.Client)", cwd=tmp_path)  # no kernel is needed
    uv("pip", "install", "--quiet", "--python", python, "ipykernel")
    run(python, "-I", "-m", "ipykernel", "install", "--prefix", tmp_path, "--name", "installed", cwd=tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    monkeypatch.delenv("PYTHONPATH", raising=False)  # it may name the checkout
    where = "import runway_widget; print(runway_widget.__file__)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (where, SHOW_A_CARD)])
    folder = {"metadata": {"path": tmp_path}}
    client = NotebookClient(notebook, kernel_name="installed", timeout=60, resources=folder, config=KERNELS)
    client.execute()

    assert notebook.cells[0].outputs[0].text.startswith(str(python.parents[1]))
    [output] = notebook.cells[1].outputs
    assert "runway-task" in output.data["text/html"]
    card = client.widget_state[output.data[VIEW]["model_id"]]
    assert "export" in card["_esm"]
    assert ".runway-task" in card["_css"]


def test_without_jupyterlab_the_demo_says_what_to_install(python: Path, tmp_path: Path) -> None:
    assert "--no-browser" in run(python, "-I", "-m", "runway_widget", "demo", "--help", cwd=tmp_path)
    output = run(python, "-I", "-m", "runway_widget", "demo", "--no-browser", cwd=tmp_path, fails=True)
    assert 'pip install "runway-widget[demo]"' in output
    assert "Traceback" not in output
