"""The description of a stage for the rest of the project, before any of its code is imported.

Each stage folder has an `about.py` with `ABOUT = About(...)`; one registry lists them in the order of the
work. Nothing heavy is imported here or there, so that the command line answers at once: what needs
an import is named as "module:attribute" and loaded when it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from pipeline.model.dataset import Manifest

Flow = Literal["data", "train", "evaluate"]
FLOWS: tuple[Flow, ...] = get_args(Flow)  # in the order in which one starts the next

REST = "*"  # of `sources`: the keys of a source that no stage takes by name
RULES = (
    "rules"  # of `labels`: a parameter that holds rules, each with languages and domains of its own
)


PART = "part"  # of `labels`: a parameter that holds parts of a corpus, as es, es-MX or es.legal

# Processor seconds of a shard beside its bytes, however small: its process is told of it, its files are written, synced
# and recorded. Measured over 899 files of 9 kB: 10 ms (extract) to 14 ms (annotate), and some for the disk.
SHARD = 0.015
# Seconds until the first stage of a run begins, and of a stage until its first shard does, whatever they read: modules
# and models are loaded, the store is opened, its datasets are committed. `annotate` loads more.
RUN = 2.0
STAGE = 0.15


@dataclass(frozen=True)
class Speed:
    """Input bytes a second of one core, and bytes written for each byte read.

    `alone`: it works on one core, however many there are. `noted`: a run's record measures it; not
    so where most is read and written between its own steps. `shards`: it computes so many for each that it reads.
    `start`: the seconds until its first shard begins.
    """

    bytes_s: float
    ratio: float
    alone: bool = False
    noted: bool = True
    shards: int = 0
    start: float = STAGE


@dataclass(frozen=True)
class Expected:
    """What is expected of a dataset beforehand: bytes by file name, the seconds it takes, who says so.

    Of a training that are its floating-point operations: who does them takes the seconds. `at_most`: it may well be
    less, for what bounds it is all that is known. `shards`: how many the dataset has; `overhead`: the seconds that
    these take as such. `sources`: of files that a recipe names, by name, the source.
    """

    files: Mapping[str, float]
    seconds: float = 0.0
    by: str = "default"
    flops: float = 0.0
    at_most: bool = False
    shards: int = 0
    overhead: float = 0.0
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> float:
        return sum(self.files.values())


@dataclass(frozen=True)
class Computed:
    """What a run of this store computed of a stage, and in how many seconds."""

    manifest: Manifest
    seconds: float


@dataclass(frozen=True)
class Beforehand:
    """What is known of a stage that has not run: its parameters, and by input those of the stages that it reads and
    what is expected of them; what was computed of its kind in this store, the newest first; how many addresses hosts
    are known to have.
    """

    params: Any
    read: Mapping[str, Sequence[Any]]
    inputs: Mapping[str, Sequence[Expected]]
    workers: int
    earlier: Sequence[Computed] = ()
    hosts: Mapping[str, int] = field(default_factory=dict)

    @property
    def at_most(self) -> bool:
        """Whether what it reads is known by a bound only."""
        return any(e.at_most for given in self.inputs.values() for e in given)


@dataclass(frozen=True)
class About:
    """A stage in the eyes of the command line, the recipes, the flows, the report and the trace."""

    name: str
    stage: str  # "module:Class"
    summary: str  # one line of the command line
    flow: Flow

    extra: str | None = None  # the install extra that it needs, and modules that come with it
    modules: tuple[str, ...] = ()
    slot: str | None = None  # the concurrency limit that its work waits for on a server
    approval: bool = False  # a person's approval may be required before it begins
    device: bool = False  # it uses the recipe's `run.device`

    # The estimate: a speed, or (Beforehand) -> Expected; with neither it has none.
    # `text`: it writes what is read again whole (text, tokens, a model), not a table beside it.
    speed: Speed | None = None
    estimate: str | None = None
    text: bool = False

    # Of the recipe. `sources`: the key of each source that it takes as its own parameter `sources`, REST
    # for those that no other stage takes; `files`: (params, input, name, paths), raises TahonaError for files of a
    # source, or of another name in the recipe, that it can't read; `together`: (params, files by input) the same of all
    # files that a stage reads which has work to do, or WrongParameter where a parameter does not go with them;
    # `edition`: the parameter that names what it observed, taken as it is written; `sample`: the one that is a share of
    # the records.
    sources: str | None = None
    files: str | None = None
    together: str | None = None
    edition: str | None = None
    sample: str | None = None
    # Labels that its parameters name (parameter -> `language`, `domain`, PART or RULES), and what it knows of
    # those of itself and of the stages behind it: (params, what it reads as of `agrees`, patterns of files by source,
    # label) -> what is wrong with the label, or None.
    labels: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    # Of those parameters that name domains, the ones without whose documents the work is refused; and of a stage that
    # knows the domains: (params, files by source, store, its dataset or None) -> the domains, or None where those
    # must be read first.
    needs: tuple[str, ...] = ()
    domains: str | None = None
    # Parameters that name a file of this machine, and of each: (path), raises TahonaError where it is not of its kind.
    paths: Mapping[str, str] = field(default_factory=dict)
    # (params, those of the stages that it reads by input, the recipe's `run`): raises TahonaError for work that this
    # machine has no room for.
    fits: str | None = None
    # (params, those of the stages that it reads by input, patterns of files by source) -> the parameter that they will
    # not give what it asks for, and why; or None. What one of its own kind reads is there too, as `input.input`,
    # and of another kind the files that it reads; of files that the recipe names, their names.
    agrees: str | None = None

    tells: str | None = (
        None  # (params, those of all stages before it) -> sentences of the same sort, before it runs
    )
    warnings: str | None = (
        None  # (store, manifest, name in the recipe) -> notices of what is no error, but probably not intended
    )
    news: str | None = None  # (store, manifest, params) -> sentences of information
    # (manifest) -> what its dataset is as a plain folder for people: path -> its file, or a text.
    folder: str | None = None
    # Of `trace`: the columns of its Parquet files that are shown of a document, and (a table, its column of ids, a
    # document) -> what is told of each of its rows besides.
    columns: tuple[str, ...] = ()
    rows: str | None = None
    # (dataset, what gives a manifest by its reference) -> the provenance of any dataset.
    provenance: str | None = None
    # Of a model. `reads`: (it) -> whether it read a part of its tokens; `steps`: (it, tokens, what fetches a file, the
    # path of a table of these, a row of `trace`) -> the steps that read the tokens of the row, None where unknown.
    reads: str | None = None
    steps: str | None = None
    generate: str | None = None  # (its name, its files, prompts, ...) -> a text after each
    # (its dataset, what gives a manifest, what fetches a file, a text) -> the spans of the text that stand there.
    find: str | None = None
    # (the command) -> its exit code, in a process that was started with others to work together.
    among: str | None = None
    # Of withdrawn documents. `holds`: its dataset has the text to train on, or its tokens; `feeds`: what that text is
    # made from. `passages`: (manifest) -> by language its files of documents, where passages of others may be among
    # them; `copies`: (manifest, what fetches a file) -> what each left out says the same as.
    # `erase`: (names of the files of a shard, where each lies, the shard's figures, ids, a folder) -> what was written
    # there anew, by name, with how many texts went; of files in a form of its own. Tables, lines and texts of any
    # stage are erased without it.
    holds: bool = False
    feeds: bool = False
    passages: str | None = None
    copies: str | None = None
    erase: str | None = None

    # (text, text, params, the hosts of both) -> why it takes them for duplicates or not, of a stage that compares
    # documents.
    explain: str | None = None
    # (store, inputs by role, params, other params, the dataset of the first or None) -> what the others would keep and
    # lose, writing nothing.
    what_if: str | None = None

    # Of the report: which facts it tells and from which part of its dataset (`flows.report.facts` knows
    # them), the figures at the head of a recipe's page, and the section of it that it belongs to.
    facts: Mapping[str, str] = field(default_factory=dict)
    head: tuple[str, ...] = ()
    section: str | None = None


def named(path: str) -> Any:
    """What "module:attribute" names, imported now."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)
