"""The journal's table of uploads: which content the service has, by its digest, and until when.

It has no key and no path: a mark that only the key can tell, and a digest that only the content can.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from .._service.payload import clean_text
from .._service.upload import LIFE
from .steps import has

if TYPE_CHECKING:
    from sqlite3 import Connection


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload: where, of what (sha256), by whom (`Service.mark`), its URI, and the unix time when it was begun."""

    base_url: str
    sha256: str
    owner: str
    uri: str
    uploaded_at: float


def find_uploads(connection: Connection, base_url: str, sha256: str) -> list[Upload]:
    """The uploads of a content at the service, by anybody, the newest first."""
    if not has(connection, "uploads"):
        return []
    sql = "SELECT * FROM uploads WHERE base_url = ? AND sha256 = ? ORDER BY uploaded_at DESC"
    found = []
    for row in connection.execute(sql, (base_url, sha256)):
        owner, uri, when = clean_text(row["owner"]), clean_text(row["uri"]), row["uploaded_at"]
        if uri.startswith("runway://") and isinstance(when, float):
            found.append(Upload(base_url, sha256, owner, uri, when))
    return found


def write_upload(connection: Connection, upload: Upload) -> None:
    """Write an upload, and forget those that have ended."""
    connection.execute("DELETE FROM uploads WHERE uploaded_at < ?", (upload.uploaded_at - LIFE,))
    connection.execute("INSERT INTO uploads VALUES (:base_url, :sha256, :owner, :uri, :uploaded_at)", asdict(upload))


def delete_uploads(connection: Connection, base_url: str, sha256: str, before: float) -> None:
    """Forget the uploads of a content from before that unix time."""
    sql = "DELETE FROM uploads WHERE base_url = ? AND sha256 = ? AND uploaded_at < ?"
    connection.execute(sql, (base_url, sha256, before))
