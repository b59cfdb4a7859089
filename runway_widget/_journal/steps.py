"""The tables of the journal's file, as the steps that make them.

Whoever needs a column or a table of its own adds a step at the end. A file that no job has written to since then is
still as an older package left it, and is read as it is: a query asks first for what a later step brings (`has`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection

#: Each step takes the file from one version (`PRAGMA user_version`) to the next. Steps only add, and new columns have
#: defaults, so that an older package can use a newer file.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE submissions (
            id TEXT PRIMARY KEY,
            base_url TEXT NOT NULL,
            service TEXT NOT NULL DEFAULT '',
            endpoint TEXT NOT NULL DEFAULT '',
            action TEXT NOT NULL DEFAULT '',
            model TEXT NOT NULL DEFAULT '',
            parameters TEXT NOT NULL DEFAULT '{}',
            request TEXT NOT NULL DEFAULT '{}',
            fingerprint TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL,
            submitted_at REAL NOT NULL,
            task_id TEXT NOT NULL DEFAULT '',
            outcome TEXT NOT NULL DEFAULT '',
            status TEXT NOT NULL DEFAULT '',
            ended_at REAL NOT NULL DEFAULT 0,
            seconds REAL NOT NULL DEFAULT 0,
            files TEXT NOT NULL DEFAULT '[]'
        )
        """,
        "CREATE INDEX by_task ON submissions (task_id)",
        "CREATE INDEX by_fingerprint ON submissions (fingerprint)",
    ),
    ("CREATE INDEX by_success ON submissions (action, model, status)",),  # for `Journal.typical`, at each create
    ("ALTER TABLE submissions ADD COLUMN reason TEXT NOT NULL DEFAULT ''",),  # why the task failed
    (
        "ALTER TABLE submissions ADD COLUMN cost REAL",  # in credits; NULL where nobody has said
        "ALTER TABLE submissions ADD COLUMN cost_is_estimate INTEGER NOT NULL DEFAULT 0",
    ),
    ("ALTER TABLE submissions ADD COLUMN route TEXT NOT NULL DEFAULT ''",),  # at which its task is asked for
    ("ALTER TABLE submissions ADD COLUMN picked INTEGER NOT NULL DEFAULT 0",),  # starred
    (  # what was uploaded, see `uploads`
        """
        CREATE TABLE uploads (
            base_url TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            owner TEXT NOT NULL,
            uri TEXT NOT NULL,
            uploaded_at REAL NOT NULL
        )
        """,
        "CREATE INDEX by_content ON uploads (base_url, sha256)",
    ),
    (  # what came out, see `pictures`
        """
        CREATE TABLE pictures (
            base_url TEXT NOT NULL,
            task_id TEXT NOT NULL,
            picture BLOB NOT NULL,
            PRIMARY KEY (base_url, task_id)
        )
        """,
    ),
    ("ALTER TABLE submissions ADD COLUMN ran REAL NOT NULL DEFAULT 0",),  # seconds, without the queue; 0 if unknown
    ("ALTER TABLE submissions ADD COLUMN inputs TEXT NOT NULL DEFAULT '[]'",),  # the tasks whose outputs are in it
)


def has(connection: Connection, table: str, column: str = "") -> bool:
    """Whether the file has that table, and in it that column: it may not have been migrated yet."""
    sql = "SELECT 1 FROM pragma_table_info(?) WHERE ? IN ('', name)"
    return connection.execute(sql, (table, column)).fetchone() is not None
