"""The third telling of DESIGN section 3: slow and obvious. It reads the policy's values and nothing of its machinery.

Every sentence of the design's table is one paragraph here, in the same order and as close to its words as Python allows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sayso.policy.model import Condition, Policy, PolicyVersion, Rule
from sayso.values.members import Attributes, Member
from sayso.values.records import Record
from sayso.values.regions import EEA, EU
from sayso.values.standing import Notice, Standing
from sayso.values.uses import Use

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_time(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def ancestors_and_self(policy: Policy, purpose: str) -> set[str]:
    parents = dict(policy.purposes.pairs)
    found = set()
    step: str | None = purpose
    while step is not None:
        found.add(step)
        step = parents.get(step)
    return found


def names_use(policy: Policy, purposes: object, recipients: object, use: Use) -> bool:
    return use.recipient in recipients and bool(ancestors_and_self(policy, use.purpose) & set(purposes))  # type: ignore[operator,call-overload]


def is_in(region: str, codes: object) -> bool:
    return any(region == code or region.split("-")[0] == code for code in codes)  # type: ignore[attr-defined]


def members_of(policy: Policy, group: str) -> frozenset[str]:
    own = dict(policy.groups)
    return own[group] if group in own else {"EU": EU, "EEA": EEA}[group]


def resolved(policy: Policy, name: str) -> frozenset[str]:
    is_group = name in dict(policy.groups) or name in ("EU", "EEA")
    return members_of(policy, name) if is_group else frozenset([name])


def specificity(policy: Policy, rule: Rule, region: str | None) -> int:
    """Return how specific the rule is for the region; -1 where it does not apply."""
    if region is None:
        return 0 if "everywhere" in rule.regions and not rule.excepted else -1
    if any(is_in(region, resolved(policy, name)) for name in rule.excepted):
        return -1
    best = -1
    for name in rule.regions:
        if name == "everywhere":
            level = 0
        elif name in dict(policy.groups) or name in ("EU", "EEA"):
            level = 1 if is_in(region, members_of(policy, name)) else -1
        elif "-" in name:
            level = 3 if region == name else -1
        else:
            level = 2 if region.split("-")[0] == name else -1
        best = max(best, level)
    return best


def version_in_force(policy: Policy, at: int) -> PolicyVersion | None:
    begun = sorted((v for v in policy.versions if v.effective_at <= at), key=lambda v: v.effective_at)
    if begun and (begun[-1].until is None or begun[-1].until > at):
        return begun[-1]
    return None


def three_way(conditions: tuple[Condition, ...], attributes: Attributes) -> set[str]:
    """Return the answers of the conditions: 'yes', 'no' and 'unknown', those that occur."""
    answers = set()
    for condition in conditions:
        carried = [value for name, value in attributes if name == condition.attribute]
        if carried == ["?"]:
            answers.add("unknown")
        elif not carried:
            answers.add("unknown" if condition.only else "yes")
        else:
            listed = carried[0] in condition.values
            answers.add("yes" if listed == condition.only else "no")
    return answers


def years_old(born: int, at: int) -> int:
    day = as_time(at)
    had_birthday = (day.month, day.day) >= (born // 100 % 100, born % 100)
    return day.year - born // 10_000 - (0 if had_birthday else 1)


def age_answer(member: Member, years: int, at: int) -> str:
    under = member.born is not None and years_old(member.born, at) < years
    under = under or (member.age_max is not None and member.age_max < years)
    if under:
        return "no"
    if member.born is not None or (member.age_min is not None and member.age_min >= years):
        return "yes"
    return "unknown"


def same_content(one: Rule, other: Rule) -> bool:
    for field in ("default", "control", "notice_days", "basis", "disclosed", "keeps_deleted"):
        if getattr(one, field) != getattr(other, field):
            return False
    for field in ("purposes", "recipients", "regions", "categories", "visibility", "excepted"):
        if set(getattr(one, field)) != set(getattr(other, field)):
            return False
    for field in ("member", "record"):
        mine, theirs = getattr(one, field), getattr(other, field)
        if set(mine.conditions) != set(theirs.conditions):
            return False
    windows = one.record.created, one.record.collected, one.record.spared, one.member.min_age
    others = other.record.created, other.record.collected, other.record.spared, other.member.min_age
    return windows == others


def reached(notice: Notice, member: Member) -> bool:
    if notice.personal:
        return True
    if member.joined_at is not None and as_time(member.joined_at) > as_time(notice.at):
        return False
    if notice.regions is None:
        return True
    return member.region is not None and is_in(member.region, notice.regions)


def decide_slowly(
    use: Use, policy: Policy, member: Member | None, record: Record, standing: Standing, at: int
) -> tuple[str, str]:
    """Return verdict and reason."""
    # 1. the record was created or collected after `at`
    for moment in (record.created_at, record.collected_at):
        if moment is not None and moment > at:
            return "deny", "not-yet"

    # 2. no policy version is in force at `at`
    version = version_in_force(policy, at)
    if version is None:
        return "deny", "not-in-force"

    # 3. the member's region is not known, and a rule for this use and category names regions
    region = None if member is None else member.region
    naming = [r for r in version.rules if names_use(policy, r.purposes, r.recipients, use)]
    for rule in naming:
        if record.category in rule.categories and region is None:
            if rule.excepted or set(rule.regions) != {"everywhere"}:
                return "unknown", "region-unknown"

    # 4. no rule of that version names this purpose, recipient, category and visibility in this region
    speaking = [r for r in naming if record.category in r.categories and record.visibility in r.visibility]
    speaking = [r for r in speaking if specificity(policy, r, region) >= 0]
    if not speaking:
        return "deny", "not-disclosed"
    rule = max(speaking, key=lambda r: specificity(policy, r, region))

    # (unknown where nobody knows what was published)
    if rule.default == "unknown":
        return "unknown", "not-disclosed"

    # 5. the rule that applies says never here
    if rule.default == "never":
        return "deny", "never"

    # 6. the author deleted the record or closed the account at or before `at`
    gone = [record.deleted_at, standing.closed_at, member.closed_at if member else None]
    gone += [moment for record_id, moment in standing.deletions if record_id == record.id]
    if not rule.keeps_deleted and any(moment is not None and moment <= at for moment in gone):
        return "deny", "deleted"

    # 7. a suspension covers region and use at `at`
    answers = set()
    for suspension in (*policy.suspensions, *standing.suspensions):
        recipients = [use.recipient] if suspension.recipients is None else suspension.recipients
        if not names_use(policy, suspension.purposes, recipients, use):
            continue
        if at < suspension.starts_earliest or (suspension.until is not None and at >= suspension.until):
            continue
        if suspension.regions is not None and region is not None and not is_in(region, suspension.regions):
            continue
        doubtful = at < suspension.starts_latest or (suspension.regions is not None and region is None)
        answers.add("unknown" if doubtful else "deny")
    if answers:
        return ("deny" if "deny" in answers else "unknown"), "suspended"

    # 8. a member predicate fails (unknown where the fact that decides is missing: who the author is, above all)
    if member is None:
        return "unknown", "member-excluded"
    fits = three_way(rule.member.conditions, member.attributes)
    if rule.member.min_age is not None:
        fits.add(age_answer(member, rule.member.min_age, at))
    if "no" in fits:
        return "deny", "member-excluded"
    if "unknown" in fits:
        return "unknown", "member-excluded"

    # 9. a record predicate fails
    fits = three_way(rule.record.conditions, record.attributes)
    for window, moment in (
        (rule.record.created, record.created_at),
        (rule.record.collected, record.collected_at),
    ):
        if window is None:
            continue
        if moment is None:
            fits.add("unknown")
        elif (window.start is not None and moment < window.start) or (
            window.end is not None and not moment < window.end
        ):
            fits.add("no")
    spared = rule.record.spared
    if spared is not None and record.collected_at is None:
        fits.add("unknown")
    elif spared is not None and record.collected_at is not None:
        begun = spared.start is None or spared.start <= record.collected_at
        over = spared.end is not None and spared.end <= record.collected_at
        fits.add("no" if begun and not over else "yes")
    if "no" in fits:
        return "deny", "record-excluded"
    if "unknown" in fits:
        return "unknown", "record-excluded"

    # 10. the rule asks for notice and none reached this member at least that many days before `at`
    if rule.notice_days is not None:
        deadline = as_time(at) - timedelta(days=rule.notice_days)
        in_time = [n for n in standing.notices if as_time(n.at) <= deadline and reached(n, member)]
        told = [v.id for v in policy.versions if any(same_content(rule, other) for other in v.rules)]
        if not any(notice.version in told for notice in in_time):
            return "deny", "no-notice"

    # 11. the member's last relevant word is no (not asked where the rule offers no choice)
    if rule.default == "no-choice":
        return "permit", "no-choice-offered"
    related = [p for p in policy.purposes.names() if use.purpose in ancestors_and_self(policy, p)]
    related += ancestors_and_self(policy, use.purpose)
    words = []
    for choice in standing.choices:
        if choice.at > at:
            continue
        shown = [v for v in policy.versions if v.id == choice.version] if choice.yes else [version]
        for control in [c for v in shown for c in v.controls if c.id == choice.control]:
            if choice.yes and names_use(policy, control.purposes, control.recipients, use):
                words.append((choice.at, choice.entry, choice.yes))
            if (
                not choice.yes
                and use.recipient in control.recipients
                and set(control.purposes) & set(related)
            ):
                words.append((choice.at, choice.entry, choice.yes))
    last = max(words)[2] if words else None
    if last is False:
        return "deny", "said-no"

    # 12. the rule's default is off and the last relevant word is not yes
    if rule.default == "off" and last is not True:
        return "deny", "not-opted-in"
    return "permit", ("opted-in" if last else "default-on")
