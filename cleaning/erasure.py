"""Takes the text of some documents out of files: rows stay, with no text; records of a WARC keep their places.

What became documents of their own of some, their passages, goes with them: `ids` are those of whole documents.
In a file of texts alone no id says whose a text is: there a text goes that is word for word that of the document.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import zstandard

from cleaning.web.gzip_member import Member
from pipeline.model.record_ids import whole_id, whole_ids

# The columns, also inside `metadata`, that say what a document says.
TEXTS = ("text", "title", "author", "breadcrumb")
_IDS = "tokens"  # a column of lists of ids: all become the last one, which ends a document
# Of edits: they would reach beyond a text that is gone, so they go.
_SPANS = {"start", "end", "kind"}
_NOTHING = b"\0\0\0\xff\xff"  # a stored block of deflate (RFC 1951, 3.2.4) that holds nothing


def erase_rows(path: Path, aside: Path, ids: Collection[str]) -> int:
    """Writes a Parquet file anew without the text of some documents; gives how many rows had any.

    Nothing is written where none had. Holds a row group.
    """
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        touched = [n for n in (*TEXTS, "metadata") if n in schema.names]
        edits = set(schema.names) >= _SPANS
        if _IDS in schema.names and pa.types.is_list(schema.field(_IDS).type):
            touched.append(_IDS)
        if "id" not in schema.names or not (touched or edits):
            return 0
        wanted, erased = pa.array(sorted(ids), pa.string()), 0
        if not pc.any(pc.is_in(whole_ids(file.read(columns=["id"])["id"]), wanted)).as_py():
            return 0
        with pq.ParquetWriter(aside, schema, compression="zstd") as out:
            for number in range(file.num_row_groups):
                table = file.read_row_group(number).combine_chunks()
                ours = pc.is_in(whole_ids(table["id"]), wanted).combine_chunks()
                before = table
                for name in touched if pc.any(ours).as_py() else ():
                    place = table.schema.get_field_index(name)
                    column = _without(table[name].combine_chunks(), ours, name)
                    table = table.set_column(place, schema.field(name), column)
                if edits:
                    table = table.filter(pc.invert(ours))
                erased += 0 if table.equals(before) else int(pc.sum(ours).as_py() or 0)
                out.write_table(table, row_group_size=max(1, table.num_rows))
    return erased


def _without(column: pa.Array, ours: pa.Array, name: str) -> pa.Array:
    if name == _IDS:
        values = column.values.to_numpy(zero_copy_only=False).copy()
        offsets = column.offsets.to_numpy()
        for row in np.flatnonzero(ours.to_numpy(zero_copy_only=False)).tolist():
            if offsets[row + 1] > offsets[row]:
                values[offsets[row] : offsets[row + 1]] = values[offsets[row + 1] - 1]
        return type(column).from_arrays(column.offsets, pa.array(values, column.type.value_type))
    if name == "metadata":
        fields = list(column.type)
        inside = [
            _without(pc.struct_field(column, f.name), ours, f.name) if f.name in TEXTS else
            pc.struct_field(column, f.name)
            for f in fields
        ]  # fmt: skip
        return pa.StructArray.from_arrays(inside, fields=fields, mask=pc.is_null(column))
    nothing = pa.scalar("" if name == "text" else None, column.type)
    return pc.if_else(ours, nothing, column)


def erase_lines(path: Path, aside: Path, ids: Collection[str]) -> int:
    """The same of JSON lines, compressed by zstd."""
    wanted, erased = set(ids), 0
    with aside.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as out:
        for line in _lines(path):
            row = json.loads(line)
            if _document(row) in wanted and any(row.get(name) for name in TEXTS):
                row |= {name: "" if name == "text" else None for name in TEXTS if name in row}
                line, erased = json.dumps(row, ensure_ascii=False).encode() + b"\n", erased + 1
            out.write(line)
    return erased


def erase_texts(path: Path, aside: Path, texts: Collection[str]) -> int:
    """The same of lines of text, an empty one behind each document: a document goes whose `words` are among `texts`."""
    erased = 0
    block: list[bytes] = []
    with aside.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as out:
        for line in _lines(path):
            block.append(line)
            if line == b"\n":
                content = b"".join(block)
                if words(content.decode()) in texts:
                    erased += 1
                else:
                    out.write(content)
                block = []
        out.write(b"".join(block))
    return erased


def texts_of(path: Path, ids: Collection[str]) -> set[str]:
    """The `words` of the texts that a table, or JSON lines, of documents has of some of them."""
    if path.suffix == ".zst":
        rows = (json.loads(line) for line in _lines(path))
        texts = {row.get("text") for row in rows if _document(row) in ids}
    elif {"id", "text"} <= set(pq.read_schema(path).names):
        chosen = pc.is_in(whole_ids(pc.field("id")), pa.array(sorted(ids), pa.string()))
        texts = set(pq.read_table(path, columns=["text"], filters=chosen)["text"].to_pylist())
    else:
        return set()
    return {words(text) for text in texts if text}


def ids_in(path: Path, ids: Collection[str]) -> set[str]:
    """Which of some documents JSON lines, compressed by zstd, hold."""
    return {_document(row) for row in rows_in(path, ids)}


def rows_in(path: Path, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """The lines of some documents, and of passages of them that became documents, of such a file."""
    for line in _lines(path):
        row = json.loads(line)
        if _document(row) in ids:
            yield row


def _document(row: dict[str, Any]) -> str:
    """The id of the document that a line is of."""
    id = str(row.get("id") or "")
    return whole_id(id) or id


def words(text: str) -> str:
    """A text, whatever its lines: how it was split into sentences doesn't matter."""
    return " ".join(text.split())


def _lines(path: Path) -> Iterator[bytes]:
    with (
        path.open("rb") as mapped,
        zstandard.ZstdDecompressor().stream_reader(mapped, read_across_frames=True) as stream,
    ):
        yield from io.BufferedReader(stream)


def erase_records(path: Path, aside: Path, named: Callable[[str], bool]) -> int:
    """Writes a gzip-compressed WARC anew without the content of the records of some addresses.

    Each keeps its head, but for the digests of what it held, and its length in the file (the gzip member is filled
    up by empty blocks), so that all other records stay where they are. Gives how many there were.
    """
    erased = 0
    with path.open("rb") as file, aside.open("wb") as out:
        size = path.stat().st_size
        while file.tell() < size:
            member = Member(file)
            head, blank, block = b"".join(member).partition(b"\r\n\r\n")
            length = member.end - member.begin
            if blank and block.strip() and named(_target(head)):
                out.write(_member(_emptied(head), length))
                erased += 1
            else:
                file.seek(member.begin)
                out.write(file.read(length))
    return erased


def _target(head: bytes) -> str:
    lines = head.split(b"\r\n")
    values = [
        line.partition(b":")[2] for line in lines if line.lower().startswith(b"warc-target-uri:")
    ]
    return values[0].strip().strip(b"<>").decode("utf-8", "replace") if values else ""


def _emptied(head: bytes) -> bytes:
    """A record with nothing behind its head."""
    left = [
        line
        for line in head.split(b"\r\n")
        if not line.lower().startswith(
            (b"content-length:", b"warc-block-digest:", b"warc-payload-digest:")
        )
    ]
    return b"\r\n".join([*left, b"Content-Length: 0"]) + b"\r\n\r\n\r\n\r\n"


def _member(content: bytes, size: int) -> bytes:
    """A gzip member of exactly so many bytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(content) + deflate.flush()
    ending = struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    room = size - 10 - len(body) - len(ending)
    if room < 0:
        return _member(b"", size)  # a record hardly larger than its head: that goes too
    blocks, rest = divmod(room, len(_NOTHING))
    # Not for all: readers bound the head of a member.
    comment = b" " * (rest - 1) + b"\0" if rest else b""
    head = b"\x1f\x8b\x08" + bytes([0x10 if rest else 0]) + b"\0\0\0\0\x02\xff"
    return head + comment + _NOTHING * blocks + body + ending
