"""What a recipe may ask of `deduplicate`: modes, hosts, quality, addresses, editions."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaning.deduplicate.signatures.signatures import read_scheme, sketches
from cleaning.deduplicate.stage import Deduplicate
from cleaning.documents import DOCUMENTS, TableWriter
from cleaning.minhash.shingles import shingle_sets
from cleaning.web.urls import host_of
from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from tests.cleaning import planted
from tests.cleaning.deduplicate.deduplicated import (
    alike,
    build,
    check_survivors,
    decided,
    deduplicate,
    removed,
)
from tests.cleaning.planted import Text, altered, prose, shingles


def test_a_text_within_a_longer_one_goes_and_one_of_better_quality_does_not(tmp_path: Path) -> None:
    long = prose(1, 400)
    part, few = " ".join(long.split(" ")[100:200]), " ".join(long.split(" ")[300:315])
    texts = [("long", long), ("part", part), ("few", few), ("u", prose(2, 100))]
    decisions = deduplicate(tmp_path, [texts])
    assert removed(decisions) == {"part": "contained_duplicate"}
    row = decisions["part"]
    assert row["other"] == "long" and row["value"] == 1.0 and row["threshold"] == 0.83
    assert removed(deduplicate(tmp_path, [texts], containment=None)) == {}


def test_short_texts_in_one_form_are_not_held_by_one_another(tmp_path: Path) -> None:
    """Of about one length they are compared more strictly than within a longer text, or than long ones."""
    page, book = prose(1, 200), prose(2, 600)
    about = {name: f"{page} {name} ".split(" ") for name in ("true", "false")}
    for name, words in about.items():
        words[20:180:30] = [name] * 6
    twins = [(name, " ".join(words)) for name, words in about.items()]
    shared = [shingles(text) for _, text in twins]
    assert 0.83 <= len(shared[0] & shared[1]) / len(shared[0]) < 0.9
    assert removed(deduplicate(tmp_path / "twins", [twins])) == {}
    within = [twins[0], ("long", f"{twins[1][1]} {prose(3, 90)}")]
    row = deduplicate(tmp_path / "within", [within])["true"]
    assert (row["rule"], row["threshold"]) == ("contained_duplicate", 0.83)
    edited = book.split(" ")
    edited[20:580:30] = ["otra"] * 19
    fates = deduplicate(tmp_path / "edited", [[("a", book), ("b", " ".join(edited))]])
    assert list(removed(fates).values()) == ["contained_duplicate"]
    # Versions of a law: the guide of domain corpora says what keeps both of them.
    versions = [("a", book), ("b", " ".join(edited))]
    higher = deduplicate(tmp_path / "threshold", [versions], threshold=0.95)
    assert list(removed(higher).values()) == ["contained_duplicate"]
    both = deduplicate(tmp_path / "both", [versions], threshold=0.95, containment=0.95)
    assert removed(both) == {}


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
    sentence = r"would remove 98\.2% of the 111 .*109 like 000, for 100.*RECIPE:deduplicate 000 100`, .*leave it out"
    with pytest.raises(TahonaError, match=sentence) as refused:
        build(tmp_path, [texts])
    assert refused.value.documents[:2] == ("000", "100")  # the chain adds their files
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
    decisions = decided(store, second)
    assert {n for n, row in decisions.items() if row["kept"]} == expected.keys() - dict(stay).keys()
    for name, row in decisions.items():
        if row["other"]:
            assert row["other"] in expected and alike(dict(new)[name], expected[row["other"]])


def test_an_edition_of_other_signatures_is_refused(tmp_path: Path) -> None:
    texts = [("a", prose(1, 50)), ("b", prose(2, 50))]
    first, _ = build(tmp_path, [texts])
    inputs = {"documents": [planted.documents(tmp_path / "d", [texts])], "earlier": [first]}
    for params, name in (({"shingle": 4}, "shingle"), ({"threshold": 0.7}, "bands and rows")):
        with pytest.raises(TahonaError, match=f"was made with another {name}"):
            planted.run(tmp_path / "store", Deduplicate(), inputs, **params)


def test_permutations_must_do_for_the_recall() -> None:
    with pytest.raises(ValueError, match=r"10 permutations are too few to find pairs of 0\.3 with"):
        Deduplicate.Params(permutations=10, threshold=0.3)


def test_signatures_are_read_as_datasketch_objects(tmp_path: Path) -> None:
    from datasketch import LeanMinHash, MinHash

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
    inputs = {"documents": [of_the_web(tmp_path / "d", pages)]}
    for strict in (False, True):
        dataset, _ = planted.run(tmp_path / "store", Deduplicate(), inputs, address=strict)
        decisions = decided(tmp_path / "store", dataset)
        assert removed(decisions) == ({"b": "same_address"} if strict else {})
    assert decisions["b"]["other"] == "a" and decisions["b"]["value"] == 0


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
    inputs = {"documents": [of_the_web(tmp_path / "d", pages)]}
    dataset, _ = planted.run(tmp_path / "store", Deduplicate(), inputs, hosts="across")
    decisions = decided(tmp_path / "store", dataset)
    stay = {"a", *(name for name in "bcd" if decisions[name]["kept"])}
    assert "b" in stay or decisions["b"]["other"] in "cd"
    for name, row in decisions.items():
        if row["other"]:
            hosts = {page[0]: host_of(page[1]) for page in pages}
            assert hosts[name] != hosts[row["other"]]
    assert {"c", "d"} & removed(decisions).keys()


def test_rank_is_quality_then_length_then_id(tmp_path: Path) -> None:
    """Of five that are nearly the same, in two shards and not in the order of their ids, whichever is first stays."""
    words = prose(1, 200).split(" ")
    near = {name: " ".join([*words[:-1], f"fin{name}"]) for name in "abcd"}  # of one length
    texts = [("d", near["d"]), ("b", near["b"]), ("c", near["c"]), ("a", near["a"])]
    texts.append(("e", near["a"] + " y más"))
    qualities = {"a": 1.0, "b": 2.0, "c": 2.0, "d": 2.0, "e": 1.0}

    def stays(chosen: list[Text], **options: Any) -> str:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        shards = [chosen[:2], chosen[2:]]
        tables = []
        for number, shard in enumerate(shards):
            path = folder / f"signals-{number}.parquet"
            path.parent.mkdir(exist_ok=True)
            ids = [name for name, _ in shard]
            pq.write_table(pa.table({"id": ids, "words": [qualities[i] for i in ids]}), path)
            tables.append([planted.file(path, "signals")])
        inputs = {"documents": [planted.documents(folder / "d", shards)]}
        if options:
            inputs["signals"] = [planted.manifest("annotate", ["signals"], tables)]
        dataset, _ = planted.run(folder / "store", Deduplicate(), inputs, **options)
        (name,) = (n for n, row in decided(folder / "store", dataset).items() if row["kept"])
        return name

    assert stays(texts) == "e"  # the longest
    assert stays(texts[:4]) == "a"  # of one length the smallest id
    assert stays(texts[:3]) == "b"
    # The best before the longest, of these the smallest id.
    assert stays(texts, quality="words") == "b"


def test_the_better_stays_where_a_signal_says_what_is_better(tmp_path: Path) -> None:
    text = prose(1, 90)
    texts = [("a", text + " una cola"), ("b", text), ("c", text + " otra")]
    path = tmp_path / "signals.parquet"
    words = {"id": ["a", "b", "c"], "words": [1.0, 3.0, None]}
    pq.write_table(pa.table(words), path)
    signals = planted.manifest("annotate", ["signals"], [[planted.file(path, "signals")]])
    inputs = {"documents": [planted.documents(tmp_path / "d", [texts])], "signals": [signals]}
    dataset, _ = planted.run(tmp_path / "store", Deduplicate(), inputs, quality="words")
    decisions = decided(tmp_path / "store", dataset)
    assert {name: row["other"] for name, row in decisions.items()} == {
        "a": "b",
        "b": None,
        "c": "b",
    }
    with pytest.raises(TahonaError, match="no signal 'palabros'"):
        planted.run(tmp_path / "store", Deduplicate(), inputs, quality="palabros")
