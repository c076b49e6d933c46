"""Job titles in seven languages: occupation words, what stands before them, and what a title is the title of."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

import re2

from sayso.redact.gate import searching

TITLES = "titles/1"
"""The version of the lists."""

_ENGLISH = """
accountant actor actress actuary administrator ambassador anaesthetist analyst anesthesiologist anthropologist apprentice
archaeologist architect archivist astronomer auditor baker banker barista barrister bartender beekeeper biochemist biologist
blacksmith bookkeeper botanist bricklayer broker butcher cardiologist caretaker carpenter cashier cellist ceo cfo chairman
chairperson chairwoman chancellor chef chemist chiropractor choreographer cio ciso clerk co-founder cofounder columnist
comptroller constable consultant controller coo coordinator copywriter coroner councillor councilor counsellor counselor cpo
cto curator dean dentist dermatologist designer detective developer dietitian diplomat director dj doctor economist editor-in-chief
electrician engineer entomologist epidemiologist farmer firefighter fireman fisherman florist forester founder gamekeeper gardener
geneticist geologist glazier goldsmith governor gp gynaecologist gynecologist hairdresser headmaster headmistress headteacher
hygienist illustrator immunologist inspector instructor intern interpreter janitor jeweller jeweler joiner journalist
judge lawyer lecturer librarian lieutenant linguist locksmith magistrate manager mason mathematician mayor mechanic meteorologist
microbiologist midwife milliner miner musician neurologist neurosurgeon notary nurse nutritionist obstetrician oncologist
ophthalmologist optician optometrist orderly organist orthodontist ornithologist osteopath paediatrician painter paralegal
paramedic parson pathologist pastor pediatrician pharmacist philosopher photographer physician physicist physiotherapist
pianist pilot plumber podiatrist policeman policewoman postdoc postman potter president priest professor programmer
provost psychiatrist psychologist psychotherapist publicist rabbi radiographer radiologist ranger realtor receptionist rector
registrar reporter researcher restorer roofer saddler salesman salesperson saleswoman scientist sculptor secretary senator sergeant
sexton shepherd sheriff solicitor statistician steward stewardess stonemason superintendent supervisor surgeon surveyor
sysadmin tailor taxidermist teacher technician technologist therapist toxicologist translator treasurer undertaker upholsterer
urologist vet veterinarian vicar violinist virologist warden watchmaker weaver welder winemaker zookeeper zoologist imam
attorney waiter waitress student undersecretary
"""
_WEAK_ENGLISH = """
agent assistant associate captain chair chief coach collector conductor cook driver editor fellow guard guide head host
lead minister officer operator owner partner principal producer representative runner specialist tester trainer worker
writer expert
"""
"""Words for people that are more often words for things ("driver", "operator"): they need "I am" or "works as" in the sentence."""

_GERMAN = """
anwalt anwältin apotheker apothekerin architekt architektin archivar archivarin arzt ärztin bäcker bäckerin bürgermeister
bürgermeisterin chemiker chemikerin chirurg chirurgin dachdecker dekan dekanin dolmetscher dolmetscherin dozent dozentin
elektriker elektrikerin erzieher erzieherin feuerwehrmann förster försterin friseur friseurin geschäftsführer geschäftsführerin
hausmeister hausmeisterin hebamme imker imkerin informatiker informatikerin ingenieur ingenieurin journalist journalistin jurist
juristin kantor kantorin kardiologe kardiologin kellner kellnerin klempner koch köchin lehrer lehrerin leiter leiterin maler
maurer mechaniker mechatroniker metzger neurologe neurologin notar notarin oberarzt oberärztin optiker organist organistin
pfarrer pfarrerin pfleger pflegerin physiker physikerin polizist polizistin präsident präsidentin professorin programmierer
programmiererin psychologe psychologin redakteur redakteurin rektor rektorin richter richterin sanitäter schmied schreiner
schulleiter schulleiterin sekretär sekretärin staatsanwalt staatsanwältin steuerberater steuerberaterin tierarzt tierärztin
tischler übersetzer übersetzerin vorsitzende vorsitzender vorstand wissenschaftler wissenschaftlerin zahnarzt zahnärztin
"""
_FRENCH = """
avocat avocate boucher boulanger boulangère bibliothécaire cadre chauffeur chef cheffe chercheur chercheuse chirurgien chirurgienne
coiffeur coiffeuse comptable comédien comédienne cuisinier cuisinière curé dentiste directeur directrice développeur développeuse
enseignant enseignante facteur factrice fondateur fondatrice gardien gardienne gendarme gérant gérante infirmier infirmière
informaticien informaticienne ingénieur ingénieure instituteur institutrice juge maire maître mécanicien médecin menuisier notaire
ouvrier ouvrière pasteur pdg pharmacien pharmacienne plombier policier policière pompier professeur professeure proviseur psychologue
préfet rédacteur rédactrice responsable sage-femme secrétaire serveur serveuse traducteur traductrice vendeur vendeuse vétérinaire
électricien éleveur architecte journaliste cardiologue apiculteur doyen doyenne présidente président forgeron
"""
_SPANISH = """
abogada abogado albañil alcalde alcaldesa apicultor arquitecta arquitecto bibliotecaria bibliotecario bombero camarera camarero
cardióloga cardiólogo carnicero carpintero catedrática catedrático cirujana cirujano científica científico cocinera cocinero
contable contador contadora cura decana decano dentista desarrollador desarrolladora directora electricista enfermera enfermero
farmacéutica farmacéutico fontanero fundador fundadora gerente herrero ingeniera ingeniero investigador investigadora jefa jefe jueza
juez maestra maestro mecánico médica médico notario panadera panadero peluquera peluquero periodista pescador policía presidenta
presidente profesor profesora programador programadora psicóloga psicólogo responsable secretaria secretario traductor traductora
veterinaria veterinario
"""
_PORTUGUESE = """
advogada advogado agricultor arquiteta arquiteto bibliotecária bibliotecário bombeira bombeiro cabeleireira cabeleireiro cardiologista
carpinteiro chefe cientista cirurgiã cirurgião contabilista cozinheira cozinheiro desenvolvedor desenvolvedora diretor diretora
docente eletricista encanador enfermeira enfermeiro engenheira engenheiro farmacêutica farmacêutico fundadora gerente jornalista
juíza juiz médica médico motorista padeiro padre pescador pesquisador pesquisadora prefeita prefeito presidente professora
psicóloga psicólogo reitor reitora secretária secretário tradutor tradutora vereador vereadora veterinário
"""
_DUTCH = """
accountant apotheker arts advocaat advocate bakker bestuurder boekhouder boer boerin brandweerman burgemeester chirurg decaan
directeur directrice dokter dominee docent docente elektricien huisarts hoogleraar hoofd imker ingenieur journalist journaliste
kapper kapster kok leraar lerares leidinggevende loodgieter makelaar metselaar notaris onderwijzer onderwijzeres onderzoeker
onderzoekster ontwikkelaar oprichter politieagent predikant programmeur psycholoog rechter rector schilder secretaresse slager
smid tandarts timmerman verloskundige verpleegkundige verpleegster vertaler vertaalster voorzitter wethouder wetenschapper
"""
_ITALIAN = """
agricoltore apicoltore architetto architetta archivista avvocata avvocato barista bibliotecaria bibliotecario caporeparto cardiologa
cardiologo chirurga chirurgo commercialista contabile cuoca cuoco dentista direttore direttrice dirigente elettricista fabbro
falegname farmacista fondatore fondatrice fornaio geometra giornalista giudice idraulico impiegata impiegato infermiera infermiere
informatico ingegnere ingegnera insegnante macellaio maestra maestro medico muratore notaio operaia operaio ostetrica panettiere
parrucchiera parrucchiere parroco pescatore pompiere preside presidente primaria primario professore professoressa programmatore
programmatrice psicologa psicologo responsabile ricercatore ricercatrice rettore rettrice segretaria segretario sindaca sindaco
sviluppatore sviluppatrice traduttore traduttrice vigile viticoltore
"""
_HEADS = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH} {_PORTUGUESE} {_DUTCH} {_ITALIAN}".split())
_WEAK = frozenset(
    f"""{_WEAK_ENGLISH}
arts boer cadre chef clerk contador controller cura docente hoofd idraulico informatico intern interpreter judge juge
koch kok leiter maestra maestro maire maler mason maître medico miner médica padre painter policía potter primaria
primario préfet ranger registrar responsabile responsable richter schilder schmied secretaria shepherd smid student
supervisor veterinaria weaver
""".split()
)
"""Of these one says "the X" of nobody in particular, or they are names or things as well."""

# German writes occupations as one word: the last part of it tells (at least two letters before it).
_GERMAN_ENDINGS = (
    "anwalt", "anwältin", "arzt", "ärztin", "arbeiter", "arbeiterin", "assistent", "assistentin", "bauer", "beauftragte",
    "beauftragter", "berater", "beraterin", "entwickler", "entwicklerin", "fahrer", "fahrerin", "forscher", "forscherin",
    "führer", "führerin", "helfer", "helferin", "händler", "händlerin", "ingenieur", "ingenieurin", "kauffrau", "kaufmann",
    "lehrer", "lehrerin", "leiter", "leiterin", "macher", "meister", "meisterin", "mechaniker", "pfleger", "pflegerin",
    "richter", "richterin", "schwester", "techniker", "technikerin", "therapeut", "therapeutin", "verkäufer", "verkäuferin",
    "vertreter", "vertreterin", "wirt", "wissenschaftler", "wissenschaftlerin", "prüfer", "prüferin", "referent", "referentin",
)  # fmt: skip

# What is no part of a title that stands before its occupation: articles, pronouns, prepositions, "be", "work", "who".
_NOT_BEFORE = frozenset(
    """
a an the and or but i you he she it we they my your his her its our their this that these those who which as is am are was were be been
being work works worked working to of in at for with from by on not no so if when then than there here also just only first
last other another some any every each all both about into over after before because while has have had do does did can could
will would should may might must im i'm he's she's i've met ask asked called
now currently previously formerly become became married told tell see saw
der die das den dem des ein eine einen einem einer eines und oder aber ich du er sie es wir ihr mein meine sein seine ihre als ist bin
war waren wird wurde arbeite arbeitet im am an bei beim von vom zu zum zur für mit auf aus nach nicht auch nur
le la les un une des et ou mais je tu il elle nous vous ils mon ma mes son sa ses comme est suis était c'est ce cette au aux du de
en dans chez pour avec par sur sous qui que travaille l d j
el los las lo una unos y o pero yo tú él ella mi mis su sus como soy es era fue trabajo trabaja del al con por para sin que quien
os as um uma e mas eu ele ela meu minha seu sua sou são foi trabalho trabalha do da dos das no na nos nas em ao com
de het een en of maar ik jij hij zij wij mijn zijn haar ben was werk werkt bij voor met van op uit niet die dat
il gli i uno ed ma io lui lei mio mia suo sono è era lavoro lavora di dal della dello degli nel nella presso per con tra che
year-old year old years old jährige jähriger jährigen ans años anos jaar anni aged
""".split()
)

_LONGEST = 40
_LETTERS = re.compile(r"[^\W\d_]+")

WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
"""A word: letters, with apostrophes, points and hyphens inside it."""

# What a title is the title of, in small letters: "of human resources", "de recursos humanos", "van de afdeling inkoop".
_OF = re.compile(
    r"[ ](?:of|for|de|du|des|del|della|dello|di|da|do|van|d['’])[ ]?(?:(?:the|la|le|les|de|het|los|las|l['’])[ ]?)?"
    r"(?!(?:the|la|le|a|my|our|mi|un|una)\b)[a-zà-öø-ÿ][a-zà-öø-ÿ-]{2,30}"
    r"(?:[ ](?:and|&|et|y|e|en)?[ ]?(?!(?:the|a|my|our|at|in|for|with|and|or|who|that|on|from|here|near|since|chez|dans|bij|voor|"
    r"presso|para|con|et|y|e|en|na|no|em|de|di|da|do|à|a|del|al|il|is|was|has|as|to|by)\b)[a-zà-öø-ÿ][a-zà-öø-ÿ-]{2,30}){0,2}(?![\w])"
)


_NO_TITLE = re.compile(
    r"[ -](?:degrees?|thesis|theses|journals?|program(?:me)?s?|courses?|schools?|software|tools?|mode|apps?)\b"
)
"""What makes a thing of the occupation before it: "engineer degree", "designer tool"."""

_CONTRACTED = ("-based", "'m", "'s", "'re", "'ve")


class Title(NamedTuple):
    """Where a job title stands, and whether its word names people only now and then (``weak``)."""

    start: int
    end: int
    weak: bool


# Every case that words are written in, to be looked up in one step; of a word with hyphens its last part.
_LAST_PARTS = frozenset(word.rpartition("-")[2] for word in _HEADS | _WEAK)
_WRITTEN = frozenset(chain.from_iterable((word, word.capitalize(), word.upper()) for word in _LAST_PARTS))


def _in_any_case(word: str) -> str:
    """Return a word as a pattern over UTF-8 in RE2's syntax, for ``(?i)``, which knows the case of ASCII alone."""
    return "".join(letter if letter.isascii() else f"(?:{letter}|{letter.upper()})" for letter in word)


# The marks of the gate (``gate.py``): what each word that an occupation stands at matches, and each one-word German title. Any byte of
# a character beyond ASCII may be one that ends a word, and the Kelvin sign is a "k" in small letters.
TITLE_MARK = rf"(?i)[^A-Za-z](?:{'|'.join(map(_in_any_case, sorted(_LAST_PARTS)))})[^A-Za-z]|\xe2\x84\xaa"
COMPOUND_MARK = rf"(?i)(?:{'|'.join(map(_in_any_case, _GERMAN_ENDINGS))})[^A-Za-z]"
_NEAR_GERMAN = frozenset("bei beim am im für als bin der".split())


def occupations(words: frozenset[str] | set[str], german: bool = False) -> set[str]:
    """Return the words of a text that occupations may stand at, for speed: a text without any has no title.

    ``words`` are runs of letters. One-word German titles are looked for where a German word, or ``german``, says that it is worth it.

    >>> occupations({"any", "Nurse"}), occupations({"Oberforstmeister"}), occupations({"bin", "Oberforstmeister"})
    ({'Nurse'}, set(), {'Oberforstmeister'})
    """
    found = _WRITTEN & words
    if german or not _NEAR_GERMAN.isdisjoint(words):
        return {*found, *(word for word in words if word[:1].isupper() and is_occupation(word))}
    return set(found)


@cache
def _search() -> Callable[..., re2.Match | None]:
    return searching((TITLE_MARK, COMPOUND_MARK))


def spots(letters: bytes) -> Iterator[int]:
    """Yield a place in each word of a text that may be an occupation, and others, in code points.

    ``letters`` are the text's bytes between edges (``signs.EDGE``).
    """
    search = _search()
    spot, done = -2, 0
    while found := search(letters, done):
        # A mark starts before the second letter of a word or before the first. Bytes that go on with a character start none.
        spot += len(letters[done + (done > 0) : found.start() + 2].translate(None, _GOING_ON))
        done = found.start() + 1
        yield spot


_GOING_ON = bytes(range(0x80, 0xC0))


def heads(text: str, places: Iterable[int], german: bool) -> set[str]:
    """Return the words of a text that occupations may stand at, from ``spots``; ``german`` as of ``occupations``.

    >>> heads("a Nurse and an Oberforstmeister", [2, 24], german=False)
    {'Nurse'}
    """
    words = {_word_at(text, place) for place in places}
    sure, possible = occupations(words), occupations(words, german=True)
    if possible == sure or german:
        return possible
    return occupations(words | words_of(text))


def _word_at(text: str, spot: int) -> str:
    """Return the letters around a place, of very many some."""
    before = _LETTERS.match(text[max(spot - _REACH, 0) : spot][::-1])
    behind = _LETTERS.match(text, spot, spot + _REACH)
    start = spot - (before.end() if before else 0)
    return text[start : behind.end()] if behind else ""


_REACH = 48


def words_of(text: str) -> set[str]:
    """Return the runs of letters of a text."""
    return set(_LETTERS.findall(text))


def is_occupation(word: str) -> bool:
    """Tell whether a word, in any case, is one for what somebody does for a living.

    >>> is_occupation("Nurse"), is_occupation("Softwareentwicklerin"), is_occupation("nursing")
    (True, True, False)
    """
    return len(word) <= _LONGEST and _is_occupation(word)


@lru_cache(maxsize=1 << 16)
def _is_occupation(word: str) -> bool:
    lower = word.lower()
    if lower in _HEADS or lower in _WEAK:
        return True
    if "-" in lower and lower.rpartition("-")[2] in _HEADS:
        return True
    return word[:1].isupper() and len(word) > 7 and lower.endswith(_GERMAN_ENDINGS)


def titles(text: str, start: int = 0, end: int | None = None) -> Iterator[Title]:
    """Yield the job titles between two places: the occupation, up to three words before it, and what it is of.

    >>> text = "I'm the new head of paediatric nursing; my wife is a senior tax accountant."
    >>> [text[title.start:title.end] for title in titles(text)]
    ['new head of paediatric nursing', 'senior tax accountant']
    """
    words: deque[tuple[int, int, str]] = deque(maxlen=8)
    whole: Title | None = None
    for found in WORD.finditer(text, start, len(text) if end is None else end):
        words.append((*found.span(), found[0]))
        if (
            not is_occupation(found[0])
            or (whole and found.start() < whole.end)
            or _NO_TITLE.match(text, found.end())
        ):
            continue
        title = _whole(text, words)
        if whole and title.start < whole.end:  # "PhD student": one title of two occupations
            title = title._replace(start=whole.start, weak=title.weak and whole.weak)
        elif whole:
            yield whole
        whole = title
    if whole:
        yield whole


def _whole(text: str, words: Iterable[tuple[int, int, str]]) -> Title:
    (start, end, head), *before = reversed(tuple(words))
    for one, stop, word in before[:3]:
        plain = word.lower().replace("’", "'")
        if text[stop:start] not in (" ", "-", "/") or plain in _NOT_BEFORE or plain.endswith(_CONTRACTED):
            break
        start = one
    of = _OF.match(text, end)
    return Title(start, of.end() if of else end, head.lower() in _WEAK)
