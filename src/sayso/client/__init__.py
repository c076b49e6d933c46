"""The client of a Sayso service: the calls of its ``/v1`` API, typed, sync and async.

    with Client("https://sayso.example.org", token="sayso_...") as client:
        client.choose("1204", "ai-training", "no")
        for item in client.follow(after=-1):
            ...

``Client`` and ``AsyncClient`` have the same methods (``clients.Methods``); those of the second are awaited. What the service
refuses is raised as one of ``sayso.client.problems``. Writes carry an idempotency key, so that trying again after a lost connection
carries nothing out twice; every call after a write asks for a state that has it.
"""

from __future__ import annotations

from sayso.client.clients import AsyncClient, Client

__all__ = ["AsyncClient", "Client"]
