"""Dutch sentences. The format is in ``phrases``."""

TEXT = """
[hiring]
= role: een planner | een boekhouder | een monteur | een inkoper | een vertaler
= thing: het salaris | de opzegtermijn | de werktijd | de grootte van het team
[hiring.open]
Wij zoeken {role} voor ons kantoor in {city}.
Na {n} weken hebben we eindelijk {role} gevonden.
Waarom staat {thing} zo zelden in de vacature?
[hiring.middle]
Bij ons staat {thing} gewoon in de vacature.
Iedere sollicitant krijgt binnen {n} dagen antwoord.
Op de vacature kwamen {nn} reacties.
[hiring.reply]
Noemen jullie {thing} ook in het gesprek?
[logistics]
= goods: reserveonderdelen | koelwaren | tegels | lege kratten
[logistics.open]
Ons magazijn in {city} verwerkte op {day} {nn} ladingen.
Hoe plannen jullie {goods} als de prognose nooit klopt?
[logistics.middle]
Het eerste uur bepaalt de dag.
{goods} nemen meer ruimte in dan het systeem denkt.
Wij betalen wachttijd vanaf de eerste minuut.
[logistics.reply]
Vervoeren jullie {goods} ook per spoor?
[teaching]
= subject: breuken | kaartlezen | kansrekening | stroomkringen
[teaching.open]
Hoe leg je {subject} uit zodat iedereen meekomt?
Deze week gaf ik een les over {subject} zonder bord.
[teaching.middle]
De klas had er {nn} minuten voor nodig.
Ik stel de vraag en wacht, en dat is het moeilijke deel.
Op {day} herhalen we {subject}.
[teaching.reply]
Wil je het blad over {subject} delen?
[nursing]
= task: de overdracht | de wondzorg | de medicijnronde | de valpreventie
[nursing.open]
Wij doen {task} nu met zijn tweeën.
Wat helpt bij jullie als er twee mensen ontbreken?
[nursing.middle]
We hebben {task} in {n} stappen opgeschreven.
Alle lades zien er nu hetzelfde uit.
Vroeger duurde {task} {nn} minuten.
[nursing.reply]
Bij ons is {task} ook het zwakke punt.
[gardening]
= plant: bonen | tomaten | hagen | aardbeien | rozen
= tool: de spitvork | de trekzaag | de wielschoffel
[gardening.open]
Welk gereedschap gebruiken jullie voor {plant}?
Ik werk al {years} jaar met {tool} in mijn eigen tuin.
[gardening.middle]
Na elk gebruik olie ik de steel.
{plant} hebben minder water nodig dan je denkt.
Een steel van essenhout gaat hier het langst mee.
[gardening.reply]
Welke olie gebruik je daarvoor?
[software]
= part: de zoekfunctie | de facturatie | het nachtrapport
= fault: een verkeerde tijdzone | een ontbrekende index | een verlopen certificaat
[software.open]
{fault} kostte ons {n} uur.
Ons team in {city} heeft {nn} duizend regels verwijderd.
[software.middle]
Kleine wijzigingen zijn makkelijker na te kijken.
Een reservekopie telt pas als je hem hebt teruggezet.
Sinds {month} heeft {part} een vaste eigenaar.
[software.reply]
Bij ons was het ook {fault}.
[accounting]
= doc: de btw-aangifte | de reiskosten | de leverancierslijst
= client: een bakkerij | een sportclub | een klein theater
[accounting.open]
Ik doe de boekhouding voor {client} in {city}.
We hebben {month} in {n} dagen afgesloten.
[accounting.middle]
Vier ogen vinden de fout eerder dan de bank.
We hebben {n} rapporten geschrapt die niemand las.
Bonnetjes verzamel ik op {day}.
[accounting.reply]
Hoe vaak doen jullie {doc}?
[kitchen]
= dish: linzensoep | uientaart | appeltaart | geroosterde pompoen
[kitchen.open]
Onze kantine in {city} kookt voor {nn} gasten per dag.
Sinds {month} staat {dish} op de kaart.
[kitchen.middle]
De kaart telt nu {n} gerechten.
We wegen de resten en gooien minder weg.
De pauze van {nn} minuten staat vast in het rooster.
[kitchen.reply]
Wat kost {dish} bij jullie?
[common]
= day: maandag | dinsdag | woensdag | donderdag | vrijdag
= month: januari | februari | maart | april | mei | juni | september | oktober | november
[common.close]
Hoe doen jullie dit?
In {month} vertel ik meer.
Het is niet af, maar wel beter.
Met dank aan het hele team.
[common.reply]
Bedankt dat je dit hebt opgeschreven.
Daar ben ik het mee eens.
Goed punt.
Zou je het weer zo doen?
Dit heb ik doorgestuurd naar een collega.
[common.mention]
{name} vroeg hier vorige week naar.
Met dank aan {handle} voor het idee.
{handle} weet hier meer van dan ik.
[common.email]
Vragen kunnen naar {email} worden gestuurd.
[common.phone]
Je kunt me bereiken op {phone}.
Bel eerst even naar {phone} voor je langskomt.
[common.url]
De details staan op {url} voor wie ze wil lezen.
[common.card]
Het kaartnummer is {card}, graag maar één keer afschrijven.
[common.iban]
Je kunt het bedrag overmaken naar {iban}.
[common.ip]
De verzoeken kwamen 's nachts van {ip}.
[common.private]
Hallo {name}, heb je {day} tijd?
Dag {name}, bedankt voor gisteren.
[common.private_body]
Houd dit voorlopig voor jezelf.
Ik heb het mijn baas nog niet verteld.
We kunnen in {city} afspreken.
[common.poll]
Ja, elke week.
Alleen als iemand erom vraagt.
Minder dan {n} uur.
[common.article]
Aantekeningen na {nn} weken
Wat we hebben veranderd
[common.profile]
Ik werk al {years} jaar in dit vak.
Ik houd van duidelijke afspraken.
Ik woon in {city}.
[common.resume]
Teamleider van {n} mensen, {city}.
Opleiding met lof afgerond.
[common.screening]
Ja, ik kan in {month} beginnen.
Ik heb hier {years} jaar ervaring mee.
[common.genai]
Maak dit bericht korter en vriendelijker:
Schrijf een beleefd antwoord aan een klant:
[common.feedback]
Duim omhoog: het voorstel was kort en goed.
Het voorstel klonk helemaal niet als ik.
[common.usage]
schrijfsuggesties getoond {nn}, aanvaard {n}
"""
