"""The card of an export says what is in it as its reader would."""

from __future__ import annotations

from collections import Counter

from cleaning.export import card
from cleaning.export.export import COUNTED
from pipeline.model.ledger import Documents
from tests.cleaning import planted


def test_the_counts_of_a_stage_add_up_on_a_card() -> None:
    """What was quarantined was not kept, and no rule removed it."""
    extract = planted.manifest("extract", ["documents"], [], 0)
    extract.ledger.documents = Documents(
        in_=1_103, kept=818, removed={"short": 200, "empty": 36}, quarantined=49
    )
    facts = card.Facts(
        f"corpus/{'a' * 32}",
        "export/b",
        Documents(in_=818, kept=818),
        1_000,
        {"es": 818},
        {c: Counter() for c in (*COUNTED, "inside")},
        stages=[extract],
    )
    for language, why in (("en", "not readable, quarantined"), ("es", "ilegibles, en cuarentena")):
        rows = [line.strip("| ").split("|") for line in card.card(facts, language).splitlines()]
        counts = {r[-3].strip(): int(r[-2]) for r in rows if len(r) == 3 and r[-1].endswith("%")}
        assert counts == {"`short`": 200, why: 49, "`empty`": 36}
        assert sum(counts.values()) == 1_103 - 818


def test_a_card_writes_a_rule_as_a_reader_would() -> None:
    few = {"name": "few", "signal": "words", "min": 60.0, "max": None, "web_only": True}
    few |= {"languages": ["es", "gl"], "source": "", "off": False, "kinds": None}
    digits = {"name": "digits", "signal": "", "off": True}
    assert (
        card._rule(few, card._WORDS["en"]) == "`few`: `words` at least 60; of es, gl; of web pages"
    )
    assert (
        card._rule(few, card._WORDS["es"])
        == "`few`: `words` al menos 60; en es, gl; en páginas web"
    )
    assert card._rule(digits, card._WORDS["en"]) == "`digits`: not asked"
    cut = {"name": "scripts", "signal": "listed", "max": 0, "action": "cut", "unit": "line"}
    cut["words"] = ["javascript"]
    sentence = "`scripts`: cuts lines javascript; `listed` at most 0"
    assert card._rule(cut, card._WORDS["en"]) == sentence


def test_a_card_says_what_rules_masked_and_which_documents_were_parts_of_others() -> None:
    rules = [
        {"name": "contacts", "action": "mask", "personal": ["phone"]},
        {"name": "file_number", "action": "mask", "pattern": "EXP"},
    ]
    filtered = planted.manifest("filter", ["decisions"], [[]], 0)
    filtered.shards[0].params = {"rules": rules}
    corpus = planted.manifest("corpus", ["corpus"], [], 0)
    corpus.ledger.documents = filtered.ledger.documents = Documents(in_=37, kept=42, parted=5)
    facts = card.Facts(
        f"corpus/{'a' * 32}",
        "export/b",
        Documents(in_=42, kept=42),
        1_000,
        {"es": 42},
        {c: Counter() for c in (*COUNTED, "inside")},
        stages=[filtered, corpus],
        masking={"mask": [], "patterns": {"exp": "EXP-[0-9]+"}},
        masked=Counter(phone=2),
        sources={
            "notes": {"licence": "ask ana@correo.es", "terms": "EXP-12"},
            "book": {"licence": "MIT"},
        },
        licences={"book": Counter({"CC-BY-4.0": 3, "": 1})},
    )
    text = card.card(facts, "en")
    assert "| notes |  | ask [EMAIL] | [EXP] |" in text
    # What documents have, whatever the recipe says.
    assert "| book |  | CC-BY-4.0 (3), none (1) |" in text
    assert (
        "by a placeholder of its kind: exp, phone, file_number." in text and "| phone | 2 |" in text
    )
    assert "| + 5 |  | parts of documents in another language" in text


def test_a_card_writes_numbers_as_its_language_does() -> None:
    facts = card.Facts(
        f"corpus/{'a' * 32}",
        "export/b",
        Documents(in_=12_345, kept=12_345),
        1_234_567,
        {"es": 12_345},
        {c: Counter() for c in (*COUNTED, "inside")},
    )
    english, spanish = (card.card(facts, language) for language in ("en", "es"))
    assert english.startswith("# The corpus `corpus/aaaaaaaa`\n")
    assert "12,345 documents, 1,234,567 characters" in english and "| es | 12,345 |" in english
    assert "12.345 documentos, 1.234.567 caracteres" in spanish and "| es | 12.345 |" in spanish
