"""Tells bytes, hours and disk of a run before it is started, from speeds measured in this store or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.chain.chain import runs
from flows.recipe.recipe import Recipe
from pipeline.engines import engine
from pipeline.store.store import Store


@dataclass(frozen=True)
class Speed:
    """Input bytes a second of one core, and bytes written for each byte read."""

    bytes_s: float
    ratio: float
    measured: str


# Measured on 2 busy cores with real texts, archives and sites; a run in the store replaces them by
# its own. What is written counts the inner shards too: shingles are larger than compressed text.
DEFAULTS = {
    "annotate": Speed(0.8e6, 0.3, "default"),
    "filter": Speed(4e6, 0.02, "default"),
    "deduplicate": Speed(1.8e6, 4.0, "default"),
    "corpus": Speed(2e6, 0.9, "default"),
    "tokenizer": Speed(0.3e6, 0.0, "default"),
    "shard": Speed(1e6, 1.2, "default"),
}
# Extraction by what is read: archives of pages, compressed text, plain text.
ARCHIVE = Speed(0.3e6, 0.15, "default")
COMPRESSED = Speed(1e6, 1.4, "default")
PLAIN = Speed(3e6, 0.6, "default")
PAGE = 20_000  # bytes of a crawled page in a WARC file, compressed
CRAWL_S = 0.05  # seconds of work a page beside the polite delay


def estimate(recipe: Recipe, store: Store) -> dict[str, Any]:
    """Per stage the bytes in and out and the seconds; in all the hours and the disk. Writes nothing.

    `not_estimated` names the stages that are in none of these figures.
    """
    workers = recipe.layout.run.workers or engine.workers_available()
    measured = _measured(store)
    paths = [path for files in recipe.files().values() for path in files]
    sizes = {p: Path(p).stat().st_size for p in paths if "://" not in p}
    size = sum(sizes.values())
    documents = sum(n * _reading(p).ratio for p, n in sizes.items())
    reading = sum(n / _reading(p).bytes_s for p, n in sizes.items())
    stages: list[dict[str, Any]] = []
    left: list[str] = []
    for name in recipe.stages:
        params = recipe.params[name].model_dump()
        if name == "crawl":
            crawled, seconds = _crawl(params)
            stages.append(_row(name, 0, crawled, seconds, "the recipe's max_pages and delay"))
            size, documents = size + crawled, documents + crawled * ARCHIVE.ratio
            reading += crawled / ARCHIVE.bytes_s
            continue
        if name == "extract":
            documents *= params["sample"]
            seconds = reading * params["sample"] / workers
            stages.append(_row(name, size, int(documents), seconds, "default"))
            size = int(documents)
            continue
        speed = measured.get(name) or DEFAULTS.get(name)
        if speed is None:
            left.append(name)  # a training run has a length of its own, told in tokens by its log
            continue
        out = int(size * speed.ratio)
        cores = 1 if name == "tokenizer" else workers
        stages.append(_row(name, size, out, size / speed.bytes_s / cores, speed.measured))
        # Side tables lie beside the text: only extract and corpus write text that is read again.
        size = out if name == "corpus" else size
    return {
        "recipe": recipe.name,
        "estimate": stages,
        "not_estimated": left,
        "bytes_in": next((r["bytes_in"] or r["bytes_out"] for r in stages), 0),
        "hours": round(sum(r["seconds"] for r in stages) / 3600, 3),
        "disk": sum(r["bytes_out"] for r in stages),
        "files": len(paths),
        "workers": workers,
        "text": _text(stages, left, workers),
    }


def _reading(path: str) -> Speed:
    name = path.lower()
    if ".warc" in name or ".arc" in name:
        return ARCHIVE
    return COMPRESSED if name.endswith((".gz", ".zst")) else PLAIN


def _crawl(params: dict[str, Any]) -> tuple[int, float]:
    """Bytes and seconds at most: every source to its last allowed page, all sources side by side."""
    pages = [s["max_pages"] for s in params["sources"].values()]
    waits = [s["max_pages"] * (s["delay"] + CRAWL_S) for s in params["sources"].values()]
    return sum(pages) * PAGE, max(waits)


def _measured(store: Store) -> dict[str, Speed]:
    """The speeds of stages that this store has computed, one core, newest runs first."""
    sums: dict[str, list[float]] = {}
    for name in store.backend.folders("runs"):
        for record in runs(store, name)[:20]:
            for row in record["stages"]:
                if (
                    row["state"] == "committed"
                    and row["seconds"] > 0
                    and not row["shards"]["reused"]
                ):
                    held = sums.setdefault(row["stage"], [0.0, 0.0, 0.0])
                    held[0] += row["bytes_in"]
                    held[1] += row["bytes_out"]
                    held[2] += row["seconds"] * record.get("workers", 1)
    return {
        stage: Speed(read / seconds, written / read, "this store")
        for stage, (read, written, seconds) in sums.items()
        # A tiny run measures its start-up, and a run's record knows nothing of the inner shards.
        if read >= 1e6 and stage in DEFAULTS and stage != "deduplicate"
    }


def _row(stage: str, read: int, written: int, seconds: float, by: str) -> dict[str, Any]:
    return {
        "stage": stage,
        "bytes_in": read,
        "bytes_out": written,
        "seconds": round(seconds, 1),
        "measured": by,
    }


def _text(stages: list[dict[str, Any]], left: list[str], workers: int) -> list[str]:
    lines = [f"{'stage':<12}{'read MB':>12}{'write MB':>12}{'hours':>10}  speed from"]
    for row in stages:
        lines.append(
            f"{row['stage']:<12}{row['bytes_in'] / 1e6:>12,.1f}{row['bytes_out'] / 1e6:>12,.1f}"
            f"{row['seconds'] / 3600:>10,.3f}  {row['measured']}"
        )
    disk, hours = sum(r["bytes_out"] for r in stages), sum(r["seconds"] for r in stages) / 3600
    if left:
        lines.append(f"{', '.join(left)}: not estimated")
    scope = "without them" if left else "in all"
    lines.append(
        f"{scope} {hours:,.2f} hours on {workers} workers and {disk / 1e9:,.3f} GB of disk"
    )
    return lines
