"""What is asked of the journal's file, and written to it, in the words of SQL."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._service.cost import Cost
from .._service.state import Status
from .pictures import JOINED, delete_unowned, has_pictures
from .row import Row, State
from .steps import has

if TYPE_CHECKING:
    from sqlite3 import Connection


def select_rows(
    connection: Connection, where: str, values: tuple[Any, ...], limit: int = -1, *, pictures: bool = False
) -> list[Row]:
    """The newest ``limit`` rows for which ``where`` holds, as of now; ``pictures``: with theirs.

    Takes are sent side by side: what tells their order is when they were submitted, not when their row was written.
    """
    now = time.time()
    table = JOINED if pictures and has_pictures(connection) else "submissions"
    sql = f"SELECT * FROM {table} WHERE {where} ORDER BY submitted_at DESC, submissions.rowid DESC LIMIT ?"
    return [Row.read(dict(columns), now) for columns in connection.execute(sql, (*values, limit))]


def latest_rows(connection: Connection, limit: int, base_url: str | None = None, *, picked: bool = False) -> list[Row]:
    """The latest ``limit`` rows with their pictures: of the service at ``base_url``, or of all.

    ``picked``: of those with a star.
    """
    where, values = ("base_url = ?", (base_url,)) if base_url is not None else ("1", ())
    if picked and not has(connection, "submissions", "picked"):
        return []
    return select_rows(connection, f"{where} AND picked" if picked else where, values, limit, pictures=True)


def write_row(connection: Connection, row: Row) -> bool:
    """Write a new row, or what became of one that is there. Returns True, so that a caller can tell."""
    columns = row.columns()
    connection.execute(
        f"INSERT INTO submissions ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)}) "
        "ON CONFLICT (id) DO UPDATE SET state = :state, task_id = :task_id, outcome = :outcome, "
        "submitted_at = :submitted_at, "
        "cost = :cost, cost_is_estimate = :cost_is_estimate",
        columns,
    )
    return True


def write_end(connection: Connection, base_url: str, task_id: str, end: dict[str, Any]) -> None:
    """Write how a task ended: its status, seconds and reason. The first of several such ends stays."""
    connection.execute(
        "UPDATE submissions SET status = :status, ended_at = :ended_at, seconds = :seconds, ran = :ran, "
        "reason = :reason WHERE base_url = :base_url AND task_id = :task_id AND task_id != '' AND status != :status",
        {**end, "ended_at": time.time(), "base_url": base_url, "task_id": task_id},
    )


def latest_durations(action: str, model: str, base_url: str | None, limit: int, connection: Connection) -> list[float]:
    """For how many seconds the latest ``limit`` successes ran; of the service at ``base_url``, or of all."""
    seconds = "CASE WHEN ran > 0 THEN ran ELSE seconds END" if has(connection, "submissions", "ran") else "seconds"
    sql = (
        f"SELECT {seconds} FROM submissions WHERE status = '{Status.SUCCESS}' AND seconds > 0 "
        "AND action = :action AND model = :model AND (:base_url IS NULL OR base_url = :base_url) "
        "ORDER BY rowid DESC LIMIT :limit"
    )
    values = {"action": action, "model": model, "base_url": base_url, "limit": limit}
    return [float(row[0]) for row in connection.execute(sql, values)]


def write_cost(connection: Connection, base_url: str, task_id: str, cost: Cost) -> None:
    """Write what a task costs."""
    connection.execute(
        "UPDATE submissions SET cost = ?, cost_is_estimate = ? WHERE base_url = ? AND task_id = ? AND task_id != ''",
        (cost.credits, cost.is_estimate, base_url, task_id),
    )


def write_pick(connection: Connection, row: Row, picked: bool) -> None:
    """Write whether the task of ``row`` is picked; the whole row, where the journal does not know the task yet."""
    sql = "UPDATE submissions SET picked = ? WHERE base_url = ? AND task_id = ? AND task_id != ''"
    if connection.execute(sql, (picked, row.base_url, row.task_id)).rowcount == 0 and picked:
        write_row(connection, replace(row, picked=True))


def find_reusable(connection: Connection, row: Row) -> Row | None:
    """The newest row of the same request whose task did not fail; else the newest one that is uncertain."""
    where = "base_url = ? AND endpoint = ? AND fingerprint = ?"
    rows = select_rows(connection, where, (row.base_url, row.endpoint, row.fingerprint))
    accepted = [row for row in rows if row.accepted and not row.failed]
    uncertain = [row for row in rows if row.state in {State.UNCERTAIN, State.SENDING} and not row.accepted]
    return next(iter([*accepted, *uncertain]), None)


def delete_rows(connection: Connection, which: str) -> int:
    """Delete the rows with this task id or row id, and their pictures; returns how many there were."""
    count = connection.execute("DELETE FROM submissions WHERE ? IN (id, task_id)", (which,)).rowcount
    delete_unowned(connection)
    return count


def delete_all(connection: Connection) -> int:
    """Delete every row, the pictures, and what was uploaded; returns how many rows there were."""
    connection.execute("DELETE FROM uploads WHERE 1")
    connection.execute("DELETE FROM pictures WHERE 1")
    return connection.execute("DELETE FROM submissions WHERE 1").rowcount
