"""Invented lines with personal data, to train on: any word of a kind, any signs between, any form of a number.

A lot of items holds the words of whoever wrote it. Here each word for a kind, of all countries, meets each layout and
each form, so that what is learnt is not their pairs. The numbers mean nobody: their digits are drawn.
"""

# ruff: noqa: E501 (the words of a kind are a line)

from __future__ import annotations

import random
from collections.abc import Mapping

Values = list[tuple[int, int, str]]

_WORDS: Mapping[str, str] = {
    "phone": "tel|tel.|tlf|tlf.|tlfn|tfno.|tfn|tf|telf.|teléf.|teléfono|telefono|fono|fonos|móvil|movil|mvl|mv|celular|cel|cel.|cell|celu|cell.|telefax|fax|fijo|línea baja|línea|wasap|wsp|wsp.|wassap|guasap|whatsapp|WhatsApp|wpp|WA|contacto|contacto directo|llamar al|llamen al|llamadme al|llámame al|márcame al|marcar|marque|timbrar al|avisar al|escríbeme al|yapear al|yape|plin|nequi|daviplata|sinpe|zelle|bizum|bizum al|pago móvil|consultas|informes|info|reservas|pedidos|turnos|citas|recados al|ref.|urgencias|busca|centralita|PBX|oficina|casa|trabajo|de mi mujer|del hijo|de su madre|de la tutora|preguntar por Toñi|directo|mensajes al|al número|mi número|mi nº|núm.|número de contacto|telefonoa|telèfon|mòbil|teléfono móvil|tlm.|sakelakoa|deitu|trucar al|chamar ao|☎|📞|📱|☏|Ph.|phone|mobile",
    "cedula": "cédula|cedula|céd.|ced.|CC|C.C.|c.c.|cc|CI|C.I.|c.i.|cédula de identidad|cédula de ciudadanía|documento|doc.|doc|documento de identidad|identidad|identificación|N.º de identidad|ident.|DUI|D.U.I.|DPI|CUI|tarjeta de identidad|T.I.|CE|cédula jurídica|carné de identidad|carnet|CIP|id|nro doc|LE|L.E.|LC|céd. Nº|portador de la cédula|titular de la C.I.|identificado con|cedulado",
    "dni": "DNI|dni|D.N.I.|d.n.i.|DNI/NIF|NIF|nif|N.I.F.|documento|doc.|documento nacional|NAN|con DNI|su DNI|DNI del tutor|DNI titular|docu|dni del padre|DNI núm.|identidad",
    "record": "historia|historia clínica|hist.|hist. clín.|H.C.|HC|NHC|nhc|nº hª|N.º Hª Cª|historial|expediente clínico|exp. clínico|ficha clínica|ficha|registro médico|CIP|CIPA|SIP|CIP-SNS|TSI|tarjeta sanitaria|nº tarjeta sanitaria|afiliado|afiliado nº|nro. de afiliado|credencial|carné|carnet nº|carné de socio|socio|socia nº|n.º de socio|soc.|asociado|asociada|federado|nº federado|licencia federativa|ficha federativa|matrícula|matrícula de alumno|nº matrícula|legajo|leg.|padrón|expediente académico|exp. escolar|código de alumno|cód. alumno|código estudiantil|carné universitario|boleta|número de control|NIU|NIA|registro académico|RA|póliza|póliza nº|n.º póliza|nº cliente|cliente nº|cód. cliente|código de cliente|abonado|nº abonado|usuario nº|paciente nº|paciente n.º|pulsera|episodio|id paciente|user_id|cliente_id|empleado|nº empleado|núm. de empleado|trabajador nº|hermano nº|hermana n.º|demandante de empleo|tarjeta de demandante|lector nº|carné de lector|carné de biblioteca|TIP|carné profesional|placa policial|pasaje de|ticket de paciente|beneficiario|nº beneficiario|asegurado nº|suministro a nombre de Luz, contrato|licencia de conducir|licencia|permiso de conducir|brevete|registro de conductor",
    "college": "colegiado|colegiada|colegiado nº|colegiada n.º|col.|col. nº|nº col.|n.º col.|nº cgdo.|coleg.|núm. col.|número de colegiado|collegiat|collegiada|núm. de col·legiat|colexiado|elkargokide|M.P.|MP|M.N.|MN|mat.|matr.|matrícula|mat. prov.|matrícula profesional|matrícula nacional|C.M.P.|CMP|RNE|CPSP|COP|CIP|CAL|ICAM|ICAB nº|ICAV|T.P.|tarjeta profesional|RM|R.M.|registro médico|registro profesional|reg. prof.|céd. prof.|cédula profesional|ced. prof.|MPPS|CMC|Inpreabogado|INPREABOGADO N°|exequátur|Exeq.|cód.|código médico|JVPM|nº de licencia profesional|Tº 44 Fº|CPACF|habilitado nº|instalador nº|perito nº|gestor col.|aparejador col.|procuradora col.|enf. col.|fisio col.|lic.|Reg. Colegio",
    "account": "cuenta|cta|cta.|c/c|cc|cuenta corriente|cta. cte.|cta cte|cuenta de ahorros|cta. ahorros|ahorros|caja de ahorro|CA|CBU|CVU|CLABE|clabe|CCI|CCC|cuenta interbancaria|cuenta vista|cta. vista|cuenta RUT|depositar en|transferir a|ingresar en|consignar en|número de cuenta|nº de cuenta|nro cuenta|compte|cuenta sueldo|cuenta monetaria|cuenta nómina|domiciliar en|BCP soles|BBVA|Banco Popular|Banreservas|Pichincha|Bancolombia",
    "iban": "IBAN|iban|cuenta|cta.|nº de cuenta|ingreso en|transferencia a|domiciliación|compte|kontua|conta|abonar en",
    "card": "tarjeta|tarj.|visa|Visa|mastercard|MC|PAN|tarjeta de crédito|tarjeta de débito|nº tarjeta|TDC|con cargo a|débito|amex",
    "nass": "NASS|NUSS|NSS|nss|N.S.S.|N.A.F.|NAF|Seg. Social|S.S.|SS|nº S.S.|seguridad social|afiliación|núm. afiliación|nº afiliación|IMSS|seguro social|afil.|Seguridade Social|Seguretat Social",
    "nie": "NIE|nie|N.I.E.|TIE|NIE nº|nie del menor|extranjería|tarjeta de residencia",
    "passport": "pasaporte|Pasaporte|pasap.|PPT|ppt.|pass.|passaport|pasaporte nº|pasaporte español|pasaporte arg.|nº pasaporte|pax|viajero|pasaporte de mi hija|pasaportea|doc. viaje|PAS",
    "cuit": "CUIT|CUIL|cuit|cuil|C.U.I.T.|cuit nº|CUIT/CUIL|mi cuit",
    "rut": "RUT|rut|R.U.T.|RUN|run|rut nº|cédula|rol único|su RUT|RUT titular",
    "ruc": "RUC|ruc|R.U.C.|NIT|nit|N.I.T.|RIF|R.I.F.|RNC|R.N.C.|RTN|C.I./RUC|NIT/CC|registro tributario|nit. nº",
    "cif": "CIF|cif|C.I.F.|NIF|N.I.F.|CIF nº|empresa|sociedad|pagador|emisor|mercantil",
    "curp": "CURP|curp|clave única|C.U.R.P.",
    "rfc": "RFC|rfc|R.F.C.|receptor|emisor|homoclave",
    "ip": "IP|ip|IP fija|ip=|dirección IP|desde la IP|host|host =|ping a|servidor|mi server es|conexión desde|from|client|iptables -s|traceroute 3|gateway|último acceso|acceso desde|VPN|nodo|src|remote_addr",
    "handle": "instagram|Instagram|insta|IG|ig|facebook|fb|Facebook|tiktok|TikTok|twitter|Twitter|X|telegram|Telegram|discord|twitch|usuario|mi usuario|user|nick|mi nick|perfil|sígueme en|sígannos|síguenos|por privado|etiqueta a|hilo de|retweet a|youtube|canal|threads|bluesky|mastodon|snap|pinterest|strava|wallapop|perfil de|escribid a|avisar a|habla con|cuenta de|responde",
    "plate": "matrícula|matr.|placa|placas|patente|dominio|chapa|PPU|vehículo|coche|moto|auto",
    "address": "domicilio|dom.|Domicilio|dirección|Dirección|dir.|Dir|direc.|dirección fiscal|domicilio procesal|domicilio particular|domiciliado en|domiciliada en|con domicilio en|vive en|vivo en|viven en|residente en|reside en|vecino de|vecina de|consultorio|consulta|despacho en|estudio|oficina|sede|ubicación|ubicado en|sito en|sita en|entregar en|entrega|entregas en|envío a|enviar a|recoger en|retiro por|retirar en|recogida en|casa de la novia|velorio en|velado en|estamos en|nos vemos en|visítenos en|quedamos en|notificar en|notifíquese en|dirección de entrega|vivienda|finca|local|taller|enderezo|adreça|helbidea|citado en|paso por|mandar a|📍|🏠|robada en|atiendo en|lugar|junto a|en",
}
_FORMS: Mapping[str, str] = {  # 9 a digit, A a capital, a a small letter
    "phone": "699 999 999|699 99 99 99|699999999|699-999-999|699.999.999|699.99.99.99|99 999 99 99|999 99 99 99|999 999 999|+34 699 999 999|+34699999999|(+34) 699 99 99 99|0034 699 999 999|699/99 99 99|699-99-99-99|93/999.99.99|999-999999|55 9999 9999|(55) 9999 9999|55-9999-9999|5599999999|+52 1 55 9999 9999|999 999 9999|999-999-9999|(999) 999-9999|11 9999-9999|11-9999-9999|15-9999-9999|1599999999|011 9999-9999|(0351) 15-999-9999|0342 15 9999999|+54 9 11 9999-9999|0999-9999999|+56 9 9999 9999|+56999999999|9 9999 9999|9-9999-9999|569 99999999|22 999 9999|(2) 2999 9999|399 999 9999|399-9999999|399 9999999|(601) 999 9999|+57 399 999 9999|9999 9999|9999-9999|+506 9999 9999|(502) 9999-9999|+503 9999-9999|809-999-9999|809.999.9999|(829) 999-9999|1 (809) 999-9999|0414-9999999|0414-999.99.99|(0212) 999.99.99|04149999999|099 999 999|099-999-999|0999 999 999|0999999999|02 999 9999|(02) 999-9999|2-2999999|79999999|4-4999999|0981 999 999|0981-999999|(021) 999-999|+595 981 999999|999 999 999|9 9 9 9 9 9 9 9 9|+51 999 999 999|01 999 9999|(01) 999-9999|064-999999|#999999999|98 999 99 99 ext. 99|99 999 99 99|+33 6 99 99 99 99",
    "ip": "199.99.9.99|99.99.99.99|19.99.9.199|192.168.9.99|10.9.99.99|172.19.9.9|99.199.99.9|2a02:99:9a99::9",
    "cedula": "9.999.999|99.999.999|9999999|99999999|999999999|9999999999|1.099.999.999|99 999 999|V-99.999.999|V99999999|v-9999999|V-99999999|E-99.999.999|9.999.999-9|999-9999999-9|99999999999|999 9999999 9|9-9999-9999|9 9999 9999|9999 99999 9999|9999999999999|99999999-9|0999-9999-99999|999-999999-9999A|9999999 LP|9999999-9A SC|8-999-9999|999999999-9|99-9999999-9|999.999",
    "dni": "9 9 9 9 9 9 9 9 A|99-999-999|(99.999.999)|99.999.999·A|99999999a|99999999A|99.999.999-A|99999999-A|99 999 999 A|99.999.999A|99.999.999 A|9999999A|99999999 A|99.999.999|99999999|99 999 999",
    "record": "AAAA999999AAA999|AAA-9999|AA99999|999999|9999999|99999999|999999999|99999|9999|99-99999|999.999|9999/99|99/9999|999999/99|999999-9|99999-9|A-9999|A-99999|AA-9999|AA-99999|AAA-99999|AAA-99999-99|AAAA999999999999|AAAA999999AAA999|AAAAAAAA999999|A99999999|AAAA9999999999|99-9999999-99|9999-999-999|2099-99999|209999999|999 999 999|99 999999 9 99|999999999999|999999999999/99|AA 99-9999/A|9.999|99.999|A-99999-A|AAAA99999",
    "college": "99999|9.999|99.999|999999|9999|99/99999|99-99999|99/9999|999999999|99999999|9999999|AA-9999|AA-99999|A-9999|999999-A|99999-A|99.999.999|999.999|AAA-9999|99-9999-9999|99-9999-999|999-99|9.999 AAAA|99-99999/2099|999",
    "account": "9999999999|99999999999|999999999999|99999999999999999999|9999 9999 99 9999999999|9999-9999-99-9999999999|999999999999999999|9999999999999999999999|99999999 99999999999999|999-999999-99|999-99999999-9-99|999-9999999-9-99|99-999999-99|9999-9999-9999|999999-9|9999999999/9|999 999 99999999999 9|999-999-999999999999-99|9-999-99999-9|9999 9999 9999|999999999-99999|002-99999999999999-99",
    "iban": "ES99 9999 9999 9999 9999 9999|ES9999999999999999999999|ES99-9999-9999-99-9999999999|ES99.9999.9999.99.9999999999|es99 9999 9999 9999 9999 9999|ES99 9999 9999 99 9999999999|CR99999999999999999999|DO99AAAA99999999999999999999|DE99 9999 9999 9999 9999 99|PT50 9999 9999 99999999999 99",
    "card": "4999 9999 9999 9999|4999999999999999|5999-9999-9999-9999|4999.9999.9999.9999|3799 999999 99999|379999999999999",
    "nass": "99 99999999 99|99/99999999/99|999999999999|99-99999999-99|99 9999999999|99/9999999999|99 99 99 9999 9|99-99-99-9999-9|99-9999999999|99999999999",
    "nie": "X9999999A|X-9999999-A|Y9999999A|Y-9999999-A|Y 9999999 A|X 9999 999 A|Z9999999A|x9999999a",
    "passport": "AA999999|AAA999999|AAA 999999|A9999999|A99999999|999999999|AA9999999|AAA999999A|aaa999999|AA 999 9999",
    "cuit": "20-99999999-9|27-99999999-9|30-99999999-9|20999999999|27.99999999.9|20 99999999 9|20/99999999/9|23-99.999.999-9",
    "rut": "99.999.999-9|9.999.999-9|99999999-9|9999999-9|99.999.999-K|999999999|99 999 999-9|9.999.999 - 9",
    "ruc": "20999999999|10999999999|A-99999999-9|J-99999999-9|J999999999|V-999999999|999.999.999-9|999999999-9|9999999-9|999999-9|1-99-99999-9|199-99999-9|199999999|9999999999001|99999999-9|9999-999999-999-9|0999-9999-999999|99999999999999",
    "cif": "B99999999|B-99999999|A-99.999.999|G 99999999|B 99 999 999|G-99999999|E99999999|J-99999999|Q9999999A|B-99999-999",
    "curp": "AAAA999999HAAAAAA9|AAAA999999HAAAAA99|AAAA999999MAAAAA99|AAAA999999HAAAAAA9",
    "rfc": "AAAA999999AA9|AAAA999999999|AAA999999A99|AAAA-999999-A99|AAAA 999999 9A9",
    "plate": "9999 AAA|9999AAA|9999-AAA|AAA 999|AAA-999|AAA999|AA 999 AA|AA999AA|A-9999-AA|AAA-9999|AAA-99-99|AAAA-99|A-999AAA|AAA99A",
}
_NOBODYS = (  # words before numbers that mean no person
    "factura|fra.|fact. nº|pedido|pedido nº|albarán|albarán nº|lote|lote n.º|L|ref.|referencia|resolución|expediente|exp.|expte.|nº expediente|sentencia|auto|recurso|rec.|ley|Ley|R.D.|decreto|BOE-A|BOE núm.|ISBN|isbn|ISBN-13|ISSN|depósito legal|D.L.|NIPO|DOI|registro sanitario|reg. san.|RGSEAA|serie|nº de serie|S/N|modelo|mod.|versión|v.|ver.|build|código postal|CP|C.P.|ticket|ticket #|turno|folio|finca registral|finca nº|tomo|libro|inscripción|asiento|partida|presupuesto|presupuesto nº|importe|total|subtotal|precio|cantidad|stock|dosis|altitud|población|habitantes|votos|coordenadas|lat.|UTM|año|años|cap.|pág.|págs.|pp.|art.|arts.|CIE-10|CIE|SNOMED|EAN|código de barras|SKU|artículo|art. nº|catastro|polígono|CUPS|UNE|ISO|dorsal|vuelo|tren|línea|parada|puerta|asiento|boleto|décimo|sorteo|premio|convocatoria|licitación|contrato|contrato nº|puerto|commit|issue|PR|error|código|cód. error|id de sesión|timbrado|CAE|autorización|nº autorización|SUNAT|comprobante|boleta de venta|recibo|recibo nº|guía|tracking|seguimiento|contador|lectura|kWh|kg|m²|superficie|parcela|capital social|RM|hoja|sección|casación|acta|acta nº|acuerdo|orden|circular|instrucción|protocolo|norma|tabla|figura|nota|temperatura|presión|TA|FC|glucosa|plaquetas|leucocitos|NC|CN|código nacional|cad.|caducidad|marca|chasis|bastidor|motor|IMEI|MAC|CEA|aula|sala|grupo|plazas|clave|capítulo|episodio|temporada|canal|frecuencia|km|emergencias|teléfono de la esperanza|el|la|de|unos|más de|cerca de|hasta|desde|entre"
)
_AMOUNTS = "9|99|999|9.999|99.999|9.999.999|9,99|99,99 €|9.999,99 €|$ 99.999|999 €|99 %|9-9|99-99|9/9999|99/9999|999/2099|2099/99|2099/9999|1/99/2099|99/99/2099|99-99-2099|2099-99-99|99:99|99:99:99|999/99|99/99 mg|999 mg|9.9.9|99.9.9.9|v9.99|978-84-999-9999-9|978 84 9999 999 9|84-999-9999-9|9999-9999|M. 99.999-2099|M-9999-2099|9999999|99999999|999999999|9999999999999|A99999|A-999|AA-9999|AAA-999-99|AA999999|99.99999/AA|99999|9999|999999|99 999|9 999 999|999 kg|9,9 km|99 m²|999 pp.|2099|2099-2099|(2099)|99-A|99.999 habitantes|#999|#9999|0x9A99|9999A|99.9.99|999.9|9.99999, -9.99999"
_WAYS = "calle|Calle|C/|c/|c/.|CALLE|Cl.|Cll|avenida|Avenida|Avda.|Av.|Av|AVDA|avda|paseo|Paseo|P.º|Pº|plaza|Plaza|Pza.|Plza.|Pl.|ronda|Rda.|camino|Camino|Cno.|Cmno.|carretera|Ctra.|travesía|Trav.|Tr.ª|Tva.|glorieta|Gta.|pasaje|Pasaje|Psje.|Pje.|carrera|Cra.|Cra|Kr|KR|diagonal|Diag.|Dg|transversal|Tv.|TV|jirón|Jr.|JR|Ca.|carrer|Carrer|C.|rúa|Rúa|R/|rambla|Rbla.|plaça|Pça.|passeig|Pg.|avinguda|Avgda.|estrada|praza|Lugar|Lg.|lugar|bulevar|Blvd.|Bv.|Bvar.|callejón|Cjón.|alameda|malecón|calzada|Calz.|andador|And.|cerrada|Cda.|privada|Priv.|retorno|circuito|prolongación|Prol.|Prolg.|costanilla|cuesta|Cuesta|bajada|subida|vereda|Vereda|senda|corredera|acequia|partida|Pda.|diseminado|Barrio|B.º|Bº|barriada|Bda.|urbanización|Urb.|URB.|residencial|Resid.|Res.|conjunto|Conj.|Col.|colonia|Fracc.|Cdla.|Coop.|Pol. Ind.|polígono|Villa|Pobl.|Población|Reparto|Rpto.|Sector|AA.HH.|Asoc. Viv.|kalea|Kale|etorbidea|Hiribidea|quinta|Qta.|edificio|Edif.|Torre|Finca|Cortijo|Caserío|Masía|Parcela|Km|Ruta"
_NAMES = "Mayor|Real|Sol|San Martín|Bolívar|Sucre|Colón|Independencia|Libertad|Juárez|Hidalgo|Morelos|Madero|Zaragoza|Los Álamos|Las Flores|Los Pinos|Las Palmeras|Los Rosales|El Carmen|La Paz|Santa Rosa|San José|San Juan|Belgrano|Sarmiento|Mitre|Rivadavia|Artigas|Rivera|Lavalleja|O'Higgins|Prat|Manuel Montt|Los Aromos|Arequipa|Grau|Ayacucho|Junín|Garcilaso|Amazonas|10 de Agosto|9 de Octubre|6 de Diciembre|25 de Mayo|9 de Julio|18 de Julio|2 de Mayo|5 de Febrero|Duarte|Máximo Gómez|Las Mercedes|Miranda|Los Mangos|Eusebio Ayala|Mcal. López|Gral. Flores|Tte. Fariña|Dr. Fleming|Cnel. Suárez|Pte. Perón|Sto. Domingo|Sta. Ana|Ntra. Sra. del Pilar|Virgen de la Cabeza|Ramón y Cajal|Blas Infante|Cervantes|Quevedo|Goya|Velázquez|Balmes|Provença|Aragó|la Creu|Sant Pere|Rosalía de Castro|do Sol|Nagusia|San Frantzisko|Gran Vía|la Constitución|la Estación|los Molinos|las Huertas|la Ermita|Pozo Dulce|Tetuán|Olmo|Río Claro|Los Jazmines|Villa Adela|Jordán|San Isidro|Alborada|La Merced|El Centro|Las Acacias|Insurgentes Sur|Universidad|Revolución|Constituyentes|Benito Juárez|Matamoros|Pedro Infante|20 de Noviembre|Italia|Brasil|España|Lima|Platerías|Floridablanca|Embajadores"
_HOUSES = "99|9|999|9999|, 99|, 9|, 999|, n.º 99|, nº 9|, núm. 99|, num 9| nº9| n.º 999| N° 9999| No. 99| Nº 9| #99| # 999| #9999|, s/n| s/n| 99-A| 99 B|, 99 bis| 9999 bis| 99-99| 9-99| N99-99| Oe9-99| # 99-99| # 99A-99| No 99-99| 99 # 99-99| 99 Nº 99B-99| km 9|, km 99| Km 9.5| Mz 9 Lt 9| Mz. A Lt. 9|, mz. 99, villa 9| Mza 9 Casa 9|, manzana A, casa 9|, bloque 9|, casa 99|, chalet 9|, chalé 99|, parcela 9|, nave 9|, lote 9| 9999 esq. Artigas| 9999 e/ 99 y 99| 999 entre Salta y Jujuy|, e/ 99 y 99| 999 x 99 y 99| c/ Yegros| esq. Cordero N.º 9999| casi Bolívar 999| 9999 y Venezuela|, portal 9|, esquina calle 9|, apto. 99|, local 9|, nivel 9, local 99"
_REST = '||||||, 9.º A|, 9º B|, 9.º-A|, 9º izq.|, 9.º dcha.|, 9.º izquierda| 9ºA| 9ºB|, bajo|, bajo B|, bajo izda.| BJ A|, entlo. izda.|, ático|, àtic 9a|, principal 9a|, 9r 9a|, 9n|, ent. 9ª|, esc. A, 9.º B|, esc. izq., 9.º D|, piso 9|, piso 9, of. 999|, piso 9.º, letra D|, 9º piso, ofic. 9-9|, of. 999|, oficina 9999|, desp. 999|, dpto. 99|, depto 9|, dep. 9| Dpto. "B"| 9° "C"|, PB "A"| P.B.|, apto 99|, apto. 99-A| apto. 999|, Apto 999|, torre 9|, Torre B, piso 9, apto 9-9| torre 9 ap 999|, int. 9| int 9| INT A| Int. 9, 9° piso|, Col. Centro|, Col. Nápoles| COL ANALCO|, Fracc. Las Lomas|, Urb. Santa Victoria| Urb. Las Palmeras|, Villa Las Rosas|, barrio El Prado|, B° Centro|, B/ Jordán 9 etapa|, zona 9| zona 99|, Miraflores|, Cercado|, Vedado|, Villa Sarita|, edif. Centro, piso 9|, Edif. Illampu, of. 9|, 9 etapa|, 9do piso|, 9ro B|, 9to. anillo|, timbre 9| (entrada por el patio)| (frente a la plaza)|, portón verde|, 99999|, C.P. 99999| Norte|, Ote.| Pte.| Sur|, 9. ezk.|, 9. ezkerra|, escalera B, 9.º exterior|, puerta 99|, pta. 9|, local 9'
_BETWEEN = ': |: |: |: | |  |\t|:\t| - | – |. |.: | nº | n.º | N° | núm. | No. | # | es | = |=|: "|": "|":"|: **|** |** : | | |, | (|/|</td><td>|</b> | ... | ...... | -> | → |; |:|, número |, nº | es el | es: |\n|:\n|: [|_| del titular: | actual: | (titular) | correcto es | nuevo: | de ella: | y es '
_OF = "de {n}|de doña {n}|del Sr. {n}|de la {n}|({n})|{n}|a nombre de {n}|de mi madre|de mi padre|del tutor|de la tutora|de la menor|de la niña|del niño|del titular|de mi hija {n}|del alumno {n}|la secre|de la oficina|del portero|el viejo|el nuevo|el mío|la mía"
_FIRST = "Marisa|Eulogio|Koldo|Isaías|Maruja|Zulema|Ramón|Nelly|Paola|Don Guido|Sra. Encarni|Mirta|Silvina|Katy|Byron|Dani|Toñi|Wilmer|Yesenia|Hna. Teresita|Sor Inés|Dra. Paz|Lic. Rey|Ing. Poma|prof. Vera|Antía|Tomás Sevilla|Rosaura Mendizábal|Segundo Caizapanta|MORALES BECERRA, JACINTA|Soraya Bravo|María José|J. Pérez|A. Gómez|Ana Ruiz Soto"
_AND = " y | y el | / |, | o | ó |; | - | y el de casa | y el otro |, y la suya | e | y tío (| | y al | , "
_BEHIND = " es mi | (| = | es el | (su | – "
_AFTER = '|||.|,|;|)| .| y|\n|\t|"|"}| -| /| ok| gracias|, gracias.| por favor|, de Madrid|, en Lima|, Toluca| (mañanas)| hasta las 8|, y listo|</td>| \\|| ⋯|. Saludos|. Un saludo| tardes|!|!!|?| 🙏| de momento| mi vida| y mañana'
_FRAMES = "|||Paciente: |Cliente |Don Eloy, |El titular, |La interesada, |Sr. Paz, |Alumno/a: |Hola, |Buenas, |oye |Nota: |- |* |> |1. |[12:40] |Firmado: |Tutora legal, |Datos: |Mi |mi |el |la |tu |su |Su |con |por |Para info |Vecinos, |Trabajador: |Dra. Olmo, |Abg. Paz, |Lic. Rey, |Dueño: |Pax: |Vuelo 448. |Cama 12. |2) |OJO: |Asunto: recibo. |En mi casa, |apunta "
_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"
_PEOPLE = "ana|luis|marta|nacho|pepe|rosa|yeni|toño|lau|mari|cris|sofi|dani|javi|paula|kike|flor|trini|edu|vero"
_SUFFIXES = "bcn|runner|trail|foto|fotos|art|mtb|vlc|mx|py|arg|reposteria|peque|gamer|bike|vlogs|music|sur|92|88|07|_ok|teje|cocina|deluna|delmar|profe|mates"


def lines(many: int, draw: random.Random) -> list[tuple[str, Values]]:
    """So many lines, each with one to four values of any kinds and where these stand."""
    return [(_of_nobody(draw), []) if draw.random() < 0.2 else _line(draw) for _ in range(many)]


def _line(draw: random.Random) -> tuple[str, Values]:
    text, values = chosen(_FRAMES, draw), []
    for _ in range(draw.choice((1, 1, 2, 2, 3, 4))):
        kind = draw.choice(_DRAWN)
        between = chosen(_BETWEEN, draw)
        if draw.random() < 0.1:  # what is sold, scored or timed
            for _ in range(draw.randrange(2, 5)):
                text += draw.choice((chosen(_NAMES, draw), *_COUNTED)) + draw.choice(
                    (" ", " ", ": ", ". ")
                )
                text += drawn(chosen(_AMOUNTS, draw), draw) + draw.choice(
                    (" ", "; ", ", ", ". ", " pts; ")
                )
            continue
        if draw.random() < 0.35:
            forms = _AMOUNTS if draw.random() < 0.6 else _FORMS[draw.choice(_NUMBERS)]
            text += chosen(_NOBODYS, draw) + between + drawn(chosen(forms, draw), draw)
            text += chosen(_AFTER, draw) + draw.choice((" ", " ", ", ", "\n"))
            continue
        word = chosen(_WORDS[kind], draw)
        if draw.random() < 0.3:
            word = draw.choice((word.upper(), word.lower(), word.capitalize()))
        way = draw.random()
        if way < 0.2:
            word += " " + chosen(_OF, draw).format(n=chosen(_FIRST, draw))
        elif way < 0.3 and kind in _BARE:  # a name alone before it
            word = draw.choice(
                ("", "", "llamar a ", "consultas a ", "con ", "Sra. ", "atiende ")
            ) + chosen(_FIRST, draw)
            between = draw.choice((", ", ": ", " ", " (", " - ", ", al "))
        if kind == "address" and draw.random() < 0.5:
            between = " "
        value = value_of(kind, draw)
        if way > 0.95:
            word, between = "", ""
        text += word + between
        values.append((len(text), len(text) + len(value), kind))
        text += value
        if way > 0.95:  # the word behind it
            text += chosen(_BEHIND, draw) + chosen(_WORDS[kind], draw)
        elif draw.random() < 0.15 and kind != "address":
            text += chosen(_AND, draw)
            value = value_of(kind, draw)
            values.append((len(text), len(text) + len(value), kind))
            text += value
        text += chosen(_AFTER, draw) + draw.choice((" ", " ", " ", ", ", "\n", " - ", " | "))
    return text.rstrip(), values


def _of_nobody(draw: random.Random) -> str:
    """A line of numbers without a person: a table, an address on the net, a program, verses, a log, accounts of a state."""
    count = draw.randrange(3, 12)
    way = draw.randrange(8)
    if way == 0:  # a table
        form = draw.choice(
            (
                "99.9999",
                "999.999",
                "-9999999",
                "9999999999",
                "9.9999999,",
                "99",
                "999.999.999",
                "9.999.999,99",
                "-999999999999",
            )
        )
        sign = draw.choice((",", ";", " ", "\t", " | ", "\n"))
        return sign.join(drawn(form, draw) for _ in range(count))
    if way == 1:  # an address
        host = draw.choice(
            (
                "images.example.org/photo",
                "vimeo.com",
                "example.com/watch",
                "es.example.com/questions",
                "live.example.com",
                "doi.org",
                "raw.example.net",
            )
        )
        tail = draw.choice(
            (
                "9999999999999-9a99a9a99aa9",
                "99999999",
                "99999/por-que",
                "9999/99999999999_9a99aa9999_z.jpg",
                "99.9999/aa.9999.99",
                "2099/99/99/nota-9999.html",
                "id=99999999&t=99",
                "wght@400;600",
            )
        )
        return f"[{chosen(_NAMES, draw)}](https://{host}/{drawn(tail, draw).lower()})"
    if way == 2:  # a program
        form = draw.choice(
            (
                '"id": 9999999999,',
                "x = [99999, 99999999, 999]",
                "const MAX = 999999; // 9999999999",
                "sha1:9999a99aa9a9a999aa9a999a99a9999999aaa999",
                '<path d="M99.9 99.99L999.9 99.99"/>',
                "@Override int x = 9999999;",
                "@property",
                "npm i @example/plugin-99 @example/core",
                "rgb(999, 99, 99) #99a99a",
                "width: 999px; @media (max-width: 9999px)",
                "SELECT * FROM t9 WHERE id = 9999999",
                "import { A } from '@app/core'",
            )
        )
        return " ".join(drawn(form, draw) for _ in range(draw.randrange(1, 4)))
    if way == 3:  # verses, statutes and notes
        book = draw.choice(
            (
                "Hebreos",
                "Juan",
                "Salmos",
                "Génesis",
                "art.",
                "Ley",
                "cap.",
                "Apocalipsis",
                "Isaías",
                "STS",
                "Rom.",
            )
        )
        return "; ".join(
            f"{book} {drawn(draw.choice(('9', '9:99', '99:9-99', '99/2099', '99.9')), draw)}"
            for _ in range(draw.randrange(1, 4))
        )
    if way == 4:  # a log or a post
        return drawn(
            f"por {chosen(_FIRST, draw)} » Jue Mar 05, 2009 9:99 pm\n2099-99-99 99:99:99.999 +0100 [9999] INFO 99999999",
            draw,
        )
    if way == 5:  # marks of words
        return " ".join(
            drawn(
                draw.choice(
                    (
                        "n66099999999 G9999",
                        "USC00099999",
                        "GHCND:USW00099999",
                        "[9] n99099999999",
                        "Q9999999",
                        "MLA-9999",
                    )
                ),
                draw,
            )
            for _ in range(count)
        )
    if way == 6:  # accounts of a state
        return "\n".join(
            f"{chosen(_NAMES, draw)} {'.' * draw.randrange(12)} {drawn(draw.choice(('99.999.999', '9.999', '9,99', '999 999 999', '9.999.999.999')), draw)}"
            for _ in range(count)
        )
    return ", ".join(
        f"{chosen(_FIRST, draw)} ({drawn('1999-2099', draw)})" for _ in range(draw.randrange(1, 4))
    )


def value_of(kind: str, draw: random.Random) -> str:
    """A value of a kind, in any of its forms."""
    if kind == "handle":
        name = (
            chosen(_PEOPLE, draw) + draw.choice(("", "", ".", "_", "-")) + chosen(_SUFFIXES, draw)
        )
        return (
            draw.choice(("@", "@", "@", ""))
            + name
            + draw.choice(("", "", "", str(draw.randrange(100))))
        )
    if kind == "address":
        return _address(draw)
    return drawn(chosen(_FORMS[kind], draw), draw)


def _address(draw: random.Random) -> str:
    way = (
        chosen(_WAYS, draw) + draw.choice((" ", " ", " ", "", " de ", " de la "))
        if draw.random() < 0.8
        else ""
    )
    if way and not way.endswith(" ") and way[-1] not in "./":
        way += " "
    name, house = chosen(_NAMES, draw), drawn(chosen(_HOUSES, draw), draw)
    if house[0].isdigit():
        house = " " + house
    if not way.strip() and name.startswith(("la ", "los ", "las ", "do ")):
        name = name.split(" ", 1)[1]
    text = (
        way
        + name
        + house
        + drawn(chosen(_REST, draw), draw)
        + (drawn(chosen(_REST, draw), draw) if draw.random() < 0.3 else "")
    )
    if draw.random() < 0.06:  # from within outwards
        inner = drawn(chosen(_REST, draw), draw).lstrip(", ")
        text = (inner + ", " if inner else "") + draw.choice(("de la ", "en ", "", "")) + text
    elif draw.random() < 0.05:
        text = (
            drawn(
                draw.choice(
                    (
                        "Mz 9 Lt 9, ",
                        "Manzana 99, Casa 9, ",
                        "Mz. A Cs 99 ",
                        "casa 99, manzana A, ",
                        "bloque 9 depto 99, ",
                        "99 metros al sur de la ",
                        "del súper 99 m norte y 9 este, ",
                        "de la iglesia 9 c. al lago, ",
                        "n.º 99 de la ",
                        "km 99 de la ",
                        "portal 9, escalera B, ",
                    )
                ),
                draw,
            )
            + chosen(_WAYS, draw)
            + " "
            + name
        )
    if draw.random() < 0.12:
        return text.upper() if draw.random() < 0.6 else text.lower()
    return text


def drawn(form: str, draw: random.Random) -> str:
    """A form with digits and letters by chance; those that say what it is stay: 6 of a mobile, V of Venezuela."""
    value = ""
    for at, sign in enumerate(form):
        if sign == "9":
            value += str(draw.randrange(1 if at == 0 else 0, 10))
        elif sign == "A" and (form[max(0, at - 1) : at + 2].count("A") > 1 or "9" in form):
            value += draw.choice(_LETTERS)
        else:
            value += sign
    return value


def chosen(choices: str, draw: random.Random) -> str:
    return draw.choice(_split(choices))


def _split(choices: str) -> list[str]:
    alternatives = _ALTERNATIVES.get(choices)
    if alternatives is None:
        alternatives = _ALTERNATIVES[choices] = choices.split("|")
    return alternatives


_BARE = frozenset({"phone", "dni", "cedula", "passport", "nie", "rut"})
_COUNTED = (
    "pimiento",
    "patata nueva",
    "calabacín",
    "arroz",
    "carga",
    "control",
    "descarga",
    "salida",
    "Lugo",
    "Betis",
    "talla",
    "ración",
    "Primaria",
    "Grupo A",
    "comp.",
    "1)",
    "2.",
    "Mesa",
    "Planta",
    "plaza",
    "turno",
    "hora",
    "a las",
    "sobre las",
    "Tema",
    "Ejercicio",
    "Capítulo",
)
_NUMBERS = ("phone", "record", "college", "account", "cedula")
_ALTERNATIVES: dict[str, list[str]] = {}
_DRAWN = [
    *_WORDS,
    *["phone"] * 4,
    *["address"] * 8,
    *["record"] * 4,
    *["college"] * 3,
    *["cedula"] * 3,
    *["handle"] * 2,
    "account",
    "dni",
    "passport",
    "ip",
]
