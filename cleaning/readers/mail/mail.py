"""The document of a message of mail: its text, of several forms the plain one, and what its head says."""

from __future__ import annotations

import base64
import codecs
import email.errors
import email.header
import email.utils
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message

from cleaning.readers.mail.digests import RULE, messages_of
from cleaning.readers.mail.written import written
from cleaning.readers.records import Record, unreadable
from cleaning.readers.xml.xhtml import html_text
from cleaning.text.encoding import decode

_FOLDER = "FOLDER INTERNAL DATA"  # the subject of what a server of IMAP keeps in a file of its own
# What others wrote and who did, as Thunderbird, Apple's Mail and Gmail set it in HTML.
_CITED = (
    "//blockquote[not(contains(translate(@style, ' ', ''), 'border:none'))]"  # of which Gmail makes an indent
    " | //*[contains(@class, 'moz-cite-prefix') or contains(@class, 'gmail_attr')]"
)
LONG = 500  # characters of a field of the head, at most
LAST = 100  # characters of base64 at the end that may be damage: a line and its end
_BASE64 = re.compile(rb"([A-Za-z0-9+/]*)(={0,2})")
# Lines of the width that all programs take (RFC 2045, 6.8), and the last.
_LINES_OF_BASE64 = re.compile(
    rb"\s*(?:[A-Za-z0-9+/]{76}\r?\n|[A-Za-z0-9+/]{72}\r?\n)+[A-Za-z0-9+/]{1,76}={0,2}\s*"
)
# Of quoted-printable: small letters with an accent, in UTF-8 or Latin-1, before another letter; all bytes beyond ASCII;
# lines that go on below, at the width that all programs take (RFC 2045, 6.7).
_ESCAPED_LETTER = re.compile(rb"(?:=C3=[AB][0-9A-F]|=[EF][0-9A-F])(?=[a-z])")
_ESCAPED = re.compile(rb"=[89A-F][0-9A-F]")
_GOES_ON = re.compile(rb"(?m)^.{70,75}=\r?$")
_BARE_SIGN = re.compile(rb"=(?![0-9A-F]{2}|\r?\n)")
_NAMED = re.compile(r".*? at \S+ \((.+)\)\s*\Z")  # an author as pipermail writes one


def documents(message: Message, day: str = "") -> Iterator[Record]:
    """The records of a message: one, or of a digest one for each message in it. Their place is not known here, and
    `day` (as the line that opens a message in an archive says it) is theirs where their head says none.
    """
    day = _date(_header(message, "Date")) or _date(day)
    may_be_digest = message.get_content_type() == "text/plain" and RULE in str(
        message.get_payload()
    )
    inner = messages_of(message, next(_texts(message), None) if may_be_digest else None)
    if not inner:
        yield _document(message, day)
    number = _header(message, "Message-ID").strip("<> ")
    for place, one in enumerate(inner, 1):
        record = _document(one, day)
        record.entry = record.entry or (f"{number}#{place}" if number else None)
        yield record


def _document(message: Message, day: str) -> Record:
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
        "date": _date(_header(message, "Date")) or day,
    }
    return Record(
        0,
        text="\n\n".join(filter(None, map(written, texts))),
        entry=_header(message, "Message-ID").strip("<> ") or None,
        metadata={name: value[:500] for name, value in fields.items() if value},
    )


def _cuts(defect: Exception) -> bool:
    """Whether a defect lost some of the text. Where the last boundary alone is not there, the parts are whole."""
    errors = email.errors
    return isinstance(
        defect,
        errors.InvalidBase64CharactersDefect
        | errors.InvalidBase64LengthDefect
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
        text = decode(_content(part), part.get_content_charset())[0]
        if kind == "text/html":
            yield html_text(text.encode("utf-8", "replace"), _CITED) or ""
        else:
            yield _flowing(text, part)


def _content(part: Message) -> bytes:
    """The bytes of a part, without their transfer encoding: also where an archive lost the field that names it."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64":
        raw = str(part.get_payload()).encode("ascii", "replace")
        if sound := _before_damage(raw):
            return sound
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    if encoding not in {"", "7bit"}:
        return data
    if _LINES_OF_BASE64.fullmatch(data):
        with suppress(ValueError):  # no base64, or no text
            decoded = base64.b64decode(b"".join(data.split()), validate=True)
            if (
                decoded.decode()
                .replace("\r\n", "\n")
                .replace("\n", "")
                .replace("\t", "")
                .isprintable()
            ):
                return decoded
    return quopri.decodestring(data) if _is_quoted_printable(data) else data


def _before_damage(data: bytes) -> bytes:
    """What base64 says up to damage in its last line, or to what a list set below its end; in whole characters where
    it is UTF-8. Empty where it is whole, or damaged before.
    """
    packed = b"".join(data.split())
    sound = _BASE64.match(packed)
    if not sound or (sound.end() == len(packed) and len(sound[1]) % 4 != 1):
        return b""
    if not sound[2] and len(packed) - sound.end() > LAST:
        return b""
    over = len(sound[1]) % 4
    ended = sound[2] and over != 1
    decoded = base64.b64decode(
        sound[1] + b"=" * (-over % 4) if ended else sound[1][: len(sound[1]) - over]
    )
    with suppress(UnicodeDecodeError):  # the last character may be cut
        return codecs.getincrementaldecoder("utf-8")().decode(decoded).encode()
    return decoded


def _is_quoted_printable(data: bytes) -> bool:
    """Whether ASCII is quoted-printable of text: lines go on, or letters of words are escaped, and (nearly) every `=`
    is. Addresses and code with `id=949` are not.
    """
    if b"=" not in data or not data.isascii():
        return False
    letters, others = (
        len(_ESCAPED_LETTER.findall(data)),
        len(_ESCAPED.findall(_ESCAPED_LETTER.sub(b"", data))),
    )
    signs = letters + len(_GOES_ON.findall(data))
    return signs > 1 and 4 * letters >= others and signs > 5 * len(_BARE_SIGN.findall(data))


def _flowing(text: str, part: Message) -> str:
    """The text with whole paragraphs where its lines say that they flow (RFC 3676): they end in a space."""
    lines = text.replace("\r\n", "\n").split("\n")
    if part.get_param("format") != "flowed":
        return "\n".join(lines)
    kept = -1 if part.get_param("delsp") == "yes" else None
    kept_lines = []
    for line in lines:
        line = line[1:] if line.startswith(" ") else line  # stuffed
        flows = line.endswith(" ") and line != "-- " and not line.startswith(">")
        kept_lines.append(line[:kept] if flows else f"{line}\n")
    return "".join(kept_lines)


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


def _date(header: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(header).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
