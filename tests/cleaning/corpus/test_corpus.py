"""The corpus holds what was kept, edited and masked, by language, and every character is accounted for."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.annotate.annotate import _TYPES
from cleaning.corpus.stage import Corpus
from cleaning.documents import DOCUMENTS
from cleaning.privacy.placeholders import placeholder
from cleaning.privacy.privacy import find_personal
from cleaning.withdrawals.orders import named_by, order_of
from flows.commands.questions.trace_rows import copies_of, passages_of
from flows.commands.withdrawals.twins import same_passages
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.planted import Text
from tests.examples import examples
from training.inputs.inputs import language_files, missing_parts, other_languages


def signals(folder: Path, shards: Sequence[Sequence[Text]], labels: Mapping[str, str]) -> Manifest:
    """The dataset of annotate, with the languages of `labels`, Spanish where it has none."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for i, texts in enumerate(shards):
        rows = [{"id": name, "language": labels.get(name, "es")} for name, _ in texts]
        schema = pa.schema([("id", pa.string()), ("language", pa.string())])
        pq.write_table(pa.Table.from_pylist(rows, schema), folder / f"{i}.parquet")
        files.append([planted.file(folder / f"{i}.parquet", "signals")])
    return planted.manifest("annotate", ["signals"], files)


def build(
    folder: Path,
    shards: Sequence[Sequence[Text]],
    labels: Mapping[str, str] | None = None,
    dropped: Sequence[str] = (),
    edits: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
    **params: Any,
) -> Manifest:
    inputs = {
        "documents": [planted.documents(folder / "documents", shards)],
        "signals": [signals(folder / "signals", shards, labels or {})],
        "decisions": [planted.decisions(folder / "decisions", shards, dropped, edits)],
    }
    return planted.run(folder / "store", Corpus(), inputs, **params)[0]


def texts(folder: Path, dataset: Manifest, language: str = "es") -> dict[str, str]:
    return {
        row["id"]: row["text"]
        for row in planted.rows(folder / "store", dataset, f"lang={language}")
    }


def test_spanish_of_a_country_is_a_part_of_its_own_where_asked(tmp_path: Path) -> None:
    shards = [[("a", "Hola"), ("b", "Órale"), ("c", "Dale"), ("d", "Ola")]]
    labels = {"a": ("unknown", 1.0), "b": ("mx", 0.9), "c": ("ar", 0.6), "d": ("es", 0.99)}
    inputs = {
        "documents": [planted.documents(tmp_path / "documents", shards)],
        "signals": [signals(tmp_path / "signals", shards, {"d": "gl"})],
        "decisions": [planted.decisions(tmp_path / "decisions", shards)],
    }
    with pytest.raises(UsageError, match=r"groups: \[variety\]"):
        planted.run(tmp_path / "store", Corpus(), inputs, varieties=True)
    rows = [{"id": name, "variety": v, "variety_p": p} for name, (v, p) in labels.items()]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "variety.parquet")
    files = [*inputs["signals"][0].shards[0].files]
    files.append(planted.file(tmp_path / "variety.parquet", "signals=variety"))
    inputs["signals"] = [planted.manifest("annotate", ["signals"], [files])]
    dataset = planted.run(tmp_path / "store", Corpus(), inputs, varieties=True)[0]
    assert texts(tmp_path, dataset, "es-MX") == {"b": "Órale"}
    assert texts(tmp_path, dataset) == {"a": "Hola", "c": "Dale"}
    assert texts(tmp_path, dataset, "gl") == {"d": "Ola"}
    taken = {f.part for f in language_files(dataset.shards, ["es"])}
    assert taken == {"lang=es", "lang=es-MX"}
    assert {f.part for f in language_files(dataset.shards, ["es-MX"])} == {"lang=es-MX"}
    assert other_languages(dataset.files(), ["es"]) == {"gl": 1}
    parted = planted.run(tmp_path / "store", Corpus(), inputs, varieties=True, domains=True)[0]
    (domain,) = {r["domain"] for r in planted.rows(tmp_path / "store", dataset, "lang=gl")}
    assert {f.part for f in parted.files()} == {
        f"lang={label}.{domain}" for label in ("es", "es-MX", "gl")
    }
    (mexican,) = planted.rows(tmp_path / "store", parted, f"lang=es-MX.{domain}")
    assert (mexican["id"], mexican["language"], mexican["domain"]) == ("b", "es-MX", domain)
    for languages, parts in (
        (["es"], ["es", "es-MX"]),
        ([f"es.{domain}"], ["es", "es-MX"]),
        ([f"es-MX.{domain}"], ["es-MX"]),
        (["es.legal"], []),
        (["es-MX", f"es.{domain}", "es"], ["es-MX", "es"]),  # each once
    ):
        parts_taken = [f.part for f in language_files(parted.shards, languages)]
        assert parts_taken == [f"lang={part}.{domain}" for part in parts]
    (missing,) = missing_parts(parted.files(), ["ca", "es", "es.legal"])
    assert missing == ("es.legal", [f"{label}.{domain}" for label in ("es-MX", "es", "gl")])


def test_what_a_sitting_says_in_another_language_is_a_document_of_it_where_asked(
    tmp_path: Path,
) -> None:
    id = "0123456789abcdef0123456789abcdef"
    catalan = "Obrim la sessió i donem la paraula a la diputada. " * 5 + "\n"
    spanish = "Muchas gracias, presidenta. Escríbanme a ana@ejemplo.es, por favor. " * 4 + "\n"
    pieces = [
        catalan,
        spanish,
        catalan,
        "Una cita breve en medio.\n",
        spanish,
        "I s'aixeca la sessió.\n",
    ]
    starts = [sum(map(len, pieces[:n])) for n in range(len(pieces) + 1)]
    spans = [
        {"start": a, "end": b, "language": language, "confidence": 0.9}
        for a, b, language in zip(
            starts[:-1], starts[1:], ("ca", "es", "ca", "en", "es", "ca"), strict=True
        )
    ]
    text = "".join(pieces)
    shards = [[(id, text), ("b", "Hola")]]
    schema = pa.schema([("id", pa.string()), ("language", pa.string()), ("passages", _TYPES[list])])
    rows = [{"id": id, "language": "ca", "passages": spans}, {"id": "b", "language": "es"}]
    pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / "signals.parquet")
    inputs = {
        "documents": [planted.documents(tmp_path / "documents", shards)],
        "signals": [
            planted.manifest(
                "annotate", ["signals"], [[planted.file(tmp_path / "signals.parquet", "signals")]]
            )
        ],
        "decisions": [planted.decisions(tmp_path / "decisions", shards)],
    }
    whole = planted.run(tmp_path / "store", Corpus(), inputs)[0]
    assert len(texts(tmp_path, whole, "ca")) == len(texts(tmp_path, whole)) == 1
    dataset = planted.run(tmp_path / "store", Corpus(), inputs, passages=True)[0]
    masked = spanish.replace("ana@ejemplo.es", "[EMAIL]")
    assert texts(tmp_path, dataset) == {f"{id}-es": (2 * masked).strip(), "b": "Hola"}
    rest = catalan * 2 + pieces[3] + pieces[5]
    assert texts(tmp_path, dataset, "ca") == {id: rest.strip()}
    ledger = dataset.ledger
    assert ledger.documents and ledger.characters and ledger.documents.parted == 1
    assert (ledger.documents.in_, ledger.documents.kept) == (2, 3)
    assert ledger.characters.in_ == len(text) + len("Hola")
    assert ledger.characters.masked == {"email": 8 * len("ana@ejemplo.es")}
    catalan_alone = planted.run(
        tmp_path / "store", Corpus(), inputs, passages=True, languages=["ca"]
    )[0]
    assert catalan_alone.ledger.documents and catalan_alone.ledger.documents.kept == 1
    spanish_alone = planted.run(
        tmp_path / "store", Corpus(), inputs, passages=True, languages=["es"]
    )[0]
    assert texts(tmp_path, spanish_alone) == texts(tmp_path, dataset)
    counted = spanish_alone.ledger.documents
    assert counted and counted.removed == {"language": 1} and counted.parted == 1
    # The decisions are the same: that filter let no Spanish through is heard of its parameters.
    inputs["decisions"][0].shards[0].params = {"languages": ["ca", "gl"]}
    parted = planted.run(tmp_path / "store", Corpus(), inputs, passages=True)[0].ledger
    assert parted.documents and parted.documents.kept == 1 and not parted.documents.parted
    assert parted.characters and parted.characters.cut == {
        "language": 2 * len(spanish) - 8 * len("ana@ejemplo.es") + len("Hola"),
        "blank": 1,
    }
    named_ids = planted.rows(tmp_path / "store", dataset, "lang=es")
    table = pa.Table.from_pylist(
        [{"id": r["id"], "url": None, "host": None} for r in named_ids],
        pa.schema([(n, pa.string()) for n in ("id", "url", "host")]),
    )
    assert named_by([order_of(f"{id}-es")], table).to_pylist() == [True, False]


def test_what_is_left_of_parted_documents_is_compared_too(tmp_path: Path) -> None:
    """Of bilingual texts with the same Spanish half that of the first stays, beside the Catalan of each."""
    spanish = "El molino de la villa molía el trigo de tres pueblos. " * 6 + "\n"
    catalan = [f"El molí de la vila molia el blat de la casa {n}. " * 5 for n in ("u", "dos")]
    shards = [[(n * 32, spanish + text)] for n, text in zip("ab", catalan, strict=True)]
    files = []
    for number, ((id, text),) in enumerate(shards):
        ends = (0, len(spanish), "es"), (len(spanish), len(text), "ca")
        spans = [{"start": a, "end": b, "language": n, "confidence": 1.0} for a, b, n in ends]
        row = {"id": id, "language": "es", "passages": spans}
        schema = [("id", pa.string()), ("language", pa.string()), ("passages", _TYPES[list])]
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.Table.from_pylist([row], pa.schema(schema)), path)
        files.append([planted.file(path, "signals")])
    inputs = {
        "documents": [planted.documents(tmp_path / "documents", shards)],
        "signals": [planted.manifest("annotate", ["signals"], files)],
        "decisions": [planted.decisions(tmp_path / "decisions", shards)],
    }
    dataset = planted.run(tmp_path / "store", Corpus(), inputs, passages=True)[0]
    assert texts(tmp_path, dataset) == {"a" * 32: spanish.strip()}
    assert [*texts(tmp_path, dataset, "ca")] == [f"{n * 32}-ca" for n in "ab"]
    documents = dataset.ledger.documents
    assert documents and (documents.in_, documents.kept, documents.parted) == (2, 3, 2)
    assert documents.removed == {"passage_copy": 1}
    (copy,) = planted.rows(tmp_path / "store", dataset, "copies")
    assert copy == {"id": "b" * 32, "of": "a" * 32}


def test_passages_that_another_text_holds_too_become_no_document(tmp_path: Path) -> None:
    catalan = "Obrim la sessió {0} i la diputada {0} pren la paraula {0}. " * 5 + "\n"
    spanish = [
        f"Muchas gracias, presidenta, por el punto {word}. " * 6 + "\n" for word in ("uno", "dos")
    ]
    ids = [f"{n}" * 32 for n in "abcd"]
    nearly = spanish[0].strip() + " Hoy.\n"
    alone = spanish[1].upper().strip().replace(".", " ;")  # of the same words
    shards = [
        [(ids[0], catalan.format(1) + spanish[0]), (ids[1], catalan.format(2) + nearly)],
        [(ids[2], catalan.format(3) + spanish[1]), (ids[3], alone)],
    ]
    schema = pa.schema([("id", pa.string()), ("language", pa.string()), ("passages", _TYPES[list])])
    files = []
    for number, texts_in in enumerate(shards):
        rows = []
        for id, text in texts_in:
            at = text.find("Muchas")
            spans = [(0, at, "ca"), (at, len(text), "es")] if at > 0 else []
            spans_in = [
                {"start": a, "end": b, "language": n, "confidence": 1.0} for a, b, n in spans
            ]
            rows.append({"id": id, "language": "ca" if at > 0 else "es", "passages": spans_in})
        pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / f"{number}.parquet")
        files.append([planted.file(tmp_path / f"{number}.parquet", "signals")])
    inputs = {
        "documents": [planted.documents(tmp_path / "documents", shards)],
        "signals": [planted.manifest("annotate", ["signals"], files)],
        "decisions": [planted.decisions(tmp_path / "decisions", shards)],
    }
    dataset = planted.run(tmp_path / "store", Corpus(), inputs, passages=True)[0]
    assert [*texts(tmp_path, dataset)] == [f"{ids[0]}-es", ids[3]]
    assert len(texts(tmp_path, dataset, "ca")) == 3
    characters = dataset.ledger.characters
    assert characters and characters.cut["passage_copy"] == len(nearly) + len(spanish[1])
    copies = list(planted.rows(tmp_path / "store", dataset, "copies"))
    assert copies == [
        {"id": f"{ids[1]}-es", "of": f"{ids[0]}-es"},
        {"id": f"{ids[2]}-es", "of": ids[3]},
    ]
    store = Store(tmp_path / "store")
    for gone, left in (
        ({ids[0]}, (f"{ids[1]}-es", f"{ids[0]}-es")),
        ({ids[2]}, (ids[3], f"{ids[2]}-es")),
    ):
        assert [*same_passages(store, [dataset], gone)] == [left]
    assert not [*same_passages(store, [dataset], {ids[2], ids[3]})]
    assert passages_of(store, [dataset], ids[0]) == [f"{ids[0]}-es"]
    name = str(dataset.reference)
    assert copies_of(store, [dataset], [ids[2]]) == [{"dataset": name, **copies[1]}]


def test_each_language_is_a_part_and_others_are_removed_by_a_rule(tmp_path: Path) -> None:
    shards = [[("a", "Hola"), ("b", "Ola, que tal?"), ("c", "Hello")], [("d", "Adiós")], []]
    labels = {"b": "gl", "c": "en"}
    every = build(tmp_path, shards, labels).shards[0].files
    assert {f.part for f in every} == {"lang=en", "lang=es", "lang=gl"}
    dataset = build(tmp_path, shards, labels, languages=["es", "gl"])
    assert [[f.part for f in shard.files] for shard in dataset.shards] == [
        ["lang=es", "lang=gl"],
        ["lang=es"],
        [],
    ]
    assert texts(tmp_path, dataset) == {"a": "Hola", "d": "Adiós"}
    assert texts(tmp_path, dataset, "gl") == {"b": "Ola, que tal?"}
    documents, characters = dataset.ledger.documents, dataset.ledger.characters
    assert documents and documents.removed == {"language": 1} and documents.kept == 3
    assert characters and characters.cut == {"language": 5}
    assert texts(tmp_path, build(tmp_path, shards, labels, languages=["en"]), "en") == {
        "c": "Hello"
    }


def test_a_corpus_file_has_the_columns_of_documents_and_the_language(tmp_path: Path) -> None:
    dataset = build(tmp_path, [[("a", "Hola")]])
    (file,) = dataset.files("lang=es")
    schema = pq.read_schema(tmp_path / "store" / file.path)
    assert schema.equals(DOCUMENTS.append(pa.field("language", pa.string())))
    assert pq.read_table(tmp_path / "store" / file.path)["language"].to_pylist() == ["es"]


def test_edits_and_masks_are_applied_and_counted_apart(tmp_path: Path) -> None:
    text = "MENÚ\nEscriba a ana@ejemplo.es o llame al 91 123 45 67."
    edit = {"row": 0, "id": "a", "start": 0, "end": 5, "kind": "cut", "rule": "menu"}
    dataset = build(tmp_path, [[("a", text)]], edits={0: [edit]})
    assert texts(tmp_path, dataset) == {"a": "Escriba a [EMAIL] o llame al [PHONE]."}
    characters = dataset.ledger.characters
    assert characters and characters.cut == {"menu": 5}
    assert characters.masked == {"email": 14, "phone": 12}
    assert characters.placeholders == len("[EMAIL][PHONE]")
    assert characters.in_ == len(text)
    assert dataset.shards[0].figures == {"masked": {"email": 1, "phone": 1}}


def test_an_address_that_a_cut_puts_together_is_masked_too(tmp_path: Path) -> None:
    edit = {"row": 0, "id": "a", "start": 6, "end": 10, "kind": "cut", "rule": "trap"}
    dataset = build(tmp_path, [[("a", "ve ana<!-->@ejemplo.es ya")]], edits={0: [edit]})
    assert texts(tmp_path, dataset) == {"a": "ve ana>@ejemplo.es ya"}
    edit["end"] = 11
    dataset = build(tmp_path, [[("a", "ve ana<!-->@ejemplo.es ya")]], edits={0: [edit]})
    assert texts(tmp_path, dataset) == {"a": "ve [EMAIL] ya"}
    characters = dataset.ledger.characters
    assert characters and characters.masked == {"email": 14} and characters.cut == {"trap": 5}


def test_what_the_edits_leave_empty_is_removed(tmp_path: Path) -> None:
    edit = {"row": 0, "id": "a", "start": 1, "end": 6, "kind": "cut", "rule": "r"}
    dataset = build(tmp_path, [[("a", "\nvacío\n"), ("b", "no")]], edits={0: [edit]})
    assert texts(tmp_path, dataset) == {"b": "no"}
    documents, characters = dataset.ledger.documents, dataset.ledger.characters
    assert documents and documents.removed == {"empty": 1}
    assert characters and characters.cut == {"empty": 2, "r": 5}


def test_masking_may_be_left_out(tmp_path: Path) -> None:
    text = "ana@ejemplo.es 12345678Z"
    assert texts(tmp_path, build(tmp_path, [[("a", text)]], mask=[])) == {"a": text}
    assert texts(tmp_path, build(tmp_path, [[("a", text)]], mask=["dni"])) == {
        "a": "ana@ejemplo.es [DNI]"
    }


def test_signals_of_other_documents_are_refused(tmp_path: Path) -> None:
    shards = [[("a", "uno"), ("b", "dos")]]
    inputs = {
        "documents": [planted.documents(tmp_path / "d", shards)],
        "signals": [signals(tmp_path / "s", [shards[0][::-1]], {})],
    }
    with pytest.raises(TahonaError, match="isn't a table of these documents"):
        planted.run(tmp_path / "store", Corpus(), inputs)
    inputs["signals"] = [signals(tmp_path / "s2", [*shards, []], {})]
    with pytest.raises(TahonaError, match="run annotate again"):
        planted.run(tmp_path / "store", Corpus(), inputs)


pieces = st.sampled_from(
    ["ana@ejemplo.es", "12345678Z", " ", "\n", "ñ", "😀", "tel 912345678", "a"]
)


def test_a_mask_that_is_shorter_brings_what_is_around_nearer() -> None:
    text = "tel 912345678ana@ejemplo.esana@ejemplo.esana@ejemplo.estel 912345678"
    masked = text
    for start, end, kind in reversed(find_personal(text)):
        masked = masked[:start] + placeholder(kind) + masked[end:]
    assert find_personal(masked) == []
    own = {"bracket": r"\[+|a\b"}  # what stands in place of others is nobody's
    assert [p.kind for p in find_personal("a [ 91 234 56 78", patterns=own)][:2] == ["bracket"] * 2


@examples(40)
@given(st.lists(st.lists(pieces, max_size=6).map("".join), max_size=10), st.data())
def test_every_character_is_kept_cut_or_masked(several: list[str], data: st.DataObject) -> None:
    shard = [(f"{i:02}", text) for i, text in enumerate(several)]
    names = [name for name, _ in shard]
    labels = {n: data.draw(st.sampled_from(["es", "gl", "en"])) for n in names}
    dropped = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    edits = []
    for row, (name, text) in enumerate(shard):
        bounds = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
        for start, end in zip(bounds[::2], bounds[1::2], strict=False):
            kind = data.draw(st.sampled_from(["cut", "mask"]))
            edit = {"row": row, "id": name, "start": start, "end": end, "kind": kind, "rule": "r"}
            edits.append({**edit, "replacement": "[R]" if kind == "mask" else None})
    with tempfile.TemporaryDirectory() as folder:
        # The runner commits only what balances.
        dataset = build(Path(folder), [shard], labels, dropped, {0: edits}, languages=["es", "gl"])
        written = {
            **texts(Path(folder), dataset),
            **texts(Path(folder), dataset, "gl"),
        }
    documents, characters = dataset.ledger.documents, dataset.ledger.characters
    assert documents and characters
    arrived = {name: text for name, text in shard if name not in dropped}
    assert documents.in_ == len(arrived) and documents.kept == len(written)
    assert characters.in_ == sum(map(len, arrived.values()))
    assert sum(map(len, written.values())) == characters.kept + characters.placeholders
    for name, text in written.items():
        assert labels[name] != "en" and text.strip()
        assert find_personal(text) == []
    assert set(written) <= set(arrived)
