"""How the presets do on real documents that were judged from the text alone, before anything was tuned on them.

`judged.jsonl` names the documents, each with the verdicts of two readings, a reason where the first says bad, and
its half. They were drawn by a seed: pages of two Spanish sites and of newspapers, and texts of seven registers, all
of TAHONA_SHARED, and pages of manuals in Debian's packages (TAHONA_FOREIGN, a folder in which aptitude-doc-es,
freedombox-doc-es, gimp-help-es, kicad-doc-es and maint-guide-es lie unpacked; without it these are left out). What
`extract` itself removes is not judged. Both readings are of one reader, a language model, in two orders and over
other passages; documents on which they differ count for nothing. They were drawn in two lots, and nothing was tuned
on either half of the second.

Figures, of the half that was not looked at while tuning: `of`, `precision` (of the kept documents the good ones)
and `recall` (of the good ones the kept) of the preset `tahona`, `intervals` of 95 %; `precision_peer` and
`recall_peer` of the other preset with the best F1, which is `peer`; `tuned` the same of the other half; `presets`,
precision and recall of each; `agreement` of the two readings; `without_shuffled`, precision and recall where the
five or so texts that are shuffled sentences of many sources, which no rule can see, are left out.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from cleaning.documents import read_batches  # noqa: E402
from cleaning.filter.decisions import breaches_of  # noqa: E402
from cleaning.filter.proposals import score  # noqa: E402
from cleaning.rules.rules import PRESETS, bounds, resolve  # noqa: E402
from cleaning.signals.signals import files_with  # noqa: E402
from cleaning.view import SideTables  # noqa: E402
from flows.commands.run import run_recipe  # noqa: E402
from pipeline.model.dataset import Manifest, Reference  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.benchmarks.peers import SHARED  # noqa: E402

LANGUAGES = ["es", "ca", "gl", "eu", "pt", "en"]
JUDGED = ("tahona", "gopher", "c4", "fineweb", "fineweb2-es", "bne", "hplt")
ARCHIVES = {
    "karpoke": "sites/karpoke.tar.xz",
    "movimientolibre": "sites/movimientolibre.tar.xz",
    "traf": "extraction/trafilatura_pages.tar.xz",
}
MANUALS = {
    "aptitude": "usr/share/doc/aptitude/html/es",
    "kicad": "usr/share/doc/kicad/help/es",
    "maint": "usr/share/doc/maint-guide-es/html",
    "freedombox": "usr/share/freedombox/manual/es",
    "gimp": "usr/share/gimp/2.0/help/es",
}
DOMAINS = {
    "biomedical": "biomedical",
    "legal": "legal",
    "literature": "literature",
    "news_encyclopedic": "news",
    "parliamentary": "parliamentary",
    "technical": "technical",
    "technical_help": "technical",
}
SHUFFLED = "unrelated sentences"


def lay_out(names: set[str], folder: Path) -> dict[str, str]:
    """Writes the documents of these names as files; gives the name of each by that of its file."""
    files: dict[str, str] = {}

    def put(name: str, content: bytes, suffix: str) -> None:
        files[f"{len(files):04}{suffix}"] = name
        (folder / f"{len(files) - 1:04}{suffix}").write_bytes(content)

    for source, archive in ARCHIVES.items():
        with tarfile.open(SHARED / "data" / archive) as tar:
            for member in tar:
                name = f"{source}/{member.name.removeprefix('./')}"
                if name in names and (file := tar.extractfile(member)):
                    put(name, file.read(), ".html")
    foreign = os.environ.get("TAHONA_FOREIGN")
    for name in sorted(names):
        source, _, page = name.partition("/")
        if foreign and source in MANUALS:
            put(name, (Path(foreign) / MANUALS[source] / page).read_bytes(), ".html")
    import zstandard

    for register in DOMAINS:
        with (SHARED / f"data/text/{register}.jsonl.zst").open("rb") as raw:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), "utf-8")
            for row in map(json.loads, lines):
                if (name := f"{register}/{row['id']}") in names:
                    line = json.dumps({"text": row["text"]}, ensure_ascii=False)
                    put(name, line.encode(), f".{register}.jsonl")
    return files


def annotated(folder: Path) -> tuple[Store, Manifest, Manifest]:
    """The documents and signals of what was laid out."""
    texts = {
        register: {"files": [f"*.{register}.jsonl"], "domain": domain}
        for register, domain in DOMAINS.items()
    }
    recipe = {
        "name": "judged",
        "sources": {"pages": {"files": ["*.html"], "domain": "web", "reader": "html"}, **texts},
        "stages": {"extract": None, "annotate": {"groups": ["published", "docscore", "terms"]}},
    }
    path = folder / "judged.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    with redirect_stderr(io.StringIO()):
        ran = run_recipe(str(path), str(folder / "store"))
    store = Store(folder / "store")
    references = [Reference(stage=s["stage"], fingerprint=s["fingerprint"]) for s in ran["stages"]]
    documents, signals = (store.manifest(reference) for reference in references)
    assert documents and signals
    return store, documents, signals


def kept(
    store: Store, documents: Manifest, signals: Manifest, preset: str
) -> Iterator[tuple[str, bool]]:
    """By the name of its file, whether a preset keeps each document."""
    rules = bounds(resolve(preset))
    columns = list(dict.fromkeys(["language", "language_p", *(rule.signal for rule in rules)]))
    for shard, beside in zip(documents.shards, signals.shards, strict=True):
        files = [store.fetch(file) for file in files_with(beside.files, columns)]
        table = SideTables(files, columns)
        for batch in read_batches(store.fetch(shard.one("kept")), ["id", "domain", "source"]):
            breaches = breaches_of(rules, LANGUAGES, table.beside(batch), batch)
            for index, source in enumerate(batch["source"].to_pylist()):
                name = source["file"].rpartition("/")[2]
                yield name, not any(breach.broken[index] for breach in breaches)


def measure(quick: bool) -> dict[str, Any]:
    """All figures; `quick` takes one document of four."""
    assert set(JUDGED) <= PRESETS.keys()
    lines = (Path(__file__).with_suffix(".jsonl")).read_text(encoding="utf-8").splitlines()
    rows = {row["document"]: row for row in map(json.loads, lines[:: 4 if quick else 1])}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = lay_out(set(rows), folder)
        store, documents, signals = annotated(folder)
        said = {
            preset: {files[file]: stays for file, stays in kept(store, documents, signals, preset)}
            for preset in JUDGED
        }
    read = [rows[name] for name in sorted(said["tahona"])]
    same = [row for row in read if row["first"] == row["second"]]
    held = [row for row in same if row["half"] == "held out"]

    def figures(preset: str, chosen: list[Mapping[str, Any]]) -> Any:
        stays = [said[preset][row["document"]] for row in chosen]
        return score(stays, [row["first"] == "good" for row in chosen])

    scores = {preset: figures(preset, held) for preset in JUDGED}
    peer = max(JUDGED[1:], key=lambda p: _f1(scores[p]))
    ours, tuned = scores["tahona"], figures("tahona", [r for r in same if r not in held])
    plain = figures("tahona", [row for row in held if row["reason"] != SHUFFLED])
    return {
        "of": len(held),
        "good": sum(row["first"] == "good" for row in held),
        "precision": ours.precision.value,
        "recall": ours.recall.value,
        "intervals": {"precision": ours.precision[1:], "recall": ours.recall[1:]},
        "peer": peer,
        "precision_peer": scores[peer].precision.value,
        "recall_peer": scores[peer].recall.value,
        "without_shuffled": {"precision": plain.precision.value, "recall": plain.recall.value},
        "tuned": {"of": tuned.of, "precision": tuned.precision.value, "recall": tuned.recall.value},
        "presets": {p: [s.precision.value, s.recall.value] for p, s in scores.items()},
        "agreement": round(len(same) / len(read), 4),
        "read": len(read),
        "lost_since": len(rows) - len(read),
    }


def _f1(of: Any) -> float:
    precision, recall = of.precision.value or 0.0, of.recall.value or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


if __name__ == "__main__":
    print(json.dumps({"benchmark": "judged", "figures": measure("--quick" in sys.argv)}))
