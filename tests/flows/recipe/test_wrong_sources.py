"""What is wrong with a source, or with its name, is told where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.recipe import recipe
from pipeline.errors import UsageError
from tests.flows.recipe.test_recipe import GOOD, write
from tests.flows.recipe.test_wrong import refusal


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
