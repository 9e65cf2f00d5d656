"""What README and the guides tell a reader to do works: every command, example file and link of every page."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from flows.recipe import recipe as recipes
from flows.stages import STAGES
from tests import guides, guides_folder
from tests.flows.command import environment
from tests.pipeline import objects

PAGES = guides.pages()
ON_S3 = "pipeline/store/object-stores.md"
RUN = [p for p in PAGES if any(b.language == guides.RUN for b in guides.blocks(p))]
BLOCKS = [b for p in PAGES for b in guides.blocks(p)]
LANGUAGES = {guides.RUN, *guides.SHOWN, "yaml", "json", "python"}

# For the rest of a recipe, when a page shows a part of one.
CHAIN = ("extract", "annotate", "filter", "deduplicate", "corpus")
REST = {
    "name": "part",
    "sources": {
        domain: {"files": ["texts/*.txt"], "domain": domain}
        for domain in ("news", "legal", "biomedical", "web")
    },
    "stages": dict.fromkeys(CHAIN),
}


@pytest.fixture(scope="module")
def resolve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with guides_folder.sites(tmp_path_factory.mktemp("key")) as sites:
        yield sites


@pytest.fixture
def store_in_a_bucket(s3: str) -> dict[str, str]:
    """A store in a bucket of a real S3 server on this machine, by the variables that name one."""
    store = f"s3://{objects.new_bucket(s3)}/store"
    return {**objects.CREDENTIALS, "AWS_ENDPOINT_URL": s3, "TAHONA_STORE": store}


@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_work(
    page: str, tmp_path: Path, resolve: dict[str, str], request: pytest.FixtureRequest
) -> None:
    guides_folder.write(tmp_path)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with guides_folder.mirror(tmp_path) as mirror:
        variables = environment(PATH=path, MIRROR=mirror, TAHONA_CACHE=str(tmp_path / "cache"))
        variables |= request.getfixturevalue("store_in_a_bucket") if page == ON_S3 else {}
        guides.run(page, tmp_path, {"TAHONA_STORE": str(tmp_path / "store"), **variables}, resolve)


def test_every_block_says_what_it_is() -> None:
    assert not [b.where for b in BLOCKS if b.language not in LANGUAGES]


def test_what_cannot_run_here_asks_only_for_what_there_is() -> None:
    wrong = []
    for block in BLOCKS:
        if block.language in guides.SHOWN:
            wrong += [f"{block.where}: {e}" for e in (guides.parses(block.text),) if e]
            wrong += [f"{block.where}: {e}" for e in guides.unknown(block.text)]
    assert not wrong, "\n".join(wrong)


def test_a_command_that_does_not_exist_is_seen() -> None:
    assert list(guides.unknown("x=$(tahona run q --untill corpus)\nmake tset; tahona serv\n")) == [
        "tahona run --untill",
        "make tset",
        "tahona serv",
    ]
    assert guides.parses("for x in a; do") and not guides.parses("tahona run quickstart")


@pytest.mark.parametrize(
    "block",
    [b for b in BLOCKS if b.language == "yaml" and not b.file],
    ids=lambda block: block.where,
)
def test_a_part_of_a_recipe_is_valid(block: guides.Block, tmp_path: Path) -> None:
    text, keys = block.text, set(yaml.safe_load(block.text))
    if keys <= set(STAGES):
        others = "".join(f"{stage}:\n" for stage in CHAIN if stage not in keys)
        text, keys = "stages:\n" + indent(text + others, "  "), {"stages"}
    rest = {k: v for k, v in REST.items() if k not in keys}
    text += yaml.safe_dump(rest, sort_keys=False)
    path = tmp_path / "part.yaml"
    path.write_text(text)
    recipes.read(str(path))


def test_python_examples_compile() -> None:
    for block in BLOCKS:
        if block.language == "python":
            compile(block.text, block.where, "exec")


def test_every_link_leads_somewhere() -> None:
    lost = []
    for page in PAGES:
        text = (guides.ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not ((guides.ROOT / page).parent / target).exists():
                lost.append(f"{page}: {target}")
    assert not lost, "\n".join(lost)
