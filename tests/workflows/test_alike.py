"""Records that a batch takes for alike are decided alike: every record of a drawn world, as if each of its people had made it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings

from sayso.ledger.events import AccountClosed, ChoiceMade, Event, NoticeGiven, RecordDeleted, SuspensionSet
from sayso.ledger.standing import StandingIndex, record_tag
from sayso.policy.decide import decide
from sayso.values.decisions import Outcome
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.values.standing import Notice, Suspension
from spec.worlds import START, Person, World, worlds
from workflows.test_answers import END, LAST, Place, placed


def notice_event(notice: Notice, tag: str | None) -> NoticeGiven:
    regions = None if notice.regions is None else tuple(sorted(notice.regions))
    return NoticeGiven(notice.version, notice.at, "e-mail", regions, tag)


def stop_event(stop: Suspension) -> SuspensionSet:
    regions, recipients = (
        None if names is None else tuple(sorted(names)) for names in (stop.regions, stop.recipients)
    )
    purposes = tuple(sorted(stop.purposes))
    return SuspensionSet(purposes, stop.starts_latest, "the office", "", regions, recipients, stop.until)


def events_of(person: Person, tag: str, secret: bytes, records: list[Record]) -> Iterator[Event]:
    """What the log says of one person alone, in the order of their entries."""
    for word in sorted(person.standing.choices, key=lambda choice: choice.entry):
        yield ChoiceMade(tag, word.control, word.yes, word.at, word.version, "settings")
    yield from (notice_event(notice, tag) for notice in person.standing.notices if notice.personal)
    gone = dict(person.standing.deletions)
    for record in records:
        if (drawn := record.id.partition("-")[2]) in gone:
            yield RecordDeleted(tag, record_tag(secret, record.id), gone[drawn])
    if person.standing.closed_at is not None:
        yield AccountClosed(tag, person.standing.closed_at)


def brought(place: Place, world: World) -> list[Record]:
    """Bring in all records as made by each of the people, and return the records."""
    made = [
        replace(record, id=f"{number}-{record.id}", author=person.member and person.member.id)
        for number, person in enumerate(world.people)
        for record in world.records
    ]
    place.bring("a", [person.member for person in world.people if person.member is not None], made)
    return made


def said(place: Place, world: World, made: list[Record]) -> Iterator[list[Event]]:
    """What is written in the log, piece by piece; at last a record of each of the people is deleted, and accounts are closed."""
    yield []
    yield [notice_event(notice, None) for notice in world.notices]
    yield [stop_event(stop) for stop in world.suspensions]
    known = [(person, person.member.id) for person in world.people if person.member is not None]
    tags = {member: place.tags.tag_of(member) or "" for _, member in known}
    secret = place.keys.secret()
    for person, member in known:
        yield list(events_of(person, tags[member], secret, [one for one in made if one.author == member]))
    own = [(one, tags[one.author]) for one in made if one.author is not None]
    yield [RecordDeleted(tag, record_tag(secret, one.id), START) for one, tag in own if one.id.endswith("r0")]
    yield [AccountClosed(tag, START) for tag in tags.values()]


@settings(max_examples=15)
@given(worlds())
def test_what_is_alike_for_a_batch_is_decided_alike(world: World) -> None:
    with placed(world.policy) as place:
        made = brought(place, world)
        members = {person.member.id: person.member for person in world.people if person.member is not None}
        names = {record_tag(place.keys.secret(), one.id): one.id for one in made}
        # The same questions after each piece: what is kept of one is what could be wrong of the next.
        for piece in said(place, world, made):
            place.log.append(piece, END)
            index = StandingIndex.of(place.log.entries())
            for use, at in (*world.questions, (world.questions[0][0], LAST)):
                wanted = []
                for record in made:
                    standing = index.standing(record.author and place.tags.tag_of(record.author))
                    deletions = tuple((names[tag], moment) for tag, moment in standing.deletions)
                    member = None if record.author is None else members[record.author]
                    told = replace(standing, deletions=deletions)
                    answer = decide(use, world.policy, member, record, told, Moment(at))
                    wanted.append(Outcome(answer.verdict, answer.reason))
                ids = [record.id for record in made]
                assert place.answers.decide_many(use, ids, Moment(at)).outcomes() == wanted
