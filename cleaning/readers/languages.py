"""Codes of languages as formats write them (three letters, a script, a country): the two letters, and the country."""

from __future__ import annotations

import re

_SHORT = {  # of ISO 639-2, T and B, and -3; `esp` stands in laws of Uruguay
    **{"spa": "es", "esp": "es", "cat": "ca", "glg": "gl", "eus": "eu", "baq": "eu", "por": "pt"},
    **{"eng": "en", "fra": "fr", "fre": "fr", "ita": "it", "deu": "de", "ger": "de", "nld": "nl"},
    **{"dut": "nl", "lat": "la", "oci": "oc", "arg": "an", "ron": "ro", "rum": "ro", "pol": "pl"},
}
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][\w-]*)?", re.IGNORECASE)

_REGION = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{4})?[-_]([a-z]{2}|\d{3})(?:[-_.@].*)?", re.IGNORECASE)


def language_code(name: str) -> str:
    """The code of a language, in lower case and short where it has a short one; what is no code as it is."""
    match = _CODE.fullmatch(name.strip())
    return _SHORT.get(match[1].lower(), match[1].lower()) if match else name.strip()


def region_code(name: str) -> str:
    """The country that a code of a language names (es-MX, es_419, es-Latn-MX), in capitals; else nothing."""
    match = _REGION.fullmatch(name.strip())
    return match[1].upper() if match else ""
