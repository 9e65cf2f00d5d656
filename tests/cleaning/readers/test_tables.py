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


def test_a_list_of_objects_is_read_as_lines_are(tmp_path: Path) -> None:
    data = json.dumps([{"text": "Pan.", "id": 1}, {"text": "Sal."}, 3], indent=1).encode()
    one, two, three = read(tmp_path / "a.json", data)
    assert (one.text, one.entry, two.text, two.offset) == ("Pan.", "1", "Sal.", 1)
    assert (three.unreadable or "").startswith("no JSON")
    (broken,) = read(tmp_path / "b.json", data[:-4])
    assert (broken.unreadable or "").startswith("no JSON")
