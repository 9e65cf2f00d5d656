"""Of texts that are the same or nearly the same one stays, every removal is proven, and nothing else goes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasketch import LeanMinHash, MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning.deduplicate import candidates
from cleaning.deduplicate.shingles import shingle_sets
from cleaning.deduplicate.signatures import read_scheme, sketches
from cleaning.deduplicate.stage import Deduplicate
from cleaning.documents import DOCUMENTS, TableWriter
from cleaning.urls import host_of
from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.planted import Text, altered, prose, shingles

THRESHOLD = 0.8


def jaccard(a: str, b: str) -> float:
    one, two = shingles(a), shingles(b)
    return len(one & two) / len(one | two) if one | two else 0.0


def deduplicate(
    folder: Path, shards: list[list[Text]], dropped: set[str] | None = None, **params: Any
) -> dict[str, dict[str, Any]]:
    """The decisions by id."""
    dataset, _ = build(folder, shards, dropped, **params)
    return {row["id"]: row for row in planted.rows(folder / "store", dataset, "decisions")}


def build(
    folder: Path, shards: list[list[Text]], dropped: set[str] | None = None, **params: Any
) -> tuple[Manifest, dict[str, int]]:
    inputs = {"documents": [planted.documents(folder / "documents", shards)]}
    if dropped is not None:
        inputs["decisions"] = [planted.decisions(folder / "decisions", shards, dropped)]
    return planted.run(folder / "store", Deduplicate(), inputs, **params)


def removed(decisions: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {i: row["rule"] for i, row in decisions.items() if row["rule"]}


def check_survivors(texts: dict[str, str], decisions: dict[str, dict[str, Any]]) -> None:
    """Every removal names a kept document, above it in rank, that is as like it as is claimed."""
    for name, row in decisions.items():
        if row["rule"] is None:
            assert row["other"] is None and row["rules"] == []
            continue
        other = row["other"]
        assert decisions[other]["kept"]
        assert not row["kept"]
        assert (-len(texts[other]), other) < (-len(texts[name]), name)
        if row["rule"] == "exact_duplicate":
            assert texts[name].split() == texts[other].split()
            assert row["value"] == row["threshold"] == 1.0
        else:
            assert row["value"] == jaccard(texts[name], texts[other]) >= row["threshold"]
        assert row["rules"] == [{k: row[k] for k in ("rule", "value", "threshold")}]


def test_planted_copies_are_removed_and_unrelated_texts_stay(tmp_path: Path) -> None:
    unrelated = [(f"u{i:03}", prose(i, 60 + i)) for i in range(60)]
    originals = [(f"o{i:03}", prose(1000 + i, 300)) for i in range(20)]
    exact = [(f"x{i:03}", text.replace(" ", "\n ", 3)) for i, (_, text) in enumerate(originals)]
    near = [(f"z{i:03}", altered(text, i, 0.01)) for i, (_, text) in enumerate(originals)]
    everything = [*unrelated, *originals, *exact, *near]
    random.Random(5).shuffle(everything)
    shards = [everything[:50], everything[50:90], everything[90:]]
    decisions = deduplicate(tmp_path, shards)
    check_survivors(dict(everything), decisions)
    assert {i for i in removed(decisions) if i[0] == "u"} == set()
    families = [{f"o{i:03}", f"x{i:03}", f"z{i:03}"} for i in range(20)]
    for family in families:
        assert sum(decisions[i]["kept"] for i in family) == 1


def test_the_longest_text_stays_and_among_equals_the_smallest_id(tmp_path: Path) -> None:
    text = prose(1, 200)
    texts = [("b", text), ("a", text), ("c", text + " final"), ("d", text + " fin")]
    decisions = deduplicate(tmp_path, [texts])
    assert removed(decisions) == dict.fromkeys("abd", "near_duplicate")
    assert {row["other"] for row in decisions.values() if row["rule"]} == {"c"}
    decisions = deduplicate(tmp_path / "two", [texts[:2]])
    assert removed(decisions) == {"b": "exact_duplicate"} and decisions["b"]["other"] == "a"


def test_a_chain_of_likenesses_removes_only_what_is_like_a_survivor(tmp_path: Path) -> None:
    words = prose(3, 400).split(" ")
    # Each text lacks 30 words more: neighbours are alike, the ends of the chain are not.
    texts = [(f"t{i}", " ".join(words[30 * i :])) for i in range(6)]
    assert jaccard(texts[0][1], texts[1][1]) >= THRESHOLD > jaccard(texts[0][1], texts[3][1])
    decisions = deduplicate(tmp_path, [texts], containment=None)
    check_survivors(dict(texts), decisions)
    assert decisions["t0"]["kept"] and not decisions["t1"]["kept"]
    assert len(removed(decisions)) < 5


def test_short_texts_are_compared_whole_and_empty_ones_not_at_all(tmp_path: Path) -> None:
    texts = [
        ("a", "Hola, qué  tal"), ("b", "Hola, qué\ntal"), ("c", "Hola, qué tal?"),
        ("d", ""), ("e", ""), ("f", " \n "), ("g", "¡!"), ("h", "¿?"),
    ]  # fmt: skip
    assert removed(deduplicate(tmp_path, [texts])) == {"b": "exact_duplicate"}


def test_a_document_that_was_dropped_takes_no_part(tmp_path: Path) -> None:
    text = prose(7, 200)
    texts = [("a", text), ("b", text), ("c", altered(text, 1, 0.01))]
    dataset, _ = build(tmp_path, [texts], dropped={"a"})
    decisions = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "decisions")}
    assert decisions["a"] == {
        "id": "a", "kept": False, "rule": None, "value": None, "threshold": None, "rules": [],
        "other": None,
    }  # fmt: skip
    assert sum(decisions[i]["kept"] for i in "bc") == 1
    counts = dataset.ledger.documents
    assert counts and (counts.in_, counts.kept, sum(counts.removed.values())) == (2, 1, 1)
    characters = dataset.ledger.characters
    assert characters and characters.in_ == len(texts[1][1]) + len(texts[2][1])


def test_edits_come_before_the_comparison(tmp_path: Path) -> None:
    body = prose(8, 200)
    texts = [("a", "MENÚ INICIO " * 200 + body), ("b", body)]
    edit = {"row": 0, "id": "a", "start": 0, "end": 2400, "kind": "cut", "rule": "menu"}
    inputs = {
        "documents": [planted.documents(tmp_path / "d", [texts])],
        "decisions": [planted.decisions(tmp_path / "f", [texts], edits={0: [edit]})],
    }
    dataset, _ = planted.run(tmp_path / "store", Deduplicate(), inputs)
    decisions = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "decisions")}
    assert removed(decisions) == {"b": "exact_duplicate"}


def test_clusters_join_what_is_alike_over_any_number_of_steps(tmp_path: Path) -> None:
    words = prose(3, 400).split(" ")
    texts = [(f"t{i}", " ".join(words[30 * i :])) for i in range(4)] + [("u", prose(99, 80))]
    dataset, _ = build(tmp_path, [texts[:2], texts[2:]], containment=None)
    clusters = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "clusters")}
    assert set(clusters) == {"t0", "t1", "t2", "t3"}
    assert {(r["cluster"], r["size"]) for r in clusters.values()} == {("t0", 4)}
    assert dataset.kinds == ["decisions", "clusters", "signatures"]


words = st.sampled_from(["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete"])
texts = st.lists(words, max_size=14).map(" ".join)


@settings(max_examples=10, deadline=None)
@given(st.lists(texts, max_size=14), st.data())
def test_how_documents_are_split_into_shards_changes_nothing(found: list[str], data: Any) -> None:
    named = [(f"{i:02}", text) for i, text in enumerate(found)]
    other = data.draw(st.permutations(named))
    cut = data.draw(st.integers(0, len(named)))
    with tempfile.TemporaryDirectory() as folder:
        params = {"shingle": 2, "permutations": 8, "threshold": 0.6, "recall": 0.9}
        whole = deduplicate(Path(folder, "a"), [named], **params)
        parts = deduplicate(Path(folder, "b"), [other[:cut], other[cut:]], **params)
    assert whole == parts
    for name, row in whole.items():
        if row["rule"] == "near_duplicate":
            one, two = (shingles(dict(named)[i], 2) for i in (name, row["other"]))
            assert row["value"] == len(one & two) / len(one | two) >= 0.6
            assert whole[row["other"]]["kept"]


def test_one_more_shard_recomputes_its_signatures_and_only_the_slices_it_changes(
    tmp_path: Path,
) -> None:
    shards = [[(f"{s}{i}", prose(100 * s + i, 120)) for i in range(9)] for s in range(4)]
    build(tmp_path, shards)
    shards.append([("n0", altered(shards[2][4][1], 1, 0.01)), ("n1", prose(999, 120))])
    _, missing = build(tmp_path, shards)
    assert missing["signatures"] == 1
    assert missing["decisions"] == 2  # the new shard, and the one that holds the near-duplicate
    _, missing = build(tmp_path, shards, threshold=0.85)
    assert missing["signatures"] == 0


def test_dropping_a_document_computes_no_signature(tmp_path: Path) -> None:
    shards = [[(f"{s}{i}", prose(100 * s + i, 120)) for i in range(9)] for s in range(2)]
    build(tmp_path, shards, dropped=set())
    _, missing = build(tmp_path, shards, dropped={"03"})
    assert missing["signatures"] == 0


def test_a_template_with_many_copies_costs_no_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "LEADERS", 8)
    form = prose(11, 400)
    texts = [(f"{i:03}", f"{form} número{i}") for i in range(300)]
    dataset, _ = build(tmp_path, [texts], most=1)
    decisions = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "decisions")}
    assert len(removed(decisions)) == 299
    check_survivors(dict(texts), decisions)
    (pairs,) = dataset.steps["pairs"]
    shard = Store(tmp_path / "store").shard("deduplicate", pairs)
    assert shard and shard.figures["proposed"] < 300 * 8 * 3 < 300 * 299 / 2


def test_pairs_and_hashes_may_be_parted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = [prose(i, 100) for i in range(40)]
    texts = [(f"a{i:02}", text) for i, text in enumerate(originals)]
    texts += [(f"b{i:02}", altered(text, i, 0.01)) for i, text in enumerate(originals)]
    shards = [texts[i::3] for i in range(3)]
    whole = deduplicate(tmp_path / "whole", shards)
    monkeypatch.setattr("cleaning.deduplicate.groups.POSTING", 50_000)
    dataset, made = build(tmp_path / "parted", shards, memory=16)
    assert (made["buckets"], made["candidates"], made["pairs"]) == (3, 8, 3)
    parted = {r["id"]: r for r in planted.rows(tmp_path / "parted/store", dataset, "decisions")}
    assert parted == whole and len(removed(whole)) == 40


def test_decisions_of_other_documents_are_refused(tmp_path: Path) -> None:
    texts = [("a", prose(1, 50)), ("b", prose(2, 50))]
    inputs = {
        "documents": [planted.documents(tmp_path / "d", [texts])],
        "decisions": [planted.decisions(tmp_path / "f", [texts[::-1]])],
    }
    with pytest.raises(TahonaError, match="isn't a table of these documents"):
        planted.run(tmp_path / "store", Deduplicate(), inputs)


def test_nothing_in_gives_nothing_out(tmp_path: Path) -> None:
    dataset, _ = build(tmp_path, [[], []])
    assert list(planted.rows(tmp_path / "store", dataset, "decisions")) == []


def test_permutations_must_do_for_the_recall() -> None:
    with pytest.raises(ValueError, match=r"10 permutations are too few to find pairs of 0\.3 with"):
        Deduplicate.Params(permutations=10, threshold=0.3)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which a test makes smaller."""
    (disk := tmp_path / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_disk_that_is_full_is_told_wherever_it_fills_up(tmp_path: Path, small_disk: Path) -> None:
    """Bands, shingles or table: whichever file no longer fits, the sentence is one and nobody dies."""
    texts = [(f"a{i:03}", prose(i, 100)) for i in range(400)]
    inputs = {"documents": [planted.documents(tmp_path / "documents", [texts])]}
    full = 0
    for kilobytes in range(36, 1000, 48):
        remount = ["mount", "-o", f"remount,size={kilobytes}k", str(small_disk)]
        subprocess.run(remount, check=True)
        store = small_disk / "store"
        try:
            planted.run(store, Deduplicate(), inputs)
            break
        except TahonaError as error:
            assert str(error) == f"the disk of {store} is full: free some space and run again"
            full += 1
        shutil.rmtree(store)
    else:
        pytest.fail("it never had room enough")
    assert full > 5


def decided(store: Path, dataset: Manifest) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in planted.rows(store, dataset, "decisions")}


def test_a_text_within_a_longer_one_goes_and_one_of_better_quality_does_not(tmp_path: Path) -> None:
    long = prose(1, 400)
    part, few = " ".join(long.split(" ")[100:200]), " ".join(long.split(" ")[300:315])
    texts = [("long", long), ("part", part), ("few", few), ("u", prose(2, 100))]
    decisions = deduplicate(tmp_path, [texts])
    assert removed(decisions) == {"part": "contained_duplicate"}
    row = decisions["part"]
    assert row["other"] == "long" and row["value"] == 1.0 and row["threshold"] == 0.83
    assert removed(deduplicate(tmp_path, [texts], containment=None)) == {}


def test_so_many_as_are_asked_for_stay(tmp_path: Path) -> None:
    text = prose(1, 200)
    texts = [(f"t{i}", text if i % 2 else altered(text, i, 0.005)) for i in range(8)]
    for keep in (1, 2, 5):
        decisions = deduplicate(tmp_path / str(keep), [texts[:3], texts[3:]], keep=keep)
        assert 8 - len(removed(decisions)) == keep
        check_survivors(dict(texts), decisions)


def test_what_is_marked_stays_and_is_told(tmp_path: Path) -> None:
    text = prose(1, 200)
    dataset, _ = build(tmp_path, [[("a", text), ("b", text), ("c", prose(2, 90))]], mode="mark")
    store = tmp_path / "store"
    assert all(row["kept"] and not row["rule"] for row in decided(store, dataset).values())
    (mark,) = planted.rows(store, dataset, "marks")
    assert (mark["id"], mark["rule"], mark["other"]) == ("b", "exact_duplicate", "a")
    assert dataset.ledger.documents and dataset.ledger.documents.kept == 3


def test_a_source_is_not_wiped_unless_the_recipe_says_so(tmp_path: Path) -> None:
    text = prose(3, 200)
    texts = [(f"{i:03}", f"{text} {i}") for i in range(110)] + [("u", prose(4, 60))]
    with pytest.raises(
        TahonaError, match=r"would remove 98\.2% of the 111 .*109 like 000, for 100"
    ):
        build(tmp_path, [texts])
    dataset, missing = build(tmp_path, [texts], most=1)
    assert missing == {**dict.fromkeys(missing, 0), "decisions": 1}  # it goes on from there
    assert len(removed(decided(tmp_path / "store", dataset))) == 109
    assert Deduplicate.Params(most={"a": 0.9}).share("a") == 0.9
    assert Deduplicate.Params(most={"a": 0.9}).share("b") == 0.8


@pytest.mark.parametrize("seed", range(2))
def test_a_new_edition_is_decided_as_in_one_run_that_keeps_the_old_survivors(
    tmp_path: Path, seed: int
) -> None:
    """Against brute force over both; the old texts are gone by then."""
    draw = random.Random(seed)
    families = [prose(100 * seed + i, draw.randrange(30, 150)) for i in range(25)]

    def some(prefix: str, count: int) -> list[Text]:
        return [
            (
                f"{prefix}{i:03}",
                altered(draw.choice(families), draw.randrange(99), draw.choice((0, 0.01, 0.03))),
            )
            for i in range(count)
        ]

    old, new = some("o", 60), some("n", 60)
    store = tmp_path / "store"
    first, _ = build(tmp_path, [old[:20], old[20:]])
    kept = {name: row["kept"] for name, row in decided(store, first).items()}
    shutil.rmtree(tmp_path / "documents")
    inputs = {
        "documents": [planted.documents(tmp_path / "new", [new[:35], new[35:]])],
        "earlier": [first],
    }
    second, missing = planted.run(store, Deduplicate(), inputs)
    assert missing["signatures"] == 2  # of the new shards alone
    stay = [(name, text) for name, text in old if kept[name]]
    expected = dict(stay)
    for name, text in sorted(new, key=lambda t: (-len(t[1]), t[0])):
        if not any(alike(text, other) for other in expected.values()):
            expected[name] = text
    found = decided(store, second)
    assert {n for n, row in found.items() if row["kept"]} == expected.keys() - dict(stay).keys()
    for name, row in found.items():
        if row["other"]:
            assert row["other"] in expected and alike(dict(new)[name], expected[row["other"]])


def test_an_edition_of_other_signatures_is_refused(tmp_path: Path) -> None:
    texts = [("a", prose(1, 50)), ("b", prose(2, 50))]
    first, _ = build(tmp_path, [texts])
    inputs = {"documents": [planted.documents(tmp_path / "d", [texts])], "earlier": [first]}
    for params, name in (({"shingle": 4}, "shingle"), ({"threshold": 0.7}, "bands and rows")):
        with pytest.raises(TahonaError, match=f"was made with another {name}"):
            planted.run(tmp_path / "store", Deduplicate(), inputs, **params)


def alike(text: str, other: str) -> bool:
    one, two = shingles(text), shingles(other)
    contained = len(one) >= 20 and len(one & two) >= 0.83 * len(one)
    return text.split() == other.split() or contained or jaccard(text, other) >= THRESHOLD


def test_a_kill_in_any_step_changes_no_byte(tmp_path: Path) -> None:
    """Each step is killed as it begins, one after the other, on one store; then all is as if nothing had been."""
    text = prose(1, 200)
    shards = [[("a", text), ("b", text), ("c", prose(2, 90))], [("d", altered(text, 1, 0.01))]]
    given = {"documents": [planted.documents(tmp_path / "d", shards)]}
    asked = {"lines": {"documents": 2}, "passages": {"words": 20}}
    whole, missing = planted.run(tmp_path / "whole", Deduplicate(), given, **asked)
    for step in missing:
        child = os.fork()
        if not child:
            planted.Counted.step_started = kill_at(step)  # type: ignore[method-assign]
            planted.run(tmp_path / "killed", Deduplicate(), given, **asked)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
    again, left = planted.run(tmp_path / "killed", Deduplicate(), given, **asked)
    assert left == {**dict.fromkeys(missing, 0), "decisions": 2} and again == whole
    assert again.ledger.imbalance() is None
    for folder in ("shards", "datasets"):
        one, two = (tree(tmp_path / store / folder) for store in ("whole", "killed"))
        assert one == two


def kill_at(name: str) -> Any:
    def step_started(self: Any, stage: str, step: str, missing: int, reused: int) -> None:
        if step == name:
            os.kill(os.getpid(), signal.SIGKILL)

    return step_started


def tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_signatures_are_read_as_datasketch_objects(tmp_path: Path) -> None:
    texts = [("a", prose(1, 100)), ("b", altered(prose(1, 100), 2, 0.02)), ("c", "corto")]
    dataset, _ = build(tmp_path, [texts])
    folder = (tmp_path / "store" / dataset.files("signatures")[0].path).parent
    sketched = dict(sketches(folder / "signatures.parquet", folder / "minhash.u32"))
    for name, text in texts:
        sets = shingle_sets([text], 5)
        plain = MinHash(num_perm=128, seed=1, hashfunc=int)
        plain.update_batch([h & 0xFFFFFFFF for h in sets.hashes.tolist()])
        assert sketched[name] == LeanMinHash(plain)
        assert sketched[name].jaccard(plain) == 1
    scheme = read_scheme(folder / "signatures.parquet")
    assert scheme["scheme"] == "affine32" and scheme["shingle"] == 5


def of_the_web(folder: Path, pages: list[tuple[str, str, str]]) -> Manifest:
    """Documents with an id, a URL and a text."""
    folder.mkdir(parents=True)
    path = folder / "documents.parquet"
    with TableWriter(path, DOCUMENTS) as writer:
        for name, url, text in pages:
            source = {"name": "web"}
            writer.add(
                {"id": name, "url": url, "host": host_of(url), "text": text, "source": source}
            )
    return planted.manifest("extract", ["documents"], [[planted.file(path, "kept")]], len(pages))


def test_one_address_is_one_page_where_it_is_asked_for(tmp_path: Path) -> None:
    pages = [
        ("a", "http://uno.test/x?utm_source=y", prose(1, 90)),
        ("b", "http://uno.test/x", prose(2, 80)),
        ("c", "http://uno.test/z", prose(3, 70)),
    ]
    given = {"documents": [of_the_web(tmp_path / "d", pages)]}
    for asked in (False, True):
        dataset, _ = planted.run(tmp_path / "store", Deduplicate(), given, address=asked)
        found = decided(tmp_path / "store", dataset)
        assert removed(found) == ({"b": "same_address"} if asked else {})
    assert found["b"]["other"] == "a" and found["b"]["value"] == 0


def test_only_what_is_like_a_page_of_another_host_goes_where_it_is_asked_for(
    tmp_path: Path,
) -> None:
    text = prose(1, 90)
    pages = [
        ("a", "http://uno.test/1", text + " fin"),
        ("b", "http://uno.test/2", text),
        ("c", "http://dos.test/1", altered(text, 1, 0.01)),
        ("d", "http://dos.test/2", text),
    ]
    given = {"documents": [of_the_web(tmp_path / "d", pages)]}
    dataset, _ = planted.run(tmp_path / "store", Deduplicate(), given, hosts="across")
    found = decided(tmp_path / "store", dataset)
    stay = {"a", *(name for name in "bcd" if found[name]["kept"])}
    assert "b" in stay or found["b"]["other"] in "cd"
    for name, row in found.items():
        if row["other"]:
            hosts = {page[0]: host_of(page[1]) for page in pages}
            assert hosts[name] != hosts[row["other"]]
    assert {"c", "d"} & removed(found).keys()


def test_the_better_stays_where_a_signal_says_what_is_better(tmp_path: Path) -> None:
    text = prose(1, 90)
    texts = [("a", text + " una cola"), ("b", text), ("c", text + " otra")]
    path = tmp_path / "signals.parquet"
    words = {"id": ["a", "b", "c"], "words": [1.0, 3.0, None]}
    pq.write_table(pa.table(words), path)
    signals = planted.manifest("annotate", ["signals"], [[planted.file(path, "signals")]])
    given = {"documents": [planted.documents(tmp_path / "d", [texts])], "signals": [signals]}
    dataset, _ = planted.run(tmp_path / "store", Deduplicate(), given, quality="words")
    found = decided(tmp_path / "store", dataset)
    assert {name: row["other"] for name, row in found.items()} == {"a": "b", "b": None, "c": "b"}
    with pytest.raises(TahonaError, match="no signal 'palabros'"):
        planted.run(tmp_path / "store", Deduplicate(), given, quality="palabros")
