"""Each format gives its text as a reader of the document would say it, and what is made to harm is refused."""

from __future__ import annotations

import bz2
import io
import json
import tarfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaning.extract.stage import Extract
from cleaning.extract.unread import unread
from cleaning.readers.markup import html_text
from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import Record, SourceSpec
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.cleaning.kernels import compute, observed, rows
from tests.cleaning.readers import samples

LIMIT = 1_000_000


def read(path: Path, data: bytes, reader: str | None = None, **said: Any) -> list[Record]:
    path.write_bytes(data)
    spec = SourceSpec(**said)
    return list(READERS[reader or reader_of(path.name, spec)].read(path, spec, LIMIT))


def said(record: Record) -> tuple[str | None, str | None, dict[str, str]]:
    return record.text, record.entry, record.metadata


def test_tei_gives_the_text_of_the_edition_and_its_header(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.xml", samples.TEI)
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert said(record) == (
        samples.TEI_TEXT,
        "t1",
        {
            "title": "El horno",
            "author": "Ana Ruiz",
            "date": "1884",
            "licence": licence,
            "language": "es",
        },
    )


def test_jats_gives_article_and_translation_without_the_numbers_of_references(
    tmp_path: Path,
) -> None:
    article, translation = read(tmp_path / "a.nxml", samples.JATS)
    assert article.text == (
        "El pan y la salud\n\nSe estudia el pan.\n\n1 Método\n\nSe midió dos veces en hornos."
    )
    assert article.entry == "10.1/pan"
    assert (article.metadata["author"], article.metadata["date"]) == ("Ana Ruiz", "2021-02-03")
    assert translation.text == "Bread and health\n\nIt was measured."
    assert (article.metadata["language"], translation.metadata["language"]) == ("es", "en")


def test_pubmed_is_read_by_article_and_by_language_whole_and_in_ranges(tmp_path: Path) -> None:
    records = read(tmp_path / "pubmed24n0001.xml", samples.PUBMED)
    assert [(r.entry, r.text, r.metadata.get("language")) for r in records] == [
        ("11", "Bread.\n\nMethods: Two ovens.", "en"),
        ("11-es", "El pan.\n\nDos hornos.", "es"),
        ("12", "Salt.", "en"),
    ]
    assert [r.offset for r in records] == [
        *[samples.PUBMED.index(b"<PubmedArticle>")] * 2,
        samples.PUBMED.rindex(b"<PubmedArticle>"),
    ]
    path = tmp_path / "pubmed24n0001.xml"
    for step in (50, 333, 700):
        ends = [*range(0, len(samples.PUBMED), step), len(samples.PUBMED)]
        pieces = [
            r for s in pairwise(ends) for r in READERS["pubmed"].read(path, SourceSpec(), LIMIT, s)
        ]
        assert pieces == records


def test_alto_joins_parted_words_and_says_how_sure_the_ocr_was(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.xml", samples.ALTO)
    assert record.text == "La panadera amasa.\n\nHace calor."
    assert record.metadata["confidence"] == "0.800"
    (removed,) = read(tmp_path / "a.xml", samples.ALTO, confidence=0.85)
    assert removed.removed is not None and removed.removed[0] == "confidence"
    assert removed.removed[1] == pytest.approx(0.8)


def test_laws_in_akoma_ntoso_and_of_the_boe(tmp_path: Path) -> None:
    (act,) = read(tmp_path / "a.xml", samples.AKN)
    assert act.text == (
        "LEY 1/2019, del pan.\n\nCapítulo I Disposiciones\n\nArtículo 1. Objeto.\n\nEsta ley regula el pan:"
        "\n\na) el blanco;\nb) el negro."
    )
    assert act.entry == "/akn/es/act/ley/2019-04-28/1"
    assert act.metadata == {"title": "Ley del Pan", "date": "2019-04-28", "language": "es"}
    (decree,) = read(tmp_path / "a.xml", samples.BOE)
    assert decree.text == "Artículo 1. Objeto.\n\nSe aprueba la norma.\n\nPan | 80 %"
    assert decree.url == "https://www.boe.es/buscar/doc.php?id=BOE-A-2019-6277"
    assert decree.metadata["date"] == "2019-05-11"
    (law,) = read(tmp_path / "a.xml", samples.BOE_LAW)
    assert law.text == "Artículo 1. Nuevo."


def test_a_wiki_is_its_articles(tmp_path: Path) -> None:
    for name, data in (
        ("w.xml", samples.MEDIAWIKI),
        ("w.xml.bz2", bz2.compress(samples.MEDIAWIKI)),
    ):
        article, talk, redirect = read(tmp_path / name, data, "mediawiki")
        assert article.text == samples.MEDIAWIKI_TEXT
        assert article.url == "https://es.wiki.test/wiki/Pan_de_molde"
        assert article.captured_at is not None and article.captured_at.year == 2020
        assert (talk.removed, redirect.removed) == (
            ("namespace", 1.0, 0.0),
            ("redirect", None, None),
        )
    assert reader_of("eswiki-20260101-pages-articles1.xml-p1p2.bz2", SourceSpec()) == "mediawiki"


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.md", samples.MARKDOWN, samples.MARKDOWN_TEXT),
        ("a.epub", samples.EPUB, samples.EPUB_TEXT),
        ("a.odt", samples.ODT, samples.OFFICE_TEXT),
        ("a.docx", samples.DOCX, samples.OFFICE_TEXT),
    ],
)
def test_books_and_files_of_offices(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    (record,) = read(tmp_path / name, data)
    assert record.text == text


def test_what_a_book_raises_or_lowers_is_told_from_the_digits_beside_it() -> None:
    page = (
        "<p>De 10<sup>3</sup> m <sup>2</sup> y H<sub>2</sub>O, estudio<sup><a href='#f1'>1</a></sup>"
        "<a href='n.html#f2'><sup>2</sup></a>, 1.<sup>er</sup> año.</p>"
        "<table><tr><td>10<sup>-3</sup></td><td>x<sup>a+b</sup></td></tr></table>"
    )
    said = "De 10³ m ² y H₂O, estudio[1][2], 1.er año.\n\n10⁻³ | x^(a+b)"
    assert html_text(page.encode()) == said


def test_metadata_of_a_front_matter_and_of_a_book(tmp_path: Path) -> None:
    (law,) = read(tmp_path / "a.md", samples.MARKDOWN)
    of_law = {"title": "Ley del pan", "date": "2019-04-28", "kind": "listing"}
    assert (law.entry, law.metadata) == ("LEY-1", of_law)
    (post,) = read(
        tmp_path / "b.md", b'+++\ntitle = "El horno"\ndate = 2018-11-16\n+++\n\nEl pan.\n'
    )
    of_post = {"title": "El horno", "date": "2018-11-16", "kind": "listing"}
    assert (post.text, post.metadata) == ("El pan.", of_post)
    (book,) = read(tmp_path / "a.epub", samples.EPUB)
    assert book.metadata == {"title": "El horno", "author": "Ana Ruiz", "language": "es"}


TOLD = "La masa madre fermenta despacio y da al pan su sabor."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"# El pan\n\n{TOLD}\n\n- Primero se amasa con agua tibia.\n- Sal", "article"),
        (f"# Instalación\n\n{TOLD}\n\n- horno\n- harina de centeno\n- agua\n", "notes"),
        (f"Así se amasa:\n\n```\namasar --agua 300\n```\n\n{TOLD}", "article"),
        (f"{TOLD}\n\n```\n" + "amasar --agua 300 --harina 500\n" * 10 + "```\n", "notes"),
        ("# Pan\n\n" + "- [Pan de centeno](a.md), Ana\n" * 5 + TOLD.join("\n\n"), "listing"),
        (f"{TOLD}\n\n| pan | horno |\n|---|---|\n" + "| de centeno | de leña |\n" * 4, "listing"),
        (f"{TOLD}\n\n| pan | horno |\n|---|---|\n" + f"| de centeno | {TOLD} |\n" * 4, "article"),
        (f"{TOLD}\n\n" + f"- [x] {TOLD}\n- [ ] {TOLD}\n" * 2, "listing"),
        (f"- [{TOLD}](a.md) {TOLD}\n" * 4, "listing"),
        (f"{TOLD}\n\n" * 20 + "- pan de centeno\n" * 100, "article"),
        (f"{TOLD}\n\n" * 20 + "- pan de centeno\n" * 300, "listing"),
        (f"{TOLD}\n\n" * 20 + "```\n" + "amasar --agua 300\n" * 400 + "```\n", "notes"),
    ],
)
def test_a_text_in_markdown_is_of_a_kind_by_where_its_words_stand(
    tmp_path: Path, text: str, kind: str
) -> None:
    (record,) = read(tmp_path / "a.md", text.encode())
    assert record.metadata["kind"] == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CHANGELOG.md", "project"),
        ("NETLIFY-DEPLOYMENT.md", "project"),
        ("README.md", "article"),
        ("MODELO.md", "article"),
        ("roadmap.md", "article"),
    ],
)
def test_a_file_by_which_a_repository_is_kept_is_known_by_its_name(
    tmp_path: Path, name: str, kind: str
) -> None:
    (record,) = read(tmp_path / name, TOLD.encode())
    assert record.metadata["kind"] == kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- uno\n  - dos\n    1. tres\n- cuatro\n", "- uno\n  - dos\n    1. tres\n- cuatro"),
        ("El horno ![de leña](h.jpg) arde.\n\n![Un molino](m.png)\n", "El horno de leña arde.\n\nUn molino"),
        ("[![build](b.svg)](b) [![npm](n.svg)](n)\n\nPan.\n", "Pan."),
        ("Pan[^1], `[^abc]`.[^b]\n\n[^1]: De trigo.\n[^b]: Rima\n", "Pan[1], [^abc].[b]\n\n[1] De trigo.\n\n[b] Rima"),
        ("```{note} Ojo\n:class: x\nQuema *mucho*.\n```\n\nFin.\n", "Ojo\n\nQuema mucho.\n\nFin."),
        ("````{tip}\n```{warning}\nQuema.\n```\n````\n", "Quema."),
        ("```{code-block} python\nx = 1\n```\n\n```{toctree}\na\n```\n", "x = 1"),
        (":::{admonition} Ojo\n:class: x\nQuema.\n:::\n\n::: tip\nSopla.\n:::\n", "Ojo\n\nQuema.\n\nSopla."),
        ("!!! warning \"Ojo\"\n    Quema.\n\n    - mucho\n\nFin.\n", "Ojo\n\nQuema.\n\n- mucho\n\nFin."),
        ("=== \"Linux\"\n\n    ```sh\n    ls\n    ```\n", "Linux\n\nls"),
        ("> [!NOTE]\n> Quema.\n", "Quema."),
        ("Masa\n:   Harina y agua.\n", "Masa\n\nHarina y agua."),
        ("## Pan {#pan .alto}\n\nEl {ref}`horno de leña <horno>` arde.\n", "Pan\n\nEl horno de leña arde."),
        ("# Pan\n\n## Índice\n\n- [Masa](#masa)\n  - [Sal](#sal)\n\n[TOC]\n\n## Masa\n", "Pan\n\nMasa"),
        ("# Pan\n\n- [Masa](#masa)\n- [Sal](sal.md)\n", "Pan\n\n- Masa\n- Sal"),
        ("<table><tr><td>Pan</td><td>1&nbsp;&euro;</td></tr>\n<tr><td>Sal</td></tr></table>\n", "Pan | 1\u00a0€\nSal"),
        ("<details><summary>Más</summary>\n\nDentro, ~~mal~~ bien.\n\n</details>\n", "Más\n\nDentro, mal bien."),
        ("<ul><li>uno</li><li>dos</li></ul>\n\n<script>\nx\n</script>\n", "- uno\n- dos"),
        ("Pan[^1]: hoy.\n\n[^1]:\n    De centeno.\n\n    - y trigo\n", "Pan[1]: hoy.\n\n[1] De centeno.\n\n- y trigo"),
        ("El pan^[de trigo] sube.\n\n*[HTML]: x\n", "El pan (de trigo) sube."),
        ("| a | b |\n|---|---|\n| pan | <ul><li>uno</li><li>dos</li></ul> |\n", "a | b\npan | uno; dos"),
        ("<table><tr><td>Pan</td><td><ul><li>uno</li>\n<li>dos</li></ul></td></tr></table>\n", "Pan | uno; dos"),
        ("- uno\n  - dos\n\n    Más.\n\n    ```\n    x\n    ```\n-\n", "- uno\n  - dos\n\n    Más.\n\n    x"),
        ("<ul><li>\n<p>uno</p><ol><li>dos</li></ol></li><li>tres</li></ul>\n", "- uno\n  1. dos\n- tres"),
        ("```{figure} p.png\n:alt: x\n\nLa masa.\n```\n\n```{code} py\n:linenos:\n\nx = 1\n```\n", "La masa.\n\nx = 1"),
        ("```{list-table} Panes\n:widths: 1\n\n* - a\n  - b\n* - c\n    d\n  - e\n```\n", "Panes\n\na | b\nc d | e"),
        ("```{csv-table}\na,\"b, c\"\nd\n```\n", "a | b, c\nd"),
        ("```{glossary}\nMasa\n  Sube.\n\nPan\n  Sale.\n```\n", "Masa\n\nSube.\n\nPan\n\nSale."),
        ("% nota\n(a)=\n# Pan\n\n+++\n\n![a.png](a.png) ![Trigo](t.png)\n", "Pan\n\nTrigo"),
        ("~~~\n::: tip\n[^1]: x\n!!! note\n~~~\n", "::: tip\n[^1]: x\n!!! note"),
        ("1. uno\n1. dos\n1. tres\n", "1. uno\n2. dos\n3. tres"),
        ("0. uno\n0. dos\n", "0. uno\n1. dos"),
        ("2. uno\n5. dos\n", "2. uno\n5. dos"),
        ("<ol><li>uno</li></ol>\n\n1. uno\n\n   - dos\n\n1. tres\n", "1. uno\n\n1. uno\n  - dos\n2. tres"),
        ("Un ==pan **negro**== y `==x==`, a == b == c :smile: `:smile:` 10:30:45 :nada: $x^2$\n",
         "Un pan negro y ==x==, a == b == c 😄 :smile: 10:30:45 :nada: $x^2$"),
        ("10<sup>3</sup> m<sup>2</sup>, H<sub>2</sub>O, 2<sup>x+1</sup>, 1.<sup>o</sup> y 1<sup>er</sup>\n",
         "10³ m², H₂O, 2^(x+1), 1.º y 1er"),
        ("L<sup>A</sup>T<sub>E</sub>X, x<sub>A</sub> y ↩<sup>2</sup>\n", "LATEX, x_(A) y ↩2"),
        ("Pan<sup>[1](#f1)</sup>, sal<sup><a href='#f2'>2</a></sup> y [<sup>3</sup>](#f3).\n", "Pan[1], sal[2] y [3]."),
        ("<p>10<sup>3</sup> m<sup><a href='#f'>1</a></sup>, autores<sup>1,2</sup></p>\n", "10³ m[1], autores[1,2]"),
        ("{% include x %}\n\n{{< figure src=x >}}\n\nPan.\n", "Pan."),
    ],
)  # fmt: skip
def test_what_stands_in_markdown_stands_in_its_document(
    tmp_path: Path, text: str, said: str
) -> None:
    (record,) = read(tmp_path / "a.md", text.encode())
    assert record.text == said


@pytest.mark.parametrize(
    ("text", "said", "title"),
    [
        ("---\ntitle: Pan\ntags: [a]\n\nEl horno.\n", "El horno.", "Pan"),
        ("---\ntitle: Pan: otra vez\nlayout: x\n---\nEl horno.\n", "El horno.", "Pan: otra vez"),
        ('+++\ntitle = "Pan"\n\nEl horno.\n', "El horno.", "Pan"),
        ("---\nNota: arde.\n\nEl horno.\n", "Nota: arde.\n\nEl horno.", None),
        ("---\nEl título:\n\nEl horno.\n", "El título:\n\nEl horno.", None),
    ],
)
def test_front_matter_that_is_not_closed_or_no_yaml_is_no_text(
    tmp_path: Path, text: str, said: str, title: str | None
) -> None:
    (record,) = read(tmp_path / "a.md", text.encode())
    assert (record.text, record.metadata.get("title")) == (said, title)


def test_of_markdown_without_front_matter_the_first_heading_is_the_title(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.md", b"Hoy\n\n## Antes\n\n# El *pan* `x`\n\n# Otro\n")
    assert record.metadata["title"] == "El pan x"


def test_the_contents_that_restructured_text_asks_for_are_none_of_it(tmp_path: Path) -> None:
    text = ".. contents:: Índice\n\nPan\n===\n\nDe 10\\ :sup:`3` g y H\\ :sub:`2`\\ O.\n\nSal\n---\n\nFina.\n"
    (record,) = read(tmp_path / "a.rst", text.encode())
    assert record.text == "Pan\n\nDe 10³ g y H₂O.\n\nSal\n\nFina."
    assert record.metadata["title"] == "Pan"


def test_restructured_text_is_read_without_carrying_anything_out(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.rst", samples.RST)
    assert record.text == samples.RST_TEXT
    assert record.metadata == {"title": "El pan", "author": "Ana", "kind": "listing"}


def test_fields_are_of_a_text_in_restructured_text_where_they_begin_it(tmp_path: Path) -> None:
    below = "Pan\n===\n\nMasa.\n\nSal\n---\n\nFina\n~~~~\n\nDe mar.\n\n:Author: Ana\n"
    (record,) = read(tmp_path / "a.rst", below.encode())
    assert record.text.endswith("De mar.\n\nAuthor: Ana")
    assert "author" not in record.metadata
    (record,) = read(tmp_path / "a.rst", b"Pan\n===\n\n:Author: Ana\n\nMasa.\n")
    assert (record.text, record.metadata["author"]) == ("Pan\n\nMasa.", "Ana")


@pytest.mark.parametrize(
    "text",
    [
        "`a " * 20_000,  # quadratic in docutils
        ("`a " * 30 + "\n") * 600,
        "+--+\n|a |\n" * 20_000 + "+--+\n",
        "".join("  " * i + "- a\n\n" for i in range(400)),
    ],
)
def test_restructured_text_that_would_take_docutils_long_stays_as_it_is(
    tmp_path: Path, text: str
) -> None:
    (record,) = read(tmp_path / "a.rst", text.encode())
    assert record.text == text


def test_substitutions_in_substitutions_do_not_grow(tmp_path: Path) -> None:
    names = "".join(f".. |s{i}| replace:: |s{i + 1}| |s{i + 1}|\n" for i in range(40))
    (record,) = read(tmp_path / "a.rst", f"Pan |s0|.\n\n{names}.. |s40| replace:: x\n".encode())
    assert record.text == "Pan s1 s1."


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.rst"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_damage_behind_a_text_is_told_and_the_text_is_as_without_it(
    tmp_path: Path, name: str, charset: str
) -> None:
    data = "La cigüeña vuelve al molino cada año, y el pan está en el horno.\n".encode(charset) * 40
    noise = bytes.fromhex("f9cf01e80395b61fc2aa8b1c9eff00d10e7711048a") * 10
    (clean,) = read(tmp_path / name, data)
    text, damage = read(tmp_path / name, data + noise)
    assert (text.text, text.content, text.digest) == (clean.text, clean.content, clean.digest)
    assert damage.offset == len(data)
    assert damage.unreadable == "no text: the bytes are text in no encoding"


@pytest.mark.parametrize("part", ["> ", "!!! ", "{% ", "<script ", "- ", ":::", "[^1]:", "</td> "])
def test_lines_of_marks_alone_end_a_text_and_do_not_hang(tmp_path: Path, part: str) -> None:
    (record,) = read(tmp_path / "a.md", b"Pan.\n\n" + (part * 60 + "\n").encode() * 60)
    assert record.text and record.text.startswith("Pan.")


def test_an_anchor_of_many_signs_does_not_hang(tmp_path: Path) -> None:
    began = time.process_time()
    (record,) = read(
        tmp_path / "a.md", b"<div>\n<a " + b"#" * 200_000 + b"\nPan.\n" + b"<sup>" * 20_000
    )
    assert record.text and "Pan." in record.text
    assert time.process_time() - began < 5


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "iso-8859-15"])
def test_the_encoding_that_a_chapter_declares_is_heard(tmp_path: Path, declared: str) -> None:
    charset = "cp1252" if declared == "windows-1252" else declared
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    page = f"{head}<html><body><p>Añil, maíz y más pingüinos</p></body></html>"
    members = {**samples.EPUB_MEMBERS, "OPS/dos.xhtml": page.encode(charset)}
    (book,) = read(tmp_path / "a.epub", samples.zipped(members))
    assert (book.text or "").endswith("Añil, maíz y más pingüinos")


def test_a_book_that_lacks_a_chapter_of_its_spine_is_told(tmp_path: Path) -> None:
    lacking = samples.zipped(
        {name: data for name, data in samples.EPUB_MEMBERS.items() if name != "OPS/dos.xhtml"}
    )
    (book,) = read(tmp_path / "a.epub", lacking)
    assert book.unreadable == "broken body: the chapter 'OPS/dos.xhtml' is not there"


def test_a_pdf_is_read_by_columns_without_heads_and_with_whole_words(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.pdf", samples.two_columns())
    assert record.text is not None
    page = record.text.split("La tahona")[1]
    assert page.startswith(" abre muy temprano cada mañana del año y el hornero amasa la masa b")
    assert "masa h y reparte el pan por la villa antes de que salga" in page
    assert "EL HORNO" not in record.text and not any(c.isdigit() for c in record.text)


def test_accents_that_a_pdf_draws_over_letters_are_one_with_them(tmp_path: Path) -> None:
    drawn = r"La educaci) Tj [(´) 333 (o)] TJ (n del ni) Tj [(˜) 333 (n)] TJ (o, fa) Tj [(c) 400 (¸)] TJ (ade"
    (record,) = read(tmp_path / "a.pdf", samples.pdf([(60, 700, drawn), (60, 680, "l´aigua ~ana")]))
    assert record.text == "La educación del niño, façade l´aigua ~ana"


def test_the_running_heads_of_a_chapter_go_and_its_title_stays(tmp_path: Path) -> None:
    pages = []
    for number in range(60):
        lines = [
            (60, 600, f"En la jornada {'abcdefghij' * (1 + number // 20)} {number} llega el pan.")
        ]
        if 10 <= number < 15:
            lines += [(60, 720, "De la masa madre"), (400, 720, str(number))]
        if number in (1, 2):
            lines.append((60, 720, "Del horno"))
        pages.append(lines)
    (record,) = read(tmp_path / "a.pdf", samples.pdf(*pages))
    assert record.text is not None
    assert record.text.count("De la masa madre") == 1 and record.text.count("Del horno") == 2
    assert record.text.count("llega el pan") == 60


def test_page_numbers_go_with_the_table_of_contents_that_they_are_of(tmp_path: Path) -> None:
    page = [
        (60, 700, "El horno . . . . . . . . . . . ."),
        (400, 700, "12"),
        (60, 500, "Doce"),
        (400, 500, "12"),
    ]
    (record,) = read(tmp_path / "a.pdf", samples.pdf(page))
    assert record.text == "Doce 12"


def test_a_scanned_pdf_and_one_that_is_none_are_named_as_such(tmp_path: Path) -> None:
    (scanned,) = read(tmp_path / "a.pdf", samples.pdf([], [], picture=True))
    assert scanned.unreadable == "scanned: 2 of 2 pages are pictures without text"
    (broken,) = read(tmp_path / "a.pdf", b"%PDF-1.4 nothing")
    assert (broken.unreadable or "").startswith("damaged: no PDF")


BOMB = b"""<!DOCTYPE a [<!ENTITY a "pan pan pan"><!ENTITY b "&a;&a;&a;">]><TEI><text>&b;</text></TEI>"""
LARGE = b"<!DOCTYPE a [<!ENTITY a '%s'>]><TEI><text>%s</text></TEI>" % (
    b"x" * 10_000,
    b"&a;" * 1000,
)
FOREIGN = b"""<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]><TEI><text><p>pan &a;</p></text></TEI>"""
CONTAINER = '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'


def traversal(reference: str) -> bytes:
    package = (
        f'<package><manifest><item id="a" href="{reference}" media-type="text/html"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    return samples.zipped({"META-INF/container.xml": CONTAINER, "p.opf": package})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", BOMB),
        ("a.xml", LARGE),
        ("a.epub", traversal("../../etc/passwd")),
        ("a.odt", samples.zipped({"../x": "x", "content.xml": "<a/>"})),
        ("a.docx", samples.zipped({"word/document.xml": b"<a>" + b" " * 2_000_000 + b"</a>"})),
        ("a.zip", samples.zipped({"../../x.txt": "x"})),
        ("a.zip", samples.zipped({"x.zip": samples.zipped({"x.txt": "x"})})),
    ],
)
def test_what_is_made_to_harm_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (record,) = read(tmp_path / name, data)
    assert (record.unreadable or "").startswith("refused: "), record


def test_no_file_is_read_that_an_entity_names(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.xml", FOREIGN)
    assert record.text == "pan"


def test_archives_give_the_documents_of_their_members(tmp_path: Path) -> None:
    content = io.BytesIO()
    members = {
        "t/a.xml": samples.TEI,
        "b.html": b"<html><p>pan</p></html>",
        "c.exe": b"MZ",
        "d.xml": b"<",
    }
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("e.html")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    for name, data in (("a.tgz", content.getvalue()), ("a.zip", samples.zipped(members))):  # type: ignore[arg-type]
        records = read(tmp_path / name, data)
        assert [r.file for r in records][:4] == list(members)
        assert records[0].text == samples.TEI_TEXT and records[1].media_type == "text/html"
        assert [r.removed for r in records[2:3]] == [("media_type", None, None)]
        assert (records[3].unreadable or "").startswith("no XML")
        assert all(r.removed and not r.content for r in records[4:])


LAYOUTS = {
    "fineweb-2": {
        "text": "Pan.",
        "id": "<u>",
        "url": "http://a.es/",
        "date": "2020-01-02T03:04:05Z",
        "language": "spa",
    },
    "hplt": {
        "text": "Pan.",
        "id": "<u>",
        "u": "http://a.es/",
        "ts": "2020-01-02T03:04:05Z",
        "lang": ["spa_Latn", "glg_Latn"],
    },
    "oscar": {
        "content": "Pan.",
        "warc_headers": {
            "warc-record-id": "<u>",
            "warc-target-uri": "http://a.es/",
            "warc-date": "2020-01-02T03:04:05Z",
        },
        "metadata": {"identification": {"label": "es", "prob": 0.9}},
    },
    "oscar-datasets": {
        "id": 7,
        "text": "Pan.",
        "meta": {
            "warc_headers": {
                "warc-record-id": "<u>",
                "warc-target-uri": "http://a.es/",
                "warc-date": "2020-01-02T03:04:05Z",
            },
            "identification": {"label": "es", "prob": 0.9},
        },
    },
    "hplt-1": {"id": 0, "document_lang": "es", "text": "Pan.", "url": "http://a.es/"},
    "dolma": {"id": "<u>", "text": "Pan.", "metadata": {"url": "http://a.es/", "language": "es"}},
    "catalog": {"id": "<u>", "text": "Pan.", "url": "http://a.es/", "languages": "{'ca': 1.0}"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_corpora_that_teams_hold_are_read_by_the_name_of_their_layout(
    tmp_path: Path, layout: str
) -> None:
    (record,) = read(tmp_path / "a.jsonl", json.dumps(LAYOUTS[layout]).encode(), layout=layout)
    entry = None if layout == "hplt-1" else "<u>"
    assert (record.text, record.entry, record.url) == ("Pan.", entry, "http://a.es/")
    assert record.metadata.get("language", "es") == "es"
    assert (record.captured_at is not None) == (layout not in {"dolma", "catalog", "hplt-1"})


def test_csv_is_read_by_columns_and_a_row_of_another_width_is_no_document(tmp_path: Path) -> None:
    data = 'id;cuerpo\n1;"Pan; y\nsal"\n2\n3;Agua\n'.encode("utf-8-sig")
    one, two, three = read(tmp_path / "a.csv", data, fields={"text": "cuerpo"})
    assert (one.entry, one.text, three.text) == ("1", "Pan; y\nsal", "Agua")
    assert (two.unreadable or "").startswith("no document: 1 cells")
    assert [r.offset for r in (one, two, three)] == [13, 28, 30]


def test_a_table_with_two_columns_of_one_name_is_no_document_where_that_is_a_field(
    tmp_path: Path,
) -> None:
    (record,) = read(tmp_path / "a.csv", b"id,text,text\n1,pan,sal\n")
    assert record.unreadable == "no document: two columns are called 'text'"
    (record,) = read(tmp_path / "b.csv", b"note,text,note\n1,pan,sal\n")
    assert record.text == "pan"
    path, arrays = tmp_path / "c.parquet", [pa.array(["pan"]), pa.array(["sal"])]
    pq.write_table(pa.Table.from_arrays(arrays, names=["text", "text"]), path)
    (record,) = read(path, path.read_bytes())
    assert record.unreadable == "no document: two columns are called 'text'"


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_a_text_of_bytes_is_read_as_utf_8(tmp_path: Path, kind: pa.DataType) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.array(["Añil".encode(), "Añil".encode("latin-1")], kind)
    pq.write_table(pa.table({"text": texts, "id": pa.array([b"uno", b"dos"], kind)}), path)
    good, bad = read(path, path.read_bytes())
    assert (good.text, good.entry) == ("Añil", "uno")
    assert bad.unreadable == "no text: no UTF-8 in the field 'text'"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize(("name", "sign"), [("a.csv", ";"), ("a.tsv", "\t")])
def test_a_table_in_any_encoding_of_a_spreadsheet_is_read_as_it_is(
    tmp_path: Path, encoding: str, name: str, sign: str
) -> None:
    euro = "España" if encoding == "latin-1" else "10 €, España"
    rows = [("id", "text"), ("1", "La mañana en Logroño"), ("2", f"Añil ĊĀ {euro}")]
    if not encoding.startswith("utf"):
        rows[2] = ("2", f"Añil {euro}")
    data = "".join(sign.join(row) + "\r\n" for row in rows).encode(encoding)
    one, two = read(tmp_path / name, data)
    assert [(r.entry, r.text) for r in (one, two)] == rows[1:]
    assert data[two.offset :].decode(encoding.replace("utf-16", "utf-16-le")).startswith("2")


def test_a_row_of_a_table_in_another_encoding_than_its_head_is_cp1252_or_no_document(
    tmp_path: Path,
) -> None:
    head = "id,text\n" + "".join(f"{n},Añada número {n}\n" for n in range(20_000))
    *_, last = read(tmp_path / "a.csv", head.encode() + "x,Logroño\n".encode("cp1252"))
    assert last.text == "Logroño"
    broken = (
        "id,text\n1,a\n2,b\n".encode("utf-16")
        + b"\x00\xd8,\x00\n\x00"
        + "3,c\n".encode("utf-16-le")
    )
    one, two, three, four = read(tmp_path / "b.csv", broken)
    assert (one.text, two.text, four.text) == ("a", "b", "c")
    assert (three.unreadable or "").startswith("no document: a row that is not in the utf-16-le")


def test_code_keeps_its_lines_and_what_a_tool_wrote_goes(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.py", b"def pan():\n    return 1\n")
    assert record.content == b"def pan():\n    return 1\n"
    (generated,) = read(tmp_path / "b.py", b"# @generated by a tool\n")
    assert generated.removed == ("generated", None, None)


def test_small_files_share_a_shard_and_each_document_names_its_place(tmp_path: Path) -> None:
    paths = []
    for n in range(5):
        (folder := tmp_path / "sitio" / str(n)).mkdir(parents=True)
        (folder / "index.html").write_text(
            f'<html lang="es"><head><link rel="canonical" href="https://a.es/{n}"></head><body><article>'
            f"<p>{'El pan sube en el horno de la villa. ' * 20}</p></article></body></html>"
        )
        paths.append(folder / "index.html")
    data = {"files": [observed(web=paths)]}
    for n, shard in enumerate(data["files"][0].shards):
        shard.files[0].below = f"{n}/index.html"
    made = compute(Extract(), data, tmp_path / "made", sources={"web": {}})
    assert len(made.shards) < 5
    documents = rows(made, "kept")
    assert [d["source"]["file"] for d in documents] == [f"{n}/index.html" for n in range(5)]
    assert [d["url"] for d in documents] == [f"https://a.es/{n}" for n in range(5)]
    assert len({d["id"] for d in documents}) == 5


def test_texts_share_a_shard_and_those_without_a_record_are_named(tmp_path: Path) -> None:
    many = READERS["text"].few + 1
    for n in range(many):
        (tmp_path / f"{n:03}.txt").write_text("El pan.\n\nY baja." if n > 1 else " \n")
    paths = sorted(tmp_path.glob("*.txt"))

    def made(unit: str, paths: list[Path]) -> Manifest:
        sources = {"web": {"unit": unit, "domain": "prosa"}}
        given = {"files": [observed(web=paths)]}
        return compute(Extract(), given, tmp_path / f"{unit}{len(paths)}", sources=sources, gate=[])

    for unit, each in (("file", 1), ("block", 2)):
        found = made(unit, paths)
        assert len(found.shards) < 10
        files = Counter(d["source"]["file"] for d in rows(found, "kept"))
        assert files == {path.name: each for path in paths[2:]}
        told = unread(Store(str(tmp_path / unit)), found)
        assert told == ["source web has files without a record: 000.txt, 001.txt"]
    assert len(made("file", paths[:4]).shards) == len(made("line", paths[:4]).shards) == 4


def test_mets_gives_an_issue_with_its_pages_in_order(tmp_path: Path) -> None:
    issue = tmp_path / "1898"
    (issue / "alto").mkdir(parents=True)
    (issue / "mets.xml").write_bytes(samples.METS)
    (issue / "alto" / "1.xml").write_bytes(samples.ALTO)
    (issue / "alto" / "2.xml").write_bytes(samples.ALTO.replace(b"Hace", b"Sigue"))
    paths = [issue / "alto" / "1.xml", issue / "alto" / "2.xml", issue / "mets.xml"]
    data = {"files": [observed(press=paths)]}
    for shard in data["files"][0].shards:
        shard.files[0].below = str(Path(shard.files[0].path).relative_to(tmp_path))
    made = compute(
        Extract(), data, tmp_path / "made", sources={"press": {"reader": "mets"}}, gate=[]
    )
    (document,) = rows(made, "kept")
    page = "La panadera amasa.\n\n{} calor."
    assert document["text"] == f"{page.format('Hace')}\n\n{page.format('Sigue')}"
    assert (document["metadata"]["title"], document["metadata"]["confidence"]) == (
        "El Horno",
        "0.800",
    )
    assert document["source"]["file"] == "1898/mets.xml"
    (missing,) = rows(made, "quarantined")
    assert missing["reason"] == "no document: the page 'alto/3.xml' is not there"


def test_a_list_of_objects_is_read_as_lines_are(tmp_path: Path) -> None:
    data = json.dumps([{"text": "Pan.", "id": 1}, {"text": "Sal."}, 3], indent=1).encode()
    one, two, three = read(tmp_path / "a.json", data)
    assert (one.text, one.entry, two.text, two.offset) == ("Pan.", "1", "Sal.", 1)
    assert (three.unreadable or "").startswith("no JSON")
    (broken,) = read(tmp_path / "b.json", data[:-4])
    assert (broken.unreadable or "").startswith("no JSON")
