"""A text with its personal data masked, as the tests of privacy expect it."""

from __future__ import annotations

from collections.abc import Collection

from cleaning.privacy.privacy import DEFAULT, find_personal, placeholder


def masked(text: str, kinds: Collection[str] = DEFAULT) -> str:
    """The text with all personal data of some kinds replaced by placeholders."""
    for span in reversed(find_personal(text, kinds)):
        text = text[: span.start] + placeholder(span.kind) + text[span.end :]
    return text
