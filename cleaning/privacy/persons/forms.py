"""What names look like, as parts of patterns that find them where the words around say that they are names."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from cleaning.privacy.persons.letters import CAPITALS, SMALL

UP, LOW = f"[A-Z{CAPITALS}]", f"[a-z{SMALL}'’·]"
# `McGee`, `O'Brien`, `DiCaprio`, `Sáenz-de-Miera`; a word in which a capital stands elsewhere is none, nor is a half of it.
_CAPITAL = rf"(?:{UP}['’]|(?:Ma?c|Fitz|D[ei]|L[ae])(?={UP}))?{UP}"
TITLE = (
    "(?:Don|Doña|Dña|D[rR]a?s?|Dres|S[rR]a?s?|Sres|Srta|Ing|Arq|Lic(?:da)?|Lcd[oa]|Ld[oa]|Prof|Vda)"
)
NAME = rf"(?!(?:De|Del|La|Las|Los|Ltda?|Inc|Corp|{TITLE})\b){_CAPITAL}{LOW}+(?:-(?:de-|la-|y-)*{_CAPITAL}{LOW}+)*(?![^\W\d_])"
LINK = r"(?:[Dd]e [Ll]a|[Dd]e [Ll]as|[Dd]e [Ll]os|[Dd]el?|[Ll]as?|[Ll]os|y|i|[Vv]an(?: [Dd]er)?|[Vv]on|da|do|dos|Ben|El|Al|M\.ª|Mª)"
# Before a name that begins with a small word: `de la Fuente`, `De Miguel`.
LEAD = r"(?:(?:[Dd]e [Ll](?:a|as|os)|De|Del|(?<=[rR]\. )del?|(?<=[rR]a\. )del?|L[ao]s?|[Vv]an(?: [Dd]er)?|[Vv]on|Ben|El|Da|Do) )?"
MARY = r"(?:M(?:ª\.?|\.ª) (?:del? (?:(?:la|las|los) )?)?)?"
# What stands behind a name without a sign between.
STOP = rf"(?!(?:Correos?|E-?[Mm]ail|Tel[eé]fono|Hospital|Servicio|Unidad|Complejo|Centro|Secci[oó]n|Departamento|Calle|Avda|Avenida|Paseo|Plaza(?!, {UP}| [ye] {UP})|N[uú]mero|(?:Vice|Sub)?(?:[Mm]inistr[oa]|[Pp]resident[ea]|[Ss]ecretari[oa]|[Dd]irectora?|[Rr]ectora?)|Doctora?|Profesora?|Catedr[aá]tic[oa]|Licenciad[oa]|Ingenier[oa]|Abogad[oa]|M[eé]dic[oa]|Odont[oó]log[oa]|Vocal|Tesorer[oa]|Portavoz|Jef[ea]|Coordinadora?|Gerente|Delegad[oa])\b)"
PERSON = rf"(?!(?:D|{TITLE})\b)(?!X{{2}}){LEAD}{MARY}{NAME}(?:[ ]{STOP}(?:{LINK} )?{NAME}){{0,4}}"
# Where `EL` is no part of a name, as it is in `EL AMRANI`: `DON HUGO VEGA EL DERECHO A`.
_ARTICLE_UPPER = r"(?!(?:EL|AL) (?:DERECHO|BENEFICIO|CARGO|TIEMPO|PER[IÍ]ODO|MONTEP[IÍ]O|GOCE|USO|T[IÍ]TULO|GRADO|PAGO|PREMIO|ABONO)\b)"
# What stands behind a name in capitals: `POR EVA GIL SOTO EN CONTRA DE`.
_STOP_UPPER = (
    r"(?!(?:COMO|UNA?|LOS|LAS(?! HERAS\b)|LA(?! (?:BARRA|CRUZ|FUENTE|MADRID|MAZA|PAZ|PORTA|PUENTE|ROCCA|ROSA|RUSSA|SERNA|SPINA|TORRE|VEGA)\b)|Y (?:OTR[OA]S?|ACEPTA|APRUEBA|AUTORIZA|CONCEDE|DECLARA|DEROGA|DESIGNA|DISPONE|ESTABLECE|FIJA|MODIFICA|NOMBRA|ORDENA|OTORGA|REEMPLAZA)|EN|CONTRA|POR|PARA|CON|QUE|ANTE|SUS?|Y SUS?|(?:VICE|SUB)?(?:MINISTR[OA]|PRESIDENT[EA]|SECRETARI[OA]|DIRECTORA?|GOBERNADORA?|DIPUTAD[OA]|SENADORA?|MAGISTRAD[OA]|COORDINADORA?))\b)"
    rf"(?!(?:DEL?|LAS?|LOS|Y|I)\b(?! {UP}{{2}}))"
)
UPPER = rf"{_ARTICLE_UPPER}{UP}{{2,}}(?:-{UP}{{2,}})?(?: {_ARTICLE_UPPER}{_STOP_UPPER}(?:(?:DE LAS?|DE LOS|DE|DEL|Y|I) )?(?!(?:DON|DOÑA|[DS]RA?|DÑA|SRTA|SRES|L[CI]?C?D[OA])\b){UP}{{2,}}(?:-{UP}{{2,}})?){{1,5}}"
# What is named in such a field and is nobody: firms, houses, and the next field of an empty form.
NOBODY = (
    r"(?!(?:(?i:sin|no|ver|var[oó]n|mujer|hombre|niñ[oa]|lactante|desconocid[oa]|an[oó]nim[oa]|ningun[oa]|pendiente|clientes?|pymes?|r[eé]gimen|ordinari[oa]|masculino|femenin[oa]|edad)|(?:El|Las?|Los|Una?)(?= [a-z])|(?:EL|LAS?|LOS|UNA?)(?= [A-ZÁÉÍÓÚÑ]+ DEL? )|(?i:Ampa|Afa|Academia|Asociaci[oó]n|Ayuntamiento|Banco|Casa|Confederaci[oó]n|Movimiento|Orquesta|Partido|Plataforma|Sindicato|Centro|Cl[ií]nica|Club|Cofrad[ií]a|Hermandad|Congregaci[oó]n|Virgen|Nuestr[oa]|Colegio|Comunidad|Consorcio|Naci[oó]n|Renfe|Uni[oó]n Temporal|Consejer[ií]a|Cooperativa|Empresa|Farmacia"
    r"|Federaci[oó]n|Fundaci[oó]n|Grupo|Hotel|Instituto|Ministerio|Restaurante|Sociedad|Hospital|Enviad[oa]|Encargad[oa]|Vitamina|String|Bool(?:ean)?|Int(?:eger)?|Plenipotenciari[oa]|Gobierno|Junta|Xunta|Generalitat|Diputaci[oó]n|Cabildo|Consejo|Estado|Servicio|Agencia|Laboratorios?|Editorial|Parroquia|Museo|Teatro|Biblioteca|Escuela|Facultad|Universidad)|Apellidos?|Correo|Email|Tel[eé]fono)\b)"
)
NO_FIRM = (
    r"(?!,? (?:S\.? ?(?:[AL]|Coop|L\.? ?[UL])|Ltda?|Inc|LLC|LLP|PLC|Corp|GmbH|SAS|SARL|SpA|SRL)\b)"
)
# Two words at least.
WHOLE = rf"{NAME}(?:[ ]{STOP}(?:{LINK} )?{NAME}){{1,4}}"
# One, or one in capitals.
WORD = rf"(?:{NAME}|[A-ZÁÉÍÓÚÑÜ]{{2,}})"
