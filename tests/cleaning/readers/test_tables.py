"""Tables and lists of objects: columns, layouts that teams have, encodings of spreadsheets."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cleaning.readers.read import read

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
    assert (two.unreadable or "").startswith("no document: 1 cell for ")
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


def test_a_table_of_another_separator_is_told_once_with_those_that_are_known(
    tmp_path: Path,
) -> None:
    (record,) = read(tmp_path / "d.csv", b"clave^text\n1^pan, y sal\n2^agua\n")
    assert record.unreadable == (
        "no document: the head 'clave^text' is one column: columns are separated by a comma, ;, | or a tab, "
        "or by what a first line `sep=^` says"
    )
    one, two = read(tmp_path / "b.csv", b"text\npan\nagua\n")
    assert (one.text, two.text) == ("pan", "agua")


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


def test_a_damaged_row_makes_no_cp1252_of_a_short_table_of_utf8(tmp_path: Path) -> None:
    data = "text\nEs de España\n".encode() + b"\xff\xfe malo\n"
    assert next(iter(read(tmp_path / "a.csv", data))).text == "Es de España"


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


def test_a_list_of_objects_is_read_as_lines_are(tmp_path: Path) -> None:
    data = json.dumps([{"text": "Pan.", "id": 1}, {"text": "Sal."}, 3], indent=1).encode()
    one, two, three = read(tmp_path / "a.json", data)
    assert (one.text, one.entry, two.text, two.offset) == ("Pan.", "1", "Sal.", 1)
    assert (three.unreadable or "").startswith("no JSON")
    (broken,) = read(tmp_path / "b.json", data[:-4])
    assert (broken.unreadable or "").startswith("no JSON")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("form", "end"), [("lines", "\r"), ("lines", "\r\n"), ("rows", "\r\n")])
def test_lines_with_any_end_in_any_form_of_unicode_are_read(
    tmp_path: Path, charset: str, end: str, form: str
) -> None:
    lines = ['{"id": "1", "text": "Añil ĊĀ"}', '{"id": "2", "text": "Pan"}']
    if form == "rows":
        lines = ["id\ttext", "1\tAñil ĊĀ", "2\tPan"]
    data = "".join(line + end for line in lines).encode(charset)
    records = read(tmp_path / ("a.jsonl" if form == "lines" else "a.tsv"), data)
    assert [(r.entry, r.text, r.unreadable) for r in records] == [
        ("1", "Añil ĊĀ", None),
        ("2", "Pan", None),
    ]


def test_objects_over_several_lines_and_after_the_mark_of_a_record_are_read(tmp_path: Path) -> None:
    objects = [{"text": "Pan", "id": 1}, {"text": "Sal", "id": 2}]
    spread = "\n".join(json.dumps(o, indent=2) for o in objects).encode()
    marked = b"".join(b"\x1e" + json.dumps(o).encode() + b"\n" for o in objects)
    for data in (spread, marked):
        records = read(tmp_path / "a.json", data)
        assert [(r.entry, r.text) for r in records] == [("1", "Pan"), ("2", "Sal")]
    one, broken = read(tmp_path / "a.json", spread[:-4])
    assert one.text == "Pan"
    assert (broken.unreadable or "").startswith("no JSON")
    # A first line that is damaged does not make one of all lines.
    _, *rest = read(tmp_path / "a.jsonl", b"{\n" + b'{"text": "Pan"}\n' * 3)
    assert [r.text for r in rest] == ["Pan"] * 3


def test_a_path_leads_into_metadata_that_a_column_holds_as_json(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    source = json.dumps({"source": {"urls": ["http://a.es/"]}})
    pq.write_table(pa.table({"text": ["Pan", "Sal"], "meta": [source, "{"]}), path)
    one, two = read(path, path.read_bytes(), fields={"url": "meta.source.urls.0"})
    assert (one.url, two.url, two.text) == ("http://a.es/", None, "Sal")


def test_the_rows_of_an_old_macintosh_are_read(tmp_path: Path) -> None:
    one, two = read(tmp_path / "a.csv", "id;text\r1;Añil\r2;Pan\r".encode())
    assert (one.text, two.text, two.offset) == ("Añil", "Pan", 16)


def test_a_spreadsheet_says_its_separator_and_pads_its_head(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.csv", b"sep=;\r\nid; text \r\n1;uno, dos, tres\r\n")
    assert (record.entry, record.text) == ("1", "uno, dos, tres")


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_table_without_the_column_of_the_text_is_told_once_with_those_that_it_has(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"id,body\n" + b"1,pan\n" * 9)
    if name == "a.parquet":
        pq.write_table(pa.table({"id": list(range(9)), "body": ["pan"] * 9}), path)
    (record,) = read(path, path.read_bytes())
    assert record.unreadable == (
        "no document: no column is called 'text' but 'id', 'body': say which is the text (`fields: {text: ...}`)"
    )
    assert len(read(path, path.read_bytes(), fields={"text": "body"})) == 9


@pytest.mark.parametrize(
    ("name", "head"),
    [("a.tsv", "id\ttext\n"), ("b.tsv", "id\ttext\n0\tPan\n" * 2), ("a.csv", "id;text\n")],
)
def test_quotes_that_no_cell_ends_with_are_characters_of_the_text(
    tmp_path: Path, name: str, head: str
) -> None:
    sign = head[2]
    texts = ['"Pan" y sal, dijo.', '"Nadie cierra', 'la "cita"', '"Entera"']
    head = head.partition("\n")[0] + "\n"
    data = head + "".join(f"{n}{sign}{text}\n" for n, text in enumerate(texts))
    assert [r.text for r in read(tmp_path / name, data.encode())] == texts


def test_a_quote_that_a_spreadsheet_forgot_to_double_makes_no_text_of_the_others(
    tmp_path: Path,
) -> None:
    rows = "".join(f'"{n}";"Pan {n}"\n' for n in range(9)) + '"9";"la "cita" dicha"\n'
    records = read(tmp_path / "a.csv", f'"id";"text"\n{rows}'.encode())
    assert [r.entry for r in records] == [str(n) for n in range(10)]
    assert records[0].text == "Pan 0"


def test_quotes_around_cells_are_none_of_the_text(tmp_path: Path) -> None:
    data = 'id\ttext\n1\t"Pan ""y"" sal"\n2\t"dos\nlíneas"\n3\tla "cita"\n'
    assert [r.text for r in read(tmp_path / "a.tsv", data.encode())] == [
        'Pan "y" sal', "dos\nlíneas", 'la "cita"',
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["lines", "list"])
def test_json_in_a_charset_of_windows_is_read_and_damaged_utf_8_is_told(
    tmp_path: Path, form: str
) -> None:
    texts = ["La mañana «fría» en Logroño costó 10 €", "Pan", "Añil y azúcar"]
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
    whole = "\n".join(lines) if form == "lines" else f"[{', '.join(lines)}]"
    assert [r.text for r in read(tmp_path / "a.json", whole.encode("cp1252"))] == texts
    broken = whole.encode().replace("ú".encode(), b"\xc3", 1)
    *_, last = read(tmp_path / "b.json", broken)
    assert (last.unreadable or "").startswith("no JSON: 'utf-8' codec can't decode byte 0xc3")


RARE = [
    "Añil y sal",
    "«Pan» a 10 €",
    "¿Qué?",
    "el n.º 3, Ávila",
    "l’alta façana",
    "Isto é pan",
    "DISPOSICIÓN",
]


@pytest.mark.parametrize("text", RARE)
def test_letters_of_windows_are_read_in_a_file_that_has_few_of_them(
    tmp_path: Path, text: str
) -> None:
    lines = [*({"text": f"Pan {n}"} for n in range(60)), {"text": text}]
    data = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode("cp1252")
    assert read(tmp_path / "a.jsonl", data)[-1].text == text
    table = "text\n" + "Más pan\n" * 60
    row = f'"{text}"\n'.encode("cp1252")
    assert read(tmp_path / "a.csv", table.encode() + row)[-1].text == text


@pytest.mark.parametrize(
    "damaged", [b"Logro\xc3o", b"Logro\xb1o", b"a\xc3", b"de \xff pan", b"n\xbamero"]
)
def test_a_letter_that_lost_a_byte_is_damage(tmp_path: Path, damaged: bytes) -> None:
    table = "id,text\n1,Más pan\n".encode() + b'2,"a\n' + damaged + b'"\n3,sal\n'
    one, two, three = read(tmp_path / "a.csv", table)
    assert (one.text, three.text) == ("Más pan", "sal")
    assert two.unreadable == "no document: a row that is not in the utf-8 of the head"
    assert table[two.offset :].startswith(b"2,")
    *_, line = read(
        tmp_path / "a.jsonl", b'{"text":"pan"}\n' * 40 + b'{"text":"' + damaged + b'"}\n'
    )
    assert (line.unreadable or "").startswith("no JSON: 'utf-8'")


@pytest.mark.parametrize("others", [["Esto es un texto en español"], ["Pan"] * 40])
def test_a_damaged_line_is_no_cp1252_in_a_short_file_of_utf8(
    tmp_path: Path, others: list[str]
) -> None:
    lines = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in others]
    *good, bad = read(tmp_path / "a.jsonl", b"\n".join([*lines, b'{"text":"\xff\xfe malo"}']))
    assert [r.text for r in good] == others
    assert (bad.unreadable or "").startswith("no JSON: 'utf-8' codec can't decode byte 0xff")


@pytest.mark.parametrize("code", ["es-MX", "es_mx", "es-Latn-MX"])
def test_the_country_of_a_language_and_all_authors_are_kept(tmp_path: Path, code: str) -> None:
    row = {"text": "Pan.", "metadata": {"language": code}}
    (record,) = read(tmp_path / "a.jsonl", json.dumps(row).encode(), layout="dolma")
    assert (record.metadata["language"], record.metadata["region"]) == ("es", "MX")
    authors = ["Ana", None, "Luis"]
    rows = [
        {"text": "Pan.", "region": region, "author": authors} for region in (code, "mx", "Jalisco")
    ]
    named = read(tmp_path / "b.jsonl", "\n".join(map(json.dumps, rows)).encode())
    assert [r.metadata.get("region") for r in named] == ["MX", "MX", None]
    assert named[0].metadata["author"] == "Ana; Luis"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Espa&ntilde;a &amp; &#8220;lunes&#8221;", "España & “lunes”"),
        (
            "<a t='&#39;'>Espa&ntilde;a</a> a&lt;b &amp;lt;",
            "<a t='&#39;'>España</a> a&lt;b &amp;lt;",
        ),
        ("m&amp;aacute;s&amp;nbsp;all&aacute;", "más\xa0allá"),
        ("La ñ es &ntilde; en Espa&ntilde;a.", None),
        ("/?a=1&copy=2 I&#39;m", "/?a=1&copy=2 I'm"),
        ("a &lt; b", None),
    ],
)
def test_entities_of_a_field_are_what_they_stand_for_where_it_is_no_page(
    tmp_path: Path, text: str, kept: str | None
) -> None:
    entry = {"text": text, "title": "Sal &amp; Pan", "author": ["Pe&ntilde;a"]}
    (record,) = read(tmp_path / "a.jsonl", json.dumps(entry).encode())
    assert record.text == (kept or text)
    assert (record.metadata["title"], record.metadata["author"]) == ("Sal & Pan", "Peña")
