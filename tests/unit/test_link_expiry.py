"""When a link ends, read from its query: each form of signature that is known, and none that is only like one."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runway_widget._service.link_expiry import first_expiry, link_expiry

HOST = "https://media.test/dusk.mp4?"
END = 1_773_482_400.0  # 2026-03-14 10:00 UTC


def base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def token(claims: Any) -> str:
    return f"{base64url(json.dumps({'alg': 'HS256'}))}.{base64url(json.dumps(claims))}.c2lnbmF0dXJl"


def policy(*conditions: str) -> str:
    """As CloudFront writes it: a custom policy in base64 with replacements of its own."""
    text = f'{{"Statement":[{{"Resource":"https://media.test/*?>","Condition":{{{",".join(conditions)}}}}}]}}'
    encoded = base64.b64encode(text.encode()).decode()
    return encoded.replace("+", "-").replace("=", "_").replace("/", "~")


BEFORE = f'"DateLessThan":{{"AWS:EpochTime":{END:.0f}}}'
AFTER = f'"DateGreaterThan":{{"AWS:EpochTime":{END - 9000:.0f}}}'


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("Runway", f"_jwt={token({'keyHash': 'a', 'exp': END})}"),
        ("another parameter's web token", f"token={token({'exp': int(END), 'path': '/?>?>'})}"),
        ("a web token in milliseconds", f"_jwt={token({'exp': END * 1000})}"),
        ("AWS, version 4", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260313T100000Z&X-Amz-Expires=86400"),
        ("AWS, version 4, the other way round", "X-Amz-Expires=86400&X-Amz-Signature=0&X-Amz-Date=20260313T100000Z"),
        ("small letters", "x-amz-date=20260313T100000Z&x-amz-expires=86400"),
        ("Google, version 4", "X-Goog-Date=20260314T090000Z&X-Goog-Expires=3600&X-Goog-Signature=0"),
        ("Alibaba, version 4", "x-oss-date=20260314T090000Z&x-oss-expires=3600&x-oss-signature=0"),
        ("Alibaba, version 2", f"x-oss-signature-version=OSS2&x-oss-expires={END:.0f}"),
        ("Volcengine", "X-Tos-Algorithm=TOS4-HMAC-SHA256&X-Tos-Date=20260314T090000Z&X-Tos-Expires=3600"),
        ("Tencent", f"q-sign-algorithm=sha1&q-sign-time={END - 3600:.0f};{END:.0f}&q-signature=0"),
        ("Tencent, escaped", f"q-sign-time={END - 3600:.0f}%3B{END:.0f}"),
        ("CloudFront, canned", f"Expires={END:.0f}&Signature=a-b_&Key-Pair-Id=K2"),
        ("CloudFront, custom", f"Policy={policy(BEFORE)}&Signature=a-b_&Key-Pair-Id=K2"),
        ("CloudFront, custom, with a start", f"Policy={policy(AFTER, BEFORE)}&Signature=a"),
        ("AWS, version 2", f"AWSAccessKeyId=AKIA0&Expires={END:.0f}&Signature=a%2Bb"),
        ("Azure", "sv=2024-11-04&st=2026-03-13T10%3A00%3A00Z&se=2026-03-14T10%3A00%3A00Z&sr=b&sp=r&sig=a"),
        ("Azure without seconds", "se=2026-03-14T10:00Z&sig=a"),
        ("a zone with a plus", "se=2026-03-14T12:00:00+02:00&sig=a"),
        ("Akamai", f"hdnts=st={END - 60:.0f}~exp={END:.0f}~acl=/*~hmac=0"),
        ("a name in small letters", f"expires={END:.0f}&md5=0"),
        ("two ends", f"Expires={END + 500:.0f}&_jwt={token({'exp': END})}"),
    ],
)
def test_a_signed_link_tells_when_it_ends(form: str, query: str) -> None:
    assert link_expiry(HOST + query) == END, form


@pytest.mark.parametrize(
    "query",
    [
        "",
        "v=2&width=1280",
        "_jwt=secret",
        "_jwt=a.b.c",
        "name=take.final.mp4",
        f"_jwt={token({'iat': END})}",
        f"_jwt={token([END])}",
        f"_jwt={token({'exp': 'soon'})}",
        f"_jwt={token({'exp': True})}",
        f"_jwt={token({'exp': None})}",
        f"_jwt=a.{base64url('[' * 100_000)}.c",
        "Expires=3600",  # a length of time, from a moment that nobody tells
        "Expires=-1",
        "Expires=never",
        "Expires=nan",
        "Expires=" + "9" * 5000,
        "X-Amz-Expires=86400",
        "X-Amz-Date=20260313T100000Z",
        "X-Amz-Date=yesterday&X-Amz-Expires=86400",
        "X-Amz-Date=20260313T100000Z&X-Goog-Expires=60",
        f"Policy={policy(AFTER)}",
        "Policy=%%%",
        "q-sign-time=",
    ],
)
def test_a_link_that_names_no_end_has_none(query: str) -> None:
    assert link_expiry(HOST + query) is None


def test_what_is_no_url_has_no_end() -> None:
    assert link_expiry("https://[broken?Expires=1773482400") is None
    assert link_expiry(f"https://media.test/Expires={END:.0f}") is None


@given(st.text() | st.from_regex(r"https://a\.test/\?(_jwt|Expires|Policy|se|x-amz-date|x-amz-expires)=.{0,80}"))
def test_no_text_breaks_it(text: str) -> None:
    end = link_expiry(text)
    assert end is None or 1e9 <= end < 1e11


def test_of_several_links_the_first_to_end_counts() -> None:
    links = [f"{HOST}Expires={END + more:.0f}" for more in (60, 0, 30)]
    assert first_expiry([*links, HOST]) == END
    assert first_expiry([HOST]) is None
    assert first_expiry([]) is None
