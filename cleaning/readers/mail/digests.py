"""The messages of a digest of a mailing list: of MIME, or of plain text with lines between them (RFC 1153)."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.message import Message

RULE = "-" * 70  # below what the list says of itself, and the subjects
_NEXT = re.compile(r"-{30}\s*")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}:\s")
# Fields of a message that answers: one with a digest below it is none.
_ANSWERED = ("in-reply-to", "references")


def messages_of(message: Message, text: str | None) -> list[Message]:
    """The messages of a digest, none where it is none. `text` is that of a message of plain text, in its charset."""
    if digest := next(
        (p for p in message.walk() if p.get_content_type() == "multipart/digest"), None
    ):
        return list(_parts(digest))
    if text is None or any(field in message for field in _ANSWERED):
        return []
    return list(_cut(text))


def _parts(digest: Message) -> Iterator[Message]:
    for part in digest.get_payload() if digest.is_multipart() else ():
        inner = part.get_payload() if isinstance(part, Message) else None
        if isinstance(inner, list):
            yield from (one for one in inner if isinstance(one, Message))


def _cut(text: str) -> Iterator[Message]:
    """The messages between the lines of a plain digest. A line within one begins no other where no head follows it, and
    the last, which has no author, is the list's.
    """
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.rstrip() == RULE), None)
    if first is None:
        return
    starts = [n for n in range(first, len(lines)) if n == first or _NEXT.fullmatch(lines[n])]
    parts: list[list[str]] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        piece = "\n".join(lines[start + 1 : end]).strip("\n").split("\n")
        if _FIELD.match(piece[0]):
            parts.append(piece)
        elif parts and not (end == len(lines) and _ends(piece)):
            parts[-1] += [lines[start], *piece]
    for piece in parts:
        one = email.message_from_bytes("\n".join(piece).encode("utf-8", "surrogateescape"))
        if "From" not in one or "Date" not in one:
            continue
        del one["Content-Transfer-Encoding"]
        if one.get_content_type() == "text/plain":
            one.set_param("charset", "utf-8")
        else:
            del one["Content-Type"]
        yield one


def _ends(piece: list[str]) -> bool:
    """Whether a digest ends so: a line of its name, underlined with asterisks."""
    return len(piece) > 1 and bool(re.fullmatch(r"\*{5,}\s*", piece[1]))
