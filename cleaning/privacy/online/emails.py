"""E-mail addresses, as they are written, hidden from programs or said in words."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re

from cleaning.privacy.kinds import Spans
from cleaning.privacy.patterns.gates import may_hold

# A pattern begins with the characters that it can begin with, and looks behind them only then: so the
# search runs over other text several times faster.
# RFC 5321 allows 64 characters before the @ and 255 after it; labels of at most 63.
_LOCAL = re.compile(r"[\w%+-][\w.%+-]{0,63}\Z")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_BROKEN = r"-\n[ \t]{0,8}"  # where a line ends within a word
_DOMAIN = re.compile(
    rf"(?:@|%40)(?:{_LABEL}(?:{_BROKEN}{_LABEL})?\.(?:\n[ \t]{{0,8}}(?=[a-z]{{2,3}}\b))?){{1,8}}([^\W\d_]{{2,24}})(?![\w@])"
)
_LOCAL_BROKEN = re.compile(rf"(?<![\w.%+-])[\w%+][\w.%+]{{0,63}}{_BROKEN}\Z")
_RESERVED = re.compile(r"(?i)(?:@|%40)example\.(?:com|net|org)\Z")  # for examples (RFC 2606)
# The domains of mail that persons have, written with a blank or a comma: `ana@gmail,com`, `ana@hotmail. com`.
_OF_PERSONS = re.compile(
    r"(?i)[\w%+-][\w.%+-]{0,63} ?@ ?(?:gmail|hotmail|yahoo|outlook|icloud|live|telefonica|movistar|terra|ono)(?: ?[.,] ?| )(?:com|es|net|cat)(?:[.,](?:ar|mx|co|es))?(?![\w@-])"
)
# What domains never end in: `icon@2x.png` and `getty@tty1.service` are files and units.
_NO_DOMAIN = re.compile(
    r"(?i:conf|css|exe|gif|html?|jpe?g|js|json|log|png|service|socket|svg|target|timer|toml|txt|webp|xml|ya?ml)"
)

_ANY_OF_PERSONS = r"(?i)@ ?(?:gmail|hotmail|yahoo|outlook|icloud|live|telefonica|movistar|terra|ono)(?: ?, ?| ?\. | \.| )(?:com|es|net|cat)"

# Addresses hidden from programs: `ana (at) correo.es`, `ana(a)correo.es`, `ana arroba correo punto es`. Without brackets round its
# sign an address has its points in words too: "alojado at github.com" is none.
_SAID_BRACKETED = re.compile(
    r"&#(?:64|[xX]40);|&commat;|[\[({<](?:\s?(?i:at|arroba)\s?[\])}>]\s?|(?<=\w\()a\)(?=[\w-]{3,63}\.(?:[a-z]{2}|com|org|net|info|cat|eus|gal|edu|(?:com|edu|gob|org|net)\.[a-z]{2})(?![\w.])))"
)
_BRACKETS = r"&#(?:64|[xX]40);|&commat;|[\[({<]\s?(?i:at|arroba)\s?[\])}>]|\(a\)"
_SAID_BARE = re.compile(r"\s(?i:at|arroba)\s|_(?i:at|arroba)_")
_BARE = r"(?i)(?:\s|_)(?:at|arroba)(?:\s|_)[^\n]{0,64}(?:(?:\s|_)(?:dot|punto)(?:\s|_)|[\[({<]\s?(?:dot|punto|\.))"
_SAID_LOCAL = re.compile(
    r"(?:[\w%+-][\w.%+-]{0,31}(?:\s(?:punto|gui[oó]n(?:\sbajo)?)\s|\s?[\[({]\s?(?i:punto|dot)\s?[\])}]\s?)){0,2}[\w%+-][\w.%+-]{0,63}\s?\Z"
)
_POINT = r"\s?[\[({<]\s?(?i:dot|punto|\.)\s?[\])}>]\s?|\s(?i:dot|punto)\s|_(?i:dot|punto)_"
_SAID_DOMAIN = {
    pattern: re.compile(
        rf"(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?(?:{point})){{1,8}}([^\W\d_]{{2,24}})(?![\w@])"
    )
    for pattern, point in ((_SAID_BRACKETED, rf"\.|{_POINT}"), (_SAID_BARE, _POINT))
}

_TOP = r"(?:[a-z]{2}|com|org|net|info|cat|eus|gal|edu)"  # domains at the top
# `ana @ correo.es`: the sign apart, and a domain in small letters.
_APART = re.compile(
    rf"(?<![\w.%+@-])(?!(?:con|del|las|los|por|que|una|the|for)\s)[A-Za-z][\w.+-]{{2,63}} ?@ (?:[a-z0-9][a-z0-9-]{{1,62}}\.){{1,3}}{_TOP}(?![\w@/.-]\w|\w)"
)
# `ana@correo . es`, its point apart.
_POINT_APART = re.compile(
    rf"(?<![\w.%+-])[A-Za-z0-9][\w.+-]{{1,63}} ?@ ?[a-z0-9][a-z0-9-]{{1,62}} \. {_TOP}(?![\w@/.-]\w|\w)"
)
# `pepe @correo.es`, behind the word for it or a colon; `sígueme en @correo.es` is none.
_LOOSE = re.compile(
    r"(?i)(?:\b(?:correo(?: electr[oó]nico|-e)?|e-?mail|mail|escr[ií]b[a-z]{1,4} a)[ :.]{1,3})(?P<address>[a-z0-9][\w.+-]{2,63}"
    rf" @(?:[a-z0-9][a-z0-9-]{{1,62}}\.){{1,3}}{_TOP})(?![\w@/.-]\w|\w)"
)

# The domain of an address that a file is named after, as of `ana@correo.es.txt`.
_NAMES_A_FILE = re.compile(rf"(?i)(?:@|%40|\.)[a-z][\w-]*\.({_TOP})\Z")

# What stands in a form or a manual for a name, and for a domain.
ANYBODY = re.compile(
    r"(?i)@?(?:(?:tu|mi|su|el|your|my|the|nombre|nombre_?de|example|ejemplo)[_.-]?)?"
    r"(?:usuari[oa]s?|user(?:[_.-]?names?)?|nick(?:name)?|nombre|cuenta|perfil|handle|account|profile|ejemplo|example|correo|e?mail|password|passwd|contraseña)[0-9]?"
    # Networks, programs that answer in them, and all who read.
    r"|@?(?:tik_?tok|you_?tube|linked_?in|whats_?app|git_?(?:hub|lab)|blue_?sky|wechat|snapchat|soundcloud|flickr|messenger|signal|spotify"
    r"|grok|chatgpt|claude(?:ai)?|gemini|copilot|perplexity_?(?:ai)?|meta_?ai|everyone|here|channel|threadreaderapp|unroll\w*)"
    # A digest, of a commit or an image.
    r"|@?(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{7,}"
)
_ANYWHERE = re.compile(
    r"(?i)(?:@|%40)(?:(?:tu|mi|su|your|my)?[_.-]?(?:ejemplo|example|dominio|domain|servidor|server|empresa|correo|mail)|foo|bar|prueba|test)\."
)


def emails(text: str) -> Spans:
    """E-mail addresses, also those whose signs are words."""
    yield from _written(text) if "@" in text or "%40" in text else ()
    yield from (match.span() for match in _APART.finditer(text)) if "@ " in text else ()
    if " . " in text and "@" in text:
        yield from (match.span() for match in _POINT_APART.finditer(text))
    for match in (
        _OF_PERSONS.finditer(text) if "@" in text and may_hold(text, _ANY_OF_PERSONS) else ()
    ):
        if " " in match.group() or "," in match.group():
            yield match.span()
    yield from (match.span("address") for match in _LOOSE.finditer(text)) if " @" in text else ()
    if may_hold(text, _BRACKETS):
        yield from _spelled(text, _SAID_BRACKETED)
    if may_hold(text, _BARE):
        yield from _spelled(text, _SAID_BARE)


def _spelled(text: str, pattern: re.Pattern[str]) -> Spans:
    for sign in pattern.finditer(text):
        local = _SAID_LOCAL.search(text[max(0, sign.start() - 65) : sign.start()])
        domain = _SAID_DOMAIN[pattern].match(text, sign.end())
        if local and domain and not _NO_DOMAIN.fullmatch(domain[1]):
            yield sign.start() - len(local.group()), domain.end()


def _written(text: str) -> Spans:
    end = 0
    for domain in _DOMAIN.finditer(text):
        at, end_of_domain = domain.span()
        if _NO_DOMAIN.fullmatch(domain[1]):
            end_of_domain = domain.start(1) - 1
            before = _NAMES_A_FILE.search(text[at:end_of_domain])
            if not before or _NO_DOMAIN.fullmatch(before[1]):
                continue
        local = _LOCAL.search(text[max(end, at - 64) : at])
        if not local or local.group() == "git":  # the user of a repository over SSH
            continue
        if _RESERVED.search(domain.group()):
            continue
        if not (ANYBODY.fullmatch(local.group()) and _ANYWHERE.match(domain.group())):
            start, end = at - len(local.group()), end_of_domain
            if text.startswith("@", start - 1):  # of a network of many servers
                start -= 1
            elif broken := _LOCAL_BROKEN.search(text, max(0, start - 80), start):
                start = broken.start()
            yield start, end
