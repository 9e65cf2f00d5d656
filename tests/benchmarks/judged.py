"""How the presets do on real documents that were judged from the text alone, before anything was tuned on them.

`judged.jsonl` names the documents, each with the verdicts of its readings, a reason where the first says bad, its
half, and the domain where it is said. The first 2,772 lines were looked at while tuning, or might have been, and are
`tuned`: 416 read twice by one reader, 1,924 by two who judged blind, each for itself from the text alone, 432 once;
documents on which two readings differ count for nothing. Three lots of these were parted before any preset ran on
them, and one half of each sealed and run once, then looked at: 355 of 96 repositories that nobody had used (`unsure`
says where the first reader doubted, who had read all of them and tuned), 235 of the collections at hand, and 247 of
these, manuals and repositories. The next 460 lines are of the collections at hand, in Spanish, Catalan, Galician and
Basque (`unsure` where either reader doubted), each register parted by a seed: the rules of that day were tuned on the
first half; the other is `held out`: nobody looked at it before its one run, and no rule was changed after it. Where
nothing is held out, its figures are null. The last 2,500 lines are `trained`: documents of the collections and of 196
repositories which the preset of that day keeps, each judged by one of five blind readers, to learn from; nothing was
drawn of what it removes, so no figure counts them.

TAHONA_SHARED holds some; TAHONA_FOREIGN is a folder in which Debian's packages (bookworm) lie unpacked
(aptitude-doc-es, debian-edu-doc-es, debian-handbook, debian-reference-es, fortunes-es, freedombox-doc-es,
gimp-help-es, harden-doc, installation-guide-amd64, kicad-doc-es, lilypond-doc-html-es, maint-guide-es,
ubuntu-packaging-guide-html-es, wesnoth-1.16-data; for help in Mallard anjuta-common, baobab, evince-common,
gedit-common, ghex, gnome-calculator, gnome-dictionary, gnome-music, gnome-terminal-data, gnome-tetravex, gthumb-data,
lightsoff, orca, seahorse; dia-common, gimp-help-ca, gimp-help-pt-br, lilypond-doc-html-ca, maint-guide-ca,
ubuntu-packaging-guide-html-pt-br) and repositories are checked out under the names of REPOSITORIES; what isn't there
is left out, and what `extract` itself removes is not judged.

Figures, of the half that was not looked at while tuning: `of`, `precision` (of the kept documents the good ones) and
`recall` (of the good ones the kept) of the preset `tahona`, `intervals` of 95 %; `precision_peer` and `recall_peer`
of the other preset with the best F1, which is `peer`; `tuned` the same of the other half; `presets`, precision and
recall of each; `agreement` of the readings where there were two; `lost_since`: documents that were not there.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from cleaning.documents import read_batches  # noqa: E402
from cleaning.filter.decisions import READ, breaches_of  # noqa: E402
from cleaning.filter.proposals import score  # noqa: E402
from cleaning.rules.rules import PRESETS, bounds, resolve  # noqa: E402
from cleaning.signals.signals import files_with  # noqa: E402
from cleaning.view import SideTables  # noqa: E402
from flows.commands.run import run_recipe  # noqa: E402
from pipeline.model.dataset import Manifest, Reference  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.benchmarks.peers import SHARED  # noqa: E402

LANGUAGES = ["es", "ca", "gl", "eu", "pt", "en"]
JUDGED = ("tahona", "gopher", "c4", "fineweb", "fineweb2-es", "bne", "hplt")
ARCHIVES = {
    "karpoke": "sites/karpoke.tar.xz",
    "movimientolibre": "sites/movimientolibre.tar.xz",
    "traf": "extraction/trafilatura_pages.tar.xz",
    "readability": "extraction/readability_pages.tar.xz",
}
MANUALS = {
    "aptitude": "usr/share/doc/aptitude/html/es",
    "kicad": "usr/share/doc/kicad/help/es",
    "maint": "usr/share/doc/maint-guide-es/html",
    "freedombox": "usr/share/freedombox/manual/es",
    "gimp": "usr/share/gimp/2.0/help/es",
    "handbook": "usr/share/doc/debian-handbook/html/es-ES",
    "harden": "usr/share/doc/harden-doc/html/es-ES",
    "install": "usr/share/doc/installation-guide-amd64/es",
    "lilypond": "usr/share/doc/lilypond",
    "debianedu": "usr/share/doc/debian-edu-doc-es",
    "diaeu": "usr/share/doc/dia/html/eu",
    "gimpca": "usr/share/gimp/2.0/help/ca",
    "gimppt": "usr/share/gimp/2.0/help/pt_BR",
    "lilypondca": "usr/share/doc/lilypond/html/Documentation",
    "maintca": "usr/share/doc/maint-guide-ca/html",
    "mallard": "usr/share/help",
    "packagingpt": "usr/share/doc/ubuntu-packaging-guide-html-pt-br",
    "packaging": "usr/share/doc/ubuntu-packaging-guide-html-es",
    "reference": "usr/share/debian-reference",
    "wesnoth": "usr/share/doc/wesnoth-1.16-data",
}
REPOSITORIES = {
    "19peirooo": "19peirooo/Apuntes",
    "abetos": "raaffa27/Casa-Rural-Tres-Abetos",
    "academy": "juaquicar/claude-code-academy-spanish",
    "actividades": "dvarrui/libro-de-actividades",
    "adf": "Asociacion-ADF/web",
    "adilapalmera": "ADIlapalmera/ADI-La-Palmera",
    "afeaesgithubio": "Afeaes/afeaes.github.io",
    "aheliz": "AHEliz/AHEliz.github.io",
    "aislamientoenc": "AislamientoenCasa/Aislamiento-en-casa",
    "alba": "davidcarton/los_cuentos_del_alba_web",
    "albertor": "albertoruizmb/albertoruizmb.github.io",
    "aliados": "ha4e/hispanosaliados.org",
    "alitux": "Alitux/alituxblog",
    "alpineespanol": "venenux/alpine-espanol",
    "alquilasinprob": "ASPALQUILA/alquila-sin-problemas",
    "altorrainmobil": "altorrainmobiliaria/altorrainmobiliaria.github.io",
    "ancodarq": "Ancodarq/web",
    "andaluzas": "iwaterhd-beep/recetasandaluzas",
    "androcode": "androcode-es/androcode-es.github.io",
    "angelgf": "angelgf74/recetas",
    "angular": "angular-hispano/angular-docs-es",
    "apdazaprese": "apdaza/presentaciones_udistrital",
    "aplicacioneslibres": "911psicologia-lgtm/aplicaciones-libres",
    "aprenderrustes": "dpineiden/aprender-rust-espanol",
    "apuntes": "Jorgepastorr/apuntes",
    "apuntesdepytho": "nlarrea/apuntes-de-python",
    "apuntesfaculta": "santi440/apuntes-facultad",
    "apunteslpp": "domingogallardo/apuntes-lpp",
    "apuntesobsidia": "ivanaf03/Apuntes-Obsidian",
    "arteenluz": "AMJordan886/arteenluz",
    "asociacion362": "EduardoMateos/asociacion-362-website",
    "asociaciondeve": "Albert-Gutierrez/asociacion_de_veteranos_de_villeta_y_gualiva",
    "asperger": "UxerDevCoding/Web-App-Organizer-Asociacion-Asperger-Asturias",
    "asrob": "asrob-uc3m/tutoriales",
    "assignments": "lp02-2024-1-g7/assignments",
    "atareao": "atareao/atareao.es",
    "ateneo": "AteneoMolinaDeSegura/jekyll",
    "aventurguiagit": "Aventurguia/aventurguia.github.io",
    "axudi": "Axudi-asociacion/Axudi-web",
    "ayerhoy": "vicosurge/futuroayerhoy",
    "ayuntamientovg": "uvadillo/Ayuntamiento-VG",
    "azlinux": "Ayuntamiento-Zaragoza/azlinux.github.io",
    "backend": "DOCKER-PAPELERIA/Backend",
    "belmontejo": "ralph1985/ayuntamiento-de-belmontejo",
    "bibliotecaanar": "Ruben-developer/biblioteca-anarquista",
    "bid": "EL-BID/guia-de-publicacion",
    "bienestar": "psicologiaybienestar/psicologiaybienestar.github.io",
    "bitacora": "KamiKeys/bitacora-del-eter-site",
    "bitsmi": "bitsmi-blog/bitsmi-blog.github.io",
    "bloges": "crixodia/blog-es",
    "blogiaespanol": "markooss122/blog-ia-espanol",
    "blogrecetas": "BryanCloudDev/BlogDeRecetas",
    "borgesmj": "borgesmj/notas-y-apuntes",
    "bucle": "buclepoesia/bucle",
    "buscador": "BorjaCuerva/buscador",
    "canaria": "ateeducacion/normativa_educativa_canaria",
    "canido": "plsuis/biblioteca_ferrol_Asociacion_Vecinos_Canido",
    "captions": "3b1b/captions",
    "caridad": "mateolohezic/parroquianuestrasenoradelacaridad",
    "carlosal": "carlosal1015/carlosal1015.github.io",
    "casarural1": "AdrianCarral/casa-rural-1",
    "casaruralvalle": "Mendana/casa-rural-valle-arbas",
    "catetita": "catetita/python-en-espanol",
    "cesc": "cesc1989/apuntes",
    "charlas_039": "gbourdin/charlas",
    "charlas_f80": "tutuca/charlas",
    "ciudadanosanti": "CiudadanosAnticorrupcion/ciudadanosanticorrupcion.github.io",
    "cmirkin": "CiroMirkin/Apuntes",
    "cobreros": "turispuebla-beep/ayuntamiento-cobreros",
    "colombia": "El-Pueblo-Colombiano/Constitucion-Politica-de-la-Republica-de-Colombia",
    "colombiatic": "ColombiaTIC/ColombiaTIC",
    "comics": "Manumarqben/comicsycuentos",
    "communitydocse": "v-kents/CommunityDocs-es-es",
    "condado": "AMaestroG/condadodecastilla.com",
    "constitucion_8b3": "opensourcechile/constitucion",
    "constitucionapp": "elikito/constitucionespanola",
    "constitucionch_87b": "juancri/ConstitucionChile",
    "cpalgo": "CP-Algorithms-es/CP-Algorithms-es.github.io",
    "criptowiki": "criptowiki/criptowiki",
    "cristempweb": "AlexGeek3/cristemp_web",
    "critico": "conocimientocritico/conocimientocritico.github.io",
    "csharpguy": "ThatCSharpGuy/thatcsharpguy.github.io",
    "cuadernodebita": "luzbel/Cuaderno-de-bitacora",
    "cubana": "Yakovyakov/legislacioncubana",
    "cuentosparador": "adrendon/cuentos-para-dormir",
    "curado": "curadomag/curadomagazine",
    "cursodedesarro": "josefcohernandez/Curso-de-desarrollo-software-con-IA-Agentica",
    "cyberpunk": "IgnacioGaldames/manifiesto_cyberpunk",
    "datosgobar": "datosgobar/datosgobar.github.io",
    "datosperu": "aniversarioperu/curso_periodismo_de_datos",
    "derechoart": "artificialderecho-ux/derecho-artificial-perspectivas",
    "derechos": "redoaxacadetodos/conocemisderechos",
    "deseado": "virgiramirez/mi-pueblo-puerto-deseado",
    "despejodepoesi": "mfrodr7gues/Despejo-de-Poesias",
    "diariorevistac": "ezkiso/Diario-Revista-Castellanica",
    "diplomacy": "Viejo-Diplomacy/Diplomacy-en-espanol",
    "discursos_cfk_08c": "mgaitan/discursos_cfk",
    "discursospolit": "Klauslehmann/discursos_politicos",
    "distrito44": "AITNES21/Distrito44",
    "divulgando": "dotero-dciencia/divulgando-ciencia",
    "docsify": "docsifyjs/docs-es",
    "documentacion": "filamentenespanol/documentacion",
    "documentacion2": "TheaskerDocumentacion/documentacion2",
    "documentaciond": "cocadepoma/documentacion-daw",
    "documentacioni": "tribu-ia/documentacion-investigacion-agentes-ia",
    "documentacionn": "kurotom/Documentacion_Notas",
    "drlionelzurita": "2Estudiojuridico2/Dr.-Lionel-Zurita",
    "drupal": "AsociacionDrupalES/AED",
    "economia": "pepemxl/Curso_Economia",
    "ejerciciorefac": "10alejo/Ejercicio-refactorizaci-n",
    "ejercicioweb": "FranJunior23/ejercicio-web",
    "elblogdechaghi": "chaghi/elblogdechaghi",
    "elblogdeismael": "ElblogdeIsmael/ElblogdeIsmael.github.io",
    "elblogdelhort": "aleongit/elblogdelhort",
    "elblogdenaker": "Naker90/elblogdenaker",
    "elblogdepicode": "picodotdev/elblogdepicodev",
    "elgorriagaclin": "AllerSec/elgorriaga-clinicadental",
    "ellibrodedjang": "saul-g/El-libro-de-Django",
    "empresawebdiap": "msorllo/empresa_web_diapositivas_iqstack",
    "ensayo": "stevenvo780/ensayo-filosofia-ciudad",
    "ensayos": "Mapachosa/siete-ensayos",
    "espanolabook": "aoc81/espanola_book",
    "espanolesensui": "spanolito/espanolesensuiza",
    "espanolsinfron": "moonjab-dot-com/espanolsinfronteras.github.io",
    "estatutos": "GLUD/estatutos",
    "estructura": "JuDav-093/Manual-de-Estructura-de-Datos",
    "estudiantes": "datauy/DerechosDeEstudiantes-2",
    "facultadapunte": "JuanBiancuzzo/Facultad-Apuntes",
    "felixacdc": "felixacdc/legislacion",
    "fernand0": "fernand0/fernand0.github.io",
    "fiuba": "JulianGCalderon-FIUBA/apuntes.md",
    "fmfc": "Divione-AAA/FMFC-Ciencias-de-la-computacion",
    "fravelz": "FraVelz/WEB-Notas-de-Politica",
    "freebooks": "EbookFoundation/free-programming-books",
    "freecad": "fgcoca/Mis-notas-de-FreeCAD",
    "futuro": "filosofiadelfuturo/filosofiadelfuturo.com",
    "gamonal": "vaayroon/hermandad-gamonalense-oficial",
    "gastongarcia": "gastongarcia/cuentos-en-espanol",
    "geometria": "artilugio0/historia-de-la-geometria",
    "gitclase": "MAlejandroR/apuntes-git",
    "gophers": "gophers-latam/gophers-latam.github.io",
    "grabador": "frborda/transcripciones",
    "granjaruby": "AKALugo/Granja-Ruby",
    "guiadecacaoand": "CacaoMovil/guia-de-cacao-android",
    "guiadepescaint": "pelayrgr12/Guia-de-pesca-Interactiva-Asturiana",
    "guiadetrabajop": "fgcoca/Guia-de-trabajo-para-microbit",
    "guiasderailses": "danielmoralesp/guias-de-rails-espanol",
    "gvc": "Eskaladigital/gvcabogados",
    "hackdev": "hackdevmariana/tutoriales",
    "hacklab": "HackLab-Almeria/hacklab-almeria.github.io",
    "heras": "emilioheras/mis-recetas",
    "herramientas": "ComputoCienciasUniandes/HerramientasComputacionales",
    "hfritz": "hfritz/claude-code-en-espanol",
    "historiaargent": "MaquedaPaul/historia-argentina-haciendo-zoom-en-alberdi",
    "historiasdezag": "ZagasTales/HistoriasdeZagas",
    "holasoy": "holasoymalva/guia-de-programacion-con-ai",
    "hongos": "mguerra77/Curso-de-filosofia-hongos",
    "igomis": "igomis/apunts",
    "imlauera": "imlauera/imlauera.github.io",
    "instante": "elcorreveidile/diario-de-un-instante",
    "intercultural": "arielscc/salud-intercultural",
    "intro2sd": "ULL-MII-SYTWS-2425/intro2sd-saul-martin-garcia-alu0101405810",
    "irchispano": "wodim/irc-hispano",
    "iv": "JJ/IV",
    "javascript": "javascript-tutorial/es.javascript.info",
    "jcortell": "jcortell/blog-es",
    "jerohoyos": "JeroHoyos/ML-From-Zero-Blog-ES",
    "jorgerdc": "jorgerdc/tutoriales",
    "josedom": "josedom24/josedom24.github.io",
    "jquery": "mundoSICA/tutorial_hispano_jQuery",
    "jrjimenez": "EscuelaDeGeeks/jrjimenez.com",
    "jsavanzado": "danielmoralesp/javascript-avanzado-en-espanol",
    "juanpablo": "juanpablo1978/asociacion.github.io",
    "jucama86prese": "jucama86/presentaciones-academicas-utel",
    "juridicas": "redjudicial/noticias-juridicas",
    "jvera": "jvera71/TutorialesMarkdown",
    "kinoveadocses": "silvioguerrero/kinovea-docs-es",
    "klippero": "klippero/curso-programacion-dev",
    "kotlinesgithub": "vicboma1/kotlin-es.github.io",
    "kr4dd": "kr4dd/recetas",
    "lacetanica": "madyyelf/ApuntsLacetanica",
    "landingnarbosp": "nelsonlondonodev/landing_Narbos_peluqueria",
    "laparca": "blog-laparca-es/blog-laparca-es.github.io",
    "lapedreraolava": "Dai-Cabrera/La-Pedrera-Olavarria",
    "laravel": "javisr/laravel-docs-es",
    "laravel10": "McAlvaro/laravel-10-documentacion-en-espanol",
    "laraveles": "ascsl/laravel-docs-ES",
    "laravelspanish": "reysmerwvr/laravel-spanish-docs",
    "lbf": "La-Biblia-Fiel/Biblia-LBF",
    "legislacionpar": "oscarnortiz/legislacionParaguaya",
    "leyesmx": "juan-jose-ochoa/leyes",
    "libreim": "libreim/libreim.github.io",
    "librosl": "vero-pix/libros-libres",
    "licencias": "upderecho/observatorio-de-licencias",
    "logos": "refo44/demo-revistalogos",
    "losers": "hugoruscitti/losersjuegos.com.ar",
    "lpp_m_10_prct0_26a": "AdCalzadilla/LPP_M_10_prct08",
    "ltmd": "fersandovalgtz/libro-texto-mexicano-digital",
    "lucasd": "LucasD2310/periodico-el-faro",
    "lugfi": "lugfi/lugfi-classic",
    "madrid": "AyuntamientoMadrid/transparencia",
    "magomo": "magomo-es/magomo-es.github.io",
    "makirestaurant": "Achalogy/maki-restaurante",
    "manel": "manelvelasco/manelvelasco.github.io",
    "manualdeprogra": "newneo4/Manual-de-programacion-competitiva",
    "manualdeusopre": "LEOMARINO/manual-de-uso-prestashop-8",
    "manuelver": "manuelver/curso-python",
    "marcapaginarel": "sibaberpollo/marcapagina-relatos",
    "masterciencias": "armijoalb/Master-Ciencias-de-Datos-UGR",
    "maternidad": "AngelGuerra/manifiesto-maternidad",
    "medieval": "hdlabconicet/Poesia-Medieval",
    "mexico": "ceyusa/constitucion-mexicana",
    "microbiologiao": "Habdel-Edenfield/microbiologia-obsidian",
    "migueltoro": "migueltoro/apuntesjava",
    "minka": "dom-minka/minka-docs-es",
    "mira": "olayarq-olab/mira-en-espanol",
    "misapuntes": "jmcerrejon/misapuntesde",
    "mixteca": "rsalascoronado/mixteca-libros-digitales",
    "montessori": "AsociacionMontessori/am-certificacion-website",
    "montiel": "DanielMontiel1397/04_Blog-Senderismo",
    "moonbeam": "PureStake/moonbeam-docs-es",
    "mora": "moramunozclara/apuntes-de-clase",
    "mozhispano": "mozillahispano/mozilla-hispano.org",
    "mrey": "mrey-profe/apuntes-java",
    "municolque": "BabyMendoza/Municolque",
    "museo": "OscarND26/Museo.github.io",
    "nahuel": "nahuelrabey/apuntes_IA_final_ALC",
    "naranja": "mig335uel/Periodiconaranja-news",
    "natacion": "lucianoterziotti/asociacion_cordobesa_de_natacion",
    "natch1623prese": "natch1623/presentaciones",
    "navidad": "lirondos/discursos-de-navidad",
    "neurociencias": "stevenvo780/FilosofiaNeurociencias",
    "neuronaturaleza": "lucasesepulveda-web/neuronaturaleza-senderismo",
    "nocturn": "emoriarty/nocturnidades",
    "notasuniversid": "cardel/notasUniversidad",
    "noticiencias": "cortega26/noticiencias",
    "nuevodia": "ndnoticia-prog/nuevodianoticias",
    "numerai": "numerai/docs-es",
    "nutriganespaav": "AlexFerrandezWeb/NutriganEspa-aV2",
    "nutrirecetasve": "facundo-p/nutrirecetas-veganas",
    "obradoiro": "pvillaverde/web-obradoiro-dixital-galego",
    "observatoriode": "UPDerechoIA/observatorio-de-licencias",
    "ocdskibanamanu": "open-contracting/ocds-kibana-manual-es",
    "oldblog": "deepin-espanol/old-blog",
    "packtools_c86": "scieloorg/packtools",
    "panama": "betobetico/claude-para-abogados-panama",
    "pardogine": "joanpardogine/apunts-de-python-jekyll",
    "parroquiamarga": "tgarram/parroquiamargarita",
    "pauseai": "pauseai-en-espanol/pauseai-website-es",
    "pauseaienespanolpr": "pauseai-en-espanol/presentaciones",
    "pebakery": "pebakery/pebakery-docs-es",
    "pech": "Pech68/mi-novela-web",
    "pelegrina": "pelegrinalopezsem/REPOSITORIO-DE-APUNTES",
    "peluqueriahect": "aicurrosolutions/peluqueria-hector",
    "peru": "jeqo/peru-constitucion",
    "piniaspanishdo": "raulwwq0/pinia-spanish-docs",
    "pitfrank": "pitfrank/Estadistica-con-R-en-espanol",
    "podcastlinux": "podcastlinux/podcastlinux.github.io",
    "poesia": "OomAngel/poesia",
    "poesiasexp": "canekzapata/poesiasexp",
    "pokedexdigital": "CamiOso/Pokedex-Digital",
    "politica": "fidubitco/POLITICA-AGENTINA-EL-MEJOR-PORTAL-DE-NOTICIAS-A-TU-ALCANCE-INFORMACION-VERIDICA",
    "poveda": "IdeasUtiles/el-libro-de-la-vida-Antonia-Poveda-Mu-oz",
    "preguntasentre": "midudev/preguntas-entrevista-react",
    "presentaciones_4ca": "modicl/presentaciones_duoc",
    "presentaciones_bca": "ULL-ESIT-SYTW-1617/presentaciones-todos",
    "primeras": "elateneoac/primeras-armas-en-python",
    "primercontacto": "AlvaroXC/primer-contacto-psicologia",
    "proyectofinal2": "CS1103/proyecto-final-2023_0-grupo-4",
    "puga": "pablo-puga/web-recetas",
    "pyarwiki": "PyAr/wiki",
    "pybonacci": "Pybonacci/pybonacci.github.io",
    "pyvalpeluqueri": "lucipereirar/pyvalpeluqueriasweb",
    "qcobjects": "QuickCorp/qcobjects-docs-es",
    "rafexprese": "rafex/presentaciones-cursos-talleres",
    "raglegislacion": "Jairodaniel-17/rag-legislacion",
    "react": "reactjs/es.react.dev",
    "redes": "sergarb1/ApuntesRedes",
    "representacion": "cramirezyepez-bit/representaciones-cotrina-web",
    "reservacine": "EJ-Djarin/Reserva_Cine",
    "responsabilidad": "lorensaura/Leyes",
    "restservertemp": "Chinano9/rest-server-template",
    "revista1919": "revista1919/revista1919.github.io",
    "revistapanamer": "gipsy93-collab/revista-panamericana-de-pedagog-a---interactiva",
    "ronaldo": "RonaldoMarquina/mi-blog-educativo",
    "rustblog": "RustLangES/blog",
    "rustbook": "RustLangES/rust-book-es",
    "samur": "miguelrzazo/ManualSAMUR",
    "sanmarcos": "fotografiacarloshernandez600-hub/parroquia-san-marcos",
    "saqh5037prese": "saqh5037/presentaciones",
    "scraper_807": "constitucion-uruguay/scraper",
    "seoblog": "clawdbot-liaz/seo-blog-periodico",
    "sergio": "potatofut/blog-politico-sergio",
    "servicios": "CumbriaSpahotel/Servicios",
    "sitioweb": "Fundacion-SENO-NQN/sitio-web",
    "slidev": "slidevjs/docs-es",
    "smi": "TRCIMPLAN/SMIv1",
    "snicoper": "snicoper/apuntes",
    "snicopercom": "snicoper/snicoper.com",
    "sobreruedas": "1973Sobreruedas/Cuaderno-Bitacora-Linuxero-1973Sobreruedas",
    "soliditydocses": "AdrianClv/solidity-docs-es",
    "sweetstyle": "AlejoAseijas/SweetStyle",
    "symfonydocses": "pipo02mix/symfony-docs-es",
    "tagliatella": "Danielonio/manifiesto_anti_ninos_tagliatella",
    "tarteka": "tarteka/recetas",
    "teatroespanolp": "iAlberstein/teatroespanolpigue",
    "testing": "ChaloCode/libro-de-testing-en-net",
    "textoslocalsto": "BorjaCuerva/textosLocalStorage",
    "thecuentos": "luciovilla/the-cuentos",
    "thenormalpost": "AlanosSL/the-normal-post",
    "tienda": "alpiedelaletracuadernos/tienda",
    "tierra": "oleferry/periodico_tierra_de_campos",
    "traducciones": "hamfree/TRADUCCIONES",
    "traduccionhask": "JulioAlbertoTum/traduccion-haskell-cookbook",
    "transesp": "trans-en-espanol/transespdiscord-recursos",
    "traviesa": "Caleya/casa-rural-la-traviesa",
    "turismoirati": "AleMenon/turismo_irati",
    "turismoloberia": "Luca1008/Turismo-Loberia",
    "turismonortees": "luxen4/turismo-norte-espana",
    "tutorialdejava": "Programando-en-Espanol/tutorial-de-javascript",
    "uami": "uamidigital/filosofia",
    "ugeek": "uGeek/ugeek.github.io",
    "unaintroduccio_df4": "JorgeGa2612/una-introduccion-a-la-filosofia",
    "untref": "untref-ayp2/apuntes",
    "uqbar": "uqbar-project/wiki",
    "valdelamusa": "ManuelCerrejon/Asociacion-de-Festejos-Valdelamusa",
    "venezolanos": "jdcampolargo/venezolanos-podcast-transcripciones",
    "vetusta": "GonzaloEmbil/bmvetusta",
    "victorhck": "victorhck/victorhck.github.io",
    "videsk": "videsk/developers-docs-es",
    "villaviciosa": "javiaspiroz/club-ajedrez-villaviciosa",
    "vite": "vitejs/docs-es",
    "viveros": "casariz/asociacion-viveros",
    "vokimon": "vokimon/apunts",
    "web": "25DeMayoFutbolClub/web",
    "webbellaunion": "AlvaroGiachetto/web-bella-union",
    "webclickderech": "panchobarberis-maker/web-click-derecho",
    "webclubajedrez": "club-ajedrez-navalucillos/web-club-ajedrez",
    "webparroquians": "tinogas/web-parroquia-nsdlp",
    "xoan": "XoanOuteiro/DAM_ApuntesSegundo",
    "yellowbrickdoc": "DistrictDataLabs/yellowbrick-docs-es",
    "zkp": "LCristinaM/ZKP-en-Espanol",
}
TELEVISION = "plantl__8tv.cat.warc"  # its documents are named by their ids
DOMAINS = {
    "biomedical": "biomedical",
    "legal": "legal",
    "literature": "literature",
    "news_encyclopedic": "news",
    "parliamentary": "parliamentary",
    "technical": "technical",
    "technical_help": "technical",
    "other/ca": "web",
    "other/eu": "web",
    "other/gl": "web",
}


def lay_out(rows: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, str]:
    """Writes the documents of these names, each where it lay below a folder of its domain and suffix, since an address
    tells too; gives the names by file.
    """
    files: dict[str, str] = {}

    def put(name: str, content: bytes, suffix: str, domain: str = "web") -> None:
        domain = rows.get(name, {}).get("domain", domain)
        file = f"{name.removesuffix(suffix)}{suffix}"
        files[file] = name
        place = folder / f"{domain}{suffix}" / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    for source, archive in ARCHIVES.items():
        with tarfile.open(SHARED / "data" / archive) as tar:
            for member in tar:
                name = f"{source}/{member.name.removeprefix('./')}"
                if name in rows and (file := tar.extractfile(member)):
                    put(name, file.read(), ".html")
    if foreign := os.environ.get("TAHONA_FOREIGN"):
        for name in sorted(rows):
            source, _, page = name.partition("/")
            place = Path(foreign) / MANUALS.get(source, source) / page
            if source == "fortunes" and (saying := _saying(Path(foreign), page)):
                put(name, saying.encode(), ".txt")
            elif source in {*MANUALS, *REPOSITORIES} and place.is_file():
                if place.suffix == ".srt":
                    put(name, _spoken(place.read_text("utf-8", "replace")).encode(), ".txt")
                elif place.suffix == ".page":
                    put(name, _shown(place.read_bytes()), ".html")
                else:
                    suffix = {".htm": ".html", ".markdown": ".md"}.get(place.suffix, place.suffix)
                    put(name, place.read_bytes(), suffix)
    if any(name.startswith("8tv/") for name in rows):
        put("8tv", (SHARED / "data/warc" / TELEVISION).read_bytes(), ".warc")
    import zstandard

    for register, domain in DOMAINS.items():
        with (SHARED / f"data/text/{register}.jsonl.zst").open("rb") as raw:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), "utf-8")
            for row in map(json.loads, lines):
                if (name := f"{register}/{row['id']}") in rows:
                    line = json.dumps({"text": row["text"]}, ensure_ascii=False)
                    put(name, line.encode(), ".jsonl", domain)
    return files


def _saying(foreign: Path, page: str) -> str:
    """One of a file of fortunes, by its place; empty where there is none."""
    file, _, place = page.partition("/")
    path = foreign / "usr/share/games/fortunes/es" / file
    if not path.is_file():
        return ""
    said = path.read_text("utf-8", "replace").split("\n%\n")[int(place)]
    return re.sub(r"\x1b\[[0-9;]*m", "", said).strip()


def _spoken(captions: str) -> str:
    """The captions without their numbers and times, one a line."""
    lines = [line.strip() for line in captions.splitlines()]
    return "\n".join(x for x in lines if x and not x.isdigit() and "-->" not in x)


SHOWN = {  # of Mallard (projectmallard.org) the elements that are blocks; the others are shown in their line
    **{name: name for name in ("p", "section", "table", "thead", "tbody", "tr", "td", "th")},
    **dict.fromkeys(("list", "steps", "terms", "tree"), "ul"),
    "screen": "pre",
    **dict.fromkeys(("note", "quote", "synopsis", "listing", "figure", "example"), "div"),
    **dict.fromkeys(("title", "subtitle"), "h2"),
    "item": "li",
    "page": "main",
    "desc": "p",
}


def _shown(page: bytes) -> bytes:
    """A page of a help in Mallard as HTML: its blocks, without what says who wrote it."""
    root = etree.fromstring(page, etree.XMLParser(resolve_entities=False, no_network=True))
    etree.strip_elements(root, etree.Comment, "{*}info", "{*}media", with_tail=False)
    for element in root.iter("{*}*"):
        name = etree.QName(element).localname
        alone = name == "code" and element.getparent().tag not in {"p", "span", "h2"}
        element.attrib.clear()
        element.tag = "pre" if alone else SHOWN.get(name, "span")
    shown: bytes = etree.tostring(root, method="html", encoding="utf-8")
    return b"<!DOCTYPE html><meta charset=utf-8><body>" + shown


def annotated(folder: Path) -> tuple[Store, Manifest, Manifest]:
    """The documents and signals of what was laid out."""
    kinds = {path.name for path in folder.iterdir()}
    sources: dict[str, dict[str, Any]] = {}
    for kind in sorted(kinds):
        domain, _, suffix = kind.partition(".")
        sources[kind.replace(".", "_")] = {
            "files": [f"{kind}/**/*.{suffix}"],
            "domain": domain,
        }
        if suffix == "html":
            sources[kind.replace(".", "_")]["reader"] = "html"
    recipe = {
        "name": "judged",
        "sources": sources,
        "stages": {"extract": None, "annotate": {"groups": ["published", "docscore", "terms"]}},
    }
    path = folder / "judged.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    with redirect_stderr(io.StringIO()):
        ran = run_recipe(str(path), str(folder / "store"))
    store = Store(folder / "store")
    references = [Reference(stage=s["stage"], fingerprint=s["fingerprint"]) for s in ran["stages"]]
    documents, signals = (store.manifest(reference) for reference in references)
    assert documents and signals
    return store, documents, signals


def kept(
    store: Store, documents: Manifest, signals: Manifest, preset: str, files: Mapping[str, str]
) -> Iterator[tuple[str, bool]]:
    """By its name, whether a preset keeps each document; `files` are the names by those of their files."""
    rules = bounds(resolve(preset))
    columns = list(dict.fromkeys(["language", "language_p", *(rule.signal for rule in rules)]))
    for shard, beside in zip(documents.shards, signals.shards, strict=True):
        tables = [store.fetch(file) for file in files_with(beside.files, columns)]
        table = SideTables(tables, columns)
        for batch in read_batches(store.fetch(shard.one("kept")), (*READ, "source.file")):
            breaches = breaches_of(rules, LANGUAGES, table.beside(batch), batch)
            ids = batch["id"].to_pylist()
            for index, source in enumerate(batch["source"].to_pylist()):
                name = files[source["file"]]
                name = f"8tv/{ids[index]}" if name == "8tv" else name
                yield name, not any(breach.broken[index] for breach in breaches)


def measure(quick: bool) -> dict[str, Any]:
    """All figures; `quick` takes one document of four."""
    assert set(JUDGED) <= PRESETS.keys()
    lines = (Path(__file__).with_suffix(".jsonl")).read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if json.loads(line)["half"] != "trained"]
    rows = {row["document"]: row for row in map(json.loads, lines[:: 4 if quick else 1])}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = lay_out(rows, folder)
        store, documents, signals = annotated(folder)
        said = {preset: dict(kept(store, documents, signals, preset, files)) for preset in JUDGED}
    read = [rows[name] for name in sorted(said["tahona"]) if name in rows]
    twice = [row for row in read if "second" in row]
    same = [row for row in read if row["first"] == row.get("second", row["first"])]
    held = [row for row in same if row["half"] == "held out"]

    def figures(preset: str, chosen: list[Mapping[str, Any]]) -> Any:
        stays = [said[preset][row["document"]] for row in chosen]
        return score(stays, [row["first"] == "good" for row in chosen])

    scores = {preset: figures(preset, held) for preset in JUDGED}
    peer = max(JUDGED[1:], key=lambda p: _f1(scores[p]))
    ours, tuned = scores["tahona"], figures("tahona", [r for r in same if r not in held])
    return {
        "of": len(held),
        "good": sum(row["first"] == "good" for row in held),
        "precision": ours.precision.value,
        "recall": ours.recall.value,
        "intervals": {"precision": ours.precision[1:], "recall": ours.recall[1:]},
        "peer": peer if held else None,
        "precision_peer": scores[peer].precision.value,
        "recall_peer": scores[peer].recall.value,
        "tuned": {"of": tuned.of, "precision": tuned.precision.value, "recall": tuned.recall.value},
        "presets": {p: [s.precision.value, s.recall.value] for p, s in scores.items()},
        "agreement": round(sum(r["first"] == r["second"] for r in twice) / len(twice), 4),
        "read": len(read),
        "lost_since": len(rows) - len(read),
    }


def _f1(of: Any) -> float:
    precision, recall = of.precision.value or 0.0, of.recall.value or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


if __name__ == "__main__":
    print(json.dumps({"benchmark": "judged", "figures": measure("--quick" in sys.argv)}))
