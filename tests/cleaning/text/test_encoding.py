"""Bytes become the text that their author wrote, whatever the page says of its charset."""

from __future__ import annotations

import io
import itertools
import json
import time
import unicodedata
import zlib

import ftfy
import numpy as np
import pytest
import zstandard
from ftfy.badness import BADNESS_RE, is_bad
from hypothesis import given
from hypothesis import strategies as st

from cleaning.readers.records import SourceSpec
from cleaning.readers.web.warc import read_warc
from cleaning.text import repair as repair_module
from cleaning.text.encoding import decode, is_text
from cleaning.text.plain import is_plain, is_settled
from cleaning.text.repair import normal, repair, repaired, settled
from tests.cleaning.kernels import shared
from tests.examples import examples

SPANISH = "El año pasado, la cigüeña anidó aquí; ¿volverá mañana? «Quizás», dijo. Costó 1.º 20 €."


def spanish_pages() -> list[str]:
    path = shared("warc", "assembled__spanish_pages.warc.gz")
    return [r.content.decode() for r in read_warc(path, SourceSpec(), 10_000_000)]


def prose(*names: str, number: int = 200) -> list[str]:
    texts = []
    for name in names:
        with zstandard.open(shared("text", name), "rt", encoding="utf-8") as lines:
            assert isinstance(lines, io.TextIOWrapper)
            texts += [json.loads(next(lines))["text"] for _ in range(number)]
    return texts


def test_spanish_pages_in_cp1252_are_read_right_whether_they_say_so_or_lie() -> None:
    for page in spanish_pages():
        data = page.encode("cp1252", "ignore")
        expected = data.decode("cp1252")
        # Their <meta> says UTF-8, which is not true any more.
        assert decode(data, None)[0] == expected
        assert decode(data, "utf-8")[0] == expected
        assert decode(data, "ISO-8859-1")[0] == expected
        assert decode(page.encode(), "ISO-8859-1") == (page, "utf-8")


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-16", "utf-8-sig"])
def test_every_usual_charset_of_spanish_is_found(charset: str) -> None:
    text = SPANISH.replace(" €", "") if charset == "iso-8859-1" else SPANISH
    assert decode(text.encode(charset))[0] == text


@pytest.mark.parametrize(
    "charset",
    [
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
        "latin-1",
        "mac-roman",
        "cp437",
        "cp850",
        "utf-7",
    ],
)
def test_text_in_any_encoding_is_text_and_random_bytes_are_none(charset: str) -> None:
    for text in prose("literature.jsonl.zst", "parliamentary.jsonl.zst", number=30):
        data = text.encode(charset, "replace")
        # No browser reads UTF-7; of what has not three letters with signs it is ASCII.
        assert is_text(data) == (charset != "utf-7" or data.count(b"+A") < 3)
        if charset.startswith("utf-16"):
            assert decode(data)[0] == text
    for charset in ("koi8-r", "shift-jis", "gb18030", "euc-kr", "iso2022_jp", "iso2022_kr"):
        assert is_text(("Ах, война! 日本語の本文です。 " * 40).encode(charset, "ignore"))
    russian = "Ах, война, что ты сделала, подлая: стали тихими наши дворы.\n" * 9
    assert decode(russian.encode("utf-16-le"))[0] == decode(russian.encode("utf-16-be"))[0]
    rng = np.random.default_rng(3)
    for size in (200, 4001, 100_000):
        noise = rng.integers(0, 256, size, np.uint8).tobytes()
        assert not any(is_text(d) for d in (noise, b"\0" * size, zlib.compress(noise)))


def test_prose_of_dos_and_of_the_old_macintosh_is_told_from_that_of_windows() -> None:
    texts = [
        t.replace("’", "'").replace("“", '"').replace("”", '"')
        for t in prose("parliamentary.jsonl.zst")
    ]
    verdicts: dict[str, list[bool]] = {"cp850": [], "mac-roman": [], "cp1252": []}
    for text in texts:
        for charset, right in verdicts.items():
            data = text.encode(charset, "ignore")
            right.append(decode(data)[0] == data.decode(charset))
    assert all(verdicts["cp1252"])
    assert np.mean(verdicts["cp850"]) > 0.9
    assert np.mean(verdicts["mac-roman"]) > 0.9
    french = "Le cœur de sa sœur bat, l'œuvre est un bœuf. Été\u2014hiver, don\u2019t." * 5
    assert decode(french.encode("cp1252"))[0] == french


def test_a_declared_charset_of_another_script_is_honoured() -> None:
    russian, japanese = "Съешь же ещё этих мягких булок. " * 9, "いろはにほへと散りぬるを" * 9
    assert decode(russian.encode("windows-1251"), "windows-1251") == (russian, "cp1251")
    page = f'<meta charset="euc-jp">{japanese}'
    assert decode(page.encode("euc-jp")) == (page, "euc_jp")


def test_a_latin_snippet_in_a_page_of_utf8_spoils_nothing() -> None:
    data = (SPANISH * 20).encode() + "publicación".encode("cp1252")
    assert decode(data)[0] == SPANISH * 20 + "publicación"


def test_the_five_bytes_that_cp1252_leaves_out_do_not_stop_it() -> None:
    assert decode(b"ma\xf1ana en el a\xf1o \x81\x8d")[0] == "mañana en el año \x81\x8d"


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "euc-jp", "none such"]))
def test_no_bytes_make_it_fail(data: bytes, declared: str | None) -> None:
    text, name = decode(data, declared)
    assert isinstance(text, str) and name


@given(
    st.lists(
        st.sampled_from(
            [
                *"aé€\0\r\x81\ufeffÃÂ",
                "â€™",
                "\u4e00",
                b"\xe9",
                b"\xff\xfe",
                b"\xc3",
                b"\x93",
                "x " * 99,
            ]
        )
    ),
    st.sampled_from([None, "latin-1", "utf-16-le"]),
)
def test_a_page_is_repaired_as_its_text_is(pieces: list[str | bytes], declared: str | None) -> None:
    data = b"".join(p if isinstance(p, bytes) else p.encode() for p in pieces)
    text = repair(decode(data, declared)[0])
    assert repaired(data, declared) == text.encode("utf-8", "replace")


def test_what_is_unwanted_is_seen_in_the_bytes() -> None:
    for code in range(0x11000):
        seen = (
            repair_module._HAS_UNWANTED.search(repair_module._unusual(f"a{chr(code)}ñ")) is not None
        )
        assert seen == bool(repair_module._UNWANTED.search(chr(code))), hex(code)
        broken = (
            repair_module._HAS_BROKEN.search(repair_module._unusual(f"a{chr(code)}ñ")) is not None
        )
        assert broken == (0x80 <= code < 0xA0 or 0xD800 <= code < 0xE000), hex(code)


def test_mojibake_is_undone_and_clean_text_is_left_as_it_is() -> None:
    clean = prose("technical.jsonl.zst", "literature.jsonl.zst", "other/fr.jsonl.zst")
    clean += prose("other/pt.jsonl.zst", "other/ca.jsonl.zst")
    assert [t for t in clean if repair(t) != t] == []
    spoiled = [t[:1500].encode().decode("latin-1") for t in clean[:150] if not t[:1500].isascii()]
    assert sum(repair(t).encode() == t.encode("latin-1") for t in spoiled) == len(spoiled) > 100
    assert repair(repair("AÃ±os")) == "Años"
    assert repair("AÃƒÂ±os despuÃƒÂ©s") == "Años después"
    assert repair("PORTUGUÊS NÃO É CORAÇÃO") == "PORTUGUÊS NÃO É CORAÇÃO"


# What ftfy takes for signs of mojibake, and what stands between.
SIGNS = 'ÃÂâÐÑïðØÙГВРСЂ‚√≈β€āà×Œœ€œŠš¢£Ÿž\xa0\xad®©°·»«–—´²³¡\x81\x9d|\ufffd\ud800az.,?! \n"('


def by_ftfy_alone(text: str) -> str:
    encoding_fixes = {"restore_byte_a0", "replace_lossy_sequences", "decode_inconsistent_utf8"}
    kept = encoding_fixes | {"fix_encoding", "fix_c1_controls", "fix_surrogates"}
    names = [name for name, on in ftfy.TextFixerConfig()._asdict().items() if on is True]
    config = {name: name in kept for name in names}
    return ftfy.fix_text(text, **config, unescape_html=False, normalization=None)


@examples(400)
@given(
    st.lists(
        st.sampled_from([*SIGNS, "x" * 40, " y" * 30, "z Â" * 3, "w, " * 50]),
        min_size=1,
        max_size=60,
    )
)
def test_what_ftfy_is_asked_is_all_that_it_would_change(pieces: list[str]) -> None:
    text = "Ã\x80" + "".join(pieces)  # the first two send a text there at all
    assert repair(text) == by_ftfy_alone(text)
    assert max(len(match[0]) for match in BADNESS_RE.finditer(text)) <= 7


def test_no_sign_of_mojibake_is_of_ascii_alone() -> None:
    ascii_ = [chr(code) for code in range(128)]
    assert not is_bad(" ".join(a + b for a in ascii_ for b in ascii_))


def test_few_characters_are_a_sign_of_mojibake_alone() -> None:
    signs = {c for c in BADNESS_RE.pattern if ord(c) >= 0xA0}
    bad = {
        c
        for c in signs
        for text in (f"a{c} {c}1", f"A{c}a", f" {c}a,{c}", f"1{c}(")
        if is_bad(text)
    }
    assert bad <= set("ŒœÃÂ") and len(signs) > 200


@given(st.text())
def test_the_normal_form_is_nfc_without_controls_and_stays_as_it_is(text: str) -> None:
    repaired = normal(text)
    assert normal(repaired) == repaired
    assert unicodedata.is_normalized("NFC", repaired)
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in repaired)
    assert "\n\n\n" not in repaired and " \n" not in repaired and repaired == repaired.strip()
    repaired.encode("utf-8")


def test_the_normal_form_keeps_what_means_something() -> None:
    assert (
        normal("1.º «ñ» …\r\n\r\n\r\n½ compu\xadtadora\u200b\ud800")
        == "1.º «ñ» …\n\n½ computadora\ufffd"
    )


def test_bullets_of_fonts_of_signs_are_bullets_at_the_beginning_of_a_line() -> None:
    assert (
        normal("Pan:\n\uf0a7 sal\n  \uf0b7\tagua \uf0b7 \uf0a7")
        == "Pan:\n• sal\n  •\tagua \uf0b7 \uf0a7"
    )


def test_signs_of_direction_stay_only_beside_letters_that_have_another() -> None:
    assert normal("\u202epan\u202c, \u2066sal\u2069 y\u200e agua\u200f.") == "pan, sal y agua."
    hebrew = "\u200fשלום!\u200f y \u200eسلام"
    assert normal(f"\u202b{hebrew}\u202c") == hebrew


def test_ligatures_of_a_font_are_their_letters() -> None:
    assert (
        settled("Deﬁnición, oﬃce, aﬄuent, ﬀ, ﬂor, ﬅ, ﬆ")
        == "Definición, office, affluent, ff, flor, st, st"
    )
    assert settled("½ Ĳ æ") == "½ Ĳ æ"


PIECES = [
    *("a b", "ñ", "Ã", "Â", "â", "€", "ï", "¿", "½", "ð", "Ÿ", "\x85", "\xa0", "\xad", "·", "…", "’"),
    *("\u2009", "\u200b", "\u202f", "\u2028", "›", "₤", "한", "😀", "\u0301", "\uf0b7", "\ufb01"),
    *("\ufffd", "\ud83d", "\ufeff", "\0", "\x7f", " ", "\t", "\n", "\r", "\f", "12345678"),
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_of_a_text_in_which_nothing_is_to_be_done_only_the_ends_go(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert settled(text) == normal(repair(text))
    seen = np.frombuffer(bytearray(text.encode("utf-8", "surrogatepass")), np.uint8)
    if is_settled(seen):
        assert normal(repair(text)) == text.strip()


@given(st.lists(st.sampled_from(PIECES) | st.binary(min_size=1, max_size=2), max_size=12))
def test_a_page_that_is_plain_is_utf8_without_a_sign_of_mojibake(pieces: list[str | bytes]) -> None:
    data = b"".join(
        p if isinstance(p, bytes) else p.encode("utf-8", "surrogatepass") for p in pieces
    )
    seen = np.frombuffer(bytearray(data), np.uint8)
    if is_plain(seen, seen[: len(seen) & ~7].view(np.uint64)):
        assert repair(data.decode()) == data.decode()


def test_plain_are_letters_and_signs_of_the_west() -> None:
    text = "«Mañana», dijo — ¿o no? — el façon de faire… 3 €\n\tçüïâð\n"
    seen = np.frombuffer(bytearray(text.encode()), np.uint8)
    assert is_settled(seen)
    assert is_plain(seen, seen[: len(seen) & ~7].view(np.uint64))
    for other in ("fin \n", "fin\xa0\n", "a\n\n\nb", "Ã±", "â€œ", "ï¿½", "а", "\x85", "a\r\n"):
        assert not is_settled(np.frombuffer(bytearray(other.encode()), np.uint8))


@given(st.lists(st.sampled_from(["\u0301", "\u0323", "\u0489", "\u0300" * 29, "й", "a"])))
def test_of_a_stack_of_marks_thirty_stay(pieces: list[str]) -> None:
    text = "".join(pieces)
    runs = itertools.groupby(text, lambda c: unicodedata.combining(c) > 0)
    short = "".join("".join(itertools.islice(r, 30 if marks else None)) for marks, r in runs)
    assert normal(text) == unicodedata.normalize("NFC", short)


def test_a_tower_of_marks_is_no_trap() -> None:
    began = time.process_time()
    assert normal("a" + "\u0301\u0323" * 200_000) == unicodedata.normalize(
        "NFC", "a" + "\u0301\u0323" * 15
    )
    assert time.process_time() - began < 1
