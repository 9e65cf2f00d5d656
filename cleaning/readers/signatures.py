"""Files of another format that bear the name of a text, told by their first bytes."""

from __future__ import annotations

import re

from cleaning.readers.records import Unreadable, unreadable

# The signatures of their specifications, each as long as it takes that no text begins so.
_SIGNATURES = (
    (rb"%PDF-\d", "PDF", "pdf"),
    (rb"\{\\rtf\d", "RTF", None),
    (rb"%!PS(?:-Adobe|\s)", "PostScript", None),
    (rb"PK\x03\x04", "ZIP (or DOCX, ODT, EPUB)", "archive"),
    (rb"PAR1\x15", "Parquet", "parquet"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office (DOC, XLS, PPT)", None),
    (rb"\x89PNG\r\n|GIF8[79]a|\xff\xd8\xff|II\*\0|MM\0\*|RIFF....WEBP", "picture", None),
    (rb"RIFF....(?:WAVE|AVI )|OggS\0|ID3[\x02-\x04]\0|fLaC\0|\0\0..ftyp", "sound or film", None),
    (rb"\x7fELF|!<arch>\n|\xca\xfe\xba\xbe|\xfe\xed\xfa[\xce\xcf]", "program", None),
    (
        rb"SQLite format 3\0|\x89HDF\r\n|\x93NUMPY|MATLAB 5\.0 MAT-file, Pl|wOF[F2]|\0asm",
        "binary",
        None,
    ),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|.{257}ustar[\0 ]", "packed", None),
)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html\b|html[\s>])", re.IGNORECASE)
_ANY = re.compile(b"|".join(b"(" + sign + b")" for sign, _, _ in _SIGNATURES), re.DOTALL)


def other_format(data: bytes) -> Unreadable | None:
    """Why a file that begins with these bytes is no text; None where they are of no format that is known."""
    match = _ANY.match(data)
    if not match or match.lastindex is None:
        return None
    _, name, reader = _SIGNATURES[match.lastindex - 1]
    cure = f"give its source `reader: {reader}`" if reader else "convert it, or leave it out"
    return unreadable("no document", f"it is a {name} file by its first bytes: {cure}")


def page(data: bytes) -> Unreadable | None:
    """Why a file that begins with these bytes is no text but HTML, as a server answers that has no such file."""
    if not _PAGE.match(data):
        return None
    return unreadable(
        "no document",
        "it is a page of HTML (an error, a login?) by its first bytes: give its source `reader: html` where it should "
        "be one",
    )
