"""What a document carries beside its text is masked as the text is."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa

from cleaning.corpus.masking import masked, masked_beside
from cleaning.corpus.stage import Writing
from cleaning.documents import DOCUMENTS
from cleaning.rules.rule import Bounds
from cleaning.view import apply

EMAIL, PHONE = "lola.mora@correo.es", "630 304 365"


def row(url: str | None = None, **metadata: str) -> dict[str, Any]:
    return {"id": "a", "text": "Hola", "url": url, "metadata": metadata or None}


def beside(
    rows: list[dict[str, Any]], rules: Any = (), **wanted: Any
) -> tuple[list[dict[str, Any]], Counter[str]]:
    masks = Counter[str]()
    writing = Writing(**{"languages": None, "mask": ["email", "phone"], **wanted})
    batch = masked_beside(pa.RecordBatch.from_pylist(rows, DOCUMENTS), writing, masks, rules)
    assert batch.schema == DOCUMENTS
    return batch.to_pylist(), masks


def test_titles_authors_and_addresses_are_masked_and_counted() -> None:
    rows = [
        row(
            f"https://foro.es/a%40b/ver?de={EMAIL.replace('@', '%40')}&n=630304365&v=%40",
            title=f"Escriba a {EMAIL} o al {PHONE}",
            author=EMAIL,
            breadcrumb=f"Inicio > Tel. {PHONE}",
            rights=f"tdm-policy: mailto:{EMAIL.replace('@', '%40')}",
            date="2024-03-12",
        ),
        row("https://foro.es/600123123/el%40signo", title="La ley 39/2015, de 1 de octubre"),
        row(),
    ]
    (one, two, three), masks = beside(rows)
    assert one["url"] == "https://foro.es/a%40b/ver?de=[EMAIL]&n=630304365&v=%40"
    metadata = one["metadata"]
    assert metadata["title"] == "Escriba a [EMAIL] o al [PHONE]" and metadata["author"] == "[EMAIL]"
    assert metadata["breadcrumb"] == "Inicio > Tel. [PHONE]" and metadata["date"] == "2024-03-12"
    assert metadata["rights"] == "tdm-policy: mailto:[EMAIL]"
    assert two["url"] == rows[1]["url"]
    assert two["metadata"]["title"] == "La ley 39/2015, de 1 de octubre"
    assert three["metadata"] is None
    assert masks == {"email": 4, "phone": 2}


def test_a_fake_is_the_same_in_the_text_and_beside_it() -> None:
    wanted: dict[str, Any] = {"style": "fake", "seed": 3}
    ((metadata,), _) = beside([row(author=EMAIL)], **wanted)
    text = f"Escriba a {EMAIL}."
    after = apply(text, masked(text, [], Writing(languages=None, mask=["email"], **wanted)))
    assert EMAIL not in after and metadata["metadata"]["author"] in after


def test_what_rules_of_filter_mask_is_masked_beside_the_texts_that_they_are_asked_of() -> None:
    rules = [
        Bounds(name="contacts", action="mask", personal=("email",)),
        Bounds(name="file_number", action="mask", pattern=r"EXP-\d+"),
    ]
    applied = [(rules[0], np.array([True, True])), (rules[1], np.array([True, False]))]
    rows = [row("https://foro.es/EXP-12", title="EXP-12", author=EMAIL), row(title="EXP-12")]
    (one, two), masks = beside(rows, applied, mask=[])
    assert one["url"] == "https://foro.es/[FILE_NUMBER]"
    assert one["metadata"]["title"] == "[FILE_NUMBER]" and one["metadata"]["author"] == "[EMAIL]"
    assert two["metadata"]["title"] == "EXP-12"
    assert masks == {"email": 1, "file_number": 2}


def test_nothing_is_masked_where_nothing_is_asked() -> None:
    rows = [row(f"https://foro.es/{EMAIL}", title=f"Tel. {PHONE}")]
    ((one,), masks) = beside(rows, mask=[])
    assert one["url"] == rows[0]["url"] and one["metadata"]["title"] == f"Tel. {PHONE}"
    assert not masks
