"""Postal addresses in a text, by how they are put together in Spain and Latin America.

A way, its name and its number; what stands behind them (floor, door, cross streets, quarter, postal code, town) comes
in any order. Without a way: a plot in its block, a house in its quarter, a name and number with a flat behind them, a box
of the post, or how to walk there.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.addresses.no_doors import is_cited, is_no_door, is_no_place
from cleaning.privacy.addresses.small_letters import LIVED_IN, in_small_letters
from cleaning.privacy.patterns.fields import MARKUP
from cleaning.privacy.patterns.gates import folded, gate, view
from cleaning.privacy.patterns.late import late

Spans = Iterator[tuple[int, int]]

_UP = "A-ZÁÉÍÓÚÑÜ"
_WAY = (
    r"calle|c/\.?|(?-i:Cal\.\s|Br\.\s)|(?-i:[Aa]v(?:d?a)?/)|avda\.?|avenida|av\.|paseo|p[º°]\.?|plaza|pza\.?|plza\.?|pl\.|ronda|camino|carretera|ctra\.?|traves[ií]a"
    r"|glorieta|urbanizaci[oó]n|urb\.|pasaje|carrera|cra\.?|diagonal|transversal|jir[oó]n|jr\.|carrer|r[uú]a|rambla"
    r"|pla[cç]a|passeig|avinguda|cam[ií]|camiño|estrada|praza|rueiro|travessia|polígono|pol\."
    r"|bulevar|boulevard|blvd\.?|bv\.|bvar\.|costanilla|callej[oó]n|alameda|malec[oó]n|calzada|andador|cerrada"
    r"|prolongaci[oó]n|corredera|travessera|(?-i:C[º°]|B\.?[º°]|Priv\.)|psje\.?|pje\.?|autopista|calz\.|(?-i:CL|Privada|Retorno|Circuito|Largo|Cuesta|Acera|Arrabal|Bajada|Carril|Costanera|Ensanche|Escalinata|Jardines|Libramiento|Pasadizo"
    r"|Peatonal|Perif[ée]rico|Plazoleta|Plazuela|Ribera|Rinconada|Senda|Subida|Travesera|Vereda|Vial|Vía|Calleja|Acequia|AVDA|J[Rr])\b"
    r"|p\.º|(?-i:Avd|Cl|Cno|Trav|Trva|Tva|Gta|Psj|Cj[oó]n|Priv|Prol|Rbla|Tr|Rda|Crta|Urbz|Cmno|Sda|Pg|Lg|Lgr)\.ª?"
)
_NAMED = r"gran\sv[ií]a"  # ways that need no name behind them
_SIDE = r"(?i:izq(?:uierda|da)?|izda|dcha|der(?:echa|eita)?|dto|ctro|centro|esq(?:uerra|uerda)?|dta|dreta|dereita|ext(?:erior)?|int(?:erior)?)\b\.?"
_MONTH = (
    r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)"
)
_SMALL = r"(?:(?:de|del|la|las|los|el|y|e|en|i|do|da|dos|das|dels|les|els|sa|ses|san|santa|sant)\s|[dl]['’])"
_SHORT = (  # a longer word with a full stop ends a sentence
    r"(?:[A-Z]|A[lv]m?|Arq|Arz|Av(?:da)?|B[td]a|Bto|Bv|Cap|Cdte|Cmte|Cnel|Col|Comte|Dra?|Dña|Fco|Fdez|Fr|Glez|Gob|Gra?l|Gdor|Hnos?|Hros|Ing|Int|L[dt]?c|Lic|Lda|Ldo|Ma|Mcal|Mons|Mtr[oa]"
    r"|Nte|Ote|Nª|Ntr[ao]|Pat|Pbro|Pdte|Pr[eo]s|Prof|Prol|Pte|Pto|Rdo|Rep|Rvdo|S[nra]a?|Sg?to|St[ao]|Tc?nte|Tte|Tcnel|Vda|Virg"
    r"|(?!Tel|Tlf|Tfn|Cel|Urb|Dept|Dpt|Edif|Esc|Apt|Frac|Bloq|Puert)[A-Z][a-z]{1,3}[bcdfgjkmpqtvxz])\."
)
_NAME = rf"(?:[{_UP}][\w'’·-]{{0,24}}|{_SHORT})"
_NAMES = rf"{_NAME}(?:\s{_SMALL}{{0,2}}{_NAME}){{0,5}}"
_SIGN = (
    r"(?:(?i:n[º°o.]{1,3}|nro\.?|n[uú]m(?:ero|\.)?)|#|parcelas?|naves?|nau|pab(?:ell[oó]n|\.)?)\s?"
)
_WORDED = r"(?:un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|diecis[eé]is|diecisiete|dieciocho|diecinueve|veint[a-zé]{1,8}|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?:\sy\s[a-z]{2,6})?|cien(?:to\s[a-z]{2,9})?)"
# What is counted, in prose (`en la plaza Mayor 3 personas`, `de la plaza, 5 minutos después`): a plural, of no part of a house.
_COUNTED = (
    r"\s(?!(?:baix|baj|local|oficina|planta|piso|puerta|nave|parcela|apartamento|bloque|portal|casa|vivienda|escalera|chal[eé]t)[oe]?s\b"
    r"|(?:tr[ae]s|menos|m[aá]s|l[oae]s|els|sus|mis|tus|es|des|antes|despu[eé]s|adem[aá]s|dos|seis|bis|nos)\b)[a-zñáéíóúü]{2,16}s\s\(?[a-zñáéíóúü]"
)
# A stretch of years, and a year with which its part of a sentence ends: `la calle Preciados, 2019: un año de cambios`.
_YEAR = (
    r"(?:1[5-9]|20)[0-9]{2}(?:\s?[-–]\s?(?:1[5-9]|20)[0-9]{2}(?![\w-])|[,:;]\s(?!(?:en|del?|y|e|con|al?|esq|esquina|entre|piso|planta|puerta|local|oficina|baj[oa]s?|[aá]tico"
    r"|portal|escalera|bloque|torre|casa|nave|parcela|frente|junto|cerca|tel|tel[eé]fonos?|tel[eé]f|tlfn?o?|tfno|fax|m[oó]vil|email|e-mail|correo|c\.?p|c[oó]digo|provincia|prov|barrio|colonia|urbanizaci[oó]n"
    r"|distrito|municipio|partido|t[eé]rmino|localidad|inscrit[oa]|provist[oa]|titular|domicilio|depto|dpto|apto?)\b)[a-zñáéíóúü]{1,16}[\s,.])"
)
_NUMBER = rf"(?:(?:[NSEO]|Oe|OE)(?=[0-9]{{1,3}}[A-Z]?-)|[A-Z]-(?=[0-9]{{1,3}}\b))?(?:[0-9]{{1,2}}\.[0-9]{{3}}(?![0-9]|\s?(?:€|euros|m))|[0-9]{{1,5}})(?:[A-Z]?-[0-9]{{1,3}})?(?:\s?-?\s?(?:[A-D]|bis)\b)?(?![\w%€])(?!\s+de\s+{_MONTH})(?!{_COUNTED})(?!\s(?:mil|millones|metros|min(?:utos)?|h)\b)"
_VALUE = r"(?!(?i:del?|el|l[ao]s?|y|en|con|por|para|que|es|se|al|un|una|san|sant[ao])\b)[\"“]?[0-9A-Za-zº°ª]{1,5}[\"”]?(?:-[0-9A-Z]{1,3})?(?!\w|[.,][0-9])"
_STREET = rf"(?:[0-9]{{1,2}}\sde\s[{_UP}]\w+|{_NAMES}|[A-Z0-9][\w.'’-]{{0,20}})"
_PART = (  # what says where in the house, or between which streets, or in which quarter
    rf"[0-9]{{1,2}}\.?[º°]?\s?[-–]\s?[0-9]{{1,2}}\.?[ªa]?(?=,?\s(?:0[1-9]|[1-4][0-9]|5[0-2])[0-9]{{3}}\s[{_UP}]|\s?(?:[.;)\n\"<|]|,\s[{_UP}]|\Z))|"
    r"(?i:piso|chal[eé]t?|d[uú]plex|bungalow|block|blk\.?|padr[oó]n|dp\.?|planta|esc(?:alera|\.)|portal|bloque|block|blq\.|bl\.|puerta|pta\.?|local|oficina|of\.?|d(?:e?p|)to\.?|departamento"
    r"|ap(?:ar)?t(?:amento|o)?\.?|ap\.|int(?:erior|\.)|ext(?:erior|\.)|torre|lote|lt\.|casa|villa|m(?:anzana|za?\.|z)|zona|sector|etapa|fase|nivel|anillo|km|m[oó]dulo|m[oó]d\.|entrada|puesto|stand|supermanzana|s\.?m\.)"
    rf"(?:\s|(?<=[.º°#]))(?:[0-9]{{1,2}}\.[º°ª](?:\s[A-F]\b)?|{_VALUE})"
    rf"|[0-9]{{1,2}}(?:\.?[º°ª]|\.?(?:r|n|t|è|a|er|do|ro|to)\b\.?)(?:\s(?i:piso|planta)\b|\s?-?\s?(?:{_SIDE}(?:\s{_SIDE})?|[\"“]?[A-Za-z0-9]{{1,4}}\b[\"”]?(?:\.?[ºª])?))?"
    r"|[0-9]{1,2}[º°]\s?-\s?[0-9]{1,2}[ªa]|P\.?B\b\.?|\((?i:entrada|frente|junto|al\slado|esq|entre|detr[aá]s)[^()\n]{2,40}\)|[0-9]{1,2}\s?-?\s?[A-F]\b(?![-.][0-9P])|"
    rf"(?:bajos?|baixos?|r/c|entl(?:o\.?|\.)?|pral\.?|[aáà]tico?|entreplanta|entresuelo)(?:\s(?:(?:[A-Z]|[0-9][ªa]?)\b|{_SIDE}))?|[A-F]\b(?![-.][0-9P]|\.\s?H|\s?[º°])|[\"“][A-Z][\"”]"
    rf"|(?i:e/|entre|esq(?:uina|\.)(?:\s(?:a|con))?|casi|x|y|c/)\s(?:(?:calle|av\.)\s)?{_STREET}(?:\s(?:y|e)\s{_STREET})?"
    rf"|(?i:col(?:onia|\.)|fracc(?:ionamiento|\.)|urb(?:anizaci[oó]n|\.)|barrio|b[º°]\.?|res(?:idencial|\.)|cdla\.?|sector|reparto|ens(?:anche|\.)|a\.?\s?a?\.?\s?h\.?\s?h?\.|m(?:unici)?pio\.?(?:\sde)?|villa(?!\sde)|pob(?:laci[oó]n|l\.|\.)|conjunto|condominio|vereda|parroquia|ciudadela|barriada|zona|rpto\.|resid\.|pueblo\sjoven|p\.\s?j\.|cant[oó]n|comuna)\s{_SMALL}{{0,2}}{_NAMES}|Cercado\b(?:\sde\s[A-Z]\w+)?"
    rf"|(?i:edif(?:icio|\.)|q(?:uin)?ta\.?|torres?|residencias|c\.\s?c\.|centro\scomercial)\s[\"“]?{_SMALL}{{0,2}}{_NAMES}[\"”]?"
    rf"|{_SIGN}[0-9]{{1,5}}\b"
)
_PARTS = rf"(?:(?:\s?,|\s-)?\s(?:{_PART})){{0,6}}"
# What may stand before the way: the house, the plot or the estate.
_FRONT = late(
    rf"(?<![\w/.])(?i:edif(?:icio|\.)|torre|urb(?:anizaci[oó]n|\.)|pol(?:[ií]gono|\.)(?:\sind(?:ustrial|\.))?|p\.\s?i\.|residencial|conjunto|condominio"
    rf"|centro\scomercial|c\.\s?c\.|parcela|poblaci[oó]n|villa|casa|barrio|col(?:onia|\.)|local|oficina|piso)\s(?:{_SMALL}{{0,2}}{_NAMES}|[0-9]{{1,4}}[A-Z]?),?\s\Z"
)
_TOWN = (  # postal code and town, of Spain or Mexico, Portugal, Argentina; a quarter before them
    rf"(?:(?:,\s{_NAMES}(?=,?\s(?:C\.?P\.?:?\s?)?[0-9]{{5}}\b))?[,.;]?\s(?:C\.?P\.?:?\s?)?(?:[0-9]{{5}}|[0-9]{{4}}-[0-9]{{3}}|[A-HJ-NP-Z][0-9]{{4}}(?:[A-Z]{{3}})?)(?!\w|\.\w)(?:[^\S\n][{_UP}][\w'’-]+(?:[^\S\n](?:de\s|del\s|la\s)?(?!Tel|Tlf|Tfno|Fax|E-?mail|Correo)[{_UP}][\w'’-]+){{0,3}})?)?"
)
_HOUSE = (  # a number; none, and that is said; the kilometre; or the house's name
    rf"(?:,?\s(?i:km)\.?\s[0-9]{{1,3}}(?:[.,][0-9])?\s?½?)?,?\s(?i:nro\.?|n[º°o]\.?)\s?[0-9]{{1,5}}(?![\w%€]|[.,][0-9])|(?:\s?,?\s?{_SIGN}|\s?,\s?(?!{_YEAR})|[^\S\n]{{1,2}}){_NUMBER}|\s?,?\sn[uú]m(?:ero|\.)\s{_WORDED}\b|,?\s(?i:s/n)(?:\.(?=\s?[,;)0-9]|\s[a-zà-ü]))?(?!\w)"
    rf"|,?\s(?i:edif(?:icio|\.)|q(?:uin)?ta\.?|torres?|residencias|c\.\s?c\.|centro\scomercial)\s{_SMALL}{{0,2}}{_NAMES}"
)
_PLACE = late(
    rf"(?<![\w/.])(?![Cc]/\s?[0-9]{{1,2}}\s?[hH])(?:(?i:{_NAMED})|(?i:{_WAY})(?:\s?(?![0-9\s])|[^\S\n]?){_SMALL}{{0,3}}(?:[{_UP}0-9][\w'’·-]{{0,24}}|{_SHORT}))"
    rf"(?:\s{_SMALL}{{0,2}}{_NAME}){{0,5}}(?:,\s[0-9]{{1,2}}(?i:er|ro|do|to|mo|vo|no|º|°)\.?\sanillo)?(?:,\s(?i:calle|c/|vial|sector|pasaje|psje\.)\s?[A-Z0-9]\w{{0,14}}(?:\s(?:Norte|Sur|Este|Oeste)(?=\s[#0-9]))?(?=,?\s))?(?:,?\s(?:e/|entre)\s[A-Z0-9]\w{{0,14}}\sy\s[A-Z0-9]\w{{0,14}}|,?\sesq(?:uina|\.)(?:\s(?:a|con))?\s{_NAME}(?:\s{_SMALL}{{0,2}}{_NAME}){{0,3}}(?=,?\s(?:#|[nN][º°o.]|[0-9])))?"
    rf"(?:{_HOUSE})(?:\s(?i:sur|norte|este|oeste|oriente|poniente|[on]te\.?|pte\.?)(?!\w))?"
)
_ROAD = late(  # where an abbreviation or the name of a town says that somebody is there
    rf"(?<![\w/.])(?:(?i:ctra\.|c[.]?[º°]|cm?no\.)\s?{_SMALL}{{0,2}}[{_UP}][\w'’-]{{0,24}}|[Cc]arretera\s(?:de|a|del|vieja)\s{_SMALL}{{0,1}}[{_UP}][a-z]\w{{1,24}}|(?:(?<=[:–—-]\s)|(?<=\sen\s))(?:Carretera|Autopista|Camino)\s(?:[A-Z]{{1,3}}-[0-9]{{1,4}}|[{_UP}][a-zñáéíóú]{{2,24}}))"
    rf"(?:\s{_SMALL}{{0,2}}{_NAME}){{0,3}},?\s(?i:km|p\.\s?k|kil[oó]metro)\.?\s[0-9]{{1,3}}(?:[.,][0-9]{{1,3}})?(?![\w])"
    r"|(?<![\w/.])(?<!\bl[ao]\s)Ruta(?:\s(?:Nacional|Provincial|Interprovincial|N(?:ac)?\.|P(?:cial|rov)?\.|[Nn][º°.]{1,2}|CA|RN|RP|CH)){0,2}[\s-][0-9A-Z]{1,4}(?:\s(?:[A-Z][\w.]{1,14}\s){0,2}[A-Z]\w{1,20})?,?\s(?i:km|kil[oó]metro)\.?\s[0-9]{1,4}(?:[.,][0-9]{1,3})?(?!\w)"
    rf"|\b[Kk]m\.?\s[0-9]{{1,3}}(?:[.,][0-9]{{1,3}})?\s(?:[Vv]ía|[Cc]arretera|[Cc]amino)\s(?:a\s|al\s)?{_SMALL}{{0,2}}{_NAMES}(?:\sa\s{_NAMES})?"
)
# Behind a word that says that somebody lives there, a name in capitals and a number.
_LIVES = late(
    r"(?i:\bdomicilio(?:\s[a-z]{2,12}){1,2}:|\bd[oó]nde\sestamos:|\bvis[ií]t[ae]nos(?:\sen)?:?|\bubicaci[oó]n:|\bsede(?:\ssocial)?:|\bcasa\s(?:mortuoria|del?\sduelo):"
    r"|\b(?:dir|direc|dom|domic)\.(?:\s(?-i:[a-z]{2,8})\.?)?:?|📍|🏠|🏡|📌|\bvelad[oa]s?\sen|\b(?:fiesta|cumple(?:años)?|reuni[oó]n|piñata|merienda)\s(?:es|ser[aá])\sen|\basado\s(?:(?:es|ser[aá])\s)?en|\bcapilla\sardiente\sen|\bmi (?:direcc?i[oó]n|domicilio|casa) es|\bmand(?:ar?|ad|en)(?:me|le|lo|la)?(?:\s[a-záéíóúñ]{1,12}){1,5}\sa|\b(?:vive|viven|vivimos|vivo|residencia|residimos|residiendo|habita|retir[ao]\s?en|recog(?:er|ida|emos)\sen|retirar\sen|entregas?\sen|recojo\sen|paso\spor|mandar\sa|llevarl[oa]s?\sa|atendemos)(?:\s?:|\sen|(?=\s[A-Z]))|\b(?:domicilio|direcci[oó]n)(?:\s[a-z]{2,10}){0,2}\ses|\b(?:entregar|enviar|env[ií]os?|remitir|dirigirse|presentarse)\s(?:en|a):?"
    r"|[,;]\sdirecci[oó]n(?=\s)|\bdomiciliad[oa]s?\sen|\bdomicilio\s(?:procesal\s|legal\s|real\s)?en|\bdomicilio(?:\s(?:actual|particular|legal|procesal))?:?(?!\.\s)"
    r"|\bdirecci[oó]n(?:\sde\sresidencia|\spostal|\sparticular)?(?::|(?=[\"*<|\t]))|\breside(?:nte)?\sen|\bviv(?:e|o|imos|en)\sen|\bs[ií]t[oa]s?\sen"
    r"|\bubicad[oa]s?\sen|\b(?:recibe|atiende|consulta|consultorio|despacho|estudio|estamos)(?:\ses|\sest[aá])?(?:\sen|:))"
    + MARKUP
    + r"{1,12}(?:(?:la|el)\s)?"
)
_UNNAMED = late(
    rf"(?:[A-ZÑ][a-zó]{{0,4}}\.[ ])?(?:[0-9]{{1,2}}\sde\s(?={_MONTH}|[{_UP}]))?(?:(?:[{_UP}][\w'’-]{{1,24}}|(?:de|del|la|las|los|y)(?=\s)|{_SHORT})[ ]){{0,4}}"
    rf"[{_UP}][\w'’-]{{1,24}},?[ ](?:(?:(?i:n[º°o.]{{1,3}}|n[uú]m(?:ero|\.)?)\s?|#\s?)?(?:[NSE](?=[0-9])|O[Ee](?=[0-9]))?[0-9]{{1,5}}(?:[A-Z]?-[0-9]{{1,3}}(?:\.?[º°ª])?)?(?:\s?-?\s?(?:[A-D]|bis)\b)?(?:/[0-9]{{1,4}}\b)?(?![\w%€]|[.,:/-][0-9])|(?i:s/n)(?!\w))"
    rf"(?!\s+de\s)(?:,?\sesq(?:uina|\.)\s{_NAMES})?"
)
_ROADSIDE = late(  # where a road is somebody's address
    r"(?i:carretera|ctra\.|autopista|autov[ií]a|camino|v[ií]a|avenida|av\.|calle)\s(?:[\w'’-]+\s){0,5}[\w'’-]+,?\s(?i:km|p\.\s?k|kil[oó]metro)\.?\s?[0-9]{1,3}(?:[.,][0-9]{1,3})?(?!\w)"
    r"|(?i:calle|cll?|carrera|cra?|kra?|kr|tv|dg|ak|ac|diagonal|transversal)\.?\s[0-9]{1,3}\s?[A-Z]{0,2},?\s[0-9]{1,3}\s?[A-Z]?\s?[ –-]\s?[0-9]{1,3}(?!\w)"
)
_RURAL = r"(?i:vereda|corregimiento|caser[ií]o|cant[oó]n|rancher[ií]a|paraje|aldea|finca|fundo|hacienda|estancia|comunidad|ejido|partida|sector|parroquia|barrio|compañ[ií]a)"
_HAMLET = late(  # two units of the land and more, one within the other
    rf"{_RURAL}\s{_SMALL}{{0,2}}{_NAMES},\s{_RURAL}\s{_SMALL}{{0,2}}{_NAMES}(?:,\s(?:{_RURAL}\s)?{_SMALL}{{0,2}}{_NAMES}){{0,3}}"
    rf"|(?i:domicilio\sconocido|conocido),\s(?:{_RURAL}\s)?{_SMALL}{{0,2}}{_NAMES}(?:,\s{_NAMES}){{0,3}}"
)
# What any address goes on with: one pattern for all, since each that held it would take .01 s more to compile.
_REST = late(_PARTS + _TOWN)
_FLAT = (  # what only dwellings and offices have
    r"(?:(?i:d(?:e?p|)to\.?|ap(?:ar)?to\.?|ap\.|esc\.|of(?:icina|\.)|int\.|piso)(?:\s|(?<=\.))[\"“]?[0-9A-Z]{1,5}[º°ª]?(?!\w)[\"”]?|P\.?B\b\.?(?=\s?[\"“,.;\n)]|\s[A-H]\b|\Z)|bajo(?:\s[A-D]|\s(?:izq|dcha|izda)\.?)?(?=[,.;)\n]|\Z)|[0-9]{1,2}\.?[º°ª]\s(?i:piso|planta)\b|[0-9]{1,2}(?:(?:ro|do|to|er|mo|vo)\s|\.?[º°][ -]?)[\"“]?[A-H]\b[\"”]?)"
)
_CROSS = rf"(?:[0-9]{{1,2}}\sde\s[{_UP}][a-zñ]+|[0-9]{{1,3}}|(?:[{_UP}][\w'’]{{0,20}}\.?[ ](?:(?:de|del|la|los)[ ]){{0,2}}){{0,2}}[{_UP}][\w'’]{{1,20}})(?!\w)"
_NO_STREET = (  # what has a number and lies between other things, too
    r"(?i:ley|art[ií]culo|art|decreto|convenio|acuerdo|tratado|autov[ií]a|l[ií]nea|tabla|figura|cap[ií]tulo|p[aá]gina|nivel|grupo|copa|mundial|liga"
    r"|temporada|jornada|edici[oó]n|d[ií]a|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|vuelo|tren|ruta|km|canal|cada|unos|solo|los|las|son|hay|con|por)\b"
)
_ROOM = r"(?:Habitaci[oó]n|Aula|Sala|Consulta|Despacho|Box|Taquilla|Trastero|Cama|Entidad|Sucursal|Oficina|Banco|Caja|Agencia)\b"  # within a house
# In a row of a list beside a telephone or an e-mail address that is masked already, a name and its number are enough.
_ANY_BESIDE = re.compile(r"[\[\])] [·|•–—] ")
_BESIDE = late(
    rf"(?:\[(?:PHONE|EMAIL)\]|\[{{5}})(?:[ ]\([^()\n]{{2,24}}\))?[ ][·|•–—][ ](?P<place>(?!{_NO_STREET}|{_ROOM})(?:(?:{_NAME}|{_SMALL}{_NAME})[ ]?){{1,6}},[ ](?:(?:{_SIGN})?[0-9]{{1,3}}(?![\w%€.,:/-][\w]|[%€])(?!{_COUNTED})|s/n\b){_PARTS}{_TOWN}"
    rf"|(?:{_ROADSIDE.pattern}){_PARTS})(?=[.;)]?[ \t]*(?:[\n|·]|\Z))"
)
_QUARTER = (
    r"urb(?:anizaci[oó]n|\.)|res(?:idencial|\.)|fracc(?:ionamiento|\.)|cdla\.?|ciudadela|col(?:onia|\.)|barrio|barriada|bda\.|b[º°]\."
    r"|sector|asoc(?:iaci[oó]n|\.)\s(?:de\s)?viv(?:ienda|\.)?|coop(?:erativa|\.)\sde\svivienda|conjunto|condominio|reparto|rpto\.|poblaci[oó]n|aa\.?\s?hh\.?|a\.\s?h\.|villa|pueblo\sjoven"
)
_IN_QUARTER = (
    r"(?i:bloque|block|chal[eé]t?|d[uú]plex|parcela|transversal|vereda|portal|blq\.|m(?:anzana|za?\.?)|casas?|villa|pasaje|lote|lt\.|torre|edif(?:icio|\.)|ap(?:ar)?to\.?|int\.|solar|n[º°o.]{1,2}|#)"
    rf"(?:\s|(?<=[.º°#]))(?:s/n(?!\w)|{_VALUE})"
)
_ORDINAL = r"[0-9]{1,2}(?:\.?[aª]\.?|ra\.?|da\.?|ta\.?|va\.?|na\.?|[º°])?"
_NUMBERED = rf"(?:(?i:calle|carrera|cra\.?|cl\.?|kra\.?|avenida|av\.|transversal|diagonal)\s[0-9]{{1,3}}[A-Z]?(?:\s?bis)?|{_ORDINAL}\s(?i:calle|avenida|av\.))(?!\w)"
_TURN = r"(?:[0-9]{1,4}(?:\s?1/2|½)?|1/2|½|una|dos|tres|cuatro|media)\s?(?:(?:cuadras?|varas|vrs\.?|c\.)\s(?:al\s)?|(?:metros|mts\.?|m)\s)(?:norte|sur|este|oeste|arriba|abajo|lago)"
_OTHERS = (
    # Colombia: the crossing, and how far from it
    late(
        r"(?<![\w/.])(?i:calle|cll?|carrera|cra?|kra?|kr|diag(?:onal)?|dg|transv(?:ersal)?|trans|tv|av(?:enida|da)?(?:\s(?:calle|carrera|cra))?|ac|ak"
        r"|circular|autopista)\.?\s?[0-9]{1,3}\s?[A-Z]{0,2}(?:\s?(?i:bis))?(?:\s?[A-Z])?(?:\s(?i:sur|norte|este|oeste))?"
        r",?\s?(?:#|(?i:n[o°º.]{1,2}|nro\.?|n[uú]m(?:ero|\.)?))\s?[0-9]{1,3}\s?[A-Z]{0,2}(?:\s?(?i:bis))?(?:\s?[A-Z])?(?:\s(?i:sur|norte|este|oeste))?(?:\s?[-–]\s?|\s(?=[0-9]{1,3}(?![\w/.,:-]|\s[0-9])))[0-9]{1,3}(?![\w/])"
        r"(?:\s(?i:sur|norte|este|oeste))?"
    ),
    # The same as forms of the state write it
    late(
        r"(?<![\w/.-])(?:CL|CLL|CR|CRA|KR|TV|DG|AK|AC|CALLE|CARRERA|TRANSVERSAL|DIAGONAL)\s[0-9]{1,3}\s?[A-Z]?(?:\sBIS)?(?:\s[A-Z])?(?:\s(?:SUR|NORTE|ESTE|OESTE))?\s(?:#\s?|N[O°º]\.?\s)?[0-9]{1,3}\s?[A-Z]?(?:\sBIS)?(?:\s(?:SUR|ESTE))?[\s-]\s?[0-9]{1,3}(?![\w/])"
        r"(?:\s(?:SUR|ESTE|AP|APT|APTO|CA|CASA|IN|INT|TO|TORRE|BL|BQ|BLOQUE|OF|LC|LOCAL|PI|PISO|MZ|UR|ED)(?:\s[A-Z]?[0-9]{1,4}[A-Z]?\b)?){0,4}"
    ),
    # A street with its point of the compass before the number, as in Mexico
    late(
        rf"(?<![\w/.])(?:[{_UP}][\w'’]{{1,24}}\.?\s(?:(?:de|del|la|los|las)\s){{0,2}}){{0,3}}[{_UP}][\w'’]{{2,24}}\s(?:Pte|Ote|Nte|Oriente|Poniente)\.?,?\s(?:{_SIGN})?[0-9]{{1,5}}(?:-[0-9A-Z]{{1,3}})?(?![\w%€/]|[.,:-][0-9])"
    ),
    # A quarter, then a street and how far from its crossing, as in Ecuador
    late(
        rf"(?<![\w/.])(?i:barrio|urb(?:anizaci[oó]n|\.)|ciudadela|cdla\.|sector|coop\.|col(?:onia|\.)|fracc(?:ionamiento|\.))\s{_SMALL}{{0,2}}{_NAMES},\s{_NAMES},?\s(?:{_SIGN})?(?!(?:1[5-9]|20)[0-9]{{2}}\b)(?:[NSE](?=[0-9])|O[Ee](?=[0-9]))?[0-9]{{2,4}}(?:[A-Z]?-[0-9]{{1,3}})?(?![\w%€/]|[.,:-][0-9])"
    ),
    # Guatemala and others: the number of the street, of the crossing and of the house
    late(
        rf"(?<![\w/.,-]){_ORDINAL}\s(?i:calle|avenida|av\.|ave\.|c\.|callej[oó]n)\s(?:[\"“]?[A-Z][\"”]?\s)?[0-9]{{1,3}}\s?-\s?[0-9]{{1,3}}(?![\w/-])"
    ),
    # The same with its point of the compass, and a number alone
    late(
        rf"(?<![\w/.,-]){_ORDINAL}\s(?i:calle|avenida|av\.|ave\.|c\.)\s(?i:norte|sur|oriente|poniente|este|oeste|nte\.|ote\.|pte\.),?\s(?:{_SIGN})?[0-9]{{1,4}}(?:-[0-9]{{1,3}})?(?![\w/-])"
    ),
    # A corner of two streets with numbers
    late(
        rf"(?<![\w/.,-])(?:{_NUMBERED}\s(?:con|y|esq(?:uina|\.)(?:\scon)?|,)\s(?:la\s)?{_NUMBERED})(?![\w/-])"
    ),
    # A number of a street, said the other way round
    late(
        rf"(?<![\w/.,-])(?:(?i:n[º°.]{{1,3}}|n[uú]mero|el)\s?)[0-9]{{1,4}}\sde\sla\s(?i:calle|avenida|plaza|ronda|carretera|travesía)\s{_SMALL}{{0,2}}{_NAMES}"
    ),
    # Of the hundred of a street: `Juan B. Justo al 4100`
    late(
        rf"(?<![\w/.,-])(?:[{_UP}][\w'’]{{1,24}}\s|[A-Z]\.\s|(?:de|del|la|los)\s){{0,4}}[{_UP}][a-zñáéíóúü]{{2,24}}\sal\s[1-9][0-9]{{0,2}}[05]0(?![\w.,/-]\w|\w|\s?%|:)"
    ),
    # In English, of letters to who lives abroad
    late(
        r"(?<![\w/.,-])[0-9]{2,5}\s(?:[NSEW]{1,2}\.?\s)?(?:[A-Z0-9][\w'’]{1,16}\s){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Boulevard|Blvd\.|Drive|Lane|Court|Place)"
        r"(?:,?\s(?:Suite|Apt\.?|Unit|Ste\.|#)\s?[0-9A-Z-]{1,6})?(?!\w)"
    ),
    # A quarter or a hamlet whose houses are numbered
    late(
        rf"(?<![\w/.,-])Lugar\sde\s{_NAMES}\s[0-9]{{1,3}}(?=,\s[{_UP}][a-z]+,\s[{_UP}])|(?<![\w/.,-])(?:Barrio|Barriada|Lugar|Aldea|Caser[ií]o|Partida|Paraje|Poblado|Parroquia)\s{_SMALL}{{0,2}}{_NAMES}(?:,\s(?:s/n|(?:{_SIGN})?[0-9]{{1,3}})|\ss/n)(?=,\s[{_UP}][a-z]+(?:\.\s|\.?\Z|\n|,|\s\()|[.;,)]?(?:\s?\n|\Z|\s\(|,?\s[0-9]{{5}}\b)|;)|(?<!\w)(?:Casa\s{_NAMES},\s)?(?i:lugar|barrio|aldea|parroquia|partida|caser[ií]o|paraje|vereda)\s{_SMALL}{{0,2}}{_NAMES},?\s(?:(?:{_SIGN})[0-9]{{1,3}}(?!\w|[.,][0-9])|s/n(?=,\s(?:(?i:parroquia|aldea|concello|concejo|ayuntamiento|municipio|t[eé]rmino)\s|[0-9]{{5}}\b)))"
    ),
    # A plot in its block
    late(
        r"(?<![\w/.])(?:(?i:m(?:anzana|za?(?:na)?))\.?\s?[\"“]?[A-Z0-9]{1,4}[\"”]?,?\s(?:y\s)?(?i:lote|lt\.?|solar|villa|v\.|casa)\s?[0-9]{1,3}"
        rf"|(?i:lote)\s[0-9]{{1,3}},?\s(?:de\sla\s)?(?i:m(?:anzana|z\.?))\s[\"“]?[A-Z0-9]{{1,3}}[\"”]?)(?!\w)(?:,\s(?i:s?mza?\.?)\s[0-9]{{1,3}}|,\s(?i:{_QUARTER})\s{_NAMES})?"
    ),
    # A house in its quarter
    late(
        rf"(?<![\w/.])(?i:{_QUARTER})\s{_SMALL}{{0,2}}(?:{_NAMES}|[0-9]{{1,2}}\sde\s\w{{4,10}})(?:\s?,)?\s(?:(?:(?i:calle|avenida|av\.)\s[{_UP}0-9][\w.]{{0,14}}(?:\s{_NAME})?(?:\s?,)?\s)?{_IN_QUARTER}"
        rf"|[0-9]{{1,5}}\s(?i:calle)\s[{_UP}0-9]\w{{0,14}})(?:,?\s{_IN_QUARTER}){{0,3}}"
        rf"|(?<![\w/.])(?i:col(?:onia|\.)|barrio)\s{_NAMES},\s[0-9]{{1,3}}\.?[aª]?\s(?i:calle|avenida|av\.)(?:\s(?i:norte|sur|oriente|poniente))?,?\s(?:{_SIGN}?[0-9]{{1,5}}|{_IN_QUARTER})"
    ),
    # A name and its number, told by the flat behind them
    late(
        rf"(?<![\w/.])(?:[0-9]{{1,2}}\sde\s)?(?:(?:[{_UP}][\w'’]{{2,24}}|{_SHORT})\s(?:(?:de|del|la|los|las)\s){{0,2}}){{0,3}}(?!{_ROOM}|(?i:grado|curso|eso|grupo|ley|art[ií]culo)\b)[{_UP}][\w'’]{{2,24}}\s[0-9]{{2,5}},?\s{_FLAT}"
    ),
    # A name and its number, told by the streets between which it lies, or by # and the quarter behind it
    late(
        rf"(?<![\w/.])(?:[0-9]{{1,2}}\sde\s)?(?!{_NO_STREET})(?:(?:[{_UP}][\w'’]{{2,24}}|{_SHORT})\s(?:(?:de|del|la|los|las)\s){{0,2}}){{0,3}}(?!{_NO_STREET})[{_UP}][\w'’]{{2,24}}"
        rf"(?:\s(?:(?i:n[º°o.]{{1,3}})\s?|#\s?)?(?!(?:1[5-9]|20)[0-9]{{2}}\b)[0-9]{{2,5}},?\s(?:(?:e/|entre|E/|Entre)\s?{_CROSS}\s[ye]\s{_CROSS}|[eE]/\s?{_CROSS}|(?:casi|(?<=[0-9]{{4}}\s)c/)\s(?:{_SHORT}\s)?{_CROSS}|esq(?:uina|\.)\s{_CROSS})"
        rf"|\s#\s?[0-9]{{1,5}}(?:\s?-?\s?[A-D]\b)?(?=,?\s(?:(?i:col(?:onia|\.)|fracc|barrio|b[º°]|zona|esq|entre|e/|c\.?p\.?\s[0-9]|int\.|dep|edif)|Centro\b)))"
    ),
    # A name and its number, told by the postal code and the town behind them
    late(
        rf"(?<![\w/.-])(?:(?:[{_UP}][\w'’]{{0,24}}|{_SHORT})[ ](?:(?:de|del|la|los|las)[ ]){{0,2}}){{0,4}}[{_UP}][\w'’]{{2,24}},?[ ][0-9]{{1,3}}(?:-[A-D])?{_PARTS}"
        rf",?[ ](?:0[1-9]|[1-4][0-9]|5[0-2])[0-9]{{3}}[ ][{_UP}][\w'’-]+(?:[ ](?:de[ ]|del[ ]|la[ ])?(?!Tel|Tlf|Tfno|Fax|E-?mail|Correo)[{_UP}][\w'’-]+){{0,2}}"
    ),
    # A plot of an estate
    late(
        rf"(?<![\w/.])(?:Parcela|Sitio|Lote)\s[0-9]{{1,3}}[A-Z]?,\s(?i:fundo|condominio|loteo|hijuela|sector|parcelaci[oó]n|hacienda)\s{_NAMES}(?:,\s{_NAMES})?"
    ),
    # A box of the post
    late(
        r"(?<![\w/.])(?:(?i:apartado\s(?:postal|de\scorreos|a[eé]reo)|apdo\.(?:\s(?:postal|de\scorreos)|(?=\s?[0-9]{1,6},?\s[0-9]{5}\b))|casilla\s(?:postal|de\scorreos?)|p\.?\s?o\.?\sbox)"
        r"\s?(?:(?i:n[º°o.]{1,3})\s?)?[0-9]{1,6}(?:-[0-9A-Z]{1,5})?|Apartado\s[0-9]{2,5}-[0-9]{4}|Casilla\s[0-9]{1,5}-[A-Z0-9]{1,2})(?!\w)"
    ),
    # How to walk there from a place that all know
    late(
        rf"(?<!\w)(?i:del?|desde|frente\sa|contiguo\sa)\s(?:(?:la|el|los|las)\s)?(?:[\w.]{{1,20}},?\s){{1,6}}?{_TURN}(?:,?\s(?:y\s)?(?:{_TURN}|[0-9]{{1,4}}\s(?:al\s)?(?:norte|sur|este|oeste)))*(?!\w)"
    ),
    # How far from there, with the house
    late(
        rf"(?<!\w)(?:{_TURN}\s(?i:del?|desde|de\sl[ao]s?)|(?i:contiguo\sal?|frente\sal?|al\slado\sdel?))\s(?:[\w.]{{2,20}}\s){{0,5}}[\w.]{{2,20}},\s(?i:casa|apto\.?|local|port[oó]n)\s(?:(?:{_SIGN})?[0-9]{{1,4}}(?:\s(?:port[oó]n|muro|verja|color)\s[a-z]{{3,10}})?|(?:color\s)?(?:azul|verde|roj[oa]|blanc[oa]|amarill[oa]|negr[oa]|gris|celeste|rosad[oa]|caf[eé]|esquinera)(?:\sde\sdos\s(?:pisos|plantas))?)(?!\w)"
    ),
    # Yucatán: the house and the streets between which it lies, all by numbers
    late(
        r"(?<![\w/.])(?:C\.|[Cc]alle)\s[0-9]{1,3}(?:-?[A-D])?\s(?:(?:[Nn]o\.|n[uú]m\.|#|N[º°])?\s?[0-9]{1,4}(?:-?[A-D])?|s/n),?\s(?:x|por)\s[0-9]{1,3}(?:-?[A-D])?(?:\sy\s[0-9]{1,3}(?:-?[A-D])?)?(?!\w)"
    ),
    # Peru: the hundred of a street
    late(
        rf"(?<!\w)[Cc]uadra\s[0-9]{{1,2}}\sde(?:l|\sla)\s(?i:jir[oó]n|jr\.|avenida|av\.|calle)\s{_SMALL}{{0,2}}{_NAMES}"
    ),
    # A name, its number and the town, told by the telephone behind them
    late(
        rf"(?<![\w/.-])(?!{_NO_STREET})(?:[{_UP}][\w'’]{{2,24}}\s(?:(?:de|del|la|los|las)\s){{0,2}}){{0,3}}(?!{_NO_STREET}|{_ROOM})[{_UP}][a-zñáéíóúü]{{2,24}}\s(?!(?:1[5-9]|20)[0-9]{{2}},)[0-9]{{2,4}},\s{_NAMES}(?=[,.;]?\s[·–—-]?\s?(?i:fono|tel|tel[eé]fono|tlfn?o?|cel|m[oó]vil|whatsapp|wsp)\b)"
    ),
    _ROAD,
)
# In Basque the way stands behind its name, but for Kale Nagusia and the like.
_BASQUE = late(
    r"(?<![\w/.])(?:(?:[A-ZÁÉÍÓÚÑÜ][\w'’-]{1,24}\s){1,4}"
    r"(?:kalea|kaleko|etorbidea|hiribidea|plaza|auzoa|auzunea|pasealekua|ibilbidea|bidea|zumardia|enparantza|parkea|k/)"
    r"|Kale\s(?:[A-ZÁÉÍÓÚÑÜ][\w'’-]{1,24}))"
    r",?\s(?:[0-9]{1,3}(?:\s?-?(?:bis|[A-D])\b)?|z/g)(?![\w%€])(?!\.\s?(?:urte|mende))"
    r"(?:(?:,|\s-)?\s[0-9]{1,2}\.?\s?(?:º|-)?\s?(?:ezk\.?|esk\.?|erd\.?|[A-H])(?!\w))?"
)
_AROUND = 160  # characters before and behind what tells of a form
_WAY_FIRST = late(rf"(?<![\w/.])(?i:{_WAY}|{_NAMED})")


# A way with a number behind it.
_ANY_WAY = rf"(?i)(?:\b(?:{_WAY}|{_NAMED})|[cp][/º°])[^\n]{{1,120}}(?:[0-9]|s/n|edif|qta|quinta|torre|residencias|c\.|centro|n[uú]m(?:ero|\.) [a-z])"
# What each of the forms without a way holds: only round it they are looked for.
_ANY_OTHER = (
    r"[0-9A-Z] (?:con|y|esq\.?|esquina) (?:con |la )?(?i:calle|carrera|cra|cl|kra|av|[0-9]{1,2} ?[aºr]a?\.? (?:calle|av))"
    r"|\b(?:C\.|[Cc]alle) [0-9]{1,3}[^\n]{1,14} (?:x|por) [0-9]|[Cc]uadra [0-9]|[0-9]{2,4}, [A-Z][^\n]{2,40}[ ·–—-](?i:fono|tel|cel|m[oó]v|what|wsp|tlf)"
    r"|[0-9] de la (?i:calle|avenida|plaza|ronda|carretera|traves)|[a-zñáéíóú] al [1-9][0-9]{0,2}[05]0"
    r"|(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Boulevard|Blvd\.|Drive|Lane|Court|Place)\b"
    r"|\b(?:Barri(?:o|ada)|Lugar|Aldea|Caser[ií]o|Partida|Paraje|Poblado|Parroquia) "
    r"|\b(?:CL|CLL|CR|CRA|KR|TV|DG|AK|AC|CALLE|CARRERA|TRANSVERSAL|DIAGONAL) [0-9]|(?:Pte|Ote|Nte|Oriente|Poniente)\.?,? (?:#|N|No\.|[0-9])|\b(?i:lugar|barrio|aldea|parroquia|partida|caser[ií]o|paraje|vereda) [^\n]{2,40}(?i:n[º°.]|n[uú]m|#|s/n)"
    r"|, (?i:casa|apto|local)\.? (?:[nN#][º°o.]{0,2} ?)?[0-9]|, (?i:casa|port[oó]n) [a-z]|, [0-9]{1,3}[aª]? (?i:calle|avenida), "
    r"|[0-9ªº°a]\.? (?i:calle|avenida|ave?\.|c\.) (?i:norte|sur|or|po|es|oe|nte|ote|pte)"
    r"|(?i:p\. ?k)\. [0-9]"
    r"|(?:#|[Nn][o°º.]{1,2}|[Nn]ro|[Nn][uú]m\w{0,3}) ?\.? ?[0-9][^\n]{0,12}[ –-] ?[0-9]"
    r"|(?i:calle|avenida|ave?\.|c\.|callej[oó]n)\s[^\n]{0,4}[0-9]{1,3}\s?-\s?[0-9]"
    r"|(?i:\b(?:lote|lt|manzana|mza?|mzna)\b[^\n]{0,4} [\"“]?[0-9A-Z]{1,4}\b)|\b(?:Parcela|Sitio) [0-9]"
    rf"|(?i:\b(?:{_QUARTER}))\s[^\n]{{2,80}}[0-9]"
    r"|[0-9A-Dº°ªa-z], [0-5][0-9]{4} [A-Z]"
    r"|[0-9]{2,5},?\s(?:(?i:d(?:e?p|)to|ap(?:ar)?to|ap|esc|bajo|of(?:icina|\.)|int\.|piso|p\.?b)(?:\W|\z)|[0-9]{1,2}(?:\.?[º°ª]|ro|do|to|er|mo|vo)[ A-H\"“-])"
    r"|(?i:\bapartado (?:postal|de correos|a[eé]reo)|\bapdo|\bcasilla|\bo\. ?box)|\bApartado [0-9]"
    r"|(?i:cuadras?|varas|vrs|c|metros|mts|m)\.?\s(?:al )?(?i:norte|sur|este|oeste|arriba|abajo|lago)\b"
    r"|\b(?i:km|kil[oó]metro)\.?\s[0-9]|[0-9],?\s(?i:e/|entre|esq\.|esquina|casi|c/)\s?[A-ZÁÉÍÓÚÑ0-9]"
    r"|# ?[0-9]{1,5}(?: ?-? ?[A-D])?,? (?:(?i:col|fracc|barrio|zona|esq|entre|e/|c\.?p|int|dep|edif)|Centro|b[º°])"
)


_ANY_BASQUE = r"(?:[kp]alea|kaleko|bidea|plaza|auz(?:oa|unea)|lekua|zumardia|enparantza|parkea|k/|Kale \w+),? (?:[0-9]|z/g)"


def addresses(text: str) -> Spans:
    """Postal addresses: a place with its number, and the floor, quarter, postal code and town behind it."""
    begun = end = 0
    for start, stop in sorted(_addresses(text)):
        if is_no_place(text, start, stop):
            continue
        stop = _with_parts(text, stop)
        if is_no_door(text, start, stop):
            continue
        if start >= end:
            if end:
                yield begun, end
            front = _FRONT.search(text, max(end, start - 64), start)
            begun, end = front.start() if front else start, stop
        end = max(end, stop)
    if end:
        yield begun, end


def _with_parts(text: str, stop: int) -> int:
    """Where an address ends with its floor, quarter, postal code and town, some behind the town."""
    for _ in range(2):
        if rest := _REST.match(text, stop):
            stop = rest.end()
    return stop


def _candidates(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern whose gate is no wider than one match."""
    for candidate in gate(pattern.pattern).finditer(view(text)):
        if match := pattern.match(text, candidate.start()):
            yield match


def _windows(text: str) -> Spans:
    """Stretches around what the forms without a way hold, cut at white space."""
    begun = end = 0
    for match in folded(_ANY_OTHER).finditer(view(text)):
        start = text.rfind("\n", max(0, match.start() - _AROUND), match.start()) + 1
        start = start or max(0, match.start() - _AROUND)
        if start > end and end:
            yield begun, end
            begun = start
        begun = begun if end else start
        end = min(len(text), match.end() + _AROUND)
    if end:
        yield begun, end


def _addresses(text: str) -> Spans:
    if folded(_ANY_BASQUE).search(view(text)):
        yield from (match.span() for match in _BASQUE.finditer(text))
    for lives in _candidates(_LIVES, text):
        at = lives.end()
        if (
            not _PLACE.match(text, at)
            and (
                match := _UNNAMED.match(text, at)
                or _ROADSIDE.match(text, at)
                or _HAMLET.match(text, at)
                or LIVED_IN.match(text, at)
            )
            and not is_cited(text, *match.span())
        ):
            yield match.span()
    yield from in_small_letters(text)
    if _ANY_BESIDE.search(text):
        yield from (match.span("place") for match in _BESIDE.finditer(text))
    for start, stop in _windows(text):
        for form in _OTHERS:
            yield from (match.span() for match in form.finditer(text, start, stop))
    end = 0
    for way in _candidates(_WAY_FIRST, text):
        if way.start() >= end and (match := _PLACE.match(text, way.start())):
            if not end and not folded(_ANY_WAY).search(view(text)):
                return
            end = match.end()
            yield match.span()
