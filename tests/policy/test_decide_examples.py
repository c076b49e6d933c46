"""Every row of the table of checks, with its boundaries, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from sayso.policy.decide import decide
from sayso.policy.model import Policy
from sayso.policy.parse import parse_policy
from sayso.values.decisions import CHECKS, GROUNDS, Decision, Reason
from sayso.values.members import Member
from sayso.values.moments import Moment, parse_moment
from sayso.values.records import Record
from sayso.values.standing import Choice, Notice, Standing, Suspension
from sayso.values.uses import Use
from spec.decide_spec import decide_slowly

TEXT = """sayso: 1
policy: examples
title: Examples
kind: observed
groups:
  north: [NO, SE]
purposes:
  ai:
    write:
      draft:
    rank:
  sell:
recipients:
  us: {kind: platform}
  buyer: {kind: licensee}
categories: [post, comment, story, poll, note, diary, file, page, song, photo]
suspensions:
  - id: hk-2024
    regions: [HK]
    purposes: [write]
    recipients: all
    from: {not_before: 2024-06-01, not_after: 2024-06-10}
    until: 2024-08-01
versions:
  - version: v1
    published_at: 2024-01-01
    effective_at: 2024-01-01
    controls:
      - {id: toggle, kind: toggle, label: Train, covers: {purposes: [ai], recipients: [us]}}
      - {id: narrow, kind: toggle, label: Drafts, covers: {purposes: [draft], recipients: [us]}}
      - {id: selling, kind: toggle, label: Sell, covers: {purposes: [sell], recipients: [buyer]}}
    rules:
      - {id: posts, purposes: [ai], recipients: [us], regions: everywhere, categories: [post], visibility: [public],
         default: on, control: toggle, notice: {days: 30}, disclosed: We train., member: {min_age: 18}}
      - {id: comments, purposes: [write], recipients: [us], regions: everywhere, categories: [comment], default: off,
         control: toggle, record: {created: {from: 2024-02-01, until: 2024-04-01}, not: {sensitive: ["yes"]}}}
      - {id: stories, purposes: [write], recipients: [us], regions: everywhere, categories: [story], default: on,
         control: toggle, member: {not: {school: [secondary]}, only: {plan: [free]}}, keeps_deleted: "yes"}
      - {id: songs, purposes: [write], recipients: [us], regions: everywhere, categories: [song], default: unknown}
      - {id: photos, purposes: [write], recipients: [us], regions: everywhere, categories: [photo], default: no-choice,
         record: {not_collected: {from: 2024-02-01, until: 2024-03-01}}}
      - {id: polls, purposes: [write], recipients: [us], regions: [GB], categories: [poll], default: never}
      - {id: polls-scotland, purposes: [write], recipients: [us], regions: [GB-SCT], categories: [poll], default: no-choice}
      - {id: polls-north, purposes: [write], recipients: [us], regions: [north], categories: [poll], default: no-choice}
      - {id: polls-norway, purposes: [write], recipients: [us], regions: [NO-03, NO], categories: [poll], default: never}
      - {id: diaries, purposes: [write], recipients: [us], regions: everywhere, except: [EU], categories: [diary],
         default: no-choice}
      - {id: pages, purposes: [write], recipients: [us], regions: everywhere, categories: [page], default: on, control: toggle,
         notice: {days: 30}}
      - {id: files, purposes: [write], recipients: [us], regions: everywhere, categories: [file], default: never}
      - {id: sales, purposes: [sell], recipients: [buyer], regions: everywhere, categories: [post], default: off, control: selling}
  - version: v2
    based_on: v1
    published_at: 2024-09-01
    effective_at: 2024-10-01
    until: 2025-01-01
    controls:
      - {id: toggle, kind: toggle, label: Train, covers: {purposes: [ai], recipients: [us]}}
      - {id: selling, kind: toggle, label: Sell, covers: {purposes: [sell, rank], recipients: [buyer, us]}}
    rules:
      - {id: posts, purposes: [ai], recipients: [us], regions: everywhere, categories: [post], visibility: [public],
         default: on, control: toggle, notice: {days: 30}, disclosed: We train on everything., member: {min_age: 18}}
      - {id: notes, purposes: [ai], recipients: [us], regions: everywhere, categories: [note], default: on, control: toggle,
         notice: {days: 0}}
      - {id: sales, purposes: [sell], recipients: [buyer], regions: everywhere, categories: [post], default: off, control: selling}
      - {id: stories, purposes: [write], recipients: [us], regions: everywhere, categories: [story], default: on,
         control: toggle, member: {not: {school: [secondary]}, only: {plan: [free]}}, keeps_deleted: "yes"}
"""
POLICY = parse_policy(TEXT, "examples.yaml")
assert isinstance(POLICY, Policy), POLICY
EXAMPLES: Policy = POLICY

WRITE, RANK, DRAFT, AI, SELL = (
    Use(purpose, "buyer" if purpose == "sell" else "us")
    for purpose in ("write", "rank", "draft", "ai", "sell")
)
ADULT = Member("m", "US", born=19800501)
POST = Record("r", "m", "post", "public", parse_moment("2024-01-05"), parse_moment("2024-01-06"))
COMMENT, STORY, POLL, NOTE, DIARY, FILE, PAGE, SONG, PHOTO = (
    replace(POST, category=name)
    for name in ("comment", "story", "poll", "note", "diary", "file", "page", "song", "photo")
)
IN_WINDOW = replace(COMMENT, created_at=parse_moment("2024-02-01"))
FREE = replace(ADULT, attributes=(("plan", "free"),))


def at(text: str, shift: int = 0) -> Moment:
    """Return a moment, some microseconds later."""
    return Moment(parse_moment(text) + shift)


def told(version: str, when: str, **rest: object) -> Notice:
    """Return a notice."""
    return Notice(version, at(when), entry=1, **rest)  # type: ignore[arg-type]


def said(yes: bool, when: str, control: str = "toggle", version: str = "v1", entry: int = 5) -> Choice:
    """Return a choice."""
    return Choice(control, yes, at(when), version, entry)


def stop(start: str, until: str | None = None, **rest: object) -> Suspension:
    """Return a suspension of the log, of everything with AI in it, everywhere."""
    ends = None if until is None else at(until)
    made = Suspension("S9", frozenset({"ai"}), at(start), at(start), ends, entry=9)
    return replace(made, **rest)  # type: ignore[arg-type]


MAY = at("2024-05-01")
EVERYONE = Standing(notices=(told("v1", "2024-01-01"),))


@dataclass(frozen=True)
class Example:
    """A case: what is asked, and what comes of it, as ``verdict reason``, and the rule."""

    name: str
    expect: str
    rule: str | None = None
    use: Use = WRITE
    member: Member | None = ADULT
    record: Record = POST
    standing: Standing = EVERYONE
    at: Moment = MAY


def with_choices(*choices: Choice) -> Standing:
    """Return the standing of somebody who was told, and said something."""
    return replace(EVERYONE, choices=choices)


YES = with_choices(said(True, "2024-02-01"))
CASES = [
    Example(
        "a record of exactly the moment is there",
        "permit default-on",
        "posts",
        at=at("2024-05-01"),
        record=replace(POST, created_at=at("2024-05-01")),
    ),
    Example(
        "a record created a microsecond later is not there yet",
        "deny not-yet",
        record=replace(POST, created_at=at("2024-05-01", 1)),
    ),
    Example(
        "a record collected later is not there yet",
        "deny not-yet",
        record=replace(POST, collected_at=at("2024-05-01", 1)),
    ),
    Example(
        "a record of unknown moments is there",
        "permit default-on",
        "posts",
        record=replace(POST, created_at=None, collected_at=None),
    ),
    Example(
        "before the first version nothing is in force",
        "deny not-in-force",
        at=at("2024-01-01", -1),
        record=replace(POST, created_at=None, collected_at=None),
    ),
    Example(
        "a version is in force from exactly its moment",
        "deny no-notice",
        "posts",
        at=at("2024-01-01"),
        record=replace(POST, created_at=None, collected_at=None),
    ),
    Example(
        "a version is in force until just before its end",
        "permit default-on",
        "stories",
        record=STORY,
        member=FREE,
        at=at("2025-01-01", -1),
    ),
    Example(
        "at its end a version is in force no more",
        "deny not-in-force",
        record=STORY,
        member=FREE,
        at=at("2025-01-01"),
    ),
    Example(
        "a region matters where a rule for the category names regions",
        "unknown region-unknown",
        record=POLL,
        member=replace(ADULT, region=None),
    ),
    Example(
        "an exception names regions, too",
        "unknown region-unknown",
        record=DIARY,
        member=replace(ADULT, region=None),
    ),
    Example(
        "a region matters not where no rule for the category names one",
        "permit default-on",
        "posts",
        member=replace(ADULT, region=None),
    ),
    Example(
        "an author whom nobody knows has no known region", "unknown region-unknown", record=POLL, member=None
    ),
    Example("a purpose that no rule names is not disclosed", "deny not-disclosed", use=RANK, record=POLL),
    Example(
        "a recipient that no rule names is not disclosed", "deny not-disclosed", use=Use("write", "buyer")
    ),
    Example("a category that no rule names is not disclosed", "deny not-disclosed", record=NOTE),
    Example(
        "a visibility that the rule leaves out is not disclosed",
        "deny not-disclosed",
        record=replace(POST, visibility="private"),
    ),
    Example("a region that no rule names is not disclosed", "deny not-disclosed", record=POLL),
    Example(
        "a rule does not apply where it is excepted",
        "deny not-disclosed",
        record=DIARY,
        member=replace(ADULT, region="IE"),
    ),
    Example("a rule for an ancestor names its descendants", "permit default-on", "posts", use=DRAFT),
    Example(
        "a rule for a descendant does not name its ancestors", "deny not-disclosed", use=AI, record=COMMENT
    ),
    Example(
        "a rule that says never says never",
        "deny never",
        "polls",
        record=POLL,
        member=replace(ADULT, region="GB"),
    ),
    Example(
        "a subdivision is more specific than its country",
        "permit no-choice-offered",
        "polls-scotland",
        record=POLL,
        member=replace(ADULT, region="GB-SCT"),
    ),
    Example(
        "another subdivision falls to the country's rule",
        "deny never",
        "polls",
        record=POLL,
        member=replace(ADULT, region="GB-WLS"),
    ),
    Example(
        "a country is more specific than a group",
        "deny never",
        "polls-norway",
        record=POLL,
        member=replace(ADULT, region="NO"),
    ),
    Example(
        "a group holds its other countries",
        "permit no-choice-offered",
        "polls-north",
        record=POLL,
        member=replace(ADULT, region="SE-AB"),
    ),
    Example(
        "never comes before deleted", "deny never", "files", record=replace(FILE, deleted_at=at("2024-03-01"))
    ),
    Example(
        "a record deleted at exactly the moment is deleted",
        "deny deleted",
        "posts",
        record=replace(POST, deleted_at=at("2024-05-01")),
    ),
    Example(
        "a record deleted later is not deleted yet",
        "permit default-on",
        "posts",
        record=replace(POST, deleted_at=at("2024-05-01", 1)),
    ),
    Example(
        "a deletion in the log counts",
        "deny deleted",
        "posts",
        standing=replace(EVERYONE, deletions=(("r", at("2024-05-01")),)),
    ),
    Example(
        "a deletion of another record does not count",
        "permit default-on",
        "posts",
        standing=replace(EVERYONE, deletions=(("q", at("2024-04-01")),)),
    ),
    Example(
        "an account closed at exactly the moment deletes",
        "deny deleted",
        "posts",
        standing=replace(EVERYONE, closed_at=at("2024-05-01")),
    ),
    Example(
        "an account that the platform says is closed deletes",
        "deny deleted",
        "posts",
        member=replace(ADULT, closed_at=at("2024-04-01")),
    ),
    Example(
        "an account closed later does not delete yet",
        "permit default-on",
        "posts",
        member=replace(ADULT, closed_at=at("2024-05-01", 1)),
    ),
    Example(
        "an observed rule may keep deleted records",
        "permit default-on",
        "stories",
        record=replace(STORY, deleted_at=at("2024-03-01")),
        member=FREE,
    ),
    Example(
        "an observed rule that keeps deleted records keeps closed accounts",
        "permit default-on",
        "stories",
        record=STORY,
        member=replace(FREE, closed_at=at("2024-03-01")),
    ),
    Example(
        "what nobody knows the terms of is unknown, not undisclosed",
        "unknown not-disclosed",
        "songs",
        record=SONG,
    ),
    Example(
        "what nobody knows the terms of is unknown before it is deleted",
        "unknown not-disclosed",
        "songs",
        record=replace(SONG, deleted_at=at("2024-03-01")),
        member=None,
    ),
    Example(
        "a span left out begins with its first moment",
        "deny record-excluded",
        "photos",
        record=replace(PHOTO, collected_at=at("2024-02-01")),
    ),
    Example(
        "before a span left out a record passes",
        "permit no-choice-offered",
        "photos",
        record=replace(PHOTO, collected_at=at("2024-02-01", -1)),
    ),
    Example(
        "a span left out ends before its last moment",
        "permit no-choice-offered",
        "photos",
        record=replace(PHOTO, collected_at=at("2024-03-01")),
    ),
    Example(
        "without knowing when it was collected nobody can tell whether a span leaves it out",
        "unknown record-excluded",
        "photos",
        record=replace(PHOTO, collected_at=None),
    ),
    Example(
        "a suspension holds from exactly its start",
        "deny suspended",
        "posts",
        standing=replace(EVERYONE, suspensions=(stop("2024-05-01"),)),
    ),
    Example(
        "a suspension does not hold before its start",
        "permit default-on",
        "posts",
        standing=replace(EVERYONE, suspensions=(stop("2024-05-02"),)),
    ),
    Example(
        "a suspension holds no more at exactly its end",
        "permit default-on",
        "posts",
        standing=replace(EVERYONE, suspensions=(stop("2024-04-01", "2024-05-01"),)),
    ),
    Example(
        "a suspension of an ancestor covers the use",
        "deny suspended",
        "posts",
        use=DRAFT,
        standing=replace(EVERYONE, suspensions=(stop("2024-05-01"),)),
    ),
    Example(
        "a suspension of another recipient does not",
        "permit default-on",
        "posts",
        standing=replace(EVERYONE, suspensions=(stop("2024-05-01", recipients=frozenset({"buyer"})),)),
    ),
    Example(
        "a suspension of another region does not",
        "permit default-on",
        "posts",
        standing=replace(EVERYONE, suspensions=(stop("2024-05-01", regions=frozenset({"GB"})),)),
    ),
    Example(
        "a suspension of a country holds in its subdivisions",
        "deny suspended",
        "posts",
        member=replace(ADULT, region="US-CA"),
        standing=replace(EVERYONE, suspensions=(stop("2024-05-01", regions=frozenset({"US"})),)),
    ),
    Example(
        "a regional suspension is a doubt where the region is unknown",
        "unknown suspended",
        "posts",
        member=replace(ADULT, region=None),
        standing=replace(EVERYONE, suspensions=(stop("2024-05-01", regions=frozenset({"GB"})),)),
    ),
    Example(
        "before its earliest start a suspension does not hold",
        "permit default-on",
        "posts",
        member=replace(ADULT, region="HK"),
        at=at("2024-06-01", -1),
    ),
    Example(
        "from its earliest start a suspension may hold",
        "unknown suspended",
        "posts",
        member=replace(ADULT, region="HK"),
        at=at("2024-06-01"),
    ),
    Example(
        "until its latest start a suspension may hold",
        "unknown suspended",
        "posts",
        member=replace(ADULT, region="HK"),
        at=at("2024-06-10", -1),
    ),
    Example(
        "from its latest start a suspension holds",
        "deny suspended",
        "posts",
        member=replace(ADULT, region="HK"),
        at=at("2024-06-10"),
    ),
    Example(
        "a sure suspension outweighs a doubtful one",
        "deny suspended",
        "posts",
        member=replace(ADULT, region="HK"),
        at=at("2024-06-05"),
        standing=replace(EVERYONE, suspensions=(stop("2024-05-01"),)),
    ),
    Example("an author whom nobody knows is nobody to use", "unknown member-excluded", "posts", member=None),
    Example(
        "an author whom nobody knows may be where a suspension holds",
        "unknown suspended",
        "posts",
        member=None,
        at=at("2024-06-20"),
    ),
    Example(
        "somebody is of age on their birthday",
        "permit default-on",
        "posts",
        member=replace(ADULT, born=20060501),
    ),
    Example(
        "somebody is not of age the day before",
        "deny member-excluded",
        "posts",
        member=replace(ADULT, born=20060502),
    ),
    Example(
        "born on 28 February, of age on 29 February",
        "permit default-on",
        "posts",
        member=replace(ADULT, born=20060228),
        at=at("2024-02-29"),
    ),
    Example(
        "born on 1 March, not of age on 29 February",
        "deny member-excluded",
        "posts",
        member=replace(ADULT, born=20060301),
        at=at("2024-02-29"),
    ),
    Example(
        "an age band above the age passes",
        "permit default-on",
        "posts",
        member=Member("m", "US", age_min=18, age_max=24),
    ),
    Example(
        "an age band across the age is a doubt",
        "unknown member-excluded",
        "posts",
        member=Member("m", "US", age_min=17, age_max=24),
    ),
    Example(
        "an age band below the age fails",
        "deny member-excluded",
        "posts",
        member=Member("m", "US", age_max=17),
    ),
    Example("an unknown age is a doubt", "unknown member-excluded", "posts", member=Member("m", "US")),
    Example(
        "a band below the age outweighs a birth day",
        "deny member-excluded",
        "posts",
        member=replace(ADULT, age_max=17),
    ),
    Example(
        "an attribute that a member does not carry passes a not",
        "permit default-on",
        "stories",
        record=STORY,
        member=FREE,
    ),
    Example(
        "an attribute of the list fails a not",
        "deny member-excluded",
        "stories",
        record=STORY,
        member=replace(FREE, attributes=(("plan", "free"), ("school", "secondary"))),
    ),
    Example(
        "an attribute known to be unknown is a doubt for a not",
        "unknown member-excluded",
        "stories",
        record=STORY,
        member=replace(FREE, attributes=(("plan", "free"), ("school", "?"))),
    ),
    Example(
        "an attribute that a member does not carry is a doubt for an only",
        "unknown member-excluded",
        "stories",
        record=STORY,
    ),
    Example(
        "an attribute known to be unknown is a doubt for an only",
        "unknown member-excluded",
        "stories",
        record=STORY,
        member=replace(ADULT, attributes=(("plan", "?"),)),
    ),
    Example(
        "an attribute outside of the list fails an only",
        "deny member-excluded",
        "stories",
        record=STORY,
        member=replace(ADULT, attributes=(("plan", "pro"),)),
    ),
    Example(
        "what fails outweighs what is in doubt",
        "deny member-excluded",
        "stories",
        record=STORY,
        member=replace(ADULT, attributes=(("plan", "pro"), ("school", "?"))),
    ),
    Example(
        "an exclusion overrides a yes",
        "deny member-excluded",
        "posts",
        member=Member("m", "US", age_max=17),
        standing=YES,
    ),
    Example(
        "a record of exactly the window's start is in it",
        "permit opted-in",
        "comments",
        record=IN_WINDOW,
        standing=YES,
    ),
    Example(
        "a record before the window is out",
        "deny record-excluded",
        "comments",
        record=replace(COMMENT, created_at=at("2024-02-01", -1)),
        standing=YES,
    ),
    Example(
        "a record of exactly the window's end is out",
        "deny record-excluded",
        "comments",
        record=replace(COMMENT, created_at=at("2024-04-01")),
        standing=YES,
    ),
    Example(
        "a record just before the window's end is in it",
        "permit opted-in",
        "comments",
        record=replace(COMMENT, created_at=at("2024-04-01", -1)),
        standing=YES,
    ),
    Example(
        "a record of unknown moment is a doubt for a window",
        "unknown record-excluded",
        "comments",
        record=replace(COMMENT, created_at=None),
        standing=YES,
    ),
    Example(
        "a record of a sensitive group is out",
        "deny record-excluded",
        "comments",
        record=replace(IN_WINDOW, attributes=(("sensitive", "yes"),)),
        standing=YES,
    ),
    Example(
        "a record that may be sensitive is a doubt",
        "unknown record-excluded",
        "comments",
        record=replace(IN_WINDOW, attributes=(("sensitive", "?"),)),
        standing=YES,
    ),
    Example(
        "a notice exactly thirty days before is in time",
        "permit default-on",
        "posts",
        standing=Standing(notices=(told("v1", "2024-04-01"),)),
    ),
    Example(
        "a notice a moment later is not",
        "deny no-notice",
        "posts",
        standing=Standing(notices=(Notice("v1", at("2024-04-01", 1), entry=1),)),
    ),
    Example("no notice is no notice", "deny no-notice", "posts", standing=Standing()),
    Example(
        "a notice to everyone reaches who had joined at that moment",
        "permit default-on",
        "posts",
        member=replace(ADULT, joined_at=at("2024-01-01")),
    ),
    Example(
        "a notice to everyone does not reach who joined later",
        "deny no-notice",
        "posts",
        member=replace(ADULT, joined_at=at("2024-01-01", 1)),
    ),
    Example(
        "a notice of one's own reaches one, whenever one joined",
        "permit default-on",
        "posts",
        member=replace(ADULT, joined_at=at("2024-04-30")),
        standing=Standing(notices=(told("v1", "2024-02-01", personal=True),)),
    ),
    Example(
        "a notice to a country reaches its subdivisions",
        "permit default-on",
        "posts",
        member=replace(ADULT, region="US-CA"),
        standing=Standing(notices=(told("v1", "2024-02-01", regions=frozenset({"US"})),)),
    ),
    Example(
        "a notice to a region does not reach who is elsewhere",
        "deny no-notice",
        "posts",
        standing=Standing(notices=(told("v1", "2024-02-01", regions=frozenset({"GB"})),)),
    ),
    Example(
        "a notice to a region does not reach who may be anywhere",
        "deny no-notice",
        "posts",
        member=replace(ADULT, region=None),
        standing=Standing(notices=(told("v1", "2024-02-01", regions=frozenset({"US"})),)),
    ),
    Example(
        "a rule without notice asks for none",
        "permit opted-in",
        "comments",
        record=IN_WINDOW,
        standing=replace(YES, notices=()),
    ),
    Example("a re-worded rule needs a new notice", "deny no-notice", "posts", at=at("2024-11-01")),
    Example(
        "a re-worded rule is used after its own notice",
        "permit default-on",
        "posts",
        at=at("2024-11-01"),
        standing=Standing(notices=(told("v2", "2024-09-20"),)),
    ),
    Example(
        "an unchanged rule of a later version needs no new notice",
        "permit default-on",
        "pages",
        record=PAGE,
        at=at("2024-11-01"),
    ),
    Example(
        "a notice of no days may come at the moment itself",
        "permit default-on",
        "notes",
        record=NOTE,
        at=at("2024-11-01"),
        standing=Standing(notices=(told("v2", "2024-11-01"),)),
    ),
    Example(
        "a no at exactly the moment counts",
        "deny said-no",
        "posts",
        standing=with_choices(said(False, "2024-05-01")),
    ),
    Example(
        "a no given later than the moment does not count",
        "permit default-on",
        "posts",
        standing=with_choices(Choice("toggle", False, at("2024-05-01", 1), "v1", 5)),
    ),
    Example(
        "the latest word stands: a yes after a no",
        "permit opted-in",
        "posts",
        standing=with_choices(said(False, "2024-03-01"), said(True, "2024-03-02", entry=6)),
    ),
    Example(
        "the latest word stands: a no after a yes",
        "deny said-no",
        "posts",
        standing=with_choices(said(True, "2024-03-01", entry=6), said(False, "2024-03-02")),
    ),
    Example(
        "at equal times the later entry stands, if it is a no",
        "deny said-no",
        "posts",
        standing=with_choices(said(False, "2024-03-01", entry=7), said(True, "2024-03-01", entry=6)),
    ),
    Example(
        "at equal times the later entry stands, if it is a yes",
        "permit opted-in",
        "posts",
        standing=with_choices(said(False, "2024-03-01", entry=6), said(True, "2024-03-01", entry=7)),
    ),
    Example(
        "a later moment outweighs a later entry",
        "deny said-no",
        "posts",
        standing=with_choices(said(False, "2024-03-02", entry=6), said(True, "2024-03-01", entry=7)),
    ),
    Example(
        "a no to a part of the purpose is a no",
        "deny said-no",
        "posts",
        standing=with_choices(said(False, "2024-03-01", "narrow")),
    ),
    Example(
        "a yes to a part of the purpose is no yes",
        "deny not-opted-in",
        "comments",
        record=IN_WINDOW,
        standing=with_choices(said(True, "2024-03-01", "narrow")),
    ),
    Example(
        "a word about another recipient is no word",
        "permit default-on",
        "posts",
        standing=with_choices(said(False, "2024-03-01", "selling")),
    ),
    Example(
        "a control whose coverage grew: an old no counts for what it covers now",
        "deny said-no",
        "posts",
        use=RANK,
        at=at("2024-11-01"),
        standing=Standing((said(False, "2024-03-01", "selling"),), (told("v2", "2024-09-20"),)),
    ),
    Example(
        "a control whose coverage grew: an old yes does not",
        "permit default-on",
        "posts",
        use=RANK,
        at=at("2024-11-01"),
        standing=Standing((said(True, "2024-03-01", "selling"),), (told("v2", "2024-09-20"),)),
    ),
    Example(
        "a control whose coverage grew: a yes to the new version does",
        "permit opted-in",
        "posts",
        use=RANK,
        at=at("2024-11-01"),
        standing=Standing((said(True, "2024-10-02", "selling", "v2"),), (told("v2", "2024-09-20"),)),
    ),
    Example(
        "a no through a control that is no more is not asked after",
        "permit default-on",
        "posts",
        at=at("2024-11-01"),
        standing=Standing((said(False, "2024-03-01", "gone"),), (told("v2", "2024-09-20"),)),
    ),
    Example(
        "a yes to a version that never was is no yes",
        "deny not-opted-in",
        "comments",
        record=IN_WINDOW,
        standing=with_choices(said(True, "2024-03-01", version="v9")),
    ),
    Example(
        "a rule that offers no choice does not ask for a no",
        "permit no-choice-offered",
        "diaries",
        record=DIARY,
        standing=with_choices(said(False, "2024-03-01")),
    ),
    Example("off means no until a yes", "deny not-opted-in", "comments", record=IN_WINDOW),
    Example(
        "off and a no is a no",
        "deny said-no",
        "comments",
        record=IN_WINDOW,
        standing=with_choices(said(False, "2024-03-01")),
    ),
    Example("a sale needs a yes of its own", "deny not-opted-in", "sales", use=SELL, standing=YES),
    Example(
        "a sale with a yes of its own",
        "permit opted-in",
        "sales",
        use=SELL,
        standing=with_choices(said(True, "2024-03-01", "selling")),
    ),
]


def answer(example: Example) -> Decision:
    """Return what ``decide`` says."""
    return decide(example.use, EXAMPLES, example.member, example.record, example.standing, example.at)


@pytest.mark.parametrize("example", CASES, ids=[example.name for example in CASES])
def test_example(example: Example) -> None:
    found = answer(example)
    assert f"{found.verdict} {found.reason}" == example.expect
    assert found.rule == example.rule
    slow = decide_slowly(example.use, EXAMPLES, example.member, example.record, example.standing, example.at)
    assert " ".join(slow) == example.expect


def test_the_examples_have_names_of_their_own_and_reach_every_reason() -> None:
    assert len({example.name for example in CASES}) == len(CASES)
    assert {example.expect.split()[1] for example in CASES} == {str(reason) for reason in (*CHECKS, *GROUNDS)}


def test_born_on_29_february_is_of_age_on_1_march_of_a_common_year() -> None:
    """18 years after a leap year is a common year; the table's policy has ended by then, so this one has no end."""
    endless = replace(EXAMPLES, versions=(EXAMPLES.versions[0],))
    member = replace(ADULT, born=20080229)
    verdicts = [
        decide(WRITE, endless, member, POST, EVERYONE, at(day)).reason for day in ("2026-02-28", "2026-03-01")
    ]
    assert verdicts == [Reason.MEMBER_EXCLUDED, Reason.DEFAULT_ON]


def test_the_earliest_check_that_fails_gives_the_reason() -> None:
    """Everything is against this record; taking the reasons away in order leaves the next one each time."""
    member = Member("m", "HK", age_max=17, closed_at=at("2024-03-01"))
    record = replace(POST, created_at=at("2024-06-21"), deleted_at=at("2024-03-01"))
    standing = Standing((said(False, "2024-03-01"),))
    when = at("2024-06-20")
    reasons = []
    for step in (
        lambda m, r, s: (m, r, s),
        lambda m, r, s: (m, replace(r, created_at=at("2024-01-05")), s),
        lambda m, r, s: (replace(m, closed_at=None), replace(r, deleted_at=None), s),
        lambda m, r, s: (replace(m, region="US"), r, s),
        lambda m, r, s: (replace(m, age_max=None, born=19800101), r, s),
        lambda m, r, s: (m, r, replace(s, notices=EVERYONE.notices)),
        lambda m, r, s: (m, r, replace(s, choices=())),
    ):
        member, record, standing = step(member, record, standing)
        reasons.append(str(decide(WRITE, EXAMPLES, member, record, standing, when).reason))
    expected = ["not-yet", "deleted", "suspended", "member-excluded", "no-notice", "said-no", "default-on"]
    assert reasons == expected


def test_a_decision_names_what_it_rests_on() -> None:
    no = answer(replace(CASES[0], standing=with_choices(said(False, "2024-03-01"))))
    assert no.entries == (1, 5)
    known = replace(ADULT, region="HK")
    fact = decide(WRITE, EXAMPLES, known, POST, EVERYONE, at("2024-06-20"))
    assert (fact.entries, fact.facts) == ((), ("hk-2024",))
    logged = decide(
        WRITE, EXAMPLES, ADULT, POST, replace(EVERYONE, suspensions=(stop("2024-05-01"),)), at("2024-06-20")
    )
    assert (logged.entries, logged.facts) == ((9,), ())
