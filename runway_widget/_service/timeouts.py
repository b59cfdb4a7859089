"""How long one request may take. Pure, so that whoever reckons with it need not import the connections themselves."""

from __future__ import annotations

CONNECT_TIMEOUT = 10.0
SEND_TIMEOUT = 120.0  # urllib3 would allow a body no more than the connect time-out, too little for some megabytes
READ_TIMEOUT = 30.0  # seconds of silence
TOTAL_TIMEOUT = 60.0  # seconds for the answer, from when the request was sent; the last silence in it may end later

#: Seconds after which a request has certainly come to an end, one way or another.
LONGEST_REQUEST = CONNECT_TIMEOUT + SEND_TIMEOUT + READ_TIMEOUT + TOTAL_TIMEOUT
