"""Rows for the journal's tests, and what several of them look at."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest

from runway_widget._journal.journal import Journal
from runway_widget._journal.row import Row

HERE = "https://api.example.com"


def a_row(**told: object) -> Row:
    usual = Row(
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
    return replace(usual, **told)  # type: ignore[arg-type]


def taken(journal: Journal, task_id: str, **told: object) -> Row:
    row = a_row(**told)
    journal.begin(row)
    journal.complete(row, task_id)
    return row


def doubtful(journal: Journal, **told: object) -> Row:
    row = a_row(**told)
    journal.begin(row)
    journal.uncertain(row, "the connection broke")
    return row


def path_of(journal: Journal) -> Path:
    assert journal.path is not None
    return journal.path


def everything_of(journal: Journal) -> None:
    """Each method once; none may raise."""
    row = a_row()
    assert journal.begin(row, reuse=True) is None
    journal.complete(row, "t-1")
    journal.refused(row, "no")
    journal.uncertain(row, "perhaps")
    journal.ended(HERE, "t-1", "SUCCESS", 1.0)
    journal.saved(HERE, "t-1", ["a.mp4"])
    assert journal.recent() == []
    assert journal.find("t-1", HERE) is None
    assert journal.reusable(HERE, "image_to_video", "f00d") is None
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo") is None
    assert journal.forget("t-1") == journal.forget_all() == 0


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
