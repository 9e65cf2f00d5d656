"""Given names, by which a name is a person's."""

# ruff: noqa: E501 (names are a line)

from __future__ import annotations

_NAMES = """abel abigail adolfo adrian agustin agustina aida ainara ainhoa aitana aitor alba alberta alberto aldo alejandra alejandro alex alexis alfonso alicia alondra
alvarito alvaro amalia amanda amelia amparo ana anabel anahi andoni andrea andres angela angie anita antonella antonia antonio ariadna ariel armando arnau
arturo asier asun aurelio axel bartolome beatriz begona begoña belen belinda bernardo berta borja braulio brenda briseida bruno camila camilo carla carlos
carmela carmelo carmen carmina carolina catalina cecilia cesar charo chelo chema chus cintia clara claudia claudio conchi cristina cristobal curro cynthia
damian dani daniel daniela dario david debora denise diana diego dora edgar edith edu eduardo edurne efrain eleazar elena elias elisa elisabet eliseo
elizabeth eloisa eloy elvira emilio emma encarna enric enrique erick erika ernesto esteban estefania esther eugenia eugenio eusebio eva evelyn ezequiel fabian
fabio fabiola facundo fatima faustino federico felipe felix fermin fermina fernando fidel fiorella flavia florencia fran francesc francisco fredy gabriel
gabriela gema gerardo gimena gines gisela gladys gloria gonzalo gorka graciela gregorio guillermo gustavo hector hernan hilda horacio hugo iago ibai ibon
idoia ignacio iker ileana ines inma irene irina isa isaac isabel isabela isidora isidro ismael itziar ivan ivana ivonne iñaki iñigo jacinto jacobo jaime janet
jaume javi javier jenny jeronimo jessica jesus jimena joan joana joaquin joel johana jon jonathan jordi jorge jose josefa josefina josep josue juan juana
juanita juanjo juanma judit judith julia julian juliana julieta julio karen karina karla katherine kevin kike koldo laia laura lautaro lazaro leandro leire
leonardo leticia ligia liliana lina lisandro lluis lola loli lolo lorena lorenzo lourdes lucia luciano lucio ludmila luis luisa luismi macarena magali maialen
maite malena manolo manu manuel manuela mar marcela marcelo marcia marcos maria mariana mariano maribel maricarmen maricela mariela marilu marina mario marisa
marisol marlene marta martin martina mateo matias matilde mauricio mauro maximiliano melania melina melisa mercedes merche micaela miguel mikel mila milton
mireia miriam mirta moises monica montse nacho nadia nando narciso natalia nati nazaret nelida nelson nerea nestor neus nicolas noe noelia noemi nora norberto
nuria octavio ofelia olga olivia omar orlando oscar osvaldo otilia pablo paco paloma pamela paqui patri patricia patxi paula paulina pedro pepa pepe pilar
pili priscila queti quim quique rafa rafael ramiro ramon ramona raquel raul rebeca renata renato ricard ricardo rigoberto roberto rocio rodolfo rodrigo
rogelio roger romina rosa rosalia rosi roxana ruben ruth salva samanta samira samuel sandra santi sara sebas sebastian selena serafin sergi sergio silvia
silvina sofi sofia sonia sonsoles stefania susana tadeo tamara tatiana telmo teo tere teresa timoteo tobias tomas toni toñi trini ulises unai uriel urko uxia
valentin valentina valeria vanesa vanina veronica vicente vicky victor virginia viridiana viviana wendy wilfredo xabier xavi ximena xoan yadira yago yajaira
yamila yenny yeray yesenia yesica yolanda yoli yuli yuliana yvonne zaira zoe zoila zulema"""
_GIVEN = frozenset(_NAMES.split())
_LONG = 5  # letters of a given name with which a word may go on
_PLAIN = str.maketrans("áéíóúü", "aeiouu")


def plain(name: str) -> str:
    """A name in small letters without accents."""
    return name.lower().translate(_PLAIN)


def is_given(name: str) -> bool:
    """Whether a name is a common given one."""
    return plain(name) in _GIVEN


def begins_given(word: str) -> bool:
    """Whether a part of a name is a given name, or begins with a longer one: `nachovidal`."""
    word = word.removeprefix("soy")
    return word in _GIVEN or any(word[:size] in _GIVEN for size in range(_LONG, len(word)))
