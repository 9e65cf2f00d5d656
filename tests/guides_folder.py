"""The folder in which a page of the documentation is run: small files of every kind, and sites on loopback.

    warc/pages.warc.gz       pages of two sites of the small web
    crawl-data/              their texts (WET) and a list of paths, laid out as Common Crawl does
    texts/*.txt              six articles
    laws/boletin.jsonl.zst   eleven, with the fields `text`, `id`, `title`, `date`
    health/notes.jsonl.gz    twelve, with fields of other names

The hosts www.example.org, www.example.com and www.example.net answer with three sites of the small web
over TLS, and `mirror` serves the folder itself by plain HTTP, as the variable MIRROR says.
"""

from __future__ import annotations

import gzip
import io
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import zstandard
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.small_web import articles as written
from flows.small_web import oddities
from flows.small_web.articles import Article
from flows.small_web.hosts import BY_FOLDER
from flows.small_web.response import Response
from flows.small_web.server import start
from flows.small_web.sites import site_pages

HOSTS = {"www.example.org": "diario", "www.example.com": "clinica", "www.example.net": "revista"}
COMMON_CRAWL = "crawl-data/CC-MAIN-2026-43"
FEW = 4  # articles of a site, so that a polite crawl is over in ten seconds


@dataclass(frozen=True)
class Little:
    """Small sites under other names; answers as the whole web does."""

    pages: dict[tuple[str, str], Response]

    def answer(self, host: str, target: str) -> Response:
        return self.pages.get((host, target.partition("?")[0]), oddities.not_found())


def little_web() -> Little:
    """A site of few articles for each of HOSTS."""
    pages = {}
    for host, folder in HOSTS.items():
        site = replace(BY_FOLDER[folder], host=host, feed=False)
        mine = [replace(a, site=site) for a in _spanish(folder) if a.section != "Hemeroteca"]
        for page in site_pages(site, mine[:FEW], []):
            pages[host, page.path] = page.response
    return Little(pages)


def _spanish(folder: str) -> list[Article]:
    return [a for a in written.load() if a.site.folder == folder and a.language == "es"]


@contextmanager
def sites(folder: Path) -> Iterator[dict[str, str]]:
    """Serves the example hosts over TLS, as `resolve` of a recipe wants them; `folder` holds the key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    server = start(little_web())  # type: ignore[arg-type]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with _running(server) as port:
        yield dict.fromkeys(HOSTS, f"127.0.0.1:{port}")


def _certificate(folder: Path) -> Path:
    """A key and a certificate signed with it, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.example.org")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def mirror(folder: Path) -> Iterator[str]:
    """Serves a folder by HTTP, in place of a mirror that a guide downloads from; its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    with _running(server) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write(folder: Path) -> None:
    """Writes the files that stand in the folder before the first command."""
    _archives(folder)
    (folder / "texts").mkdir()
    for article in _spanish("cronica")[:6]:
        (folder / "texts" / f"{article.slug}.txt").write_text(article.text, encoding="utf-8")
    laws = "".join(
        json.dumps(
            {"id": a.slug, "title": a.title, "date": str(a.date), "text": a.text},
            ensure_ascii=False,
        )
        + "\n"
        for a in _spanish("boletin")
    )
    (folder / "laws").mkdir()
    packed = zstandard.ZstdCompressor().compress(laws.encode())
    (folder / "laws" / "boletin.jsonl.zst").write_bytes(packed)
    notes = "".join(
        json.dumps({"doi": f"10.1/{a.slug}", "titulo": a.title, "articulo": {"cuerpo": a.text}})
        + "\n"
        for a in _spanish("clinica")
    )
    (folder / "health").mkdir()
    (folder / "health" / "notes.jsonl.gz").write_bytes(gzip.compress(notes.encode(), mtime=0))


def _archives(folder: Path) -> None:
    (folder / "warc").mkdir()
    wets = folder / COMMON_CRAWL
    wets.mkdir(parents=True)
    path = f"{COMMON_CRAWL}/pages.warc.wet.gz\n"
    (wets / "wet.paths.gz").write_bytes(gzip.compress(path.encode(), mtime=0))
    foro, town = _spanish("foro"), _spanish("ayuntamiento")
    everything = [(a, site_pages(a.site, [a], [])) for a in (*foro[:6], *town[:6])]
    with (
        (folder / "warc" / "pages.warc.gz").open("wb") as warc,
        (wets / "pages.warc.wet.gz").open("wb") as wet,
    ):
        pages, texts = WARCWriter(warc), WARCWriter(wet)
        for article, place in everything:
            page = next(p for p in place if p.path == article.path).response
            head = StatusAndHeaders("200 OK", list(page.headers), protocol="HTTP/1.1")
            date = {"WARC-Date": "2026-11-01T00:00:00Z"}
            pages.write_record(
                pages.create_warc_record(
                    article.url,
                    "response",
                    io.BytesIO(page.body),
                    http_headers=head,
                    warc_headers_dict=date,
                )
            )
            texts.write_record(
                texts.create_warc_record(
                    article.url,
                    "conversion",
                    io.BytesIO(article.text.encode()),
                    warc_content_type="text/plain",
                    warc_headers_dict=date,
                )
            )
