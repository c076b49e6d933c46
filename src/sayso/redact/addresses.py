"""Addresses of the net: URLs, e-mail addresses, handles, IP and MAC addresses.

Every search is anchored on what such an address cannot be without (``://``, ``@``, a dot) and looks from there to both sides,
no character more than a fixed number of times: the work grows with the length of the text and no faster, whatever it holds.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from sayso.redact.spans import Label, Span

# RFC 3986, section 2, brackets included (they hold IPv6 hosts and occur in queries); quotes and "<>" delimit (appendix C).
_URL = re.compile(r"[^\s<>\"`{}|\\^]+")
_SCHEME_END = re.compile(r"://(?=[\w\[])")
_WWW = re.compile(r"[Ww](?<![\w@.-].)[Ww]{2}\d?\.(?=\w)")
_SCHEME = re.compile(r"[A-Za-z0-9+.-]{2,20}")
_HOST = re.compile(r"[\w.-]{1,253}")
# A bare host counts where a path follows it and it ends in one of the domains most used on the web.
_PATH_START = re.compile(
    r"\.(?=\w{2,4}[:/])(?:com|org|net|edu|gov|int|mil|info|biz|name|io|co|me|ly|gl|gg|tv|ai|app|dev|page|site|blog|xyz|eu|uk|us|ca|au|nz"
    r"|ie|de|at|ch|fr|be|nl|lu|it|es|pt|pl|cz|se|no|dk|fi|gr|ru|ua|tr|in|jp|cn|kr|br|mx|ar|za|il)(?::\d{1,5})?/(?=\w)",
    re.IGNORECASE,
)
_OPENERS = {")": "(", "]": "["}
_TRAILING = frozenset(".,;:!?'*_~…’”»")

# RFC 5321, section 4.1.2: the dot-atom of a local part, less what the text around an address is more likely to hold.
_LOCAL = re.compile(r"[\w.%+'&~#$=^-]+")
_BLANKS = ("", " ", "\n")
_LOCAL_EDGE = "'.-&~#$=^%"
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*+)\.)+(?:xn--[A-Za-z0-9-]{2,59}|[^\W\d_]{2,63})(?![\w-]*[^\W_])")
_NAME = re.compile(r"\w++(?:[.-]++\w++)*+")
_HAS_LETTER = re.compile(r"[^\W\d]")
# What follows "@" in code: CSS at-rules (W3C, CSS Snapshot), Java, Kotlin, Python, Spring, JUnit, Angular and JSDoc annotations.
_CODE_WORDS = frozenset(
    "media import charset font-face keyframes -webkit-keyframes supports page namespace layer container apply tailwind include mixin"
    " extend Override Deprecated SuppressWarnings FunctionalInterface SafeVarargs Test Before After BeforeEach AfterEach BeforeClass"
    " AfterClass Autowired Bean Component Service Repository Controller RestController Configuration RequestMapping GetMapping"
    " PostMapping PathVariable RequestParam RequestBody ResponseBody Entity Table Column Id GeneratedValue Inject Named Singleton"
    " Nullable NonNull NotNull Input Output ViewChild Injectable NgModule Directive Pipe property classmethod staticmethod"
    " dataclass abstractmethod wraps cached_property lru_cache contextmanager param return returns throws author since see"
    " deprecated version todo interface implementation end protocol synthesize selector synchronized autoreleasepool class"
    " if else elseif foreach endif endforeach section endsection yield model Html Url using inherits echo OneToMany ManyToOne"
    " ManyToMany OneToOne JoinColumn Transactional Value Data Getter Setter Builder Slf4j RunWith Mock Rule".split()
)
# A decorator: "@" first on its line, a dotted name, an argument list or nothing more; then a line that defines something.
_DECORATOR = re.compile(
    r"(?:\([^\n]{0,200})?[ \t]{0,8}\r?\n[ \t]{0,40}(?:@\w|(?:async )?def |class |(?:public|private|protected|internal|static|final"
    r"|abstract|override|export|fun|func|function|interface|data|val|var|void|const|let)\b)"
    r"|\([^\n()]{0,200}\)[ \t]{0,8}(?:\r?\n|\Z)"
)
_MOST_INDENTED = 40

# The two marks are cheap to look for, and a text without one holds no address.
_V4_MARK = re.compile(r"\.\d{1,3}\.\d")
_V6_MARK = re.compile(r":[0-9A-Fa-f]{0,4}:")
_MAC = re.compile(
    r"(?<![\w:.-])(?:[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})"
    r"(?![\w-]|[:.]\w)"
)
# RFC 791, and RFC 4291, section 2.2; ``ipaddress`` judges the candidates.
_V4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\w)")
_V6 = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f:]{2,32}:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{6,39}+)(?![\w:]|\.\w)"
)


# What makes four numbers a version of a program.
_VERSION = re.compile(
    r"(?:\bversion|\brelease|\bbuild|\bchrome|\bfirefox|\bsafari|\bopera|\bv)[ :=/]{0,2}\Z", re.IGNORECASE
)

# The marks of the gate (``gate.py``): each is in all texts in which its detector finds something.
WWW_MARK = r"[Ww][Ww]{2}[0-9\x80-\xff]{0,4}\.[\w\x80-\xff]"
IP_MARK = (
    r"\.[0-9\x80-\xff]{1,12}\.[0-9\x80-\xff]|:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]|[0-9A-Fa-f]:[0-9A-Fa-f]{0,4}:"
)
MAC_MARK = r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"


def _reach_back(pattern: re.Pattern[str], text: str, at: int, floor: int) -> int:
    """Return where the run of characters that ends at ``at`` starts, not before ``floor``."""
    found = pattern.match(text[floor:at][::-1])
    return at - found.end() if found else at


def urls(text: str) -> Iterator[Span]:
    """Yield each URL with a scheme, each ``www.`` host, and each bare host of a well-known domain with a path.

    Closing brackets and punctuation at the end stay outside.

    >>> text = "See (https://example.org/a_(b)), www.example.com or example.net/me."
    >>> [text[span.start:span.end] for span in urls(text)]
    ['https://example.org/a_(b)', 'www.example.com', 'example.net/me']
    """
    done = 0
    for mark, end in _url_marks(text):
        if mark < done:
            continue
        start = _url_start(text, mark, done)
        run = _URL.match(text, end) if start < mark or text[mark] in "Ww" else None
        if run:
            done = _url_end(text, end, run.end())
            yield Span(start, done, Label.URL)


def _url_marks(text: str) -> list[tuple[int, int]]:
    """Return the marks by which a URL is known, and where what comes behind the mark starts."""
    marks: list[tuple[int, int]] = []
    if "/" in text:
        marks += [mark.span() for mark in _SCHEME_END.finditer(text)]
        marks += [mark.span() for mark in _PATH_START.finditer(text)]
    if "ww" in text or "WW" in text:
        marks += [mark.span() for mark in _WWW.finditer(text)]
    return sorted(marks)


def _url_start(text: str, mark: int, done: int) -> int:
    """Return where the URL around a mark starts, or the mark itself where nothing stands before it that belongs there."""
    if text[mark] == ":":
        return _reach_back(_SCHEME, text, mark, max(done, mark - 20))
    if text[mark] != ".":
        return mark
    start = _reach_back(_HOST, text, mark, max(done, mark - 253))
    return mark if text[start - 1 : start] == "@" else start


def _url_end(text: str, start: int, end: int) -> int:
    """Return the end of a URL without the punctuation and the unopened brackets behind it (CommonMark GFM, section 6.9)."""
    closed = {
        closer: text.count(closer, start, end) - text.count(opener, start, end)
        for closer, opener in _OPENERS.items()
    }
    while end > start:
        last = text[end - 1]
        if closed.get(last, 0) > 0:
            closed[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return end


def emails_and_handles(text: str) -> Iterator[Span]:
    """Yield each e-mail address, and each ``@name`` (``@name@host`` as well) that is not part of one.

    >>> text = "ada@example.org, @ada and @ada@social.example; not 3 @ 5"
    >>> [(text[span.start:span.end], str(span.label)) for span in emails_and_handles(text)]
    [('ada@example.org', 'EMAIL'), ('@ada', 'HANDLE'), ('@ada@social.example', 'HANDLE')]
    """
    done, at = 0, text.find("@")
    while at >= 0:
        span = _email(text, at, done) or _handle(text, at)
        if span:
            done = span.end
            yield span
        at = text.find("@", max(at + 1, done))


def _email(text: str, at: int, done: int) -> Span | None:
    if text[at - 1 : at] in _BLANKS:
        return None
    start = _reach_back(_LOCAL, text, at, max(done, at - 254))
    while start < at and text[start] in _LOCAL_EDGE:
        start += 1
    domain = _DOMAIN.match(text, at + 1) if start < at else None
    return Span(start, domain.end(), Label.EMAIL) if domain else None


def _handle(text: str, at: int) -> Span | None:
    name = _NAME.match(text, at + 1)
    if not name or not _HAS_LETTER.search(name[0]):
        return None
    if name[0] in _CODE_WORDS or _is_code(text, at, name.end()):
        return None
    host = _NAME.match(text, name.end() + 1) if text[name.end() : name.end() + 1] == "@" else None
    end = host.end() if host and "." in host[0] else name.end()
    return Span(at, end, Label.HANDLE)


def _is_code(text: str, at: int, end: int) -> bool:
    """Tell whether an ``@name`` is a decorator, a measure of a LaTeX matrix (``@C=1em``) or the like."""
    if text[at - 1 : at] == "\\" or (end == at + 2 and text[end : end + 1] == "="):
        return True
    return _is_first(text, at) and _DECORATOR.match(text, end) is not None


def _is_first(text: str, at: int) -> bool:
    """Tell whether nothing but blanks, and no more than forty, stands before a place on its line."""
    before = text[max(0, at - _MOST_INDENTED - 1) : at]
    other = before.rstrip(" \t")
    return other.endswith("\n") or (not other and at <= _MOST_INDENTED)


def addresses(text: str) -> Iterator[Span]:
    """Yield each IPv4 and each IPv6 address.

    A short form such as ``::1`` is left alone: it names a machine's own self, and code is full of the like.

    >>> text = "from 203.0.113.7 and 2001:db8::7 at 12:30:45"
    >>> [text[span.start:span.end] for span in addresses(text)]
    ['203.0.113.7', '2001:db8::7']
    """
    if _V4_MARK.search(text):
        for found in _V4.finditer(text):
            if _is_ip(found[0]) and not _VERSION.search(text, max(0, found.start() - 16), found.start()):
                yield Span(*found.span(), Label.IP)
    if _V6_MARK.search(text):
        yield from (
            Span(*found.span(), Label.IP)
            for found in _V6.finditer(text)
            if ":" in found[0] and _is_ip(found[0])
        )


def _is_ip(candidate: str) -> bool:
    try:
        ipaddress.ip_address(candidate)
    except ValueError:
        return False
    return not candidate.isalpha() and any(letter.isdecimal() for letter in candidate)


def hardware_addresses(text: str) -> Iterator[Span]:
    """Yield each MAC address (IEEE 802, section 8.1): six pairs with ``:`` or ``-``, or three groups of four with dots.

    All zeros and all ones are nobody's.

    >>> text = "00:1A:2b:3c:4d:5e, 001a.2b3c.4d5e, ff:ff:ff:ff:ff:ff, 12:30:45"
    >>> [text[span.start:span.end] for span in hardware_addresses(text)]
    ['00:1A:2b:3c:4d:5e', '001a.2b3c.4d5e']
    """
    for found in _MAC.finditer(text):
        if len({digit for digit in found[0].lower() if digit not in ":-."}) > 1:
            yield Span(*found.span(), Label.MAC)
