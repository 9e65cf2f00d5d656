"""A wrong value is told before any work: one plain sentence with file, line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.recipe import recipe
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


def test_one_entry_of_a_list_is_no_key_that_is_set(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, CRAWLED, "filter.rules[0].min=5")
    assert sentence == (
        "--set filter.rules[0].min=5: rules[0] is one entry of a list: "
        "set the list whole, as filter.rules=[...]"
    )
