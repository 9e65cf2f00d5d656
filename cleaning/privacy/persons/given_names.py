"""Given names of women and of men, by which the words of a name that a text tells are known for what they are.

Among them are surnames, saints and words of every day: they say nothing where no name was told before.
"""

# ruff: noqa: E501 (names are a line)

from __future__ import annotations

import re

from cleaning.privacy.given import is_given
from cleaning.privacy.persons.letters import folded

_WOMEN = """abigail adela adelaida adelina adoracion africa agnes agueda agurtzane aicha ainhize ainoa alaitz albina alexandra alina almudena altagracia amagoia amaia amalur amaya
amina amparin amparo anabel anais anastasia anca andreea andresa ane angeles angelica angelina angelines angels angie angustias anna anne annette antia apolonia araceli
arancha arantxa arantza arantzazu aranzazu ariadne arminda ascension asia asmae assumpta astrid asun asuncion aura aurea aurelia aurora ayelen azahara azucena barbara
bea beatriu beatrix beatriz belen benedicta benigna benita bernarda bernardina betania betsabe blanca brigida brigitte calixta candela candelaria candida caridad
carlota carme carmen casilda casimira catarina caterina cayetana celeste celestina celia celsa cesarea chantal charlotte charo chelo chiara chus cinta citlalli clarisa
claudina clotilde concepcion conception concha conchita consol consolacion consuelo conxita coral corina cornelia covadonga cris cristiana custodia dafne daiana dalia
dana daria davinia dayana deborah delfina delia demetria denise desideria desiree dina dionisia dolores dolors dominga domitila donatella doris dorotea dulce ebe
edelmira edelweiss edith eduarda edurne eider eki elba eleonora eli eliana elisabet elisenda elizabet elizabeth elodia elsa elvia emerita emilia emiliana empar
encarnacion encarnita engracia enriqueta ernestina erundina esmeralda esperanza estefany estela estelita ester esther estibaliz estrella eudosia eufemia eufrasia
eulalia eulogia eusebia eustaquia eutimia evangelina evarista evelina evelyn evita fabiana fabricia fadila fatiha fatma faustina febe felicia feliciana felicidad
felicisima felicitas felipa felisa fidela fidelina filomena fina flor flora florentina floriana florinda fortunata francina francisca franziska fructuosa fuencisla
fuensanta gabina gala galina garazi garbine genara generosa genoveva georgina geraldine germana gertrudis giovanna giulia gladis gladys glenda gliceria gorane graciana
gregoria greta griselda guadalupe guillermina guiomar gumersinda hafida haizea halima hana hanane helena helga heliodora hermelinda herminia hilaria hildegarda honorina
hortensia houda humildad ibis ifigenia ildefonsa imane imelda indalecia ines ingrid inmaculada ioana iolanda ionela irati iratxe irene iria iris irma isabel isabella
isaura isidra isolina itxaso itziar iulia ivette ivonne izaro izaskun jacinta jacqueline jana jane janet jazmin jelena jennifer jenny jesusa jezabel joaquima joaquina
jone jordina joselyn josune jovita joyce jucunda judit judith julene juncal june justa justina kamila karen karima kateryna katherine katia katrin kattalin keila kenia
khadija laila lara larisa larraitz latifa laureana laurentina leandra leila leire lenuta leocadia leonarda leonides leonila leonor leonora lia librada lidia lila lilia
linda lisa lluisa loli lorea loreto lorna lourdes luana lucila lucinda lucrecia ludivina luisina luna lupe luz lydia mabel macaria magda magdalena magnolia maia maialen
maider maika mailen maite maja malika mamen mar maravillas marcelina marga margalida margarida margarita mari mariam marian marianela mariangeles maribel maricarmen
maricruz marie marife marijose marilu mariola marisel marisela marisol marissa maritza mariza marlen marlene martirio maruja maruxa mary matilda matilde maura maxima
mayra mayte medea meghan melanie melba menchu mencia merce mercedes merche meritxell mertxe miguela mihaela milagros milagrosa minerva mirella miren miriam misericordia
modesta mona monika montse montserrat munia myriam nabila nadezhda nahia nahikari naia naiara najat nancy naroa natacha natalie natasha nati natividad nayara nazaret
nekane nela neli nerina neus nicanora nicolasa nicole nicoletta nidia nieves nilda nina ninoska noemi noemia nohemi nohora norka norma nubia nuncia obdulia odalys odile
odilia oihana oihane oksana olalla olatz olena olimpia ondina orfelina oriana orosia ouarda paca palmira paquita pascuala patri patrocinio paulette paz pepi pepita
peregrina perfecta petra petronella petronila pia piedad pierina pilar pilarin pili placida plasida policarpa preciosa presentacion primitiva prisca prudencia
prudenciana pura puri purificacion queralt queti quintina quiteria rachel rafaela rahma raimunda raissa ramira raquel reina remedios remei restituta rigoberta rina rita
roberta rocio romana romualda rosalba rosalina rosalinda rosana rosario rosaura rosella rosenda roser rosi rosina rosita rosmery rufina ruperta ruth sabela sabeli
sabina sabrina sagrario sahara saida salma salome salud salustiana sanae sandy sarah sarai saray saturia saturnina saula sebastiana secundina segismunda segunda seila
serafina serena severina sheila shirley sibila silveria simona sinforosa sira sixta socorro sol solange soledad soraya steffany stella stephanie sulema susan susi
suyapa svetlana sylvia tania tecla telesfora temis teodora teodosia teofila tere tetiana thais theresia tomasa tomasina toni toya trini trinidad txaro ubalda ursula
uxua uxue vega venancia veneranda venus vera vicenta vicky victoria victoriana viktoria vilma violant violeta virtudes visitacion vitalina wanda wendy wilma xana xenia
xesca xiana xiomara xochitl yaiza yamileth yanira yasmin yasmina yasna yenny yoana yohana yoli yoselin youssra yuli yurena yvonne zahara zahra zaida zaloa zenaida
zenobia ziortza zita zoe zoraida zulma zuria zurine"""
_MEN = """aaron abdelaziz abdelkader abdelkrim abdellah abderrahim abdon abdul abelardo abraham absalon abundio acacio achraf adalberto adam adan adelardo adil adriano agapito
agnaldo agusti ahmed aimar aimeric aladino alain alan alarico albano albert albino alcides alejo alexander alexandre alexandru alfred alfredo ali alipio alonso alvar
amadeo amado amador amancio amando amaro ambrosio amin amir anacleto anastasio andrea andrei andreu andrew andriy angelo anibal anicet aniceto anjel anselmo anton
antoni antonin antxon apolinar apolonio aquilino arcadi arcadio aristides aritz armengol arnaldo arsenio artemio arthur artur asensio ashton asterio atanasio atilano
atilio augusto aureliano avelino ayoub ayoze azael aziz bakary balbino baldomero baltasar bartomeu basilio baudilio bautista beltran benat benedicto benet benigno
benito benjamin bernabe bernardino bernat berto bibiano biel bienvenido bilal blai blas bogdan bonifaci bonifacio boris borja brahim brais brandon brian buenaventura
calixto camil candido carles carlo carmel carmelino casiano casimiro casto catalin cayetano cecilio ceferino celedonio celestino celso cesareo charles chema chencho
chuse cipriano ciriaco cirilo ciro claudi clemente cleto conrado constantin constantino cornelio cosme cosmin crescencio crisanto crispin cristian cristiano cristino
cristoffer cristofol cristophe custodio dacio dagoberto dalmacio dalmau damaso damia danilo danut darwin delfin demetrio desiderio didac dimas dimitri diogo dionisio
domenec domingo donato doroteo dragan driss eber edelmiro edmundo eduard edwin efren egidio eladio eligio elio eliot ellis elmer eloi elpidio emanuel emerito emeterio
emili emiliano emmanuel eneko ennio enrico epifanio erasmo eric erik ernest esau estanislao esteve estevo etienne eudald eudaldo eudoxio eufrasio eugeni eulalio eulogio
euprepio eusebi eustaquio eustasio eutimio evaristo evelio evgeni exequiel exuperio ezequias fabricio facund fausto federic feliciano felicisimo felip feliu ferdinand
fermi ferran fidencio filemon filiberto firmino flavio florencio florentino florian florin fortunato fortuny frank franklin franz fredi fredric froilan fructuoso frutos
fulgencio gabino gaizka galo garcia garikoitz gaspar gastao gaston genaro generoso geo george gerard germain german gerson gervasio gheorghe gianluca gilberto giovanni
giuseppe glicerio godofredo goncal gotzon gracian gregor gregori grigore guido guillem guillen guiu gumersindo hakim hamid hamza haritz harold hassan heitor helio
heliodoro henri henrique henry heraclio herbert heribert heriberto hermelando hermenegildo herminio hermogenes herve hicham higinio hilari hilario hipolit hipolito
honorato honorio hossam houssam humbert humberto ian ibrahim idriss ignasi igor ikram ildefonso imad imanol indalecio inocencio inocente ioan ion iosu ireneo irineo
isaias isidoro isidre ismail issa italo iulian iustin ivo ixak izan jabi jaciel jacob jacques jakes jamal james jan janusz jared jaron jean jefferson jeremias jeremy
jerome jeroni jesualdo joachim joanes joao job johan john johnny jokin jonas jordan joseba josema joseph joshua josu josua jovino juanito julen jules juli junior jurgen
jusep just justino justo juvenal kacper kamal karim karl karlos kelvin kepa khalid klaus koldobika konstantin krzysztof ladislao landelino lander laurea laureano
laurent laurentino lazar leo leocadio leon leoncio leonid leopold leopoldo leovigildo liam liborio licinio lino llorenc llorens lluc loic longinos lope lorente lorenz
lotario luc luca lucas lucrecio luigi luken macario magi malaquias malik manel mansour marc marcel marcelino marcial marcio marco marcus marek marino mark marlon marti
martinho marvin massimo mateu mateus mathieu maties matteo matthew matxin mauri maurici maxim maximino maximo medardo medin melchor melecio melquiades mhamed michael
michel mickael mihai mihail mijail milan millan milos miquel mircea miroslav modesto mohamad mohamed mohammed monir mourad moussa musa mustafa mykola nabil narcis
nazario neftali nemesio nicanor nicasio niceto nicodemo nicola nicolae nicolai nicolau nicomedes nino noel nolan norman nouredine nuno octavi octavian oier oihan oleg
olegario oleguer oleksandr oliver olivier onesimo onofre orencio oriol ostap oswaldo otger othman otis otto ovidio ovidiu pascal pascual pasqual patricio patrick patxo
pau paul paulino paulo pavel pawel pedrito pegerto peio pelagio pelai pelayo pello perceval pere peru petar peter petru petrus philippe pierre pio piotr placido pol
policarpo pompeu ponc porfirio primitivo primo prudencio publio quintiliano quintin quirico quirino rachid radu raimon raimund raimundo ramonet ramses randall rayan
raymond raynaldo recaredo reginaldo regino reinaldo remigi remigio renan rene restituto reyes reynaldo richard robert robinson robustiano roc roland rolando roman romeo
romualdo ronald roque rosalio rosauro rosendo rudolf rufino rui ruperto rustico ryan saad sabas sabin sabino sadurni said salah salomon salustiano salvador salvatore
sami samir sancho sandalio sandro santiago santino santos saturio saturnino saul sebastia segismundo segundo selim senen serge sergei sergiu servando severiano severino
severo sidney siegfried sigfredo silas silvano silverio silvestre silvio simeon simon sinesio sinforiano sisebuto sixto socrates sofiane soter stanislaw stefan stephane
steven sulpicio tancredo tarik tarsicio telesforo teodomiro teodoro teodosio teofilo thiago thierry thomas tiago tiburcio tito tobies tom tomaso torcuato toribio trifon
tristan txema txomin ubaldo ulpiano unax urbano ursicino valentino valeriano valerio valero vasco vasil vasile velasco venancio ventura vianney vicenc vicent victoriano
victorino victorio vidal viktor vinicio virgilio vital vitaliano vito vladimir volodymyr waldo walid walter wenceslao werner wilfrid william wilmer wilson wolfgang
xaime xan xaquin xavier xerardo xesus xian xoaquin xoel xose xulio xurxo yahya yamal yannick yassin yassine yeison yerai yeremay yoel yon youssef yuri yusef zacarias
zakaria zenon zigor zoilo"""
WOMEN = frozenset(_WOMEN.split())
MEN = frozenset(_MEN.split())
# Which are surnames as often, or more.
_SURNAMES_TOO = """alonso andres aparicio arnau bautista beltran benito bernabe bernardo blanca blanco blas calvo campo cano carmona clemente conde cordero cruz david diego domingo
esteban esteve felipe ferrer flores francisco franco garcia gaspar gil guillen jaime jordan jorge juan juarez lazaro leon lope lorente lorenzo lucas luna manuel marcos
marin marti martin martina mateo mateos matias mendez merino miguel millan miquel moya nicolas ortega pascual paz pena peña pons prim ramon ramos reina reyes roca roman
rosa rosales rosario rubio salomon salvador sancho santana santiago santos serra serrano simon sol soler soria soto tomas valentin valero valle vega velasco ventura
vera vicente vidal vila villa vives"""
SURNAMES_TOO = frozenset(_SURNAMES_TOO.split())
# And which are words of every day, towns and saints, where a sentence begins with them or nothing stands beside.
_WORDS_TOO = """africa alba amado amparo angel angeles angustias ascension asia aurora bienvenido blanca candela candelaria caridad celeste cinta concepcion consolacion consuelo coral
cruz custodia custodio digna dolores dulce encarnacion esmeralda esperanza estrella expectacion fe felicidad fina flor generosa generoso germana gloria guadalupe
humildad inmaculada inocente jazmin justa justo leon libertad linda lourdes luna luz macarena mar maravillas margarita maxima maximo mercedes milagros milagrosa
misericordia modesta modesto mona natividad nieves patrocinio paz peregrina perfecta piedad pilar placida placido preciosa presentacion primitiva primitivo primo
prudencia pura purificacion reina remedios reyes rita rocio romana rosa rosario rustico sabina sagrario salud salvador santiago santos segunda segundo serena severa
severo socorro sol soledad tecla trinidad urbano vega ventura venus victoria violeta virtudes visitacion vital zita"""
WORDS_TOO = frozenset(_WORDS_TOO.split())
_MARY = re.compile(r"m\.? ?ªa?\.?|ma\.")
_INITIAL = re.compile(r"[^\W\d_]\.?")


def is_first(word: str) -> bool:
    """Whether a word of a name is a given name, cut short or not."""
    small = folded(word)
    return small in WOMEN or small in MEN or is_given(word) or is_short(word) or is_initial(word)


def is_woman(first: str) -> bool:
    """Whether a given name is a woman's, which most are that end in an a."""
    name = plain(first)
    return name in WOMEN or (name not in MEN and name.endswith(("a", "cion")))


def is_initial(word: str) -> bool:
    """Whether a given name is cut to its first letter."""
    return _INITIAL.fullmatch(word) is not None


def is_short(word: str) -> bool:
    """Whether it is María, cut short."""
    return _MARY.fullmatch(folded(word)) is not None


def plain(word: str) -> str:
    """A word of a name by itself, however it is written: `M.ª` and `MARIA` are María."""
    return "maria" if is_short(word) else folded(word)
