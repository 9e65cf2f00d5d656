"""A store that an earlier version wrote is used as it is: no shard is computed, no byte changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.flows.command import answer

OLD = Path(__file__).parent / "old_store"
# The pages of which `extract` keeps less since: 29 less of a list, 30 less of a menu and no title above a law.
LESS = tuple(
    f"http://boletin.valdeolmos.test/{path}"
    for path in ("", "seccion/anuncios/", "ordenanzas/ordenanza-de-convivencia-con-animales.htm")
)

# What a change of meaning since then computes again, with the reason: {stage: reason}.
AGAIN: dict[str, str] = {
    "extract": "version 32: manuals whose text is all of a page, words of which a script shows one; "
    "version 31: what an author wrote round what is cited, pages of Mallard are of a manual; "
    "version 30: networks and trees of one run for main text and bodies, rules for manuals and posts; "
    "version 29: what edits a section, who wrote a post and when, heads of letters go, short titles, "
    "teasers of a page that is a list, goods, drawn text; "
    "version 28: paragraphs tell the language of a page, not its menus and code; "
    "version 27: what stands around posts and products goes, trees of aligned gold; "
    "version 26: lines of tags, ways and days go in all kinds of page; "
    "version 25: as 24; version 24: texts in Markdown that explain, and poems, are no listings; "
    "version 23: numbers of lines of code go, headings above lists stay; "
    "version 22: posts of a forum stay whole; "
    "version 21: trees beside the networks, of what is no article; "
    "version 19: pages of manuals are no articles, Markdown, damage behind a text; "
    "version 18: cards one by one, no signatures; "
    "version 17: a list of tasks tells nothing, all blocks of Markdown; "
    "version 16: no text of bytes that are none, UTF-16 without a mark; "
    "version 15: code is no line of a site; "
    "version 14: parts that a template adds, lists of pages, names of languages above code; "
    "version 13, 12: Markdown has a kind, /page/2/index.html is a list; version 11: the way to a page; "
    "version 10: what an author alone wrote stays whole; "
    "version 9: cells of many paragraphs, lists of texts known by the file of a page, front matter in TOML; "
    "version 8: signs behind headings go, sentences like teasers, rows of links stay; "
    "of listings what the best F1 is expected of, no code of templates; "
    "version 7: sources of articles, hidden answers, sentences like announcements stay, pagers go; "
    "encodings of tables, books that lack a chapter; "
    "version 6: bodies of articles, copies and refrains, dates in words, the lines of a site's pages; "
    "version 5: damage in ARC and WACZ files is told; "
    "version 4: other extractor and gate (pages of links are short, texts may be, robots.txt has its type); "
    "metadata says access, confidence and kind and finds dates otherwise: all that reads documents reads other bytes",
    "annotate": "the language is that of two models, with the shares of its passages; "
    "text 5: passages end with their lines; 6: code says nothing of the language; "
    "7: a third opinion on the language; 8: of texts without one that of their sentences, very long words; "
    "9: verses are sentences; 10: words that only a neighbour of Spanish has; "
    "11: excerpts of posts, statements of programs tell no language; "
    "coherence 5, register 2: so they are there, words of programs; coherence 6: references of code; "
    "8: English left, notices; 9: labels of entries; "
    "worth is measured unasked; text 13: words of one letter are of one text",
    "deduplicate": "version 2: containment beside Jaccard, more bands by default; buckets 2: parted where small too; "
    "pairs, clusters 2: short texts of about one length are contained from 0.9 on",
    "filter": "reads the new signals; decisions 2: words that edits leave; "
    "3 to 12: other rules of `tahona`; 13: of `c4` and `fineweb`; "
    "edits 2 to 7: lines that a site repeats are cut, as its pages show them",
    "corpus": "reads the language; version 25: names of files; "
    "version 24: files of persons, towns in sentences, handles; "
    "version 22: numbers proven whatever parts them, telephones in words; "
    "version 21: what goes with a text is masked too; "
    "version 18 to 20: a network beside the patterns, the rest of values; "
    "version 17: words and values in all layouts, more forms of addresses; "
    "version 16: digits half in words, numbers below their word; "
    "version 9: streets without a way, telephones of more countries; "
    "version 8: more words before numbers; "
    "version 7: versions, files and slices stay; version 6: numbers of sections stay; "
    "version 5: more kinds of personal data, "
    "telephones by their form, Basque addresses",
    "tokenizer": "words have their space; version 3: digits and marks are one piece, a line begins with a space; "
    "version 2: trained on counted words, byte-level BPE, no text read as a control piece",
    "shard": "version 2: long documents are split by passages; and the tokenizer is another",
    "pretrain": "version 2: a better default model, optimizer and rates; version 3: Muon's momentum begins lower; "
    "and reads other tokens",
    "evaluate": "version 2: samples are drawn with a cache; and it measures another model",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The recipe and its file beside the store, as they lay then."""
    for name in ("recipe.yaml", "textos.jsonl"):
        shutil.copy(OLD / name, tmp_path)
    shutil.unpack_archive(OLD / "store.tar.xz", tmp_path)
    return tmp_path


def committed(store: Path) -> dict[str, bytes]:
    """Every file of every shard and dataset, by path."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for top in ("shards", "datasets")
        for path in sorted((store / top).rglob("*"))
        if path.is_file()
    }


def extracted(store: Path, paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Documents that `extract` kept or removed, by id, with the part in which they are."""
    return {
        row["id"]: {**row, "part": Path(path).stem}
        for path in paths
        if path.startswith("shards/extract/") and path.endswith(("kept.parquet", "removed.parquet"))
        for row in pq.read_table(store / path).to_pylist()
    }


def manifests(store: Store) -> list[Manifest]:
    return [m for r in store.references() if (m := store.manifest(r)) is not None]


def test_a_run_on_it_computes_nothing_and_changes_no_byte(folder: Path) -> None:
    store = Store(str(folder / "store"))
    before = committed(folder / "store")
    for manifest in manifests(store):
        for name, wanted in manifest.libraries.items():
            if ".".join(version(name).split(".")[:2]) != wanted:
                pytest.skip(f"{name} {version(name)} is here, the store was made by {wanted}")
    ran = answer("run", "recipe.yaml", "--store", "store", cwd=folder)
    states = {s["stage"]: s["state"] for s in ran["stages"]}
    assert {stage for stage, state in states.items() if state != "reused"} == AGAIN.keys()
    assert [s["shards"]["computed"] for s in ran["stages"] if s["state"] == "reused"] == [0] * (
        len(states) - len(AGAIN)
    )
    after = committed(folder / "store")
    # The files lie in another folder now, so there is one manifest more, of what was observed.
    new = {path for path in after.keys() - before.keys() if not path.startswith("datasets/files/")}
    assert not {path for path in new if path.split("/")[1] not in AGAIN}
    assert {path: after[path] for path in before} == before
    old, now = extracted(folder / "store", before), extracted(folder / "store", new)
    assert old.keys() == now.keys()  # whatever became of it
    for id_ in (i for i in old if old[i]["part"] == now[i]["part"] == "kept"):
        assert old[id_].pop("metadata").keys() < now[id_].pop("metadata").keys()
        if old[id_]["url"] in LESS:
            assert now[id_].pop("text") != old[id_].pop("text")
        assert old[id_] == now[id_]


def test_its_shards_are_found_by_their_keys_where_the_manifests_are_gone(folder: Path) -> None:
    before = committed(folder / "store")
    for manifest in manifests(Store(str(folder / "store"))):
        if manifest.inputs:  # an edition, and what was observed, can't be made again
            shutil.rmtree(folder / "store" / "datasets" / manifest.stage)
    ran = answer("run", "recipe.yaml", "--store", "store", cwd=folder)
    again = {s["stage"] for s in ran["stages"] if s["shards"]["computed"]}
    assert again == AGAIN.keys()
    after = committed(folder / "store")
    kept = {p for p in before if p.startswith("shards/") and p.split("/")[1] not in AGAIN}
    assert {path: after.get(path) for path in kept} == {path: before[path] for path in kept}


def test_what_looks_at_it_understands_it(folder: Path) -> None:
    states = answer("status", "recipe.yaml", "--store", "store", cwd=folder)["stages"]
    names = [s["stage"] for s in states]
    waiting = {s["stage"] for s in states if s["state"] != "committed"}
    # What stands behind one that is computed again isn't known before it has been.
    first = min((names.index(stage) for stage in AGAIN), default=len(names))
    assert AGAIN.keys() <= waiting <= set(names[first:])
    uncommitted = {s["stage"] for s in states if s["state"] != "committed"}
    # What lies below them isn't known to be there before they are computed again.
    assert uncommitted >= AGAIN.keys() if AGAIN else not uncommitted
    model = next(r for r in Store(str(folder / "store")).references("pretrain"))
    names = str(answer("lineage", str(model), "--store", "store", cwd=folder))
    assert all(stage in names for stage in ("crawl/", "extract/", "corpus/", "tokenizer/"))
    assert answer("verify", "--store", "store", cwd=folder)["damaged"] == []
