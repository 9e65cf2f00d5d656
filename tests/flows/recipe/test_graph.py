"""A recipe is a graph: what each stage reads, in which order they run, and what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from flows.chain.datasets import Datasets
from flows.recipe import recipe
from flows.recipe.graph import Observed
from flows.stages import STAGES
from pipeline.errors import UsageError
from pipeline.model.about import About
from pipeline.model.key import fingerprint
from pipeline.model.stage import Input, Stage
from pipeline.store.store import Store

HEAD = """\
name: mine
sources:
  press: {files: [a.txt]}
  laws: {files: [b.txt], domain: legal}
examples:
  good: {files: [good.txt], domain: legal, licence: CC0-1.0}
stages:
"""
CHAIN = "  extract:\n  annotate:\n  filter:\n  deduplicate:\n  corpus:\n"
TWO = """\
  raw: {stage: corpus, reads: {decisions: []}}
  small: {stage: tokenizer, vocabulary: 400, reads: {corpus: corpus}}
  large: {stage: tokenizer, vocabulary: 800}
  tokens-small: {stage: shard, reads: {tokenizer: small}}
  tokens-large: {stage: shard}
  general: {stage: pretrain, reads: {tokens: tokens-small}}
  legal: {stage: pretrain, reads: {tokens: tokens-small, model: general}}
  figures: {stage: evaluate, reads: {model: general, tokens: tokens-small}}
"""


def graph(folder: Path, stages: str, *overrides: str, head: str = HEAD) -> recipe.Recipe:
    path = folder / "mine.yaml"
    path.write_text(head + stages)
    return recipe.read(str(path), overrides)


def refusal(folder: Path, stages: str, *overrides: str, head: str = HEAD) -> str:
    with pytest.raises(UsageError) as caught:
        graph(folder, stages, *overrides, head=head)
    return str(caught.value).replace(f"{folder}/", "")


def test_by_default_a_stage_reads_the_latest_of_each_kind_above_it(tmp_path: Path) -> None:
    parsed = graph(tmp_path, CHAIN + TWO).graph
    assert parsed["corpus"].inputs["decisions"] == ("filter", "deduplicate")
    assert parsed["raw"].inputs["decisions"] == ()
    assert parsed["small"].inputs == {"corpus": ("corpus",), "models": ()}
    assert parsed["large"].inputs == {"corpus": ("raw",), "models": ()}
    assert parsed["tokens-small"].inputs["corpus"] == ("raw",)
    assert parsed["tokens-large"].inputs["tokenizer"] == ("large",)
    assert parsed["extract"].inputs["files"] == (Observed("sources", ("press", "laws")),)
    # What is asked for is read where it is named, and only there.
    assert parsed["general"].inputs["model"] == () and parsed["legal"].inputs["model"] == (
        "general",
    )
    # Not the latest: the tokens that it reads were made with this one, and no other fits.
    assert (
        parsed["general"].inputs["tokenizer"] == parsed["figures"].inputs["tokenizer"] == ("small",)
    )


def test_the_order_in_the_file_is_of_no_matter_where_a_kind_stands_once(tmp_path: Path) -> None:
    lines = CHAIN.splitlines(keepends=True)
    turned, straight = graph(tmp_path, "".join(lines[::-1])), graph(tmp_path, CHAIN)
    assert turned.graph == straight.graph and turned.stages == straight.stages


def test_stages_run_after_what_they_read_and_else_in_the_order_of_the_work(tmp_path: Path) -> None:
    again = "  again: {stage: annotate, reads: {documents: extract}}\n"
    parsed = graph(tmp_path, CHAIN + TWO + again)
    assert parsed.stages[:6] == ["extract", "annotate", "again", "filter", "deduplicate", "corpus"]
    assert parsed.graph["filter"].inputs["signals"] == ("annotate",)  # written above it
    assert parsed.stages[-3:] == ["general", "legal", "figures"]


def test_until_is_what_a_stage_needs_and_from_is_what_follows_from_it(tmp_path: Path) -> None:
    parsed = graph(tmp_path, CHAIN + TWO)
    data = ["extract", "annotate", "filter", "deduplicate", "corpus"]
    assert parsed.chosen(None, "small") == ([], [*data, "small"])
    assert parsed.chosen("small", None)[1] == [
        "small",
        "tokens-small",
        "general",
        "legal",
        "figures",
    ]
    assert parsed.chosen("small", None)[0] == [*data, "raw"]
    assert parsed.chosen("general", "legal")[1] == ["general", "legal"]
    assert parsed.chosen("evaluate", "evaluate")[1] == ["figures"]  # a kind that stands once
    for first, last, says in (
        (None, "tokenizer", "the recipe mine has 2 stages tokenizer: name one of small, large"),
        (None, "index", "the recipe mine has no stage index: it has extract, annotate"),
        (None, "fliter", r"has no stage fliter, did you mean filter\? it has extract, annotate"),
        ("large", "general", "large and general stand side by side in mine, neither is made"),
        ("general", "small", "small comes before general in mine: nothing to run"),
    ):
        with pytest.raises(UsageError, match=says):
            parsed.chosen(first, last)


def test_two_variants_that_read_each_other_are_told_unless_reads_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    head = HEAD.replace("stages:", "benchmarks:\n  sums: {files: [s.jsonl]}\nstages:")
    chain = CHAIN.replace("  corpus:\n", "  decontaminate:\n  corpus:\n")
    graph(tmp_path, f"{chain}  cut: {{stage: decontaminate, mode: cut}}\n", head=head)
    assert "cut reads decontaminate, as decisions, which is the same stage" in caplog.text
    caplog.clear()
    reads = "reads: {decisions: [filter, deduplicate]}"
    graph(tmp_path, f"{chain}  beside: {{stage: decontaminate, {reads}}}\n", head=head)
    reads = "reads: {decisions: [filter, decontaminate]}"
    graph(tmp_path, f"{chain}  behind: {{stage: decontaminate, {reads}}}\n", head=head)
    assert not caplog.records


def test_decisions_that_were_made_apart_are_refused_together(tmp_path: Path) -> None:
    second = CHAIN.replace("  corpus:\n", "  again: {stage: filter}\n  corpus:\n")
    assert refusal(tmp_path, second) == (
        "mine.yaml, line 13, key stages.corpus: corpus reads the decisions of again and deduplicate, "
        "but deduplicate was made without those of again: give deduplicate or corpus `reads: {decisions: [...]}`"
    )
    first = second.replace("deduplicate:", "deduplicate: {reads: {decisions: again}}")
    assert graph(tmp_path, first).graph["corpus"].inputs["decisions"] == ("again", "deduplicate")


def test_a_parameter_is_set_by_name_or_by_a_kind_that_stands_once(tmp_path: Path) -> None:
    parsed = graph(tmp_path, CHAIN + TWO, "large.vocabulary=900", "evaluate.length=1")
    assert parsed.params["large"].model_dump()["vocabulary"] == 900
    assert parsed.params["small"].model_dump()["vocabulary"] == 400
    assert parsed.params["figures"].model_dump()["length"] == 1
    message = refusal(tmp_path, CHAIN + TWO, "tokenizer.vocabulary=900")
    assert "has 2 stages tokenizer: name one of small, large" in message


def test_a_stage_is_pinned_by_its_name(tmp_path: Path) -> None:
    parsed = graph(tmp_path, CHAIN + TWO + "pin: {small: abc}\n")
    assert parsed.graph["small"].inputs == {} and parsed.graph["general"].inputs["tokenizer"] == (
        "small",
    )


def test_an_extraction_reads_the_sources_that_it_names(tmp_path: Path) -> None:
    parsed = graph(tmp_path, "  extract: {reads: {files: [laws]}}\n  all: {stage: extract}\n")
    assert parsed.graph["extract"].inputs["files"] == (Observed("sources", ("laws",)),)
    assert list(parsed.params["extract"].model_dump()["sources"]) == ["laws"]
    assert list(parsed.params["all"].model_dump()["sources"]) == ["press", "laws"]


@pytest.mark.parametrize(
    ("stages", "line", "key", "says"),
    [
        (
            "  a: {stage: fliter}\n",
            8,
            "stages.a.stage",
            "no stage 'fliter': did you mean 'filter'?",
        ),
        ("  A: {stage: filter}\n", 8, "stages.A", "no capitals or accents: 'a' would do"),
        ("  corpus: {stage: filter}\n", 8, "stages.corpus", "is the name of another stage"),
        ("  run: {stage: filter}\n", 8, "stages.run", "is the name of something else"),
        (CHAIN + "  a: {stage: corpus, reads: 3}\n", 13, "stages.a.reads", "a mapping"),
        (
            CHAIN + "  a: {stage: corpus, reads: {signls: annotate}}\n",
            13,
            "stages.a.reads.signls",
            "corpus has no input 'signls': did you mean 'signals'?",
        ),
        (
            CHAIN + "  a: {stage: corpus, reads: {signals: anotate}}\n",
            13,
            "stages.a.reads.signals",
            "there is no 'anotate': did you mean 'annotate'?",
        ),
        (
            CHAIN + "  a: {stage: corpus, reads: {signals: filter}}\n",
            13,
            "stages.a.reads.signals",
            "'filter' gives decisions and edits, not signals",
        ),
        (
            CHAIN + "  a: {stage: corpus, reads: {signals: [annotate, 3]}}\n",
            13,
            "stages.a.reads.signals[1]",
            "there is no 3",
        ),
        (
            CHAIN + "  a: {stage: corpus, reads: {signals: []}}\n",
            13,
            "stages.a",
            "needs signals, which no earlier stage",
        ),
        (
            CHAIN
            + "  b: {stage: annotate}\n  a: {stage: corpus, reads: {signals: [annotate, b]}}\n",
            14,
            "stages.a.reads.signals",
            "takes one, not 2",
        ),
        (
            CHAIN + "  a: {stage: tokenizer, reads: {corpus: press}}\n",
            13,
            "stages.a.reads.corpus",
            "'press' is of `sources`, which is not read here",
        ),
        (
            CHAIN + "  a: {stage: extract, reads: {crawl: press}}\n",
            13,
            "stages.a.reads.crawl",
            "'press' is of `sources`, which is not read here: write `reads: {files: press}`",
        ),
        (
            CHAIN + "  a: {stage: deduplicate, reads: {decisions: [a]}}\n",
            13,
            "stages.a.reads.decisions[0]",
            "a can't read itself",
        ),
        (
            "  extract:\n  a: {stage: deduplicate, reads: {decisions: b}}\n"
            "  b: {stage: deduplicate, reads: {decisions: [a]}}\n",
            9,
            "stages.a.reads",
            "goes in a circle: a reads b reads a",
        ),
        (
            CHAIN + "  other: {stage: extract}\n  a: {stage: filter, reads: {documents: other}}\n",
            14,
            "stages.a.reads.documents",
            "what a reads does not fit: annotate was made with extract",
        ),
        (
            CHAIN + TWO + "  x: {stage: pretrain, reads: {tokens: tokens-large, model: general}}\n",
            21,
            "stages.x.reads: what x",  # it names no tokenizer
            "tokens-large was made with large and general was made with small",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_file_line_and_key(
    tmp_path: Path, stages: str, line: int, key: str, says: str
) -> None:
    message = refusal(tmp_path, stages)
    assert message.startswith(f"mine.yaml, line {line}, key {key}") and says in message, message


def test_a_wrong_entry_of_a_group_is_named(tmp_path: Path) -> None:
    wrong = HEAD.replace("good: {files: [good.txt]", "good: {files: []")
    message = refusal(tmp_path, CHAIN, head=wrong)
    assert message.startswith("mine.yaml, line 6, key examples.good.files: must not be empty")
    message = refusal(tmp_path, CHAIN, head=HEAD.replace("good: {files:", "good: {filez:"))
    assert message.startswith("mine.yaml, line 6, key examples.good.filez: there is no parameter")
    assert "did you mean 'files'?" in message


class Learner(Stage):
    """A stage of the kind that reads files of the outside by what they are for."""

    name = "learner"
    gives = ("learned",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "texts": Input("examples", many=True),
        "benchmarks": Input("benchmarks", many=True, optional=True),
        "start": Input("models", asked=True),
    }


def test_a_stage_reads_files_of_the_outside_by_what_they_are_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = About("learner", "tests.flows.recipe.test_graph:Learner", "Learn.", "data")
    monkeypatch.setitem(STAGES, "learner", about)
    groups = (
        "  bad: {files: [bad.txt]}\nmodels:\n  first: {files: [a.txt], licence: MIT}\nstages:\n"
    )
    head = HEAD.replace("stages:\n", groups)
    stages = (
        "  learner:\n  one: {stage: learner, reads: {texts: [bad], start: first}}\n"
        "  odd: {stage: learner, reads: {texts: press}}\n"
    )
    message = refusal(tmp_path, stages, head=head)
    assert "line 13, key stages.odd.reads.texts: 'press' is of `sources`" in message
    parsed = graph(tmp_path, stages[: stages.index("  odd")], head=head)
    good, bad = Observed("examples", ("good",)), Observed("examples", ("bad",))
    first = Observed("models", ("first",))
    assert parsed.graph["learner"].inputs == {"texts": (good, bad), "benchmarks": (), "start": ()}
    assert parsed.graph["one"].inputs == {"texts": (bad,), "benchmarks": (), "start": (first,)}
    for name in ("good", "bad", "a"):
        (tmp_path / f"{name}.txt").write_text(name)
    datasets = Datasets(parsed, Store(tmp_path / "store"))
    datasets.observe()
    read = datasets.inputs("one")
    assert read is not None
    assert [(role, [m.stage for m in ms]) for role, ms in read.items()] == [
        ("texts", ["examples"]),
        ("benchmarks", []),
        ("start", ["models"]),
    ]
    assert [f.part for f in read["texts"][0].files()] == ["bad"]
    # What is said of them stands in the dataset, and in no key of what reads it.
    named_parts, unsaid = (
        read["start"][0],
        graph(tmp_path, stages[: stages.index("  odd")], head=head.replace(", licence: MIT", "")),
    )
    assert (
        named_parts.params == {"sources": {"first": {"licence": "MIT"}}}
        and not read["texts"][0].params
    )
    datasets = Datasets(unsaid, datasets.store)
    datasets.observe()
    before = datasets.inputs("one")
    assert before["start"][0].params == {} and before["start"][0].reference != named_parts.reference
    keys = [fingerprint(Learner(), Learner.Params(), inputs) for inputs in (before, read)]
    assert keys[0] == keys[1]
