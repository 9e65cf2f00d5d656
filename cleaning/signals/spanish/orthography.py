"""Whether a text is written by the rules of Spanish, as editors do and hurried writers and machines do not."""

from __future__ import annotations

from cleaning.signals.measures import plain


@plain(
    opened_sentences=(float, "signs ¿ and ¡, over signs ? and !; none where there are no such"),
)
def _opened(text: str) -> float:
    closed = text.count("?") + text.count("!")
    return (text.count("¿") + text.count("¡")) / closed if closed else float("nan")
