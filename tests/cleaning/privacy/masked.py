"""A text with its personal data masked, as the tests of privacy expect it."""

from __future__ import annotations

from collections.abc import Collection

from cleaning.privacy.kinds import MASKED
from cleaning.privacy.placeholders import placeholder
from cleaning.privacy.privacy import find_personal


def masked(text: str, kinds: Collection[str] = MASKED) -> str:
    """The text with all personal data of some kinds replaced by placeholders."""
    for span in reversed(find_personal(text, kinds)):
        text = text[: span.start] + placeholder(span.kind) + text[span.end :]
    return text
