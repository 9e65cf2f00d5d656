"""Little pages, and what is read of them."""

from __future__ import annotations

from pathlib import Path

from cleaning.extract.blocks.blocks import Blocks, blocks, parse
from cleaning.extract.page import Reading, read

ROOT = Path(__file__).parents[3]
PROSE = "Una mañana de mayo, cuando el sol apenas calentaba la plaza, llegó el cartero del pueblo. "
MENU = "<div class=menu><a href=/>Inicio</a> <a href=/s>Secciones</a> <a href=/c>Contacto</a></div>"
XHTML = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
FOOT = "<div class=footer><a href=/a>Aviso legal</a> <a href=/p>Privacidad</a> © 2024</div>"


def reading(html: str, url: str | None = None) -> Reading:
    return read(parse(html), url, None)


def parts(html: str) -> list[tuple[int, str]]:
    page = blocks_of(html)
    return [(int(kind), text) for kind, text in zip(page.kind, page.text, strict=True)]


def blocks_of(html: str) -> Blocks:
    """The blocks of a page."""
    root = parse(html)
    assert root is not None
    return blocks(root)
