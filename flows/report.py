"""The report of a recipe: one HTML page that needs nothing else, written into the store."""

from __future__ import annotations

from typing import Any

from flows.report_datasets import Shown, corpus_shares, funnel, lineage, share, shown, table, when
from flows.report_examples import removed
from flows.report_training import tokens, training
from pipeline import __version__
from pipeline.store import Store

SECTIONS = {
    "funnel": "The way of the documents",
    "corpus": "The corpus",
    "removed": "What the rules removed",
    "tokens": "Tokens",
    "model": "The model",
}


def report_path(recipe: str) -> str:
    """Where the report of a recipe lies in the store."""
    return f"reports/{recipe}/index.html"


def write_report(store: Store, recipe: str) -> str:
    """Writes the page of a recipe's newest run and returns its path, or its URL on an object store.

    Raises UsageError where the recipe never ran.
    """
    page = render(gather(store, recipe))
    store.backend.write(report_path(recipe), page.encode("utf-8", errors="replace"))
    return f"{store.url}/{report_path(recipe)}"


def gather(store: Store, recipe: str) -> dict[str, Any]:
    """What the page tells, as plain values; a section is None where its stage has not run."""
    held = shown(store, recipe)
    corpus = held.of("corpus")
    page: dict[str, Any] = {
        "recipe": recipe,
        "run": held.run["run"],
        "when": when(held.run["run"]),
        "failed": next((s["stage"] for s in held.run["stages"] if s["state"] == "failed"), None),
        "funnel": funnel(held),
        "corpus": corpus_shares(store, corpus) if corpus else None,
        "removed": removed(store, held),
        "tokens": tokens(held),
        "vocabulary": _figure(held, "tokenizer", "vocabulary"),
        "model": training(store, held),
        "datasets": table(held),
        "lineage": lineage(held),
        "version": __version__,
    }
    page["figures"] = _figures(held, page)
    page["contents"] = [
        *((anchor, title) for anchor, title in SECTIONS.items() if page[anchor]),
        ("datasets", "Datasets"),
        ("lineage", "What it was made from"),
    ]
    return page


def _figure(held: Shown, stage: str, name: str) -> Any:
    manifest = held.of(stage)
    return next((s.figures.get(name) for s in manifest.shards), None) if manifest else None


def _figures(held: Shown, page: dict[str, Any]) -> list[dict[str, Any]]:
    """The few figures at the head of the page: what went in, what came out."""
    figures: list[dict[str, Any]] = []

    def add(name: str, value: str, note: str | None = None) -> None:
        figures.append({"name": name, "value": value, "note": note})

    extract, corpus, model = held.of("extract"), held.of("corpus"), page["model"]
    came = extract.ledger.documents.in_ if extract and extract.ledger.documents else 0
    if came:
        add("documents in", number(came))
    if corpus and corpus.ledger.documents:
        kept = corpus.ledger.documents.kept
        note = f"{percent(share(kept, came))} of what came in" if came else None
        add("documents in the corpus", number(kept), note)
    if corpus and corpus.ledger.characters:
        stay = corpus.ledger.characters
        add("characters in the corpus", number(stay.kept + stay.placeholders))
    if page["tokens"]:
        add("tokens", number(page["tokens"]["total"]))
    if model and model["parameters"]:
        add("parameters", number(model["parameters"]))
    if model and (measured := model["measured"]):
        unigram = measured["unigram"]
        note = f"on {measured['split']}" + (f"; unigram {bits(unigram)}" if unigram else "")
        add("bits per byte", bits(measured["model"]), note)
    return figures


def render(page: dict[str, Any]) -> str:
    """The page as HTML; every value is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("flows", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "percent": percent,
        "width": width,
        "figure": figure,
        "bits": bits,
        "bytes": size,
        "duration": duration,
        "brief": brief,
    }
    return environment.get_template("report.html").render(page)


def number(value: float) -> str:
    """1234567 as 1,234,567."""
    return f"{value:,.0f}"


def percent(part: float) -> str:
    """A share as a percentage that never rounds something to nothing or less than all to all."""
    if 0 < part < 0.0005:
        return "<0.1%"
    if 0.9995 <= part < 1:
        return ">99.9%"
    return f"{part:.0%}" if part in {0, 1} else f"{part:.1%}"


def width(part: float) -> str:
    """A share as a width of CSS."""
    return f"{min(1.0, max(0.0, part)) * 100:.3f}%"


def figure(value: float) -> str:
    """A measured value with four digits that count."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def bits(value: float) -> str:
    """Bits per byte or a loss, in columns that compare."""
    return f"{value:.3f}"


def size(value: float) -> str:
    """Bytes in the unit that fits."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:,.0f} {unit}" if unit == "bytes" else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.1f} TB"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"


def brief(name: str) -> str:
    """A dataset's name with the beginning of its fingerprint, enough for `tahona lineage`."""
    stage, _, fingerprint = name.partition("/")
    return f"{stage}/{fingerprint[:12]}"
