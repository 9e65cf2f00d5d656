"""The process that reads one PDF file: its order is the path and the limit, in characters.

It tells `text` and `metadata`, or `wrong` (damage and detail), or `large`.
"""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

from cleaning.readers.compressed import compressed
from cleaning.readers.pdf.glyphs import Glyphs
from cleaning.readers.pdf.layout import text_of_pages
from cleaning.readers.pdf.lines import lines_of
from cleaning.readers.pdf.rows import Line
from cleaning.readers.programs import filled
from pipeline.engines.process import Parent

MEMORY = 4 << 30  # bytes of addresses
FILE = 100  # times the limit of a text that a file may hold; pictures are most of it
LEAST = 20  # characters a page: with fewer, and a picture, it was scanned
_DATE = slice(2, 10)


def main() -> None:
    """Reads the file of each order, until its parent ends it, or ends itself."""
    parent = Parent()
    for path, limit in parent.orders():
        parent.tell(**read_file(path, limit))


def read_file(path: str, limit: int) -> dict[str, Any]:
    """What the file says, at most `limit` characters."""
    import pypdfium2 as pdfium

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    file: Path | bytes = Path(path)  # a plain one is read from the disk, as its pages are
    if compressed(Path(path)):
        # What records are takes longer to import than most files to read.
        from cleaning.readers.records import Record
        from cleaning.readers.whole import whole

        content = whole(Path(path), FILE * limit)
        if isinstance(content, Record):
            damaged = {"wrong": ["damaged", "the compressed data"]}
            return {"large": True} if content.removed else damaged
        file = content
    elif Path(path).stat().st_size > FILE * limit:
        return {"large": True}
    try:
        document = pdfium.PdfDocument(file)
        count = len(document)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            return {"wrong": ["no document", "it is encrypted"]}
        return {"wrong": ["damaged", f"no PDF: {error}"]}
    pages: list[list[Line]] = []
    glyphs = Glyphs(document)
    characters = pictures = blank = 0
    for number in range(count):
        try:
            page = document[number]
            lines = lines_of(page, glyphs)
            length = sum(len(line.text) for line in lines)
            if length < LEAST:
                blank += 1
                pictures += _pictured(page)
            page.close()
        except pdfium.PdfiumError:
            lines, length = [], 0
        characters += length
        if characters > limit:
            return {"large": True}
        pages.append(lines)
    if count and pictures and characters < LEAST * count:
        return {"wrong": ["scanned", f"{pictures} of {count} pages are pictures without text"]}
    return {"text": text_of_pages(pages), "metadata": _metadata(document)}


def _metadata(document: Any) -> dict[str, str]:
    properties = document.get_metadata_dict()
    date = properties.get("CreationDate", "")[_DATE]
    fields = {
        "title": properties.get("Title", "").strip(),
        "author": properties.get("Author", "").strip(),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if date.isdigit() and len(date) == 8 else "",
    }
    return filled({name: value[:500] for name, value in fields.items() if value})


def _pictured(page: Any) -> bool:
    import pypdfium2.raw as raw

    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


if __name__ == "__main__":
    main()
