"""Damaged pages of the small web, by a seed: bytes changed, cut, doubled, lost. Extraction may not raise or hang.

`python -m tests.cleaning.extract.mutations 10000` tries that many; the suite tries some hundred.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from cleaning.extract.blocks.blocks import parse
from cleaning.extract.glance import glance
from cleaning.extract.page import read
from cleaning.text.encoding import decode
from cleaning.text.repair import normal, repair
from flows.small_web.sites import build
from tests.cleaning.readers.mutations import mutated

LONGEST = 5  # seconds of processor time that a page may take


def run(count: int, seed: int) -> Counter[str]:
    """Reads `count` damaged pages; how many have a text, and how many have none."""
    pages = [
        page.response.body
        for page in build().pages.values()
        if page.response.status == 200 and "html" in page.response.header("content-type")
    ]
    counts = Counter[str]()
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        data = mutated(chance.choice(pages), chance)
        begun = time.process_time()
        try:
            glance(data)
            reading = read(parse(repair(decode(data)[0])), f"http://a.test/{number}", None)
            text = normal(repair(reading.text))
            assert text == normal(text), "a text of another form"
            assert time.process_time() - begun < LONGEST, "it took long"
        except Exception as error:
            raise AssertionError(f"seed {seed}-{number}: {error!r}") from error
        counts["text" if text else "no text"] += 1
    return counts


if __name__ == "__main__":
    print(dict(run(int(sys.argv[1]), 1)))
