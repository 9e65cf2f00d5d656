"""How well `variety` tells whose Spanish a text is from its words alone, on texts whose place is known by their source.

TAHONA_SHARED holds laws of three countries, sittings, novels and clinical cases of Spain, and a site of Mexico;
TAHONA_FOREIGN is a folder in which the repositories of REPOSITORIES are checked out, each under its name; what isn't
there is left out. Up to 150 texts of a source, drawn by a seed, from 50 words on; no address is given. The word lists
of `variety` were looked at beside the shared ones alone. `trained`: the same with a model as `classifier` makes them,
of the other half of the sources of each country, so that no text is asked of a model that learnt from its source.

Figures: `macro_f1` over the countries that have texts, in which each source of a country weighs the same and each
country too; `named_right`, of what was named the right; `unknown`, the share that was not; `foreign` the same three
of the sources that aren't shared; `by_country` [recall, precision, sources, texts]; `by_source` recall.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cleaning.models import linear  # noqa: E402
from cleaning.models.linear import Linear  # noqa: E402
from cleaning.signals.signals import GROUPS  # noqa: E402
from cleaning.signals.spanish.variety import UNKNOWN  # noqa: E402
from cleaning.text.batch import Batch  # noqa: E402
from tests.benchmarks.peers import SHARED  # noqa: E402

SHARES = {  # country, register, what its source begins with
    "laws ar": ("ar", "legal", "legalize-dev/legalize-ar"),
    "laws uy": ("uy", "legal", "legalize-dev/legalize-uy"),
    "laws pe": ("pe", "legal", "crafter-research/legalize-pe"),
    "sittings es": ("es", "parliamentary", ""),
    "novels es": ("es", "literature", ""),
    "cases es": ("es", "biomedical", ""),
}
SITES = {"movimientolibre": ("mx", "sites/movimientolibre.tar.xz")}
REPOSITORIES = {
    "ceyusa/constitucion-mexicana": "mx",
    "fersandovalgtz/libro-texto-mexicano-digital": "mx",
    "mgaitan/discursos_cfk": "ar",
    "lugfi/lugfi-classic": "ar",
    "uqbar-project/wiki": "ar",
    "juancri/ConstitucionChile": "cl",
    "opensourcechile/constitucion": "cl",
    "lorensaura/Leyes": "cl",
    "jeqo/peru-constitucion": "pe",
    "constitucion-uruguay/scraper": "uy",
    "GLUD/estatutos": "co",
    "El-Pueblo-Colombiano/Constitucion-Politica-de-la-Republica-de-Colombia": "co",
    "lirondos/discursos-de-navidad": "es",
    "miguelrzazo/ManualSAMUR": "es",
    "oleferry/periodico_tierra_de_campos": "es",
}
SUFFIXES = (".md", ".mdx", ".markdown", ".rst", ".txt", ".html")
MOST, LEAST = 150, 50  # texts of a source, words of a text
READ = 3_000  # characters of a text that a model learns of
LARGEST = 1_000_000  # bytes of a file that is read


def texts() -> Iterator[tuple[str, str, list[str]]]:
    """(source, country, texts) of each source that is there."""
    import zstandard

    for name, (country, register, begins) in SHARES.items():
        path = SHARED / f"data/text/{register}.jsonl.zst"
        if path.is_file():
            with path.open("rb") as raw:
                file = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), "utf-8")
                rows = [json.loads(line) for line in file]
            yield name, country, _drawn([r["text"] for r in rows if r["source"].startswith(begins)])
    for name, (country, archive) in SITES.items():
        with tarfile.open(SHARED / "data" / archive) as tar:
            pages = sorted(m.name for m in tar.getmembers() if m.name.endswith(".html"))
            random.Random(1).shuffle(pages)
            files = [tar.extractfile(page) for page in pages[: 2 * MOST]]
            yield name, country, _drawn([_page(file.read()) for file in files if file])
    foreign = os.environ.get("TAHONA_FOREIGN")
    for name, country in REPOSITORIES.items() if foreign else ():
        folder = Path(foreign or "", name.replace("/", "+"))
        paths = sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        random.Random(1).shuffle(paths)
        read = [_read(p) for p in paths[: 4 * MOST] if p.stat().st_size < LARGEST]
        if drawn := _drawn([text for text in read if _spanish(text)]):
            yield name, country, drawn


def _read(path: Path) -> str:
    from cleaning.readers.markup.markdown import plain_text

    if path.suffix == ".html":
        return _page(path.read_bytes())
    text = path.read_text("utf-8", "replace")
    return text if path.suffix == ".txt" else plain_text(text)


def _page(data: bytes) -> str:
    from cleaning.extract.blocks.blocks import parse
    from cleaning.extract.page import read
    from cleaning.text.encoding import decode
    from cleaning.text.repair import repair

    return read(parse(repair(decode(data)[0])), None, None).text


def _spanish(text: str) -> bool:
    """Whether it is in Spanish and not in English, by two words of each."""
    words = text.lower().split()
    return words.count("de") + words.count("que") > words.count("the") + words.count("of") + 5


def _drawn(texts: Sequence[str]) -> list[str]:
    long = sorted({text for text in texts if len(text.split()) >= LEAST})
    random.Random(1).shuffle(long)
    return long[:MOST]


def named(texts: Sequence[str], model: Linear | None = None) -> list[str]:
    """The country of each text."""
    none = [None] * len(texts)
    columns = {
        "url": none,
        "host": none,
        "region": none,
        "reader": none,
        "language": ["es"] * len(texts),
    }
    labels: list[str] = list(GROUPS["variety"].compute(Batch(texts), columns, model)["variety"])
    return labels


def trained(sources: Sequence[tuple[str, str, list[str]]]) -> list[tuple[str, str, list[str]]]:
    """The sources with the countries that are said of their texts where a model of the other half is heard."""
    halves: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for name, country, _ in sources:
        halves[name] = seen[country] % 2
        seen[country] += 1
    models = []
    for half in (0, 1):
        rows = [(t[:READ], c) for n, c, texts in sources if halves[n] != half for t in texts]
        models.append(linear.train(*map(list, zip(*rows, strict=True))))
    return [(name, c, named(texts, models[halves[name]])) for name, c, texts in sources]


def figures(rows: Sequence[tuple[str, str, Sequence[str]]]) -> dict[str, Any]:
    """Of (source, country, countries said): what `main` tells; sources of a country weigh the same."""
    sources: dict[str, int] = defaultdict(int)
    for _, country, _ in rows:
        sources[country] += 1
    mass: dict[tuple[str, str], float] = defaultdict(float)
    for _, country, labels in rows:
        for name in labels:
            mass[country, name] += 1 / len(labels) / sources[country]
    right = {c: mass[c, c] for c in sources}
    called = {c: sum(mass[d, c] for d in sources) for c in sources}
    f1 = [2 * right[c] / (1 + called[c]) for c in sources]
    unknown = sum(mass[c, UNKNOWN] for c in sources)
    return {
        "macro_f1": round(sum(f1) / len(f1), 4),
        "named_right": round(sum(right.values()) / (len(sources) - unknown), 4),
        "unknown": round(unknown / len(sources), 4),
        "by_country": {
            c: [
                round(right[c], 3),
                round(right[c] / called[c], 3) if called[c] else None,
                sources[c],
                sum(len(labels) for _, country, labels in rows if country == c),
            ]
            for c in sorted(sources)
        },
    }


def main() -> dict[str, Any]:
    """All figures."""
    sources = list(texts())
    rows = [(source, country, named(parts)) for source, country, parts in sources]
    return {
        "benchmark": "variety",
        **_all(rows),
        "trained": _all(trained(sources)),
    }


def _all(rows: Sequence[tuple[str, str, Sequence[str]]]) -> dict[str, Any]:
    foreign = [row for row in rows if row[0] in REPOSITORIES]
    less = figures(foreign) if foreign else {}
    return {
        **figures(rows),
        "foreign": {name: less.get(name) for name in ("macro_f1", "named_right", "unknown")},
        "by_source": {
            source: round(sum(name == country for name in labels) / len(labels), 3)
            for source, country, labels in rows
        },
    }


if __name__ == "__main__":
    print(json.dumps(main()))
