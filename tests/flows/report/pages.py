"""What the tests of the report share: a parser of pages, a hostile recipe, and stores made by hand."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from flows.report import write_report
from pipeline.model.dataset import File, Manifest, Reference, Shard
from pipeline.model.ledger import Ledger
from pipeline.store.store import Store, file_digest
from tests.flows.command import ARTICLES

VOID = {
    "meta",
    "link",
    "br",
    "wbr",
    "img",
    "input",
    "hr",
    "line",
    "circle",
    "polyline",
    "path",
    "rect",
}
HOSTILE = [
    '</title></style><script>alert("1")</script>',
    '"><img src=x onerror=alert(1)>',
    "<!-- --><iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7 * 7 }}{% raw %}",
    "nombre\u202eabc\u0000\u0007 fin",
]
ADDRESSES = [
    "javascript:alert(1)",
    'http://a.test/"onmouseover="alert(1)',
    "data:text/html,<script>alert(1)</script>",
    "HTTP://b.test/<script>",
    "http://c.test/carta?de=ana.perez@correo.es",
    "http://d.test/2024/05/17/000123456.html",
    "http://ana:secreto@e.test/",
    "http://f.test/carta?de=ana.perez%2540correo.es",
]


class Page(HTMLParser):
    """A parsed page: its elements in order with their attributes, its text, and whether it is balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> is out of order"

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.append((self.open[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(t for tag, t in self.texts if tag != "style").split())


def page_of(store: Path | str, recipe: str) -> Page:
    """The first page of a recipe, in English."""
    return Page(Path(write_report(Store(store), recipe)).read_text(encoding="utf-8"))


def site_of(store: Path | str) -> dict[str, Page]:
    """All pages of a store, by their path below `reports/`."""
    top = Path(store) / "reports"
    return {
        p.relative_to(top).as_posix(): Page(p.read_text(encoding="utf-8"))
        for p in sorted(top.rglob("*.html"))
    }


def hostile_recipe(folder: Path, name: str = "hostil") -> str:
    """A recipe over articles and over entries that want to break out of the page."""
    articles = [p.read_text() for p in sorted(ARTICLES.rglob("*.md"))[:12]]
    entries = [{"url": f"http://sano.test/{i}", "text": text} for i, text in enumerate(articles)]
    for number, address in enumerate(ADDRESSES):
        attack = HOSTILE[number % len(HOSTILE)]
        short = f"{attack} Escriba a juan.ruiz@correo.es o llame al 612 345 678."
        entries.append({"url": address, "title": f"{attack} {number}", "text": short})
    copy = articles[0] + "\n\n" + HOSTILE[0] * 3
    entries.append({"url": "javascript:alert(2)", "title": HOSTILE[1], "text": copy})
    huge = "<script>alert(1)</script>" + "x" * 200_000
    entries.append({"url": "http://e.test/" + "y" * 50_000, "title": "z" * 50_000, "text": huge})
    (folder / "in.jsonl").write_text("\n".join(json.dumps(e) for e in entries) + "\n{broken\n")
    recipe = {
        "name": name,
        "sources": {"web": {"files": ["in.jsonl"], "domain": "legal<b>", "licence": "CC0-1.0"}},
        "stages": dict.fromkeys(("extract", "annotate", "filter", "deduplicate", "corpus")),
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return str(path)


def committed(
    store: Store,
    stage: str,
    kinds: list[str],
    shards: list[tuple[dict[str, Path], Ledger, dict[str, Any]]],
    params: dict[str, Any] | None = None,
    fingerprint: str = "f" * 32,
    **inputs: Manifest,
) -> Manifest:
    """A dataset made by hand: its tables are real files, its manifest a real manifest."""
    shard_list = []
    for number, (parts, ledger, figures) in enumerate(shards):
        key = f"{number:032x}"
        files = []
        for part, path in parts.items():
            target = Path(store.url) / f"shards/{stage}/{key}/{path.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
            rows = pq.read_metadata(target).num_rows if path.suffix == ".parquet" else None
            files.append(
                File(
                    path=f"shards/{stage}/{key}/{path.name}",
                    part=part,
                    rows=rows,
                    bytes=target.stat().st_size,
                    sha256=file_digest(target),
                    shard=key,
                )
            )
        shard_list.append(
            Shard(key=key, stage=stage, step=stage, files=files, ledger=ledger, figures=figures)
        )
    manifest = Manifest(
        stage=stage,
        fingerprint=fingerprint,
        kinds=kinds,
        version=1,
        params=params or {},
        inputs={n: [Reference(stage=m.stage, fingerprint="f" * 32)] for n, m in inputs.items()},
        shards=shard_list,
        ledger=Ledger.total(s.ledger for s in shard_list),
    )
    store.create_manifest(manifest)
    return manifest


def record(
    store: Store, recipe: str, *manifests: Manifest, run: str = "20261124T120000-00000000"
) -> None:
    """The record of a run that made these datasets."""
    rows = [
        {
            "stage": m.stage,
            "fingerprint": m.fingerprint,
            "state": "committed",
            "seconds": 1.5,
            "shards": {"computed": len(m.shards), "reused": 0},
            "documents": m.ledger.documents.to_json() if m.ledger.documents else None,
        }
        for m in manifests
    ]
    datasets = {m.stage: m.fingerprint for m in manifests}
    value = {"recipe": recipe, "run": run, "stages": rows, "datasets": datasets}
    store.write_json(f"runs/{recipe}/{run}.json", value)
