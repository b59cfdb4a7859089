"""Rows for the journal's tests, and helpers that several of them use."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from runway_widget import ConfigurationError
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import Row

HERE = "https://api.example.com"


def a_row(**fields: object) -> Row:
    row = Row(
        base_url=HERE,
        service="CometAPI",
        endpoint="image_to_video",
        action="IMAGE_TO_VIDEO",
        model="gen4_turbo",
        parameters={"promptText": "the kite lifts", "seed": 421},
        request={
            "prompt": "the kite lifts",
            "facts": [{"name": "model", "text": "gen4_turbo"}, {"name": "duration", "text": "5 s"}],
            "ratio": 16 / 9,
            "still": "",
        },
        fingerprint="f00d",
        submitted_at=time.time(),
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def accepted(journal: Journal, task_id: str, **fields: object) -> Row:
    row = a_row(**fields)
    journal.begin(row)
    journal.record_task(row, task_id)
    return row


def uncertain(journal: Journal, **fields: object) -> Row:
    row = a_row(**fields)
    journal.begin(row)
    journal.record_uncertain(row, "the connection broke")
    return row


def path_of(journal: Journal) -> Path:
    assert journal.path is not None
    return journal.path


def call_everything(journal: Journal) -> None:
    """Call each method once. None may raise but those of which somebody asked that there be a journal."""
    row = a_row()
    for asked in (partial(journal.begin, row, reuse=True), journal.require):
        with pytest.raises(ConfigurationError, match="journal"):
            asked()
    assert journal.begin(row) is None
    journal.record_task(row, "t-1")
    journal.record_refusal(row, "no")
    journal.record_uncertain(row, "perhaps")
    journal.record_end(HERE, "t-1", "SUCCESS", 1.0)
    journal.record_files(HERE, "t-1", ["a.mp4"])
    assert journal.recent() == []
    assert journal.find("t-1", HERE) is None
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo") is None
    assert journal.forget("t-1") == journal.forget_all() == 0


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
