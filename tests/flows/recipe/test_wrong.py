"""A wrong value is told before any work: one plain sentence with file, line and key."""

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

CRAWLED = """\
name: mine
sources:
  web:
    crawl:
      seeds: ["https://www.example.org/"]
stages:
  crawl: {edition: first}
  extract:
  annotate:
  filter:
  corpus:
  tokenizer:
  shard:
  pretrain:
"""


def refusal(folder: Path, text: str, *overrides: str) -> str:
    """The one sentence with which a recipe is refused."""
    with pytest.raises(UsageError) as caught:
        recipe.read(write(folder, text), overrides)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 1800
    return str(caught.value)


def test_every_mistake_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    wrong = CRAWLED.replace("  annotate:\n", "  annotate: {groups: 7}\n").replace(
        "  filter:\n", "  filter: {rules: [{nam: few, signal: words, min: 350}], langages: [es]}\n"
    )
    with pytest.raises(UsageError) as caught:
        recipe.read(write(tmp_path, wrong))
    sentences = [line.partition("mine.yaml, ")[2] for line in str(caught.value).splitlines()]
    assert sentences == [  # a name that is misspelt is missing, too, and is one mistake
        "line 9, key stages.annotate.groups: must be a list, not 7",
        "line 10, key stages.filter.rules[0].nam: there is no parameter 'nam' here: did you mean 'name'?",
        "line 10, key stages.filter.langages: there is no parameter 'langages' here: did you mean 'languages'?",
    ]
    many = "".join(f"  a{n}: {{crawl: {{seeds: [], x: 1}}}}\n" for n in range(9))
    with pytest.raises(UsageError, match=r"\nand \d+ more$") as caught:
        recipe.read(write(tmp_path, CRAWLED.replace("stages:\n", f"{many}stages:\n")))
    assert len(str(caught.value).splitlines()) == 9


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


NESTED = "description: " + "[" * 3000


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("description: !foo x", 1, "key description: the tag !foo"),
        ('name: a\ndescription: !!int "zz"', 2, "'zz' is no whole number"),
        ("description: 2026-13-45", 1, "'2026-13-45' is no date"),
        ("description: " + "9" * 5000, 1, "is no whole number"),
        (NESTED, 1, "nested deeper"),
        ("name: a\ndescription: " + "{a: " * 2000, 2, "nested deeper"),
        ("name: !!python/object/apply:os.system [ls]", 1, "the tag !!python/object/apply"),
        ("name: !!binary aGk=", 1, "the tag !!binary"),
        ("name: !!seq a", 1, "the tag !!seq"),
        ("name: a\nrun: &x\n  a: [*x]", 3, "an alias can't stand here"),
        ("name: a\nrun: {<<: 3}", 2, "take another recipe as `base`"),
        ("name: a\n# \0\n", 2, "U+0000"),
        ("name: a\nname: b", 2, "twice (first in line 1)"),
    ],
)
def test_yaml_that_is_none_or_more_than_its_core_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    message = refusal(tmp_path, text)
    match = re.search(r"mine\.yaml, line (\d+)", message)
    assert match and int(match[1]) == line and says in message, message


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("  filter:", "  fliter:", 10, "stages.fliter", "did you mean 'filter'?"),
        ("  filter:", "  filter: {languages: [xx]}", 10, "stages.filter.languages[0]", "'xx'"),
        ("  filter:", "  filter: {languages: [spa]}", 10, "languages[0]", "did you mean 'es'?"),
        ("  filter:", "  filter: {languages: []}", 10, "languages", "must not be empty"),
        ("  extract:", "  extract: {languages: [zz]}", 8, "extract.languages[0]", "'zz'"),
        ("  tokenizer: {", "  tokenizer: {languages: [en, zz], ", 13, "languages[1]", "'zz'"),
        (
            "  filter:",
            "  filter:\n    rules:\n    - spanish\n    - {name: a, signal: words, mni: 1}",
            13,
            "stages.filter.rules[1].mni",
            "did you mean 'min'?",
        ),
        (
            "  filter:",
            "  filter:\n    rules:\n    - spanish\n    - {name: a, signal: wrods, min: 1}",
            13,
            "stages.filter.rules[1]",
            "did you mean 'words'?",
        ),
        (
            "  filter:",
            "  filter:\n    rules:\n    - {name: a, signal: words, min: 1, languages: [qq]}",
            12,
            "stages.filter.rules[0].languages[0]",
            "'qq'",
        ),
        (
            "  filter:",
            "  filter:\n    rules:\n    - {name: a, signal: words, min: 1}"
            "\n    - {name: a, signal: words, min: 1}",
            13,
            "stages.filter.rules[1]",
            "twice",
        ),
        ("  extract:", "  extract: {gate: spanish}", 8, "extract.gate", "no signal here"),
        (
            "  extract:",
            "  extract: {gate: [{name: a, signal: language_p, min: 1}]}",
            8,
            "stages.extract.gate[0]",
            "'language_p'",
        ),
        ("[texts/*.txt]", "[]", 4, "sources.texts.files", "must not be empty"),
        ("[texts/*.txt]", "[1]", 4, "sources.texts.files[0]", "must be text"),
        ("domain: legal", 'domain: ""', 5, "sources.texts.domain", ""),
        ("name: mine", "name: 7", 1, "name", "must be text"),
        (
            "  filter:",
            "  filter: {rules: 3}",
            10,
            "filter.rules",
            "in quotes is text) or a list, not 3",
        ),
        ("name: mine", "name: index.es.html", 1, "name", "must not end in .html"),
        ("name: mine", "name: mine\nrun: {workers: true}", 2, "run.workers", "a whole number"),
        ("name: mine", "name: mine\nrun: {workers: 2000}", 2, "run.workers", "at most 1,024"),
        ("name: mine", "name: mine\nrun: {threads: 2000}", 2, "run.threads", "at most 1,024"),
        ("name: mine", "name: mine\nrun: 3", 2, "run", "must be a mapping"),
        ("name: mine", "name: mine\nresolve: {'http://a': '1.1.1.1:8'}", 2, "", "is no host"),
        ("name: mine", "name: mine\nresolve: {a.test: '1.1.1.1:٨٠'}", 2, "resolve.a.test", "port"),
        ("name: mine", "name: mine\npin: {annotate: ''}", 2, "pin.annotate", "is no fingerprint"),
        (
            "name: mine",
            "name: mine\npin: {annotate: ../../x}",
            2,
            "pin.annotate",
            "is no fingerprint",
        ),
        ("name: mine", f"name: mine\npin: {{corpus: {'1' * 32}}}", 2, "pin.corpus", "in quotes"),
        ("  deduplicate:", "  deduplicate: {shingle: 101}", 11, "shingle", "at most 100"),
        ("  deduplicate:", "  deduplicate: {permutations: 10001}", 11, "", "at most 10,000"),
        ("  deduplicate:", "  deduplicate: {shingle: true}", 11, "shingle", "not true"),
        ("vocabulary: 512", "weights: {press: 2}", 13, "tokenizer.weights.press", "no source has"),
        ("vocabulary: 512", "weights: {legal: .nan}", 13, "weights.legal", "a finite number"),
    ],
)
def test_a_wrong_value_names_the_deepest_key_that_stands_there(
    tmp_path: Path, old: str, new: str, line: int, key: str, says: str
) -> None:
    assert old in GOOD
    message = refusal(tmp_path, GOOD.replace(old, new))
    where = re.search(r"line (\d+), key (\S+):", message)
    assert where and key in where[2] and says in message, message
    assert int(where[1]) == line, message
    assert not re.search(r"instance|valid tuple|datetime|validation|dictionary", message), message


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("https://www.example.org/", "https://www.example.org/a b", "seeds[0]", "%20"),
        ("https://www.example.org/", "https://www.example.org:99999/", "seeds[0]", "Port"),
        ("https://www.example.org/", "https://www.example.org:٨٠/", "seeds[0]", "Port"),
        ("https://www.example.org/", "https:///a", "seeds[0]", "no host"),
        ("https://www.example.org/", "https://a..b/", "seeds[0]", "no host"),
        ("https://www.example.org/", "https://[::1/", "seeds[0]", "no URL"),
        ("https://www.example.org/", "ftp://www.example.org/", "seeds[0]", "no http or https"),
        ("      seeds", "      max_pages: 10000000000\n      seeds", "max_pages", "at most"),
        ("      seeds", "      delay: 1e9\n      seeds", "delay", ""),
        ("      seeds", "      delay: .inf\n      seeds", "delay", ""),
        ("      seeds", "      max_bytes: 100000000000\n      seeds", "max_bytes", "at most"),
        ("  pretrain:", "  pretrain: {learning_rate: 11}", "learning_rate", "at most 10"),
        ("  pretrain:", "  pretrain: {learning_rate: 0}", "learning_rate", "more than 0"),
        ("  pretrain:", "  pretrain: {seed: -1}", "seed", "at least 0"),
        ("  pretrain:", "  pretrain: {micro_batch: 2000000000}", "micro_batch", "at most"),
        ("  pretrain:", "  pretrain: {weights: {press: 1}}", "weights.press", "no source has"),
        ("  pretrain:", "  pretrain: {budgets: {press: 1}}", "budgets.press", "no source has"),
        ("  pretrain:", "  pretrain: {epochs: .inf}", "epochs", "a finite number"),
    ],
)
def test_a_wrong_crawl_or_training_is_refused_at_reading(
    tmp_path: Path, old: str, new: str, key: str, says: str
) -> None:
    assert old in CRAWLED
    message = refusal(tmp_path, CRAWLED.replace(old, new))
    assert f"{key}:" in message and says in message and "line " in message, message


@pytest.mark.parametrize("stages", ["extract:", "tokenizer:"])
@pytest.mark.parametrize(
    ("key", "meant"),
    [("filez: [b.txt]", "files"), ("crwal: {}", "crawl"), ("license: CC0", "licence")],
)
@pytest.mark.parametrize("files", ["files: [a.txt], ", ""])
def test_a_key_of_a_source_that_belongs_to_no_one_is_named_whatever_the_recipe_runs(
    tmp_path: Path, stages: str, key: str, meant: str, files: str
) -> None:
    text = f"name: mine\nsources:\n  web:\n    {{{files}{key}}}\nstages:\n  {stages} {{wrong: 1}}\n"
    word = key.partition(":")[0]
    with pytest.raises(UsageError) as caught:
        recipe.read(write(tmp_path, text), ())
    message = str(caught.value)
    if files:  # the other mistakes beside it
        assert "key stages." in message
    assert f"line 4, key sources.web.{word}: there is no parameter {word!r}" in message
    assert f"did you mean {meant!r}?" in message


@pytest.mark.parametrize("origin", ["files: [a.txt]", "crawl: {seeds: ['http://a.test/']}"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Boletín_2-b", None),
        ("a.b", "must be letters, digits, - and _"),
        ("../a", "must be letters, digits, - and _"),
        ("log", "a meaning of its own"),
        ("a" * 101, "at most 100 bytes"),
    ],
)
def test_a_source_has_the_same_names_crawled_or_read_from_files(
    tmp_path: Path, origin: str, name: str, says: str | None
) -> None:
    stages = "crawl: {edition: a}\n  extract:" if "crawl" in origin else "extract:"
    text = f"name: mine\nsources:\n  {name}:\n    {origin}\nstages:\n  {stages}\n"
    if says is None:
        assert recipe.read(write(tmp_path, text)).stages
    else:
        message = refusal(tmp_path, text)
        assert "line 3, key sources." in message and says in message


@pytest.mark.parametrize("group", ["examples", "lists", "benchmarks", "models"])
def test_a_name_of_another_group_is_as_that_of_a_source(tmp_path: Path, group: str) -> None:
    text = f"name: mine\n{group}:\n  a.b: {{files: [a.txt]}}\n{GOOD.partition(chr(10))[2]}"
    message = refusal(tmp_path, text)
    assert f"line 3, key {group}.a.b" in message and "must be letters, digits" in message


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("crawl.edition=2026-13-45", "is no date"),
        ("crawl.edition=!foo x", "the tag !foo"),
        ("crawl.edition=../../x", "'../../x' is no edition"),
        ("filter.languages=[", "not YAML"),
        ("pretrain.seed=" + "9" * 5000, "is no whole number"),
        ("filter.rules.min=1", "holds no keys"),
        ("filter.languages=[zz]", "filter.languages[0]"),
    ],
)
def test_a_wrong_value_on_the_command_line_is_refused_alike(
    tmp_path: Path, override: str, says: str
) -> None:
    text = CRAWLED.replace("  filter:", "  filter: {rules: [spanish]}")
    message = refusal(tmp_path, text, override)
    assert message.startswith("--set ") and says in message, message


@pytest.mark.parametrize("edition", ["2", "007", "2026-11-24", "'2.10'", "2.10"])
def test_an_edition_is_a_name_as_it_is_written(tmp_path: Path, edition: str) -> None:
    named = edition.strip("'")
    parsed = recipe.read(write(tmp_path, CRAWLED), [f"crawl.edition={edition}"])
    assert parsed.params["crawl"].model_dump()["edition"] == named
    parsed = recipe.read(write(tmp_path, CRAWLED.replace("first", edition)))
    assert parsed.params["crawl"].model_dump()["edition"] == named


def test_the_known_languages_are_the_labels_of_the_model() -> None:
    import fasttext

    from cleaning.language.codes import LID176_CODES
    from cleaning.language.weights import find_model

    labels = fasttext.load_model(str(find_model())).get_labels()
    assert {label.removeprefix("__label__") for label in labels} == LID176_CODES


def test_a_model_of_ones_own_has_languages_of_its_own(tmp_path: Path) -> None:
    text = GOOD.replace("  filter:", "  filter: {languages: [xx]}")
    own = text.replace("  annotate:", "  annotate: {model: own.bin}")
    assert recipe.read(write(tmp_path, own)).stages


ODD = [
    *(
        "null",
        "true",
        "-1",
        "0",
        "1e400",
        ".nan",
        "9" * 400,
        "''",
        "' '",
        "'\\0'",
        "[]",
        "{}",
        "[null]",
    ),
    *("[[1]]", "{a: b}", "{'': 1}", "2026-01-01", "é", "'../../x'", "[1, a, {b: c}]", "{1: 2}"),
]


def test_whatever_a_value_is_replaced_by_a_recipe_is_read_or_refused_in_a_sentence_a_mistake(
    tmp_path: Path,
) -> None:
    whole = recipe.read(write(tmp_path, CRAWLED))
    keys = [
        f"{stage}.{key}" for stage, params in whole.params.items() for key in params.model_dump()
    ]
    keys += [f"run.{key}" for key in ("engine", "workers", "threads", "device", "nothing")]
    keys += ["pin.crawl", "pin.x", "resolve.a.test", "sources.web", "sources.web.crawl"]
    keys += [f"sources.web.{key}" for key in ("domain", "fields", "unit", "files", "licence")]
    keys += [f"sources.web.crawl.{key}" for key in ("seeds", "delay", "allow", "scope")]
    refused = 0
    for number, key in enumerate(keys):
        for value in ODD[number % 3 :: 3]:  # each value by a third of the keys
            try:
                recipe.read(str(tmp_path / "mine.yaml"), [f"{key}={value}"])
            except UsageError as error:
                refused += 1
                for line in str(error).splitlines():
                    assert "--set " in line or ", key " in line, str(error)
                    assert "can't be this" not in line, str(error)
    assert refused > len(keys) * len(ODD) / 6


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


def test_one_entry_of_a_list_is_no_key_that_is_set(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, CRAWLED, "filter.rules[0].min=5")
    assert sentence == (
        "--set filter.rules[0].min=5: rules[0] is one entry of a list: "
        "set the list whole, as filter.rules=[...]"
    )
