"""The page that finds documents and follows them: what `tahona trace` tells, with links, over a store of a few texts.

All that stands beside the texts holds personal data, of which no page and no command tells anything.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from flows.web.server import Web
from pipeline.store.store import Store
from tests.flows.command import ARTICLES, inside
from tests.flows.web.test_server import ask

MAIL, PHONE, OWN = "ana@horno.test", "612 345 678", "F-778"
PLANTED = re.compile(r"ana(?:@|%40)horno|612 ?345 ?678|F-778")
MASK = 'patterns: {ficha: "F-[0-9]{3}"}'
RECIPE = f"""\
name: cartas
sources:
  cartas: {{files: ["{MAIL} {PHONE} {OWN}.jsonl"], domain: news, licence: "CC-BY {MAIL}"}}
run: {{workers: 1}}
stages: {{extract: {{gate: []}}, annotate: , filter: , deduplicate: , corpus: {{{MASK}}}, export: }}
"""


def _line(text: str, number: int) -> str:
    prose = f"de {MAIL}, {PHONE}, {OWN}"
    beside = {"title": f"Carta {prose}", "author": prose, "breadcrumb": f"Inicio > {prose}"}
    url = f"https://www.horno.test/{MAIL}/{OWN}/{number}?tel={PHONE.replace(' ', '')}"
    text = f"{text}\n\nEscriba a {MAIL} o llame al {PHONE}; {OWN}."
    return json.dumps({"text": text, "url": url, "rights": prose, **beside})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("traced")
    long = (ARTICLES / "diario/el-tren-de-las-siete.md").read_text()
    lines = [_line(long, 0), _line(f"{long} ¡No falte!", 1), _line("Demasiado corto.", 2)]
    damaged = json.dumps({"text": "", "url": f"https://www.horno.test/{MAIL}"})
    lines += [lines[0].rpartition(",")[0], damaged]
    (folder / f"{MAIL} {PHONE} {OWN}.jsonl").write_text("\n".join(lines))
    (folder / "cartas.yaml").write_text(RECIPE)
    ran = inside("run", "cartas.yaml", cwd=folder)
    assert ran.returncode == 0 and not PLANTED.search(ran.stdout + ran.stderr), ran.stderr
    assert "quarantined" in ran.stderr
    return Store(folder / "store")


@pytest.fixture(scope="module")
def web(store: Store) -> Iterator[Web]:
    with Web(store, 0) as server:
        yield server


def ids(store: Store) -> dict[str, str]:
    """The documents of the store, by what became of them."""
    import pyarrow.parquet as pq

    (reference,) = store.references("filter")
    manifest = store.manifest(reference)
    assert manifest
    tables = [pq.read_table(store.fetch(f)) for f in manifest.files("decisions")]
    rows = [row for table in tables for row in table.to_pylist()]
    copy, kept = (row["id"] for row in rows if row["kept"])
    return {"copy": copy, "kept": kept, "removed": rows[-1]["id"]}


def test_a_document_is_followed_and_what_is_nowhere_leaves_the_form(web: Web, store: Store) -> None:
    documents = ids(store)
    status, text, _ = ask(web, f"/trace/?what={documents['kept']}&lang=en")
    assert status == 200
    for stage in ("extract", "filter", "corpus"):
        assert f'href="/reports/_datasets/{stage}/' in text
    brief = ask(web, f"/trace/?what={documents['kept'][:12]}&lang=en")[1]
    assert text.partition("<h2>")[2] == brief.partition("<h2>")[2], (
        "the beginning of an id, as reports show it, is enough"
    )
    status, text, _ = ask(web, f"/trace/?what={documents['removed']}&lang=es")
    assert status == 200 and "/reports/_datasets/corpus/" not in text
    assert "<h2>filtrado <span" in text and "<dt>regla</dt>" in text and ".es.html" in text
    assert "<dt>conservado</dt>\n<dd>no</dd>" in text and "True" not in text
    hostile = "<script>alert(1)</script>"
    status, text, _ = ask(web, f"/trace/?what={quote(hostile)}")
    assert status == 404 and hostile not in text and escape(hostile) in text
    status, text, _ = ask(web, "/trace/?what=aaaaaaaaaaaa&lang=es")
    assert status == 404 and "No se ha encontrado nada: ningún conjunto" in text
    status, text, _ = ask(web, "/trace/?text=pan")
    assert status == 404 and "has no index" in text
    assert ask(web, "/trace/", b"what=x")[0] == 405, "it takes nothing"
    assert '<a href="/trace/?lang=en">' in ask(web, "/")[1]


def test_no_page_command_event_or_report_tells_personal_data(
    web: Web, store: Store, tmp_path: Path
) -> None:
    """Of texts, addresses, titles, authors and names of files, which the datasets of documents alone have."""
    folder = Path(shutil.copytree(Path(store.url).parent, tmp_path / "copy"))
    documents = ids(store)
    url = f"https://www.horno.test/{MAIL}/{OWN}/0?tel={PHONE.replace(' ', '')}"
    one, other = documents["kept"], documents["removed"]
    corpus, twin = (next(iter(store.references(stage))) for stage in ("corpus", "filter"))
    pages = [
        ask(web, f"/trace/?what={what}&lang=es")[1]
        for what in (one, other, one[:12], "www.horno.test")
    ]
    pages += [ask(web, page)[1] for page in ("/", "/reports/", "/judge/")]
    for words in (
        *(["trace", what] for what in (one, other, url, f"{url}9", "www.horno.test")),
        *(["lineage", str(dataset)] for dataset in (corpus, twin)),
        ["status", "cartas.yaml"],
        ["run", "cartas.yaml"],
        ["run", "cartas.yaml", "--estimate"],
        ["run", "cartas.yaml", "--until", "extract"],  # knows the patterns of all stages
        ["explain", "cartas.yaml", one, documents["copy"]],
        ["judge", "cartas.yaml", "--who", MAIL],
        ["trace", str(corpus)],
        ["doctor"],
        ["verify"],
        ["filter", "cartas.yaml", "--what-if", "--set", "filter.languages=[ca]"],
        ["run", "cartas.yaml", "--set", "corpus.languages=[ca]"],  # of which nothing is left
        ["withdraw", url],
        ["withdraw", "www.horno.test"],
        ["trace", one],
        ["withdraw", one, "--erase"],
    ):
        for form in ([], ["--json"]):
            done = inside(*words, *form, cwd=folder)
            pages.append(done.stdout + done.stderr)
    files = [path for path in (folder / "store").rglob("*") if path.is_file()]
    aside = ("reports", "runs", "lineage")
    pages += [path.read_text() for path in files if path.parts[len(folder.parts) + 1] in aside]
    assert sum(map(len, pages)) > 100_000
    leaks = [text[:200] for text in pages if PLANTED.search(text)]
    assert not leaks
