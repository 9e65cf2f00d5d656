"""How likely each block of a page is its text: by the network, and by what is surely none on a page of its kind."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.boilerplate.around import around, filed
from cleaning.extract.boilerplate.authored import leading, sections
from cleaning.extract.boilerplate.controls import controls, counted, signatures
from cleaning.extract.boilerplate.goods import around_product
from cleaning.extract.boilerplate.letters import of_archive
from cleaning.extract.boilerplate.posts import beside_posts, whole_posts
from cleaning.extract.boilerplate.template import (
    of_closed,
    of_consent,
    of_contents,
    of_imprint,
    of_maker,
    of_pagers,
    of_related,
    of_template,
)
from cleaning.extract.kind import PageKind, kind_of
from cleaning.extract.metadata import Marks
from cleaning.extract.model.choice import LITTLE, SURE, level
from cleaning.extract.model.features import Floats, features, of_page
from cleaning.extract.model.model import judge, probability
from cleaning.text.batch import Bools
from cleaning.web.urls import host_of

NEVER = -20.0  # the logit of what is surely none
# The model is too sure of pages whose site it has not seen: this share of its logits is the likeliest there, by the
# development pages that are no articles and models that did not know them (Guo et al. 2017, On Calibration of Modern
# Neural Networks).
CALM = 0.75
TEMPLATE = 0.09  # the most that links of an element that its template adds to a text are worth


class Likely(NamedTuple):
    """What a page is, and how likely each block is its text: `p` by all that is known, `alone` by the network, `plain`
    by the network as of a page of any kind. `aside` are the blocks that lead elsewhere, `added` these and what else
    the template adds, `contents` those that are surely none of the text.
    """

    page: PageKind
    p: Floats
    alone: Floats
    plain: Floats
    aside: Bools
    added: Bools
    contents: Bools


def likely(blocks: Blocks, marks: Marks, manual: bool, url: str | None) -> Likely:
    """Judges the blocks of a page; `manual`: it says that it is of one."""
    logits, bodies, kinds = judge(features(blocks, marks.plain_title, of_page(marks, blocks, url)))
    plain = probability(logits)
    page = kind_of(blocks, kinds, plain >= SURE, manual)
    if page.of_article:
        alone = probability(bodies)
    else:
        out = of_closed(blocks, logits, page.kind)
        if page.kind == "product":
            out |= around_product(blocks)
        logits = np.where(out, NEVER, logits).astype(np.float32)
        alone = plain = probability(logits)
    p = alone
    if page.of_links or (not page.of_article and blocks.size.sum() >= LITTLE):
        # Which cards, answers and entries are meant is the most doubtful of all.
        calm = CALM * logits
        p = probability(calm - level(probability(calm), blocks.size))
    aside = of_pagers(blocks, sections(blocks) if manual else None)
    aside |= leading(blocks) if manual else of_consent(blocks)
    added = aside if page.of_links else aside | of_template(blocks)
    p = np.where(added, np.minimum(p, TEMPLATE), p)
    contents = _boilerplate(blocks, page, manual, host_of(url or ""))
    p = np.where(contents, 0.0, p)
    if page.kind == "forum":
        p = np.where(contents, 0.0, whole_posts(blocks, p))
        contents |= beside_posts(blocks, p)
        p = np.where(contents, 0.0, p)
    return Likely(page, p, alone, plain, aside, added, contents)


def _boilerplate(blocks: Blocks, page: PageKind, manual: bool, host: str) -> Bools:
    """Which blocks are surely none of the text on a page of this kind, whatever the model says of them."""
    out = of_contents(blocks) | around(blocks, page.of_article)
    if not page.of_links:
        out |= filed(blocks, host)
    forum = page.kind == "forum"
    does = controls(blocks, forum)
    if page.kind == "documentation":  # tells of "Guardar" and "Editar", but in no form
        out |= does & (blocks.fields > 0)
    else:
        out |= does | counted(blocks, forum)
    out |= signatures(blocks) if forum else of_related(blocks)
    out |= of_archive(blocks)
    if not manual:
        out |= of_imprint(blocks) | of_maker(blocks)
    return out
