"""What a stage asks of others, or of a model, and can't have of them is told before any work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cleaning.models.fasttext_library import train
from flows.chain.preflight import check_paths
from flows.recipe import recipe
from flows.recipe.graph import Observed
from pipeline.errors import UsageError
from tests.flows.recipe.test_recipe import GOOD, write
from tests.flows.recipe.test_wrong import CRAWLED, refusal


def test_a_policy_of_rights_that_nothing_was_kept_for_is_refused_before_any_work(
    tmp_path: Path,
) -> None:
    upsampled = "corpus.rights={refuse: [noai]}"
    sentence = refusal(tmp_path, CRAWLED, upsampled)
    assert "--set corpus.rights=" in sentence and "can't be applied to source web" in sentence
    assert "give `extract` a `rights` too" in sentence
    recipe.read(write(tmp_path, CRAWLED), [upsampled, "extract.rights={refuse: []}"])
    sentence = refusal(
        tmp_path,
        CRAWLED,
        "corpus.rights={refuse: [ai-agents], agents: [MiBot]}",
        "extract.rights={refuse: [ai-agents], agents: [OtroBot]}",
    )
    assert "MiBot is not asked after" in sentence
    archive = CRAWLED.replace('crawl:\n      seeds: ["https://www.example.org/"]', "files: [FILES]")
    archive = archive.replace("  crawl: {edition: first}\n", "")
    assert "source web" in refusal(tmp_path, archive.replace("FILES", "'w/*.warc.gz'"), upsampled)
    recipe.read(write(tmp_path, archive.replace("FILES", "'w/*.jsonl'")), [upsampled])
    pinned = [upsampled, "pin.extract=abc"]
    recipe.read(write(tmp_path, CRAWLED), pinned)  # what it kept stands in its dataset


def test_sizes_of_clusters_that_the_tokens_will_not_hold_are_refused_before_any_work(
    tmp_path: Path,
) -> None:
    upsampled = CRAWLED.replace(
        "  pretrain:\n", "  pretrain:\n    steps: 5\n    upsample: {2: 2}\n"
    )
    sentence = refusal(tmp_path, upsampled)
    assert "line 16, key stages.pretrain.upsample: asks for the sizes of clusters" in sentence
    assert sentence.endswith("set shard.cluster_sizes to true")
    recipe.read(write(tmp_path, upsampled), ["shard.cluster_sizes=true"])
    # Whether it has them stands in its dataset.
    recipe.read(write(tmp_path, upsampled), ["pin.shard=abc"])


def test_what_a_model_to_go_on_from_can_not_be_is_refused_before_it_is_trained(
    tmp_path: Path,
) -> None:
    more = "  more:\n    stage: pretrain\n    reads: {model: NAME}\n    steps: 5\n"
    chain = CRAWLED + more.replace("NAME", "pretrain")
    sentence = refusal(tmp_path, chain, "pretrain.objective=masked")
    assert (
        "mine.yaml, line 15, key stages.more.objective: causal makes no sense with the" in sentence
    )
    masked = ["pretrain.objective=masked", "more.objective=masked30"]
    recipe.read(write(tmp_path, chain), masked)
    sentence = refusal(tmp_path, chain, *masked, "more.model=roberta")
    assert (
        "key stages.more.model: is roberta, and the model to go on from is of the family enc"
        in sentence
    )
    sentence = refusal(tmp_path, chain.replace("steps: 5", "width: 64"))
    assert "line 18, key stages.more.width: is 64, and the model to go on from has 160" in sentence
    sentence = refusal(tmp_path, chain, "pretrain.model=lstm", "more.heads=2")
    assert "--set more.heads=2" in sentence and "has none: leave it out" in sentence
    sentence = refusal(tmp_path, chain, "pretrain.model=lstm", "more.documents=apart")
    assert "--set more.documents=apart" in sentence and "of the family lstm, can't keep" in sentence
    recipe.read(write(tmp_path, chain), ["more.width=64", "pretrain.width=64"])
    for objective, other, has in (
        ("kv_heads=1", "kv_heads=2", 2),
        ("window=8", "window=16", 16),
        ("tied=false", "tied=true", True),
        ("preset=nano", "preset=mini", "mini"),
        ("parameters=2000", "preset=mini", "mini"),
    ):
        sentence = refusal(tmp_path, chain, f"more.{objective}", f"pretrain.{other}")
        assert (
            f"--set more.{objective}" in sentence
            and f"to go on from {'is' if has == 'mini' else 'has'} {has}: " in sentence
        )
        recipe.read(write(tmp_path, chain), [f"more.{objective}", f"pretrain.{objective}"])
    written = chain + "models:\n  theirs: {files: [theirs/*], licence: MIT}\n"
    theirs, cut = "pretrain.reads={models: [theirs]}", "tokenizer.reads={models: [theirs]}"
    for unknown in (["pin.pretrain=abc"], [theirs, cut]):
        recipe.read(write(tmp_path, written), [*unknown, "more.width=64"])
    assert "has a tokenizer of its own" in refusal(tmp_path, written, theirs)
    chain += more.replace("more:", "last:").replace("NAME", "more")
    first = ["pretrain.width=64", "pretrain.model=llama"]  # `more` has it, and does not say so
    recipe.read(write(tmp_path, chain), [*first, "last.width=64", "last.model=llama"])
    assert "from has 64" in refusal(tmp_path, chain, *first, "last.width=160")


EXAMPLES = "examples:\n  LABEL: {files: [a.txt]}\n  bad: {files: [b.txt]}\nstages:\n"


DSIR = "  dsir: {stage: classifier, kind: importance}\n"


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"filter:": "filter: {rules: hplt}"}, "filter.rules", "groups: [docscore, published]"),
        ({"annotate:": "annotate: {groups: [lists]}"}, "annotate.groups", "reads: {lists: [NAME]}"),
        ({"annotate:": "annotate: {groups: [importance]}"}, "annotate.groups", "importance: dsir}"),
        ({"corpus:": "corpus: {varieties: true}"}, "corpus.varieties", "groups: [variety]"),
        (
            {"stages:\n": EXAMPLES.replace("LABEL", "good") + DSIR, "annotate:": "annotate: READS"},
            "annotate.reads",
            "as classifier a classifier that is not of `kind: regression or fasttext`",
        ),
        (
            {"stages:\n": EXAMPLES.replace("LABEL", "god") + "  classifier:\n"},
            "examples",
            "is called 'good': did you mean it by 'god'?",
        ),
        (
            {"stages:\n": EXAMPLES.replace("LABEL", "food") + DSIR},
            "examples",
            "is called 'good': did you mean it by 'food'?",
        ),
        (
            {"stages:\n": "examples:\n  hq: {files: [a.txt]}\nstages:\n  classifier:\n"},
            "examples",
            "needs two labels at least; there is only 'hq'",
        ),
        (
            {
                "stages:\n": EXAMPLES.replace("LABEL", "law") + "  classifier:\n",
                "annotate:": "annotate: {groups: [classifier], reads: {classifier: classifier}}",
                "filter:": "filter: {rules: [{name: low, signal: good_p, min: 0.5}]}",
            },
            "filter.rules[0].signal",
            "the label 'good': its classifier has law, bad",
        ),
        (
            {
                "corpus:": "corpus: {domains: true}",
                "stages:\n": "  b: {files: [b.txt], domain: Legal}\nstages:\n",
            },
            "corpus.domains",
            "legal and Legal of the sources differ in capitals alone",
        ),
    ],
)
def test_what_a_stage_will_not_be_given_is_told_before_any_runs(
    tmp_path: Path, changes: dict[str, str], key: str, says: str
) -> None:
    text = GOOD
    for old, new in changes.items():
        text = text.replace(old, new)
    reads = "{groups: [classifier], reads: {documents: extract, classifier: dsir}}"
    sentence = refusal(tmp_path, text.replace("READS", reads))
    assert re.search(rf"mine\.yaml, line \d+, key (stages\.)?{re.escape(key)}: ", sentence), (
        sentence
    )
    assert says in sentence


def test_a_model_that_is_not_there_or_none_is_told_by_the_estimate_and_the_run(
    tmp_path: Path,
) -> None:
    parsed = recipe.read(write(tmp_path, GOOD.replace("annotate:", "annotate: {model: nada.bin}")))
    check_paths(parsed, ["extract"])  # which asks no model
    with pytest.raises(UsageError, match=r"line 9, key stages\.annotate\.model: there is no file"):
        check_paths(parsed, parsed.stages)
    (tmp_path / "nada.bin").touch()
    (tmp_path / "below").mkdir()
    (other := tmp_path / "below" / "other.yaml").write_text("name: other\nbase: ../mine.yaml\n")
    for path in ("mine.yaml", other):  # a path starts at the folder of the recipe that says it
        parsed = recipe.read(str(tmp_path / path))
        with pytest.raises(
            UsageError, match=r"key stages\.annotate\.model: .* is no fastText model"
        ):
            check_paths(parsed, parsed.stages)


def test_a_named_model_that_can_not_tell_what_is_asked_is_refused_at_its_place(
    tmp_path: Path,
) -> None:
    names = ["hq", "cc"] * 3
    train(tmp_path / "dclm.bin", ["pan y harina", "casino"] * 3, names, bits=8, inside=False)
    models = "models:\n  dclm: {files: [dclm.bin]}\nstages:\n"
    text = GOOD.replace("stages:\n", models).replace("annotate:", "annotate: ASKED")

    def asked(by: str) -> None:
        parsed = recipe.read(write(tmp_path, text.replace("ASKED", by)))
        parsed.files(Observed("models", ("dclm",)))

    quality = "{groups: [classifier], reads: {classifier: dclm}}"
    asked(quality.replace("{groups", "{good: hq, groups"))
    asked("{groups: [topic], reads: {topic: dclm}}")
    place = r"mine\.yaml, line 8, key models\.dclm\.files: "
    with pytest.raises(UsageError, match=place + r".*no label 'good'.*good: LABEL.*(hq|cc)"):
        asked(quality)
    (tmp_path / "dclm.bin").write_bytes((tmp_path / "dclm.bin").read_bytes()[:-1])
    with pytest.raises(UsageError, match=place + ".*is no fastText model"):
        asked(quality)
