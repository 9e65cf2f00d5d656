"""How the presets do on real documents that were judged from the text alone, before anything was tuned on them.

`judged.jsonl` names the documents, each with the verdicts of its readings, a reason where the first says bad, its
half, and the domain where it is said. The first 2,772 lines were looked at while tuning, or might have been, and are
`tuned`: 416 read twice by one reader, 1,924 by two who judged blind, each for itself from the text alone, 432 once;
documents on which two readings differ count for nothing. Three lots of these were parted before any preset ran on
them, and one half of each sealed and run once, then looked at: 355 of 96 repositories that nobody had used (`unsure`
says where the first reader doubted, who had read all of them and tuned), 235 of the collections at hand, and 247 of
these, manuals and repositories. The next 460 lines are of the collections at hand, in Spanish, Catalan, Galician and
Basque (`unsure` where either reader doubted), each register parted by a seed: the rules of that day were tuned on the
first half; the other is `held out`: nobody looked at it before its one run, and no rule was changed after it. Where
nothing is held out, its figures are null. The last 2,500 lines are `trained`: documents of the collections and of 196
repositories which the preset of that day keeps, each judged by one of five blind readers, to learn from; nothing was
drawn of what it removes, so no figure counts them.

TAHONA_SHARED holds some; TAHONA_FOREIGN is a folder in which Debian's packages (bookworm) lie unpacked
(aptitude-doc-es, debian-edu-doc-es, debian-handbook, debian-reference-es, fortunes-es, freedombox-doc-es,
gimp-help-es, harden-doc, installation-guide-amd64, kicad-doc-es, lilypond-doc-html-es, maint-guide-es,
ubuntu-packaging-guide-html-es, wesnoth-1.16-data; for help in Mallard anjuta-common, baobab, evince-common,
gedit-common, ghex, gnome-calculator, gnome-dictionary, gnome-music, gnome-terminal-data, gnome-tetravex, gthumb-data,
lightsoff, orca, seahorse; dia-common, gimp-help-ca, gimp-help-pt-br, lilypond-doc-html-ca, maint-guide-ca,
ubuntu-packaging-guide-html-pt-br) and repositories are checked out under the names of `judged_repositories.json`;
what isn't there is left out, and what `extract` itself removes is not judged.

Figures, of the half that was not looked at while tuning: `of`, `precision` (of the kept documents the good ones) and
`recall` (of the good ones the kept) of the preset `tahona`, `intervals` of 95 %; `precision_peer` and `recall_peer`
of the other preset with the best F1, which is `peer`; `tuned` the same of the other half; `presets`, precision and
recall of each; `agreement` of the readings where there were two; `lost_since`: documents that were not there.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from cleaning.documents import read_batches  # noqa: E402
from cleaning.filter.decisions import READ, breaches_of  # noqa: E402
from cleaning.filter.proposals import score  # noqa: E402
from cleaning.rules.rules import PRESETS, bounds, resolve  # noqa: E402
from cleaning.signals.signals import files_with  # noqa: E402
from cleaning.view import SideTables  # noqa: E402
from flows.commands.run import run_recipe  # noqa: E402
from pipeline.model.dataset import Manifest, Reference  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.benchmarks.judged_documents import lay_out  # noqa: E402

LANGUAGES = ["es", "ca", "gl", "eu", "pt", "en"]
JUDGED = ("tahona", "gopher", "c4", "fineweb", "fineweb2-es", "bne", "hplt")


def annotated(folder: Path) -> tuple[Store, Manifest, Manifest]:
    """The documents and signals of what was laid out."""
    kinds = {path.name for path in folder.iterdir()}
    sources: dict[str, dict[str, Any]] = {}
    for kind in sorted(kinds):
        domain, _, suffix = kind.partition(".")
        sources[kind.replace(".", "_")] = {
            "files": [f"{kind}/**/*.{suffix}"],
            "domain": domain,
        }
        if suffix == "html":
            sources[kind.replace(".", "_")]["reader"] = "html"
    recipe = {
        "name": "judged",
        "sources": sources,
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
    store: Store, documents: Manifest, signals: Manifest, preset: str, files: Mapping[str, str]
) -> Iterator[tuple[str, bool]]:
    """By its name, whether a preset keeps each document; `files` are the names by those of their files."""
    rules = bounds(resolve(preset))
    columns = list(dict.fromkeys(["language", "language_p", *(rule.signal for rule in rules)]))
    for shard, beside in zip(documents.shards, signals.shards, strict=True):
        tables = [store.fetch(file) for file in files_with(beside.files, columns)]
        table = SideTables(tables, columns)
        for batch in read_batches(store.fetch(shard.one("kept")), (*READ, "source.file")):
            breaches = breaches_of(rules, LANGUAGES, table.beside(batch), batch)
            ids = batch["id"].to_pylist()
            for index, source in enumerate(batch["source"].to_pylist()):
                name = files[source["file"]]
                name = f"8tv/{ids[index]}" if name == "8tv" else name
                yield name, not any(breach.broken[index] for breach in breaches)


def measure(quick: bool) -> dict[str, Any]:
    """All figures; `quick` takes one document of four."""
    assert set(JUDGED) <= PRESETS.keys()
    lines = (Path(__file__).with_suffix(".jsonl")).read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if json.loads(line)["half"] != "trained"]
    rows = {row["document"]: row for row in map(json.loads, lines[:: 4 if quick else 1])}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = lay_out(rows, folder)
        store, documents, signals = annotated(folder)
        said = {preset: dict(kept(store, documents, signals, preset, files)) for preset in JUDGED}
    read = [rows[name] for name in sorted(said["tahona"]) if name in rows]
    twice = [row for row in read if "second" in row]
    same = [row for row in read if row["first"] == row.get("second", row["first"])]
    held = [row for row in same if row["half"] == "held out"]

    def figures(preset: str, chosen: list[Mapping[str, Any]]) -> Any:
        stays = [said[preset][row["document"]] for row in chosen]
        return score(stays, [row["first"] == "good" for row in chosen])

    scores = {preset: figures(preset, held) for preset in JUDGED}
    peer = max(JUDGED[1:], key=lambda p: _f1(scores[p]))
    ours, tuned = scores["tahona"], figures("tahona", [r for r in same if r not in held])
    return {
        "of": len(held),
        "good": sum(row["first"] == "good" for row in held),
        "precision": ours.precision.value,
        "recall": ours.recall.value,
        "intervals": {"precision": ours.precision[1:], "recall": ours.recall[1:]},
        "peer": peer if held else None,
        "precision_peer": scores[peer].precision.value,
        "recall_peer": scores[peer].recall.value,
        "tuned": {"of": tuned.of, "precision": tuned.precision.value, "recall": tuned.recall.value},
        "presets": {p: [s.precision.value, s.recall.value] for p, s in scores.items()},
        "agreement": round(sum(r["first"] == r["second"] for r in twice) / len(twice), 4),
        "read": len(read),
        "lost_since": len(rows) - len(read),
    }


def _f1(of: Any) -> float:
    precision, recall = of.precision.value or 0.0, of.recall.value or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


if __name__ == "__main__":
    print(json.dumps({"benchmark": "judged", "figures": measure("--quick" in sys.argv)}))
