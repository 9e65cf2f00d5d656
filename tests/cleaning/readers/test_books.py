"""Books and files of offices: their text as a reader of the book would say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaning.readers.xml.xhtml import html_text
from tests.cleaning.readers import samples
from tests.cleaning.readers.read import read


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.md", samples.MARKDOWN, samples.MARKDOWN_TEXT),
        ("a.epub", samples.EPUB, samples.EPUB_TEXT),
        ("a.odt", samples.ODT, samples.OFFICE_TEXT),
        ("a.fodt", samples.FODT, samples.OFFICE_TEXT),
        ("a.docx", samples.DOCX, samples.OFFICE_TEXT),
    ],
)
def test_books_and_files_of_offices(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    (record,) = read(tmp_path / name, data)
    assert record.text == text


def test_of_a_flat_file_fields_and_formulas_are_read_and_others_of_its_name_refused(
    tmp_path: Path,
) -> None:
    math = b'<o:object><m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>x</m:mi></m:math></o:object>'
    meta = (
        b'<o:meta><d:title xmlns:d="http://purl.org/dc/elements/1.1/">El horno</d:title></o:meta>'
    )
    flat = samples.FODT.replace(b"<o:body>", meta + b"<o:body>").replace(
        b"sal<", b"sal " + math + b"<"
    )
    (record,) = read(tmp_path / "a.fodt", flat)
    assert record.text == samples.OFFICE_TEXT.replace("- sal", "- sal x")
    assert record.metadata == {"title": "El horno"}
    drawn = samples.CONTENT.replace(
        "sal<", 'sal<o:object x:href="./Object 1" xmlns:x="http://www.w3.org/1999/xlink"/><'
    )
    for name, data in (("b.fodt", drawn.replace("-content", "")), ("b.odt", drawn)):
        packed = samples.zipped({"content.xml": data}) if name == "b.odt" else data.encode()
        assert [r.text for r in read(tmp_path / name, packed)] == [samples.OFFICE_TEXT]
    (table,) = read(tmp_path / "b.xml", flat.replace(b"o:text>", b"o:spreadsheet>"))
    assert "save its tables as CSV" in (table.unreadable or "")
    (other,) = read(tmp_path / "c.xml", b"<document><body><p>Pan</p></body></document>")
    assert "none of OpenDocument" in (other.unreadable or "")


def test_what_a_book_raises_or_lowers_is_told_from_the_digits_beside_it() -> None:
    page = (
        "<p>De 10<sup>3</sup> m <sup>2</sup> y H<sub>2</sub>O, estudio<sup><a href='#f1'>1</a></sup>"
        "<a href='n.html#f2'><sup>2</sup></a>, 1.<sup>er</sup> año.</p>"
        "<table><tr><td>10<sup>-3</sup></td><td>x<sup>a+b</sup></td></tr></table>"
    )
    text = "De 10³ m ² y H₂O, estudio[1][2], 1.er año.\n\n10⁻³ | x^(a+b)"
    assert html_text(page.encode()) == text


def test_marks_of_notes_have_brackets_and_numbers_of_pages_go() -> None:
    page = (
        "<p>De pan<a epub:type='noteref' href='#n1'>1</a> y<span epub:type='pagebreak'>12</span> sal"
        "<a class='_idFootnoteLink' href='#n2'>(2)</a>, del <a href='#s4'>4</a> al<span role='doc-pagebreak'>13</span>"
        " seis<sup><a href='#n3' epub:type='noteref'>3</a></sup>.</p><nav epub:type='toc'><a href='#a'>Uno</a></nav>"
        "<p><a class='_idFootnoteAnchor' href='#r1'>1</a> De trigo. <a role='doc-backlink' href='#r1'>↩︎</a></p>"
    )
    assert html_text(page.encode()) == ("De pan[1] y sal[2], del 4 al seis[3].\n\n[1] De trigo.")


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
    of_book = {"title": "El horno", "author": "Ana Ruiz", "language": "es", "region": "ES"}
    assert book.metadata == of_book


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


def test_formulas_of_books_and_office_files_are_said_in_one_line(tmp_path: Path) -> None:
    names = (
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:w="http://w"'
    )
    parts = {name: f"<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>" for name, text in
             {"num": "3", "den": "4+y", "e": "x", "sup": "2"}.items()}  # fmt: skip
    drawn = (
        f"<m:f><m:fPr/>{parts['num']}{parts['den']}</m:f><m:bar>{parts['e']}</m:bar>"
        f"<m:sSup>{parts['e']}{parts['sup']}</m:sSup><m:rad><m:deg/>{parts['e']}</m:rad>"
    )
    body = f"<w:p><w:r><w:t>Sea </w:t></w:r><m:oMath>{drawn}</m:oMath></w:p>"
    document = f"<w:document {names}><w:body>{body}</w:body></w:document>"
    (record,) = read(tmp_path / "a.docx", samples.zipped({"word/document.xml": document}))
    assert record.text == "Sea 3/(4+y)x\u0305x²sqrt(x)"
    page = b"<p>Sea <math><mfrac><mn>3</mn><mn>4</mn></mfrac></math>.</p>"
    assert html_text(page) == "Sea 3/4."


def test_the_contents_of_an_office_file_are_no_text(tmp_path: Path) -> None:
    def paragraph(text: str, style: str = "Normal") -> str:
        styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        return f"<w:p>{styled}<w:r><w:t>{text}</w:t></w:r></w:p>"

    linked = '<w:p><w:hyperlink w:anchor="_Toc12"><w:r><w:t>La sal</w:t></w:r></w:hyperlink></w:p>'
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = (
        f"<w:sdt>{gallery}<w:sdtContent>{paragraph('Índice')}</w:sdtContent></w:sdt>{linked}"
        + paragraph("La masa 3", "TDC2")
        + paragraph("La masa", "Ttulo1")
        + "<w:sdt><w:sdtContent>"
        + paragraph("Sube.")
        + "</w:sdtContent></w:sdt>"
    )
    document = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    (record,) = read(tmp_path / "a.docx", samples.zipped({"word/document.xml": document}))
    assert record.text == "La masa\n\nSube."


def test_a_cell_over_two_columns_keeps_the_place_of_both(tmp_path: Path) -> None:
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    rows = [
        '<t:table-cell t:number-columns-spanned="2"><p>Precio</p></t:table-cell>'
        "<t:covered-table-cell/><t:table-cell><p>Peso</p></t:table-cell>",
        "".join(f"<t:table-cell><p>{rows_of}</p></t:table-cell>" for rows_of in ("1", "2", "3")),
    ]
    rows_of = "".join(f"<t:table-row>{row}</t:table-row>" for row in rows)
    document = f'<d xmlns:t="{table}"><body><t:table>{rows_of}</t:table></body></d>'
    (record,) = read(tmp_path / "a.odt", samples.zipped({"content.xml": document}))
    assert record.text == "Precio | | Peso\n1 | 2 | 3"


def test_spanned_cells_of_word_and_of_a_page_keep_the_columns_below_each_other(
    tmp_path: Path,
) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    rows = [
        cell("Horno", '<w:gridSpan w:val="2"/>') + cell("Peso"),
        cell("Norte", '<w:vMerge w:val="restart"/>') + cell("pan") + cell("3"),
        cell("", "<w:vMerge/>") + cell("sal") + cell("5"),
    ]
    assert docx(tmp_path, f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>") == (
        "Horno | | Peso\nNorte | pan | 3\n| sal | 5"
    )
    page = (
        b"<table><tr><th colspan=2>Horno<th>Peso</tr><tr><td rowspan=2>Norte<td>pan<td>3</tr>"
        b"<tr><td>sal<td>5</tr><tr><td>Sur<td>pan<td>2</tr></table>"
    )
    assert html_text(page) == "Horno | | Peso\nNorte | pan | 3\n| sal | 5\nSur | pan | 2"


def test_what_word_raises_or_hides_and_what_stands_in_its_boxes(tmp_path: Path) -> None:
    def run(text: str, properties: str = "") -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"

    box = f"<w:txbxContent><w:p>{run('La caja.')}</w:p></w:txbxContent>"
    drawn = f"<w:r><w:drawing><a><b>7</b>{box}</a></w:drawing></w:r>"
    raised, lowered = (f'<w:vertAlign w:val="{how}script"/>' for how in ("super", "sub"))
    body = (
        f"<w:p>{run('De 10')}{run('3', raised)}{run(' m y H')}{run('2', lowered)}{run('O.')}"
        f"{run('oculto', '<w:vanish/>')}{drawn}</w:p>"
        f"<w:p>{run('Sigue.')}</w:p>"
    )
    assert docx(tmp_path, body) == "De 10³ m y H₂O.\n\nLa caja.\n\nSigue."


def test_the_numbers_of_word_are_those_that_it_shows(tmp_path: Path) -> None:
    def level(at: int, form: str, text: str) -> str:
        return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'

    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "Artículo %1.")}{level(1, "lowerLetter", "%2)")}'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="1">{level(0, "bullet", "•")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    styles = (
        '<w:style w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="Titulo"><w:basedOn w:val="Base"/></w:style>'
    )

    def paragraph(text: str, properties: str = "") -> str:
        return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    def listed(text: str, number: int, at: int = 0) -> str:
        of = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>'
        return paragraph(text, of)

    body = (
        paragraph("Objeto", '<w:pStyle w:val="Titulo"/>')
        + "".join((listed("pan", 1, 1), listed("sal", 1, 1), listed("Ámbito", 1)))
        + "".join((listed("agua", 1, 1), listed("suelto", 2), paragraph("Anexo")))
        + listed("Fin", 3)
    )
    assert docx(tmp_path, body, numbering=numbering, styles=styles) == (
        "Artículo 1. Objeto\n\na) pan\nb) sal\nArtículo 2. Ámbito\na) agua\n- suelto\n\nAnexo\n\nArtículo 1. Fin"
    )


def test_a_word_file_is_found_by_what_its_package_says(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    kind = "http://purl.oclc.org/ooxml/officeDocument/relationships"

    def relations(*targets: tuple[str, str]) -> str:
        entries = "".join(
            f'<Relationship Id="r" Type="{kind}/{name}" Target="{to}"/>' for name, to in targets
        )
        return f"<Relationships>{entries}</Relationships>"

    members = {
        "_rels/.rels": relations(("officeDocument", "/texto/uno.xml")),
        "texto/_rels/uno.xml.rels": relations(("footnotes", "notas.xml")),
        "texto/uno.xml": f'<w:document xmlns:w="{strict}"><w:body><w:p><w:r><w:t>Pan</w:t>'
        '<w:footnoteReference w:id="2"/></w:r></w:p></w:body></w:document>',
        "texto/notas.xml": f'<w:footnotes xmlns:w="{strict}"><w:footnote w:type="separator" w:id="0"/>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>De trigo.</w:t></w:r></w:p></w:footnote></w:footnotes>',
    }
    (record,) = read(tmp_path / "a.docx", samples.zipped(members))
    assert record.text == "Pan\n\nDe trigo."


def test_numbers_formulas_and_frames_of_an_odt_file(tmp_path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    names = f'xmlns:t="{office}:text:1.0" xmlns:s="{office}:style:1.0" xmlns:d="{office}:drawing:1.0" xmlns:x="http://www.w3.org/1999/xlink"'

    def items(*texts: str) -> str:
        return "".join(f"<t:list-item><t:p>{one}</t:p></t:list-item>" for one in texts)

    styles = (
        '<s:style s:name="T1"><s:text-properties s:text-position="super 58%"/></s:style>'
        '<t:list-style s:name="L1"><t:list-level-style-number t:level="1" s:num-format="A" s:num-suffix=")"/>'
        "</t:list-style>"
    )
    body = (
        f'<t:list t:style-name="L1">{items("pan", "sal")}</t:list><t:p>De 10<t:span t:style-name="T1">3</t:span>:'
        "<d:frame><d:text-box><t:p>Al margen.</t:p></d:text-box></d:frame></t:p>"
        f'<t:list t:style-name="L1" t:continue-numbering="true">{items("agua")}</t:list>'
        '<t:p><d:frame><d:object x:href="./Object 1"/></d:frame></t:p>'
    )
    math = "<math><mfrac><mn>3</mn><mn>4</mn></mfrac></math>"
    members = {
        "content.xml": f"<o {names}><automatic-styles>{styles}</automatic-styles><body>{body}</body></o>",
        "Object 1/content.xml": math,
    }
    (record,) = read(tmp_path / "a.odt", samples.zipped(members))
    assert record.text == "A) pan\nB) sal\n\nDe 10³:\n\nAl margen.\n\nC) agua\n\n3/4"


def test_slides_begin_with_their_titles_and_a_spreadsheet_is_named_as_such(tmp_path: Path) -> None:
    names = 'xmlns:d="urn:d" xmlns:t="urn:t" xmlns:p="urn:p"'

    def box(slide_texts: str, kind: str = "outline") -> str:
        return (
            f'<d:frame p:class="{kind}"><d:text-box><t:p>{slide_texts}</t:p></d:text-box></d:frame>'
        )

    table = "<table><table-row><table-cell><t:p>a</t:p></table-cell></table-row></table>"
    slides = (
        f"<d:page><d:frame>{table}</d:frame>{box('El pan.')}{box('La masa', 'title')}"
        f"<p:notes>{box('Hablar despacio.', 'notes')}</p:notes></d:page><d:page>{box('Fin', 'title')}</d:page>"
    )
    slide_texts = {
        kind: read(
            tmp_path / name,
            samples.zipped(
                {"content.xml": f"<o {names}><body><{kind}>{content}</{kind}></body></o>"}
            ),
        )[0]
        for kind, name, content in (
            ("presentation", "a.odp", slides),
            ("spreadsheet", "b.odt", table),
        )
    }
    assert slide_texts["presentation"].text == "La masa\n\na\n\nEl pan.\n\nHablar despacio.\n\nFin"
    assert slide_texts["spreadsheet"].unreadable == (
        "no document: it is a spreadsheet: save its tables as CSV"
    )


def docx(folder: Path, body: str, **parts: str) -> str | None:
    """The text of a Word file with such a body and other parts."""
    name = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    members = {"word/document.xml": f"<w:document {name}><w:body>{body}</w:body></w:document>"}
    for part, content in parts.items():
        members[f"word/{part}.xml"] = f"<w:{part} {name}>{content}</w:{part}>"
    (record,) = read(folder / "a.docx", samples.zipped(members))
    return record.text


def test_the_entries_of_a_numbered_list_of_a_book_have_their_numbers() -> None:
    page = b"<ol start=3><li>pan<li><p>sal</p><ul><li>fina</ul><li value=9>agua</ol><ol type=i><li>uno</ol>"
    assert html_text(page) == "3. pan\n4. sal\n- fina\n9. agua\n\ni. uno"
