"""A page that is nothing but a question for consent."""

from __future__ import annotations

import re

WALL = 1500  # characters of a page that may be nothing but a question for consent
_CONSENT = re.compile(r"\bcookies?\b|consentimiento|\bconsent\b|privacidad|privacy", re.IGNORECASE)
_OF_CONSENT = ("cookie", "consent", "privaci", "privacy")  # what these hold, quickly sought
# A page that asks for it says what it does or wants; one about privacy only names it.
_ASKING = re.compile(
    r"\b(?:usa(?:mos)?|utiliza(?:mos)?|empleamos|empregamos|almacenamos|usem|utilitzem|utilisons|utilizziamo|verwenden"
    r"|acept\w+|accept\w*|uses?|agree)\b"
    r"[^.]{0,80}\b(?:cookies?|consent)",
    re.IGNORECASE,
)


def is_wall(text: str) -> bool:
    """Whether a text is nothing but a question for consent."""
    if len(text) >= WALL:
        return False
    small = text.lower()
    named = sum(map(small.count, _OF_CONSENT)) >= 3
    return named and len(_CONSENT.findall(text)) >= 3 and _ASKING.search(text) is not None
