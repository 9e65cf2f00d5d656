"""How well the main text of a page is found, against trafilatura and rs-trafilatura on the same pages.

Three sets of the shared data, each with its own scorer: `f1_article` article-extraction-benchmark (53 pages, runs of
four words, macro-averaged), `f1_wcxb` WCXB (93 pages of its development split, bags of words), `f1_es` the Spanish
pages of trafilatura's own set (24 pages, passages that must and must not be there). `_peer` is that of the best mode
of the best peer, `of_` the pages of a set. `ms_page` is CPU milliseconds from the bytes of a page to its text and
metadata, all pages together, best of three. Refuses to measure a model that was trained on a page of WCXB's, or
another of their hosts; of the hosts of the other sets it tells those that the model knows.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

WORD = re.compile(r"\w+")
RUNS = 3
TRAFILATURA: dict[str, dict[str, bool]] = {
    "balanced": {},
    "precision": {"favor_precision": True},
    "recall": {"favor_recall": True},
    "balanced, no comments": {"include_comments": False},
    "precision, no comments": {"favor_precision": True, "include_comments": False},
}


def texts_of(
    pages: Sequence[dict[str, str]], extract: Callable[[str, str | None], str], runs: int
) -> dict[str, Any]:
    """The texts of all pages and the CPU milliseconds a page, best of some runs."""
    texts: list[str] = []
    seconds = []
    for _ in range(runs):
        begun = time.process_time()
        texts = [extract(page["html"], page["url"]) for page in pages]
        seconds.append(time.process_time() - begun)
    return {"texts": texts, "ms": min(seconds) * 1000 / len(pages)}


def trafilatura_peer(folder: Path) -> dict[str, Any]:
    """What each mode of trafilatura gives."""
    import logging

    import trafilatura

    logging.disable(logging.CRITICAL)
    pages = json.loads((folder / "pages.json").read_text())

    def mode(options: Mapping[str, Any]) -> Callable[[str, str | None], str]:
        return lambda html, url: trafilatura.extract(html, url=url, **options) or ""

    return {
        name: texts_of(pages, mode(o), 1 if name != "balanced" else RUNS)
        for name, o in TRAFILATURA.items()
    }


def rs_peer(folder: Path) -> dict[str, Any]:
    """What rs-trafilatura gives."""
    import rs_trafilatura

    pages = json.loads((folder / "pages.json").read_text())

    def mode(**options: bool) -> Callable[[str, str | None], str]:
        return lambda html, url: rs_trafilatura.extract(html, url=url, **options).main_content or ""

    return {
        "plain": texts_of(pages, mode(), 1),
        "precision": texts_of(pages, mode(favor_precision=True), 1),
    }


def bag_f1(text: str, gold: str) -> float:
    """F1 of the words of two texts as bags, as WCXB's evaluate.py counts them."""
    words, wanted = Counter(WORD.findall(text.lower())), Counter(WORD.findall(gold.lower()))
    if not words or not wanted:
        return float(words == wanted)
    return 2 * (words & wanted).total() / (words.total() + wanted.total())


def runs_f1(texts: Sequence[str], golds: Sequence[str]) -> float:
    """F1 over runs of four words, precision and recall averaged over pages, as article-extraction-benchmark has it."""
    precisions, recalls = [], []
    for text, gold in zip(texts, golds, strict=True):
        ours, wanted = _four(text), _four(gold)
        both = (ours & wanted).total()
        if ours:
            precisions.append(both / ours.total())
        if wanted:
            recalls.append(both / wanted.total())
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 2 * precision * recall / (precision + recall)


def _four(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    if len(words) < 4:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def passages_f1(texts: Sequence[str], entries: Sequence[dict[str, Any]]) -> float:
    """F1 over passages: those that must be there and are, against those that are there and must not."""
    hits = wanted = wrong = 0
    for text, entry in zip(texts, entries, strict=True):
        flat = " ".join(text.split())
        hits += sum(" ".join(x.split()) in flat for x in entry["with"])
        wanted += len(entry["with"])
        wrong += sum(" ".join(x.split()) in flat for x in entry["without"] or [])
    return 2 * hits / (hits + wrong + wanted)


def sets(shared: Path) -> dict[str, tuple[list[dict[str, str]], Callable[[Sequence[str]], float]]]:
    """The pages of each set, and what scores their texts."""
    from cleaning.text.encoding import decode

    folder = shared / "data/extraction"

    def pages(archive: str) -> dict[str, str]:
        with tarfile.open(folder / archive) as tar:
            files = [(Path(m.name).name, tar.extractfile(m)) for m in tar if m.isfile()]
            return {name: decode(file.read())[0] for name, file in files if file}

    aeb = json.loads((folder / "aeb_gold.json").read_text())
    html = pages("aeb_pages.tar.xz")
    article = [{"html": html[f"{k}.html"], "url": v.get("url") or ""} for k, v in aeb.items()]
    with gzip.open(folder / "wcxb_gold.jsonl.gz", "rt") as lines:
        wcxb = [json.loads(line) for line in lines]
    html = pages("wcxb_pages.tar.xz")
    mixed = [{"html": html[g["file"]], "url": g["url"]} for g in wcxb]
    gold = json.loads((folder / "trafilatura_gold.json").read_text())
    spanish = [g for g in gold if g["lang"] == "es"]
    html = pages("trafilatura_pages.tar.xz")
    es = [{"html": html[g["file"]], "url": g["url"]} for g in spanish]
    return {
        "article": (article, lambda t: runs_f1(t, [v["articleBody"] for v in aeb.values()])),
        "wcxb": (
            mixed,
            lambda t: (
                sum(bag_f1(x, g["main_content"]) for x, g in zip(t, wcxb, strict=True)) / len(wcxb)
            ),
        ),
        "es": (es, lambda t: passages_f1(t, spanish)),
    }


def known_hosts(pages: Sequence[dict[str, str]]) -> list[str]:
    """The hosts of these of which the model was trained on a page."""
    from cleaning.extract.learning.examples import site
    from cleaning.extract.model.model import about
    from cleaning.web.urls import host_of

    about_sites = about()
    trained = {host for part in ("pages", "bodies", "trees") for host in about_sites[part].values()}
    return sorted({site(host_of(p["url"])) for p in pages if p["url"]} & trained)


def refuse(pages: Sequence[dict[str, str]]) -> None:
    """Ends the program where the model was trained on a page of a host of these."""
    if seen := known_hosts(pages):
        sys.exit(f"the model was trained on pages of {', '.join(seen)}: train it without them")


def main() -> None:
    """Prints the figures."""
    from cleaning.extract.blocks.blocks import parse
    from cleaning.extract.page import read
    from cleaning.text.repair import repair
    from tests.benchmarks.peers import SHARED, peer

    quick = "--quick" in sys.argv
    measured = sets(SHARED)
    refuse(measured["wcxb"][0])
    for name, (of_set, _) in measured.items():
        print(name, "knows other pages of", known_hosts(of_set), file=sys.stderr)
    pages = [page for of_set, _ in measured.values() for page in (of_set[::4] if quick else of_set)]
    ours = texts_of(pages, lambda html, url: read(parse(repair(html)), url, None).text, RUNS)
    figures: dict[str, Any] = {"ms_page": ours["ms"], "pages": len(pages)}
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "pages.json").write_text(json.dumps(pages))
        peers = {p: peer(__file__, p, Path(name)) for p in ("trafilatura", "rs-trafilatura")}
    figures["ms_page_trafilatura"] = peers["trafilatura"] and peers["trafilatura"]["balanced"]["ms"]
    at = 0
    for name, (of_set, score) in measured.items():
        if quick:
            continue
        span = slice(at, at + len(of_set))
        at += len(of_set)
        figures[f"f1_{name}"], figures[f"of_{name}"] = score(ours["texts"][span]), len(of_set)
        scored = {
            f"{p} {mode}": score(figures_of["texts"][span])
            for p, modes in peers.items()
            for mode, figures_of in (modes or {}).items()
        }
        print(name, json.dumps({k: round(v, 4) for k, v in scored.items()}), file=sys.stderr)
        figures[f"f1_{name}_peer"] = max(scored.values(), default=None)
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"benchmark": "extract", "figures": rounded}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        asked = {"trafilatura": trafilatura_peer, "rs-trafilatura": rs_peer}[sys.argv[2]]
        print(json.dumps(asked(Path(sys.argv[3]))))
    else:
        sys.path.insert(0, str(Path(__file__).parents[3]))
        main()
