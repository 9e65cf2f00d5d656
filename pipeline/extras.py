"""How an extra of the installation is added."""

from __future__ import annotations


def install(extra: str) -> str:
    """What a sentence tells of it: no registry has Tahona, so it is the folder that pip is given."""
    return f"pip install '.[{extra}]' in the folder of Tahona's README"
