"""A recipe extends another one, its base."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.recipe import recipe
from pipeline.errors import UsageError

BASE = """\
name: base
sources:
  press: {files: [a.txt], licence: unknown}
  laws: {files: [b.txt]}
stages:
  extract: {sample: 0.5}
  annotate:
  filter: {rules: [spanish]}
  deduplicate:
  corpus:
"""


def based(folder: Path, text: str, base: str = BASE) -> recipe.Recipe:
    (folder / "base.yaml").write_text(base)
    path = folder / "mine.yaml"
    path.write_text(text)
    return recipe.read(str(path))


def test_a_recipe_takes_another_and_changes_keys_of_it(tmp_path: Path) -> None:
    parsed = based(
        tmp_path,
        "name: mine\nbase: base.yaml\nsources: {press: {licence: CC0-1.0}}\n"
        "without: [sources.laws, stages.deduplicate]\n"
        "stages:\n  extract:\n  filter: {rules: [], languages: [gl]}\n  raw: {stage: corpus}\n",
    )
    assert parsed.name == "mine"
    assert parsed.stages == ["extract", "annotate", "filter", "corpus", "raw"]
    params = {name: params.model_dump() for name, params in parsed.params.items()}
    assert params["extract"]["sample"] == 0.5  # a bare key leaves what the base says
    assert list(params["extract"]["sources"]) == ["press"]
    assert params["extract"]["sources"]["press"]["licence"] == "CC0-1.0"
    assert params["filter"]["rules"] == [] and params["filter"]["languages"] == ["gl"]


def test_patterns_of_a_base_start_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "above").mkdir()
    (tmp_path / "above" / "base.yaml").write_text(BASE)
    (tmp_path / "above" / "b.txt").write_text("Pan.")
    (tmp_path / "a.txt").write_text("Pan.")
    text = "name: mine\nbase: above/base.yaml\nsources: {press: {files: [a.txt]}}\n"
    (tmp_path / "mine.yaml").write_text(text)
    parsed = recipe.read(str(tmp_path / "mine.yaml"))
    assert parsed.files(*parsed.observed()) == {
        "press": [str(tmp_path / "a.txt")],
        "laws": [str(tmp_path / "above" / "b.txt")],
    }


def test_bases_may_have_bases_and_a_built_in_recipe_is_one(tmp_path: Path) -> None:
    middle = "name: middle\nbase: quickstart\nstages: {corpus: {languages: [es]}}\n"
    parsed = based(tmp_path, "name: mine\nbase: base.yaml\nstages: {filter: }\n", middle)
    assert parsed.stages[0] == "crawl" and parsed.layout.serve == "web"
    assert parsed.params["corpus"].model_dump()["languages"] == ("es",)


@pytest.mark.parametrize(
    ("text", "base", "says"),
    [
        (
            "name: mine\nbase: no.yaml\n",
            BASE,
            "mine.yaml, line 2, key base: the recipe no.yaml can't",
        ),
        (
            "name: mine\nbase: [a]\n",
            BASE,
            "mine.yaml, line 2, key base: must be the name or the path",
        ),
        ("base: base.yaml\n", BASE, "mine.yaml, line 1, key name: 'name' is missing"),
        ("name: mine\nwithout: [a]\n", BASE, "mine.yaml, line 2, key without: there is no `base`"),
        (
            "name: mine\nbase: base.yaml\nwithout: [stages.shard]\n",
            BASE,
            "mine.yaml, line 3, key without: the base has no stages.shard",
        ),
        (
            "name: mine\nbase: base.yaml\n",
            BASE.replace("name: base", "base: mine.yaml"),
            "key base: goes in a circle",
        ),
        # Each line is of the file that said it.
        (
            "name: mine\nbase: base.yaml\n",
            BASE.replace("0.5", "5"),
            "base.yaml, line 6, key stages.extract.sample: must be at most 1",
        ),
        (
            "name: mine\nbase: base.yaml\nstages:\n  extract: {sample: 7}\n",
            BASE,
            "mine.yaml, line 4, key stages.extract.sample: must be at most 1",
        ),
        ("name: mine\nbase: base.yaml\n", "name: [\n", "base.yaml, line 2: not YAML"),
    ],
)
def test_what_is_wrong_with_a_base_is_named_where_it_stands(
    tmp_path: Path, text: str, base: str, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        based(tmp_path, text, base)
    assert says in str(caught.value).replace(f"{tmp_path}/", "")
