"""The small service of the client's tests."""

from __future__ import annotations

from client.conftest import client, made, plain, service, somebody, token

__all__ = ["client", "made", "plain", "service", "somebody", "token"]
