"""Credits: people named where somebody is thanked, quoted or answered, as ``thanks to Vyrx for the hint`` or ``as suggested by VKP``.

Where people answer one another, thanks name whoever is no word of any lexicon: handles written like names, and names of few letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.spans import Label, Span

# ASCII alone, so that a mark over bytes matches wherever these do.
_SAID = r"(?:mentioned|suggested|pointed out|noted|commented|proposed|explained|answered|recommended|advised|reported)"
_WORDS = r"(?:answers?|comments?|posts?|repl(?:y|ies)|suggestions?|hints?|tips?|questions?)"
_HELP = (
    rf"(?:{_WORDS}|help|solutions?|advice|idea|pointers?|pointing|explanation|insight|input|feedback|time)"
)
_NAME = r"[A-Z][\w-]{1,24}(?: [A-Z][\w-]{1,24}){0,2}"
_BEFORE = (
    r"(?:credits?|kudos|props)(?: (?:goes|go|is due|are due|also goes|belongs))? to "
    rf"|{_SAID}(?: (?:here|above|below|in (?:the|a|his|her|their) comments?))? by "
    rf"|(?:an?|the|this|that|my|in|see|great|good|reading) (?:\w+ )?{_WORDS} (?:by|from) "
)
_CREDITED = re.compile(
    rf"(?a)\b(?:(?i:{_BEFORE})({_NAME})"
    rf"|(?i:thanks|thank you|thx|ty|cheers)(?i: to| go to| goes to|,)? ({_NAME})(?= (?i:for|who)\b)"
    rf"|({_NAME})'s? (?={_HELP}\b))"
)
MARK = (
    rf"(?i:{_BEFORE.replace(chr(92) + 'w', '[a-z0-9_]')})[A-Z]"
    r"|(?i:thanks|thank you|thx|ty|cheers)(?i: to| go to| goes to|,)? [A-Z][A-Za-z0-9_ -]* (?i:for|who)"
    rf"|[A-Z][A-Za-z0-9_-]*'s? {_HELP}"
)
# A sentence may begin right before a name.
_OPENERS = re.compile(
    r"^(?:(?:See|From|In|As|Following|Per|Also|And|But|Or|Like|With|After|Based on|Contrary to|Unlike|Extending)(?: |$))+"
)
_NOBODY = frozenset(
    "I The This That These Those My Your Our His Her Their Its It You We He She They A An All Everyone Everybody Anyone"
    " Someone Some Any Both Each Many Much What Who Which There Here Let One Other Others God Today Yesterday Tomorrow"
    " Monday Tuesday Wednesday Thursday Friday Saturday Sunday Stack Overflow StackOverflow Google Microsoft Apple Amazon"
    " Facebook Twitter Github GitHub Wikipedia Reddit Oracle Mozilla Intel Nvidia".split()
)


def credits(text: str) -> Iterator[Span]:
    """Yield the names of people to whom somebody gives credit.

    >>> text = "Thanks to Vyrx for the hint; as suggested by Ada King in the comments, and Zed's answer. Thanks to Google for maps."
    >>> [text[span.start:span.end] for span in credits(text)]
    ['Vyrx', 'Ada King', 'Zed']
    """
    for found in _CREDITED.finditer(text):
        end = found.end(found.lastindex or 1)
        words = _OPENERS.sub("", found[found.lastindex or 1])
        if words and not _NOBODY.intersection(words.split()):
            yield Span(end - len(words), end, Label.PERSON)
