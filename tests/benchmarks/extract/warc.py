"""How fast an archive of pages becomes documents, against datatrove's reader with trafilatura.

CPU seconds of one process with one thread over the uncompressed bytes of the archive. `mb_s_core`: the shared Spanish
pages repeated to `mb` megabytes, no rule of the gate, so that every page is read whole; `ratio_datatrove` over the
speed of the peer on as many pages as it does in a minute; `f1_es` and `f1_wcxb` are those of the same extractor.
`mb_s_gate`: a mix of one Spanish page in ten and nine of other languages (WCXB's and trafilatura's), `languages: [es]`.
`recall_gate`: of the pages of the shared archives and of two whole sites of which the main text is Spanish by the
language model, the page read whole, the share that a look at the bytes lets through; `of_recall` is how many they are,
`of_looked` how many pages were looked at. `scaling_2`: the speed of two processes at once over twice that of one alone,
on as many copies.
"""

from __future__ import annotations

import gzip
import io
import itertools
import json
import multiprocessing
import os
import re
import resource
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ARCHIVE = re.compile(r"\.w?arc(\.gz)?\Z")


def cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def datatrove_peer(folder: Path) -> dict[str, float]:
    """CPU seconds of datatrove's WARC reader and trafilatura over one copy of the pages."""
    from datatrove.pipeline.extractors import Trafilatura
    from datatrove.pipeline.readers import WarcReader

    begun = cpu()
    reader = WarcReader(str(folder / "peer"), compression="gzip")
    documents = sum(1 for _ in Trafilatura().run(reader.run()))
    return {"seconds": cpu() - begun, "documents": documents}


def extracted(path: Path, **params: Any) -> tuple[float, list[dict[str, Any]]]:
    """CPU seconds of an extraction of one file, and its documents."""
    from cleaning.extract.stage import Extract
    from tests.cleaning.kernels import compute, observed, rows

    with tempfile.TemporaryDirectory() as folder:
        begun = cpu()
        records = compute(
            Extract(),
            {"files": [observed(web=[path])]},
            Path(folder),
            sources={"web": {}},
            **params,
        )
        return cpu() - begun, rows(records, "kept")


def written(path: Path, pages: Sequence[tuple[str, bytes]]) -> int:
    """Writes pages as responses, and gives the uncompressed size."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    size = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body in pages:
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=head
                )
            )
            size += len(body)
    return size


def mixed(shared: Path, size: int) -> Iterator[tuple[str, bytes]]:
    """One Spanish page, then nine of other languages, until together they have this size."""
    from tests.benchmarks.extract.extract import sets

    es = [page["html"] for page in sets(shared)["es"][0]]
    other = [page["html"] for page in sets(shared)["wcxb"][0]]
    others, number, written_so_far = itertools.cycle(other), 0, 0
    for page in itertools.cycle(es):
        for kind, html in [("es", page), *(("other", next(others)) for _ in range(9))]:
            body = html.encode()
            yield f"http://{kind}.test/{number}", body
            number += 1
            written_so_far += len(body)
        if written_so_far >= size:
            return


def sites(shared: Path, folder: Path, every: int) -> Iterator[Path]:
    """An archive of every so many-th page of each shared site."""
    for packed in sorted((shared / "data/sites").glob("*.tar.xz")):
        site = packed.name.partition(".")[0]
        with tarfile.open(packed) as tar:
            members = [m for m in tar if m.isfile() and m.name.endswith((".html", ".htm"))]
            pages = []
            for member in members[::every]:
                file = tar.extractfile(member)
                assert file
                pages.append((f"http://{site}.test/{member.name}", file.read()))
        path = folder / f"{site}.warc.gz"
        written(path, pages)
        yield path


def recall(paths: Iterable[Path]) -> dict[str, float]:
    """Of the pages that are Spanish where they are read whole those that the gate of bytes lets through."""
    from cleaning.language.identify import identifier, model_digest
    from pipeline.errors import TahonaError

    model = identifier(model_digest())
    looked = spanish = kept = 0
    for path in paths:
        try:
            _, whole = extracted(path, gate=[])
        except TahonaError:  # nothing of it can be read, as of some that are damaged on purpose
            continue
        passed = {row["id"] for row in extracted(path, gate=[], languages=["es"])[1]}
        wanted = [row["id"] for row in whole if model.guess(row["text"]).language == "es"]
        looked += len(whole)
        spanish += len(wanted)
        kept += len(passed.intersection(wanted))
    return {"recall_gate": kept / spanish, "of_recall": spanish, "of_looked": looked}


def scaling(path: Path) -> float:
    """Two processes at once against one alone, by the clock."""
    context = multiprocessing.get_context("spawn")

    def together(count: int) -> float:
        children = [
            context.Process(target=extracted, args=(path,), kwargs={"gate": []})
            for _ in range(count)
        ]
        begun = time.perf_counter()
        for child in children:
            child.start()
        for child in children:
            child.join()
        return time.perf_counter() - begun

    return together(1) / together(2)


def main() -> None:
    """Prints the figures."""
    from pipeline.engines.children import ONE_THREAD

    # As where shards are computed: more threads spin, and are counted.
    os.environ.update(ONE_THREAD)
    from cleaning.extract.blocks.blocks import parse
    from cleaning.extract.page import read
    from tests.benchmarks.extract.extract import sets
    from tests.benchmarks.peers import SHARED, peer

    size = 20_000_000 if "--quick" in sys.argv else 200_000_000
    source = SHARED / "data/warc/assembled__spanish_pages.warc.gz"
    one = len(gzip.decompress(source.read_bytes()))
    copies = -(-size // one)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "peer").mkdir()
        (folder / "peer/a.warc.gz").write_bytes(source.read_bytes())
        (repeated := folder / "a.warc.gz").write_bytes(source.read_bytes() * copies)
        extracted(source, gate=[])  # loads what is loaded once
        seconds, documents = extracted(repeated, gate=[])
        theirs = peer(__file__, "datatrove", folder, "datatrove-web")
        figures: dict[str, Any] = {
            "mb": one * copies / 1e6,
            "documents": len(documents),
            "mb_s_core": one * copies / seconds / 1e6,
            "ratio_datatrove": theirs and theirs["seconds"] * copies / seconds,
        }
        mix = folder / "mix.warc.gz"
        pages = list(mixed(SHARED, size // 2))
        total = written(mix, pages)
        extracted(source, gate=[], languages=["es"])
        seconds, documents = extracted(mix, gate=[], languages=["es"])
        kept = sum(row["url"].startswith("http://es.") for row in documents)
        figures |= {
            "mb_s_gate": total / seconds / 1e6,
            "of_gate": len(pages),
            "kept_other": len(documents) - kept,
        }
        archives = [p for p in sorted(source.parent.iterdir()) if ARCHIVE.search(p.name)]
        every = 8 if "--quick" in sys.argv else 2
        figures |= recall(itertools.chain(archives, sites(SHARED, folder, every)))
        figures["scaling_2"] = scaling(repeated)
    for set_name in ("es", "wcxb"):
        pages_of, score = sets(SHARED)[set_name]
        figures[f"f1_{set_name}"] = score(
            [read(parse(p["html"]), p["url"], None).text for p in pages_of]
        )
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"benchmark": "warc", "figures": rounded}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        print(json.dumps(datatrove_peer(Path(sys.argv[3]))))
    else:
        sys.path.insert(0, str(Path(__file__).parents[3]))
        main()
