"""A dataset is a manifest that says everything, once, and whose counts add up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.canonical import canonical_json, digest
from pipeline.model.dataset import File, Manifest, Reference, Shard
from pipeline.model.ledger import Characters, Documents, Ledger
from pipeline.store.seal import sealed, unsealed
from tests.examples import examples

counts = st.integers(0, 10**12)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
rules = st.dictionaries(names, counts, max_size=4)
hexes = st.text("0123456789abcdef", min_size=32, max_size=32)


@st.composite
def balanced(draw: st.DrawFn) -> Ledger:
    """A ledger in which everything is conserved."""
    kept, quarantined, removed = draw(counts), draw(counts), draw(rules)
    documents = Documents(
        in_=kept + quarantined + sum(removed.values()),
        kept=kept,
        removed=removed,
        quarantined=quarantined,
    )
    kept, cut, masked = draw(counts), draw(rules), draw(rules)
    characters = Characters(
        in_=kept + sum(cut.values()) + sum(masked.values()),
        kept=kept,
        cut=cut,
        masked=masked,
        placeholders=draw(counts),
    )
    return Ledger(
        documents=draw(st.sampled_from([documents, None])),
        characters=draw(st.sampled_from([characters, None])),
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
json_objects = st.dictionaries(names, json_values, max_size=3)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    files = st.builds(
        File,
        path=st.sampled_from(["a", "b", "shards/x/y/ñ.parquet", "/datos/x.gz"]),
        part=st.sampled_from(["kept", "removed", "lang=gl"]),
        rows=st.none() | counts,
        bytes=st.just(7),
        sha256=st.just("0" * 64),
        shard=st.none() | hexes,
    )
    shards = st.builds(
        Shard,
        key=hexes,
        stage=names,
        step=names,
        params=json_objects,
        files=st.lists(files, max_size=3, unique_by=lambda f: (f.path, f.part)),
        ledger=balanced(),
        figures=json_objects,
    )
    shards_of = draw(st.lists(shards, max_size=3))
    # One path and part is one file, whichever shards name it.
    by_path: dict[tuple[str, str], File] = {}
    for shard in shards_of:
        shard.files = [by_path.setdefault((f.path, f.part), f) for f in shard.files]
    return Manifest(
        stage=draw(names),
        fingerprint=draw(hexes),
        kinds=draw(st.lists(names, max_size=2)),
        version=draw(st.integers(1, 9)),
        edition=draw(st.booleans()),
        params=draw(json_objects),
        libraries=draw(st.dictionaries(names, names, max_size=2)),
        inputs=draw(
            st.dictionaries(
                names,
                st.lists(st.builds(Reference, stage=names, fingerprint=hexes), max_size=2),
                max_size=2,
            )
        ),
        shards=shards_of,
        steps=draw(st.dictionaries(names, st.lists(hexes, max_size=2), max_size=2)),
        schemas={"kept": {"id": "string"}},
        ledger=Ledger.total(s.ledger for s in shards_of),
    )


@given(balanced())
def test_a_ledger_in_which_nothing_is_lost_is_in_balance(ledger: Ledger) -> None:
    assert ledger.imbalance() is None


@given(balanced(), st.integers(1, 10**6), st.sampled_from(["in_", "kept", "quarantined"]))
def test_one_document_too_many_or_too_few_is_told(ledger: Ledger, n: int, count: str) -> None:
    if ledger.documents is None:
        ledger.documents = Documents()
    setattr(ledger.documents, count, getattr(ledger.documents, count) + n)
    word = "lost" if count == "in_" else "doubled"
    assert ledger.imbalance() == f"{n} of {ledger.documents.in_} documents are {word}"


@given(balanced(), st.integers(1, 10**6), st.sampled_from(["cut", "masked"]))
def test_one_character_too_many_is_told(ledger: Ledger, n: int, fate: str) -> None:
    ledger.documents = None
    ledger.characters = ledger.characters or Characters()
    getattr(ledger.characters, fate)["one rule more"] = n
    assert ledger.imbalance() == f"{n} of {ledger.characters.in_} characters are doubled"


def test_a_negative_count_can_not_hide_a_loss() -> None:
    ledger = Ledger(documents=Documents(in_=5, kept=7, removed={"short": -2}))
    assert ledger.imbalance() == "a count of documents is negative"
    ledger = Ledger(characters=Characters(in_=0, kept=0, placeholders=-1))
    assert ledger.imbalance() == "a count of characters is negative"


@given(st.lists(balanced(), max_size=5), st.randoms(use_true_random=False), st.integers(0, 5))
def test_the_total_does_not_depend_on_order_or_grouping(
    ledgers: list[Ledger], chance: Any, cut: int
) -> None:
    total = Ledger.total(ledgers)
    assert total.imbalance() is None
    halves = [Ledger.total(ledgers[:cut]), Ledger.total(ledgers[cut:])]
    assert Ledger.total(halves) == total
    shuffled = list(ledgers)
    chance.shuffle(shuffled)
    assert canonical_json(Ledger.total(shuffled).to_json()) == canonical_json(total.to_json())
    assert list(Ledger.total(shuffled).to_json()) == list(total.to_json())


def test_the_total_of_nothing_is_nothing() -> None:
    assert Ledger.total([]) == Ledger()


@examples(60)
@given(manifests())
def test_a_manifest_is_read_back_as_it_was_written(manifest: Manifest) -> None:
    assert Manifest.from_json(unsealed(sealed(manifest.to_json()))) == manifest


def test_a_file_of_two_sources_keeps_both() -> None:
    one, two = (File(path="/x", part=p, bytes=1, sha256="0") for p in ("one", "two"))
    manifest = Manifest(
        stage="files",
        fingerprint="f",
        kinds=["files"],
        version=1,
        shards=[Shard(key=f.part, stage="files", step="observe", files=[f]) for f in (one, two)],
    )
    written = manifest.to_json()
    assert [f["part"] for f in written["files"]] == ["one", "two"]
    assert Manifest.from_json(written).files() == [one, two]


def test_a_shard_that_stands_twice_is_written_once() -> None:
    file = File(path="shards/s/k/x", part="kept", rows=3, bytes=1, sha256="0", shard="k")
    shard = Shard(key="k", stage="s", step="s", files=[file])
    manifest = Manifest(stage="s", fingerprint="f", kinds=["x"], version=1, shards=[shard, shard])
    assert len(manifest.to_json()["files"]) == 1
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_the_content_is_what_a_reader_sees() -> None:
    def made(path: str, part: str, sha256: str, shard: str | None) -> Manifest:
        file = File(path=path, part=part, bytes=1, sha256=sha256, shard=shard)
        other = File(path="shards/s/k/y", part="removed", bytes=1, sha256=sha256 + "r", shard="k")
        whole = Shard(key="k", stage="s", step="s", files=[file, other])
        return Manifest(stage="s", fingerprint=sha256, kinds=["x"], version=1, shards=[whole])

    inside = made("shards/s/a/x", "kept", "0", "a").content(("kept",))
    assert made("shards/s/b/x", "kept", "0", "b").content(("kept",)) == inside
    assert made("shards/s/a/x", "kept", "1", "a").content(("kept",)) != inside
    assert made("shards/s/a/x", "kept", "0", "a").content(None) != inside
    # Outside the store a file's name is content (it stands in records), its folder is not.
    outside = made("/a/x.gz", "kept", "0", None).content(("kept",))
    assert made("/b/x.gz", "kept", "0", None).content(("kept",)) == outside
    assert made("/a/y.gz", "kept", "0", None).content(("kept",)) != outside


@given(json_objects, st.randoms(use_true_random=False))
def test_a_digest_does_not_depend_on_the_order_of_names(value: Any, chance: Any) -> None:
    items = list(value.items())
    chance.shuffle(items)
    assert digest(dict(items)) == digest(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"x": object()}, {1, 2}])
def test_what_is_no_json_has_no_digest(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        digest(value)


def test_the_only_file_of_a_part() -> None:
    files = [
        File(path=name, part="kept" if name == "a" else "removed", bytes=1, sha256="0")
        for name in "abc"
    ]
    shard = Shard(key="k", stage="s", step="s", files=files)
    assert shard.one("kept") is shard.files[0]
    with pytest.raises(KeyError, match="shard s/k has 2 files of part removed"):
        shard.one("removed")
