"""Extraction gives the main text of a page, accounts for every record, and can't be hung by one."""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleaning.documents import web_id
from cleaning.extract.blocks.blocks import parse
from cleaning.extract.glance import glance
from cleaning.extract.model.model import PAGE_KINDS
from cleaning.extract.page import read
from cleaning.extract.stage import Extract
from cleaning.extract.warnings import unread
from cleaning.text.encoding import decode
from cleaning.text.repair import normal
from cleaning.web.urls import canonical_url
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.cleaning.kernels import compute, observed, removed, rows, shared
from tests.examples import examples

WEB = {"web": {"domain": "web"}}
PROSE = "Una mañana de mayo, cuando el sol apenas calentaba la plaza, llegó el cartero del pueblo. "


def extract(folder: Path, *paths: Path, **params: Any) -> Manifest:
    """The documents of files of the source `web`."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    params.setdefault("sources", WEB)
    return compute(Extract(), {"files": [observed(web=paths)]}, folder / "out", **params)


def page(text: str, lang: str = "es") -> bytes:
    body = "".join(f"<p>{p}</p>" for p in text.split("\n"))
    return f'<html lang="{lang}"><head><title>T</title></head><body>{body}</body></html>'.encode()


def warc(path: Path, records: Sequence[tuple[str, str, bytes, dict[str, str]]]) -> Path:
    """A WARC of (kind, status, body, headers); a kind `junk` is bytes that are no record."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for index, (kind, status, body, headers) in enumerate(records):
            if kind == "junk":
                file.write(b"\x1f\x8b\x08\x00" + b"\x55" * 50)
                continue
            head = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"http://ejemplo.es/{index}",
                kind,
                payload=io.BytesIO(body),
                http_headers=head if kind == "response" else None,
                warc_headers_dict={"WARC-Date": f"2024-05-{index % 28 + 1:02}T00:00:00Z"},
            )
            writer.write_record(record)
    return path


HTML = {"Content-Type": "text/html; charset=utf-8"}
FATES = {
    "kept": ("response", "200 OK", page(PROSE * 9), HTML),
    "status": ("response", "404 Not Found", page(PROSE * 9), HTML),
    "media_type": ("response", "200 OK", b"\x89PNG....", {"Content-Type": "image/png"}),
    "short": ("response", "200 OK", page("Corto."), HTML),
    "empty": ("response", "200 OK", b"<html><body></body></html>", HTML),
    "soft_404": ("response", "200 OK", page("Página no encontrada\n" + PROSE * 4), HTML),
    "too_large": ("response", "200 OK", page(PROSE * 900), HTML),
    "revisit": ("revisit", "", b"", {}),
    "quarantined": ("junk", "", b"", {}),
    "none": ("metadata", "", b"fetchTimeMs: 7", {}),
}


@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(FATES)), max_size=20))
def test_every_record_is_counted_once_under_its_own_fate(tmp_path: Path, fates: list[str]) -> None:
    path = warc(tmp_path / "a.warc.gz", [FATES[fate] for fate in fates])
    if set(fates) - {"none"} == {"quarantined"}:
        with pytest.raises(TahonaError, match="nothing of source web could be read"):
            extract(tmp_path, path, largest=50_000)
        return
    documents = extract(tmp_path, path, largest=50_000)
    (shard,) = documents.shards
    counts = shard.ledger.documents
    assert counts is not None
    assert counts.kept == fates.count("kept")
    expected = {f: fates.count(f) for f in set(fates) - {"kept", "quarantined", "none"}}
    assert counts.removed == expected
    # Junk between two records is one stretch, however many pieces it is made of.
    stretches = sum(
        fate == "quarantined" and (i == 0 or fates[i - 1] != "quarantined")
        for i, fate in enumerate(fates)
    )
    assert counts.quarantined == stretches


def test_every_archive_of_the_test_data_goes_through(tmp_path: Path) -> None:
    folder = shared("warc")
    paths = sorted(p for p in folder.iterdir() if p.suffix != ".md" and ".arc" not in p.name)
    arcs = sorted(
        p for p in folder.iterdir() if ".arc" in p.name and "example.arc.gz" not in p.name
    )
    files = observed(web=paths, old=arcs)
    sources = {"web": {"reader": "warc"}, "old": {"reader": "arc"}}
    documents = compute(Extract(), {"files": [files]}, tmp_path, sources=sources)
    assert len(documents.shards) == len(paths) + len(arcs)
    # An id is unique in its file; the same capture in two files (plain and gzip) is the same document.
    ids = {(row["source"]["file"], row["id"]) for row in rows(documents, "kept")}
    assert len(ids) == len(rows(documents, "kept")) > 260
    for row in rows(documents, "kept"):
        assert row["text"] == normal(row["text"]) != ""
        assert row["source"]["digest"].startswith("sha1:")
    for row in rows(documents, "quarantined"):
        assert row["reason"] and row["source"]["file"]
    assert {"status", "media_type", "revisit", "scheme", "short"} <= set(removed(documents))


def test_a_document_says_where_it_came_from(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", [FATES["kept"]])
    sources = {"web": {"domain": "prensa", "licence": "CC-BY-4.0", "terms": "cite la fuente"}}
    (row,) = rows(extract(tmp_path, path, sources=sources), "kept")
    assert (row["url"], row["host"], row["domain"]) == (
        "http://ejemplo.es/0",
        "ejemplo.es",
        "prensa",
    )
    source = row["source"]
    assert (source["name"], source["reader"], source["file"]) == ("web", "warc", "a.warc.gz")
    assert row["captured_at"].isoformat() == "2024-05-01T00:00:00+00:00"
    assert row["metadata"]["licence"] == "CC-BY-4.0"
    assert row["metadata"]["rights"] == "cite la fuente"
    assert (row["metadata"]["title"], row["metadata"]["language"]) == ("T", "es")
    assert row["metadata"]["kind"] in PAGE_KINDS
    assert row["id"] == web_id("web", row["url"], row["captured_at"], source["digest"])


def test_a_reservation_of_text_mining_travels_with_the_page(tmp_path: Path) -> None:
    meta = b'<meta name="tdm-reservation" content="1">'
    body = page(PROSE * 9).replace(b"<title>", meta + b"<title>")
    in_header = {**HTML, "TDM-Reservation": "1"}
    path = warc(
        tmp_path / "a.warc.gz",
        [("response", "200 OK", body, HTML), ("response", "200 OK", page(PROSE * 8), in_header)],
    )
    rights = [row["metadata"]["rights"] for row in rows(extract(tmp_path, path), "kept")]
    assert rights == ["tdm-reservation=1"] * 2


def test_text_that_was_encoded_twice_is_repaired_to_the_last_letter(tmp_path: Path) -> None:
    """The second half of í is a soft hyphen, and that of à a hard space: no parser may drop them first."""
    text = "La compañía del río decía que había más día. Així és, i això també: à, Í, Á, ñ, ü. " * 9
    twice = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())
    assert "Ã\xad" in twice and "Ã\xa0" in twice
    file = warc(tmp_path / "a.warc.gz", [("response", "200 OK", page(twice), HTML)])
    (document,) = rows(extract(tmp_path, file), "kept")
    assert " ".join(text.split()) in " ".join(document["text"].split())


def test_an_id_never_comes_twice_and_does_not_hang_on_the_place_of_a_page(tmp_path: Path) -> None:
    first = warc(tmp_path / "a.warc.gz", [FATES["kept"]])
    second = tmp_path / "b.warc.gz"
    second.write_bytes(
        warc(tmp_path / "x.warc.gz", [FATES["short"]]).read_bytes() + first.read_bytes()
    )
    twice = tmp_path / "c.warc.gz"
    twice.write_bytes(first.read_bytes() * 2)
    ids = [row["id"] for row in rows(extract(tmp_path, first), "kept")]
    assert [row["id"] for row in rows(extract(tmp_path, second), "kept")] == ids
    again = [row["id"] for row in rows(extract(tmp_path, twice), "kept")]
    assert again[0] == ids[0] and len(set(again)) == 2


def test_files_of_one_name_in_many_folders_hold_different_documents(tmp_path: Path) -> None:
    files = []
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        files += [tmp_path / year / "000.txt", tmp_path / year / "a.jsonl"]
        files[-2].write_text(f"{year}. {PROSE * 5}")
        lines = [{"text": f"{year} {n}. {PROSE * 5}", "id": "1"} for n in range(2)]
        files[-1].write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    documents = compute(
        Extract(), {"files": [observed(leyes=files)]}, tmp_path, sources={"leyes": {}}
    )
    kept = rows(documents, "kept")
    assert len(kept) == len({row["id"] for row in kept}) == 6


def compressed(content: bytes, form: str) -> bytes:
    return gzip.compress(content) if form == "gz" else zstandard.compress(content)


@pytest.mark.parametrize(
    ("form", "part"), [("gz", 0.61), ("zst", 0.61), ("warc", 0.61), ("warc", 1)]
)
def test_a_file_that_breaks_off_is_named_with_how_far_it_was_read(
    tmp_path: Path, form: str, part: float
) -> None:
    chance = random.Random(7)  # what can hardly be compressed is given out as it is read
    texts = [PROSE * 3 + chance.randbytes(20_000).hex() for _ in range(30)]
    if form == "warc":
        path = warc(tmp_path / "a.warc.gz", [("response", "200 OK", page(t), HTML) for t in texts])
        content = path.read_bytes()
    else:
        path = tmp_path / f"a.jsonl.{form}"
        content = compressed("\n".join(json.dumps({"text": t}) for t in texts).encode(), form)
    path.write_bytes(content[: int(part * len(content))])
    documents = extract(tmp_path, path, gate=[])
    notices = unread(Store(tmp_path / "store"), documents, "extract")
    if part == 1:
        assert notices == []
    else:
        (one,) = notices
        (broken,) = one["values"]["files"]["first"]
        read, end = rows(documents, "kept"), rows(documents, "quarantined")[-1]["source"]["offset"]
        assert (one["id"], one["values"]["source"]) == ("extract.broken", "web")
        assert broken["values"] == {"file": path.name, "at": end, "n": len(read)}
        assert 10 < len(read) < 20


@given(
    st.sampled_from(
        ["HTTP://Ejemplo.ES:80/a?b=1&utm_source=x&a=%F1#z", "http://ejemplo.es/a?a=%F1&b=1"]
    )
)
def test_spellings_of_an_address_are_one(url: str) -> None:
    assert canonical_url(url) == "http://ejemplo.es/a?a=%F1&b=1"


def test_an_id_leaves_out_of_a_query_what_it_always_did() -> None:
    """One tracker more, or less, would give documents of old stores new ids."""
    always = (
        "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid igshid mc_cid mc_eid _hsenc _hsmi "
        "utm_x"
    )
    stays = ["GCLID", "PHPSESSID", "_ga", "_gl", "jsessionid", "twclid"]
    query = "&".join(f"{name}=1" for name in [*always.split(), *stays])
    left = "&".join(f"{name}=1" for name in stays)
    assert canonical_url(f"http://a.test/?{query}") == f"http://a.test/?{left}"


@given(st.text())
def test_any_string_has_a_canonical_form_that_stays(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


def test_a_sample_is_the_same_pages_wherever_they_stand(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(i), "text": PROSE * 3}) for i in range(400)]
    (forward := tmp_path / "a.jsonl").write_text("\n".join(lines))
    (backward := tmp_path / "b.jsonl").write_text("\n".join(reversed(lines)))
    texts = [
        {row["id"] for row in rows(extract(tmp_path, path, sample=0.25), "kept")}
        for path in (forward, backward)
    ]
    assert texts[0] == texts[1]
    assert 60 < len(texts[0]) < 140
    more = {row["id"] for row in rows(extract(tmp_path, forward, sample=0.5), "kept")}
    assert texts[0] < more


def test_the_gate_removes_what_is_surely_in_another_language_and_nothing_else(
    tmp_path: Path,
) -> None:
    german = "An einem Morgen im Mai, als die Sonne den Platz kaum wärmte, kam der Briefträger. "
    galician = "Unha mañá de maio, cando o sol apenas quentaba a praza, chegou o carteiro da vila. "
    texts = {"es": PROSE, "de": german, "gl": galician}
    lines = [json.dumps({"id": name, "text": text * 5}) for name, text in texts.items()]
    (path := tmp_path / "a.jsonl").write_text("\n".join(lines))
    documents = extract(tmp_path, path, languages=["es", "gl"])
    assert [row["metadata"]["language"] for row in rows(documents, "kept")] == ["es", "gl"]
    (row,) = rows(documents, "removed")
    assert row["rule"] == "language" and row["value"] < row["threshold"] == 0.2


def test_no_page_of_a_language_that_was_not_asked_for_stays(tmp_path: Path) -> None:
    german = "An einem Morgen im Mai, als die Sonne den Platz kaum wärmte, kam der Briefträger. "
    path = warc(
        tmp_path / "a.warc.gz",
        [("response", "200 OK", page(text * 9), HTML) for text in (PROSE, german, german * 4)],
    )
    documents = extract(tmp_path, path, languages=["es"])
    assert len(rows(documents, "kept")) == 1 and removed(documents) == {"language": 2}
    assert all("Briefträger" in row["text"] for row in rows(documents, "removed"))


def test_a_page_is_not_judged_by_its_code_and_its_menus(tmp_path: Path) -> None:
    code = (
        f"<pre>{'shell@android data local chmod the file tcpdump arm with root access ' * 6}</pre>"
    )
    body = (code * 3 + f"<p>{PROSE * 2}</p>" * 9) * 3
    german = (
        "<p>An einem Morgen im Mai, als die Sonne den Platz kaum wärmte, kam der Briefträger.</p>"
    )
    pages = [f"<html><body>{text}</body></html>".encode() for text in (body, german * 30)]
    path = warc(tmp_path / "a.warc.gz", [("response", "200 OK", one, HTML) for one in pages])
    documents = extract(tmp_path, path, languages=["es"], gate=[])
    assert len(rows(documents, "kept")) == 1 and removed(documents) == {"language": 1}


def test_a_page_of_which_half_is_a_translation_stays(tmp_path: Path) -> None:
    german = (
        "An einem Morgen im Mai, als die Sonne den Platz kaum wärmte, kam der Briefträger. " * 4
    )
    spanish = (
        "Una mañana de mayo, cuando el sol apenas calentaba, llegó a la plaza el cartero. " * 3
    )
    pages = [  # one after the other, side by side, line below line; and a quotation
        "".join(f"<p>{german} {n}</p>" for n in range(30))
        + "".join(f"<p>{spanish} {n}</p>" for n in range(30)),
        "".join(f"<tr><td>{german} {n}</td><td>{spanish} {n}</td></tr>" for n in range(20)),
        "".join(f"<p lang='de'>{german} {n}</p><p lang='es'>{spanish} {n}</p>" for n in range(20)),
        "".join(f"<p>{german} {n}</p>" for n in range(40)) + f"<p>{spanish}</p>",
    ]
    pages[1] = f"<table>{pages[1]}</table>"
    html = [f"<html><body>{text}</body></html>".encode() for text in pages]
    path = warc(tmp_path / "a.warc.gz", [("response", "200 OK", one, HTML) for one in html])
    documents = extract(tmp_path, path, languages=["es"])
    assert len(rows(documents, "kept")) == 3 and removed(documents) == {"language": 1}
    assert all("cartero" in row["text"] for row in rows(documents, "kept"))


def test_what_indents_a_page_tells_nothing_of_its_language() -> None:
    titles = [f"Just a weblog\n{' ' * 90}Interactive map of the kernel {i}" for i in range(3)]
    assert len(glance("".join(f"<p>{title}\n</p>" for title in titles).encode())) < 150


def test_a_line_stays_whose_likeliest_language_is_asked_for(tmp_path: Path) -> None:
    line = "Symfony en Ubuntu Lucid Lynx 10.04"  # of no language with a probability of .2
    (path := tmp_path / "a.jsonl").write_text(json.dumps({"text": line}))
    (row,) = rows(extract(tmp_path, path, languages=["es"], gate=[]), "kept")
    assert row["text"] == line and row["metadata"]["language"] == "es"


def test_turns_of_a_dialogue_are_no_pages_and_may_be_short(tmp_path: Path) -> None:
    turns = ["¿A qué hora abre la panadería?", "A las siete.", ""]
    (path := tmp_path / "a.jsonl").write_text("\n".join(json.dumps({"text": t}) for t in turns))
    documents = extract(tmp_path, path)
    assert [row["text"] for row in rows(documents, "kept")] == turns[:2]
    assert removed(documents) == {"empty": 1}


def test_a_head_of_bare_line_feeds_takes_nothing_of_its_page(tmp_path: Path) -> None:
    lines = (
        f"<html><body><p>{PROSE * 5}</p>\r\n\r\n<p>Y nada más que decir del cartero.</p>".encode()
    )
    block = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + lines
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.es/\r\nContent-Length: {len(block)}\r\n"
    (path := tmp_path / "a.warc").write_bytes(
        head.encode() + b"Content-Type: application/http\r\n\r\n" + block + b"\r\n\r\n"
    )
    (row,) = rows(extract(tmp_path, path), "kept")
    assert row["text"].startswith("Una mañana")


@pytest.mark.parametrize("bytes_there", [1, 5, 40, 100])
def test_an_archive_that_ends_in_a_head_says_so(tmp_path: Path, bytes_there: int) -> None:
    whole = warc(tmp_path / "a.warc.gz", [FATES["kept"]] * 2).read_bytes()
    second = whole.index(b"\x1f\x8b\x08", 1)
    (path := tmp_path / "b.warc.gz").write_bytes(whole[: second + bytes_there])
    documents = extract(tmp_path, path)
    assert len(rows(documents, "kept")) == 1
    (row,) = rows(documents, "quarantined")
    assert row["reason"].startswith("cut off") and row["source"]["offset"] == second


def test_a_gate_rule_can_be_changed_in_the_recipe(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", [FATES["short"], FATES["kept"]])
    documents = extract(tmp_path, path, gate=["gate", {"name": "short", "min": 3}])
    assert len(rows(documents, "kept")) == 2
    documents = extract(tmp_path, path, gate=[{"name": "few", "signal": "words", "min": 9999}])
    assert removed(documents) == {"few": 2}
    (row, _) = rows(documents, "removed")
    assert (row["text"], row["value"], row["threshold"]) == ("Corto.", 1, 9999)


def test_a_source_without_a_word_in_the_recipe_and_an_unknown_suffix_are_named(
    tmp_path: Path,
) -> None:
    (path := tmp_path / "a.xyz").write_text("hola")
    with pytest.raises(UsageError, match="no source web"):
        extract(tmp_path, path, sources={})
    with pytest.raises(TahonaError, match=r"the suffix of a\.xyz"):
        extract(tmp_path, path)


def test_one_more_source_changes_no_task_of_the_others(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", [FATES["kept"]])

    def task(**sources: Any) -> Any:
        params = Extract.Params(sources=sources)
        return next(Extract().plan(params, {"files": [observed(web=[path])]}, {})).tasks[0].params

    assert task(web={"domain": "web"}) == task(web={"domain": "web"}, dump={"reader": "text"})
    assert task(web={"domain": "web"}) != task(web={"domain": "news"})


def gold() -> list[tuple[str, dict[str, Any]]]:
    """The 24 Spanish news pages with passages that must and must not be in their text."""
    wanted = {
        g["file"]: g for g in json.loads(shared("extraction", "trafilatura_gold.json").read_text())
    }
    pages = []
    with tarfile.open(shared("extraction", "trafilatura_pages.tar.xz")) as archive:
        for member in archive:
            entry = wanted.get(Path(member.name).name)
            if entry and entry["lang"] == "es":
                data = archive.extractfile(member)
                assert data is not None
                pages.append((decode(data.read())[0], entry))
    return pages


def f1(pages: Sequence[tuple[str, dict[str, Any]]]) -> float:
    """F1 over passages: those that must be there and are, against those that are there and must not."""
    hits = wanted = wrong = 0
    for text, entry in pages:
        flat = " ".join(text.split())
        hits += sum(" ".join(x.split()) in flat for x in entry["with"])
        wanted += len(entry["with"])
        wrong += sum(" ".join(x.split()) in flat for x in entry["without"] or [])
    precision, recall = hits / (hits + wrong), hits / wanted
    return 2 * precision * recall / (precision + recall)


def test_spanish_news_are_extracted_as_well_as_by_the_best_peer() -> None:
    import trafilatura

    ours, peer = [], []
    for html, entry in gold():
        ours.append((read(parse(html), entry["url"], None).text, entry))
        alone = trafilatura.extract(html, favor_precision=True, include_comments=False)
        peer.append((alone or "", entry))
    assert len(ours) == 24
    assert f1(ours) >= max(f1(peer), 0.9)


def test_with_a_policy_what_is_reserved_goes_and_what_was_said_stays(tmp_path: Path) -> None:
    text, noai = (
        page(PROSE * 9),
        page(PROSE * 9).replace(b"<title>", b"<meta name=robots content=noai><title>"),
    )
    licence = text.replace(
        b"<p>", b"<p><a rel=license href=//creativecommons.org/licenses/by/4.0/>CC</a> ", 1
    )
    heads = {**HTML, "X-Robots-Tag": "noimageai", "TDM-Reservation": "0"}
    web = warc(
        tmp_path / "a.warc.gz",
        [
            ("response", "200 OK", text, {**HTML, "TDM-Reservation": "1"}),
            ("response", "200 OK", noai, HTML),
            ("response", "200 OK", licence, heads),
            ("response", "200 OK", text, {**HTML, "Content-Usage": "train-ai=n"}),
            (
                "response",
                "200 OK",
                (PROSE * 9).encode(),
                {"Content-Type": "text/plain", "TDM-Reservation": "1"},
            ),
        ],
    )
    names = ["tdm-reservation", "noai"]
    documents = extract(tmp_path, web, rights={"refuse": names})
    assert {r["url"][-1]: r["rule"] for r in rows(documents, "removed")} == dict.fromkeys(
        "014", "rights"
    )
    kept = {r["url"][-1]: r["metadata"]["rights"] for r in rows(documents, "kept")}
    assert kept == {
        "2": "tdm-reservation: 0 (header); noai: noimageai (header); licence: CC-BY-4.0 (page)",
        "3": "content-usage: train-ai=n (header)",
    }
    assert len(rows(extract(tmp_path, web), "kept")) == 5
    with pytest.raises(UsageError, match=r"ai\.txt is not said in an answer"):
        extract(tmp_path, web, rights={"refuse": ["ai.txt"]})


@pytest.mark.parametrize(
    "path", ["/(S(lit3py55))/x", "/(A(a-1)S(b2))/(S(c))/x", "/x;jsessionid=9F"]
)
def test_an_id_holds_no_session_of_a_path(path: str) -> None:
    assert canonical_url(f"http://a.es{path}?id=3") == "http://a.es/x?id=3"
    assert canonical_url("http://a.es/f(x)/(a)/x") == "http://a.es/f(x)/(a)/x"
