"""How a webhook is sent: one POST over HTTPS, an answer in time or none."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2

from sayso.service_ports import Sent

TIMEOUT = 20.0
"""Seconds to wait for a connection, and for the answer to begin (Standard Webhooks, "Request timeouts": 15 to 30)."""


class HttpPoster:
    """A ``Poster`` over HTTP/1.1; certificates are checked, proxies of the environment are used."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        """Wait for so many seconds at each step."""
        self._client = httpx2.Client(timeout=timeout, follow_redirects=False)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent | None:
        """Return what was answered, ``None`` where nothing was in time; the body of an answer is not read."""
        try:
            with self._client.stream("POST", url, headers=dict(headers), content=body) as answer:
                return Sent(answer.status_code, _seconds(answer.headers.get("retry-after")))
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return None


def _seconds(text: str | None) -> float | None:
    """Return the delay of a ``Retry-After`` in seconds (RFC 9110, section 10.2.3), ``None`` for none and for a date.

    >>> _seconds("120"), _seconds("Fri, 31 Dec 1999 23:59:59 GMT"), _seconds(None)
    (120.0, None, None)
    """
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None
