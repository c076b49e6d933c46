"""What only a person knows: the questions, each asked once for all reports, and the file that asks them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sayso.policy.fieldtypes import Field, ListOf, OneOf, Table, Text, Type, When

ART53, AB2013, ART30, ART15 = "art53", "ab2013", "art30", "art15"
REPORTS = (ART53, AB2013, ART30, ART15)
"""The reports that ask anything."""

FORMAT = "sayso_answers"


class Answers(StrEnum):
    """What is written in answer to a question."""

    TEXT = "text"
    LIST = "list"
    YES_NO = "yes-no"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its key in the file, what is written in answer, what it asks, an example, and the reports that it serves.

    ``optional`` tells that the form itself leaves the answer free.
    """

    key: str
    kind: Answers
    asks: str
    example: str
    reports: tuple[str, ...]
    optional: bool = False


_ASKED = """\
provider_name: text for art53 ab2013 art30 art15, as Example Community Ltd
  Who answers for the model or the processing: the legal name of the provider (AI Act), developer (AB 2013) or
  controller (GDPR).
provider_contact: text for art53 ab2013 art30 art15, as 1 Example Street, Dublin; privacy@example.org
  How to reach them: address, e-mail, telephone.
authorised_representative: text for art53 art30, as none
  The authorised representative in the Union (AI Act, Article 54; GDPR, Article 27), with contact details; `none` where
  the provider is established there.
data_protection_officer: text for art30 art15, as dpo@example.org
  The data protection officer and how to reach them (GDPR, Articles 30(1)(a) and 37); `none` where none is needed.
joint_controllers: text for art30, as none
  Joint controllers (GDPR, Article 26), with contact details; `none` where there are none.
privacy_policy_url: text for art53 ab2013 art30 art15, as https://example.org/privacy
  The address at which the privacy policy in force is published: purposes, legal bases and notices (GDPR, Articles 13
  and 14).
market_date: day for art53, as 2026-03-01
  When the model was placed on the Union market; for another than this version, say so in `comments_general`.
base_model: text for art53, as none
  The general-purpose model that this one modifies or was built on, with a link to the summary of its training content;
  `none` where it was trained from nothing.
published_summaries: list optional for art53, as [2026-03-01 https://example.org/ai/summary-1]
  Every summary that was made public, oldest first: its day, a space, its address. The six-month clock runs from the
  last.
continuously_trained: yes-no for art53, as no
  Is the model, once on the market, trained on new data again and again?
other_characteristics: text optional for art53, as mostly writers of English about cooking
  Other characteristics of the data as a whole: regions of the world, groups of people, periods that it covers more or
  less of.
comments_general: text optional for art53, as none
  Additional comments on the general information.
own_services_only: yes-no for art53 ab2013, as yes
  Do the sources named in the report hold only what members of your own services made there?
nothing_else: yes-no for art53 ab2013, as yes
  Was the model trained on the data sets named in the report, and on nothing else?
public_datasets: yes-no for art53, as no
  Were publicly available data sets, put together by others, used to train it?
public_datasets_modalities: list for art53, as [text]
  Their modalities: text, image, audio, video, other.
public_datasets_list: list for art53, as [Example Corpus 1.0 https://example.org/corpus]
  The large ones: name, link, and which part was used where not all was.
public_datasets_other: text optional for art53, as none
  A general description of the other ones.
comments_public: text optional for art53, as none
  Additional comments on publicly available data sets.
licensed_datasets: yes-no for art53 ab2013, as no
  Were licensing agreements concluded with rightsholders or their representatives for data that trained it?
licensed_modalities: list for art53, as [text]
  The modalities of what was licensed.
third_party_datasets: yes-no for art53, as no
  Were private data sets got from other third parties?
third_party_modalities: list for art53, as [text]
  Their modalities.
third_party_list: list for art53, as [none is publicly known]
  Those that are publicly known, by name.
third_party_description: text for art53, as none
  A general description of those that are not publicly known.
comments_third_party: text optional for art53, as none
  Additional comments on private data sets of third parties.
crawlers: yes-no for art53, as no
  Were crawlers or scrapers used, by you or on your behalf?
crawler_names: list for art53, as [ExampleBot]
  The names by which the crawlers identify themselves.
crawler_purposes: text for art53, as training and search
  What the crawlers collect for.
crawler_behaviour: text for art53, as robots.txt is followed; nothing is circumvented
  How the crawlers behave: robots.txt and other signals, captchas, paywalls.
crawler_period: text for art53, as 01/2025 to 06/2025
  When they collected: MM/YYYY to MM/YYYY.
crawler_content: text for art53, as news sites
  The kinds of content and of online sources that were crawled.
crawler_modalities: list for art53, as [text]
  The modalities of what was crawled.
crawler_domains: list for art53, as [https://example.org/ai/domains.csv]
  The top 10 % of domains by size of what was taken (small and medium enterprises: 5 %, or 1,000), or a link to the
  list.
comments_crawlers: text optional for art53, as none
  Additional comments on crawled data.
services_description: text for art53, as a forum about cooking
  Your services from which members' data came, in general: what people do there.
comments_user_data: text optional for art53, as none
  Additional comments on user data.
synthetic: yes-no for art53 ab2013, as no
  Was synthetic data, made by AI for training, used? Using AI to clean or enrich data does not count.
synthetic_modalities: list for art53, as [text]
  The modalities of synthetic data.
synthetic_models: list for art53, as [Example-1 https://example.org/ai/summary-1]
  The general-purpose models that made it, with links to their summaries.
synthetic_other_models: text for art53, as none
  Other models that made it, your own included.
comments_synthetic: text optional for art53, as none
  Additional comments on synthetic data.
other_sources: yes-no for art53, as no
  Were other sources used: data digitised offline, say, or made by hand for training?
other_sources_description: text for art53, as none
  What they are.
comments_other_sources: text optional for art53, as none
  Additional comments on other sources.
code_of_practice: yes-no for art53, as no
  Have you signed the Code of Practice for general-purpose AI, with its copyright chapter?
reservation_measures: text for art53, as robots.txt, Content-Usage and TDMRep are read at intake
  What you do, before and during training, to find and honour reservations of rights against text and data mining
  (Directive (EU) 2019/790, Article 4(3)): which protocols.
comments_reservations: text optional for art53, as none
  Additional comments on reservations of rights.
illegal_content_measures: text for art53, as what moderators removed is deleted, and never used
  What you do to keep illegal content under Union law out of the training data, or to take it out.
other_information: text optional for art53, as none
  Other information on the processing of data.
dataset_owners: text for ab2013, as Example Community Ltd, from its own service
  Who owns the data sets, or where they are from (AB 2013, item 1).
intended_purpose: text optional for ab2013, as suggestions while members write
  How the data sets further the intended purpose of the system (item 2), beyond the purpose in the policy.
intellectual_property: text for ab2013, as members keep the copyright in what they write
  Whether the data sets hold data protected by copyright, trademark or patent, or are entirely in the public domain
  (item 5).
collection_ongoing: yes-no for ab2013, as yes
  Does collection go on (item 10)?
third_countries: text for art30 art15, as none
  Transfers to third countries or international organisations, with the safeguards (GDPR, Article 30(1)(e)); `none`
  where there are none.
retention: text for art30 art15, as as long as the account is open
  How long accounts and records are kept, outside data sets and models (GDPR, Articles 30(1)(f) and 15(1)(d)).
security_measures: text for art30, as ISO/IEC 27001; access by role
  Technical and organisational security measures beside those of Sayso (GDPR, Article 30(1)(g)).
legitimate_interests_assessment: text for art30, as LIA-7, version 3
  Where the assessment of legitimate interests is, with its version (GDPR, Article 6(1)(f)); `none` where that is
  nobody's basis.
impact_assessment: text for art30, as DPIA-12, version 2
  Where the data protection impact assessment is, with its version (GDPR, Article 35).
supervisory_authority: text for art15, as Data Protection Commission, Dublin
  The authority to which a member may complain (GDPR, Article 15(1)(f)).
"""
"""Each question: its key, what is written in answer, the reports that it serves and an example; below, what it asks."""

_HEAD = re.compile(r"(\w+): (text|list|yes-no|day)( optional)? for ([\w ]+), as (.+)")


def _asked(text: str) -> Iterator[Question]:
    """Yield the questions of a text like the one above."""
    found: list[str] = re.split(r"\n(?! )", text.strip())
    for one in found:
        head, *asks = one.splitlines()
        parts = _HEAD.fullmatch(head)
        if parts is None:
            raise ValueError(f"this is not the head of a question: {head}")
        key, kind, optional, reports, example = parts.groups()
        words = " ".join(line.strip() for line in asks)
        yield Question(key, Answers(kind), words, example, tuple(reports.split()), bool(optional))


QUESTIONS = tuple(_asked(_ASKED))
"""All questions, in the order of the file."""

BY_KEY = {question.key: question for question in QUESTIONS}

_TYPES: dict[Answers, Type] = {
    Answers.TEXT: Text(),
    Answers.LIST: ListOf(Text()),
    Answers.YES_NO: OneOf(("yes", "no")),
    Answers.DAY: When(),
}

TABLE = Table(
    "file of answers",
    "What only a person knows, for reports.",
    (
        Field(FORMAT, OneOf(("1",)), "the version of this format", "1", required=True),
        *(Field(one.key, _TYPES[one.kind], one.asks, one.example) for one in QUESTIONS),
    ),
)
"""The form of the file, as the parser of policies reads it."""


def asked_for(report: str) -> tuple[Question, ...]:
    """Return the questions of a report, in the order of the file."""
    return tuple(question for question in QUESTIONS if report in question.reports)


def form(reports: tuple[str, ...]) -> str:
    """Return the file that asks the questions of some reports, each as a comment above a key that waits for its answer."""
    wanted = [question for question in QUESTIONS if set(question.reports) & set(reports)]
    return "\n".join(_form(wanted, reports)) + "\n"


def _form(wanted: list[Question], reports: tuple[str, ...]) -> Iterator[str]:
    yield from _comment(
        f"What only a person knows, for {', '.join(reports)}. Take the # from before a key and write the answer behind it. "
        "What is left out is marked as missing. One file serves all reports; whatever the log, the manifests and the policy "
        "know is not asked for."
    )
    yield f"{FORMAT}: 1"
    for question in wanted:
        yield ""
        yield from _comment(f"{question.asks} ({_how(question)})")
        yield f"#{question.key}: {question.example}"


def _how(question: Question) -> str:
    free = "; optional" if question.optional else ""
    kind = "yes or no" if question.kind is Answers.YES_NO else question.kind
    return f"{kind}, for {', '.join(question.reports)}{free}"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 110, break_on_hyphens=False)]
