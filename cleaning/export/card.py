"""The card of an export: sources, licences, counts, rules, what was removed or stayed inside, samples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from cleaning.export.export import COUNTED, SHOWN, in_turn
from cleaning.privacy.told import told
from pipeline.model.dataset import Manifest, Reference
from pipeline.model.ledger import Documents

_PRESETS = {"spanish": "tahona"}  # as a default is called in datasets, and in the pages
_PART = re.compile("[-.].*")  # of the name of a language: its country, its domain
NAME = len("corpus/") + 8  # of a dataset, as people call it
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "marks": ",.",  # of thousands, and of decimals
        "title": "The corpus `{corpus}`",
        "size": "{documents}, {characters}; made of `{corpus}`, exported as `{export}`.",
        "other": "[En español](LEEME.md)",
        "sources": "Sources",
        "source": "source",
        "domain": "domain",
        "licence": "licence",
        "terms": "terms",
        "access": "access",
        "language": "language",
        "of_these": "of these",
        "document": "document",
        "documents": "documents",
        "inside": "Stayed inside",
        "inside_text": "What may not be given on of these sources is not here: {documents}.",
        "nothing_inside": "Nothing was left out for reasons of access.",
        "made": "How it was made",
        "stage": "stage",
        "in": "in",
        "kept": "kept",
        "removed": "removed",
        "share": "share",
        "rule": "rule",
        "quarantined": "not readable, quarantined",
        "parted": "parts of documents in another language, now documents of their own",
        "rules": "Rules of `{stage}`:",
        "min": "at least",
        "max": "at most",
        "off": "not asked",
        "web_only": "of web pages",
        "unless": "where there is no",
        "of": "of",
        "tag": "tags",
        "cut_line": "cuts lines",
        "cut_paragraph": "cuts paragraphs",
        "mask": "masks",
        "sample": "draws",
        "character": "character",
        "characters": "characters",
        "cut": "{rule}, cut inside documents",
        "personal": "Personal data",
        "masked": "Found by form, context and check digit and {style}: {kinds}. "
        "What no rule knows stays: tell the publisher.",
        "placeholder": "replaced by a placeholder of its kind",
        "fake": "replaced by a consistent fake",
        "count": "replaced",
        "kind": "kind",
        "unmasked": "Nothing was masked.",
        "samples": "Samples",
        "none": "none",
    },
    "es": {
        "marks": ".,",
        "title": "El corpus `{corpus}`",
        "size": "{documents}, {characters}; hecho de `{corpus}`, exportado como `{export}`.",
        "other": "[In English](README.md)",
        "sources": "Fuentes",
        "source": "fuente",
        "domain": "dominio",
        "licence": "licencia",
        "terms": "condiciones",
        "access": "acceso",
        "language": "lengua",
        "of_these": "de ellos",
        "document": "documento",
        "documents": "documentos",
        "inside": "Lo que no sale",
        "inside_text": "Lo que no puede cederse de estas fuentes no está aquí: {documents}.",
        "nothing_inside": "Nada se ha dejado fuera por razones de acceso.",
        "made": "Cómo se hizo",
        "stage": "etapa",
        "in": "entran",
        "kept": "quedan",
        "removed": "retirados",
        "share": "parte",
        "rule": "regla",
        "quarantined": "ilegibles, en cuarentena",
        "parted": "partes de documentos en otra lengua, ahora documentos propios",
        "rules": "Reglas de `{stage}`:",
        "min": "al menos",
        "max": "a lo sumo",
        "off": "no se aplica",
        "web_only": "en páginas web",
        "unless": "donde no hay",
        "of": "en",
        "tag": "marca",
        "cut_line": "corta líneas",
        "cut_paragraph": "corta párrafos",
        "mask": "enmascara",
        "sample": "sortea",
        "character": "carácter",
        "characters": "caracteres",
        "cut": "{rule}, cortado dentro de documentos",
        "personal": "Datos personales",
        "masked": "Hallados por forma, contexto y dígito de control y {style}: {kinds}. "
        "Lo que ninguna regla conoce queda: avise a quien publica.",
        "placeholder": "sustituidos por una marca de su clase",
        "fake": "sustituidos por datos inventados coherentes",
        "count": "sustituidos",
        "kind": "clase",
        "unmasked": "No se ha enmascarado nada.",
        "samples": "Muestras",
        "none": "ninguna",
    },
}


@dataclass
class Facts:
    """What a card says, in no language yet."""

    corpus: str
    export: str
    documents: Documents
    characters: int
    languages: Mapping[str, int]
    counts: Mapping[str, Counter[str]]  # of COUNTED columns, and `inside` by source
    licences: Mapping[str, Counter[str]] = field(default_factory=dict)  # of each source
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stages: list[Manifest] = field(default_factory=list)  # in the order of the work
    masking: Mapping[str, Any] = field(default_factory=dict)
    masked: Counter[str] = field(default_factory=Counter)
    samples: list[list[str]] = field(default_factory=list)


def facts(
    export: Manifest, manifest: Callable[[Reference], Manifest | None], languages: Mapping[str, int]
) -> Facts:
    """What is known of an export and of the datasets above it, those that are still there."""
    counts = {column: Counter[str]() for column in (*COUNTED, "inside")}
    for shard in export.shards:
        for column, counter in counts.items():
            counter.update(shard.figures.get(column, {}))
    licences: dict[str, Counter[str]] = {}
    for shard in export.shards:
        for source, counted in shard.figures.get("licences", {}).items():
            licences.setdefault(source, Counter()).update(counted)
    (reference,) = export.inputs["corpus"]
    assert export.ledger.documents and export.ledger.characters
    gathered = Facts(
        str(reference),
        str(export.reference),
        export.ledger.documents,
        export.ledger.characters.kept,
        languages,
        counts,
        licences,
        samples=_samples(export, languages),
    )
    if corpus := manifest(reference):
        above = [manifest(r) for references in corpus.inputs.values() for r in references]
        order = {"extract": 0, "annotate": 1, "filter": 2, "deduplicate": 3}
        stages = sorted((m for m in above if m), key=lambda m: order.get(m.stage, 9))
        gathered.stages = [*(m for m in stages if m.ledger.documents), corpus]
        gathered.masking = corpus.params
        for shard in corpus.shards:
            gathered.masked.update(shard.figures.get("masked", {}))
        for stage in stages:
            gathered.sources = stage.params.get("sources", {}) or gathered.sources
    return gathered


def _samples(export: Manifest, languages: Mapping[str, int]) -> list[list[str]]:
    """Beginnings of texts, of each part in turn, the part with most documents first, and in it of each shard."""
    parts: dict[str, list[list[list[str]]]] = {}
    for shard in export.shards:
        for part, samples in groupby(shard.figures.get("samples", []), itemgetter(0)):
            parts.setdefault(part, []).append([*samples])
    largest = sorted(parts, key=lambda part: (-languages.get(part, 0), part))
    return in_turn([in_turn(parts[part]) for part in largest])[:SHOWN]


def card(facts: Facts, language: str) -> str:
    """The card in Markdown, in English (`en`) or Spanish (`es`)."""
    return "\n".join(_lines(facts, _WORDS[language])) + "\n"


def _lines(facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    yield f"# {words['title'].format(corpus=facts.corpus[:NAME])}\n"
    yield words["other"] + "\n"
    size = words["size"]
    documents = _counted(facts.documents.kept, "document", words)
    characters = _counted(facts.characters, "character", words)
    yield size.format(
        documents=documents, characters=characters, corpus=facts.corpus, export=facts.export
    )
    yield ""
    yield from _languages(facts.languages, words)
    yield from _table(words["licence"], _told(facts), words)
    yield from _table(words["domain"], facts.counts["domain"], words)
    yield f"## {words['sources']}\n"
    yield from _sources(facts, words)
    yield f"## {words['inside']}\n"
    yield from _inside(facts, words)
    yield f"## {words['made']}\n"
    yield from _provenance(facts, words)
    yield f"## {words['personal']}\n"
    yield from _personal(facts, words)
    yield f"## {words['samples']}\n"
    for name, text in facts.samples:
        yield f"> {name}: {' '.join(text.split())}\n"


def _languages(counts: Mapping[str, int], words: Mapping[str, str]) -> Iterator[str]:
    """The languages, the most frequent first, and below each its varieties and domains, which it counts, too."""
    yield f"| {words['language']} | {words['documents']} |\n|---|---:|"

    def place(name: str) -> tuple[int, str, bool, int, str]:
        whole = _PART.sub("", name)
        return -counts.get(whole, 0), whole, name != whole, -counts[name], name

    for name in sorted(counts, key=place):
        these = f"{words['of_these']} " if _PART.search(name) else ""
        yield f"| {these}{name or words['none']} | {_number(counts[name], words)} |"
    yield ""


def _told(facts: Facts) -> Counter[str]:
    """Documents by licence as pages state it, who is named in it masked."""
    counts: Counter[str] = Counter()
    for licence, n in facts.counts["licence"].items():
        counts[told(licence, facts.masking.get("patterns"))] += n
    return counts


def _sources(facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    names = ("source", "domain", "licence", "terms", "access", "documents")
    yield _row(words[name] for name in names)
    yield "|---|---|---|---|---|---:|"
    for name in sorted({*facts.sources, *facts.counts["source"]}):
        terms = told(facts.sources.get(name, {}), facts.masking.get("patterns"))
        yield _row(
            [
                name,
                str(terms.get("domain") or ""),
                _licences(facts, name, words) or str(terms.get("licence") or ""),
                str(terms.get("terms") or ""),
                str(terms.get("access") or "open"),
                _number(facts.counts["source"][name], words),
            ]
        )
    yield ""


def _licences(facts: Facts, source: str, words: Mapping[str, str]) -> str:
    """The licences that documents of a source have, the most frequent first; of several how many have each."""
    counts = Counter[str]()
    for licence, n in facts.licences.get(source, {}).items():
        counts[told(licence, facts.masking.get("patterns")) or words["none"]] += n
    if len(counts) == 1:
        return next(iter(counts))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{licence} ({_number(n, words)})" for licence, n in ranked)


def _inside(facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    inside = facts.counts["inside"]
    if not inside:
        yield words["nothing_inside"] + "\n"
        return
    yield words["inside_text"].format(documents=_counted(inside.total(), "document", words)) + "\n"
    yield from _table(words["source"], inside, words)


def _provenance(facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    names = ("stage", "in", "kept", "rule", "removed", "share")
    yield _row(words[name] for name in names)
    yield "|---|---:|---:|---|---:|---:|"
    # The corpus, which writes the texts, counts the cuts of the stages before it again.
    told: set[str] = set()
    for stage in facts.stages:
        documents = stage.ledger.documents
        assert documents
        whole = max(documents.in_, 1)
        came, kept = _number(documents.in_, words), _number(documents.kept, words)
        yield _row([stage.stage, came, kept, "", "", ""])
        gone = {f"`{rule}`": n for rule, n in documents.removed.items()}
        if documents.quarantined:
            gone[words["quarantined"]] = documents.quarantined
        for rule, n in sorted(gone.items(), key=lambda item: (-item[1], item[0])):
            share = f"{_number(100 * n / whole, words, 2)} %"
            yield _row(["", "", "", rule, _number(n, words), share])
        yield from _cut(stage, told, words)
        if documents.parted:
            yield _row(["", f"+ {_number(documents.parted, words)}", "", words["parted"], "", ""])
    yield ""
    for stage in facts.stages:
        if rules := stage.params.get("rules") or stage.params.get("gate"):
            yield words["rules"].format(stage=stage.stage) + "\n"
            for rule in rules if isinstance(rules, list) else [rules]:
                text = (
                    f"`{_PRESETS.get(rule, rule)}`" if isinstance(rule, str) else _rule(rule, words)
                )
                yield f"- {text}{'' if isinstance(rule, str) else _taken(stage, rule, words)}"
            yield ""


def _cut(stage: Manifest, told: set[str], words: Mapping[str, str]) -> Iterator[str]:
    """What rules cut inside documents that stay, in characters, but what is `told` already."""
    documents, characters = stage.ledger.documents, stage.ledger.characters
    if not documents or not characters:
        return
    inside = characters.cut.keys() - documents.removed.keys() - told
    told |= inside
    for rule in sorted(inside, key=lambda rule: (-characters.cut[rule], rule)):
        if n := characters.cut[rule]:
            share = f"{_number(100 * n / characters.in_, words, 2)} %"
            named = words["cut"].format(rule=f"`{rule}`")
            yield _row(["", "", "", named, _counted(n, "character", words), share])


def _taken(stage: Manifest, rule: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """How many documents a rule tagged, or characters it cut or masked; what it removed is in the table above."""
    name, characters = rule["name"], stage.ledger.characters
    match rule.get("action"):
        case "tag":
            tagged = sum(shard.figures.get("tagged", {}).get(name, 0) for shard in stage.shards)
            return f" ({_counted(tagged, 'document', words)})"
        case "cut" | "mask" if characters:
            taken = characters.cut.get(name, 0) + characters.masked.get(name, 0)
            return f" ({_counted(taken, 'character', words)})"
    return ""


def _action(rule: Mapping[str, Any], words: Mapping[str, str]) -> str:
    match rule.get("action"):
        case "cut":
            return " ".join(
                [words[f"cut_{rule['unit']}"], ", ".join(rule.get("words") or ())]
            ).strip()
        case "mask":
            return f"{words['mask']} {', '.join(rule.get('personal') or [rule['pattern']])}"
        case "sample":
            return " ".join(
                [words["sample"], *(_figure(r, words) for r in [rule.get("rate")] if r)]
            )
        case "tag":
            return words["tag"]
    return ""


def _rule(rule: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """A rule of a recipe in words: what it does and when, of which documents, where its constant is from."""
    signal = f"`{rule['signal']}`" if rule.get("signal") else ""
    bounds = [
        f"{words[b]} {_figure(rule[b], words)}" for b in ("min", "max") if rule.get(b) is not None
    ]
    conditions = [
        _action(rule, words),
        " ".join(filter(None, [signal, *bounds])),
        *(
            f"{words['of']} {', '.join(rule[these])}"
            for these in ("languages", "domains", "kinds")
            if rule.get(these)
        ),
        *(words[flag] for flag in ("web_only", "off") if rule.get(flag)),
        f"{words['unless']} `{rule['unless']}`" if rule.get("unless") else "",
        rule.get("source") or "",
    ]
    return f"`{rule['name']}`: {'; '.join(filter(None, conditions))}"


def _personal(facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    kinds = [*facts.masking.get("mask", ()), *facts.masking.get("patterns", ())]
    for stage in facts.stages:
        kinds += _of_rules(stage)
    kinds = [*dict.fromkeys(kinds)]
    if not kinds:
        yield words["unmasked"] + "\n"
        return
    style = words[facts.masking.get("style", "placeholder")]
    yield words["masked"].format(style=style, kinds=", ".join(kinds)) + "\n"
    yield f"| {words['kind']} | {words['count']} |\n|---|---:|"
    for kind, number in sorted(facts.masked.items()):
        yield f"| {kind} | {_number(number, words)} |"
    yield ""


def _of_rules(stage: Manifest) -> Iterator[str]:
    """The kinds of data that rules of a stage mask; of one with a pattern its name."""
    for rule in (stage.shards[0].params if stage.shards else {}).get("rules", ()):
        if rule.get("action") == "mask":
            yield from rule.get("personal") or [rule["name"]]


def _table(title: str, counts: Counter[str], words: Mapping[str, str]) -> Iterator[str]:
    yield f"| {title} | {words['documents']} |\n|---|---:|"
    for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {name.replace('|', ' ') or words['none']} | {_number(number, words)} |"
    yield ""


def _number(value: float, words: Mapping[str, str], digits: int = 0) -> str:
    """As the language writes it: 1,234.5 or 1.234,5."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", words["marks"]))


def _counted(n: int, unit: str, words: Mapping[str, str]) -> str:
    """So many of a unit, `document` or `character`: of one, one."""
    return f"{_number(n, words)} {words[unit if n == 1 else f'{unit}s']}"


def _figure(value: float, words: Mapping[str, str]) -> str:
    """A bound, with the digits that it needs."""
    return f"{value:g}".translate(str.maketrans(",.", words["marks"]))


def _row(cells: Iterator[str] | list[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", " ").split()) for cell in cells) + " |"
