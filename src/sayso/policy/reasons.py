"""What each reason means, in a sentence for people (DESIGN section 3)."""

from __future__ import annotations

from sayso.values.decisions import Decision, Reason, Verdict

_SENTENCES = {
    Reason.NOT_YET: "the record was created or collected later than that moment",
    Reason.NOT_IN_FORCE: "no policy version was in force",
    Reason.REGION_UNKNOWN: "the rules depend on where the member lives, and that is not known",
    Reason.NOT_DISCLOSED: "no rule named this purpose, recipient, category and visibility where the member lives",
    Reason.NEVER: "the rule says never",
    Reason.DELETED: "the author had deleted the record, or closed the account",
    Reason.SUSPENDED: "the use was suspended where the member lives",
    Reason.MEMBER_EXCLUDED: "the rule leaves this member out",
    Reason.RECORD_EXCLUDED: "the rule leaves this record out",
    Reason.NO_NOTICE: "the member had not been told early enough",
    Reason.SAID_NO: "the member's last word was no",
    Reason.NOT_OPTED_IN: "the use needs a yes, and the member's last word was not one",
    Reason.OPTED_IN: "the member's last word was yes",
    Reason.DEFAULT_ON: "the rule's default is on, and the member had not said no",
    Reason.NO_CHOICE_OFFERED: "the rule offers no choice",
}
_DOUBTS = {
    Reason.NOT_DISCLOSED: "what was published of this at the time is not known",
    Reason.SUSPENDED: "it is not known whether a suspension held there and then",
    Reason.MEMBER_EXCLUDED: "what decides whether the rule leaves this member out is not known",
    Reason.RECORD_EXCLUDED: "what decides whether the rule leaves this record out is not known",
}


def sentence(decision: Decision) -> str:
    """Return why a decision came out as it did, as part of a sentence without a full stop.

    >>> sentence(Decision(Verdict.UNKNOWN, Reason.SUSPENDED))
    'it is not known whether a suspension held there and then'
    """
    if decision.verdict is Verdict.UNKNOWN and decision.reason in _DOUBTS:
        return _DOUBTS[decision.reason]
    return _SENTENCES[decision.reason]


_STEPS = {
    Reason.NOT_YET: "later than asked",
    Reason.NOT_IN_FORCE: "no policy in force",
    Reason.REGION_UNKNOWN: "region not known",
    Reason.NOT_DISCLOSED: "not disclosed there",
    Reason.NEVER: "never, say the rules",
    Reason.DELETED: "deleted by the author",
    Reason.SUSPENDED: "suspended",
    Reason.MEMBER_EXCLUDED: "member left out",
    Reason.RECORD_EXCLUDED: "record left out",
    Reason.NO_NOTICE: "no notice in time",
    Reason.SAID_NO: "said no",
    Reason.NOT_OPTED_IN: "did not say yes",
}


def step_names() -> dict[str, str]:
    """Return what a step of a funnel is called in a few words, by the name of its reason.

    >>> step_names()["said-no"]
    'said no'
    """
    return {str(reason): name for reason, name in _STEPS.items()}
