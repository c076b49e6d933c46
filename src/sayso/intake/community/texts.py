"""What members write, category by category: each function returns a text with the places of its personal data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sayso.intake.community import personal
from sayso.intake.community.dice import between, chance
from sayso.intake.community.passage import Passage, join, marked, quote
from sayso.intake.community.voice import Voice

Composer = Callable[[Voice, str], Passage]


def post(voice: Voice, topic: str) -> Passage:
    """Return a post: an opening, some sentences, perhaps a mention, an address, a closing."""
    sentences = [voice.say(f"{topic}.open"), *voice.several(f"{topic}.middle", between(voice.rng, 1, 4))]
    sentences += voice.mention(0.08)
    sentences += voice.slip(0.10)
    if chance(voice.rng, 0.35):
        sentences.append(voice.say("common.close"))
    return join(sentences)


def article(voice: Voice, topic: str) -> Passage:
    """Return an article: a title, and three paragraphs with a blank line between them."""
    middle = voice.several(f"{topic}.middle", between(voice.rng, 6, 10))
    cut = len(middle) // 2
    first = join([voice.say(f"{topic}.open"), *middle[:cut]])
    second = join([*middle[cut:], *voice.mention(0.25)])
    last = join([*voice.slip(0.2), voice.say("common.close")])
    return join([voice.say("common.article"), first, second, last], "\n\n")


def comment(voice: Voice, topic: str, parent: Passage | None, writer: str | None) -> Passage:
    """Return a reply, which repeats ``parent`` (the words of member ``writer``) as a quotation where it is given."""
    reply = [voice.say(f"{topic}.reply" if chance(voice.rng, 0.65) else "common.reply")]
    if chance(voice.rng, 0.3):
        reply += voice.several(f"{topic}.middle", 1)
    reply += voice.mention(0.15)
    reply += voice.slip(0.05)
    words = join(reply)
    return join([quote(parent, writer), words], "\n\n") if parent else words


def private_message(voice: Voice, topic: str) -> Passage:
    """Return a message from one member to another."""
    body = voice.several("common.private_body", between(voice.rng, 1, 2))
    return join([voice.say("common.private"), *body, *voice.slip(0.3, private=True)])


def group_message(voice: Voice, topic: str) -> Passage:
    """Return a message to a group."""
    opening = voice.say(f"{topic}.open" if chance(voice.rng, 0.5) else f"{topic}.middle")
    return join([opening, *voice.mention(0.12), *voice.slip(0.12, private=True)])


def poll_response(voice: Voice, topic: str) -> Passage:
    """Return an answer to a poll."""
    return voice.say("common.poll")


def profile(voice: Voice, topic: str) -> Passage:
    """Return what a member says of themselves, under their name."""
    person = voice.author.person
    lines = voice.several("common.profile", between(voice.rng, 1, 3))
    return join([marked(person.name, "NAME", person.member.id), join([*lines, *voice.slip(0.2)])], "\n")


def resume(voice: Voice, topic: str) -> Passage:
    """Return a résumé: name, e-mail address, phone number, and its lines."""
    person = voice.author.person
    contact = join([personal.email(voice.rng, person.name), personal.phone(voice.rng)], ", ")
    lines = voice.several("common.resume", between(voice.rng, 2, 4))
    return join([marked(person.name, "NAME", person.member.id), contact, *lines], "\n")


def screening_answer(voice: Voice, topic: str) -> Passage:
    """Return saved answers to an employer's questions."""
    return join(
        [*voice.several("common.screening", between(voice.rng, 1, 2)), *voice.slip(0.1, private=True)]
    )


def genai_conversation(voice: Voice, topic: str) -> Passage:
    """Return what a member told an assistant: a request, and the text that it is about."""
    draft = join(
        [voice.say(f"{topic}.open"), *voice.several(f"{topic}.middle", 2), *voice.slip(0.12, private=True)]
    )
    return join([voice.say("common.genai"), draft], "\n")


def feedback(voice: Voice, topic: str) -> Passage:
    """Return what a member said of a suggestion."""
    return join([voice.say("common.feedback"), *voice.slip(0.03)])


def usage(voice: Voice, topic: str) -> Passage:
    """Return what was logged of a member's use of the service."""
    return voice.say("common.usage")


COMPOSERS: Mapping[str, Composer] = {
    "post": post,
    "article": article,
    "private-message": private_message,
    "group-message": group_message,
    "poll-response": poll_response,
    "profile": profile,
    "resume": resume,
    "screening-answer": screening_answer,
    "genai-conversation": genai_conversation,
    "feedback": feedback,
    "usage": usage,
}
"""How each category that answers nothing is written; ``comment`` answers a record."""
