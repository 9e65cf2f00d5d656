"""The content of a file that is one document, or of a member of an archive, of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.lines import BROKEN
from cleaning.readers.records import NO_ENCODING, Record
from cleaning.readers.signatures import other_format, page
from cleaning.text.encoding import is_text, sound_end
from cleaning.web import http
from pipeline.model.stage import Openable

_HEAD = 256  # bytes; so long is the head of a binary file that reads as text


def whole(path: Openable, limit: int) -> bytes | Record:
    """What a file holds, plain or compressed; where that is damaged or too large, the record that says so."""
    with opened(path) as stream:
        try:
            data = stream.read(limit + 1)
        except BREAKS:
            return Record(0, unreadable=BROKEN)
    if len(data) > limit:
        return Record(0, removed=("too_large", None, float(limit)))
    return data


def text_of(path: Openable, limit: int, read: Callable[[bytes], Record]) -> Iterator[Record]:
    """What `read` makes of a file that is one text, and what is damaged behind it; a page of HTML is none."""
    data = whole(path, limit)
    if isinstance(data, Record):
        yield data
    elif html := page(data):
        yield Record(0, digest=http.payload_digest(data), unreadable=html)
    else:
        yield from sound(data, read)


def sound(data: bytes, read: Callable[[bytes], Record]) -> Iterator[Record]:
    """What `read` makes of a text; what is damaged behind it, or all that is no text, is a record that says so.

    A few letters before damage that is longer are the head of a binary file.
    """
    if other := other_format(data):
        yield Record(0, digest=http.payload_digest(data), unreadable=other)
        return
    end = sound_end(data)
    head = end < len(data) and end <= min(_HEAD, len(data) - end)
    if head or not is_text(data[:end]) or (end < len(data) and not data[:end].strip()):
        end = 0
    if end:
        yield read(data[:end])
    if end < len(data):
        yield Record(end, digest=http.payload_digest(data[end:]), unreadable=NO_ENCODING)
