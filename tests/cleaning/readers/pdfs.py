"""Small PDF files, written for the tests of their reader."""

from __future__ import annotations


def pdf(*pages: list[tuple[int, int, str]], picture: bool = False) -> bytes:
    """A PDF of lines at places (x, y, text) of pages of 595 by 842 points, in letters of 10 points: of 8 where the line
    ends with a line end, of one width where it begins with one.
    """
    objects: list[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    font = add(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    typed = add(b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>")
    image = add(
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\n\x80\nendstream"
    )
    parent = len(objects) + 2 * len(pages) + 1
    kids = []
    for page in pages:
        drawn = b"q 500 0 0 700 50 50 cm /I Do Q\n" if picture else b""
        for x, y, text in page:
            letters = b"/T" if text[0] == "\n" else b"/F"
            size, line = 8 if text[-1] == "\n" else 10, text.strip("\n").encode("cp1252")
            drawn += b"BT %s %d Tf %d %d Td (%s) Tj ET\n" % (letters, size, x, y, line)
        stream = add(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        kids.append(
            add(
                b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources"
                b"<</Font<</F %d 0 R/T %d 0 R>>/XObject<</I %d 0 R>>>>>>"
                % (parent, stream, font, typed, image)
            )
        )
    add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % k for k in kids)))
    add(b"<</Type/Catalog/Pages %d 0 R>>" % parent)
    return _file(objects)


def drawn(*contents: bytes, stream: bytes = b"", **fonts: bytes) -> bytes:
    """A PDF of pages of 595 by 842 points that are drawn so, with fonts by name; the object 1 is a stream of this."""
    objects = [b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream), *fonts.values()]
    named = b"".join(b"/%s %d 0 R" % (n.encode(), at) for at, n in enumerate(fonts, 2))
    parent = len(objects) + 2 * len(contents) + 1
    kids = []
    for content in contents:
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<<%s>>>>>>"
            % (parent, len(objects), named)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects.append(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids)))
    return _file([*objects, b"<</Type/Catalog/Pages %d 0 R>>" % parent])


def _file(objects: list[bytes]) -> bytes:
    """A PDF of these objects, the last of which is its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (count + 1, table, count + 1, count, len(out))
    )


def two_columns() -> bytes:
    """Two pages with a running head, a number and two columns, of which a word goes over a line's end and a column."""
    left = ["La tahona abre muy tempra-", *[f"y el hornero amasa la masa {n}" for n in "abcdefgh"]]
    left[1] = "no cada mañana del año"
    right = [
        "y reparte el pan por la villa",
        *[f"antes de que salga el sol {n}" for n in "abcdefgh"],
    ]
    pages = []
    for number in range(3):
        lines = [(250, 810, "EL HORNO"), (295, 30, str(number + 1))]
        rows = [zip_rows for pair in zip(left, right, strict=True) for zip_rows in pair]
        for place, text in enumerate(rows):
            lines.append((60 if place % 2 == 0 else 320, 740 - 12 * (place // 2), text))
        pages.append(lines)
    return pdf(*pages)
