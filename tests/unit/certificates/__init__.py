"""Certificates for tests, of an authority that nobody trusts, with their keys: secrets of nothing.

    .venv/bin/uv run --no-project --with trustme python -m tests.unit.certificates

makes them anew. Each server's file holds its key and its certificate, for `HOST` where nothing else is said.
"""

from __future__ import annotations

from pathlib import Path

HOST = "runway.example"
MEDIA_HOST = "media.example"
FOLDER = Path(__file__).parent
AUTHORITY = FOLDER / "authority.pem"  # signed those of the servers
AUTHORITY_IN_A_FOLDER = "718c15b0.0"  # what OpenSSL looks for: `openssl x509 -hash`
STRANGER = FOLDER / "stranger.pem"  # signed nothing but itself
SERVER = FOLDER / "server.pem"
EXPIRED = FOLDER / "expired.pem"
FUTURE = FOLDER / "future.pem"
OTHER_HOST = FOLDER / "other-host.pem"
SELF_SIGNED = FOLDER / "self-signed.pem"
