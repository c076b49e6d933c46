"""Word lists: which words are more often no name, and which say that a name stands beside them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from sayso.redact.folding import folded


@lru_cache(maxsize=1)
def load_common_words() -> frozenset[str]:
    """Return folded words that are more often no name, though some are names (``will``, ``rose``): about 37,000, European languages.

    They come with the package (``scripts/make_common_words.py`` makes them from Faker's and Mimesis's lists, both MIT).

    >>> {"will", "rose", "mai", "page"} <= load_common_words(), "lovelace" in load_common_words()
    (True, False)
    """
    return _load("common_words.txt")


@lru_cache(maxsize=1)
def load_places() -> frozenset[str]:
    """Return folded names of cities, states, countries and continents of one word: about 13,000, from Mimesis (MIT).

    >>> "lincoln" in load_places()
    True
    """
    return _load("places.txt")


@lru_cache(maxsize=1)
def rare_words() -> frozenset[str]:
    """Return the folded words that are rarely names.

    >>> {"will", "lincoln", "the"} <= rare_words()
    True
    """
    return load_common_words() | load_places() | FUNCTION_WORDS


def _load(name: str) -> frozenset[str]:
    return frozenset((files("sayso.redact") / "data" / name).read_text(encoding="utf-8").split())


# Titles and forms of address; then greetings, thanks and their like. Folded.
CALLS = frozenset(
    folded("""
    mr mrs ms miss mx dr prof professor sir madam lord lady fr sister brother uncle aunt
    herr hr frau fr dokter herrn monsieur m mme mlle madame senor senora srta sr sra don dona signor signora sig dhr mevr mevrouw
    meneer pan pani panie
    hi hello hey dear thanks thank thx cheers ping cc welcome congrats congratulations bye sorry kudos credit
    hallo hoi liebe lieber danke dank gruss grusse servus beste bedankt dag groetjes bonjour salut merci cher chere
    hola gracias querido querida estimado estimada ola oi obrigado obrigada caro cara ciao grazie prezado prezada
    czesc dzieki drogi droga witaj ahoj dekuji diky привет спасибо здравствуй здравствуйте уважаемый уважаемая
    """).split()
)
GREETINGS = CALLS & frozenset(
    "hi hello hey dear thanks thx cheers hallo hoi hola merci danke bedankt ciao ola oi ping".split()
)
SAYS = frozenset(
    """
    said says say wrote writes asked asks told tells replied replies answered answers suggested suggests mentioned mentions
    posted posts commented comments explained explains thinks thought agreed agrees noted notes pointed added claims claimed
    sagte sagt schrieb schreibt meinte meint fragte fragt antwortete erklarte a dit dit ecrit ecrivait demande repond explique
    dijo dice escribio escribe pregunto respondio disse diz escreveu escreve perguntou respondeu ha scritto detto scrive chiede
    zei zegt schreef schrijft vroeg antwoordde powiedzial powiedziala napisal napisala rekl rekla napsal napsala
    сказал сказала написал написала пишет говорит ответил ответила спросил спросила
    """.split()
) - {"a", "ha"}
# Calendar words are capitalised in mid-sentence without being names.
CALENDAR = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep
    oct nov dec monday tuesday wednesday thursday friday saturday sunday summer winter spring autumn fall easter christmas
    januar februar marz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
    """.split()
)
# What stands between the parts of a name without being one; "nbsp" is what HTML leaves of a space.
PARTICLES = frozenset(
    """
    von van vom zu zum zur der den de het ter ten t te del della dello dei degli di da das do dos du des la le les el al bin ibn
    ben bint abu y e i und of the af av jr sr junior senior nbsp mc mac o d l san santa st
    """.split()
)
# Words so frequent that a bare one is never sought as a name: only in full names, and as handles behind an "@".
FUNCTION_WORDS = frozenset(
    """
    a about after all also am an and any are as at back be been but by can case could day did do does done each even find first
    for from get go good had has have he her here him his how i if in into is it its just know like look made make many me more
    most much must my need new no not now of off on one only or other our out over own part people right said same say see seem
    set she should so some such take than that the their them then there these they thing think this those time to too two under
    up us use used very want was way we well were what when where which while who why with within without work would year yes you
    your
    aber alle als am an auch auf aus bei bin bis bist da das dass dem den denn der des die dir doch du ein eine einem einen einer
    er es fur hat hatte ich ihm ihn ihr im in ist ja kann mehr mein mich mir mit nach nicht noch nun nur ob oder schon sehr sein
    sich sie sind so um und uns vom von vor war was wenn wer wie wir wird zu zum zur
    au aux avec ca ce ces cette comme dans de des donc du elle en est et etre eu fait il ils je la le les leur lui ma mais me meme
    mes moi mon ne nos notre nous on ont ou par pas plus pour qu que qui sa sans se ses si son sont sur ta te tes toi ton tous
    tout tres tu un une vos votre vous y
    al algo como con cual cuando del desde donde el ella ellos era eres es esa ese eso esta este esto ha hace hay hasta la las le
    les lo los mas me mi mis mucho muy nada ni nos o os otra otro para pero poco por porque que quien se ser si sin sobre son soy
    su sus te tiene todo tu un una uno usted y ya yo
    ao aos as com da dao das de do dos e ela ele em essa esse eu foi isso isto ja mais mas meu minha na nao nas no nos nossa o
    os ou para pela pelo por qual quando que quem se sem ser seu sua tem um uma voce
    aan al als bij dan dat de der deze die dit doch door dus een en er ge geen had hebben heeft hem het hier hij hoe hun ik in is
    je kan maar me meer men met mij mijn na naar niet nog nu of om ons ook op over te tegen toch toen tot uit van veel voor want
    was wat we wel werd wij wil worden zal ze zich zij zijn zo zou
    agli ai alla allo anche c che chi ci coi col come con cui da dai dal dalla degli dei del della di e ed era gli ha ho i il in
    io la le lei li lo loro lui ma mi mia mio ne nei nel nella noi non o per piu quale quando quella quello questa questo se sei
    si sia sono su sua sul sulla suo ti tra tu tuo un una uno vi voi
    dia dont don im ive ill id re ll ve
    """.split()
)
