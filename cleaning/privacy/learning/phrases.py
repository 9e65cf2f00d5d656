"""Invented sentences with the number of a person or of a thing, names on the net and addresses in logs, to train on.

A number of a patient, a member or a pupil is written like that of an invoice or a parcel; what tells them apart is of
whom or what the words before it are. So each way to say "number of" meets persons and things, over the same forms.
"""

# ruff: noqa: E501 (the words of a kind are a line)

from __future__ import annotations

import random

from cleaning.privacy.learning.letters import letters
from cleaning.privacy.learning.nicknames import look_alikes, nicknames
from cleaning.privacy.learning.values import Values, chosen, value_of

_NUMBER_OF = "n.º de|nº de|núm. de|número de|numero de|N.º de|Nro. de|nro de|N° de|num. de|código de|cód. de|cod.|clave de|id de|ID|identificador de|folio de|ficha de|registro de|carné de|carnet de|tarjeta de|credencial de|expediente de|exp. de|cartilla de|libreta de|licencia de|pase de|tarjetón de|cédula de|boleta de|matrícula de|póliza de|contrato de|solicitud de|clave única de|código único de|inscripción de|historial de|historia de"
_PERSONS = "paciente|pacientes|socio|socia|afiliado|afiliada|asegurado|asegurada|mutualista|abonado|abonada|cliente|clienta|usuario|usuaria|beneficiario|beneficiaria|alumno|alumna|estudiante|empleado|empleada|trabajador|trabajadora|funcionario|interno|interna|recluso|residente|feligrés|hermano|cofrade|donante|voluntario|voluntaria|lector|lectora|inscrito|matriculado|opositora|aspirante|candidato|perceptor|pensionista|jubilado|jubilada|contribuyente|titular|tomador|partícipe|federado|federada|deportista|jugador|jugadora|árbitro|cazador|pescador|conductor|taxista|repartidora|demandante de empleo|dependiente|menor|becario|becaria|huésped|viajero|pasajero|asociado|asociada|cooperativista|comunero|regante|vecino|arrendatario|inquilino|propietario|colono|ejidatario|derechohabiente|cotizante|imponente|beneficiaria|militante|recluta|soldado|agente|policía|bombero|vigilante|catecúmeno|legionario|scout|acogido|tutelado|refugiado|solicitante|usuaria del comedor|solicitante de asilo|parturienta|neonato|fallecido|difunta|votante|elector|nadador|ciclista|piloto|patrón de barco|manipuladora|docente|profesor|maestra|catedrático|investigador|doctorando"
_OBJECTS = "factura|pedido|albarán|lote|producto|artículo|envío|paquete|obra|finca|licitación|subasta|sentencia|recurso|boletín|partida|equipo|máquina|sala|habitación|proyecto|incidencia|ticket|versión|parcela|depósito legal|autorización sanitaria|plaza de garaje|convocatoria|anuncio|subvención|catálogo|signatura|muestra|pozo|contador|ascensor|caldera|extintor|vagón|aeronave|buque|contenedor|palé|chasis|motor|patente de invención|marca|modelo|norma|acta|resolución|decreto|ordenanza|presupuesto|oferta|cupón|sorteo|décimo|inventario|bien|cuadro|incunable|documento|edición|colección|página|capítulo|circular|oficio|diligencia|causa|procedimiento|juicio|concurso|estación|línea|parada|vuelo|tren|canal|repuesto|pieza|serie|referencia|ley|asiento|apunte|remesa|transacción|operación|licencia de obras|comunidad de regantes|empresa|entidad|fundación|asociación|cooperativa|centro|colegio público|hospital|farmacia|museo|biblioteca|ayuntamiento"
_SHORT = "NHC|N.H.C.|HC|H.C.|Hª Cª|HCE|CIP|CIPA|SIP|TIS|TSI|NUHSA|CITE|SNS|Hª|h. clínica|historia clínica|historia n.º|historia|expediente clínico|exp. clínico|exp. médico|nº episodio|episodio|ficha|ficha n.º|legajo|Leg.|matrícula|matr.|boleta|NIA|NIU|expediente académico|exp. acad.|carné|credencial|afiliado|afil.|socio|soc. nº|póliza|póliza n.º|abonado|cliente|cta. cliente|cód. paciente|id_paciente|pac.|pac. nº|paciente|cama 4, HC|pulsera|nº pulsera|TIP|placa|número profesional|n.º personal|NRP|DIE|nómina|empleado|ID empleado|No. de empleado|emp.|RUDE|código modular|código estudiante|carrera, código|código UP|UVUS|padrón|hermano n.º|NIS|NIG de la víctima|expediente de extranjería|exp. de dependencia|expediente del menor|tarjeta n.º|tarjeta sanitaria|targeta sanitària|tarxeta sanitaria|txartela|lector|carné joven|federado|licencia|lic. fed.|dorsal de por vida|permiso de conducir|licencia de conducir|brevete|obra social|OS|carnet OS|IAPOS|IOMA|PAMI|FONASA, folio|EPS, contrato|SISBEN|ficha SISBÉN|NSS interno|IPS, historia|ARS|carné ARS|NSP|clave SIMO|CURP no, folio|folio|registro|n.º de registro personal|preso|interno|PPL|proceso clínico|episodio de origen|n.º de muestra|etiqueta del tubo|bloque rotulado|protocolo de la biopsia|folio de laboratorio|siniestro|n.º de siniestro|parte de baja|expediente de adopción|exp. de Paz|expte. del menor|expediente de jubilación|expediente de renta|expediente disciplinario|exp. acadèmic|espediente|valoración de discapacidad, expte.|recurso de alzada de Paz|providencia de apremio|denuncia boletín|papeleta|comparendo|atestado|D.P.|diligencias previas|ejecutoria|juicio verbal|NIG|autos|ref. catastral|referencia catastral|clave catastral|padrón rural|licencia de caza|permex|permiso de armas|carné de mariscadora|concesión del nicho|medidor|suministro de Paz|N.º R.P.|número de control|Student ID|código SIMAT|código MINEDUC|LU|carnet de discapacidad|casilla electrónica|casillero judicial|credencial de elector|INE|clave de elector|matrícula del alumno|carpeta investigativa|carpeta|causa|Rol|RUC de la causa|radicado|caso|código de asegurado|EsSalud|ISSS|IGSS|IHSS|INSS|CCSS|CNS|BPS|ANSES|trámite|talonario, mutualista|mutualista|caja de prof.|n.º de asociado|póliza GNP|póliza de autos|inciso|certificado|SOAT|hoja padronal|hoja|acta matrimonial|libro 14, f.|partida de bautismo|NIS del interno"
_ABBREVIATED_OBJECTS = "factura|fra.|ref.|pedido|albarán|lote|rollo|rec.|STS|BOE|DOGC|DL|ISBN|ISSN|NIPO|RGSEAA|registro sanitario|RE|CN|S/N|n.º serie|mod.|modelo|sala|aula|box|bus|línea|vuelo|pista|finca|parcela|pol.|tomo|libro|folio|hoja|inscripción|asiento|acta|resolución|Res.|Dto.|Ley|art.|arts.|nota|ticket|caja|op.|operación|transacción|autorización|aut.|lectura|contador|precinto|tarifa|código postal|CP|commit|build|error|issue|PR|CVE|RFC|ISO|UNE|NTP|NOM|CUPS|CIE|CAS|EC|E-|INS|SKU|EAN|GTIN|NSN|stock|muestra|probeta|biopsia|bloque|análisis|serie|pieza|chasis|motor|dorsal|calle|ruta|km|vía|andén|puerta|plaza|cuadro|inv.|sig.|top.|R.|legajo del archivo|caja del archivo|AHN|AGI"
_BEFORE = "|||El paciente, |La paciente |Paciente de 54 años, |Varón de 71 años, |Ingresa |Se adjunta copia de |Consta en |Le escribo por |Buenas, |Hola, |Perdone, |Buenos días, |Adjunto |Remito |Figura |Según |Se cita a |Firma: |Observaciones: |Motivo: |Asunto: |RE: |Nota interna. |Acta: |Turno de noche. |- |* |1) |> |## |[10:14] |Dr. Paz: |Mamá de Noa: |Reclama |Solicita |Se presenta |Avisar: |Para |Con |Titular: "
_NAMES = "Marisa Ortuño|Eulogio|Koldo A.|ISAÍAS PAZ ROMO|Zulema Haddad|R. Olmedo|Nelly|Paola|don Guido|Encarni|Mirta Sosa|Katy|Byron Ulloa|Dani|Toñi|Wilmer|Yesenia|J. M. C.|A. G. P.|la niña Vera|Antía|Tomás Sevilla|MENDIZÁBAL RUIZ, ROSAURA|Caizapanta, Segundo|Xoán|Jordi Puig|Nerea|Aitor|la señora Luz|el señor Blas"
_JOINED = ": |: | |  | - | – |, |. | n.º | nº | N° | No. | # | es el | es | = |=|:|\t| | |: *|** | (|: [|\n|:\n|, con n.º | que es | → |/"
_AFTER = "|||.|,|;|)| .|\n|, desde 2011|, alta el 3 de mayo|, cama 12|, turno de tarde|, cuota al día|, caducado|, a su nombre|, según consta| y nada más|, gracias|. Saludos|, de baja| (activo)| | |]|*|**|, sin incidencias|, pendiente de pago|. Alergias: no|, 3.º B de ESO|. Cita el martes"
_THEN = " de {n}| ({n})|, {n}| a nombre de {n}| - {n}| de la menor {n}|. {n}||||||"
_ASKED = "sigue a |seguid a |síganme en |gracias, |gracias a |RT |cc |vía |foto: |fotos de |📷 |por |como dice |según |hola |oye |mira |y |ojo con |responde a |hilo de |mi cuenta es |soy |soy el |ahora soy |ya no soy |antes era |me llamo |etiqueta a |etiquetad a |sorteo: menciona a |ganadora: |ha ganado |escribid a |habla con |pregunta a |md a |dm a |mensaje a |agrega a |bloqueado: |baneado |user= |user=|usuario: |author: |de: |para: |contacto |telegram |ig |insta |instagram: |IG: |tw: |X: |tiktok |twitch |discord: |threads |bluesky |mastodon |strava: |vinted: |wallapop |github |perfil |canal |admin |moderador |mod |firmado: |- |* |> |[21:04] |("
_SAID = " dice: sí| responde: a mí también| jajaja| por insta| en instagram| en twitter| por privado| me ha bloqueado| ya no contesta|, porfa| y a |, |, pásalo|: gracias por venir| tiene razón| ha subido fotos|\n| |.|)| 🙌| [editado]| wrote:| · 3 h| hace 2 días| le ha dado a me gusta|!|?"
_OF_CODE = "@Override|@media (max-width: 600px)|npm i @angular/core@15|@param nombre el texto|@returns {string}|@import url(x.css)|@Component({|@app.route('/')|@pytest.fixture|@todos|@everyone|@here|@channel|niñ@s|amig@s|alumn@s y profesor@s|tod@s|a @ 3,50 €/kg|@if(1)|@foreach ($a as $b)|@yield('x')|@Autowired|@types/node|@example/ui|@latest|@v3|@2x|user@host:~$|root@debian|git@servidor:x.git|@charset|@font-face|@keyframes|@echo off|@author|@version 1.2|@Injectable()|@Input() a|@click=\"f\"|@Entity|@Id Long id|@Test public void|ftp://anon@|@staticmethod|@property|@property (nonatomic)|@interface|@end|@article{a2019,|@book{b,|@misc{"
_LOGS = '{ip} - {u} [12/03/2024] "GET /{w}" 200|{u} entró desde {ip}|login ok user={u} ip={ip}|sesión de {u} ({ip}) cerrada|client={ip} user={u} status=401|Failed password for {u} from {ip} port 4122|última conexión: {ip}|tu IP, {ip}, queda registrada|IP del firmante: {ip}|firmado desde {ip} a las 10:41|el comentario de {n} salió de {ip}|{n} se conecta con {ip}|{ip} # casa de {n}|equipo de {n}: {ip}|host = {ip}  # {n}|impresora de {n} en {ip}|ping a {ip}, lo lleva {n}|iptables -A INPUT -s {ip} -j DROP|bloqueada {ip} por spam de {u}|acceso de {n}, IP {ip}|remote_addr={ip}|src={ip} dst=443|desde {ip} abrió sesión {u}|VPN de {n}: {ip}|mi servidor es {ip}, entra|PC-{n} {ip}|whitelist: {ip} ({n})|cámara de casa de {n}, {ip}|traceroute a casa de {n}: 3  {ip}'
_OF_NOBODY = "ping 192.168.1.1|127.0.0.1:8080|DNS 8.8.8.8 y 8.8.4.4|máscara 255.255.255.0|versión 10.0.22621.4482|red 10.0.0.0/8|rango 192.168.0.0/16|listen 0.0.0.0:80|v4.0.12.1|kernel 5.10.0-28|art. 2.2.4.6.8|sección 3.1.4.2|http://localhost:3000|bind 127.0.0.1|gateway 192.168.0.1|abre http://192.168.1.1 en el navegador|tabla 1.5.9.7"
_PRIVATE = "10.{}.{}.{}|10.{}.{}.{}|172.16.{}.{}|172.31.{}.{}|192.168.{}.{}|192.168.44.{}|2001:db8:{}::{}|fe80::1a{}:{}|fd00:{}::{}"
_PASSPORTS = "pasaporte|pasaporte n.º|su pasaporte|el viejo|el nuevo|el del niño|pasaportes|PPT|passport no.|Pasaporte español|doc. de viaje|pasaporte mexicano|con pasaporte|titular del pasaporte|pasaporte que nos consta"
_BODIES = "ICAM|ICAB|ICAS|ICAV|ICAMálaga|COAM|COEM|COM|COF|COPM|CMP|CIP|CPSP|CAL|CALP|COIICM|CGCOF|COPTOCAM|CNP|CEP|MPPS|MSDS|FPV|CIV|CPC|IPEUCH|CMU|SMU|JVPM|JVPO|COTEPEM|CNEIP|M.N.|M.P.|MN|MP|M.N. (médico)|T.P.|TP|R.M.|Reg. Méd.|RETHUS|C.J.|CSJ|Mat. C.S.J.|T° 12 F° |Inpreabogado|Impreabogado|C.N.P.|ROAC|COAC|COAATM|COAAT|ICAMA|MICAP|ICOMAST|COEGR|AICAT|COTOEX|CODINMA|COPLEF|COPLC|COMB|CMB|COFB|COIB|CECOVA|RNI|RNPI|RNE|RUA|CANG|CAE|CAE-P|COLYPRO|COP|CIP N.º|CEP|C.E.P.|R.N.E.|C.A.L.|CMD|CODIA|ACESS|SENESCYT|MSP|S.S.A.|SSA|CPACF|CASI|ICM|Superintendencia, registro|Colegio de Dentistas de la I Región|Colegio de Farmacéuticos de Lugo|C.O. de Gestores|clave DGS|API|IBTE|UIAGM|AEGM|CSLB|JVPQF|CAP|CQF|CQFP|CBP|LE"
_TRADES = "abogado|abogada|letrada|procurador|médico|médica|odontóloga|dentista|enfermera|enf.|fisioterapeuta|psicóloga|psicólogo|veterinaria|arquitecto|arquitecta técnica|aparejador|ingeniero|ing. civil|farmacéutica|notario|perito|perita judicial|graduado social|economista|auditor|electricista matriculado|gasista matriculado|agente inmobiliaria|API|corredor público|contador público|nutricionista|logopeda|matrona|podólogo|óptica|terapeuta|trabajadora social|guía oficial|intérprete jurada|mediadora|gestor administrativo|instalador|instalador autorizado|óptico|audioprotesista|boticario|administrador de fincas|mediadora de seguros|corredor de seguros|forense|podóloga|psicopedagoga|educadora social|terapeuta ocupacional|dietista|protésico|guía de montaña|traductora|ortodoncista|obstetra|tecnólogo médico|kinesióloga|fonoaudióloga|bioquímica|escribana pública|contador|ingeniera de caminos|químico|biólogo|agrimensor|escribana"
_COLLEGE = "col.|col. n.º|colegiado|colegiada n.º|n.º de colegiado|nº col|núm. col.|n.º cgdo.|colegiación|matrícula|matr.|mat.|matriculada|registro|reg.|licencia|céd. prof.|cédula profesional|tarjeta profesional|T.P.|habilitación|acreditación|exequátur|carné profesional|n.º profesional|inscripción|habilitada n.º|alta colegial"
_NETS = "instagram|insta|ig|tiktok|twitter|X|telegram|discord|twitch|strava|facebook|fb|threads|bluesky|steam|psn|xbox|github|linkedin|wallapop|vinted|wattpad|spotify|youtube|snap|pinterest|roblox|fortnite|minecraft|el foro|forocoches|la play|clash|duolingo|el blog|messenger|skype|kick|ravelry|chess|lichess|letterboxd|goodreads"
_NICK = 'usuario: |usuario |mi usuario es |user: |user=|username: |"user": "|login |login=|nick: |nick |mi nick es |alias |alias: |apodo en la red: |perfil: |cuenta: |jugador: |jugador |gamertag: |soy |ahora soy |firmado: |firma: |autor: |<author>|por |escrito por |publicado por |responde |baneado |baneada |bloqueado: |moderador: |admin: |anfitrión: |ganador: |de: |cita de |mensaje de |pm a |privado a |añade a |busca a |el tal |la tal |quien firma como |el perfil |la cuenta |se hace llamar |user_name: |usr='
_NICKS = "luna|lobo|gato|dragon|toro|mar|sol|pixel|tigre|norte|pepa|manu|lolo|chus|paco|nines|gus|leo|rafa|conchi|yoli|abuela|tito|kevin|noa|iker|maca|elena|santi|rosi|sergi|mafe|juanjo|meli|kike|chema"
_NICK_ENDS = "gris|rota|99|_92|.bcn|_mdz|77|2009|pro|_pro|.foto|del_sur|feroz|_vlc|loco|xd|_ok|_rd|88|.py|.mx|demadrid|_oficial|7|123|.lopez|_garcia|paz|cocina|runner"
_NOBODYS_NAME = "usuario_id|user_name|nombre_usuario VARCHAR(50)|usuario: admin|user: root|usuario.nombre|perfil.html|cuenta_corriente|user.email|this.user_id|get_user_by_id(|$usuario->nombre_completo|usuario_actual = None|jugador_1, jugador_2|autor: redacción|por la redacción|usuario nuevo|cuenta de usuario|login_failed|canal_temático|author_name|nick_name|perfil_usuario|github.com|instagram.com|tabla usuarios_roles|instagram_basic|telegram.Bot|discord.js|twitter:card|twitter_api"


def sentences(many: int, draw: random.Random) -> list[tuple[str, Values]]:
    """So many sentences or lines, each with values of one or two kinds or none, and where these stand."""
    return [_joined(draw) for _ in range(many)]


def _joined(draw: random.Random) -> tuple[str, Values]:
    text, values = "", []
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3))):
        piece, theirs = draw.choices(_WAYS, _OFTEN)[0](draw)
        text += draw.choice((" ", " ", ". ", "\n", "; ", " | ", ", ")) if text else ""
        values += [(start + len(text), end + len(text), kind) for start, end, kind in theirs]
        text += piece
    return text, values


def _put(before: str, value: str, kind: str, behind: str) -> tuple[str, Values]:
    return before + value + behind, [(len(before), len(before) + len(value), kind)]


def _cased(words: str, draw: random.Random) -> str:
    way = draw.random()
    return words.upper() if way < 0.1 else words.capitalize() if way < 0.35 else words


def _of_person(draw: random.Random) -> tuple[str, Values]:
    """The number of a person, said in many ways."""
    way = draw.random()
    if way < 0.45:
        words = chosen(_NUMBER_OF, draw) + " " + chosen(_PERSONS, draw)
    elif way < 0.8:
        words = chosen(_SHORT, draw)
    else:
        words = chosen(_PERSONS, draw) + draw.choice(("", "", " n.º", " nº", " núm.", " No.", " #"))
    words = chosen(_BEFORE, draw) + _cased(words, draw)
    if draw.random() < 0.2:
        words += chosen(_THEN, draw).format(n=chosen(_NAMES, draw))
    elif draw.random() < 0.2:
        words = chosen(_NAMES, draw) + draw.choice((", ", " (", " - ", ": ", " — ")) + words
    value = value_of("record", draw)
    behind = chosen(_AFTER, draw)
    if draw.random() < 0.25:
        behind = chosen(_THEN, draw).format(n=chosen(_NAMES, draw)) + behind
    text, values = _put(words + chosen(_JOINED, draw), value, "record", behind)
    if draw.random() < 0.12:
        text += draw.choice((" y ", " y el ", " / ", ", "))
        value = value_of("record", draw)
        values.append((len(text), len(text) + len(value), "record"))
        text += value
    return text, values


def _of_object(draw: random.Random) -> tuple[str, Values]:
    """A number of the same form that no person has."""
    way = draw.random()
    if way < 0.5:
        words = chosen(_NUMBER_OF, draw) + " " + chosen(_OBJECTS, draw)
    elif way < 0.8:
        words = chosen(_ABBREVIATED_OBJECTS, draw)
    else:
        words = chosen(_OBJECTS, draw) + draw.choice(("", "", " n.º", " nº", " núm.", " No.", " #"))
    words = draw.choice(("", "", "El ", "La ", "Según ", "Véase ", "- ", "Consta ")) + _cased(
        words, draw
    )
    value = value_of(draw.choice(("record", "record", "college", "account")), draw)
    return words + chosen(_JOINED, draw) + value + chosen(_AFTER, draw), []


def _body(draw: random.Random) -> str:
    """The letters of a professional body that nobody has founded."""
    letters = draw.choice(("CO", "CO", "C", "IC", "RN", "CM", "M", "T")) + "".join(
        draw.choice("ABCDEFGILMNOPRSTUV") for _ in range(draw.randrange(1, 5))
    )
    return ".".join(letters) + "." if draw.random() < 0.2 else letters


def _of_trade(draw: random.Random) -> tuple[str, Values]:
    """A number in a professional college."""
    words = draw.choice(("", chosen(_TRADES, draw) + ", ", chosen(_NAMES, draw) + ", ", "Dra. "))
    way = draw.random()
    if way < 0.5:
        words += chosen(_COLLEGE, draw)
    elif way < 0.7:
        words += chosen(_COLLEGE, draw) + " " + chosen(_BODIES, draw)
    elif way < 0.85:
        words += chosen(_BODIES, draw) if draw.random() < 0.7 else _body(draw)
    else:
        words += chosen(_TRADES, draw)
    value = value_of("college", draw)
    return _put(_cased(words, draw) + chosen(_JOINED, draw), value, "college", chosen(_AFTER, draw))


def _of_handle(draw: random.Random) -> tuple[str, Values]:
    """A name on the net within a sentence."""
    text, values = "", []
    for _ in range(draw.choice((1, 1, 1, 2))):
        name = value_of("handle", draw)
        if not name.startswith("@"):
            name = "@" + name
        piece, theirs = _put(
            draw.choice(("", chosen(_ASKED, draw))), name, "handle", chosen(_SAID, draw)
        )
        values += [(start + len(text), end + len(text), kind) for start, end, kind in theirs]
        text += piece
    return text, values


def _nick(draw: random.Random) -> str:
    if draw.random() < 0.4:
        return value_of("handle", draw).lstrip("@")
    first, second = chosen(_NICKS, draw), chosen(_NICK_ENDS, draw)
    way = draw.random()
    if way < 0.25:
        first, second = first.capitalize(), chosen(_NICKS, draw).capitalize()
    elif way < 0.45:
        second = "_" + chosen(_NICKS, draw)
    elif way < 0.5:
        first, second = "xX" + first, second + "Xx"
    elif way < 0.6:
        first = first.capitalize()
    return first + second


def _of_nick(draw: random.Random) -> tuple[str, Values]:
    """A name on the net without its sign, behind words that say so; or a name of a program."""
    if draw.random() < 0.3:
        return draw.choice((", ", " ", "\n")).join(
            chosen(_NOBODYS_NAME, draw) for _ in range(draw.randrange(1, 4))
        ), []
    way = draw.random()
    if way < 0.5:
        before = chosen(_NICK, draw)
    elif way < 0.75:
        before = chosen(_NETS, draw) + draw.choice(
            (": ", ": ", " ", ": @", " es ", " - ", "/", " -> ")
        )
    else:
        before = draw.choice(
            (
                "en {n} soy ",
                "búscame en {n} como ",
                "mi {n} es ",
                "mi {n}: ",
                "su {n}, ",
                "sígueme en {n}: ",
                "en {n}, ",
                "me encuentras en {n} por ",
                "tengo {n}: ",
                "por {n} me llamo ",
            )
        ).format(n=chosen(_NETS, draw))
    at = before.endswith("@")
    text, values = _put(
        before.rstrip("@") if at else before,
        ("@" if at else "") + _nick(draw),
        "handle",
        chosen(_SAID, draw),
    )
    if draw.random() < 0.15:
        text += draw.choice((" y ", ", ", " / "))
        name = _nick(draw)
        values.append((len(text), len(text) + len(name), "handle"))
        text += name
    return text, values


def _of_code(draw: random.Random) -> tuple[str, Values]:
    """Signs of programs, and addresses that are everybody's."""
    many = draw.randrange(1, 4)
    return draw.choice((" ", "\n", ", ")).join(
        chosen(draw.choice((_OF_CODE, _OF_CODE, _OF_NOBODY)), draw) for _ in range(many)
    ), []


def _of_log(draw: random.Random) -> tuple[str, Values]:
    """An address on the net beside the name of its user."""
    form = chosen(_LOGS, draw)
    user = value_of("handle", draw)
    text, values, at = "", [], 0
    while (begin := form.find("{", at)) >= 0:
        text += form[at:begin]
        what, at = form[begin + 1], form.index("}", begin) + 1
        if what == "i":
            value = _private(draw) if draw.random() < 0.5 else value_of("ip", draw)
            values.append((len(text), len(text) + len(value), "ip"))
        elif what == "u":
            value = user
            values.append((len(text), len(text) + len(value), "handle"))
        else:
            value = chosen(_NAMES, draw) if what == "n" else "api/v1"
        text += value
    return text + form[at:], values


def _private(draw: random.Random) -> str:
    return chosen(_PRIVATE, draw).format(*(draw.randrange(2, 255) for _ in range(3)))


def _of_traveller(draw: random.Random) -> tuple[str, Values]:
    words = chosen(_BEFORE, draw) + _cased(chosen(_PASSPORTS, draw), draw)
    return _put(
        words + chosen(_JOINED, draw), value_of("passport", draw), "passport", chosen(_AFTER, draw)
    )


_WAYS = (
    _of_person,
    _of_object,
    _of_trade,
    _of_handle,
    _of_nick,
    _of_code,
    _of_log,
    _of_traveller,
    nicknames,
    look_alikes,
    letters,
)
_OFTEN = (30, 22, 16, 8, 6, 6, 6, 6, 16, 12, 60)
