"""Small files of each format, written for the tests of the readers."""

# ruff: noqa: E501 (files of these formats have long lines)

from __future__ import annotations

import io
import zipfile

TEI = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE TEI [<!ENTITY casa "La tahona">]>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="t1"><teiHeader><fileDesc>
<titleStmt><title>El horno</title><author><persName>Ana Ruiz</persName><idno>Q1</idno></author></titleStmt>
<publicationStmt><availability><licence target="https://creativecommons.org/licenses/by/4.0/">CC</licence>
</availability></publicationStmt><sourceDesc><bibl><date when="1884"/></bibl></sourceDesc></fileDesc>
<profileDesc><langUsage><language ident="spa">Español</language></langUsage></profileDesc></teiHeader>
<text><body><pb n="1"/><fw>EL HORNO</fw><div><head>Capítulo I</head>
<p>&casa; abr&iacute;a al al<lb break="no"/>ba<note>De madrugada.</note> y el <choice><sic>ornero</sic>
<corr>hornero</corr></choice> cantaba.</p>
<lg><l>Pan y sal,</l><l>agua y fuego.</l></lg>
<sp><speaker>ANA</speaker><p>¡Buenos <stage>(Ríe.)</stage> días!</p></sp>
<list><item>harina</item><item>agua</item></list>
<table><row><cell>Pan</cell><cell>2 reales</cell></row><row><cell>Sal</cell><cell>1 real</cell></row></table>
</div></body></text></TEI>""".encode()
TEI_TEXT = """Capítulo I

La tahona abría al alba y el hornero cantaba.

De madrugada.

Pan y sal,
agua y fuego.

ANA

¡Buenos (Ríe.) días!

- harina
- agua

Pan | 2 reales
Sal | 1 real"""

JATS = """<article xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="es"><front><article-meta>
<article-id pub-id-type="doi">10.1/pan</article-id><title-group><article-title>El pan y la salud<xref ref-type="fn">*</xref>
</article-title></title-group><contrib-group><contrib contrib-type="author"><name><surname>Ruiz</surname>
<given-names>Ana</given-names></name></contrib></contrib-group><pub-date><day>3</day><month>2</month><year>2021</year></pub-date>
<permissions><license xlink:href="https://creativecommons.org/licenses/by/4.0/"/></permissions>
<abstract><p>Se estudia el pan.</p></abstract></article-meta></front>
<body><sec><label>1</label><title>Método</title><p>Se midió<sup><xref ref-type="bibr">1</xref></sup> dos veces
[<xref ref-type="bibr">2</xref>, <xref ref-type="bibr">3</xref>] en hornos.</p></sec></body>
<back><ref-list><ref>Otro libro</ref></ref-list></back>
<sub-article article-type="translation" xml:lang="en"><front-stub><title-group><article-title>Bread and health
</article-title></title-group></front-stub><body><p>It was measured.</p></body></sub-article></article>""".encode()

PUBMED = b"""<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID>11</PMID><Article><Journal><JournalIssue><PubDate><Year>2001</Year></PubDate>
</JournalIssue></Journal><ArticleTitle>Bread.</ArticleTitle><Abstract><AbstractText Label="METHODS">Two ovens.</AbstractText>
</Abstract><Language>spa</Language><VernacularTitle>El pan.</VernacularTitle></Article>
<OtherAbstract Language="spa"><AbstractText>Dos hornos.</AbstractText></OtherAbstract></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>12</PMID><Article><ArticleTitle>Salt.</ArticleTitle></Article></MedlineCitation>
</PubmedArticle></PubmedArticleSet>"""

ALTO = b"""<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page ID="p1"><PrintSpace>
<TextBlock><TextLine><String CONTENT="La" WC="0.9"/><SP/><String CONTENT="pana" WC="0.5" SUBS_TYPE="HypPart1"
SUBSCONTENT="panadera"/><HYP CONTENT="-"/></TextLine><TextLine><String CONTENT="dera" WC="0.7" SUBS_TYPE="HypPart2"
SUBSCONTENT="panadera"/><SP/><String CONTENT="amasa." WC="0.9"/></TextLine></TextBlock>
<TextBlock><TextLine><String CONTENT="Hace" WC="1.0"/><String CONTENT="ca-"/></TextLine>
<TextLine><String CONTENT="lor."/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>"""

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>La masa</i>

2
00:00:02,500 --> 00:00:04,000
{\\an8}reposa una hora.
[Música]

3
00:00:09,000 --> 00:00:11,000
- ¿Y la sal?
- Después.

4
00:00:11,000 --> 00:00:12,000
(y no antes)
(קצת)
(RISAS)
""".encode()
SRT_TEXT = """La masa reposa una hora.

- ¿Y la sal?
- Después. (y no antes) (קצת)"""

METS = b"""<mets xmlns="http://www.loc.gov/METS/" xmlns:x="http://www.w3.org/1999/xlink" OBJID="n1"><dmdSec ID="d"><mdWrap><xmlData>
<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>El Horno</title></titleInfo><originInfo><dateIssued>1898-04-01</dateIssued>
</originInfo></mods></xmlData></mdWrap></dmdSec><fileSec><fileGrp USE="FULLTEXT"><file ID="a2"><FLocat x:href="file://./alto/2.xml"/></file>
<file ID="a1"><FLocat x:href="alto/1.xml"/></file><file ID="a3"><FLocat x:href="alto/3.xml"/></file></fileGrp></fileSec>
<structMap TYPE="PHYSICAL"><div><div ORDER="1"><fptr FILEID="a1"/></div><div ORDER="2"><fptr FILEID="a2"/></div>
<div><fptr FILEID="a3"/></div></div></structMap></mets>"""

PAGE = b"""<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page imageFilename="1.tif">
<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="1" regionRef="a"/><RegionRefIndexed index="0" regionRef="b"/>
</OrderedGroup></ReadingOrder><TextRegion id="n" type="page-number"><TextLine id="l0"><TextEquiv><Unicode>12</Unicode>
</TextEquiv></TextLine></TextRegion><TextRegion id="a"><TextLine id="l2" custom="readingOrder {index:1;}"><TextEquiv>
<Unicode>lor del horno.</Unicode></TextEquiv></TextLine><TextLine id="l1" custom="readingOrder {index:0;}">
<Word id="w"><TextEquiv><Unicode>Hace</Unicode></TextEquiv></Word><Word id="v"><TextEquiv index="1"><Unicode>co-</Unicode>
</TextEquiv><TextEquiv index="0" conf="0.8"><Unicode>ca-</Unicode></TextEquiv></Word></TextLine></TextRegion>
<TextRegion id="b"><TextEquiv conf="0.6"><Unicode>El pan</Unicode></TextEquiv></TextRegion></Page></PcGts>"""

AKN = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act><meta><identification>
<FRBRWork><FRBRalias value="Ley del Pan"/><FRBRdate date="2019-04-28"/></FRBRWork><FRBRExpression>
<FRBRthis value="/akn/es/act/ley/2019-04-28/1"/><FRBRlanguage language="spa"/></FRBRExpression></identification></meta>
<preface><p>LEY 1/2019, del pan.</p></preface><body><chapter><num>Capítulo I</num><heading>Disposiciones</heading>
<article><num>Artículo 1.</num><heading>Objeto.</heading><paragraph><content><p>Esta ley regula el pan:</p></content>
<list><point><num>a)</num><content><p>el blanco;</p></content></point><point><num>b)</num><content><p>el negro.</p>
</content></point></list></paragraph></article></chapter></body></act></akomaNtoso>""".encode()

BOE = """<documento><metadatos><identificador>BOE-A-2019-6277</identificador><departamento>Ministerio</departamento>
<titulo>Real Decreto del pan.</titulo><fecha_publicacion>20190511</fecha_publicacion></metadatos><analisis><p>No</p></analisis>
<texto><p class="articulo">Artículo 1. Objeto.</p><p class="parrafo">Se aprueba la norma.</p>
<table><tr><td>Pan</td><td>80 %</td></tr></table><blockquote class="nota_pie"><p>Se modifica.</p></blockquote></texto></documento>""".encode()

BOE_LAW = """<response><status><code>200</code></status><data><metadatos><identificador>BOE-A-1</identificador></metadatos>
<texto><bloque id="a1"><version fecha_vigencia="20200101"><p>Artículo 1. Nuevo.</p></version>
<version fecha_vigencia="20100101"><p>Artículo 1. Viejo.</p></version></bloque></texto></data></response>""".encode()

MEDIAWIKI = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="es">
<siteinfo><base>https://es.wiki.test/wiki/Portada</base><namespaces><namespace key="6">Archivo</namespace>
<namespace key="14">Categoría</namespace></namespaces></siteinfo>
<page><title>Pan de molde</title><ns>0</ns><id>7</id><revision><id>1</id><timestamp>2020-01-02T03:04:05Z</timestamp>
<text>{{Ficha|nombre=Pan}} El '''pan''' ([[latín]] ''{{lang|la|panis}}'') es un [[Alimento|alimento]] básico&lt;ref&gt;Libro&lt;/ref&gt;.
[[Archivo:Pan.jpg|thumb|Un [[pan]]]]

== Historia ==
* Egipto
* Roma

{| class="wikitable"
! Año !! Precio
|-
| 1900 || 2
|}
[[Categoría:Panes]]</text></revision></page>
<page><title>Discusión:Pan</title><ns>1</ns><id>8</id><revision><text>Hola</text></revision></page>
<page><title>Panes</title><ns>0</ns><id>9</id><redirect title="Pan"/><revision><text>#REDIRECT</text></revision></page>
</mediawiki>
""".encode()
MEDIAWIKI_TEXT = """El pan (latín panis) es un alimento básico.

Historia

- Egipto
- Roma

Año | Precio
1900 | 2"""

RST = """.. _pan:

El *pan*
========

:Author: Ana
:orphan:

Véase :ref:`pan`, :ref:`la masa <masa>` y :func:`~os.path.join` [1]_: |ver|.

.. |ver| replace:: versión 2

.. note:: Ojo.

   Quema ``mucho``.

.. code-block:: python
   :linenos:

   x = 1

- uno

  más
- dos

  1. tres

.. toctree::

   a

.. function:: abrir(horno)

   Abre.

====  =====
Pan   Sal
====  =====
uno   - a
      - b
====  =====

.. list-table:: Panes

   * - a
     - b

.. image:: x.png
   :alt: Una hogaza

.. raw:: html

   <b>x</b>

.. include:: /etc/passwd

.. csv-table::
   :file: /etc/passwd

.. algo:: Otra cosa

   Dentro.

| verso uno
| verso dos

Masa
  Sube.

.. [1] Una nota.
.. un comentario
""".encode()
RST_TEXT = """El pan

Véase El pan, la masa y join [1]: versión 2.

Ojo.

Quema mucho.

x = 1

- uno

  más
- dos
  1. tres

abrir(horno)

Abre.

Pan | Sal
uno | a; b

Panes

a | b

Una hogaza

Otra cosa

Dentro.

verso uno
verso dos

Masa

Sube.

[1] Una nota."""
MARKDOWN = """---
titulo: Ley del pan
identificador: LEY-1
fecha: 2019-04-28
---
# Ley del *pan*

###### Artículo 1

Esta **ley** regula
el [pan](https://a.test).

1. Blanco.
2. Negro.

- uno
- dos

| a | b |
|---|---|
| 1 | 2 |
""".encode()
MARKDOWN_TEXT = """Ley del pan

Artículo 1

Esta ley regula el pan.

1. Blanco.
2. Negro.

- uno
- dos

a | b
1 | 2"""


def packed(**members: str | bytes) -> bytes:
    """A ZIP of members; two underscores in a name stand for a slash, one for a dot."""
    return zipped(
        {name.replace("__", "/").replace("_", "."): text for name, text in members.items()}
    )


def zipped(members: dict[str, str | bytes], stored: bool = False) -> bytes:
    """A ZIP of members by name."""
    content = io.BytesIO()
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(content, "w", how) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text, how)
    return content.getvalue()


EPUB_MEMBERS = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/p.opf"/></rootfiles></container>',
    "OPS/p.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>El horno</dc:title><dc:creator>Ana Ruiz</dc:creator><dc:language>es-ES</dc:language>"
    "<dc:identifier>isbn:1</dc:identifier></metadata><manifest>"
    '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="b" href="dos.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="a" href="t/uno.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>',
    "OPS/nav.xhtml": "<html><body><nav><a>Índice</a></nav></body></html>",
    "OPS/t/uno.xhtml": "<html><head><title>x</title></head><body><h1>Uno</h1><p>El pan&nbsp;sube.</p></body></html>",
    "OPS/dos.xhtml": "<html><body><h1>Dos</h1><ul><li><p>sal</p></li><li>agua</li></ul></body></html>",
}
EPUB = zipped(EPUB_MEMBERS)
EPUB_TEXT = "Uno\n\nEl pan sube.\n\nDos\n\n- sal\n- agua"

_O = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = (
    f'<o:document-content xmlns:o="{_O}:office:1.0" xmlns:t="{_O}:text:1.0" xmlns:b="{_O}:table:1.0">'
    "<o:body><o:text><t:tracked-changes><t:p>borrado</t:p></t:tracked-changes><t:h>Título</t:h><t:p>El<t:s/>pan"
    "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>Nota.</t:p></t:note-body></t:note> sube.</t:p>"
    "<t:list><t:list-item><t:p>sal</t:p></t:list-item></t:list><b:table><b:table-row><b:table-cell><t:p>a</t:p>"
    "</b:table-cell><b:table-cell><t:p>b</t:p></b:table-cell></b:table-row></b:table></o:text></o:body></o:document-content>"
)
ODT = zipped({"content.xml": CONTENT})
FODT = CONTENT.replace("document-content", "document").encode()
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX = zipped(
    {
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>\n <w:p>\n <w:r><w:t>Título</w:t></w:r></w:p><w:p>'
        '<w:r><w:t xml:space="preserve">El </w:t></w:r>\n<w:del><w:r><w:delText>trigo</w:delText></w:r></w:del><w:r><w:t>pan'
        '</w:t></w:r>\n<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t xml:space="preserve"> sube.</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>sal</w:t></w:r></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr>"
        "</w:tbl></w:body></w:document>",
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{_W}"><w:footnote w:id="2"><w:p><w:r><w:t>Nota.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>",
    }
)
OFFICE_TEXT = "Título\n\nEl pan sube.\n\nNota.\n\n- sal\n\na | b"


MBOX = """From ana@ejemplo.es Mon Jan  3 10:00:00 2005
From: =?utf-8?q?Ana_Mu=C3=B1oz?= <ana@ejemplo.es>
Subject: [panes] =?iso-8859-1?q?La_masa_del_a=F1o?=
Date: Mon, 3 Jan 2005 10:00:00 +0100
Message-ID: <1@ejemplo.es>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

¿Quién tiene masa de centeno?

>From aquí no sale ninguna.
--
Ana Muñoz, Tahona

From blas at ejemplo.es  Tue Jan  4 09:00:00 2005
From: blas at ejemplo.es (Blas Gil)
Subject: [panes] La masa
Date: Tue, 4 Jan 2005 09:00:00 +0100
In-Reply-To: <1@ejemplo.es>

El lun, 3 ene 2005 a las 10:00, Ana Muñoz
(<ana at ejemplo.es>) escribió:
> ¿Quién tiene masa de centeno?

Yo tengo: pide la que quieras.
-------------- next part --------------
An HTML attachment was scrubbed...
URL: <http://ejemplo.es/adjunto.html>

From the desk of: esto no abre nada.
_______________________________________________
Lista panes
panes@ejemplo.es
""".encode()
