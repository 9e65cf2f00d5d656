"""Where published corpora keep what a document has: the layout of a source by name gives its `fields`.

Each is what the card of the corpus says of its columns; a number in a path goes into a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Layout = Literal[
    "fineweb-2",
    "hplt",
    "hplt-1",
    "oscar",
    "oscar-datasets",
    "catalog",
    "dolma",
    "wikiextractor",
    "bsc",
]

LAYOUTS: Mapping[Layout, Mapping[str, str]] = {
    # HuggingFaceFW/fineweb-2 (and fineweb): `date` is that of the capture.
    "fineweb-2": {"captured_at": "date", "date": ""},
    # HPLT 2.0 and 3.0: u the address, ts the capture, lang a list with the likeliest first.
    "hplt": {"url": "u", "captured_at": "ts", "language": "lang.0"},
    # HPLT 1.2, which counts its documents from 0 in each file.
    "hplt-1": {"id": "", "language": "document_lang"},
    # OSCAR 22.01 and 23.01, as released; `content` is the text.
    "oscar": {
        "text": "content",
        "id": "warc_headers.warc-record-id",
        "url": "warc_headers.warc-target-uri",
        "captured_at": "warc_headers.warc-date",
        "language": "metadata.identification.label",
    },
    # The same as the loading script of its card gives it to `datasets`, whose `id` counts.
    "oscar-datasets": {
        "id": "meta.warc_headers.warc-record-id",
        "url": "meta.warc_headers.warc-target-uri",
        "captured_at": "meta.warc_headers.warc-date",
        "language": "meta.identification.label",
    },
    # projecte-aina/CATalog: `languages` is a text of shares, which is no label.
    "catalog": {"language": ""},
    # Dolma (and what its toolkit writes): `created` is of the document, `added` of the corpus.
    "dolma": {
        "url": "metadata.url",
        "title": "metadata.title",
        "author": "metadata.author",
        "date": "created",
        "licence": "metadata.license",
        "language": "metadata.language",
    },
    # The JSON of WikiExtractor.
    "wikiextractor": {},
    # The crawls of the Barcelona Supercomputing Center that its corpus cleaner reads.
    "bsc": {"text": "text", "url": "url", "title": "titles.0", "language": "lang"},
}
