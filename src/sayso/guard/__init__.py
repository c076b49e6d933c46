"""A guard over a training loop: from the next batch on it yields nothing of a member who has said no.

    from sayso.client import Client
    from sayso.guard import guard
    from sayso.values.uses import Use

    with Client("https://sayso.example.org", "sayso_...") as client:
        use = Use("content-generation", "platform")
        for batch in guard(loader, client, use, member_of="author", record_of="id"):
            train(batch)

**The guarantee.** What was acknowledged ``seconds`` before a batch was asked for (0, unless it is said otherwise: before) and takes
something back is followed in that batch: a no, a deletion, the closing of an account, an erasure, a suspension. Where the service
cannot be reached the batch is held back, for ``patience`` seconds at most; then the loop ends with an error, never with a batch.
"""

from __future__ import annotations

from sayso.guard.loop import Guard, Stopped, Unanswered, guard

__all__ = ["Guard", "Stopped", "Unanswered", "guard"]
