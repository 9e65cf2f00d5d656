"""Invented lines with names on the net that no sign tells, to train on: chats, games, logs, lists; and look-alikes.

Names that people give themselves are made of words, numbers and signs by chance, and stand where such stand: before what
is said, in a score, in a row of users, in an entry of a server. In programs and files the same forms are nobody's.
"""

# ruff: noqa: E501 (the words of a kind are a line)

from __future__ import annotations

import random

from cleaning.privacy.learning.values import Values, chosen, value_of

_WORDS = "luna|lobo|gato|dragon|toro|mar|sol|pixel|tigre|norte|pepa|manu|lolo|chus|paco|nines|gus|leo|rafa|conchi|yoli|abuela|tito|kevin|noa|iker|maca|elena|santi|rosi|sergi|mafe|juanjo|meli|kike|chema|capitan|princesa|brujo|bruja|sirena|puma|condor|mapache|tortuga|zorro|panda|oso|pollo|queso|churro|patata|tomate|mate|asado|arepa|taco|chela|parce|pana|causa|wey|chamo|guagua|tango|salsa|cumbia|rockera|metalero|gamer|lector|poeta|profe|doc|ninja|samurai|reina|rey|duque|marques|sargento|abuelo|nena|nene|flaca|gordo|negra|rubio|pelado|loco|loca|triste|feliz|veloz|eterno|azul|gris|rojo|verde|dulce|salada|perdido|nocturna|solitario|errante|maldito|salvaje|andina|porteño|tapatio|gallego|vasca|canaria|charrua|guarani|inca|maya|azteca|quijote|sancho|melquiades|brisa|trueno|marea|nube|ceniza|fuego|hielo|piedra|rio|monte|sierra|pampa|costa|isla|faro|barco|tren|moto|bici|coche|furgo|hilo|aguja|lana|papel|tinta|tecla|raton|cable|byte"
_ENDS = "77|99|_92|88|1986|2009|13|7|123|_01|69|_ok|pro|_mx|_uy|_ar|.pe|_cl|RD|_bo|.ve|_gt|_hn|.ec|_py|.es|_cat|.eus|_gz|bcn|_vlc|_mdz|_mdq|_bsas|_cdmx|gdl|_lima|oficial|_real|xd|tv|yt|fc|_art|.foto|mtb|runner|girl|boy|man|_dev"
_HIDDEN = str.maketrans({"a": "4", "e": "3", "o": "0", "i": "1"})
_SAID = "hola|alguien juega?|jajaja|gg|gg wp|buenas|yo, 12 lingotes|dale, voy|kien viene?|toi akí|k tal|ya llegué|mañana os digo|+1|up|gracias crack|de acuerdo con el anterior|eso no es así|he puesto 30 euros|feo, eh|pasame la ip|entro en 5 min|lag|me desconecté|quién eres|no me funciona|vendo hierro|sí, mantenimiento|aquí lloviendo|voy con retraso"
_CHATS = '{u}: {s}\n{u}: {s}|[{t}] {u}: {s}|[{t}] <{u}> {s}|<{u}> {s}|{t} - {u}: {s}|{t} <{u}> {s}\n{t} <{u}> {s}|{u} dice ({t}): {s}|{u} escribió: «{s}»|{u} escribió: "{s}"|citando a {u}:\n> {s}|[quote="{u}"]{s}[/quote]|{u} · hace 3 h\n{s}|{u} commented: \'{s}\'|{u} respondió: {s}|Respuesta de {u}: {s}|re: {u}, {s}|{u} (usuario nuevo) — {s}|por {u} » mar 12, 2011\n{s}|De: {u}\nPara: {u}\n{s}|u/{u}: {s}|Comentario de {u}: {s}|RT {u}: {s}|(20:14) {u} ha entrado en la sala|[Todos] {u}: {s}|habla {u}: "{s}"'
_GAMES = "{u} se ha unido a la partida|{u} abandonó la partida|{u} entró en la partida. {u} salió.|{u} fue asesinado por {u}|{u} mató a {u} con un hacha|{u} vs {u}, 2-1|{u} – {u}, 1/2-1/2|{u} 3 – 1 {u}|1) {u} 512 pts 2) {u} 498|1. {u} - 340\n2. {u} - 298|Ganador: {u}, 2.º {u}|mesa 1 {u}, {u}; mesa 2 {u}|clan: {u}, {u} y {u}|contactar ingame con {u}|anfitrión de la mesa: {u}|vendo mi cuenta, nivel 80, el char es {u}|mi psn es {u}|psn: {u}|xbox {u}|gamertag: {u}|steam: {u}|en Steam salgo como {u}|soy {u} en la ps4|soy {u}, entro por las noches|el id mío es {u}|mi id: {u}|RiotID {u}#1234|mi lichess: {u}|en lichess {u}|buscame en chess como {u}|mi nick exacto: {u}|whitelist para {u}|ban a {u} por camper|expulsado {u} (spam)|premio para {u}|reporten a {u}, server LAS|el capitán del equipo es {u}|subasta: puja {u} 30, puja {u} 31"
_SPOKEN = "mi user es {u}|mi usuario era {u}|mi nick de siempre, {u}|antes era {u}, ahora {u}|me pongo {u} en el irc|en el foro firmo como {u}|firmaba como «{u}»|firma: {u}|me llamo {u} en la app|alias {u}|apodo {u}|alias en la app, {u}|quien firma como {u}|quien escribe como {u}|bajo el seudónimo {u}|el perfil {u} es falso|perfil: {u}|la cuenta {u} me bloqueó|una tal {u} me escribió|el tal {u} no paga|ojo con {u} en wallapop|el vendedor {u} no responde|vendedora: {u}, 48 ventas|cuenta de vinted: {u}|kahoot: {u}|insta: {u}|mi insta es {u}|es el instagram de {u}|ig {u}|tiktok {u}|lo subió {u}|lo pidió {u}|lo encontró {u}|foto de {u}|música: {u}|gracias a {u} por el enlace|gracias {u}|saludos a {u}|preguntad por {u}|escribidme por privado a {u}|privado a {u}|el {u} sube los apuntes|agregadme: {u}|etiqueta a {u} y a {u}|lista negra: {u}, {u} y {u}|quedada: vienen {u}, {u} y {u}|moderadora: {u}|admin del grupo {u}|twitch de {u}|en wattpad soy {u}|hola, soy {u} y esto es mi blog|vengo a presentarme: {u}, 34 años|discord: {u}#4471|skype {u}|cashapp ${u}|fotolog /{u}|t.me/{u}|bloqueá a {u}, pide seña|Usuario de la biblioteca: {u}|wifi: usuario {u}"
_SERVERS = 'login ok user={u} from={i} port=5415|user={u} ip={i}|Accepted password for {u} from {i} port 4122|sesión de {u} abierta en {i}|{i} - {u} [12/Mar/2021:07:44:10 -0600] "GET / HTTP/1.1" 200|kick {u} (ping 412) desde {i}|join {u}\nleave {u}|INSERT INTO usuarios VALUES (3106,\'{u}\',\'{i}\');|INSERT INTO users (login, rol) VALUES (\'{u}\', \'editor\');|<author>{u}</author><ip>{i}</ip>|id,usuario,ip\n1,{u},{i}\n2,{u},{i}\n3,{u},{i}|user_id,alias,pais\n10233,{u},AR\n10234,{u},CU|usuario;ultimo_acceso\n{u};2019-04-02\n{u};2019-04-03|UUID of player {u} is 7f3c1e0a|{u}[/{i}:51822] logged in|"author": "{u}", "likes": 3|"user":"{u}","ip":"{i}"|git log --author={u} -n 3|Author: {u}\nfeat: sube el menú|el usuario {u} (id 82573) ha cambiado su correo|usuario {u}, equipo PC-14|whois {u}\n{u} es ~ana@{i}|nick: {u}\nident: ~web|/msg {u} hola|proxy: {u} bajó 3 GB|responsable: {u}, rama pagos|assigned to {u}|cc {u}|revisor: {u}|usr {u} cerró la incidencia|"usuario": "{u}"'
_LOOK_ALIKES = '{w}_{w} = {n}|def {w}_{w}(self):|self.{w}_{w} = None|{w}{W}({w}, {w})|import {w}.{w}|from {w}_{w} import {W}{W}|{w}.{w}({n})|{w}_{w}.py|{w}-{w}.html|{w}_{n}.jpg|IMG_{n}.png|"{w}_{w}": {n},|"name": "{w}_{w}", "type": "varchar"|CREATE TABLE {w}_{w} (id INT)|SELECT {w}_{w} FROM {w}s{n}|class {W}{W} extends {W}|new {W}{W}()|<{w}{W} id="{w}_{w}">|$ {w}{n} --help|npm i {w}-{w}|v{n}_{w}|tabla {w}_{w}|campo {w}_{w}|columna {w}_{w}|variable {w}_{w}|fichero {w}_{w}.csv|clase {W}{W}|función {w}_{w}()|JavaScript, GitHub y YouTube|con WhatsApp o PayPal|un iPhone y un MacBook|OpenOffice, LibreOffice|PowerPoint de AccuWeather|python3 y utf8|mp3, mp4 y h264|sha256 y md5sum|covid19|el G20 y la B612|ciclo: {w}_{w}_2|rol_{w}|estado_{w}|{w}.{w}.es|www.{w}{n}.com|{w}_{w}.{w}|targetId: card_{w}_{n}|lista_{w} = []|>>> {W}_{w}|{w}.play({w}.{w})|rama {w}_{w}|tag {w}{n}|plantilla {W}{W}|modelo {W}{n}|{w}{n} kg|McDonald y MacGregor|EuroMillones y BonoLoto|RadioShack|TeleMadrid'


def nickname(draw: random.Random) -> str:
    """A name that somebody gives themselves on the net."""
    parts = [chosen(_WORDS, draw) for _ in range(draw.choice((1, 1, 2, 2, 2, 3)))]
    way = draw.random()
    if way < 0.3:
        name = draw.choice(("_", "_", ".", "-")).join(parts)
    elif way < 0.55:
        name = "".join(part.capitalize() for part in parts)
    else:
        name = "".join(parts)
    if draw.random() < 0.55 or len(parts) == 1:
        name += chosen(_ENDS, draw)
    way = draw.random()
    if way < 0.05:
        name = name.translate(_HIDDEN)
    elif way < 0.1:
        name = draw.choice(("xX_", "_", "el_", "la", "Er", "soy", "[BCN]", "iTz_")) + name
    elif way < 0.14:
        name += draw.choice(("_", "Xx", "_xX", "__"))
    return name.upper() if draw.random() < 0.04 else name


def nicknames(draw: random.Random) -> tuple[str, Values]:
    """A line with such names, and where they and addresses on the net stand in it."""
    form = chosen(draw.choice((_CHATS, _GAMES, _SPOKEN, _SPOKEN, _SERVERS)), draw)
    names = [nickname(draw) for _ in range(2)]
    text, values, at = "", [], 0
    while (begin := form.find("{", at)) >= 0:
        text += form[at:begin]
        what, at = form[begin + 1], form.index("}", begin) + 1
        if what == "u":
            value = draw.choice(names) if draw.random() < 0.3 else nickname(draw)
            if draw.random() < 0.08 and text[-1:] not in ("/", "$", "@", "="):
                value = "@" + value
            values.append((len(text), len(text) + len(value), "handle"))
        elif what == "i":
            value = value_of("ip", draw)
            values.append((len(text), len(text) + len(value), "ip"))
        elif what == "s":
            value = chosen(_SAID, draw)
        else:
            value = f"{draw.randrange(24):02}:{draw.randrange(60):02}"
        text += value
    return text + form[at:], values


def look_alikes(draw: random.Random) -> tuple[str, Values]:
    """A line of a program or of wares whose words look like such names."""
    pieces = []
    for _ in range(draw.randrange(1, 4)):
        form = chosen(_LOOK_ALIKES, draw)
        while "{w}" in form:
            form = form.replace("{w}", chosen(_WORDS, draw), 1)
        while "{W}" in form:
            form = form.replace("{W}", chosen(_WORDS, draw).capitalize(), 1)
        pieces.append(form.replace("{n}", str(draw.randrange(1, 9999))))
    return draw.choice((" ", "\n", ", ", "; ")).join(pieces), []
