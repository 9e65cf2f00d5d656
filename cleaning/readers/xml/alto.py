"""ALTO, the text of a scanned page as a library's OCR read it, each word with its confidence.

A document is a page. The mean confidence of its words goes with it, and a page below `confidence` of its
source is removed by that rule. Whole issues and books in the order of their METS are read by `mets`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.xml.blocks import name_of


@dataclass
class Page:
    """The text of a page, and how sure the OCR was: the sum over `rated` words, from 0 to 1 each."""

    text: str
    sure: float = 0.0
    rated: int = 0


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """A document for each page of the file."""
    metadata = {}
    if (name := root.findtext(".//{*}sourceImageInformation/{*}fileName")) and name.strip():
        metadata["title"] = name.strip()
    for page in root.iter("{*}Page"):
        if language := page.get("LANG") or page.get("language"):
            metadata["language"] = language
        record = Record(0, entry=page.get("ID"), metadata=dict(metadata))
        yield rated(record, [read_page(page)], spec)


def rated(record: Record, pages: list[Page], spec: SourceSpec) -> Record:
    """The record with the text of its pages, removed where their words are too unsure."""
    record.text = "\n\n".join(page.text for page in pages if page.text)
    words = sum(page.rated for page in pages)
    if words:
        confidence = sum(page.sure for page in pages) / words
        record.metadata["confidence"] = f"{confidence:.3f}"
        if spec.confidence is not None and confidence < spec.confidence:
            record.removed = ("confidence", confidence, spec.confidence)
    return record


def read_page(page: Any) -> Page:
    """Blocks as paragraphs, in the order of the file, which is that of reading; words cut at a line's end joined."""
    blocks: list[str] = []
    read = Page("")
    for block in page.iter("{*}TextBlock"):
        text_block = Block()
        for line in block.iter("{*}TextLine"):
            for element in line:
                text_block.add(element, read)
            text_block.end_line()
        if text := " ".join(text_block.words):
            blocks.append(text)
    read.text = "\n\n".join(blocks)
    return read


@dataclass
class Block:
    """The words of a paragraph, line by line; one that is cut between two lines is one."""

    words: list[str] = field(default_factory=list)
    hyphenated: bool = False  # the last word goes on in the next line

    def add(self, element: Any, page: Page) -> None:
        match name_of(element):
            case "HYP":
                self.hyphenated = True
            case "String":
                self._word(element)
                try:
                    page.sure += min(max(float(element.get("WC", "")), 0.0), 1.0)
                    page.rated += 1
                except ValueError:  # none is given
                    pass

    def _word(self, string: Any) -> None:
        content, whole = string.get("CONTENT", ""), string.get("SUBS_CONTENT")
        match string.get("SUBS_TYPE"):
            case "HypPart1" if whole:
                content = whole
            case "HypPart2" if whole and self.words and self.words[-1] == whole:
                self.hyphenated = False
                return
        self.say(content)

    def say(self, content: str) -> None:
        """Adds a word, or what a cut one goes on with."""
        if self.hyphenated and self.words:
            self.words[-1] = self.words[-1].rstrip("-\xad¬") + content
            self.hyphenated = False
        elif content.strip():
            self.words.append(content.strip())

    def end_line(self) -> None:
        """Says that what comes is in the next line."""
        last = self.words[-1] if self.words else ""
        self.hyphenated = self.hyphenated or (
            len(last) > 2 and last[-1] in "-\xad¬" and last[-2].islower()
        )
