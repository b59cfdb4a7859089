"""What a card costs a real JupyterLab can be measured: `tests.benchmarks.painting`. Another test looks at a grid's."""

from __future__ import annotations

import pytest

from tests.benchmarks import painting
from tests.benchmarks.processes import Server
from tests.benchmarks.rows import OURS
from tests.browser.host import Host


def test_painting_and_updates_of_a_card_can_be_measured(lab: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "REST", 0.2)
    with Server(shape="bare") as server:
        subject = painting.open_page(lab, server, OURS, 2)
        rows = [*painting.paint([subject], 1), *painting.change([subject], server, 2, 1)]
    assert [each.figure for each in rows] == ["cell's end to painted"] * 2 + [
        "script per card and update",
        "script per second at rest",
    ]
    assert all(each.value >= 0 for each in rows)
    assert rows[2].value > 0
