"""The stage `corpus`: writes the text to publish and to train on, by language, personal data masked.

It alone writes text again. Of what arrives, a document whose language isn't asked for is removed by the
rule `language`, one of which the edits leave nothing by the rule `empty`, one that an order of withdrawal
names by the rule `withdrawn`, and one that the policy of rights hears as reserved by the rule `rights`.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

import pipeline.model.stage
from cleaning.access import closed
from cleaning.privacy.kinds import MASKED, VERSION, Kind
from cleaning.privacy.patterns.own import check_patterns
from cleaning.rights.policy import Policy
from cleaning.rules.rule import LANGUAGE, Bounds
from cleaning.withdrawals.orders import WITHDRAWN
from cleaning.withdrawals.step import withdrawn
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

Style = Literal["placeholder", "fake"]

VARIETY = ("variety", "variety_p")  # the signals that say the country
EMPTY = "empty"  # the rule of a text of which the edits leave nothing
RESERVED = "rights"  # that of one that a policy of rights leaves out
COPY = "passage_copy"  # of passages, and what is left around them, that say what another text says, or nearly
BLANK = "blank"  # of the white space at the ends of a document that passages were taken out of, or made of
PARTING = 2  # how passages are taken out of documents. 2: cells of lines with tabs, too
RULES = (LANGUAGE, EMPTY, WITHDRAWN, RESERVED, COPY, BLANK)


class Writing(pipeline.model.stage.Params):
    """What the text of a shard hangs on; the first two lists are sorted.

    `passages`: how these are taken out, if they are. `rules`: those of filter that mask. `passing`: what all filters
    let through, where passages are cut out, or filters let documents through for these.
    """

    languages: list[str] | None
    mask: list[Kind]
    patterns: dict[str, str] = later({})
    style: Style = later("placeholder")
    seed: int = later(0)
    rights: Policy | None = later(None)
    varieties: bool = later(False)
    domains: bool = later(False)
    passages: int = later(0)
    rules: list[Bounds] = later([])
    passing: list[str] | None = later(None)


class Parting(pipeline.model.stage.Params):
    """Which documents are in no corpus, so that nothing is left out for them."""

    rights: Policy | None = later(None)


class Comparing(pipeline.model.stage.Params):
    """How closed the texts of each shard are, as places in ORDER; nothing where all are open."""

    access: list[int] = later([])


class Corpus(Stage):
    """Texts with all edits applied, one file for each language of a shard."""

    name = "corpus"
    # 2: a telephone number may follow `al`: WhatsApp al 600... 3: more kinds, and the second of two numbers.
    # 4: a telephone is told by its form too, not by the word before it alone. 5: Basque addresses, floors, telephones
    # in groups of two digits alone, cédulas of Venezuela. 6: numbers of sections and multicast addresses stay. 7: what
    # versions, files and slices of programs look like stays. 8: more words before numbers, boulevards and Gran Vía;
    # addresses whose signs are words, links that call. 9: streets without a way where somebody lives, telephones of
    # more countries, service lines. 10: addresses of all parts in any order, plots, quarters and boxes; telephones and
    # documents of Central America and the Caribbean; accounts of Argentina, Mexico and Peru; handles; cells of tables.
    # 11: more parts of an address, more cédulas. 12: telephones behind a bare name, in a signature, behind an address;
    # streets told by those that cross them, routes; more college numbers, clinical histories. 13: a name behind D. has
    # two words, and firms, enumerations and the next field of a form are no names; more plates behind one, numbers that
    # share their first digits. 14: extensions and last digits of others belong to a telephone, more signs in one;
    # numbers of colleges in all their forms; one whose check digits are right needs its word only in its line.
    # 15: days, years and ISSNs are no telephones, addresses end with their line and sentence; more fields of names,
    # columns of them; accounts and IBANs behind their words, profiles, 00 and any country. 16: digits half in words, a
    # number below the line that says what it is, savings, e-mail addresses with a blank, more words before numbers;
    # placeholders of handles and open resolvers stay, an address ends before `Villa de`, Av/ is a way.
    # 17: a word and its value whatever separates and groups them, blanks and hyphens of all kinds; ways, numbers
    # and parts of addresses in all their forms; numbers that a name, an office or another number says. 18: near what is
    # masked a small network adds what the patterns leave, and the rest of an address; a name before a DNI and its like.
    # 19: the network reads all of a text, and was trained on more; a town, a door, an extension and joined letters go
    # with their value; private addresses of the net beside other data. Years of prose and what is counted are no
    # number of a house, an address closes its brackets, a name and number stand beside a telephone of a list; the last
    # address of a network and numbers with a run of one digit stay. 20: the network learnt from more hands and from
    # what the patterns leave of a text, and reads names on the net that only their look tells; more of what belongs
    # to an address goes with it, hamlets without a number; aliases of accounts; cards to test with stay.
    # 21: titles, authors and the way to a page are masked too, and e-mail addresses in URLs, licences and rights.
    # 22: a number that its check digits prove behind its word, whatever signs separate its characters; telephones in
    # words; e-mail addresses over two lines; names of accounts in logs and in addresses of members; rolls of bars,
    # files of pupils and of foreigners; provinces behind an address. Rooms of offices, stops of a line, addresses at
    # example.org stay. 23: what rules of filter mask is masked beside the texts too; no passages of languages that
    # filter does not let through, no blank lines at the ends of documents that passages cut.
    # 24: the number of a file is a person's where somebody stands beside it; the town goes with its street within a
    # sentence too; names on networks told by what stands behind them, in brackets and in lists; a network that learnt
    # from more hands. 25: e-mail addresses in the names of files too. 26: those before the ending of a file as well; a
    # line in two languages goes with a passage that has most of it and goes on beyond it; streets in small letters told
    # by their floor, door or town; names of pages, mentions of who is thanked; colleges by their initials; a DNI of any
    # letter beside its word; telephones behind a price. Reports of roads stay. 27: fakes are the same in every form
    # of a value and have the form of what they stand for. A name stands nowhere else once it is told; señor and señora,
    # family names before given ones. Days of birth on request; prisons, implants, biopsies, cards by their support,
    # devices beside a person. Telephones of public services stay, and a sentence behind `domicilio.`. 28: a text's
    # persons are known by given names and surnames: a name that was told is masked in all its forms, and its fake has
    # one sex and one form in a text; more titles, fields and days of birth. 29: letters that number headings, courts,
    # careers, sums, rows, files of parliaments, prompts, keys and networks are none; a name is whole (`McGee`), one in
    # a line with a masked telephone is a person's, two do not overlap, no title, other person or ordinary word in
    # capitals is in one; nobody in a play is one.
    version = VERSION
    # withdrawn 2: an order for an address names it under http and https. texts 2: as 26; texts 2, copies 2: passages
    # that say nearly what another text says. texts 3, copies 3: what is left around passages may be a copy too, and
    # nothing is one of a document whose rights are reserved.
    versions: ClassVar[Mapping[str, int]] = {"withdrawn": 2, "texts": 3, "copies": 3}
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",), same=True),
        "signals": Input("signals", parts=("signals", "signals=variety")),
        "decisions": Input("decisions", parts=("decisions", "edits"), optional=True, many=True),
        "withdrawals": Input("withdrawals", optional=True),
    }
    gives = ("corpus",)
    libraries = ("python-stdnum",)
    conserves = ("decisions", "documents")

    class Params(pipeline.model.stage.Params):
        """`languages`: the labels that become parts; None: whatever the filter let through.

        `mask`: the kinds of personal data that are masked; all but `name` and `birth`, which are by context alone, and
        `plate`.
        `patterns`: a user's own kinds, each a pattern of RE2. `style`: placeholders as `[PHONE]`, or fakes, of
        equal values the same ones, drawn by `seed`. `rights`: a policy that is applied to what was kept with each
        document of what its page and its site say. `varieties`: Spanish of a country that the signal `variety` is
        sure of becomes a part of its own, as es-MX; the rest stays es. `domains`: each domain of a language becomes a
        part of its own, as es.legal or es-MX.legal. `passages`: whole lines that a document holds in another language
        than its own become a document of that language, one for each, if filter lets it through; else they stay where
        they are.
        """

        languages: tuple[str, ...] | None = Field(None, min_length=1)
        mask: tuple[Kind, ...] = MASKED
        patterns: dict[str, str] = later({})
        style: Style = later("placeholder")
        seed: int = later(0)
        rights: Policy | None = later(None)
        varieties: bool = later(False)
        domains: bool = later(False)
        passages: bool = later(False)

        @field_validator("patterns")
        @classmethod
        def _sound(cls, patterns: dict[str, str]) -> dict[str, str]:
            check_patterns(patterns)
            return patterns

    def heard(self, params: Params, inputs: Inputs) -> dict[str, Any]:
        """What filters say of more than the texts that they read, and how closed texts are whose passages are cut."""
        access = closed(inputs["documents"][0]) if params.passages else []
        return _of_filters(params, inputs) | ({"access": access} if access else {})

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task for each shard of documents."""
        from cleaning.view_files import view_files
        from pipeline.errors import TahonaError

        views = view_files(inputs["documents"][0], inputs.get("decisions", []))
        signals = [_signals(shard, params) for shard in inputs["signals"][0].shards]
        if len(signals) != len(views):
            raise TahonaError(
                f"{inputs['signals'][0].reference} has {len(signals)} shards, the documents "
                f"{len(views)}: run annotate again"
            )
        languages = None if params.languages is None else sorted(set(params.languages))
        wanted = Writing(
            languages=languages,
            mask=sorted(set(params.mask)),
            patterns=params.patterns,
            style=params.style,
            seed=params.seed if params.style == "fake" else 0,
            rights=params.rights,
            varieties=params.varieties,
            domains=params.domains,
            passages=PARTING if params.passages else 0,
            **_of_filters(params, inputs),
        )
        if params.rights:
            from cleaning.withdrawals.reserved import check_kept

            check_kept(params.rights, inputs["documents"][0])
        gone = yield from withdrawn([documents for documents, _, _ in views], inputs)
        given = [
            {
                "documents": [documents],
                "signals": signal,
                "decisions": decisions,
                "edits": edits,
                **({"withdrawn": ids} if ids else {}),
            }
            for (documents, decisions, edits), signal, ids in zip(views, signals, gone, strict=True)
        ]
        if params.passages:
            copies = yield from _copies(given, closed(inputs["documents"][0]), params.rights)
            given = [files | named for files, named in zip(given, copies, strict=True)]
        tasks = [Task(files, wanted) for files in given]
        return (yield Step("corpus", "cleaning.corpus.corpus:write_shard", tasks))


def _of_filters(params: Corpus.Params, inputs: Inputs) -> dict[str, Any]:
    """What filters say of more than the texts that they read: its values are those of `Writing`."""
    decisions = inputs.get("decisions", [])
    said = {
        "rules": _masking(decisions),
        "passing": _passing(decisions) if params.passages or _mixed(decisions) else None,
    }
    return {name: value for name, value in said.items() if value}


def _masking(decisions: Sequence[Manifest]) -> list[dict[str, Any]]:
    """The rules that masked data in the texts: what stands beside a text is masked by them as well."""
    return [
        rule
        for m in decisions
        if m.shards
        for rule in m.shards[0].params.get("rules", ())
        if rule.get("action") == "mask"
    ]


def _mixed(decisions: Sequence[Manifest]) -> bool:
    """Whether a filter lets documents through that are in no language of its own but in part."""
    return any(m.shards[0].params.get("passages") for m in decisions if m.shards)


def _passing(decisions: Sequence[Manifest]) -> list[str] | None:
    """The languages that each filter lets through: passages of others do not come in by the document around them."""
    allowed = [
        set(languages)
        for m in decisions
        if m.shards and (languages := m.shards[0].params.get("languages"))
    ]
    return sorted(set.intersection(*allowed)) if allowed else None


def _signals(shard: Shard, params: Corpus.Params) -> list[File]:
    """The files of a shard of signals that the labels are read from."""
    if not params.varieties:
        return [shard.one("signals")]
    from cleaning.signals.signals import files_with

    return files_with(shard.files, ["language", *VARIETY])


def _copies(
    inputs: Sequence[Mapping[str, Sequence[File]]], access: list[int], rights: Policy | None
) -> Generator[Step, list[Shard], list[dict[str, list[File]]]]:
    """What a task is given more where parts of its documents are copies: of the others nothing changes."""
    tasks = [Task(files, Parting(rights=rights)) for files in inputs]
    texts = yield Step("texts", "cleaning.corpus.copies:find_texts", tasks)
    task = Task({"texts": [shard.one("texts") for shard in texts]}, Comparing(access=access))
    (copies,) = yield Step("copies", "cleaning.corpus.copies:find_copies", [task])
    files = {file.name: file for file in copies.files}
    return [
        {"copies": [file]} if (file := files.get(f"{number}.parquet")) else {}
        for number in range(len(inputs))
    ]
