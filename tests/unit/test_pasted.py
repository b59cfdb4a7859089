"""What people paste in the place of a key, a base URL or a task id: taken as it was meant, or refused by name."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayTask
from runway_widget._pasted import unwrapped
from runway_widget._service.provider import COMETAPI, RUNWAY, task_id_in

from .conftest import RawServer, Script, http
from .vault import Vault, raised
from .wire import ID, KEY, RUNNING, headers_of

Serve = Callable[[Script], RawServer]
OTHER = "0b7e1c52-4f6d-4d53-9a0e-5c1f2a9d8e77"

AROUND = [
    *("{}", '"{}"', "'{}'", "`{}`", ' "{}" ', '"{}",', "'{}';", "{},", "{};\n", "{}\r\n", "\t{}", '" {} "'),
    *("\ufeff{}", "{}\u200b", '\ufeff"{}"\u2060', "\u00a0{}", '"\u200b{}"'),
]


class TestKeys:
    @pytest.mark.parametrize("around", AROUND, ids=ascii)
    @pytest.mark.parametrize("where", ["argument", "environment"])
    def test_what_an_env_file_leaves_around_a_key_is_not_sent(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, around: str, where: str
    ) -> None:
        server = serve(http(RUNNING))
        monkeypatch.setenv("COMETAPI_KEY", around.format(KEY))
        client = Client(around.format(KEY) if where == "argument" else None, server.url, journal="off")
        client.retrieve(ID)
        assert headers_of(server.heads[0])["authorization"] == f"Bearer {KEY}"

    @pytest.mark.parametrize(
        ("around", "words"),
        [
            ("COMETAPI_KEY={}", "a name and a sign before the key"),
            ("export COMETAPI_KEY='{}'", "a name and a sign before the key"),
            ('"api_key": "{}"', "a name and a sign before the key"),
            ("Authorization: Bearer {}", "a name and a sign before the key"),
            ("$env:MY_TOKEN = '{}'", "a name and a sign before the key"),
            ("Bearer {}", "'Bearer'"),
            ("bearer\t{}", "'Bearer'"),
            ("“{}”", "quotation mark"),
            ("«{}»", "quotation mark"),
            ('"{}', "quotation mark"),
            ("{}'", "quotation mark"),
            ("b'{}'", "quotation mark"),
            ("{} # mine", "characters that no key has"),
            ("{}\n{}", "characters that no key has"),
            ("{}\u200b{}", "characters that no key has"),
            ("{}\\n", "characters that no key has"),
            ("{}...", "not whole"),
            ("<{}>", "placeholder"),
        ],
        ids=ascii,
    )
    @pytest.mark.parametrize("where", ["argument", "environment"])
    def test_what_is_not_the_key_alone_is_refused_by_name_and_not_repeated(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch, around: str, words: str, where: str
    ) -> None:
        monkeypatch.setenv("COMETAPI_KEY", around.format(vault.key, vault.key))
        if where == "argument":
            seen = raised(lambda: Client(around.format(vault.key, vault.key)), ConfigurationError)
        else:
            seen = raised(Client, ConfigurationError)
            assert "(it is the one in COMETAPI_KEY)" in seen
        assert words in seen
        assert not vault.found_in(seen)

    @pytest.mark.parametrize(
        "given",
        [
            *("<your key here>", "your-api-key", "YOUR_COMETAPI_KEY", "sk-your-key", "your_key_here", "api-key-here"),
            *("sk-...", "sk-xxxxxxxxxxxx", "sk-********", "None", "null", "nan", "undefined", "changeme", "TODO"),
            *("${COMETAPI_KEY}", "$COMETAPI_KEY", "%COMETAPI_KEY%", "{{ key }}", "[key]"),
        ],
    )
    def test_a_placeholder_is_no_key(self, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        with pytest.raises(ConfigurationError, match=r"^the key is a placeholder or not whole"):
            Client(given)
        monkeypatch.setenv("RUNWAYML_API_SECRET", f'"{given}"')
        with pytest.raises(ConfigurationError, match=r"^the key is a placeholder .* RUNWAYML_API_SECRET"):
            Client.runway()

    @pytest.mark.parametrize("given", ['""', "''", " ", "\ufeff", "\u200b", '" "', ",", ";\n"], ids=ascii)
    def test_quotes_around_nothing_are_no_key(self, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        monkeypatch.setenv("COMETAPI_KEY", given)
        with pytest.raises(ConfigurationError, match=r"^no key: set COMETAPI_KEY"):
            Client()

    @pytest.mark.parametrize(
        "given", ["sk-a-key-of-nobody", "key_" + "0af9" * 32, "id:secret", "YWJj==", "test", "s", "yours-truly"]
    )
    def test_a_key_of_any_make_is_taken(self, given: str) -> None:
        Client(given, journal="off")


class TestBaseUrls:
    @pytest.mark.parametrize("around", [*AROUND, "<{}>", '"<{}>"'], ids=ascii)
    def test_what_stands_around_a_url_is_taken_off(self, monkeypatch: pytest.MonkeyPatch, around: str) -> None:
        given = around.format("https://a.example/v1")
        assert COMETAPI.base_url(given) == "https://a.example"
        monkeypatch.setenv("RUNWAYML_BASE_URL", given)
        assert RUNWAY.base_url() == "https://a.example"

    @pytest.mark.parametrize(
        "given", ["“https://a.example”", '"https://a.example', "COMETAPI_BASE_URL=https://a.example", "None", "<url>"]
    )
    def test_what_is_no_url_is_refused_by_the_name_of_its_variable(
        self, monkeypatch: pytest.MonkeyPatch, given: str
    ) -> None:
        monkeypatch.setenv("COMETAPI_BASE_URL", given)
        with pytest.raises(ConfigurationError, match=r"^base_url, in COMETAPI_BASE_URL, (is no|holds)"):
            COMETAPI.base_url()

    @pytest.mark.parametrize("given", ["", '""', "''", " ", "\u200b"], ids=ascii)
    def test_quotes_around_nothing_are_no_url(self, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        monkeypatch.setenv("COMETAPI_BASE_URL", given)
        assert COMETAPI.base_url() == COMETAPI.url


class TestTaskIds:
    @pytest.mark.parametrize(
        "around",
        [
            *AROUND,
            *("“{}”", "id={}", "id: {}", '"id": "{}"', "task_id='{}'", '{{"id": "{}"}}', 'client.task("{}")'),
            *(
                "https://api.cometapi.com/runwayml/v1/tasks/{}",
                "https://a.example/tasks/{}/",
                "https://a.example?id={}",
            ),
            f"https://a.example/teams/{OTHER}/tasks/{{}}?tab=1",
        ],
        ids=ascii,
    )
    def test_the_one_id_in_what_was_pasted_is_asked_for(self, serve: Serve, around: str) -> None:
        server = serve(http(RUNNING))
        Client(KEY, server.url, journal="off").retrieve(around.format(ID))
        assert server.heads[0].startswith(f"GET /runwayml/v1/tasks/{ID} ")

    def test_a_task_is_known_by_the_id_alone(self, serve: Serve) -> None:
        client = Client(KEY, serve(http(json.dumps({"id": ID, "status": "FAILED"}))).url, journal="off")
        for task in (client.task(f"'{ID}'"), RunwayTask(f" {ID}\n", client), client.task(uuid.UUID(ID))):  # type: ignore[arg-type]
            assert task.task_id == ID
            task.close()

    @pytest.mark.parametrize("given", ["task-7", "'task-7'", "id=task-7", '"task_id": "task-7"'])
    def test_an_id_that_is_no_uuid(self, given: str) -> None:
        assert task_id_in(given) == "task-7"

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (f"{ID} {OTHER}", "no task id"),
            (f"https://media.example/{ID}.mp4?_jwt=x", "no task id"),
            (f"https://media.example/{ID}/output.mp4", "no task id"),
            ("https://media.example/output", "no task id"),
            ("id=", "no task id"),
            ("''", "empty"),
            ("<task id>", "placeholder"),
            ("None", "placeholder"),
            ("nan", "placeholder"),
            (None, "must be a string, not NoneType"),
            (float("nan"), "must be a string, not float"),
        ],
    )
    def test_what_holds_no_id_is_refused(self, given: Any, words: str) -> None:
        with pytest.raises(ConfigurationError, match=words):
            task_id_in(given)


@pytest.mark.parametrize("text", ["a", "a'b", "'a'b'", '"a', "it's", "", "a, b", "don't; won't"])
def test_only_what_stands_around_a_value_is_taken_off(text: str) -> None:
    assert unwrapped(text) == text
