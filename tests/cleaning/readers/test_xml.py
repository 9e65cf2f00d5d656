"""Records of XML: editions, articles of journals, pages read by OCR, laws, wikis, issues of newspapers."""

from __future__ import annotations

import bz2
from itertools import pairwise
from pathlib import Path

import pytest

from cleaning.extract.stage import Extract
from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import SourceSpec
from cleaning.readers.xml.mediawiki import plain_text
from cleaning.readers.xml.xhtml import html_text
from tests.cleaning.kernels import compute, observed, rows
from tests.cleaning.readers import samples
from tests.cleaning.readers.read import LIMIT, parts, read


def test_an_empty_cell_keeps_the_values_behind_it_in_their_columns() -> None:
    wiki = "{|\n! !! Lunes !! Martes\n|-\n| Ana || || 8\n|-\n| Luis || 7 ||\n|}"
    assert plain_text(wiki) == "| Lunes | Martes\nAna | | 8\nLuis | 7"
    head, rows = (
        "<tr><th/><th>a</th><th>b</th></tr>",
        "<tr><td/><td/><td>8</td></tr><tr><td>9</td><td/></tr>",
    )
    book = f"<body><table>{head}{rows}</table><p>fin</p></body>"
    assert html_text(book.encode()) == "| a | b\n| | 8\n9\n\nfin"


def test_formulas_of_a_wiki_stay() -> None:
    wiki = "El área es <math>\\pi r^{2}</math>, y <math display=block>a < b</math> H<sub>2</sub>.<math/>"
    assert plain_text(wiki) == r"El área es $\pi r^{2}$, y $a < b$ H2."


def test_tei_gives_the_text_of_the_edition_and_its_header(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.xml", samples.TEI)
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert parts(record) == (
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


def test_an_old_dump_names_namespaces_in_titles_and_redirects_in_texts(tmp_path: Path) -> None:
    names = '<namespace key="1">Discusión</namespace><namespace key="10">Plantilla</namespace>'
    pages = [
        ("Pan", "La masa reposa."),
        ("Discusión:Pan", "No estoy de acuerdo."),
        ("Plantilla:Ficha", "{{{1}}}"),
        ("Panadero", "#REDIRECCIÓN [[Pan]]"),
        ("Sal: una historia", "# Redes [[mar]]"),
    ]
    written = "".join(
        f"<page><title>{title}</title><id>{n}</id><revision><text>{text}</text></revision></page>"
        for n, (title, text) in enumerate(pages)
    )
    script = "<page><title>Datos</title><ns>0</ns><revision><model>json</model><text>{}</text></revision></page>"
    data = f"<mediawiki><siteinfo><namespaces>{names}</namespaces></siteinfo>{written}{script}</mediawiki>"
    records = read(tmp_path / "a.xml", data.encode(), "mediawiki")
    assert [r.removed for r in records] == [
        None,
        ("namespace", 1.0, 0.0),
        ("namespace", 10.0, 0.0),
        ("redirect", None, None),
        None,
        ("media_type", None, None),
    ]
    assert (records[0].text, records[4].text) == ("La masa reposa.", "- Redes mar")


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
    documents = compute(
        Extract(), data, tmp_path / "made", sources={"press": {"reader": "mets"}}, gate=[]
    )
    (document,) = rows(documents, "kept")
    page = "La panadera amasa.\n\n{} calor."
    assert document["text"] == f"{page.format('Hace')}\n\n{page.format('Sigue')}"
    assert (document["metadata"]["title"], document["metadata"]["confidence"]) == (
        "El Horno",
        "0.800",
    )
    assert document["source"]["file"] == "1898/mets.xml"
    (missing,) = rows(documents, "quarantined")
    assert missing["reason"] == "no document: the page 'alto/3.xml' is not there"


def test_mets_files_that_share_a_folder_share_its_pages(tmp_path: Path) -> None:
    (tmp_path / "alto").mkdir()
    pages = [tmp_path / "alto" / f"{n}.xml" for n in (1, 2, 3)]
    for page in pages:
        page.write_bytes(samples.ALTO)
    issues = [tmp_path / "a_mets.xml", tmp_path / "b_mets.xml"]
    for issue in issues:
        issue.write_bytes(samples.METS.replace(b"n1", issue.name.encode()))
    data = {"files": [observed(press=[pages[0], issues[0], *pages[1:], issues[1]])]}
    for shard in data["files"][0].shards:
        shard.files[0].below = str(Path(shard.files[0].path).relative_to(tmp_path))
    documents = compute(
        Extract(), data, tmp_path / "made", sources={"press": {"reader": "mets"}}, gate=[]
    )
    counts = [
        (row["source"]["file"], row["text"].count("panadera")) for row in rows(documents, "kept")
    ]
    assert sorted(counts) == [("a_mets.xml", 3), ("b_mets.xml", 3)]
    assert not rows(documents, "quarantined")


def test_the_items_of_an_ordered_list_of_an_article_are_numbered(tmp_path: Path) -> None:
    items = "<list-item><p>pan</p></list-item><list-item><p>sal</p></list-item>"
    own = "<list-item><label>(a)</label><p>agua</p></list-item>"
    body = (
        f'<list list-type="order">{items}</list><list list-type="alpha-lower">{items}{own}</list>'
    )
    (record,) = read(tmp_path / "a.xml", f"<article><body>{body}</body></article>".encode())
    assert record.text == "1. pan\n2. sal\n\na. pan\nb. sal\n- (a) agua"


def test_the_narrative_of_a_debate_stands_apart_from_its_speeches(tmp_path: Path) -> None:
    body = "<debateBody><scene>(Aplausos).</scene><summary>Se abre.</summary><speech><p>Pan.</p></speech></debateBody>"
    page = f"<akomaNtoso><debate>{body}</debate></akomaNtoso>".encode()
    (record,) = read(tmp_path / "a.xml", page)
    assert record.text == "(Aplausos).\n\nSe abre.\n\nPan."


def test_a_mets_file_without_its_reader_is_told_which(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.xml", b"<mets><fileSec/></mets>")
    assert record.unreadable is not None
    assert "reader: mets" in record.unreadable


def test_a_table_of_an_article_beside_its_picture_is_read_and_a_formula_in_any_form_is_not(
    tmp_path: Path,
) -> None:
    table = "<table><tr><td>Trigo</td><td>2</td></tr></table>"
    formula = "<inline-formula><alternatives><tex-math>x</tex-math><graphic/></alternatives></inline-formula>"
    body = (
        f"<table-wrap><caption><p>Harinas</p></caption><alternatives><graphic/>{table}</alternatives></table-wrap>"
        f"<p>Sea {formula} la sal.</p>"
    )
    (record,) = read(tmp_path / "a.xml", f"<article><body>{body}</body></article>".encode())
    assert record.text == "Harinas\n\nTrigo | 2\n\nSea la sal."


def test_a_collection_of_laws_that_names_documents_elsewhere_gives_those_that_it_holds(
    tmp_path: Path,
) -> None:
    bill = "<component><bill><body><p>Pan.</p></body></bill></component>"
    parts = f'<component><documentRef href="#a"/></component>{bill}'
    data = f"<akomaNtoso><documentCollection><components>{parts}</components></documentCollection></akomaNtoso>"
    assert [r.text for r in read(tmp_path / "a.xml", data.encode())] == ["Pan."]


def test_page_gives_regions_and_lines_in_their_order_and_how_sure_they_are(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.xml", samples.PAGE)
    assert record.text == "El pan\n\nHace calor del horno."
    assert record.metadata == {"title": "1.tif", "confidence": "0.667"}


def test_a_page_of_mets_in_several_forms_is_read_in_one(tmp_path: Path) -> None:
    empty = b"<PcGts><Page><TextRegion id='a'/></Page></PcGts>"
    for name, data in (("p.xml", samples.PAGE), ("q.xml", empty), ("1.xml", samples.ALTO)):
        (tmp_path / name).write_bytes(data)

    def text(*groups: tuple[str, str]) -> str | None:
        files = "".join(
            f'<fileGrp USE="{group}"><file ID="{group}"><FLocat xlink:href="{href}"/></file></fileGrp>'
            for group, href in groups
        )
        pointers = "".join(f'<fptr FILEID="{group}"/>' for group, _ in groups)
        (tmp_path / "m.xml").write_text(
            f'<mets xmlns:xlink="http://www.w3.org/1999/xlink"><fileSec>{files}</fileSec>'
            f'<structMap TYPE="PHYSICAL"><div>{pointers}</div></structMap></mets>'
        )
        beside = {name: tmp_path / name for name in ("m.xml", "p.xml", "q.xml", "1.xml")}
        (record,) = READERS["mets"].read_together(beside, SourceSpec(reader="mets"), LIMIT)
        return record.text

    page = "El pan\n\nHace calor del horno."
    assert text(("OCR-D-GT-PAGE", "p.xml"), ("OCR-D-SEG-LINE", "q.xml")) == page
    assert text(("OCR-D-SEG-PAGE", "q.xml"), ("OCR-D-OCR-TESS", "p.xml")) == page
    assert (text(("ALTO", "1.xml"), ("OCR-D-OCR-TESS", "p.xml")) or "").startswith("La panadera")


def test_a_part_of_a_document_whose_prefixes_nobody_declares_is_read(tmp_path: Path) -> None:
    body = '<p>Sea <mml:math><mml:mi>x</mml:mi></mml:math> <ext-link xlink:href="a">la sal</ext-link>.</p>'
    (record,) = read(tmp_path / "a.xml", f"<article><body>{body}</body></article>".encode())
    assert record.text == "Sea la sal."
    (broken,) = read(tmp_path / "b.xml", f"<article><body>{body}</article>".encode())
    assert (broken.unreadable or "").startswith("no XML: ")


def test_mets_as_a_service_answers_and_without_its_pages(tmp_path: Path) -> None:
    (tmp_path / "alto").mkdir()
    pages = [tmp_path / "alto" / f"{n}.xml" for n in (1, 2, 3)]
    for page in pages:
        page.write_bytes(samples.ALTO)
    answer = b"<OAI-PMH><GetRecord><record>" + samples.METS + b"</record></GetRecord></OAI-PMH>"
    elsewhere = samples.METS.replace(b'href="file://./', b'href="').replace(
        b'href="', b'href="https://a.es/'
    )
    for name, data in (
        ("a.xml", answer),
        ("b.xml", elsewhere),
        ("c.xml", samples.METS.replace(b"FULLTEXT", b"IMAGE").replace(b"alto", b"jpg")),
    ):
        (tmp_path / name).write_bytes(data)
    counts = {}
    for name in ("a.xml", "b.xml", "c.xml"):
        files = {name: tmp_path / name, **{f"alto/{page.name}": page for page in pages}}
        (counts[name],) = READERS["mets"].read_together(files, SourceSpec(reader="mets"), LIMIT)
    assert (counts["a.xml"].text or "").count("La panadera amasa.") == 3
    assert counts["b.xml"].unreadable == (
        "no document: none of its 3 pages is there, as 'https://a.es/alto/1.xml'"
    )
    assert counts["c.xml"].unreadable == "no document: the METS file names no page in ALTO or PAGE"
