"""Names of persons in networks without a sign: behind that of the network, in small letters, or as they are called there."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.given import begins_given, is_given
from cleaning.privacy.patterns.gates import may_hold

_NETWORKS = r"instagram|insta|ig|tik\s?tok|telegram|twitter|facebook|fb(?!:\w)|snap(?:chat)?|threads|discord|skype|vinted|wallapop|psn|xbox|gamertag|steam|strava|twitch|bereal"
# What stands between the name of a network and one's own there.
_BETWEEN = r"(?:(?: (?:es|soy))? ?: ?(?:(?:b[uú]sc[ao](?:me|d)?|s[ií]g[aue]{1,2}(?:me|nos)?) (?:a |como )?)?| (?:como|en|soy|es) | [^A-Za-z0-9_ ,.;:()'\n]{1,2} )"
# Ends of the addresses of sites and of the names of files.
_SITES = "".join(
    rf"(?<!\.{end})"
    for end in (
        *("com", "net", "org", "info", "gob", "edu", "cat", "app", "html", "exe", "apk", "json"),
        *("es", "me", "io", "tv", "ar", "mx", "cl", "co", "pe", "uy", "ec", "ve", "bo", "py", "gt"),
        *("hn", "sv", "cr", "pa", "do", "ni", "cu", "pr", "eu", "uk", "fr", "de", "it", "pt", "us"),
        *("gg", "js", "ts", "md", "sh", "so", "ly", "be"),
    )
)
_BODIES = r"(?:canal|grupo|club|foro|noticias|radio|info|tienda|oficial|ayto|ayuntamiento)[_.]"
_PARTED = r"(?=[a-z0-9ñ]*[._][a-z0-9ñ])[a-zñ][a-z0-9_.ñ]{2,28}[a-z0-9_ñ]"
_ENDS = rf"{_SITES}(?![\w@/:(=-]|\.\w)"
# Small letters in words, and no address of a site; with nothing between only words that have a point or a line between.
_IN_PARTS = re.compile(
    rf"\b(?i:{_NETWORKS}|nick|firmado|moderador(?:as?|es)?){_BETWEEN}(?P<name>(?!v[0-9.]+\b|{_BODIES})(?:{_PARTED}|[A-Za-z]{{1,12}}[a-z][A-Z][A-Za-z]{{1,12}}[0-9]{{0,4}})){_ENDS}"
)
_ANY_IN_PARTS = rf"(?i)(?:{_NETWORKS}|nick|firmado|moderador(?:as?|es)?){_BETWEEN}(?:[a-zñ][a-z0-9ñ]*[._][a-z0-9ñ]|(?-i:[A-Za-z]{{1,12}}[a-z][A-Z]))"
_JOINED = re.compile(
    rf"(?<![./@\w-])(?i:ig|insta(?:gram)?|tik\s?tok|fb|snap(?:chat)?|tg|telegram|discord|psn|vinted|skype) (?P<name>(?!v[0-9.]+\b|{_BODIES})(?!index\b|main\b)(?:live:)?{_PARTED}){_ENDS}"
)
_ANY_JOINED = r"(?i)(?:ig|insta(?:gram)?|tok|fb|snap(?:chat)?|tg|telegram|discord|psn|vinted|skype) (?:live:)?[a-zñ][a-z0-9ñ]*[._][a-z0-9ñ]"
# A single word behind the name of a network, which is one's own name where a given name begins it, or no word is written so.
_ONE_WORD = re.compile(
    r"\b(?i:instagram|insta|ig|tik\s?tok|telegram|twitter|snap(?:chat)?|vinted|wallapop|psn|twitch|bereal|strava)(?: (?:es|soy))?: ?(?P<name>[a-zñ]{6,28}|[a-zñ]{4,20}[0-9]{1,4})(?=[;,)\n]|\.?(?:\s?\Z| [A-ZÁÉÍÓÚÑ])| [/|·(–-])"
)
_ANY_ONE_WORD = r"(?i)(?:insta(?:gram)?|ig|tok|telegram|twitter|snap(?:chat)?|vinted|wallapop|psn|twitch|bereal|strava)(?: es| soy)?: ?[a-zñ]"
_THRICE = re.compile(r"([a-zñ])\1\1")
# A name of Discord, with its number.
_TAGGED = re.compile(r"(?<![\w#/.])[a-zA-Z][\w.]{2,31}#[0-9]{4}(?= (?:en|de|por) (?i:discord)\b)")
# As somebody is called in a network that asks for names: said so, or with a given name first.
_CALLED = re.compile(
    r"\b(?:(?i:en|por) (?:mi )?(?i:facebook|fb|face) (?P<said>soy|como|me llamo|(?i:estoy|aparezco|salgo) como) |(?:FB|Fb|Facebook|Face): )"
    r"(?P<name>(?P<given>[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)(?: (?:de |del |la )?[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+){1,3})(?![\w@])"
)
_ANY_CALLED = r"(?i)(?:facebook|fb|face)(?:: | (?:soy|como|me llamo|estoy como|aparezco como|salgo como) )(?-i:[A-ZÁÉÍÓÚÑ])"


def unsigned(text: str) -> Iterator[tuple[int, int]]:
    """Where names without a sign stand behind the name of a network."""
    if may_hold(text, _ANY_IN_PARTS):
        yield from (match.span("name") for match in _IN_PARTS.finditer(text))
    if may_hold(text, _ANY_JOINED):
        yield from (match.span("name") for match in _JOINED.finditer(text))
    if may_hold(text, _ANY_ONE_WORD):
        for match in _ONE_WORD.finditer(text):
            name = match["name"]
            if _THRICE.search(name) or (
                begins_given(name.rstrip("0123456789")) and not is_given(name)
            ):
                yield match.span("name")
    if "#" in text and may_hold(text, "(?i)discord"):
        yield from (match.span() for match in _TAGGED.finditer(text))
    if may_hold(text, _ANY_CALLED):
        for match in _CALLED.finditer(text):
            if match["said"] or is_given(match["given"]):
                yield match.span("name")
