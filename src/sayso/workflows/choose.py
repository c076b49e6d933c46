"""A member says yes or no through a control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sayso.errors import InputError, Problem, Refused, SaysoError
from sayso.ledger.events import ChoiceMade
from sayso.policy.model import Control, ControlKind, Policy, PolicyVersion, Reach
from sayso.ports import TagStore
from sayso.values.moments import Moment, format_day
from sayso.values.uses import Use
from sayso.workflows.logbook import Logbook, Written, past, write


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to record: who, which control, yes or no; when and which version was shown, where not now's.

    ``own`` tells that the member themselves asks, and not the platform on behalf of whoever may speak for them.
    """

    member: str
    control: str
    yes: bool
    at: Moment | None = None
    version: str | None = None
    channel: str = "settings"
    own: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice, what it means in plain sentences, and what was written of it."""

    event: ChoiceMade
    meaning: tuple[str, ...]
    written: Written


def choose(book: Logbook, tags: TagStore, wish: Wish, dry_run: bool = False) -> Chosen:
    """Return the choice, which is in the log from then on, unless ``dry_run``.

    Raises ``InputError`` for a member that no source has brought, a version that the policy does not have, and a yes through a
    browser's signal or an objection form, which can only say no; ``Refused`` for an erased member, a moment in the future, a control
    that the version shown does not offer, and a member's own yes in the place of an administrator's.
    """
    event, control = _asked(book.policy, tags, wish, book.clock.now())
    written = Written() if dry_run else write(book, [event])
    return Chosen(event, meaning(book.policy, control, wish.yes), written)


def choose_all(book: Logbook, tags: TagStore, wishes: Sequence[Wish]) -> tuple[Chosen | SaysoError, ...]:
    """Return for each wish its choice, or what ``choose`` would raise; the choices are in the log from then on.

    They are written in one piece, side by side in the order of the wishes; one that is refused is left out, and changes nothing
    for the others. Raises like ``LogStore.append``: none of them is in the log then.
    """
    now = book.clock.now()
    asked = [_asked_or_refused(book.policy, tags, wish, now) for wish in wishes]
    events = [one[0] for one in asked if isinstance(one, tuple)]
    written = write(book, events) if events else Written()
    entries = iter(written.entries)
    return tuple(
        Chosen(one[0], meaning(book.policy, one[1], one[0].yes), Written((next(entries),), written.adopted))
        if isinstance(one, tuple)
        else one
        for one in asked
    )


def chosen_before(book: Logbook, tags: TagStore, wish: Wish) -> Chosen | None:
    """Return the choice of a wish that gives its moment, where the log has it already, ``None`` where not."""
    asked = _asked_or_refused(book.policy, tags, wish, book.clock.now())
    if isinstance(asked, SaysoError):
        return None
    event, control = asked
    found = next((each for each in book.log.entries_of(event.tag) if each.event == event), None)
    return (
        None if found is None else Chosen(event, meaning(book.policy, control, wish.yes), Written((found,)))
    )


_Asked: TypeAlias = tuple[ChoiceMade, Control]


def _asked(policy: Policy, tags: TagStore, wish: Wish, now: Moment) -> _Asked:
    at = past(wish.at, now, "the choice")
    tag = known_tag(tags, wish.member)
    version = _shown(policy, wish.version, at)
    control = _offered(version, wish.control)
    if wish.yes and control.kind in NO_ONLY:
        raise _no_only(policy, version, control)
    if wish.own and wish.yes and control.kind is ControlKind.ADMIN_SETTING:
        what = "an administrator sets this: nobody says yes to it for themselves"
        raise Refused(Problem("not-yours", what, advice="ask your administrator"))
    return ChoiceMade(tag, control.id, wish.yes, at, version.id, wish.channel), control


NO_ONLY = {
    ControlKind.BROWSER_SIGNAL: "a browser's signal",
    ControlKind.OBJECTION_FORM: "an objection form",
}
"""Kinds of controls that can only say no (decision 0034), and what they are."""


def _no_only(policy: Policy, version: PolicyVersion, control: Control) -> InputError:
    what = f"{control.id} is {NO_ONLY[control.kind]}, which can only say no"
    switches = [
        one.id for one in version.controls if one.kind is ControlKind.TOGGLE and _share(policy, one, control)
    ]
    if switches:
        advice = f"a yes goes through a switch: {', '.join(switches)}"
    else:
        advice = f"version {version.id} has no switch that could say yes to what it covers"
    return InputError(Problem("no-only", what, advice=advice))


def _share(policy: Policy, one: Control, other: Control) -> bool:
    uses = (Use(purpose, recipient) for purpose in other.purposes for recipient in other.recipients)
    return any(one.touches(use, policy.purposes) for use in uses)


def _asked_or_refused(policy: Policy, tags: TagStore, wish: Wish, now: Moment) -> _Asked | SaysoError:
    try:
        return _asked(policy, tags, wish, now)
    except SaysoError as refusal:
        return refusal


def known_tag(tags: TagStore, member: str) -> str:
    """Return the tag of a member.

    Raises ``Refused`` for a member who was erased, ``InputError`` for one that no source has brought.
    """
    tag = tags.tag_of(member)
    if tag is not None:
        return tag
    if tags.is_erased(member):
        raise Refused(
            Problem(
                "erased-member",
                "this member was erased: nothing is kept of them, and nothing new is taken up",
            )
        )
    raise no_such_member()


def no_such_member() -> InputError:
    """Return what is said of an id that no member has."""
    what = "no imported source has a member of this id"
    return InputError(Problem("unknown-member", what, advice="import the source that has them"))


def _shown(policy: Policy, wanted: str | None, at: Moment) -> PolicyVersion:
    if wanted is None:
        return _in_force(policy, at)
    version = known_version(policy, wanted)
    if version.published_at > at:
        day = format_day(version.published_at)
        raise Refused(
            Problem(
                "not-published",
                f"version {version.id} was published on {day}: nobody was shown it on {format_day(at)}",
                advice="give the version that was shown, or the moment after that",
            )
        )
    return version


def _in_force(policy: Policy, at: Moment) -> PolicyVersion:
    version = policy.in_force(at)
    if version is None:
        raise Refused(
            Problem(
                "not-in-force",
                f"no version of the policy {policy.id} is in force on {format_day(at)}: there is no control to use",
                advice="give another --at, or --version with the version that was shown",
            )
        )
    return version


def known_version(policy: Policy, wanted: str) -> PolicyVersion:
    """Return the policy version of that id.

    Raises ``InputError``, with the list of versions, where there is none.
    """
    version = policy.version(wanted)
    if version is None:
        names = ", ".join(each.id for each in policy.versions)
        raise InputError(
            Problem(
                "unknown-version",
                f"the policy {policy.id} has no version {wanted!r}",
                advice=f"it has: {names}",
            )
        )
    return version


def _offered(version: PolicyVersion, wanted: str) -> Control:
    found = next((control for control in version.controls if control.id == wanted), None)
    if found is None:
        names = ", ".join(control.id for control in version.controls) or "none"
        raise Refused(
            Problem(
                "unknown-control",
                f"version {version.id} has no control {wanted!r}",
                advice=f"its controls: {names}",
            )
        )
    return found


def meaning(policy: Policy, control: Control, yes: bool) -> tuple[str, ...]:
    """Return in plain sentences what a choice covers, what it does not, and how far it reaches."""
    covered = f"{_listed(policy, control.purposes)} ({_recipients(policy, control)})"
    if yes:
        first = f"Yes to {covered}, as the version shown says it, and no more than that."
    else:
        first = f"No to {covered}, and to whatever else this control comes to cover."
    sentences = [first]
    if not yes:
        sentences.append(_reach(control.reach))
    if control.not_covered:
        sentences.append(f"Not covered: {control.not_covered.rstrip('.')}.")
    return tuple(sentences)


def _reach(reach: Reach) -> str:
    if reach is Reach.RETROACTIVE:
        return "It reaches back: data sets and models that exist are to be made without these records."
    return "It holds from its moment on: data sets and models that exist already are not changed by it."


def _listed(policy: Policy, purposes: tuple[str, ...]) -> str:
    labels = dict(policy.purpose_labels)
    return ", ".join(labels.get(purpose, purpose.replace("-", " ")) for purpose in purposes)


def _recipients(policy: Policy, control: Control) -> str:
    names = {recipient.id: recipient.name for recipient in policy.recipients}
    return "by " + ", ".join(names.get(each, each) for each in control.recipients)
