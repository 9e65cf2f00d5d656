"""How the presets do on real documents that were judged from the text alone, before anything was tuned on them.

`judged.jsonl` names the documents, each with the verdicts of its readings, a reason where the first says bad, its
half, `unsure` where a reader doubted, and the domain where it is said. All are judged, or stand to be, by the one
standard of judging.md. 1,902 lines have been read again by it, by one reader, blind: those whose verdicts decide (bad
ones that stayed, good ones that went or came near to it, what was unsure or differed), 160 others drawn by a seed, and
302 short good ones, these after a run; `before` is what they had been called by earlier instructions
(`differ`: two readings differed). The other lines keep those verdicts.

The first 2,772 lines were looked at while tuning, or might have been: by one reader or two who judged blind. The next
460 are of the collections at hand in Spanish, Catalan, Galician and Basque; the half of them that was held out has
been run by candidates of rules since and is `tuned` too. The next 2,500 are `trained`: documents which the preset of
that day keeps, one reader each, to learn from; nothing was drawn of what it removes, so no figure counts them. The
next 480 are of the collections again, drawn by a seed before any preset had run on them, each read by two blind
readers by the standard, and halved by a seed within each register. The 242 of them that were held out have been run
twice and were looked at when a rule for help left in English was written, so they are `tuned` now, too. The next 480
are 261 of the collections and 219 of 37 repositories and 13 packages that no line named before, drawn and read as
those, in two halves of 240 (foreign sources whole on one side); on the one that was held out all presets were run
once, and it was looked at when the rules for labels, tables of laws and licences were written: `tuned`, both.
The next 300 are 150 of the collections and 150 foreign ones, 124 of these of 29 repositories that no line named
before, drawn and read as those while these rules were written; all presets were run on them once: `tuned` now.
1,600 more are `trained`: 1,284 of 149 repositories and 316 of the collections that the preset of that day keeps, two
thirds of them chosen because they lie near to its bounds, one reader each. `worth.npz` has learnt nothing of them.
The next 800 are 400 of the collections and 400 of 186 sources that no line named before, at most three of each, drawn
by a seed and read as those, in two halves of 400 (foreign sources whole on one side), and 800 more were drawn so, their
foreign half pages as they are served: by one half bounds of rules were chosen, on the other all presets were run once
or twice afterwards: `tuned` now.
The next 1,200 are pages as they are served of 283 sites that no line named before, at most six of each, sites whole on
one side: 800 are `trained`, 635 of which the preset of that day keeps, one reader each; on 400 others, drawn whatever
the preset says, two readers each, all presets were run once. Their verdicts and sentences were learnt since, so they
are `tuned`. The next 400 are pages of 165 sites more, at most five of each, drawn whatever the preset says, two readers
each: all presets were run on them once, after the sentences had been learnt, and then their sentences were read: they
are `tuned`, too. 800 more are pages of the sites of the last lots, two thirds of them near the bounds, one reader
each, who gave their sentences letters first: `trained`. The next 800 are 400 pages and 400 texts, drawn whatever the
preset says, two readers each, on which all presets were run once: since the sentences of their pages were read, they
are `tuned`. The last 2,117 are pages, 1,060 of sites of earlier lots and 1,057 of 220 others, one reader each, 800 of
them with letters: `trained`.
Documents on which two readings differ count for nothing. Where nothing is held out, its figures are null.

What `cleaning/signals/worth/grow_worth.py` learns of are the lines of `tuned` and `trained` (`--table FILE` writes it).
What ships learnt the 302 by their earlier verdicts, of which 282 hold.

`judged_sentences.jsonl` has a letter for each sentence (`cleaning.export.sentences`; `-`: not shown) of 3,784 documents
of the last lots, by one blind reader: S an own, connected sentence, L one alone, P a title, label or phrase,
T a teaser, call or slogan, B a stock text, X a damaged one; and the names of the pages and files whose verdicts
`grow_sentences.py` learns beside them (`--sentences FILE` writes its table). 600 of them are files of text that the
preset of the day before kept, half of them bad, most of the others near the border.

TAHONA_SHARED holds some; TAHONA_FOREIGN is a folder in which Debian's packages (bookworm) lie unpacked
(aptitude-doc-es, debian-edu-doc-es, debian-handbook, debian-reference-es, fortunes-es, freedombox-doc-es,
gimp-help-es, harden-doc, installation-guide-amd64, kicad-doc-es, lilypond-doc-html-es, maint-guide-es,
ubuntu-packaging-guide-html-es, wesnoth-1.16-data; for help in Mallard anjuta-common, baobab, evince-common,
gedit-common, ghex, gnome-calculator, gnome-dictionary, gnome-music, gnome-terminal-data, gnome-tetravex, gthumb-data,
lightsoff, orca, seahorse, cheese-common, eog, evolution-common, file-roller, five-or-more,
gnome-chess, gnome-mahjongg, gnome-sudoku, gnome-system-monitor, quadrapassel, simple-scan, swell-foop, totem-common;
dia-common, gimp-help-ca, gimp-help-pt-br, lilypond-doc-html-ca, maint-guide-ca, ubuntu-packaging-guide-html-pt-br) and
repositories are checked out under the names of `judged_repositories.json`; what isn't there is left
out, and what `extract` itself removes is not judged.

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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cleaning.documents import read_batches  # noqa: E402
from cleaning.export.sentences import places  # noqa: E402
from cleaning.rules.apply import READ  # noqa: E402
from cleaning.rules.rule import signals_of  # noqa: E402
from cleaning.rules.rules import PRESETS, bounds, resolve  # noqa: E402
from cleaning.signals.signals import files_with  # noqa: E402
from cleaning.signals.worth.files import READERS as FILES  # noqa: E402
from cleaning.signals.worth.sentences import READERS  # noqa: E402
from cleaning.signals.worth.worth import INPUTS  # noqa: E402
from cleaning.thresholds.breaches import breaches_of  # noqa: E402
from cleaning.thresholds.proposals import score  # noqa: E402
from cleaning.view import SideTables  # noqa: E402
from flows.commands.runs.run import run_recipe  # noqa: E402
from pipeline.model.dataset import Manifest, Reference  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.benchmarks.rules.judged_documents import lay_out  # noqa: E402

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
    columns = list(dict.fromkeys(["language", "language_p", *signals_of(rules)]))
    for shard, beside in zip(documents.shards, signals.shards, strict=True):
        tables = [store.fetch(file) for file in files_with(beside.files, columns)]
        table = SideTables(tables, columns)
        for batch in read_batches(store.fetch(shard.one("kept")), (*READ, "source.file")):
            breaches = breaches_of(rules, LANGUAGES, table.beside(batch), batch)
            ids = batch["id"].to_pylist()
            for index, source in enumerate(batch["source"].to_pylist()):
                name = files[source["file"]]
                name = f"8tv/{ids[index]}" if name == "8tv" else name
                yield name, not any(breach.broken[index] and not breach.tags for breach in breaches)


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
        kept_by = {
            preset: dict(kept(store, documents, signals, preset, files)) for preset in JUDGED
        }
    read = [rows[name] for name in sorted(kept_by["tahona"]) if name in rows]
    twice = [row for row in read if "second" in row]
    same = [row for row in read if row["first"] == row.get("second", row["first"])]
    held_out = [row for row in same if row["half"] == "held out"]

    def figures(preset: str, chosen: list[Mapping[str, Any]]) -> Any:
        stays = [kept_by[preset][row["document"]] for row in chosen]
        return score(stays, [row["first"] == "good" for row in chosen])

    scores = {preset: figures(preset, held_out) for preset in JUDGED}
    peer = max(JUDGED[1:], key=lambda p: _f1(scores[p]))
    ours, tuned = scores["tahona"], figures("tahona", [r for r in same if r not in held_out])
    return {
        "of": len(held_out),
        "good": sum(row["first"] == "good" for row in held_out),
        "precision": ours.precision.value,
        "recall": ours.recall.value,
        "intervals": {"precision": ours.precision[1:], "recall": ours.recall[1:]},
        "peer": peer if held_out else None,
        "precision_peer": scores[peer].precision.value,
        "recall_peer": scores[peer].recall.value,
        "tuned": {"of": tuned.of, "precision": tuned.precision.value, "recall": tuned.recall.value},
        "presets": {p: [s.precision.value, s.recall.value] for p, s in scores.items()},
        "agreement": round(sum(r["first"] == r["second"] for r in twice) / len(twice), 4),
        "read": len(read),
        "lost_since": len(rows) - len(read),
    }


def measured(
    rows: Mapping[str, Any], told_too: Sequence[str]
) -> Iterator[tuple[dict[str, Any], dict[str, Any], set[str]]]:
    """Each document of these lines that can be had, its signals, and the rules of `tahona` that it breaks."""
    rules = bounds(resolve("tahona"))
    columns = list(dict.fromkeys([*told_too, "language", "language_p", *signals_of(rules)]))
    with tempfile.TemporaryDirectory() as name:
        files = lay_out(rows, Path(name))
        store, documents, signals = annotated(Path(name))
        for shard, beside in zip(documents.shards, signals.shards, strict=True):
            tables = [store.fetch(file) for file in files_with(beside.files, columns)]
            table = SideTables(tables, columns)
            for batch in read_batches(
                store.fetch(shard.one("kept")), (*READ, "text", "source.file")
            ):
                values = table.beside(batch)
                breaches = [b for b in breaches_of(rules, LANGUAGES, values, batch) if not b.tags]
                for i, (row, told) in enumerate(
                    zip(batch.to_pylist(), values.to_pylist(), strict=True)
                ):
                    of = files[row["source"]["file"]]
                    row["document"] = f"8tv/{row['id']}" if of == "8tv" else of
                    if row["document"] in rows:
                        yield row, told, {b.rule for b in breaches if b.broken[i]}


def lines_to_learn() -> dict[str, Any]:
    """The lines of `tuned` and `trained` on which their readings agree."""
    lines = (Path(__file__).with_suffix(".jsonl")).read_text(encoding="utf-8").splitlines()
    judged = [row for row in map(json.loads, lines) if row["half"] in {"tuned", "trained"}]
    return {r["document"]: r for r in judged if r["first"] == r.get("second", r["first"])}


def table(path: Path) -> None:
    """What `worth` learns from: a row for each document; what the other rules remove weighs .3, what a reader doubted
    half.
    """
    rows = lines_to_learn()
    learnt = {r.name for r in bounds(resolve("tahona")) if r.signal.startswith("unwanted")}
    results = []
    for row, told, broken in measured(rows, INPUTS):
        line = rows[row["document"]]
        results.append(
            {
                **{name: row[name] for name in ("document", "text", "domain")},
                **{name: told[name] for name in ("language", *INPUTS)},
                "bad": line["first"] == "bad",
                "weight": (0.3 if broken - learnt else 1.0) * (0.5 if line.get("unsure") else 1.0),
            }
        )
    _write(results, path)


def sentences(path: Path) -> None:
    """What `grow_sentences` learns from: of the documents of `judged_sentences.jsonl` the letters that a reader gave
    their sentences, and of pages and files of text the verdicts. Files that one reader judged lie near the bounds of
    their day: they weigh a fifth.
    """
    lines = Path(__file__).with_name("judged_sentences.jsonl").read_text(encoding="utf-8")
    letters = {row["document"]: row["letters"] for row in map(json.loads, lines.splitlines())}
    rows = {name: row for name, row in lines_to_learn().items() if name in letters}
    results = []
    for row, told, _ in measured(rows, ["unwanted"]):
        line, named, of = rows[row["document"]], letters[row["document"]], places(row["text"])
        page = row["domain"] == "web" and row["source"]["reader"] in READERS
        text = row["source"]["reader"] in FILES
        weight = (0.5 if line.get("unsure") else 1.0) * (1.0 if page or "second" in line else 0.2)
        results.append(
            {
                "document": row["document"],
                "source": row["document"].partition("/")[0],
                "text": row["text"],
                # Where `extract` has changed and gives others, what was read is of no use.
                "letters": named if len(named) == len(of) else "",
                "places": of,
                "unwanted": told["unwanted"] if page or text else None,
                "kind": "text" if text else (row["metadata"] or {}).get("kind") if page else None,
                "bad": line["first"] == "bad" if page or text else None,
                "weight": weight if page or text else None,
            }
        )
    _write(results, path)


def _write(results: list[dict[str, Any]], path: Path) -> None:
    pq.write_table(
        pa.Table.from_pylist(sorted(results, key=lambda row: str(row["document"]))), path
    )


def _f1(of: Any) -> float:
    precision, recall = of.precision.value or 0.0, of.recall.value or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


if __name__ == "__main__":
    for option, write in (("--table", table), ("--sentences", sentences)):
        if option in sys.argv:
            write(Path(sys.argv[sys.argv.index(option) + 1]))
            sys.exit()
    print(json.dumps({"benchmark": "judged", "figures": measure("--quick" in sys.argv)}))
