"""The preset `spelling`: it removes nothing, and tags how a text is written that is Spanish all the same.

Of another century, without its accents, in capitals, or damaged by a scanner or a wrong encoding. It reads the group
`spelling`.
"""

from __future__ import annotations

from cleaning.rules.rule import Rule

_OLD = (
    "Tahona, between texts of today (99 of 100 of six registers have at most 0.002) and editions of what was written "
    "from the 13th to the 18th century (602 of 616 have more)"
)
_OURS = "Tahona, what at most one in a hundred texts of today's registers has, old laws in capitals apart"
_CAPITALS = "Tahona, above all of 2,587 texts of today's seven registers (a law with .598 has most)"

RULES: tuple[Rule, ...] = tuple(
    Rule(name=name, signal=signal, max=most, action="tag", languages=("es",), source=source)
    for name, signal, most, source in (
        ("old_spelling", "old_spelling", 0.004, _OLD),
        ("unaccented", "unaccented", 0.5, _OURS),
        ("capitals", "uppercase", 0.6, _CAPITALS),
        ("split_letters", "split_letters", 0.08, _OURS),
        ("mixed_words", "mixed_words", 0.02, _OURS),
        ("mojibake", "mojibake", 2, _OURS),
    )
)
