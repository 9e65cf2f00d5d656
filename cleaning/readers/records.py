"""What a recipe says of a source, and what a reader gives for each record of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from pydantic import BaseModel, ConfigDict, field_validator

from cleaning.access import Access
from cleaning.readers.layouts import LAYOUTS, Layout
from cleaning.readers.readers import READERS
from pipeline.model.stage import later

FIELDS = (
    "text",
    "id",
    "url",
    "title",
    "author",
    "date",
    "licence",
    "language",
    "region",
    "domain",
    "captured_at",
)


NoPage = Literal[  # rules of the readers
    "revisit",
    "status",
    "scheme",
    "media_type",
    "too_large",
    "namespace",
    "redirect",
    "confidence",
    "generated",
]
Damage = Literal[
    "damaged",
    "cut off",
    "broken body",
    "no header",
    "no JSON",
    "no XML",
    "no document",
    "no text",
    "scanned",
    "refused",
    "gave up",
]
BREAKS: tuple[Damage, ...] = ("damaged", "cut off")  # of a file, where nothing could be read on
Span = tuple[int, int]  # of a file, the bytes from and to
Unreadable = NewType("Unreadable", str)  # `DAMAGE: detail`, made by `unreadable` alone


def unreadable(damage: Damage, detail: str) -> Unreadable:
    """Why a record could not be read: what is wrong with it, and in detail."""
    return Unreadable(f"{damage}: {detail}")


NO_ENCODING = unreadable("no text", "the bytes are text in no encoding")


class Refusal(Exception):
    """Why a document is not read."""

    def __init__(self, damage: Damage, detail: str) -> None:
        super().__init__(detail)
        self.reason = unreadable(damage, detail)


def is_domain(value: object) -> bool:
    """Whether a value names a domain, as a word does: files and parts are named after it."""
    if not isinstance(value, str):
        return False
    is_word = any(map(str.isalpha, value)) and value.isprintable()
    return is_word and "/" not in value and len(value) <= 100


class SourceSpec(BaseModel):
    """What a recipe says of one source.

    `reader` auto takes the one of the file's suffix. `fields` names the field or column of an entry
    where it is not called like ours (see FIELDS; a dot goes into an object). `unit` says what one
    document of a text file is: the whole file, a run of lines up to an empty one, or a line. `layout` is
    that of a published corpus, which says the fields that `fields` doesn't. A page of OCR below the mean
    `confidence` of its words is removed. `archive` is where the files stand that an index or a list names.
    `access` says what may be done with its texts, and travels with each of them.
    """

    model_config = ConfigDict(extra="forbid")

    domain: str = "web"
    licence: str | None = None
    terms: str | None = None
    reader: str = "auto"
    fields: dict[str, str] = {}
    unit: Literal["file", "block", "line"] = "file"
    layout: Layout | None = later(None)
    confidence: float | None = later(None, ge=0, le=1)
    archive: str | None = later(None)
    access: Access = later("open")

    @field_validator("reader")
    @classmethod
    def _registered(cls, reader: str) -> str:
        if reader not in {"auto", *READERS}:
            raise ValueError(
                f"there is no reader {reader!r}; there are: auto, {', '.join(READERS)}"
            )
        return reader

    @field_validator("domain")
    @classmethod
    def _nameable(cls, domain: str) -> str:
        if not is_domain(domain):
            raise ValueError(f"{domain!r} is no domain: write a word, as news or legal")
        return domain

    @field_validator("fields")
    @classmethod
    def _known(cls, fields: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(fields) - set(FIELDS)):
            raise ValueError(f"a document has no field {unknown[0]!r}; it has: {', '.join(FIELDS)}")
        return fields

    def place(self, field: str) -> str:
        """Where an entry says a field of ours; empty where it doesn't."""
        layout = LAYOUTS[self.layout] if self.layout else {}
        return self.fields.get(field, layout.get(field, field))


@dataclass(slots=True)
class Record:
    """One input record.

    `content` is the payload without transfer and content encodings; `text` is set instead where the
    format carries decoded text. `removed` is (rule, value, threshold) where the record can be no
    document; `unreadable` says why it could not be read. `headers` are those of an HTTP answer, by name
    in lower case, the value of each line. `file` is that of the record where it isn't the
    one that is read: a member of an archive, a file that an index names. `no_domain` is what an
    entry gives as its domain and that is none: it has its source's. `markup`: its text holds tags of HTML.
    """

    offset: int
    url: str | None = None
    captured_at: datetime | None = None
    content: bytes = b""
    text: str | None = None
    digest: str | None = None
    media_type: str | None = None
    charset: str | None = None
    entry: str | None = None
    headers: dict[str, list[str]] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    removed: tuple[NoPage, float | None, float | None] | None = None
    unreadable: Unreadable | None = None
    file: str | None = None
    no_domain: str | None = None
    markup: bool = False

    @property
    def breaks_off(self) -> bool:
        """Whether its file ends in it before its time, where no record comes behind it."""
        return (self.unreadable or "").partition(": ")[0] in BREAKS
