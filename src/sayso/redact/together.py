"""What identifies together: a job, an employer and a place say who somebody is, though none of them does alone.

The rules, each within one sentence or line, and within 120 code points of the title (``NEAR``):

``job``      a title, an employer and a place go, all three: "head of cardiology at St. Mary's in Leeds". Two of them stay, unless
             the record names a person, member or handle: then the title and the other go as well.
``rare``     an age, a title and a place go: "a 43-year-old blacksmith from Hay".
``only``     who is the only one of a kind in a place: "the only vet in Settle", "I am the only Korean in Ballina".
``quoted``   what stands in quotation marks behind a name or handle and a verb of saying goes: it is that person's.

The idea that combinations identify is Sweeney's (Simple Demographics Often Identify People Uniquely, 2000); that one of two is let
stand is this project's choice, so that texts stay readable.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import re2

from sayso.redact.gate import Detector, Gate, Mark, searching
from sayso.redact.signs import EDGE
from sayso.redact.spans import Label, Span
from sayso.redact.titles import (
    COMPOUND_MARK,
    TITLE_MARK,
    TITLES,
    Title,
    heads,
    is_occupation,
    spots,
    titles,
    words_of,
)

TOGETHER = f"together/1+{TITLES}"
"""The version of the rules and of the lists they rest on."""

NEAR = 120
"""How far an employer or a place may stand from a title, in code points."""

BESIDE = 40
"""How far it may stand where the record names somebody and only two of the three are there."""

WHY = {
    "job": "a job title stands with an employer and a place: together they point at one person",
    "named": "a job title stands with an employer or a place, and the text names somebody",
    "rare": "an age, a job title and a place stand together: few people share all three",
    "only": "it says that somebody is the only one of a kind in a place",
    "quoted": "it is in quotation marks, and the words before say whose words it is",
}
"""Each rule in a plain sentence."""

_EMPLOYERS = frozenset({Label.ORG})
_PLACES = frozenset({Label.LOC, Label.ADDRESS, Label.GPS})
_PEOPLE = frozenset({Label.PERSON, Label.MEMBER, Label.HANDLE, Label.EMAIL})

_LABEL = re.compile(r"\[([A-Z]{2,12})(?: [^\[\]\n]{1,40})?\]")
"""A label that an earlier redaction left."""

_NOT_NAMES = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|"
    "Saturday|Sunday|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|I|I'm|English|French|German|Spanish|Python|Java|Javascript|"
    "JavaScript|C|Linux|Windows|Christmas|Easter|Applied|Biology|Chemistry|Cloud|Computer|Computing|Data|Economics|Electrical|"
    "Engineering|History|Information|Machine|Math|Maths|Mathematics|Mechanical|Philosophy|Physics|Quantum|Science|Software|Theoretical|Web"
)
"""Words in capitals that follow "in" or "at" and are neither an employer nor a place: months, languages, subjects."""


_NAME = (
    rf"(?!(?:{_NOT_NAMES})\b)"
    r"(?:St\.[ ])?[A-ZÀ-ÖØ-ÞŒŠŽ][\w'’&-]{0,40}+(?:[ ](?:(?:of|de|du|des|del|della|di|da|do|der|und|and|the|van|am|&)[ ]){0,2}"
    r"(?!I\b)(?:St\.[ ])?[A-ZÀ-ÖØ-ÞŒŠŽ][\w'’&-]{0,40}+){0,5}"
)
_ARTICLE = r"(?:(?:the|der|dem|die|das|la|le|les|l['’]|el|los|las|il|lo|de|het|o|a|os|as)[ ]?)?"
_CUE = re.compile(
    r"(?<!\w)(?:(?P<employer>at|for|@|with|chez|bei|beim|für|pour|para|bij|voor|presso|per)"
    r"|(?P<place>in|from|near|around|outside|aus|près de|cerca de|perto de|vicino a|uit|em|à)|(?P<italian>a)"
    r"|(?P<either>im|am|an|en|na|no|nel|nella|dans|au|de|du|da|do|di))[ ]"
    rf"{_ARTICLE}(?P<name>{_NAME})"
)
_BASED = re.compile(
    r"(?<![\w-])[A-ZÀ-ÖØ-ÞŒŠŽ][\w'’]{0,40}+(?:[ ][A-ZÀ-ÖØ-ÞŒŠŽ][\w'’]{0,40}+){0,2}(?=-based\b)"
)
_ITALIAN = re.compile(r"(?<!\w)(?:sono|presso|lavor[oa]|della?|il|nella?)(?!\w)")
"""The article "a" of English is a preposition of Italian: these words tell which it is."""

_OF_NAME = re.compile(
    r"[ ](?:of|for|der|des|für|de|du|di|del|della|van)[ ](?:the[ ])?"
    r"[^\W\d_][\w-]{2,40}(?:[ ]and[ ][A-Z][\w-]{2,40})?"
)
"""What a title is the title of, in capitals: "Head of Cardiology"."""

_FRAME = re.compile(
    r"(?<!\w)(?:I['’]m|I am|I was|I work|I've|works?|worked|working|my|(?:he|she|who) (?:is|was)|(?:he|she)['’]s|as an?|"
    r"ich|bin|als|arbeitet?|je suis|je travaille|suis|comme|mon|ma|soy|trabajo|trabaja|como|sou|trabalho|trabalha|"
    r"ik ben|ik werk|werkt?|sono|lavoro|lavora|come)(?!\w)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"(?<!\w)(?:1[89]|[2-9]\d)(?:[ -]?(?:years?[ -]old|y/?o|jährige[rn]?|Jahre alt|ans|años|anos|jaar(?: oud)?|anni))(?!\w)"
    r"|(?<!\w)(?:aged?|im Alter von|âgée? de|(?:de )?edad) (?:1[89]|[2-9]\d)(?!\w)",
    re.IGNORECASE,
)
_WHOSE = (
    r"(?:I['’]m|I am|I was|(?:he|she) (?:is|was)|(?:he|she)['’]s|my (?:wife|husband|partner|son|daughter) is)"
)
_ONLY = re.compile(
    r"(?<=[ ])(?P<what>(?:only|sole|first|last|youngest|oldest)[ ]"
    r"(?P<kind>[^\W\d_][\w'’-]{0,30}+(?:[ ](?!(?:in|at|from|on|of|that|who|which|to)\b)[^\W\d_][\w'’-]{0,30}+){0,3}))"
    rf"[ ](?:in|at|from|of|on)[ ](?:the[ ])?(?P<place>{_NAME})"
)
_BEFORE_ONLY = re.compile(rf"(?<!\w)(?P<whose>{_WHOSE}[ ])?(?:the|our|their)[ ]\Z")
_SAID = re.compile(
    r"['’]?s?[ ](?:has[ ])?(?:wrote|writes|written|said|says|asked|posted|commented|replied|tweeted|schrieb|schreibt|sagte|meinte|"
    r"a écrit|écrit|a dit|escribió|dijo|escreveu|disse|schreef|zei|ha scritto|ha detto|scrisse)"
    r"(?:[ ](?:that|here|once|yesterday|earlier))?[ ]?[:,]?\s{0,2}"
    r"(?:\"([^\"\n]{8,2000}+)\"|“([^”\n]{8,2000}+)”|«([^»\n]{8,2000}+)»|„([^“”\n]{8,2000}+)[“”])"
)
# The marks of the gate (``gate.py``) for both.
_ONLY_MARK = (
    r" (?:only|sole|first|last|youngest|oldest)(?: [A-Za-z\x80-\xff][^ \xff]*){1,4} (?:in|at|from|of|on) (?:the )?"
    r"(?:St\. )?[A-Z\x80-\xff]"
)
_SAID_MARK = (
    r" (?:wrote|writes|written|said|says|asked|posted|commented|replied|tweeted|schrieb|schreibt|sagte|meinte|a écrit|écrit|a dit"
    r"|escribió|dijo|escreveu|disse|schreef|zei|ha scritto|ha detto|scrisse)(?: (?:that|here|once|yesterday|earlier))? ?[:,]?"
    r"[\s\x0b\x1c-\x1f\x80-\xfe]{0,6}(?:\"|“|«|„)"
)
_MANY = 32
# A set of characters first: ``re`` skips fast to those.
_END = re.compile(
    r"[.!?…\r\n](?:(?<=[\r\n])[\r\n]*|(?<=[^\r\n])(?<!\bSt.)(?<!\bDr.)(?<!\bMr.)(?<!\bMs.)(?<!\bMrs.)(?<!\bProf.)"
    r"[.!?…]*[\"'”»)]?(?=\s))"
)


class Found(NamedTuple):
    """A span, and the rule (a key of ``WHY``) that found it."""

    span: Span
    rule: str


class _Candidate(NamedTuple):
    """A stretch that may be an employer, a place or both; a lower ``rank`` is a better ground to think so."""

    start: int
    end: int
    employer: bool
    place: bool
    rank: int


def together(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans that have to go because of what stands with them, in rising order; some may be among ``spans``.

    ``spans`` is what was found in the text by others, and labels that stand in it (``[LOC]``) count like them. It depends on the
    two arguments alone.

    >>> text = "I'm head of cardiology at St. Mary's in Leeds, and I love tea."
    >>> [(text[span.start:span.end], str(span.label)) for span in together(text, [])]
    [('head of cardiology', 'TITLE'), ("St. Mary's", 'ORG'), ('Leeds', 'LOC')]
    >>> together("Any nurse in Leeds can tell you.", [])
    []
    """
    return sorted({found.span for found in reasons(text, spans)})


def each_together(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> Iterator[list[Span]]:
    """Yield what ``together`` returns for each text and what was found in it; many at once take less time.

    >>> [len(spans) for spans in each_together(["I'm a vet at Acme in Hay.", "Hay is dry."], [[], []])]
    [3, 0]
    """
    passed = set(chain.from_iterable(_gate().called(texts).values()))
    for place, (text, spans) in enumerate(zip(texts, found, strict=True)):
        yield together(text, spans) if place in passed else []


@cache
def _gate() -> Gate[str]:
    """Return what tells fast that a text has no title, no "only" of a place and no quotation."""
    return Gate(
        (
            Detector("job", ((TITLE_MARK,), (COMPOUND_MARK,)), group=1),
            Detector("only", ((_ONLY_MARK,),)),
            Detector("quoted", ((_SAID_MARK,),)),
        )
    )


def reasons(text: str, spans: Sequence[Span]) -> list[Found]:
    """Return what ``together`` returns, each span with the rule that found it; a span may come from two rules."""
    letters = EDGE + text.encode("utf-8", "surrogatepass") + EDGE
    places = list(spots(letters))
    german = any(span.label in _EMPLOYERS | _PLACES for span in spans)
    words = heads(text, places, german)
    only, said = _seen(_ONLY_MARK)(letters), _seen(_SAID_MARK)(letters)
    if not (words or only or said):
        return []
    labels = [
        Span(*mark.span(), Label(mark[1])) for mark in _LABEL.finditer(text) if mark[1] in Label.__members__
    ]
    known = sorted((*spans, *labels))
    found = [*(_quoted(text, known) if said else ()), *(_onlies(text) if only else ())]
    for start, end in _lines_with(text, sorted(words)):
        found += _jobs(text, start, end, known, places)
    return sorted(one for one in set(found) if not _inside(one.span, labels))


@cache
def _seen(*marks: Mark) -> Callable[..., re2.Match | None]:
    return searching(marks)


def _inside(span: Span, labels: Sequence[Span]) -> bool:
    place = bisect_left(labels, (span.end,))
    return place > 0 and labels[place - 1].end > span.start


def _lines_with(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return the lines that hold any of the words, for speed; all lines as one where the words are many."""
    if len(words) > _MANY:
        return [(0, len(text))]
    lines = set()
    for word in words:
        place = text.find(word)
        while place >= 0:
            end = text.find("\n", place)
            end = len(text) if end < 0 else end
            lines.add((text.rfind("\n", 0, place) + 1, end))
            place = text.find(word, end)
    return sorted(lines)


def _jobs(text: str, start: int, end: int, known: Sequence[Span], places: Sequence[int]) -> Iterator[Found]:
    people = any(span.label in _PEOPLE for span in known)
    for first, last in _sentences(text, start, end):
        place = bisect_left(places, first)
        if place == len(places) or places[place] >= last:
            continue
        candidates = sorted(_candidates(text, first, last, known))
        if not candidates:
            continue
        jobs = [title for title in titles(text, first, last) if not _covered(title, known)]
        if jobs:
            yield from _in_sentence(text, first, last, jobs, candidates, people)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for mark in _END.finditer(text, start, end):
        if mark.start() > start:
            yield start, mark.start()
        start = mark.end()
    if start < end:
        yield start, end


def _covered(title: Title, known: Sequence[Span]) -> bool:
    """Tell whether a title is the beginning of a name that somebody found ("Baker Street", "Miner Inc.")."""
    place = bisect_left(known, (title.end,))
    return any(
        span.end > title.start and span.label is not Label.TITLE for span in known[max(place - 4, 0) : place]
    )


def _in_sentence(
    text: str, start: int, end: int, jobs: Sequence[Title], around: Sequence[_Candidate], people: bool
) -> Iterator[Found]:
    if any(title.weak for title in jobs) and not (people or _FRAME.search(text, start, end)):
        # A headline starts with its title.
        telling = [title for title in jobs if not title.weak or title.start == start]
    else:
        telling = list(jobs)
    if not telling:
        return
    spots = [(title.start, title.end) for title in jobs]
    candidates = [one for one in around if not _touches(one[:2], spots)]
    ages = [mark.span() for mark in _AGE.finditer(text, start, end)]
    for title in telling:
        near = _near(candidates, title)
        yield from _with_job(text, title, near, people)
        yield from _with_age(text, title, near, ages)


def _candidates(text: str, start: int, end: int, known: Sequence[Span]) -> Iterator[_Candidate]:
    first, last = bisect_left(known, (start,)), bisect_left(known, (end,))
    named = [span for span in known[first:last] if span.label in _EMPLOYERS | _PLACES]
    for span in named:
        yield _Candidate(span.start, span.end, span.label in _EMPLOYERS, span.label in _PLACES, 0)
    taken = [(span.start, span.end) for span in known[first:last]]
    others = [(span.start, span.end) for span in known[first:last] if span.label not in _PLACES]
    italian = bool(_ITALIAN.search(text, start, end))
    for cue in _CUE.finditer(text, start, end):
        either, employer = cue["either"] is not None, cue["employer"] is not None
        free = not _touches(cue.span("name"), others if employer else taken)  # "at St. Mary's": no mere place
        if free and (italian or cue["italian"] is None):
            yield _Candidate(*cue.span("name"), either or employer, not employer, 2 if either else 1)
    for based in _BASED.finditer(text, start, end):
        if not _touches(based.span(), taken):
            yield _Candidate(*based.span(), False, True, 1)


def _touches(spot: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    place = bisect_left(taken, (spot[1],))
    return place > 0 and taken[place - 1][1] > spot[0]


def _near(candidates: Sequence[_Candidate], title: Title) -> list[_Candidate]:
    first = bisect_left(candidates, (title.start - NEAR,))
    last = bisect_left(candidates, (title.end + NEAR,))
    return list(candidates[first:last])


def _with_job(text: str, title: Title, near: Sequence[_Candidate], people: bool) -> Iterator[Found]:
    employers = sorted((one for one in near if one.employer), key=lambda one: _rank(one, title))
    places = sorted((one for one in near if one.place), key=lambda one: _rank(one, title))
    for employer in employers[:3]:
        place = next((one for one in places if one[:2] != employer[:2]), None)
        if place is not None:
            yield from _gone(text, "job", title, (employer, Label.ORG), (place, Label.LOC))
            return
    beside = [one for one in (*employers, *places) if one.rank < 2 and _rank(one, title)[1] <= BESIDE]
    if people and beside:
        best = min(beside, key=lambda one: _rank(one, title))
        yield from _gone(text, "named", title, (best, Label.ORG if best.employer else Label.LOC))


def _rank(one: _Candidate, title: Title) -> tuple[int, int]:
    return one.rank, max(one.start - title.end, title.start - one.end)


def _gone(text: str, rule: str, title: Title, *others: tuple[_Candidate, Label]) -> Iterator[Found]:
    of = _OF_NAME.match(text, title.end)
    whole = of.end() if of and not any(one.start < of.end() <= one.end for one, _ in others) else title.end
    yield Found(Span(title.start, whole, Label.TITLE), rule)
    for one, label in others:
        yield Found(Span(one.start, one.end, label), rule)


def _with_age(
    text: str, title: Title, near: Sequence[_Candidate], ages: Sequence[tuple[int, int]]
) -> Iterator[Found]:
    places = [one for one in near if one.place]
    spot = bisect_left(ages, (title.start,))
    beside = [age for age in ages[max(spot - 1, 0) : spot + 1] if abs(age[0] - title.start) <= NEAR]
    if places and beside:
        place = min(places, key=lambda one: _rank(one, title))
        yield from _gone(text, "rare", title, (place, Label.LOC))
        yield from (Found(Span(*age, Label.DATE), "rare") for age in beside)


def _onlies(text: str) -> Iterator[Found]:
    for found in _ONLY.finditer(text):
        before = _BEFORE_ONLY.search(text, max(found.start() - 30, 0), found.start())
        superlative = found["what"].startswith(("first", "last"))
        if before and (before["whose"] or (_is_job(found["kind"]) and not superlative)):
            yield Found(Span(*found.span("what"), Label.TITLE), "only")
            yield Found(Span(*found.span("place"), Label.LOC), "only")


def _is_job(words: str) -> bool:
    return any(map(is_occupation, words_of(words)))


def _quoted(text: str, known: Iterable[Span]) -> Iterator[Found]:
    for span in known:
        if span.label in _PEOPLE:
            said = _SAID.match(text, span.end)
            if said and said.lastindex:
                yield Found(Span(*said.span(said.lastindex), Label.QUOTE), "quoted")
