"""Of copies the one with the more open access stays, whatever its length and its edition."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cleaning.deduplicate.stage import Deduplicate
from cleaning.deduplicate.warnings import warnings
from cleaning.documents import DOCUMENTS, TableWriter
from flows.report.words.language import languages
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Inputs
from tests.cleaning import planted
from tests.cleaning.deduplicate.deduplicated import decided
from tests.cleaning.planted import Text, altered, prose

NEAR, EXACT, BOOK = prose(1, 200), prose(2, 100), prose(3, 400)
PART = " ".join(BOOK.split(" ")[100:200])
ENGLISH, _ = languages()
LINE = "Usamos galletas propias y de terceros para mejorar"


def _of(folder: Path, **texts: list[Text]) -> Inputs:
    """Documents of a shard for each access, whose source has its name."""
    documents = planted.documents(folder, [*texts.values()])
    sources = {name: {} if name == "open" else {"access": name} for name in texts}
    documents.params["sources"] = sources
    for shard, (name, said) in zip(documents.shards, sources.items(), strict=True):
        shard.params["source"] = {"name": name, **said}
    return {"documents": [documents]}


def _kept(store: Path, dataset: Manifest) -> set[str]:
    return {id for id, row in decided(store, dataset).items() if row["kept"]}


def test_the_more_open_of_copies_stays(tmp_path: Path) -> None:
    deposit = [
        ("a-near", f"{altered(NEAR, 1, 0.01)} y algunas palabras\n{LINE}"),
        ("a-exact", EXACT),
        ("a-book", BOOK),
        *((f"a{n}", f"{prose(n, 90)}\n{LINE}") for n in (4, 5)),
    ]
    opened = [("o-near", f"{NEAR}\n{LINE}"), ("o-exact", EXACT), ("o-part", PART)]
    inputs = _of(tmp_path / "d", deposit=deposit, research=[("r-exact", EXACT)], open=opened)
    store = tmp_path / "store"
    dataset, _ = planted.run(store, Deduplicate(), inputs, lines={"documents": 4})
    # The part does not go for the book, nor the book for its part.
    assert _kept(store, dataset) == {"o-near", "o-exact", "o-part", "a-book", "a4", "a5"}
    assert {row["id"] for row in planted.rows(store, dataset, "edits")} == {"a-near", "a4", "a5"}


def test_a_text_does_not_go_for_what_an_earlier_edition_kept_less_open(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first, _ = planted.run(
        store, Deduplicate(), _of(tmp_path / "d", open=[("e", EXACT)], deposit=[("n", NEAR)])
    )
    new = [("new-near", altered(NEAR, 1, 0.01)), ("new-exact", EXACT), ("same-near", NEAR)]
    inputs = {**_of(tmp_path / "n", open=new), "earlier": [first]}
    second, _ = planted.run(store, Deduplicate(), inputs)
    assert len(_kept(store, second)) == 1 and "new-exact" not in _kept(store, second)
    inputs = {**_of(tmp_path / "r", deposit=new), "earlier": [first]}
    assert not _kept(store, planted.run(store, Deduplicate(), inputs)[0])


def test_a_copy_of_a_source_under_other_terms_is_told(tmp_path: Path) -> None:
    """By pair of sources, since no licence is simply freer than another."""
    texts = {"free": ["f", EXACT], "paid": ["p", EXACT], "same": ["s", f"{EXACT} y sal"]}
    files = []
    for source, (name, text) in texts.items():
        path = tmp_path / f"{source}.parquet"
        with TableWriter(path, DOCUMENTS) as writer:
            writer.add({"id": name, "text": text, "source": {"name": source}})
        files.append([planted.file(path, "kept")])
    documents = planted.manifest("extract", ["documents"], files, 3)
    documents.params["sources"] = {
        "free": {"licence": "CC0-1.0"},
        "paid": {"licence": "CC-BY-NC-4.0"},
        "same": {"licence": "CC0-1.0"},
    }
    dataset, _ = planted.run(tmp_path / "store", Deduplicate(), {"documents": [documents]})
    assert dataset.shards[0].figures == {"elsewhere": {"free": {"same": 1}, "paid": {"same": 1}}}
    store: Any = SimpleNamespace(manifest=lambda reference: documents)
    (told,) = warnings(store, dataset, "deduplicate")
    assert ENGLISH.sentence(told).startswith(
        "1 document went for a copy that another source gives under other terms (1 of paid, "
        "CC-BY-NC-4.0, for same, CC0-1.0): "
    )


def test_where_all_are_open_nothing_has_another_name(tmp_path: Path) -> None:
    said, plain = _of(tmp_path, open=[("a", EXACT)]), {"documents": [planted.manifest("x", [], [])]}
    for inputs in (said, plain):
        assert Deduplicate().heard(Deduplicate.Params(), inputs) == {}
