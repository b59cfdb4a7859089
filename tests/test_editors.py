"""What editors offer while somebody types a call: asked of basedpyright's language server, as VS Code asks Pylance."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.checkout, pytest.mark.xdist_group("pyright")]

PRELUDE = """from runway_widget import Client, RunwayTask, TaskGrid
client = Client()
task = client.task("t")
"""


class Server:
    """A language server on pipes: JSON-RPC with a header before each message (the Language Server Protocol)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        command = [sys.executable, "-c", "from basedpyright.langserver import main; main()", "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        capabilities = {"workspace": {"configuration": True}}
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        self._send({"method": "initialized", "params": {}})

    def ask(self, method: str, params: object) -> Any:
        """The result of a request. The server asks meanwhile, too: which Python there is."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                settings = [{"pythonPath": sys.executable} for _ in message["params"].get("items", ())]
                self._send({"id": message["id"], "result": settings})
            elif message.get("id") == self._number:
                return message["result"]

    def offers(self, code: str) -> set[str]:
        """What is offered at the end of ``code``."""
        text = PRELUDE + code
        uri = (self._folder / f"typed_{self._number}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        *lines, last = text.split("\n")
        place = {"textDocument": {"uri": uri}, "position": {"line": len(lines), "character": len(last)}}
        return {item["label"] for item in self.ask("textDocument/completion", place)["items"]}

    def _send(self, message: dict[str, object]) -> None:
        assert self.process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while (line := self.process.stdout.readline()) not in {b"\r\n", b""}:
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended"
        return dict(json.loads(self.process.stdout.read(length)))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("editor"))
    yield server
    server.process.terminate()
    for pipe in (server.process.stdin, server.process.stdout):
        assert pipe
        pipe.close()
    server.process.wait(30)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("client.image_to_video(ta", "takes="),
        ("client.image_to_video(model='gen4_turbo', dur", "duration="),
        ("client.text_to_image(ref", "reference_images="),
        ("client.text_to_video(neg", "negative_prompt="),
        ("client.video_to_video(key", "keyframes="),
        ("client.video_upscale(fla", "flavor="),
        ("client.character_performance(exp", "expression_intensity="),
        ("client.create('sound_effect', reu", "reuse="),
        ("client.task('t', poll_", "poll_interval="),
        ("client.task('t', route='", "'feed'"),
        ("task.again(dur", "duration="),
        ("task.show(li", "live="),
        ("Client(jo", "journal="),
        ("RunwayTask('t', giv", "give_up_after="),
        ("TaskGrid([task], col", "columns="),
        ("client.task('t').ag", "again"),
    ],
)
def test_an_editor_offers_the_options(server: Server, typed: str, offered: str) -> None:
    assert offered in server.offers(typed)
