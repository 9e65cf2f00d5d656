"""The sections of a page that count: the way of the documents, shares, the figures at its head, speed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from flows.report.figures.plot import chart, histogram
from flows.report.words.language import Language
from flows.stages import STAGES

NOTES = 6  # of a step at least, for its speed to be drawn
SPANS = 24  # of even length, over which a speed is averaged

Facts = Mapping[str, Any]


def share(count: int, whole: int) -> float:
    """The share of a whole, 0 of nothing."""
    return count / whole if whole else 0.0


def funnel(stages: Sequence[Facts]) -> list[dict[str, Any]]:
    """The stages that count documents, with bars: widths are of the most that came into any, or came of it."""
    counted = [facts for facts in stages if facts["documents"]]
    most = max(
        (facts["documents"][side] for facts in counted for side in ("in", "kept")), default=0
    )
    return [
        {
            "stage": facts["stage"],
            "called": facts.get("called", facts["stage"]),
            "name": f"{facts['stage']}/{facts['fingerprint']}",
            "documents": _documents(facts["documents"], most),
            "characters": _characters(facts["characters"]) if facts["characters"] else None,
            "taken": _taken(
                facts["documents"],
                facts["characters"],
                {rule["rule"]: rule["signal"] for rule in facts["rules"]},
            ),
        }
        for facts in counted
    ]


def _documents(counts: Facts, most: int) -> dict[str, Any]:
    return {
        "parted": 0,
        **counts,
        "share": share(counts["kept"], counts["in"]),
        "removed": [
            {"rule": rule, "width": share(n, most)} for rule, n in _most(counts["removed"])
        ],
        "kept_width": share(counts["kept"], most),
        "quarantined_width": share(counts["quarantined"], most),
    }


def _characters(counts: Facts) -> dict[str, Any]:
    """With those that `stay`: placeholders of masked text count, too."""
    stay = counts["kept"] + counts["placeholders"]
    return {**counts, "stay": stay, "share": share(stay, counts["in"])}


def _taken(
    documents: Facts, characters: Facts | None, signals: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What each rule took, by its signal: documents with their characters, then lines cut and data masked in others."""
    cut = dict(characters["cut"]) if characters else {}
    rows = [
        {
            "how": "removed",
            "rule": rule,
            "signal": signals.get(rule),
            "count": n,
            "share": share(n, documents["in"]),
            "characters": cut.pop(rule, 0) if characters else None,
        }
        for rule, n in _most(documents["removed"])
    ]
    edits = [("cut", cut), ("masked", characters["masked"] if characters else {})]
    return rows + [
        {"how": how, "rule": rule, "signal": None, "count": None, "share": None, "characters": n}
        for how, counts in edits
        for rule, n in _most(counts)
    ]


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Those that count anything, the most first."""
    return sorted((item for item in counts.items() if item[1]), key=lambda r: (-r[1], r[0]))


def shares(
    rows: Sequence[Facts] | None, tokens: Mapping[str, Sequence[Facts]] | None = None
) -> list[dict[str, Any]]:
    """Counts with their shares of the sum, in `shares`; `tokens` of each dataset that counts them, by its name.

    `tokens` are the rows of those datasets; without any, the tokens are those of the rows themselves, without a name.
    """
    rows = rows or ()
    counted = {
        name: {row["name"]: row["tokens"] for row in others}
        for name, others in (tokens or {"": rows}).items()
    }
    known = {name: n for name, n in counted.items() if any(v is not None for v in n.values())}
    sums = {k: sum(row[k] or 0 for row in rows) for k in ("count", "characters")}
    of_tokens = {k: sum(n.get(row["name"]) or 0 for row in rows) for k, n in known.items()}
    return [
        {
            **row,
            "shares": {k: share(row[k] or 0, total) for k, total in sums.items()},
            "tokens": [
                {"of": k, "count": n, "share": share(n or 0, of_tokens[k])}
                for k in known
                for n in [known[k].get(row["name"])]
            ],
        }
        for row in rows
    ]


def parted(facts: Facts, counted: Mapping[str, Facts]) -> list[dict[str, Any]]:
    """The shares of the parts of a corpus, with the tokens that each of `counted` has of them; none where the parts are
    its languages, or its domains.
    """
    rows = facts["corpus_parts"]
    by_domain = any("." in (row["name"] or "") for row in rows)
    if len(rows) == len(facts["languages"]) or (by_domain and len(rows) == len(facts["domains"])):
        return []

    def tokens(of: Facts, name: str | None) -> int | None:
        """Of a part that is not parted by domain: those of all its domains."""
        inside = [r for r in of["corpus_parts"] if name and f"{r['name']}.".startswith(f"{name}.")]
        return sum(row["tokens"] or 0 for row in inside) if inside else None

    return shares(
        rows,
        {
            called: [{"name": r["name"], "tokens": tokens(f, r["name"])} for r in rows]
            for called, f in counted.items()
        },
    )


def read_by(facts: Facts, stages: Sequence[Facts]) -> dict[str, Facts]:
    """The stages that read a dataset and count its tokens, by the names that the recipe gives them, else by none."""
    return {
        f["called"] if f["called"] != f["stage"] else "": f
        for f in stages
        if f["tokens"] and any(source["dataset"] == facts["name"] for source in f["inputs"])
    }


def headline(stages: Sequence[Facts], language: Language) -> list[dict[str, Any]]:
    """The few figures at the head of a recipe's page: what went in, what came out.

    `stages` in the order of the work. Where several have a figure, the name stands beside it, and each corpus and
    each dataset of tokens has its own; of models the last is shown, the others are `beside` it.
    """
    figures: list[dict[str, Any]] = []

    def add(name: str, of: str | None, value: str, note: str | None = None) -> None:
        figures.append({"name": language[name], "of": of, "value": value, "note": note})

    came = _each(stages, "in", lambda f: f["documents"] and f["documents"]["in"])
    for _, of, count in came:
        add("head.in", of, language.number(count))
    for facts, of, documents in _each(stages, "documents", lambda f: f["documents"]):
        read = {source["dataset"] for source in facts["inputs"]}
        whole = [n for f, _, n in came if len(came) == 1 or f["name"] in read]
        part = language.percent(share(documents["kept"], sum(whole)))
        note = language["head.of_in"].format(share=part) if whole else None
        add("head.documents", of, language.number(documents["kept"]), note)
    for _, of, counts in _each(stages, "characters", lambda f: f["characters"]):
        add("head.characters", of, language.number(counts["kept"] + counts["placeholders"]))
    for _, of, tokens in _each(stages, "tokens", lambda f: f["tokens"]):
        add("head.tokens", of, language.number(tokens["total"]), language["head.tokens.of"])
    for _, of, parameters in _each(stages, "parameters", lambda f: f["figures"].get("parameters"))[
        -1:
    ]:
        add("head.parameters", of, language.number(parameters))
    for _, of, (split, value, unigram) in _each(stages, "bits", measured_bits)[-1:]:
        note = language["head.on"].format(split=language[f"split.{split}"])
        if unigram:
            note += f"; {language['unigram']} {language.bits(unigram)}"
        add("head.bits", of, language.bits(value), note)
    return figures


def measured_bits(facts: Facts) -> tuple[str, float, float | None] | None:
    """On which split a model was measured, its bits per byte there and those of the unigram."""
    figures = facts["figures"]
    for split in ("test", "validation"):
        if value := figures.get(f"{split}_bpb"):
            return split, value, figures.get(f"{split}_unigram_bpb") or figures.get("unigram_bpb")
    return None


def _each(
    stages: Sequence[Facts], figure: str, find: Callable[[Facts], Any]
) -> list[tuple[Facts, str | None, Any]]:
    """The stages that have a figure, each with its name, where there are several, and its figure."""
    asked = [f for f in stages if f["stage"] in STAGES and figure in STAGES[f["stage"]].head]
    found = [(facts, value) for facts in asked if (value := find(facts))]
    return [(facts, facts["called"] if found[1:] else None, value) for facts, value in found]


def beside(stages: Sequence[Facts]) -> list[dict[str, Any]]:
    """Models beside one another, by domain: a table for each measure that several have, in whose unit they compare."""
    by_title: dict[str, list[Facts]] = {}
    for facts in stages:
        if facts["measured"] and facts["measured"]["domains"]:
            by_title.setdefault(facts["measured"]["title"], []).append(facts)
    tables = (_beside(stages, title, measured) for title, measured in by_title.items())
    return [table for table in tables if table]


def _beside(
    stages: Sequence[Facts], title: str, measured: Sequence[Facts]
) -> dict[str, Any] | None:
    """What was measured of some models; None of fewer than two.

    Of each the split that all were measured on, and the parameters of its model.
    """
    splits = [f["measured"]["splits"] for f in measured]
    split = next((s for s in ("test", "validation") if all(s in each for each in splits)), None)
    if len(measured) < 2 or split is None:
        return None
    models = {f["name"]: f["figures"].get("parameters") for f in stages}
    read = [{i["dataset"] for i in f["inputs"]} for f in measured]
    columns = [_of_model(f["measured"], split) for f in measured]
    domains = dict.fromkeys(d for column in columns for d in column if d != "all")
    return {
        "title": title,
        "split": split,
        "names": [(f["stage"], f["called"], f["name"]) for f in measured],
        "parameters": [next((n for m, n in models.items() if n and m in r), None) for r in read],
        "rows": [
            {"domain": domain, "figures": [column.get(domain) for column in columns]}
            for domain in [*domains, "all"]
        ],
    }


def _of_model(measured: Facts, split: str) -> dict[str, float | None]:
    """By domain, what was measured of the model, not of the unigram, on one split."""
    place = 2 * measured["splits"].index(split)
    return {row["domain"]: row["figures"][place]["value"] for row in measured["domains"]}


def drawings(facts: Facts, language: Language) -> dict[str, Any]:
    """The curves of a model, as drawings; a curve without a point is None."""
    curves = facts["curves"]
    level = (language["unigram"], curves["unigram"]) if curves["unigram"] else None
    of_model = [(language["model"], "first", curves["quality"])]
    quality = chart(of_model, language.number, level, begins=[0])
    lines = {
        name: chart(
            [(language[f"curve.{name}"], "second", curves[name])], language.number, begins=[0]
        )
        for name in ("loss", "rate", "norm")
    }
    return {"measure": curves["measure"], "quality": quality, **lines}


def drawn(histograms: Sequence[Facts] | None, language: Language) -> list[dict[str, Any]]:
    """Histograms with their drawings, and the documents that an axis counts up to on each side."""
    return [
        {**facts, "drawing": (drawing := histogram(dict(facts))), "axis": _axis(drawing, language)}
        for facts in histograms or ()
    ]


def _axis(drawing: Facts, language: Language) -> dict[str, str]:
    return {side: language.number(n) for side, n in drawing["most"].items()}


def speeds(row: Facts, language: Language) -> list[dict[str, Any]]:
    """A drawing of the speed of each step of a stage that was noted often enough to be one; of steps of one name each
    is a `part`.
    """
    drawings = []
    names = [step["step"] for step in row.get("pace", ())]
    for place, step in enumerate(row.get("pace", ())):
        points = [(x, y) for x, y in step["points"]]
        if len(points) < NOTES or points[-1][0] <= points[0][0]:
            continue
        evened = _even(points)
        pairs = [((a[0] + b[0]) / 2, (b[1] - a[1]) / (b[0] - a[0])) for a, b in pairwise(evened)]
        drawing = chart([(language["speed"], "second", pairs)], language.number)
        if drawing:
            (first, last) = points[0], points[-1]
            drawing["lines"][0]["last"] = (last[1] - first[1]) / (last[0] - first[0])
            name = step["step"]
            part = names[: place + 1].count(name) if names.count(name) > 1 else None
            told = {"step": name, "part": part, "unit": step["unit"]}
            drawings.append({**told, "drawing": drawing})
    return drawings


def _even(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """What was done by times of even distance: notes come in bursts, and bursts are no speed."""
    number = min(SPANS, len(points) - 1)
    first, length = points[0][0], (points[-1][0] - points[0][0]) / number
    evened, at = [points[0]], 0
    for i in range(1, number + 1):
        time = first + i * length if i < number else points[-1][0]
        while at + 2 < len(points) and points[at + 1][0] < time:
            at += 1
        (x0, y0), (x1, y1) = points[at], points[at + 1]
        fraction = (time - x0) / (x1 - x0) if x1 > x0 else 1.0
        evened.append((time, y0 + fraction * (y1 - y0)))
    return evened
