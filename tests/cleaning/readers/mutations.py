"""Damaged files of every format, by a seed: bytes changed, cut, doubled, lost. No reader may raise or be silent.

`python -m tests.cleaning.readers.mutations 10000` tries that many; the suite tries some hundred.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import random
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import SourceSpec
from cleaning.readers.xml.units import FRAME, units_of
from tests.cleaning.readers import pdfs, samples
from tests.cleaning.readers.test_places import packed, record

LIMIT = 200_000


def _table(columns: dict[str, list[Any]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, row_group_size=7)
    return stream.getvalue()


def _tar(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def _arc() -> bytes:
    """Two pages of an archive of the first version."""
    body = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Pan y sal.</p>"
    about = b"1 0 Pan\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20010203040506 text/plain %d\n" % len(about)
    page = b"http://a.es/%d 1.2.3.4 20010203040506 text/html %d\n"
    pages = (page % (n, len(body)) + body + b"\n" for n in range(2))
    return b"\n".join((head + about, *pages))


_LINES = "".join(json.dumps({"text": f"Pan {n}. " * 9, "id": n}) + "\n" for n in range(9)).encode()
FILES: Mapping[str, bytes] = {
    "tei.xml": samples.TEI,
    "jats.xml": samples.JATS,
    "alto.xml": samples.ALTO,
    "page.xml": samples.PAGE,
    "akn.xml": samples.AKN,
    "boe.xml": samples.BOE,
    "law.xml": samples.BOE_LAW,
    "pubmed24n0001.xml": samples.PUBMED,
    "wiki-pages-a.xml": samples.MEDIAWIKI,
    "wiki-pages-a.xml.bz2": bz2.compress(samples.MEDIAWIKI),
    "a.md": samples.MARKDOWN,
    "a.rst": samples.RST,
    "a.epub": samples.EPUB,
    "a.odt": samples.ODT,
    "a.fodt": samples.FODT,
    "a.docx": samples.DOCX,
    "a.srt": samples.SRT,
    "a.mbox": samples.MBOX,
    "a.html": b"<html><body><p>Pan y sal.</p></body></html>",
    "a.py": b"def pan():\n    return 1\n" * 9,
    "a.csv": b'id,text\n1,Pan\n2,Sal\n3,"Agua\ny fuego"\n' * 5,
    "a.jsonl": _LINES,
    "a.jsonl.zst": zstandard.compress(_LINES[:400]) + zstandard.compress(_LINES[400:]),
    "a.jsonl.gz": gzip.compress(_LINES, mtime=0),
    "a.warc": b"".join(record(n) for n in range(4)),
    "a.warc.gz": b"".join(packed([record(n) for n in range(4)])),
    "lf.wet": b"".join(record(n, "conversion", b"\n") for n in range(4)),
    "a.wacz": samples.zipped({"archive/a.warc.gz": b"".join(packed([record(0)]))}, stored=True),
    "a.zip": samples.zipped({"a.xml": samples.TEI, "b.html": b"<p>Pan</p>"}),
    "a.pdf": pdfs.two_columns(),
    "mets.xml": samples.METS,
    "a.txt": b"Pan y sal.\n\nAgua.\n" * 9,
    "a.parquet": _table({"text": [f"Pan {n}" for n in range(40)], "id": list(range(40))}),
    "a.arc": _arc(),
    "a.tar": _tar({"a.xml": samples.TEI, "b.html": b"<p>Pan</p>"}),
    "a.cdx": b"".join(b'{"filename":"a.warc","offset":%d,"length":9}\n' % n for n in range(9)),
    "index.parquet": _table(
        {
            "warc_filename": ["a.warc"] * 9,
            "warc_record_offset": list(range(9)),
            "warc_record_length": [9] * 9,
        }
    ),
    "a.paths": b"a.warc\nb/a.warc\n" * 4,
}
READ_BY = {"mets.xml": "mets", "index.parquet": "index"}  # what a source says, not the suffix
SLOW = frozenset({"a.pdf"})  # a process each


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to six changes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        if not changed:
            break
        at = chance.randrange(len(changed))
        width = chance.choice([1, 1, 4, 40, 400])
        match chance.randrange(5):
            case 0:
                changed[at : at + width] = chance.randbytes(width)
            case 1:
                del changed[at : at + width]
            case 2:
                changed[at:at] = changed[at : at + width]
            case 3:
                del changed[at:]
            case _:
                changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def check(name: str, data: bytes, folder: Path) -> Counter[str]:
    """Reads a file whole and, where it can be, in spans; an AssertionError where bytes are unaccounted for."""
    path = folder / name
    path.write_bytes(data)
    # Of what an index or a list names nothing is there, and nothing is asked for elsewhere.
    spec = SourceSpec(reader=READ_BY.get(name, "auto"), archive=f"file://{folder}/none")
    reader = READERS[reader_of(name, spec)]
    counts = Counter[str]()
    together = {name: path} if reader.company else None
    for read in (
        reader.read_together(together, spec, LIMIT) if together else reader.read(path, spec, LIMIT)
    ):
        assert read.offset >= 0
        wrong = (read.unreadable or "").partition(":")[0]
        counts[wrong or (read.removed[0] if read.removed else "document")] += 1
    # An empty table; an archive of which the description alone is left.
    silent = reader.entries or (name == "a.arc" and b"a.es" not in data)
    assert counts or not data.strip() or silent, "silence"
    if reader.ranges(name, spec):
        for span in ((0, len(data) // 2), (len(data) // 2, len(data))):
            list(reader.read(path, spec, LIMIT, span))
    if name.endswith("pages-a.xml"):
        _conserved(path, data)
    return counts


def _conserved(path: Path, data: bytes) -> None:
    """Of a dump each byte is of a unit, of damage between units, or of the frame round them."""
    at = 0
    for offset, _, size in units_of(path, LIMIT, None, (b"page",)):
        gap = data[at:offset]
        assert offset >= at and (at == 0 or FRAME.fullmatch(gap)), (offset, gap)
        at = offset + size
    assert FRAME.fullmatch(data[at:])


def run(count: int, seed: int, slow: int = 5) -> dict[str, Counter[str]]:
    """Reads `count` damaged files, each format in turn, of the slow ones at most `slow`; what was found, by format."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FILES}
    names = list(FILES)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            name = names[number % len(names)]
            if name in SLOW and counts[name].total() >= slow:
                continue
            chance = random.Random(f"{seed}-{number}")
            try:
                counts[name] += check(name, mutated(FILES[name], chance), Path(folder))
            except Exception as error:
                raise AssertionError(f"{name}, seed {seed}-{number}: {error!r}") from error
    return counts


if __name__ == "__main__":
    for name, counts in run(int(sys.argv[1]), 1, 200).items():
        print(name, dict(counts))
