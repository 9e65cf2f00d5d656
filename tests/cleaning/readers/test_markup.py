"""Markdown, reStructuredText and plain text: what stands in a file stands in its document, and no file takes long."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cleaning.readers.markup.markdown import plain_text
from cleaning.readers.records import Record
from cleaning.readers.web.response import respond
from tests.cleaning.readers import samples
from tests.cleaning.readers.read import read

TOLD = "La masa madre fermenta despacio y da al pan su sabor."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"# El pan\n\n{TOLD}\n\n- Primero se amasa con agua tibia.\n- Sal", "article"),
        (f"# Instalación\n\n{TOLD}\n\n- horno\n- harina de centeno\n- agua\n", "notes"),
        (f"Así se amasa:\n\n```\namasar --agua 300\n```\n\n{TOLD}", "article"),
        (f"{TOLD}\n\n```\n" + "amasar --agua 300 --harina 500\n" * 10 + "```\n", "notes"),
        ("# Pan\n\n" + "- [Pan de centeno](a.md), Ana\n" * 5 + TOLD.join("\n\n"), "listing"),
        (f"{TOLD}\n\n| pan | horno |\n|---|---|\n" + "| de centeno | de leña |\n" * 4, "notes"),
        (f"{TOLD}\n\n| pan | horno |\n|---|---|\n" + "| de centeno | de leña |\n" * 8, "listing"),
        (f"# Pan\n\n{TOLD}\n\n" + "- pan de centeno\n" * 9, "listing"),
        (
            f"# Pan\n\n{TOLD}\n\n```\n{'amasar --agua 300 ' * 4}\n```\n\n"
            + "- pan de centeno\n" * 9,
            "notes",
        ),
        (
            f"{TOLD}\n\n```\n{'amasar --agua 300 ' * 5}\n```\n\n" + "Pan de centeno\n\n" * 6,
            "listing",
        ),
        (f"{TOLD}\n\n```\n{'amasar --agua 300 ' * 5}\n```\n\n" + "- [ ] Pan\n" * 20, "listing"),
        (
            f"Así se amasa:\n\n```\n{'amasar --agua 300 ' * 11}\n```\n\n" + "- centeno\n" * 32,
            "listing",
        ),
        (f"{TOLD}\n\n| pan | horno |\n|---|---|\n" + f"| de centeno | {TOLD} |\n" * 4, "article"),
        (f"{TOLD}\n\n" + f"- [x] {TOLD}\n- [ ] {TOLD}\n" * 2, "listing"),
        (f"- [{TOLD}](a.md) {TOLD}\n" * 4, "listing"),
        (f"{TOLD}\n\n" * 20 + "- pan de centeno\n" * 100, "article"),
        (f"{TOLD}\n\n" * 20 + "- pan de centeno\n" * 300, "listing"),
        (f"{TOLD}\n\n" * 20 + "```\n" + "amasar --agua 300\n" * 400 + "```\n", "notes"),
    ],
)
def test_a_text_in_markdown_is_of_a_kind_by_where_its_words_stand(
    tmp_path: Path, text: str, kind: str
) -> None:
    (record,) = read(tmp_path / "a.md", text.encode())
    assert record.metadata["kind"] == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CHANGELOG.md", "project"),
        ("NETLIFY-DEPLOYMENT.md", "project"),
        ("README.md", "article"),
        ("MODELO.md", "article"),
        ("roadmap.md", "article"),
    ],
)
def test_a_file_by_which_a_repository_is_kept_is_known_by_its_name(
    tmp_path: Path, name: str, kind: str
) -> None:
    (record,) = read(tmp_path / name, TOLD.encode())
    assert record.metadata["kind"] == kind


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("- uno\n  - dos\n    1. tres\n- cuatro\n", "- uno\n  - dos\n    1. tres\n- cuatro"),
        ("El horno ![de leña](h.jpg) arde.\n\n![Un molino](m.png)\n", "El horno de leña arde.\n\nUn molino"),
        ("**Índice**\n{: #toc }\n*  TOC\n{:toc}\n\n## Pan\n\nDe trigo.\n", "Pan\n\nDe trigo."),
        ("Antes.\n\n1. Contenido\n{:toc .grande}\n\nPan.\n", "Antes.\n\nPan."),
        ('<div>\n<div markdown="1">\n**Pan** `a`\n</div><!-- b -->\n</div>\nY *sal*.\n', "Pan a\n\nY sal."),
        ("```html\n<div markdown=\"1\">\n* TOC\n{:toc}\n</div>\n```\n", '<div markdown="1">\n* TOC\n{:toc}\n</div>'),
        ("[![build](b.svg)](b) [![npm](n.svg)](n)\n\nPan.\n", "Pan."),
        ("Pan[^1], `[^abc]`.[^b]\n\n[^1]: De trigo.\n[^b]: Rima\n", "Pan[1], [^abc].[b]\n\n[1] De trigo.\n\n[b] Rima"),
        ("```{note} Ojo\n:class: x\nQuema *mucho*.\n```\n\nFin.\n", "Ojo\n\nQuema mucho.\n\nFin."),
        ("````{tip}\n```{warning}\nQuema.\n```\n````\n", "Quema."),
        ("```{code-block} python\nx = 1\n```\n\n```{toctree}\na\n```\n", "x = 1"),
        (":::{admonition} Ojo\n:class: x\nQuema.\n:::\n\n::: tip\nSopla.\n:::\n", "Ojo\n\nQuema.\n\nSopla."),
        ("!!! warning \"Ojo\"\n    Quema.\n\n    - mucho\n\nFin.\n", "Ojo\n\nQuema.\n\n- mucho\n\nFin."),
        ("=== \"Linux\"\n\n    ```sh\n    ls\n    ```\n", "Linux\n\nls"),
        ("> [!NOTE]\n> Quema.\n", "Quema."),
        ("Masa\n:   Harina y agua.\n", "Masa\n\nHarina y agua."),
        ("## Pan {#pan .alto}\n\nEl {ref}`horno de leña <horno>` arde.\n", "Pan\n\nEl horno de leña arde."),
        ("# Pan\n\n## Índice\n\n- [Masa](#masa)\n  - [Sal](#sal)\n\n[TOC]\n\n## Masa\n", "Pan\n\nMasa"),
        ("# Pan\n\n- [Masa](#masa)\n- [Sal](sal.md)\n", "Pan\n\n- Masa\n- Sal"),
        ("<table><tr><td>Pan</td><td>1&nbsp;&euro;</td></tr>\n<tr><td>Sal</td></tr></table>\n", "Pan | 1\u00a0€\nSal"),
        ("<details><summary>Más</summary>\n\nDentro, ~~mal~~ bien.\n\n</details>\n", "Más\n\nDentro, mal bien."),
        ("<ul><li>uno</li><li>dos</li></ul>\n\n<script>\nx\n</script>\n", "- uno\n- dos"),
        ("Pan[^1]: hoy.\n\n[^1]:\n    De centeno.\n\n    - y trigo\n", "Pan[1]: hoy.\n\n[1] De centeno.\n\n- y trigo"),
        ("El pan^[de trigo] sube.\n\n*[HTML]: x\n", "El pan (de trigo) sube."),
        ("| a | b |\n|---|---|\n| pan | <ul><li>uno</li><li>dos</li></ul> |\n", "a | b\npan | uno; dos"),
        ("<table><tr><td>Pan</td><td><ul><li>uno</li>\n<li>dos</li></ul></td></tr></table>\n", "Pan | uno; dos"),
        ("- uno\n  - dos\n\n    Más.\n\n    ```\n    x\n    ```\n-\n", "- uno\n  - dos\n\n    Más.\n\n    x"),
        ("<ul><li>\n<p>uno</p><ol><li>dos</li></ol></li><li>tres</li></ul>\n", "- uno\n  1. dos\n- tres"),
        ("```{figure} p.png\n:alt: x\n\nLa masa.\n```\n\n```{code} py\n:linenos:\n\nx = 1\n```\n", "La masa.\n\nx = 1"),
        ("```{list-table} Panes\n:widths: 1\n\n* - a\n  - b\n* - c\n    d\n  - e\n```\n", "Panes\n\na | b\nc d | e"),
        ("```{csv-table}\na,\"b, c\"\nd\n```\n", "a | b, c\nd"),
        ("```{glossary}\nMasa\n  Sube.\n\nPan\n  Sale.\n```\n", "Masa\n\nSube.\n\nPan\n\nSale."),
        ("% nota\n(a)=\n# Pan\n\n+++\n\n![a.png](a.png) ![Trigo](t.png)\n", "Pan\n\nTrigo"),
        ("~~~\n::: tip\n[^1]: x\n!!! note\n~~~\n", "::: tip\n[^1]: x\n!!! note"),
        ("1. uno\n1. dos\n1. tres\n", "1. uno\n2. dos\n3. tres"),
        ("0. uno\n0. dos\n", "0. uno\n1. dos"),
        ("2. uno\n5. dos\n", "2. uno\n5. dos"),
        ("<ol><li>uno</li></ol>\n\n1. uno\n\n   - dos\n\n1. tres\n", "1. uno\n\n1. uno\n  - dos\n2. tres"),
        ("Un ==pan **negro**== y `==x==`, a == b == c :smile: `:smile:` 10:30:45 :nada: $x^2$\n",
         "Un pan negro y ==x==, a == b == c 😄 :smile: 10:30:45 :nada: $x^2$"),
        ("10<sup>3</sup> m<sup>2</sup>, H<sub>2</sub>O, 2<sup>x+1</sup>, 1.<sup>o</sup> y 1<sup>er</sup>\n",
         "10³ m², H₂O, 2^(x+1), 1.º y 1er"),
        ("L<sup>A</sup>T<sub>E</sub>X, x<sub>A</sub> y ↩<sup>2</sup>\n", "LATEX, x_(A) y ↩2"),
        ("Pan<sup>[1](#f1)</sup>, sal<sup><a href='#f2'>2</a></sup> y [<sup>3</sup>](#f3).\n", "Pan[1], sal[2] y [3]."),
        ("<p>10<sup>3</sup> m<sup><a href='#f'>1</a></sup>, autores<sup>1,2</sup></p>\n", "10³ m[1], autores[1,2]"),
        ("| | a | b |\n|---|---|---|\n| Ana | | 8 |\n| | | 9 |\n\nfin\n", "| a | b\nAna | | 8\n| | 9\n\nfin"),
        ("{% highlight py linenos %}\nx  = *1*\n{% endhighlight %}\n\nEl {% raw %}{{ pan }}{% endraw %}.\n",
         "x  = *1*\n\nEl {{ pan }}."),
        ("```\n{% raw %}\n{{ a }}\n{% endraw %}\n```\n", "{{ a }}"),
        ("El [pan]({% link pan.md %}), [sal]({{< ref \"s\" >}}) [agua]({{ site.url }}/a) {% if x %}sí{% endif %}.\n",
         "El pan, sal agua sí."),
        ("Pan.\n\n{{< figure src=\"a.png\"\n  caption=\"Un horno\" >}}\n\n"
         "{% comment %}\nno\n{% endcomment %}{{< nota >}}\nOjo.\n{{< /nota >}}\n",
         "Pan.\n\nUn horno\n\nOjo."),
        ("{{< highlight go \"linenos=table\" >}}\nx  := {{ site.b }}\n{{< / highlight >}}\n", "x  := {{ site.b }}"),
        ("Usa `{{ site.title }}`:\n\n~~~\n{% include x.html %}\n~~~\n\n    {% if site.a %}\n\nfin {{</* nota */>}}\n",
         "Usa {{ site.title }}:\n\n{% include x.html %}\n\n{% if site.a %}\n\nfin {{< nota >}}"),
        ("Angular dice {{ hoy | date }} y {{ nombre }}, $x^{{2}}$.\n\n[a]: {% link a.md %}\n\n[Pan][a]\n",
         "Angular dice {{ hoy | date }} y {{ nombre }}, $x^{{2}}$.\n\nPan"),
        ("10 m^2^, H~2~O, 1^er^ piso, 2^3^2, x^2 e y^2, $a^b^c$, CO~2~ y ~~mal~~ `m^2^`\n",
         "10 m², H₂O, 1er piso, 2^3^2, x^2 e y^2, $a^b^c$, CO₂ y mal m^2^"),
        ("N<sup>o</sup> 6, D.<sup>a</sup> Ana, M.<sup>a</sup> 20 <sup>o</sup>C, el pan.<sup>a</sup>, x<sup>o</sup>\n",
         "Nº 6, D.ª Ana, M.ª 20 ºC, el pan.a, x^(o)"),
        ("{% include x %}\n\n{{< figure src=x >}}\n\nPan.\n", "Pan."),
        (r"Sea $x^2\,d*x* * y\_1$ y $$\{a\}\\" "\n" r"b\;c$$, **$5** a **$10**, **$USD** y **$EUR**, \$3 `$a\,b$`" "\n",
         r"Sea $x^2\,d*x* * y\_1$ y $$\{a\}\\ b\;c$$, $5 a $10, $USD y $EUR, $3 $a\,b$"),
        ("Ver [[Pan]], [[Pan de trigo#^a1|un pan]], [[Pan#Sal]] y ![[a.png]]\n\n![[b]]\n\n[[1, 2]], `[[x]]`, d[[N]]\n",
         "Ver Pan, un pan, Pan > Sal y\n\n[[1, 2]], [[x]], d[[N]]"),
        ("| a | b |\n|---|---|\n| [[Pan\\|un pan]] | 2 |\n", "a | b\nun pan | 2"),
        ("![](./el pan/a.png){a=\"6\"\nb=\"2\"}\n\nPan ![de trigo] (b.png).\n\n```dataviewjs\nawait dv.view()\n```\n",
         "Pan de trigo."),
        ("Hoy:\n|16:00 | Visita |\n|17:00 | *Pan* | y sal |\n\nfin\n",
         "Hoy:\n\n16:00 | Visita\n17:00 | Pan | y sal\n\nfin"),
        ("|---|---|\n| a | b |\n|===|===|\n| c | d |\nfin\n", "a | b\nc | d\n\nfin"),
        ("| a | b |\n|===|===|\n| | d | e |\n", "a | b\n| d | e"),
        ("| a | b |\n|---|---|\n| c | d |\nfin\n", "a | b\nc | d\nfin"),
        ("a | b\n---|---\n| c | d |\n| e | f |\n", "a | b\nc | d\ne | f"),
        ("|x - y|\n|x + y|\n\n```\n| a | b |\n| c | d |\n```\n", "|x - y| |x + y|\n\n| a | b |\n| c | d |"),
    ],
)  # fmt: skip
def test_what_stands_in_markdown_stands_in_its_document(
    tmp_path: Path, text: str, content: str
) -> None:
    (record,) = read(tmp_path / "a.md", text.encode())
    assert record.text == content


@pytest.mark.parametrize(
    ("text", "content", "title"),
    [
        ("---\ntitle: Pan\ntags: [a]\n\nEl horno.\n", "El horno.", "Pan"),
        ("---\ntitle: Pan: otra vez\nlayout: x\n---\nEl horno.\n", "El horno.", "Pan: otra vez"),
        ('+++\ntitle = "Pan"\n\nEl horno.\n', "El horno.", "Pan"),
        ('---\ntitle: "Pan"\nsocial:\n  - text: "a"\t\n    \n---\nEl horno.\n', "El horno.", "Pan"),
        ('---\nlugar: "a"\t\n# x\n- b\n---\nEl horno.\n', "El horno.", None),
        ("---\n\nlugar: a\n- b\n\n---\nEl horno.\n", "lugar: a\n\n- b\n\nEl horno.", None),
        ("---\nHubo pan.\n---\nEl horno.\n", "Hubo pan.\n\nEl horno.", None),
        ("+++\n+++\nEl horno.\n", "El horno.", None),
        ("---\nNota: arde.\n\nEl horno.\n", "Nota: arde.\n\nEl horno.", None),
        ("---\nEl título:\n\nEl horno.\n", "El título:\n\nEl horno.", None),
    ],
)
def test_front_matter_that_is_not_closed_or_no_yaml_is_no_text(
    tmp_path: Path, text: str, content: str, title: str | None
) -> None:
    (record,) = read(tmp_path / "a.md", text.encode())
    assert (record.text, record.metadata.get("title")) == (content, title)


def test_of_markdown_without_front_matter_the_first_heading_is_the_title(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.md", b"Hoy\n\n## Antes\n\n# El *pan* `x`\n\n# Otro\n")
    assert record.metadata["title"] == "El pan x"


def test_the_contents_that_restructured_text_asks_for_are_none_of_it(tmp_path: Path) -> None:
    text = ".. contents:: Índice\n\nPan\n===\n\nDe 10\\ :sup:`3` g y H\\ :sub:`2`\\ O.\n\nSal\n---\n\nFina.\n"
    (record,) = read(tmp_path / "a.rst", text.encode())
    assert record.text == "Pan\n\nDe 10³ g y H₂O.\n\nSal\n\nFina."
    assert record.metadata["title"] == "Pan"


def test_restructured_text_is_read_without_carrying_anything_out(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.rst", samples.RST)
    assert record.text == samples.RST_TEXT
    assert record.metadata == {"title": "El pan", "author": "Ana", "kind": "listing"}


def test_fields_are_of_a_text_in_restructured_text_where_they_begin_it(tmp_path: Path) -> None:
    below = "Pan\n===\n\nMasa.\n\nSal\n---\n\nFina\n~~~~\n\nDe mar.\n\n:Author: Ana\n"
    (record,) = read(tmp_path / "a.rst", below.encode())
    assert record.text.endswith("De mar.\n\nAuthor: Ana")
    assert "author" not in record.metadata
    (record,) = read(tmp_path / "a.rst", b"Pan\n===\n\n:Author: Ana\n\nMasa.\n")
    assert (record.text, record.metadata["author"]) == ("Pan\n\nMasa.", "Ana")


@pytest.mark.parametrize(
    "text",
    [
        "`a " * 20_000,  # quadratic in docutils
        ("`a " * 30 + "\n") * 600,
        "+--+\n|a |\n" * 20_000 + "+--+\n",
        "".join("  " * i + "- a\n\n" for i in range(400)),
    ],
)
def test_restructured_text_that_would_take_docutils_long_stays_as_it_is(
    tmp_path: Path, text: str
) -> None:
    (record,) = read(tmp_path / "a.rst", text.encode())
    assert record.text == text


def test_substitutions_in_substitutions_do_not_grow(tmp_path: Path) -> None:
    names = "".join(f".. |s{i}| replace:: |s{i + 1}| |s{i + 1}|\n" for i in range(40))
    (record,) = read(tmp_path / "a.rst", f"Pan |s0|.\n\n{names}.. |s40| replace:: x\n".encode())
    assert record.text == "Pan s1 s1."


def test_cells_divs_and_attributes_of_quarto_are_read_as_its_pages_show_them(
    tmp_path: Path,
) -> None:
    data = """::: {.callout-note title="Un aviso"}
El pan es de [trigo]{.smallcaps}.
:::

:::: {#fig-dos layout-ncol=2}
![Un elefante](a.png){fig-alt="Hanno, 'el' sabio" width=50%}
::::

```{r}
#| fig-cap: "Barras"
#| echo: false
plot(x)
```

```python
#| no es opción
```

Una llave {a=b} y `x`{.r}.
"""
    (record,) = read(tmp_path / "a.qmd", data.encode())
    assert record.text == (
        "Un aviso\n\nEl pan es de trigo.\n\nUn elefante\n\nplot(x)\n\n#| no es opción\n\nUna llave {a=b} y x."
    )


def test_what_a_page_in_mdx_takes_from_its_program_is_no_text(tmp_path: Path) -> None:
    data = """---
title: Pan
---
import Tabs from '@theme/Tabs';
import {
  Uno,
} from "./uno";

export const Rojo = ({children}) => (
  <b>{children}</b>
);

{/* un comentario */}

import de bienes y export de harina.

<Pasos>
1. Amasa.

    <Nota tipo="a">
    Con sal.
    </Nota>
</Pasos>

```js
<Nota>
import x from 'y';
```
"""
    (record,) = read(tmp_path / "a.mdx", data.encode())
    assert [line.strip() for line in (record.text or "").split("\n") if line.strip()] == [
        "import de bienes y export de harina.",
        "1. Amasa.",
        "Con sal.",
        "<Nota>",
        "import x from 'y';",
    ]
    # Without a program a tag that HTML doesn't know says so; cells stay apart, and what follows is Markdown.
    rows = "<Fila><Celda>Pan</Celda><Celda>a | b</Celda></Fila>"
    table = (
        f"<Tabla>\n    <Celda>Uno</Celda>\n    {rows}\n    {rows}\n</Tabla>\nEs **pan**.\n### Sal"
    )
    said = "Uno\n\nPan | a | b\nPan | a | b\n\nEs pan.\n\nSal"
    assert plain_text(table) == said
    assert plain_text("<Div>\nEs **pan**.\n</Div>") == "Es **pan**."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<Aviso si={x > 3 ? "a" : "b"}>\nEs **pan**.\n</Aviso>', "Es pan."),
        ('<Aviso\n  al={() => abrir()}\n  tipo="a > b"\n>\nEs **pan**.\n</Aviso>', "Es pan."),
        ("Con <Sal g={{a: 1, b: [2, {c: 3}]}} {...todo} />de mar.", "Con de mar."),
        ("<div>\n<a href={uno('a')}\n\nid=\"b\">sal</a></div>", "sal"),
        ("## Pan {/*pan*/}\n\n{/*\n  Es **sal**.\n\n  No.\n*/}\n\nCon sal {/* no */}.", "Pan\n\nCon sal."),
        ("`<Sal g={1} />` y\n\n```\n{/* sal */}\n```", "<Sal g={1} /> y\n\n{/* sal */}"),
        ("Un Array<number>, Map<string, number> o List<Pan>.", "Un Array<number>, Map<string, number> o List<Pan>."),
        ("Ve a <ruta>, <b>pan</b><br>y <num>3</num> <Sal>.", "Ve a <ruta>, pan\ny 3 ."),
        ("{{/* pan */}} {a, b} y <Juan> a < b.", "{{/* pan */}} {a, b} y  a < b."),
    ],
)  # fmt: skip
def test_programs_in_elements_are_no_text_and_types_are(text: str, said: str) -> None:
    assert plain_text(text) == said


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.rst"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_damage_behind_a_text_is_told_and_the_text_is_as_without_it(
    tmp_path: Path, name: str, charset: str
) -> None:
    data = "La cigüeña vuelve al molino cada año, y el pan está en el horno.\n".encode(charset) * 40
    noise = bytes.fromhex("f9cf01e80395b61fc2aa8b1c9eff00d10e7711048a") * 10
    (clean,) = read(tmp_path / name, data)
    text, damage = read(tmp_path / name, data + noise)
    assert (text.text, text.content, text.digest) == (clean.text, clean.content, clean.digest)
    assert damage.offset == len(data)
    assert damage.unreadable == "no text: the bytes are text in no encoding"


@pytest.mark.parametrize("part", ["> ", "!!! ", "{% ", "<script ", "- ", ":::", "[^1]:", "</td> "])
def test_lines_of_marks_alone_end_a_text_and_do_not_hang(tmp_path: Path, part: str) -> None:
    (record,) = read(tmp_path / "a.md", b"Pan.\n\n" + (part * 60 + "\n").encode() * 60)
    assert record.text and record.text.startswith("Pan.")


def test_an_anchor_of_many_signs_does_not_hang(tmp_path: Path) -> None:
    began = time.process_time()
    (record,) = read(
        tmp_path / "a.md",
        b"<div>\n<a "
        + b"#" * 200_000
        + b"\nPan.\n"
        + b"<sup>" * 20_000
        + b"`{% a %}`` " * 9_000
        + b"{% a" * 9_000
        + b"$$\\a " * 9_000
        + b"$a^ " * 9_000
        + b"\n\n"
        + b"![" * 9_000
        + b"[[a" * 9_000,
    )
    assert record.text and "Pan." in record.text
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (
            "---\nlayout: pan\n---\n<p>{% include a.html %}{{ page.b }}Pan {% if x %}y sal{% endif %}"
            " <code>{% url 'a' %}</code></p>{# no #}",
            "<p>Pan y sal <code>{% url 'a' %}</code></p>",
        ),
        (
            "{#- no\n sí -#}\n{% load static %}<p>Pan {{ fecha.hoy('d') }}y sal</p>",
            "\n<p>Pan y sal</p>",
        ),
        ("<p>{{ pan }} y {{ page }}: {% sal %}</p>", "<p>{{ pan }} y {{ page }}: {% sal %}</p>"),
    ],
)
def test_tags_of_templates_are_no_part_of_a_page_that_is_a_source(
    tmp_path: Path, page: str, kept: str
) -> None:
    (record,) = read(tmp_path / "a.html", page.encode())
    assert record.content == kept.encode()
    assert respond(Record(0), page.encode(), "text/html", 1000).content == kept.encode()


def test_a_lesson_on_templates_that_a_server_sends_is_no_source() -> None:
    lesson = b"<!doctype html><p>Cada {% block pan %} tiene su {% endblock %}.</p>"
    assert respond(Record(0), lesson, "text/html", 1000).content == lesson
    source = lesson.replace(b"<p>", b"<a href=\"{% url 'pan' %}\"></a><p>")
    source = source.replace(b"<p>", b"<p>{% load pan %}")
    assert b"<p>Cada {% block pan %} tiene su {% endblock %}.</p>" in (
        respond(Record(0), source, "text/html", 1000).content or b""
    )
