"""A browser's signal is heard: a no through the controls of that kind, once (decisions 0020 and 0034)."""

from __future__ import annotations

from sayso.ledger.events import ChoiceMade
from sayso.policy.model import ControlKind
from sayso.workflows.choose import Chosen, Wish, choose_all, known_tag
from sayso.workflows.decide import Finder
from sayso.workflows.facts import Yard
from sayso.workflows.privacy import privacy
from sayso.workflows.signals import SIGNAL


def hear_browser(yard: Yard, finder: Finder, member: str) -> tuple[int, ...]:
    """Return the entries of the noes that a member's browser says for the first time, which are in the log from then on.

    One for each control of kind ``browser-signal`` that changes anything where the member lives, by the policy in force. Once: a
    later yes by the member's own hand is their last word, and the browser repeating itself does not undo it. Raises ``Refused`` for an
    erased member, ``InputError`` for one that no source has brought, and like ``LogStore.append``.
    """
    if not _unheard(yard, member):
        return ()  # most requests: told apart without asking what each control does
    found = privacy(yard, finder, member).of_kind(ControlKind.BROWSER_SIGNAL)
    wishes = [Wish(member, one.control.id, False, channel=SIGNAL) for one in found if one.word is None]
    done = choose_all(yard.book, yard.tags, wishes)
    numbers = (one.written.number for one in done if isinstance(one, Chosen))
    return tuple(number for number in numbers if number is not None)


def _unheard(yard: Yard, member: str) -> bool:
    """Tell whether the policy in force has a browser's control through which the log has nothing from this member."""
    book = yard.book
    version = book.policy.in_force(book.clock.now())
    controls = {
        one.id for one in (version.controls if version else ()) if one.kind is ControlKind.BROWSER_SIGNAL
    }
    if not controls:
        return False
    events = (entry.event for entry in book.log.entries_of(known_tag(yard.tags, member)))
    return bool(controls - {event.control for event in events if isinstance(event, ChoiceMade)})
