"""What programs write into the properties of a file that nobody filled: it is no title, no author and no date."""

from __future__ import annotations

from collections.abc import Mapping

# As written, in small letters: of python-docx and its template, Apache POI, docx4j, PhpWord, ReportLab.
_NOBODY = {
    *("python-docx", "apache poi", "docx4j", "phpword", "openpyxl", "un-named"),
    *("(anonymous)", "(unspecified)", "(unknown)", "unknown", "untitled"),
}
_TEMPLATES = {"python-docx": "2013-12-23"}  # the day on which the template of a program was made


def filled(properties: Mapping[str, str]) -> dict[str, str]:
    """The properties without those that a program wrote of itself."""
    template = _TEMPLATES.get(properties.get("author", "").strip().lower())
    return {
        name: value
        for name, value in properties.items()
        if not (name in ("title", "author") and value.strip().lower() in _NOBODY)
        and not (name == "date" and template and value.startswith(template))
    }
