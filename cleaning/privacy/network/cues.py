"""Words before names on the net and before short numbers of persons: where the network looks too (`tokens.py`)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cleaning.privacy.network.tokens import NAMED, NUMBERED, alphabet, word_code

_NAMES = """usuario usuaria usuarios user username login nick nickname alias perfil jugador jugadora player gamertag psn
steam xbox riotid discord twitch instagram insta ig tiktok twitter telegram tg facebook fb face youtube canal
threads bluesky mastodon strava snap snapchat skype foro github gitlab linkedin wallapop vinted author autor
moderador moderadora mod admin anfitrion anfitriona hilo seguidme sigueme siguenos agregame agregadme buscame
etiqueta firmaba firmado clan baneado baneada seudonimo handle account cuenta ravelry wattpad pinterest
messenger habbo ingame msg soy salgo llamo firmo dice escribio respondio responde citando cita comentario partida
kick ban baneo lichess chess roblox minecraft fortnite kahoot duolingo milanuncios marketplace wapo irc server
char clan apodo"""
_NUMBERS = """socio socia paciente pacientes pac historia historial hist ficha legajo leg colegiado colegiada col coleg
colegiacion hermano hermana cofrade cliente clienta afiliado afiliada matricula matr mat matriculado
matriculada expediente exp expte nhc hc alumno alumna abonado abonada interno interna preso carne carnet
credencial registro reg federado federada licencia lic poliza empleado empleada trabajador trabajadora
funcionario placa tip padron lector lectora asociado asociada beneficiario inscrito procuradora procurador
letrado letrada abogado abogada medico medica dr dra enf perito perita cgdo mp mn cmp cop icam icab usuario
usuaria donante mutualista asegurado asegurada boleta nomina voluntario voluntaria residente huesped viajero
opositor"""


@lru_cache(maxsize=1)
def cues() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
    """The codes of these words in order, and before what each stands: NAMED, NUMBERED or both."""
    plain = alphabet()[1]
    of: dict[int, int] = {}
    for words, kind in ((_NAMES, NAMED), (_NUMBERS, NUMBERED)):
        for word in words.split():
            letters = np.frombuffer(word.encode("utf-32-le"), np.uint32)
            code = int(word_code(letters, plain, 0, len(letters)))
            of[code] = of.get(code, 0) | kind
    codes = np.array(sorted(of), np.uint64)
    return codes, np.array([of[code] for code in codes.tolist()], np.uint8)
