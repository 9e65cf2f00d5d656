"""The text of a message of mail: what its author wrote, without what is quoted, signed and added by the list."""

from __future__ import annotations

import email.errors
import email.header
import email.utils
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message

from cleaning.encoding import decode
from cleaning.readers.markup import html_text
from cleaning.readers.records import Record, unreadable

_FOLDER = "FOLDER INTERNAL DATA"  # the subject of what a server of IMAP keeps in a file of its own
_QUOTED = re.compile(r"\s?(?:>|\|\s)")
# Whose words are quoted below: by a verb, or by the day and the hour.
_SAYS = re.compile(
    r"(?i)(?:\b(?:escribi[óo]|escribe|wrote|writes|dijo|escreveu|va escriure|a écrit|ha scritto|schrieb)\b"
    r"|\d{4}\b.*\d:\d\d|\d:\d\d.*\d{4}\b).*:\s*\Z"
)
_OPENS_SAYS = re.compile(r"(?i)(?:el|on|em|le|il|am|en|a las)\b.*\d|.*@|.* at .*\d")
_ADDRESS_ENDS = re.compile(r"\s*[^\s<>]+>")  # in the second of two lines
_FORWARDED = re.compile(
    r"(?i)\s*-{3,}\s*(?:mensaje original|original message|mensagem original|missatge original)\s*-*\s*"
)
_LIST = re.compile(r"(?:_{20,}|-{40,})\s*")  # above what a list adds
_SENDER = re.compile(r"\*?(?:From|De|Von|Da|Nork):\*? ")
# The head that Outlook sets above what is answered, without a rule: by whom, then when, to whom or about what.
_SENT = re.compile(
    r"\*?(?:Enviado(?: el)?|Sent|Date|Fecha|Data|Enviat(?: el)?|Enviada em|Bidalia):\*? "
)
_ABOUT = re.compile(r"\*?(?:Para|To|A|Per a|Asunto|Subject|Assumpte|Assunto|Gaia):\*? ")
HEAD = 6  # lines of such a head
# What others wrote and who did, as Thunderbird, Apple's Mail and Gmail set it in HTML.
_CITED = (
    "//blockquote[@type='cite' or contains(@class, 'gmail_quote')]"
    " | //*[contains(@class, 'moz-cite-prefix') or contains(@class, 'gmail_attr')]"
)
LONG = 500  # characters of a line that says whose words follow, and of a field of the head, at most
_ADDED = 8  # lines of it, at most
_SIGNED = 15  # lines of a signature (RFC 3676, 4.3), at most
_SCRUBBED = re.compile(r"-{10,} next part -{10,}\s*")  # of pipermail, where something was attached
_ARMOUR = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]+:.*\n)*\n?|-----BEGIN PGP SIGNATURE-----[\s\S]*?"
    r"(?:-----END PGP SIGNATURE-----|\Z)"
)
_NAMED = re.compile(r".*? at \S+ \((.+)\)\s*\Z")  # an author as pipermail writes one


def document(message: Message) -> Record:
    """The record of a message; its place is not known here."""
    subject = _header(message, "Subject")
    if _FOLDER in subject:
        return Record(0, removed=("generated", None, None))
    if not message.keys():
        return Record(0, unreadable=unreadable("no header", "a message without a head"))
    texts = list(_texts(message))
    if broken := next((d for part in message.walk() for d in part.defects if _cuts(d)), None):
        detail = type(broken).__name__.removesuffix("Defect")
        return Record(0, unreadable=unreadable("broken body", f"of a message: {detail}"))
    fields = {
        "title": subject,
        "author": _author(_header(message, "From")),
        "date": _date(_header(message, "Date")),
    }
    return Record(
        0,
        text="\n\n".join(filter(None, map(written, texts))),
        entry=_header(message, "Message-ID").strip("<> ") or None,
        metadata={name: value[:500] for name, value in fields.items() if value},
    )


def _cuts(defect: Exception) -> bool:
    """Whether a defect lost some of the text."""
    errors = email.errors
    return isinstance(
        defect,
        errors.InvalidBase64CharactersDefect
        | errors.InvalidBase64LengthDefect
        | errors.CloseBoundaryNotFoundDefect
        | errors.StartBoundaryNotFoundDefect,
    )


def _texts(part: Message) -> Iterator[str]:
    """The texts of a message, of those that say the same in several forms the plain one."""
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        parts = [x for x in part.get_payload() if isinstance(x, Message)]
        plain = [x for x in parts if x.get_content_type() == "text/plain"]
        for one in plain[:1] or parts[-1:]:
            yield from _texts(one)
    elif part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _texts(inner)
    elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
        data = part.get_payload(decode=True)
        text = decode(data if isinstance(data, bytes) else b"", part.get_content_charset())[0]
        if kind == "text/html":
            yield html_text(text.encode("utf-8", "replace"), _CITED) or ""
        else:
            yield _flowing(text, part)


def _flowing(text: str, part: Message) -> str:
    """The text with whole paragraphs where its lines say that they flow (RFC 3676): they end in a space."""
    lines = text.replace("\r\n", "\n").split("\n")
    if part.get_param("format") != "flowed":
        return "\n".join(lines)
    kept = -1 if part.get_param("delsp") == "yes" else None
    said = []
    for line in lines:
        line = line[1:] if line.startswith(" ") else line  # stuffed
        flows = line.endswith(" ") and line != "-- " and not line.startswith(">")
        said.append(line[:kept] if flows else f"{line}\n")
    return "".join(said)


def written(text: str) -> str:
    """What its author wrote of a message's text."""
    lines = _ARMOUR.sub("", text).split("\n")
    lines = lines[
        : next((n for n in range(len(lines)) if _is_forwarded(lines[n : n + HEAD])), None)
    ]
    for end in range(max(len(lines) - _ADDED - 1, 0), len(lines)):
        if _LIST.fullmatch(lines[end]):
            lines = lines[:end]
            break
    for end in range(len(lines) - 1, max(len(lines) - _SIGNED - 2, -1), -1):
        if lines[end].rstrip() == "--":
            lines = lines[:end]
            break
    kept: list[str] = []
    scrubbed = False
    for line in lines:
        scrubbed = bool(_SCRUBBED.fullmatch(line)) or (scrubbed and bool(line.strip()))
        if _QUOTED.match(line) and not line.startswith(">From "):
            _forget_who_says(kept)
        elif not scrubbed:
            kept.append(line.removeprefix(">") if line.startswith(">From ") else line)
    return "\n".join(kept).strip()


def _is_forwarded(lines: list[str]) -> bool:
    """Whether the message that is answered begins here, as Outlook and others set it below."""
    if _FORWARDED.fullmatch(lines[0]):
        return True
    if len(lines) > 1 and _LIST.fullmatch(lines[0]):
        return bool(_SENDER.match(lines[1]))
    if not _SENDER.match(lines[0]):
        return False
    return all(any(said.match(line) for line in lines[1:]) for said in (_SENT, _ABOUT))


def _forget_who_says(lines: list[str]) -> None:
    """Takes away the line, or the two, that say whose words are quoted below."""
    at = len(lines) - 1
    while at >= 0 and not lines[at].strip():
        at -= 1
    if at < 0 or len(lines[at]) > LONG or len(lines[at - 1]) > LONG:
        return
    two = at and lines[at - 1].strip() and _OPENS_SAYS.match(lines[at - 1])
    if _SAYS.search(lines[at]):
        opens = _OPENS_SAYS.match(lines[at]) and not _ADDRESS_ENDS.match(lines[at])
        del lines[at - bool(two and not opens) :]
    elif two and _SAYS.search(f"{lines[at - 1]} {lines[at]}"):
        del lines[at - 1 :]


def _header(message: Message, name: str) -> str:
    """A field of the head in one line, its encoded words decoded; empty where there is none."""
    raw = next((str(v) for k, v in message.raw_items() if k.lower() == name.lower()), "")
    value = decode(raw[: 10 * LONG].encode("utf-8", "surrogateescape"), html=False)[0]
    with suppress(email.errors.HeaderParseError, LookupError, ValueError):
        value = str(email.header.make_header(email.header.decode_header(value)))
    return " ".join(value.split())


def _author(sender: str) -> str:
    """The name of who wrote it, without an address."""
    if named := _NAMED.match(sender[:LONG]):
        return named[1]
    name = email.utils.parseaddr(sender)[0]
    return "" if "@" in name else name


def _date(said: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(said).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
