"""Invented lines to train on as letters, notices, chats and cards have them: where somebody lives, and files of persons.

Addresses go up to the town, in the order of each country, and stand before a sentence that goes on. The number of a
file is a person's where somebody stands beside it, and nobody's where a work or a law does: both over the same forms.
Names on networks of all kinds, of persons and of bodies that everybody knows.
"""

# ruff: noqa: E501 (the words of a kind are a line)

from __future__ import annotations

import random

from cleaning.privacy.learning.nicknames import nickname
from cleaning.privacy.learning.values import Values, chosen, drawn, value_of

_STREETS = "Mayor|Real|del Sol|Nueva|de la Iglesia|del Olmo|San Roque|Santa Clara|Fray Luis de León|Doctor Marañón|de los Olivos|Pintor Sorolla|Alfonso XII|Reyes Católicos|Tejares|Ribera del Duero|de la Fuente|Concepción Arenal|Las Eras|Cantarranas|Jorge Juan|Antonio Machado|Sierra Nevada|Huerta del Rey|Almendros|Molino Viejo|Cardenal Cisneros|Padre Isla|Menéndez Pidal|Los Ceibos|Los Aromos|Belgrano|San Martín|Rivadavia|Mitre|Lavalle|Güemes|Alem|Urquiza|9 de Julio|25 de Mayo|27 de Abril|18 de Julio|Gral. Artigas|Gral. Paz|Ituzaingó|Treinta y Tres|Sarandí|Colonia|Soriano|Bvar. España|Mcal. Estigarribia|Mcal. López|Cerro Corá|Tte. Benítez|Balmaceda|Manuel Rodríguez|Los Carrera|Arturo Prat|Caupolicán|Esmeralda|Av. Alemania|Las Condes|El Roble|Los Boldos|Bolognesi|Grau|Los Sauces|Los Libertadores|La Marina|Túpac Amaru|Cahuide|Amazonas|Eloy Alfaro|6 de Diciembre|Rocafuerte|Olmedo|Quito|Guayaquil|10 de Agosto|Bolívar|Sucre|Ballivián|Murillo|Heroínas|Jordán|Camacho|Insurgentes Sur|Revolución|Morelos|Hidalgo|5 de Mayo|Jacarandas|Paseo de los Leones|Ruiz Cortines|Niños Héroes|Xicoténcatl|Independencia|Duarte|Estrella Sadhalá|Mella|Las Mercedes|Libertador|Urdaneta|Los Próceres|Ppal. de Las Mercedes|Arturo Soria|Vara de Rey|Sagasta|Ronda Sur|Imeldo Serís|Méndez Núñez|Provença|Balmes|de Dalt|de sa Lluna|Ponent|Nou|do Vilar|da Raíña|Rosalía de Castro|Zubieta|Iparragirre|Nagusia|Ergobia"
_TOWNS = "Madrid|Móstoles|Alcázar de San Juan|Ciudad Real|Valladolid|Zamora|León|Gijón|Oviedo|Langreo|Santander|Torrelavega|Bilbao|Astigarraga|Zarautz|Zumaia|Vitoria-Gasteiz|Pamplona|Logroño|Haro|Zaragoza|Teruel|Huesca|Lleida|Reus|Martorell|Sabadell|Barcelona|Girona|Sóller|Palma|Inca|Valencia|Sueca|Gandia|Elche|Murcia|Lorca|Almería|Benalmádena|Málaga|Dos Hermanas|Sevilla|Cádiz|San Fernando|Huelva|Badajoz|Don Benito|Cáceres|Las Palmas|La Laguna|Arrecife|Ourense|Rois|Vigo|A Coruña|Lugo|Villa Carlos Paz|Córdoba|Rosario|Villa María|Mar del Plata|Bahía Blanca|La Plata|Posadas|Quilmes|Ramos Mejía|CABA|Mendoza|San Rafael|Montevideo|Paysandú|Salto|Maldonado|Las Piedras|Asunción|Luque|Encarnación|Santiago|Quilpué|Puente Alto|Temuco|La Serena|Punta Arenas|Talca|Lima|Miraflores|Arequipa|Cajamarca|Trujillo|Villa El Salvador|Quito|Guayaquil|Latacunga|Cuenca|Loja|La Paz|El Alto|Cochabamba|Santa Cruz de la Sierra|Bogotá|Bogotá D.C.|Envigado|Medellín|Cali|Sogamoso|Chinchiná|Bucaramanga|Ciudad de México|Monterrey|Guadalajara|Mérida|Tixkokob|Oaxaca de Juárez|Puebla|Coyoacán|Zapopan|San Luis Potosí|Guatemala|Cobán|Mixco|San Salvador|Santa Tecla|Tegucigalpa|San Pedro Sula|Choloma|Managua|Masaya|San José|Escazú|Heredia|Panamá|David|Santo Domingo|Santiago de los Caballeros|La Romana|Caracas|Baruta|Maracaibo|Valencia|La Habana|Holguín"
_QUARTERS = "Del Valle|Portales|Narvarte|Centro|Jardines del Sur|Mitras Norte|Cumbres|Las Américas|San Marcos|El Carmen|Los Álamos|Villa Adela|La Trinidad|Alborada|Las Lomas|Laureles|Chapinero|Kennedy|El Poblado|San Blas|Las Condes|Ñuñoa|Alberdi|Nueva Córdoba|Palermo|Pocitos|Villa Morra|Santa Ana|El Bosque|Los Pinos|La Estación"
_SPANISH = "C/ {s} {h}, {f}, {z} {t}|calle {s}, {h}, {f}, de {t}|calle {s}, {h}, {f}, {t}|calle {s} n.º {h} de {t}|la calle {s} nº {h}, {f}|C/{s}, {h} - {f} - {z} {t}|Avda. {s} {h}, {f}, {z} {t} ({t})|Plaza {s} {h}, {f}, {z} {t}|{s} {h}, {f}, {t}|{s} {h} {d}|Pol. Ind. {q}, nave {n}, {z} {t}|Pol. Ind. {q}, C/ {s} {h}, pab. {n}, {z} {t}|Urb. {q}, chalet {n}, {z} {t}|Cº Viejo de {t}, km {n}, {z} {t}|Camino de {q}, s/n, {z} {t}|Ctra. de {t} km {n}, {z} {t}|Barrio {q} {n}, {t}|Bº {q}, {h}, {f}, {t}|Lugar de {q}, {n}, {t} ({t})|Lugar de {q} s/n, {t}|Carrer {s}, {h}, {f}, {z} {t}|carrer {s} {h}, {e}\n{z} {t}|Travessera {s} {h}, {e}, {t}|Rúa {s} {h}, {f}, {z} {t}|{s} kalea {h}, {b}, {z} {t}|Kale {s} {h}-{b}, {z} {t}|{s} etorbidea {h}, {b}|paseo {s} {h} {d}, {t}|Travesía {s} {h}, portal {n}, escalera A, piso {n}, puerta C, CP {z} {t}|plaza {s} {h}, portal {n}, {f} (CP {z}), {t}|Residencial {q}, portal {n}, {f}, {t}|Edificio {q}, planta {n}, oficina {n}, {t}|Apartado {h}\n{z} {t}|Finca {q}, partida {q}, {t}|Cortijo {q}, {z} {t}|calle {s} {h} esquina {s}, {t}"
_PAMPAS = '{s} {y}, {p}, {t}|{s} {y} {p}|{s} {y}, {t}|{s} {y} esq. {s}, {t}|{s} {y} entre {s} y {s}, {t}|Av. {s} {y}, {p}, {t}|calle {s} {y} – PB|calle {s} {y} PB "A", {t}|B° {q}, {s} {y} {p}|{s} {y}/{n}, {t}|Av. {s} {y} ap. {n}, {t}|Cno. {s} km {n}, {t}|Ruta {n} km {n},5, {t}|{s} {y}, (B{y}) {t}|{s} {y}, B{y} {t}|Mza. {n}, casa {n}, B° {q}, {t}|calle {n} n° {y} e/ {n} y {n}, {t}|Diagonal {n} n° {y}, {p}, {t}|{s} c/ {s} N.º {y}, {t}|Block {n}, depto {n}, Villa {q}, {t}|Pje. {s} {y}, {q}, {t}|Pobl. {q}, pasaje {s} {y}, {t}|{s} {y}, depto. {n}, {t}|Av. {s} {y}, of. {n}, {t}|Parcela {n}, {q}, {t}|camino a {t} km {n}, parcela {n}'
_ANDES = "Cl. {n} Sur No. {n} B - {n}, Int. {n}, {t}|Calle {n} # {n}-{n}, apto {n}, {t}|Cra. {n} # {n}-{n} apto {n}, barrio {q}, {t}|Carrera {n} No. {n}-{n}, {t}|cra {n} n {n}-{n}, {t}|cll {n} n {n}-{n} int {n} {t}|Transversal {n}A Bis # {n}L-{n} Sur, {t}|Diag. {n} # {n}A-{n}, {q}, {t}|Av. {n} # {n}-{n}, {t}|Kr {n} {n} {n} ap {n}, {t}|Mz {n} Casa {n}, {q}, {t}|la {n} con {n}, local {n}, {t}|Vereda {q}, finca {q}, {t}|Vereda {q}, finca {q}, km {n} vía {t}|Jr. {s} {h}, {q}, {t}|Jr. {s} N.º {h} - {t}|Av. {s} {y}, dpto. {n}, {t}|Ca. {s} {h}, int. {n}, {q}, {t}|Mz. A Lt. {n}, AA.HH. {q}, {t}|MZ. H LT. {n} AA.HH. {q}, {t}|Urb. {q} Mz. B Lt. {n}, {t}|cuadra {n} del jirón {s}, {t}|Psje. {s} {h}, {q}, {t}|{s} N{n}-{n} y {s}, {t}|Calle {s} Oe{n}-{n} y {s}, {q}, {t}|Cdla. {q}, mz. {n}, villa {n}, {t}|Cdla. {q}, VI etapa, mz. {n}, villa {n}, {t}|{s} {h} y {s}, {t}|Barrio {q}, calle {s} y {s}, {t}|Zona {q}, calle {n} n.º {h}, {t}|Av. {s} {y}, edif. {q}, piso {n}, {t}|C/ {s} #{h}, {q}, {t}|Urb. {q}, calle {n}, Qta. {q}, {t}|Av. {s}, Edif. {q}, piso {n}, apto. {n}-B, {t}|Res. {q}, torre B, apto {n}, {t}|Sector {q}, vereda {n}, casa {n}, {t}"
_MEXICO = "Calle {s} {h}, Col. {q}, {z} {t}|Calz. {s} {h}, int. {n}, Col. {q}, C.P. {z}, {t}|Av. {s} {y} Pte., Col. {q}, {z} {t}|Privada de los {q} {n}, Fracc. {q}, C.P. {z}, {t}|Priv. {s} {n} int {n}, {q}|{s} {y}, {n}.º piso, {q}|{s} #{h}, {q}, {t}|Paseo {s} número {y}, {q} {n}o Sector|C. {n} s/n x {n} y {n}, {t}|Calle {n} No. {h} x {n} y {n}, Col. {q}, {t}|Andador {n} casa {n}, INFONAVIT {q}, {t}|Cerrada {s} mz {n} lt {n}, Col. {q}, {t}|Blvd. {s} {y}-{n}, {q}, {t}|Retorno {n} de {s} {h}, {q}|Domicilio conocido, {q}, {t}|Carretera a {t} km {n}, ejido {q}|Unidad Habitacional {q}, edificio {n}, depto. {n}, {t}|{n}a. calle {n}-{n} zona {n}, {t}|{n} avenida {n}-{n}, zona {n}, {t}|Colonia {q}, bloque {n}, casa {n}, {t}|Residencial {q}, senda {n}, casa {n}, {t}|Barrio {q}, Sendero {n}, casa #{n}, portón gris, {t}|Km {n} Carretera Vieja a {t}, casa {n}, {t}|de la iglesia {n}00 metros norte, casa verde, {t}|del parque {n}0 m al este y {n} sur, portón negro, {t}|de la rotonda {n} c. al lago, {n} c. arriba, {t}|{n}00 metros norte y {n} este del Abastecedor {q}, casa color terracota|Reparto {q}, casa G-{n}, {t}|Calle {s} #{n}, Ens. {q}, {t}|Av. {s} esq. {s}, Edif. {n}, apto. {n}-B, {t}|Calle {n} no. {h} e/ {n} y {n}, {q}, {t}|Vía {q}, PH {q}, piso {n}, {t}|Calle {s} final, casa {n}, {t}"
_FLOORS = "3.º C|1.º A|2º B|4º dcha.|5.º izq.|bajo|bajo izda.|ático|ático B|entlo.|2.º 1.ª|7.º exterior|principal|3.º|local|1º-D|6ºH"
_CATALAN = "1r 2a|àtic 2a|3r|baixos|entl. 1a|1r|pral."
_BASQUE = "3. esk.|2.B|1. ezk.|4. ezkerra|2.A|bajo"
_DOORS = "1ºC|bajo|7 bajo|9ºH|3 izquierda|2º der.|6 izda|3B"
_FLATS = (
    '3° C|piso 2|PB "B"|8° "C"|dpto. 4|depto 3 A|7º B|piso 3º, of. 21|2 B|timbre 3|PH 2|1er piso'
)
_LIVES = "Vivo en |vive en |Vivimos en |Me mudé a |Mi domicilio es |Mi dirección es |mi direcion es |Dirección: |Dir.: |Domicilio: |Domicilio particular: |con domicilio en |domiciliada en |vecino de |sito en |Envíos a |Envíen a |El paquete es para |Enviad las invitaciones a |dejó el paquete en |Entregar en: |Retirar en |Se retira en |Paso por |Hacemos asado en |la fiesta es en |Lo celebramos en |casa de la yaya, en |El velorio es en |Velan en |Taller: |Consultorio: |Consulta en |Atiendo en |Estudio: |Despacho: |Notificar en |notifíquese en |último domicilio conocido en |Inmueble: |Vivienda en |Se alquila piso en |un piso en |Parada 1: |Reparto: |Ruta del martes: |Facturar a: |Cliente: |Titular: |Remitente: |Recoger en |Nos vemos en |quedamos en |Me encuentran en |estoy en |Visítenos en |la del garaje de |vivienda sita en |Empadronada en |tengo la peluquería en |doy clases en |clases en |mi suegra, en |Lugar de entrega: |Fiskal egoitza: |Helbidea: |Adreça: |Enderezo: |Residencia: |Dom. |- |* |1) ||"
_GOES_ON = " y yo vivo al lado| desde hace veinte años| es donde hago las piñatas| pis per compartir| para la torta| los sábados| a las cinco|, traigan silla|, enfrente de la tortillería|, preguntar por Toñi|, tel. [PHONE]| Tel. [PHONE]|, cel [PHONE]|. Gracias|.|, de 9 a 14|, provisto de DNI [DNI]|, en adelante LA LOCADORA|; asistida de letrado|, donde reside con su hija|\nTel. [PHONE]|\n[EMAIL]| — [PHONE]|, superficie de 61 m²|, lunes a viernes|, tras fracturar la luna||| porque no hay timbre| pero el timbre no sirve| y avise al llegar| (timbre roto)|, que me lo guarda la vecina| con mi madre| a nombre de Paz|, mail [EMAIL]| · [PHONE]|, C.I. [CEDULA]|, según consta en autos"
_FILES = "expediente|exp.|expte.|Expte. n.º|Exp.|nº expediente|expediente n.º|radicado|Radicado|radicado No.|siniestro|n.º de siniestro|póliza|póliza núm.|legajo|leg.|carpeta|solicitud|solicitud n.º|reclamo|reclamación|trámite|N.º de trámite|ficha social|ficha|contrato|beca|ayuda|prestación|pensión|subsidio|parte de baja|comparendo|matrícula|N/Ref.|s/ref.:|nº de caso|caso|atestado|proceso|NUREJ|causa rol|RIT|diligencias previas|folio|inscripción|registro|protocolo|episodio|n.º de petición|orden médica|interconsulta|receta|volante|cita|turno|boleta de alumno|certificado|carpeta de investigación|n.º de demanda|oficio|beneficio|Radicado Colpensiones|expediente RGI|expediente IMV|expediente PIA|expediente de dependencia|exp. de extranjería|registro social, ficha|credencial cívica|libreta universitaria LU|libreta LU|padrón|hª|historia HC|Hª clínica|n.º de asociado|asociado|afiliado OSDE|N.º de carné"
_FORMS = "AA/2099/99999|AAA/99/2099/99999|2099/AAA/9999999|2099/99999|2099/9999-A|99999/2099|999/2099|2099-99999-99|99999-99-99-999-2099-99999-99|2099_99999999|A-9999-2099|AAA-9999999|AAA-9999|AA-9999|99.999/9|99.999|9.999/99|9999-9999999|99-99999999-A|9999999|99999999|999999|99999-2099-9-9999-AA-AA-99|AA 999999|AAA 99999|AA999999|9999 99999|999999 9999999 99|99-999-9|9999-99999-9|AAAA/9999|AAA99999|AA2099999999|A99-99999|2099AAA99999|99/9999/99|AA-99-99999/A"
_PEOPLE = "Marisa Ortuño Gil|RIGOBERTO PALACIOS MENA|Eulogio Vera|Flor Alba Niño de Rincón|Teodoro Lasheras|GÁMEZ TORRUBIA, FRANCISCA|Iker Valdeolmos Prieto|Brisa Coronel|Salud Benjumea|Washington Techera|Elizabeth Manquepi|Koldo Arregi|Zulema Haddad|Nelly Quispe Mamani|MAMANI QUISPE, RUTH|Byron Ulloa|Yesenia Paz|Antía Souto|Jordi Puig|Xoán Rey|Wilmer Chávez|Encarnación Moya|Ana M.ª Soto|el menor A. G. P.|K. R."
_WITH = "{f} {v}. Accionante: {p}|{f} {v}, a nombre de {p}|{f} {v}, a favor de {p}|{f} {v}; asegurado {p}|{f} {v}, tomador {p}|{f} {v} (titular: {p})|{f} {v} - {p}|{p}, {f} {v}|{p} ({f} {v})|{p} - {f}: {v}|Se notifica a {p}, {f} {v}, que deberá comparecer|Estimada {p}: su {f} {v} ha sido resuelto|Estimado Sr. {p}: en su {f} {v} falta una firma|tu {f} {v} figura con deuda|mi {f} es {v}, soy {p}|Paciente: {p}. {f} {v}|Alumna: {p}\nCurso: 2º B\n{f}: {v}|Interesado: {p}\n{f}: {v}|Beneficiaria {p}, {f} {v}, importe 565,37 euros|Sujeto: {p}. NIF [DNI]. {f}: {v}|Afiliado: {p}\nCédula [CEDULA]\n{f}: {v}|Demandante: {p}, C.C. [CEDULA]. {f} {v}|{f} {v} / {p} / [PHONE]|{v};{p};[DNI]|Denunciante D. {p}. {f} {v}|doña {p}, con {f} {v}|Hola, soy {p}, mi {f} {v} sigue parado|{p} pide copia de su {f} ({v})|la madre de {p} trae el {f} {v}|{f} {v}, menor {p}, tutora [PHONE]|se deniega a {p} la ayuda ({f} {v})|{f} {v} [DNI]|{f}: {v}. DNI [DNI]"
_WITHOUT = "{f} {v}, licitación de obras|{f} {v}: suministro de material eléctrico|contratación de servicios, {f} {v}|{f} {v} de la ordenanza fiscal|subvención a entidades, {f} {v}|proposición de ley ({f} {v})|(Número de {f} {v}). PRESIDENTA: Pregunta|recurso de inconstitucionalidad, {f} {v}|sentencia recaída en {f} {v}|modificación del plan parcial, {f} {v}|archivo municipal, {f} {v}|inventario: {f} {v}|Resolución en el {f} {v} por la que se aprueban las bases|concurso público {f} {v}|{f} {v}, adjudicado a Obras Paz S.A.|enajenación de parcela, {f} {v}|anuncio de cobranza, {f} {v}|Decreto de alcaldía, {f} {v}|{f} {v} del lote 2|factura {v}, {f} de compra|pleno de 3 de mayo, {f} {v}|según {f} {v}, la empresa|{f} {v} sobre tráfico en la plaza|moción del grupo, {f} {v}|catálogo, {f} {v}, manuscrito|dictamen {v}, {f} del Consejo de Estado|la Junta acordó en {f} {v} iniciar las obras"
_SOCIAL = "instagram|insta|ig|Instagram:|IG|facebook|Facebook:|fb|face|twitter|Twitter:|X:|tiktok|TikTok:|telegram|Telegram:|discord|Discord:|twitch|youtube|threads|bluesky|mastodon|skype|snapchat|linkedin|LinkedIn:|github|GitHub:|wallapop|vinted|strava|steam|psn|xbox|spotify|pinterest|reddit|duolingo|signal"
_URLS = "t.me/{u}|instagram.com/{u}|www.instagram.com/{u}/|https://instagram.com/{u}|facebook.com/{u}|fb.com/{u}|https://www.facebook.com/{u}|twitter.com/{u}|x.com/{u}|tiktok.com/@{u}|linkedin.com/in/{u}|https://www.linkedin.com/in/{u}/|github.com/{u}|gitlab.com/{u}|youtube.com/@{u}|twitch.tv/{u}|reddit.com/user/{u}|threads.net/@{u}|open.spotify.com/user/{u}|strava.com/athletes/{u}|vk.com/{u}|soundcloud.com/{u}|wa.me/{u}"
_TELL = 'mi usuario de {n} es {u}|en {n} soy {u}|{n} {u}|{n} /{u}|{n}: /{u}|{n}: {u}|{n} -> {u}|me encontráis en {n} como {u}|me encuentran por {n}: {u}|su hija es @{u} en {n}|es @{u} en {n}|@{u} en {n}|@{u} de {n}|escribidme a @{u}|síganme: @{u}|sígueme en {n} @{u}|los suplentes son @{u} y @{u}|ganadora: @{u}|menciona a @{u}|fotos: Paz Rey (@{u})|Nerea Arbeloa (@{u})|por {n}, {u}|agrégame a {n}: {u}|te dejo mi {n}, {u}|mi perfil de {n}: {u}|su {n} era {u}|hablad con {u} por {n}|el {n} de mi primo: {u}|cuenta nueva de {n}: {u}|avisad a @{u}|si la conocéis, avisadla. @{u}|firma: {u}|-- {u}|Soy {u} también en {n}|antes firmaba {u} en el foro|registrado en el foro como {u}|usuario {u} desde [IP]|usuario={u} bloqueado|Nombre de usuario: {u}|"usuario": "{u}"|Commit 3f9a61c por {u}|{n} del clan {u}#4821|{n}: {u}#0482|Skype: live:{u}|ediciones de {u} por vandalismo|{u} escribió: yo no|{u}: a mí tampoco me va|alias {u}'
_KNOWN = "según @rtve|vía @el_pais|@policia avisa|@renfe responde|@Ayto_Madrid|sigue a @museodelprado|@RAEinforma|@guardiacivil|@dgt_es|@SaludPublicaEs|cuenta oficial @Gobierno|instagram de la biblioteca: @bibliotecamunicipal|facebook.com/sharer|twitter.com/intent/tweet|github.com/torvalds/linux|github.com/python/cpython|youtube.com/watch|instagram.com/explore|t.me/joinchat|t.me/canal_oficial|linkedin.com/company/tahona|@BomberosMad|@unicef_es|el usuario sanabresa no existe|usuario registrado|usuaria final|perfil completo|cuenta corriente|@media print|canal de Telegram del Ministerio"


def letters(draw: random.Random) -> tuple[str, Values]:
    """A line with an address, the number of a file, or names on networks."""
    return draw.choices((_home, _file, _network), (4, 4, 3))[0](draw)


def _home(draw: random.Random) -> tuple[str, Values]:
    form = chosen(draw.choice((_SPANISH, _SPANISH, _PAMPAS, _ANDES, _MEXICO)), draw)
    value = _filled(form, draw)
    way = draw.random()
    value = value.upper() if way < 0.08 else value.lower() if way < 0.16 else value
    before = chosen(_LIVES, draw)
    return before + value + chosen(_GOES_ON, draw), [
        (len(before), len(before) + len(value), "address")
    ]


def _filled(form: str, draw: random.Random) -> str:
    fillers = {
        "s": lambda: chosen(_STREETS, draw),
        "t": lambda: chosen(_TOWNS, draw),
        "q": lambda: chosen(_QUARTERS, draw),
        "h": lambda: str(draw.randrange(1, draw.choice((30, 100, 400)))),
        "y": lambda: str(draw.randrange(100, 9000)),
        "n": lambda: str(draw.randrange(1, 99)),
        "z": lambda: drawn(draw.choice(("2", "0", "4")) + "9999", draw),
        "f": lambda: chosen(_FLOORS, draw),
        "e": lambda: chosen(_CATALAN, draw),
        "b": lambda: chosen(_BASQUE, draw),
        "d": lambda: chosen(_DOORS, draw),
        "p": lambda: chosen(_FLATS, draw),
    }
    text, at = "", 0
    while (begin := form.find("{", at)) >= 0:
        text += form[at:begin] + fillers[form[begin + 1]]()
        at = begin + 3
    return text + form[at:]


def _file(draw: random.Random) -> tuple[str, Values]:
    own = draw.random() < 0.6
    form = chosen(_WITH if own else _WITHOUT, draw)
    words = chosen(_FILES, draw)
    words = words.upper() if draw.random() < 0.1 else words
    words += draw.choice(("", "", "", ":", " n.º", " Nº", " núm."))
    value = drawn(chosen(_FORMS, draw), draw)
    form = form.replace("{f}", words).replace("{p}", chosen(_PEOPLE, draw))
    start = form.index("{v}")
    text = form.replace("{v}", value)
    return text, [(start, start + len(value), "record")] if own else []


def _network(draw: random.Random) -> tuple[str, Values]:
    if draw.random() < 0.2:
        return draw.choice((" ", ", ", "\n")).join(
            chosen(_KNOWN, draw) for _ in range(draw.randrange(1, 4))
        ), []
    way = draw.random()
    form = chosen(_URLS if way < 0.25 else _TELL, draw)
    if way < 0.25:
        form = (
            draw.choice(
                (
                    "mi perfil: ",
                    "",
                    "sígueme en ",
                    "CV: ",
                    "Ana Paz · ",
                    "[EMAIL] · ",
                    "contacto: ",
                    "telegram ",
                    "yo ahí: ",
                    "dejé el código en ",
                )
            )
            + form
        )
    form = form.replace("{n}", chosen(_SOCIAL, draw))
    text, values, at = "", [], 0
    while (begin := form.find("{u}", at)) >= 0:
        text += form[at:begin]
        name = _account(draw)
        start = len(text) - text.endswith("@")
        text += name
        values.append((start, len(text), "handle"))
        at = begin + 3
    return text + form[at:] + draw.choice(
        ("", "", ".", ", no acepto solicitudes", ", presupuesto sin cargo", " y avisadme")
    ), values


def _account(draw: random.Random) -> str:
    way = draw.random()
    if way < 0.4:
        return nickname(draw)
    if way < 0.6:
        return value_of("handle", draw).lstrip("@")
    first, last = chosen(_GIVEN, draw), chosen(_FAMILY, draw)
    form = draw.choice(
        (
            "{}.{}",
            "{}{}",
            "{}_{}",
            "{}-{}",
            "{}{}.ok",
            "{}.{}.5817",
            "{}{}88",
            "la{}_{}",
            "{}.{}_",
            "don{}{}",
            "{}-{}-4b81a2",
            "{}{}_foto",
        )
    )
    if draw.random() < 0.25:
        first = first[:1]
    return form.format(first, last)


_GIVEN = "ana|luis|marta|hugo|tere|pablo|jorge|sofi|nere|ramon|chabela|romina|carla|juanjo|mica|lupe|itzel|wilmer|yesi|katy|ines|xabi|aitor|noelia|desi|fer|santi|vale"
_FAMILY = "rmz|perez|quispe|villanueva|arbeloa|ticona|zorraquino|mamani|garcia|lopez|cose|bakes|electricista|mercera|dev|prof|castillo|zuluaga|perdomo|souto|puig|gil|ortega|cuevas|fotos|lee|cocina|viaja"
