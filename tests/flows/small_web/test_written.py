"""What was written for the small web: enough, varied, careful, invented, and copied only where it says so."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest

from flows.small_web.articles import Article, load
from flows.small_web.hosts import SITES
from flows.small_web.sites import Web, build

KINDS = {  # Spanish articles of 300 words and more, by the kind of site
    "diario": 15,
    "ayuntamiento": 10,
    "boletin": 10,
    "clinica": 10,
    "revista": 10,
    "foro": 10,
    "cronica": 15,
}
LANGUAGES = {"ca": 3, "gl": 3, "eu": 2, "pt": 2, "en": 2}
COUNTRIES = {"AR", "BO", "CL", "CO", "DO", "MX", "PE", "SV", "UY", "VE"}
AMERICAN = {  # words that name the country's own usage
    "AR": r"\b(vos|vivís|tenés|colectivo)\b",
    "CL": r"\b(cabros|poh|al tiro)\b",
    "CO": r"\b(tintico|mijo|andén)\b",
    "DO": r"\b(guagua|tapón|mangú)\b",
    "MX": r"\b(chamacos|banqueta|tianguis|jitomates|camellón|mecate)\b",
    "SV": r"\b(vos|cipota|chuchos)\b",
    "UY": r"\b(gurisa|vereda|canilla)\b",
    "VE": r"\b(catire|chamo|epa)\b",
}
LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
SHINGLE = 8
PERSONAL = {"dni", "nie", "iban", "phone", "email"}


@pytest.fixture(scope="module")
def web() -> Web:
    return build()


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return load()


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def test_there_are_enough_articles_of_every_kind(articles: list[Article]) -> None:
    long = Counter(a.site.folder for a in articles if a.language == "es" and a.words >= 300)
    assert long.total() >= 80
    assert set(long) == set(KINDS) == {site.folder for site in SITES}
    for kind, least in KINDS.items():
        assert long[kind] >= least, kind


def test_there_is_something_in_every_language(articles: list[Article]) -> None:
    by_language = Counter(article.language for article in articles)
    for language, least in LANGUAGES.items():
        assert by_language[language] >= least, language
    assert set(by_language) == {"es", *LANGUAGES}


def test_the_americas_write_in_their_own_spanish(articles: list[Article]) -> None:
    american = [a for a in articles if a.variety.startswith("es-")]
    assert len(american) >= 20 and {a.variety[3:] for a in american} == COUNTRIES
    assert all(a.words >= 300 for a in american)
    for country, own in AMERICAN.items():
        text = " ".join(a.text for a in american if a.variety == f"es-{country}")
        assert len(set(re.findall(own, text, re.IGNORECASE))) >= 2, country


def test_articles_are_of_different_length(articles: list[Article]) -> None:
    for article in articles:
        low, high = (300, 900) if article.language == "es" else (150, 350)
        assert low <= article.words <= high, (article.url, article.words)
    assert sum(article.words > 400 for article in articles) >= 8
    assert sum(article.words > 500 for article in articles) >= 3


def test_articles_are_carefully_spelled(articles: list[Article]) -> None:
    for article in articles:
        text = article.text
        assert not re.search(r"[\"'“”�]|Ã|\.\.\.|  ", text) or article.language != "es", article.url
        assert text.count("«") == text.count("»") or "\n\n»" in text, article.url
        if article.language == "es":
            assert text.count("¿") == text.count("?"), article.url
            assert text.count("¡") == text.count("!"), article.url


def test_no_two_articles_share_text_but_the_declared_copies(web: Web) -> None:
    own = {article.url: shingles(article.text) for article in web.articles}
    root = {article.url: article.copy_of or article.url for article in web.articles}
    for one, other in combinations(own, 2):
        shared = len(own[one] & own[other])
        if root[one] == root[other]:
            assert shared / len(own[one] | own[other]) > 0.7, (one, other)
        else:
            assert shared <= 3, (one, other)


def test_copies_differ_as_declared(web: Web) -> None:
    by_url = {article.url: article for article in web.articles}
    copies = [article for article in web.articles if article.copy_of]
    kinds = Counter((a.copy_reason, a.door) for a in copies)
    assert kinds[("exact_duplicate", "")] >= 4  # syndicated, on another site
    assert kinds[("exact_duplicate", "print")] >= 3  # on the same site, by another address
    assert kinds[("near_duplicate", "")] >= 5
    for copy in copies:
        original = by_url[copy.copy_of]
        assert (copy.text == original.text) == (copy.copy_reason == "exact_duplicate")
        assert (copy.site is original.site) == (copy.door == "print")
        assert not original.copy_of


def passes(number: str) -> bool:
    """Whether the check letter of a DNI or NIE, or the check digits of an IBAN, are right."""
    plain = re.sub(r"[ .-]", "", number).upper()
    if plain.startswith("ES"):
        digits = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
        return int(digits) % 97 == 1
    return LETTERS[int(plain[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == plain[-1]


def test_personal_data_is_as_declared(articles: list[Article]) -> None:
    masked = [(a, kind, value) for a in articles for kind, value in a.masked]
    stays = [(a, value) for a in articles for value in a.stays]
    kinds = Counter(kind for _, kind, _ in masked)
    assert kinds.pop("address") == 1  # a house in the news
    assert set(kinds) == PERSONAL and min(kinds.values()) >= 3
    for article, kind, value in masked:
        assert article.text.count(value) == 1, (article.url, value)
        before = article.text.partition(value)[0][-80:].upper()
        named = kind.upper() in before or (kind == "iban" and "CUENTA" in before)  # mistyped
        assert kind in {"phone", "email", "address"} or named or passes(value), (article.url, value)
    wrong = [value for _, value in stays if re.fullmatch(r"[XYZ\d]\d{7}[A-Z]|ES[\d ]+", value)]
    assert len(wrong) >= 6 and not any(map(passes, wrong))
    assert {value[0] in "XYZE" for value in wrong} == {True, False}
    for article, value in stays:
        assert value in article.text, (article.url, value)


def test_no_number_or_address_belongs_to_anybody(web: Web) -> None:
    """Numbers come from ranges that nobody was given, addresses from a top-level domain for tests."""
    for article in web.articles:
        text = article.text
        for number in re.findall(r"\b[XYZ\d][\d.-]{7,10}-?[A-Z]\b", text, re.IGNORECASE):
            assert re.sub(r"\D", "", number).startswith("9999"), (article.url, number)
        for account in re.findall(r"\bES\d\d(?: \d{4}){5}", text):
            assert account[5:9] == "9999", (article.url, account)
        for address in re.findall(r"\S+@\S+\.\w+", text):
            assert re.search(r"\.test\W*$", address), (article.url, address)
        for phone in re.findall(r"(?:\+\d+ )?\b\d{3}(?: \d{3}| \d{4}){2}\b", text):
            assert re.search(r"\b000\b", phone), (article.url, phone)


def test_what_is_said_of_an_article_can_be_found_in_it(articles: list[Article]) -> None:
    declared = {value for a in articles for _, value in a.masked} | {
        value for a in articles for value in a.stays
    }
    for article in articles:
        numbers = re.findall(r"\b[XYZ\d]\d{7}[A-Z]\b|\bES\d\d(?: \d{4}){5}", article.text)
        assert set(numbers) <= declared, article.url
