"""The codes that a language may be called by in a recipe: the labels of lid.176, and of no other model."""

from __future__ import annotations

_LABELS = """
    af als am an ar arz as ast av az azb ba bar bcl be bg bh bn bo bpy br bs bxr ca cbk ce ceb ckb co cs cv
    cy da de diq dsb dty dv el eml en eo es et eu fa fi fr frr fy ga gd gl gn gom gu gv he hi hif hr hsb ht
    hu hy ia id ie ilo io is it ja jbo jv ka kk km kn ko krc ku kv kw ky la lb lez li lmo lo lrc lt lv mai
    mg mhr min mk ml mn mr mrj ms mt mwl my myv mzn nah nap nds ne new nl nn no oc or os pa pam pfl pl pms
    pnb ps pt qu rm ro ru rue sa sah sc scn sco sd sh si sk sl so sq sr su sv sw ta te tg th tk tl tr tt
    tyv ug uk ur uz vec vep vi vls vo wa war wuu xal xmf yi yo yue zh
"""
LID176_CODES = frozenset(_LABELS.split())
UNKNOWN = "und"  # what a text without a letter is in
ELSEWHERE = "*"  # among the labels of our own model one that it doesn't know


def wrong_code(code: str) -> str | None:
    """What is wrong with the label of a language: no document would ever bear it. None: nothing."""
    if code in LID176_CODES or code == UNKNOWN:
        return None
    from cleaning.language.identify import CODES

    meant = CODES.get(code)
    hint = f"did you mean {meant!r}?" if meant else "write its ISO 639 code, as es or gl"
    return f"there is no language {code!r}: {hint}"
