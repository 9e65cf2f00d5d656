"""The items of a benchmark: each of its texts with the item that it is of, whatever form the set has.

JSON lines and JSON (the objects with an `id` are items, and what lies within them is theirs; SQuAD's form too),
Parquet and tables of tabs or commas (a row is an item), CoNLL-U (a sentence) and plain text (a line).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cleaning.decontaminate.stage import Reading
from cleaning.documents import TableWriter
from cleaning.readers.compressed import BREAKS, opened
from cleaning.text.repair import normal
from pipeline.errors import TahonaError
from pipeline.model.stage import Work

ITEMS = pa.schema(
    [("set", pa.string()), ("item", pa.string()), ("field", pa.string()), ("text", pa.string())]
)
_IDS = ("id", "qid", "question_id", "_id", "idx", "index")
# Where they hold numbers these are places in a text, as SQuAD's `answer_start`, or classes, and no answers.
_PLACES = ("answer_start", "answer_end", "start", "end", "label")

Text = tuple[str, str, str]  # item, field, text


def read_set(work: Work[Reading]) -> None:
    """Writes the texts of one benchmark; raises TahonaError, with the file, where one can't be read."""
    params = work.params
    count = 0
    with TableWriter(work.output("items", "items.parquet"), ITEMS) as writer:
        for file, name in zip(work.inputs["files"], params.files, strict=True):
            several = f"{name}/" if len(params.files) > 1 else ""
            try:
                for item, field, content in _texts(file.path, name):
                    # In the form of documents, in which no letter stands apart from its accent.
                    if text := normal(content):
                        row = {
                            "set": params.set,
                            "item": several + item,
                            "field": field,
                            "text": text,
                        }
                        writer.add(row)
                        count += 1
            except (ValueError, csv.Error, pa.ArrowInvalid, *BREAKS) as error:
                raise TahonaError(
                    f"the benchmark {params.set}: {name} can't be read ({error}): give JSON, JSON lines, "
                    "Parquet, CoNLL-U, plain text, or a table of tabs or commas"
                ) from error
    if not count:
        raise TahonaError(f"the benchmark {params.set} holds no text")
    work.figures = {"texts": count}


def _texts(path: Path, name: str) -> Iterator[Text]:
    suffixes = name.lower().split(".")[1:]
    if "parquet" in suffixes:
        for number, row in enumerate(pq.read_table(path).to_pylist()):
            yield from _within(row, str(number), "", True)
        return
    with opened(path) as stream:
        content = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict")
        if "json" in suffixes:
            yield from _within(json.load(content), "", "", False)
        elif "jsonl" in suffixes or "ndjson" in suffixes:
            for number, line in enumerate(content):
                if line.strip():
                    yield from _within(json.loads(line), str(number), "", True)
        elif "tsv" in suffixes or "csv" in suffixes:
            yield from _table(content, "\t" if "tsv" in suffixes else ",")
        elif "conllu" in suffixes:
            yield from _sentences(content)
        else:
            for number, line in enumerate(content):
                yield str(number), "text", line


def _within(value: Any, item: str, field: str, inside: bool) -> Iterator[Text]:
    """The strings in a value of JSON. `item` is that around it; `inside`: it is one, and all inside is its own."""
    if isinstance(value, str):
        yield item, field or "text", value
    elif isinstance(value, dict):
        own = next((str(value[key]) for key in _IDS if value.get(key) not in (None, "")), None)
        for key, inner in value.items():
            if key not in _IDS and not (key in _PLACES and isinstance(inner, (int, float))):
                path = f"{field}.{key}" if field else str(key)
                yield from _within(inner, own or item, path, inside or own is not None)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            here = item if inside else f"{item}/{number}" if item else str(number)
            yield from _within(inner, here, field, inside)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield item, field, str(value)


def _table(content: io.TextIOWrapper, delimiter: str) -> Iterator[Text]:
    """A row an item; not quoted where tabs separate it, as is the habit."""
    if delimiter == "\t":
        read = csv.reader(content, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        read = csv.reader(content)
    for number, row in enumerate(read):
        for column, cell in enumerate(row):
            yield str(number), str(column), cell


def _sentences(content: io.TextIOWrapper) -> Iterator[Text]:
    name = ""
    for number, line in enumerate(content):
        if line.startswith("# sent_id ="):
            name = line.partition("=")[2].strip()
        elif line.startswith("# text ="):
            yield name or str(number), "text", line.partition("=")[2]
