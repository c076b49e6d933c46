"""Whether what a member said later has overtaken a no that covers much, such as an objection."""

from __future__ import annotations

from collections.abc import Iterable

from sayso.policy.decide import last_word
from sayso.policy.model import Default, Policy
from sayso.policy.question import question_at
from sayso.values.moments import Moment
from sayso.values.standing import Choice
from sayso.values.uses import Use


def overtaken(policy: Policy, control: str, choices: Iterable[Choice], at: Moment) -> bool:
    """Tell whether a member's last word is yes on every use that a no through a control speaks of, and that rules let members decide.

    So a no through a control that can only say no is overtaken by yeses through switches: on all that it covers, not on a part. False
    where the version in force has no such control, or no rule that it speaks of.
    """
    version = policy.in_force(at)
    rules = [rule for rule in (version.rules if version else ()) if rule.default in (Default.ON, Default.OFF)]
    uses = {
        Use(purpose, recipient)
        for rule in rules
        for purpose in rule.purposes
        for recipient in rule.recipients
    }
    asked = [
        question for use in uses if (question := question_at(policy, use, at)) and control in question.noes
    ]
    said = tuple(choices)
    words = [last_word(question, said, at) for question in asked]
    return bool(words) and all(word is not None and word.yes for word in words)
