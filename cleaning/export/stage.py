"""The stage `export`: the corpus in the forms that other people's tools open: Parquet, JSON lines, sentences.

What may not be given on stays inside: documents of a source whose `access` is not among those of the
export are removed by the rule `access`, and counted by source.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from cleaning.access import Access
from pipeline.model.dataset import Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

Format = Literal["parquet", "jsonl", "bne"]

LANGUAGE = "lang="  # begins the parts of a corpus
ACCESS = "access"  # the rule of what may not be given on
OPEN: tuple[Access, ...] = ("open",)
# Small shards of a corpus share files, which end behind one whose key a hash picks (of so many one), so that a shard
# more or less changes the files of its neighbours alone; and at the latest with so many shards or bytes.
TOGETHER, MOST, SMALL, LARGEST = 64, 512, 16 * 2**20, 64 * 2**20


class Writing(pipeline.model.stage.Params):
    """What decides the files of a shard: their forms, the language of each file that is read, and what is given on.

    A language comes again for each shard of the corpus that has it.
    """

    formats: tuple[Format, ...]
    languages: tuple[str, ...]
    access: tuple[Access, ...] = later(OPEN)


class Export(Stage):
    """The documents that may be given on, with flat columns, a file a language and form; part: `es/parquet`."""

    name = "export"
    # 2: what may not be given on is left out; a column says the access. 3: samples of every part and source.
    # 4: figures say the licences of each source.
    version = 4
    inputs: ClassVar[Mapping[str, Input]] = {"corpus": Input("corpus")}
    gives = ("export",)
    conserves = ("corpus",)

    class Params(pipeline.model.stage.Params):
        """`formats`: `parquet`, `jsonl` (one object a line, zstd), `bne` (a sentence a line, an empty line behind
        each document, zstd); each with all documents. `access`: of which sources the documents are given on.
        """

        formats: tuple[Format, ...] = Field(("parquet",), min_length=1)
        access: tuple[Access, ...] = later(OPEN, min_length=1)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task for some small shards of the corpus, or a large one."""
        formats, access = tuple(sorted(set(params.formats))), tuple(sorted(set(params.access)))
        tasks = []
        for shards in _together(inputs["corpus"][0].shards):
            files = [f for s in shards for f in s.files if f.part.startswith(LANGUAGE)]
            languages = tuple(f.part.removeprefix(LANGUAGE) for f in files)
            wanted = Writing(formats=formats, languages=languages, access=access)
            tasks.append(Task({"corpus": files}, wanted))
        return (yield Step("export", "cleaning.export.export:write_shard", tasks))


def _together(shards: Sequence[Shard]) -> Iterator[list[Shard]]:
    """The shards whose documents share files: small ones in a row, any other alone."""
    small: list[Shard] = []
    size = 0
    for shard in shards:
        of = sum(file.bytes for file in shard.files)
        if of > SMALL:
            if small:
                yield small
            yield [shard]
            small, size = [], 0
            continue
        small.append(shard)
        size += of
        full = len(small) >= MOST or size >= LARGEST
        if full or zlib.crc32(shard.key.encode()) % TOGETHER == 0:
            yield small
            small, size = [], 0
    if small:
        yield small
