"""TEI, the Guidelines of the Text Encoding Initiative (P4 and P5): digital editions, drama, parliaments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.xml.blocks import Roles, name_of, text_of
from cleaning.rights.licence import licence_told

# Of an editor's choice the reading that a reader of today is given; of an apparatus the text itself.
_PREFERRED = ("reg", "corr", "expan", "ex", "lem")


def _choose(element: Any) -> Any:
    name = name_of(element)
    if name in {"choice", "app"}:
        children = {name_of(child): child for child in reversed(element)}
        preferred = next((children[n] for n in _PREFERRED if n in children), None)
        return preferred if preferred is not None else next(iter(children.values()), None)
    if name == "lb":  # a word may go on behind it
        return "" if element.get("break") == "no" else element
    if name == "stage" and name_of(element.getparent()) in {"p", "l", "ab", "s", "seg"}:
        # What is done while a sentence is said.
        return " ".join("".join(element.itertext()).split())
    if name in {"w", "pc"}:
        word = "".join(element.itertext()).strip()
        return word if element.get("join") in {"right", "both"} else f"{word} "
    return element


ROLES = Roles.of(
    _choose,
    block="p head ab lg table quote floatingText epigraph titlePage titlePart docTitle byline docAuthor"
    " docImprint argument opener closer salute signed trailer castList list sp u figDesc div",
    line="l row label castItem speaker stage dateline cit",
    item="item",
    cell="cell",
    space="lb cb space gap",
    aside="note",
    skipped="teiHeader fw pb milestone del graphic index formula notatedMusic rdg"
    " facsimile sourceDoc standOff interpGrp linkGrp surface certainty respons vocal kinesic incident",
)


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """A document for each text of the file: the file's own, or those of a corpus."""
    for tei in root.iter("{*}TEI", "{*}TEI.2"):
        head = next((c for c in tei if name_of(c) == "teiHeader"), None)
        texts = [text_of(c, ROLES) for c in tei if name_of(c) == "text"]
        yield Record(
            0,
            text="\n\n".join(t for t in texts if t),
            entry=tei.get("{http://www.w3.org/XML/1998/namespace}id"),
            metadata=_metadata(head, tei),
        )


def _metadata(head: Any, tei: Any) -> dict[str, str]:
    if head is None:
        return {}
    titles = head.findall(".//{*}titleStmt/{*}title") or head.findall(".//{*}titleStmt//{*}title")
    main = [t for t in titles if t.get("type") in {None, "main"}] or titles
    languages = [e.get("ident", "") for e in head.findall(".//{*}langUsage/{*}language")]
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    text = tei.find("{*}text")
    language = (None if text is None else text.get(lang)) or (
        languages[0] if len(languages) == 1 else tei.get(lang)
    )
    fields = {
        "title": _words(main[0]) if main else "",
        "author": "; ".join(filter(None, map(_named, head.findall(".//{*}titleStmt/{*}author")))),
        "date": _date(head),
        "language": language or "",
        **_licence(head),
    }
    return {name: value for name, value in fields.items() if value}


def _date(head: Any) -> str:
    """When the text was written or printed; else when the edition was published."""
    for path in (
        ".//{*}sourceDesc//{*}date",
        ".//{*}creation//{*}date",
        ".//{*}publicationStmt//{*}date",
    ):
        for date in head.findall(path):
            if when := date.get("when") or date.get("notBefore") or _words(date):
                return str(when)
    return ""


def _licence(head: Any) -> dict[str, str]:
    """What is said of availability, with the address that is stated as that of the licence; others are part of it."""
    available = head.find(".//{*}availability")
    if available is None:
        return {}
    linked = [t for e in available.iter("{*}ref", "{*}ptr") if (t := e.get("target"))]
    stated = [t for e in available.iter("{*}licence") if (t := e.get("target"))]
    return licence_told(" ".join([_words(available), *linked]), stated)


def _named(author: Any) -> str:
    """The name of an author without the numbers that catalogues give people."""
    names = author.findall(".//{*}persName") or author.findall(".//{*}name")
    return _words(names[0] if names else author)


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
