"""The small pictures of what came out, in a table of their own: a query that needs none does not read past them.

A file that grows without end would be a burden to whoever has it in a home folder. So the newest keep theirs, and those
that are picked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .steps import has

if TYPE_CHECKING:
    from sqlite3 import Connection

MAX_PICTURE = 6_000  # bytes
MOST_PICTURES = 500

#: The pictures beside the rows of `submissions`.
JOINED = "submissions LEFT JOIN pictures USING (base_url, task_id)"

_OF_A_ROW = "SELECT 1 FROM submissions WHERE base_url = pictures.base_url AND task_id = pictures.task_id"


def write_picture(connection: Connection, base_url: str, task_id: str, picture: bytes) -> None:
    """Write the picture of a task that the journal knows, and delete the oldest that are too many."""
    if not 0 < len(picture) <= MAX_PICTURE:
        return
    connection.execute(
        "INSERT INTO pictures (base_url, task_id, picture) SELECT base_url, task_id, ? FROM submissions "
        "WHERE base_url = ? AND task_id = ? AND task_id != '' LIMIT 1 "
        "ON CONFLICT (base_url, task_id) DO UPDATE SET picture = excluded.picture",
        (picture, base_url, task_id),
    )
    connection.execute(
        "DELETE FROM pictures WHERE rowid <= (SELECT rowid FROM pictures ORDER BY rowid DESC LIMIT 1 OFFSET ?) "
        f"AND NOT EXISTS ({_OF_A_ROW} AND picked)",
        (MOST_PICTURES,),
    )


def delete_unowned(connection: Connection) -> None:
    """Delete the pictures of tasks that have no row any more."""
    connection.execute(f"DELETE FROM pictures WHERE NOT EXISTS ({_OF_A_ROW})")


def has_pictures(connection: Connection) -> bool:
    """Whether the file has the table: it may not have been migrated yet."""
    return has(connection, "pictures")
