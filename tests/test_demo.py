"""`python -m runway_widget demo`."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import find_connection_file

from runway_widget.__main__ import main
from runway_widget._cli import demo as demo_module
from runway_widget._cli.demo import RECORD, copy_notebooks, shipped_notebooks
from tests.ports import free_port


def notebook(*sources: str, output: str = "", count: int | None = 1) -> str:
    cells = [{"cell_type": "code", "source": s, "outputs": [output], "execution_count": count} for s in sources]
    return json.dumps({"cells": cells})


def cells_of(file: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return cells


def unrun(source: str) -> list[dict[str, Any]]:
    """The only cell of a notebook that nobody has run."""
    return [{"cell_type": "code", "source": source, "outputs": [], "execution_count": None}]


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "quickstart.ipynb").write_text(notebook("task"))
    return folder


def update_package(shipped: Path) -> None:
    """Put another version of the notebook where the package has it."""
    (shipped / "quickstart.ipynb").write_text(notebook("task of the new version"))


def notebooks_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.ipynb"))


def test_an_edited_copy_is_kept_beside_the_fresh_one(shipped: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    assert copy_notebooks(shipped, copies) == []
    for number, edit in enumerate(("mine", "mine too"), 1):
        (copies / "quickstart.ipynb").write_text(notebook(edit))
        [message] = copy_notebooks(shipped, copies)
        assert message.startswith("quickstart.ipynb has edits of yours")
        assert f"quickstart-edited-{number}.ipynb" in message
        assert edit in (copies / f"quickstart-edited-{number}.ipynb").read_text()
        assert cells_of(copies / "quickstart.ipynb") == unrun("task")


def test_a_cell_of_another_type_is_an_edit(shipped: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    (copies / "quickstart.ipynb").write_text(notebook("task").replace('"code"', '"markdown"'))
    [message] = copy_notebooks(shipped, copies)
    assert message.startswith("quickstart.ipynb has edits of yours")


def test_a_copy_that_was_only_run_is_replaced(shipped: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    (copies / "quickstart.ipynb").write_text(notebook("task", output="of yesterday"))
    assert copy_notebooks(shipped, copies) == []
    assert notebooks_in(copies) == ["quickstart.ipynb"]
    assert "of yesterday" not in (copies / "quickstart.ipynb").read_text()


@pytest.mark.parametrize("output", ["", "of yesterday"])
def test_a_copy_of_an_older_version_is_no_edit(shipped: Path, tmp_path: Path, output: str) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    (copies / "quickstart.ipynb").write_text(notebook("task", output=output))
    update_package(shipped)
    for _ in range(2):
        assert copy_notebooks(shipped, copies) == []
        assert notebooks_in(copies) == ["quickstart.ipynb"]
        assert cells_of(copies / "quickstart.ipynb") == unrun("task of the new version")


def with_an_empty_cell(content: dict[str, Any]) -> None:
    """As JupyterLab adds it when the last cell is run."""
    content["cells"].append(
        {
            "id": "an-empty-cell",
            "cell_type": "code",
            "source": [],
            "outputs": [],
            "execution_count": None,
            "metadata": {},
        }
    )


def with_other_metadata(content: dict[str, Any]) -> None:
    content["metadata"] = {"widgets": {}, "kernelspec": {"name": "python3"}, "signature": "x"}
    content["cells"][0] |= {"metadata": {"collapsed": True, "trusted": True}, "execution_count": 7, "id": "else"}


def with_other_line_ends(content: dict[str, Any]) -> None:
    content["cells"][0]["source"] = content["cells"][0]["source"].replace("\n", "  \r\n") + "\n\n"


@pytest.mark.parametrize("change", [with_an_empty_cell, with_other_metadata, with_other_line_ends])
@pytest.mark.parametrize("updated", [False, True])
def test_what_an_editor_changes_by_itself_is_no_edit(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], updated: bool
) -> None:
    shipped, copies = tmp_path / "shipped", tmp_path / "copies"
    shipped.mkdir()
    (shipped / "quickstart.ipynb").write_text(notebook("a = 1\nb = 2", "task"))
    copy_notebooks(shipped, copies)
    content = json.loads((copies / "quickstart.ipynb").read_text())
    change(content)
    (copies / "quickstart.ipynb").write_text(json.dumps(content))
    if updated:
        update_package(shipped)
    assert copy_notebooks(shipped, copies) == []
    assert notebooks_in(copies) == ["quickstart.ipynb"]


def test_the_real_notebooks_are_no_edits_after_a_save(tmp_path: Path) -> None:
    copy_notebooks(shipped_notebooks(), tmp_path)
    for file in tmp_path.glob("*.ipynb"):
        content = nbformat.read(file, as_version=4)
        for cell in content.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], 99
        content.cells.append(nbformat.v4.new_code_cell(""))
        nbformat.write(content, file)
    assert copy_notebooks(shipped_notebooks(), tmp_path) == []


def test_a_page_that_stayed_open_saves_a_version_of_long_ago_which_is_no_edit(shipped: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    old = (copies / "quickstart.ipynb").read_text()
    for version in ("second", "third"):
        (shipped / "quickstart.ipynb").write_text(notebook(version))
        copy_notebooks(shipped, copies)
    (copies / "quickstart.ipynb").write_text(old)
    assert copy_notebooks(shipped, copies) == []
    assert notebooks_in(copies) == ["quickstart.ipynb"]


def test_a_record_of_the_first_version_is_understood(shipped: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    record = json.loads((copies / RECORD).read_text())
    (copies / RECORD).write_text(json.dumps({name: hashes[0] for name, hashes in record.items()}))
    update_package(shipped)
    assert copy_notebooks(shipped, copies) == []


def test_an_edited_copy_of_an_older_version_is_kept_beside_the_fresh_one(shipped: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    (copies / "quickstart.ipynb").write_text(notebook("mine"))
    update_package(shipped)
    [message] = copy_notebooks(shipped, copies)
    assert message.startswith("quickstart.ipynb has edits of yours")
    assert (copies / "quickstart-edited-1.ipynb").read_text() == notebook("mine")


@pytest.mark.parametrize("record", [None, "", "[1]", "{", '{"quickstart.ipynb": 7}'])
def test_without_a_record_a_copy_that_differs_is_kept_but_not_called_an_edit(
    shipped: Path, tmp_path: Path, record: str | None
) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    (copies / RECORD).unlink()
    if record is not None:
        (copies / RECORD).write_text(record)
    update_package(shipped)
    [message] = copy_notebooks(shipped, copies)
    assert "edits" not in message
    assert "quickstart-earlier-1.ipynb" in message
    assert cells_of(copies / "quickstart-earlier-1.ipynb") == unrun("task")
    assert copy_notebooks(shipped, copies) == []


def test_a_copy_that_is_not_valid_any_more_counts_as_edited(shipped: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copy_notebooks(shipped, copies)
    (copies / "quickstart.ipynb").write_text("[1]")
    copy_notebooks(shipped, copies)
    assert (copies / "quickstart-edited-1.ipynb").read_text() == "[1]"


# What `make demo` is for: a notebook starts the simulator, whose client has its journal on the disk.
A_CLIENT = """
from runway_widget.simulator import Simulator
simulator = Simulator()
client = simulator.runway_client()
client.text_to_speech(model="eleven_v4", prompt_text="a kite", voice="Maya")
"""


@contextmanager
def demo(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running command, and the address it printed."""
    options = ["--no-browser", "--dir", str(folder), "--port", str(free_port())]
    command = [sys.executable, "-m", "runway_widget", "demo", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            for line in process.stdout:
                if address := re.search(r"http://\S+", line):
                    yield process, address[0]
                    break
            else:
                assert process.stderr
                pytest.fail(process.stderr.read())
        finally:
            process.terminate()  # not kill: it would leave its server behind
            process.wait(30)


def run(kernel: str, code: str) -> None:
    """Run code in a kernel of a server on this machine."""
    client = BlockingKernelClient(connection_file=find_connection_file(f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)  # the request waits for the kernel's start
    assert client.execute(code, reply=True, timeout=60)["content"]["status"] == "ok"
    client.stop_channels()


ENDS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_the_demo_serves_a_copy_at_the_printed_address_until_a_signal_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that is closed sends SIGHUP."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with demo(tmp_path / "copies") as (process, url), requests.Session() as http:
        http.trust_env = False
        page = http.get(url, timeout=30)
        assert page.ok
        assert "jupyter-config-data" in page.text
        token = {"Authorization": f"token {url.partition('token=')[2]}"}
        root = url.partition("/lab/")[0]
        served = http.get(f"{root}/api/contents/quickstart.ipynb", headers=token, timeout=30).json()["content"]
        original = json.loads((shipped_notebooks() / "quickstart.ipynb").read_text())
        assert [c["source"] for c in served["cells"]] == ["".join(c["source"]) for c in original["cells"]]
        ran = [(c["outputs"], c["execution_count"]) for c in served["cells"] if c["cell_type"] == "code"]
        assert ran == [([], None)] * len(ran), "nothing stands there that its reader has not run"
        kernel = http.post(f"{root}/api/kernels", headers=token, timeout=30).json()["id"]
        run(kernel, A_CLIENT)
        assert list(temporary.glob("runway-simulator-*/journal*"))
        os.kill(process.pid, number)
        assert process.wait(30) == 0
        assert not list(temporary.iterdir())
        with pytest.raises(requests.ConnectionError):
            http.get(url, timeout=5)


def test_the_default_port_is_the_first_free_one_from_8888_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    monkeypatch.setattr(demo_module, "DEFAULT_PORT", port)
    with socket.create_server(("127.0.0.1", port)):
        assert port < demo_module._free_port() < port + 50


def test_the_error_names_a_port_that_is_taken(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "runway_widget", "demo", "--no-browser", "--dir", str(tmp_path / "copies")]
    with socket.create_server(("127.0.0.1", port)):
        demo = subprocess.run([*command, "--port", str(port)], capture_output=True, text=True, timeout=60, check=False)
    assert demo.returncode == 1
    assert str(port) in demo.stderr


@pytest.mark.parametrize(
    ("given", "message"), [("s3://bucket/demo", "--dir: 's3://bucket/demo' is an address"), (" ", "--dir: empty")]
)
def test_a_folder_that_cannot_be_one_is_an_error_without_a_traceback(
    capsys: pytest.CaptureFixture[str], given: str, message: str
) -> None:
    assert main(["demo", "--no-browser", "--dir", given]) == 1
    assert capsys.readouterr().err.startswith(message)


def test_the_folder_may_be_below_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell leaves the sign for it in --dir=~/demo."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(demo_module, "_run", lambda folder, *_, **__: print(folder) or 7)
    assert main(["demo", "--no-browser", "--port", "1", "--dir=~/demo"]) == 7
    assert (tmp_path / "demo" / "quickstart.ipynb").is_file()
