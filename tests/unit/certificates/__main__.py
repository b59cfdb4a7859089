"""Makes the certificates anew: see the package."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trustme

from . import AUTHORITY, EXPIRED, FUTURE, HOST, MEDIA_HOST, OTHER_HOST, SELF_SIGNED, SERVER, STRANGER

LONG_AGO, AGES_AGO = datetime(2001, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
SOMEDAY, NEVER = datetime(2900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


def write(file: Path, key: trustme.Blob, *certificates: trustme.Blob) -> None:
    file.write_bytes(b"".join(blob.bytes() for blob in (key, *certificates)))


def main() -> None:
    authority, stranger = trustme.CA(), trustme.CA(organization_name="Another authority")
    authority.cert_pem.write_to_path(str(AUTHORITY))
    stranger.cert_pem.write_to_path(str(STRANGER))
    write(SELF_SIGNED, stranger.private_key_pem, stranger.cert_pem)
    servers: dict[Path, tuple[tuple[str, ...], dict[str, Any]]] = {
        SERVER: ((HOST, MEDIA_HOST, "proxy.example", "localhost"), {"not_before": AGES_AGO, "not_after": NEVER}),
        EXPIRED: ((HOST,), {"not_before": AGES_AGO, "not_after": LONG_AGO}),
        FUTURE: ((HOST,), {"not_before": SOMEDAY, "not_after": NEVER}),
        OTHER_HOST: (("other.example",), {"not_before": AGES_AGO, "not_after": NEVER}),
    }
    for file, (names, days) in servers.items():
        made = authority.issue_cert(*names, **days)
        write(file, made.private_key_pem, *made.cert_chain_pems)


if __name__ == "__main__":
    main()
