"""The order of the journal's rows: takes are sent side by side, and listed as they were asked for."""

from __future__ import annotations

import threading

import pytest

from runway_widget._journal.row import Row
from runway_widget.simulator import Simulator

from .fakes import until


def test_the_journal_lists_takes_in_their_order_also_where_a_later_one_was_ready_first(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sim.client()
    fetched = threading.Event()
    usual = client._journal.begin

    def begin(row: Row, *, reuse: bool = False) -> Row | None:
        if row.request["prompt"] == "second":  # its row is written last
            fetched.wait(10)
        written = usual(row, reuse=reuse)
        if row.request["prompt"] == "fourth":
            fetched.set()
        return written

    monkeypatch.setattr(client._journal, "begin", begin)
    grid = client.image_to_video(
        model="gen4_turbo",
        prompt_image=sim.media_url(),
        ratio="1280:720",
        prompt_text=["first", "second", "third", "fourth"],
    )
    until(lambda: all(take.task_id for take in grid))
    assert [entry.prompt for entry in reversed(client.recent())] == ["first", "second", "third", "fourth"]
    grid.close()
