"""What was given, as parameters and commands are, is masked without what costs a start: numba and the network."""

from __future__ import annotations

import subprocess
import sys

from flows.report.quote import harmless, line, masked

# Of every report: a date, a path, a number; then whether numba was needed for them.
MASKS = """
import sys
from flows.report.quote import harmless, line
given = {"edition": "2026-11-27", "duplicate_10grams": ["texts/feria-1957.md", 4.5]}
assert harmless(given) == given
command = "tahona run cadena.yaml --store /tmp/run-12 --set pretrain.steps=100"
assert line(command, 1000, given=True) == command
sys.exit("numba" in sys.modules)
"""


def test_a_report_masks_what_was_given_without_numba() -> None:
    subprocess.run([sys.executable, "-c", MASKS], check=True, timeout=600)


def test_where_a_pattern_finds_something_the_network_reads_what_was_given() -> None:
    """The rest of an address, which it knows, as in a text that was crawled."""
    text = (
        "Eva Gil, 612 345 678, eva.gil@correo.es, DNI 12345678Z, calle Mayor 3, 2.º B, 28013 Madrid"
    )
    assert harmless({"agent": text, text: 1}) == {
        "agent": masked(text, False),
        masked(text, False): 1,
    }
    assert line(text, 300, given=True) == masked(text)
    assert "[PHONE]" in masked(text) and "612" not in masked(text)
