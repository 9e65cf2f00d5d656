"""A recipe is validated whole before anything runs, and every error names file, line and key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.recipe import recipe
from pipeline.errors import UsageError

GOOD = """\
name: mine
sources:
  texts:
    files: [texts/*.txt]
    domain: legal
    licence: CC0-1.0
stages:
  extract:
  annotate:
  filter:
  deduplicate:
  corpus:
  tokenizer: {vocabulary: 512}
"""


def write(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text)
    return str(path)


def test_a_recipe_gives_each_stage_its_parameters_in_the_order_of_the_work(tmp_path: Path) -> None:
    reversed_stages = GOOD.replace("  extract:\n", "").replace("stages:\n", "stages:\n").rstrip()
    parsed = recipe.read(write(tmp_path, reversed_stages + "\n  extract:\n"))
    assert parsed.stages == ["extract", "annotate", "filter", "deduplicate", "corpus", "tokenizer"]
    assert parsed.params["tokenizer"].model_dump()["vocabulary"] == 512
    assert parsed.folder == tmp_path


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("  tokenizer: {vocabulary: 512}", "  tokeniser: {}"), 13, "did you mean 'tokenizer'?"),
        (("{vocabulary: 512}", "{vocabulari: 512}"), 13, "did you mean 'vocabulary'?"),
        (("{vocabulary: 512}", "{vocabulary: many}"), 13, "vocabulary"),
        (("name: mine", "nombre: mine"), 1, "nombre"),
        (("name: mine", "name: Mía ñ"), 1, "the letters a to z, digits, _ and -"),
        (("name: mine", "name: Mía ñ"), 1, "'mia-n' would do"),
        (("name: mine", "name: рецепт"), 1, "no capitals or accents"),
        (("sources:\n  texts:", "texts:"), 2, "texts"),
        (("sources:", "resolve: {a.test: nope}\nsources:"), 2, "write address:port"),
        (
            ("filter:", "filter: {rules: [spanish, {name: x, signal: wrods, min: 1}]}"),
            10,
            "'words'",
        ),
        (("filter:", "filter: {rules: [spanish, {name: x, signal: words, mni: 1}]}"), 10, "'mni'"),
        (("filter:", "filter: {languages: [español]}"), 10, "languages"),
        (("    files: [texts/*.txt]\n", ""), 3, "either `crawl` or `files`"),
        (("licence:", "license:"), 6, "licence"),
        (("  annotate:\n", "  annotate:\n  annotate:\n"), 10, "twice"),
        (("stages:", "stages: ["), 9, "not YAML"),
        (("[texts/*.txt]", "[*.txt]"), 4, "begins with * stands in quotation marks"),
        (("[texts/*.txt]", "[*texts]"), 4, "begins with * stands in quotation marks"),
        (("    domain: legal", "\tdomain: legal"), 5, ": indent with spaces, not tabs"),
        (("domain: legal", "domain: @legal"), 5, ": a text that begins with it stands in"),
        (("sources:", "run: {engine: spark}\nsources:"), 2, "engine"),
        (("files: [texts/*.txt]", "crawl: {seeds: ['http://a.test/']}"), 3, "no stage crawl"),
        (("files: [texts/*.txt]", "files: texts.txt"), 4, "files"),
        (
            ("  annotate:\n", ""),
            9,
            "needs signals, which no earlier stage of the recipe gives: add annotate",
        ),
        (("  extract:\n  annotate:\n", "  annotate:\n"), 8, "needs documents"),
        (("  corpus:\n", ""), 12, "add corpus before it"),
        (("  texts:\n", "  ~:\n"), 3, "'~' can't be a key"),
        (("  texts:\n", "  '~':\n"), 3, "'~' must be letters, digits"),
        (("  texts:\n", "  ? [a, b]\n  :\n"), 3, "a list or mapping can't be a key"),
        (
            (
                "filter:",
                "filter: {rules: [spanish, {name: x, signal: words, min: 1, domains: [lega]}]}",
            ),
            10,
            "names the domain 'lega', which no source has: did you mean 'legal'?",
        ),
        (
            ("  extract:", "  extract: {gate: [{name: x, signal: words, min: 1, domains: [web]}]}"),
            8,
            "which no source has: choose from legal",
        ),
        (
            ("filter:", "filter: {rules: [spanish, {name: short, signal: digits, max: 1}]}"),
            10,
            "another name",
        ),
    ],
)
def test_an_error_names_file_line_and_key(
    tmp_path: Path, change: tuple[str, str], line: int, says: str
) -> None:
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(UsageError) as caught:
        recipe.read(path)
    message = str(caught.value)
    assert all(path in line for line in message.splitlines())
    assert f"line {line}" in message, message
    assert says in message, message


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: &x [*x]\n", "name: é\x00\n", "42"])
def test_what_is_no_recipe_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        recipe.read(write(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("files", ["[texts/*.jsonl]", "[texts/*]"])
def test_a_rule_may_name_a_domain_that_lines_of_json_may_have(tmp_path: Path, files: str) -> None:
    rules = "filter: {rules: [spanish, {name: x, signal: words, min: 1, domains: [press]}]}"
    text = GOOD.replace("filter:", rules).replace("[texts/*.txt]", files)
    assert recipe.read(write(tmp_path, text)).stages
    changed = GOOD.replace("filter:", rules.replace("press", "legal"))
    assert recipe.read(write(tmp_path, changed)).stages


def test_a_key_is_what_is_written_even_where_yaml_reads_a_truth_value(tmp_path: Path) -> None:
    rules = "filter: {rules: [spanish, {name: digits, off: true}]}"
    parsed = recipe.read(write(tmp_path, GOOD.replace("filter:", rules)))
    assert parsed.params["filter"].model_dump()["rules"][1]["off"] is True


def test_an_edition_may_be_called_by_its_day_without_quotes(tmp_path: Path) -> None:
    crawled = GOOD.replace("files: [texts/*.txt]", 'crawl: {seeds: ["https://www.example.org/"]}')
    text = crawled.replace("stages:", "stages:\n  crawl: {edition: 2026-11-24}")
    parsed = recipe.read(write(tmp_path, text))
    assert parsed.params["crawl"].model_dump()["edition"] == "2026-11-24"


def test_parameters_can_be_set_from_the_command_line(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    parsed = recipe.read(
        path, ["tokenizer.vocabulary=400", "run.workers=3", "run.engine=processes"]
    )
    assert parsed.params["tokenizer"].model_dump()["vocabulary"] == 400
    assert (parsed.layout.run.workers, parsed.layout.run.engine) == (3, "processes")


@pytest.mark.parametrize(
    "override",
    [
        "tokenizer.vocabulari=1",
        "tokenizer",
        "pretrain.seed=1",
        "nothing.x=1",
        "run.workers=0",
        "=1",
    ],
)
def test_a_wrong_override_is_named(tmp_path: Path, override: str) -> None:
    with pytest.raises(UsageError, match="--set"):
        recipe.read(write(tmp_path, GOOD), [override])


def test_the_recipes_that_come_along_are_valid() -> None:
    assert "quickstart" in recipe.builtin()
    for name in recipe.builtin():
        try:
            assert recipe.read(name).name == name
        except UsageError as error:  # one to take as a base: the sources are its user's
            assert "'sources' is missing" in str(error) and name != "quickstart"


@pytest.mark.parametrize("domain", ["legal", "biomedical"])
def test_the_models_of_a_domain_differ_in_what_they_begin_with_alone(
    tmp_path: Path, domain: str
) -> None:
    """The same tokens in the same steps; the one that goes on does so at lower rates."""
    sources = GOOD[GOOD.index("sources:") : GOOD.index("stages:")].replace("legal", domain)
    params: Any = recipe.read(write(tmp_path, f"name: mine\nbase: {domain}\n{sources}")).params
    general, scratch, continued = (params[name] for name in ("general", "scratch", "continued"))
    assert general.numbers() == scratch.numbers() == continued.numbers()
    scratch, continued = scratch.model_dump(), continued.model_dump()
    differ = {name for name in scratch if scratch[name] != continued[name]}
    assert differ == {"learning_rate", "embedding_rate"}


def test_a_recipe_that_is_not_there_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="quickstart"):
        recipe.read("quickstrat")


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("texts/*", "no reader knows the suffix of part.xyz.gz"),
        ("nothing/*.txt", "no file matches"),
    ],
)
def test_a_file_that_can_not_be_read_is_told_with_its_line(
    tmp_path: Path, pattern: str, says: str
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "one.txt").write_text("Pan y harina.")
    (tmp_path / "texts" / "part.xyz.gz").write_bytes(b"")
    parsed = recipe.read(write(tmp_path, GOOD.replace("texts/*.txt", pattern)))
    with pytest.raises(UsageError, match=r"line 4, key sources\.texts\.files") as caught:
        parsed.files(*parsed.observed())
    assert says in str(caught.value)
    good = recipe.read(write(tmp_path, GOOD))
    assert good.files(*good.observed()) == {"texts": [str(tmp_path / "texts" / "one.txt")]}


def test_all_suffixes_that_no_reader_knows_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    for name in ("one.txt", "a.xyz", "b.XYZ", "c.log.gz", "README", "site.css", "d.js"):
        (tmp_path / "texts" / name).write_text("Pan y harina.")
    parsed = recipe.read(write(tmp_path, GOOD.replace("texts/*.txt", "texts")))
    with pytest.raises(UsageError) as caught:
        parsed.files(*parsed.observed())
    message = str(caught.value)
    assert "the suffix of 4 files: .xyz (2 files, as a.xyz), none (1 file, as README), " in message
    assert ".log.gz (1 file, as c.log.gz); name the others alone" in message
    (hint,) = re.findall("`(files: .*?)`", message)
    assert yaml.safe_load(hint) == {"files": [f"{tmp_path}/texts/**/*.txt"]}


def test_a_packed_file_whose_name_does_not_say_what_it_holds_is_told_what_it_lacks(
    tmp_path: Path,
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "Uno.gz").write_bytes(b"")
    parsed = recipe.read(write(tmp_path, GOOD.replace("texts/*.txt", "texts")))
    with pytest.raises(UsageError, match=r"call it Uno\.txt\.gz, if that is text, or give"):
        parsed.files(*parsed.observed())


def test_a_tokenizer_is_extended_only_where_it_reads_a_folder(tmp_path: Path) -> None:
    second = GOOD + "  tokenizer2: {stage: tokenizer, extend: 100}\n"
    with pytest.raises(UsageError, match=r"key stages\.tokenizer2\.extend: is for the tokenizer"):
        recipe.read(write(tmp_path, second))
    reads = second.replace("extend: 100", "extend: 100, reads: {models: [first]}")
    folder = "models:\n  first: {files: [first/*]}\nstages:\n"
    parsed = recipe.read(write(tmp_path, reads.replace("stages:\n", folder)))
    assert parsed.params["tokenizer2"].model_dump()["extend"] == 100
    (tmp_path / "first").mkdir()
    for name in ("tokenizer.json", "notes.txt"):
        (tmp_path / "first" / name).write_text("{}")
    (models,) = (o for o in parsed.observed() if o.group == "models")
    with pytest.raises(
        UsageError, match=r"models\.first\.files: .* one tokenizer_config\.json, not 0"
    ):
        parsed.files(models)
    assert parsed.files(models, ["annotate"])  # none that runs reads it


def test_a_pinned_dataset_feeds_the_stages_behind_it(tmp_path: Path) -> None:
    pinned = GOOD.replace("  annotate:\n", "") + "pin: {annotate: abc}\n"
    assert "filter" in recipe.read(write(tmp_path, pinned)).stages


def test_a_part_of_a_corpus_is_asked_for_by_its_language_and_a_domain_of_its_sources(
    tmp_path: Path,
) -> None:
    text = GOOD.replace("corpus:", "corpus: {domains: true}")
    text += "  parts: {stage: tokenizer, languages: [es-MX, es.legal, LABEL]}\n"
    assert "parts" in recipe.read(write(tmp_path, text.replace("LABEL", "gl.legal"))).stages
    for label, says in {
        "xx.legal": "there is no language 'xx'",
        "legal": "there is no language 'legal': .*; a domain goes with its language, as es.legal",
        "es.lgal": "names the domain 'lgal', which no source has: did you mean 'legal'",
        "es-MX": "es-MX is named twice",
    }.items():
        with pytest.raises(UsageError, match=rf"languages\[2\]: {says}"):
            recipe.read(write(tmp_path, text.replace("LABEL", label)))
    whole = text.replace(" {domains: true}", "").replace("LABEL", "gl")
    with pytest.raises(UsageError, match=r"es\.legal is a part of a corpus with `domains: true`"):
        recipe.read(write(tmp_path, whole))
