"""What its author wrote of a message's text: without what is quoted, signed, attached and added by the list."""

from __future__ import annotations

import re

from cleaning.readers.mail.wrapped import unwrapped

_QUOTED = re.compile(r"\s?(?:>|\|\s)")
# Whose words are quoted below: by a verb, by the day and the hour, or by the day and an address.
_SAYS = re.compile(
    r"(?i)(?:\b(?:escribi[óo]|escribe|wrote|writes|dijo|escreveu|va escriure|a écrit|ha scritto|schrieb)\b"
    r"|\d{4}\b.*\d:\d\d|\d:\d\d.*\d{4}\b).*:\s*\Z"
    r"|\A\s*(?:El )?\d{4}[/-]\d\d?[/-]\d\d?\b[^<>]*<[^<>]*>:?\s*\Z"
)
_OPENS_SAYS = re.compile(r"(?i)(?:el|on|em|le|il|am|en|a las)\b.*\d|.*@|.* at .*\d")
_ADDRESS_ENDS = re.compile(r"\s*[<(]*[^\s<>]+>")  # in the second of two lines
_FORWARDED = re.compile(
    r"(?i)\s*-{3,}\s*(?:mensaje (?:original|reenviado)|(?:original|forwarded) message"
    r"|mensagem (?:original|(?:re)?encaminhada)|missatge (?:original|reenviat)"
    r"|mensaxe (?:orixinal|reenviada))\s*-*\s*"
    r"|\s*(?:Inicio del mensaje reenviado|Begin forwarded message):\s*"  # Apple's Mail
)
_LIST = re.compile(r"(?:_{20,}|-{40,})\s*")  # above what a list adds
_SENDER = re.compile(r"\*?(?:From|De|Von|Da|Nork):\*? ")
# The head that Outlook sets above what is answered, without a rule: by whom, then when, to whom or about what.
_SENT = re.compile(
    r"\*?(?:Enviado(?: el)?|Sent|Date|Fecha|Data|Enviat(?: el)?|Enviada em|Bidalia):\*? "
)
_ABOUT = re.compile(r"\*?(?:Para|To|A|Per a|Asunto|Subject|Assumpte|Assunto|Gaia):\*? ")
HEAD = 6  # lines of such a head
LONG = 500  # characters of a line that says whose words follow, at most
_ADDED = 8  # lines of what a list adds, at most
_SIGNED = 15  # lines of a signature (RFC 3676, 4.3), at most
# Of pipermail, above each further part: as Mailman 2.1 writes it in en, es and gl and pt, ca, eu, ast.
_PART = re.compile(
    r"(?i)-{10,} (?:next part|pr[óo]xima parte|part següent|hurrengo zatia|siguiente parte) -{10,}\s*"
)
_SCRUBBED = re.compile(r".{10,120}\.\.\.\s*")  # below it, what was attached, and then its fields
# How to leave a list, where the list says so at the end without a rule.
_LEAVE = re.compile(
    r"(?i)\W{0,5}(?:para|per(?: a)?|to|si)\b.{0,40}?\b"
    r"(?:(?:dar(?:se|te)?|causar) de baja|(?:dar|donar)-?(?:se|te) de baixa|des(?:us|sub)s?cribir|unsubscribe"
    r"|(?:anular|cancelar) (?:la|su|tu|a|a súa|a sua) (?:suscripci|subscri|inscri))"
)
_REACHED = re.compile(r"@|https?://|\bwww\.|\b(?:correo|mensaje|mail)\b", re.IGNORECASE)
_ARMOUR = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]+:.*\n)*\n?|-----BEGIN PGP SIGNATURE-----[\s\S]*?"
    r"(?:-----END PGP SIGNATURE-----|\Z)"
)
_ESCAPED = re.compile(r"(?m)^- (?=-)")  # in what is signed (RFC 4880, 7.1)
# A file in the form of uuencode (POSIX): 45 bytes a line, after their count.
_UUENCODED = re.compile(r"(?m)^begin [0-7]{3,4} \S.{0,100}\n(?:[ -`]{1,61}\n)+end(?:\n|\Z)")


def written(text: str) -> str:
    """What its author wrote of a message's text."""
    bare = _ARMOUR.sub("", text)
    bare = _UUENCODED.sub("", bare if bare == text else _ESCAPED.sub("", bare))
    lines = _without_forwarded(bare.split("\n"))
    for end in range(max(len(lines) - _ADDED - 1, 0), len(lines)):
        if _LIST.fullmatch(lines[end]) or _says_how_to_leave(lines[end:]):
            lines = lines[:end]
            break
    for end in range(len(lines) - 1, max(len(lines) - _SIGNED - 2, -1), -1):
        if lines[end].rstrip() == "--":
            lines = lines[:end]
            break
    kept: list[str] = []
    for line in _without_parts(lines):
        if _QUOTED.match(line) and not line.startswith(">From "):
            _forget_who_says(kept)
        else:
            kept.append(line.removeprefix(">") if line.startswith(">From ") else line)
    return "\n".join(unwrapped(kept)).strip()


def _without_forwarded(lines: list[str]) -> list[str]:
    """The lines up to a message that is answered or forwarded whole; where it is quoted line by line there may be
    answers between these.
    """
    kept: list[str] = []
    for number, line in enumerate(lines):
        if not _is_forwarded(lines[number : number + HEAD]):
            kept.append(line)
        elif not _QUOTED.match(next(filter(str.strip, lines[number + 1 :]), "")):
            break
    return kept


def _is_forwarded(lines: list[str]) -> bool:
    """Whether the message that is answered begins here, as Outlook and others set it below."""
    if _FORWARDED.fullmatch(lines[0]):
        return True
    if len(lines) > 1 and _LIST.fullmatch(lines[0]):
        return bool(_SENDER.match(lines[1]))
    if not _SENDER.match(lines[0]):
        return False
    return all(any(pattern.match(line) for line in lines[1:]) for pattern in (_SENT, _ABOUT))


def _says_how_to_leave(lines: list[str]) -> bool:
    """Whether lines say how to leave a list, and nothing else: a run of lines to the end, with a place to turn to."""
    if len(lines[0]) > LONG or not _LEAVE.match(lines[0]):
        return False
    text = "\n".join(lines).strip()
    return "\n\n" not in text and bool(_REACHED.search(text))


def _without_parts(lines: list[str]) -> list[str]:
    """The lines without what pipermail sets in the place of what was attached; a further part of text stays."""
    kept: list[str] = []
    scrubbed = False
    for number, line in enumerate(lines):
        if line.startswith("---") and _PART.fullmatch(line):
            scrubbed = bool(_SCRUBBED.fullmatch("".join(lines[number + 1 : number + 2])))
            continue
        scrubbed = scrubbed and bool(line.strip())
        if not scrubbed:
            kept.append(line)
    return kept


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
