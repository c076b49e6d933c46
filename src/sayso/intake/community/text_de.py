"""German sentences. The format is in ``phrases``."""

TEXT = """
[hiring]
= role: eine Bauleiterin | einen Lohnbuchhalter | eine Technikerin | einen Einkäufer | eine Übersetzerin
= thing: die Gehaltsspanne | die Teamgröße | die Kündigungsfrist | die Arbeitszeit
[hiring.open]
Wir suchen {role} für unser Büro in {city}.
Nach {n} Wochen haben wir endlich {role} gefunden.
Warum steht {thing} so selten in der Anzeige?
[hiring.middle]
Bei uns steht {thing} schon in der Anzeige.
Jede Bewerbung bekommt innerhalb von {n} Tagen eine Antwort.
Wir bezahlen den Probetag, denn er ist Arbeit.
Auf die Stelle kamen {nn} Bewerbungen.
[hiring.reply]
Nennt ihr {thing} auch im Gespräch?
In {city} ist der Markt ganz anders.
[logistics]
= goods: Ersatzteile | Kühlware | Fliesen | Rücksendungen | leere Kisten
= place: das Nachtlager | die Verladehalle | das Bahnterminal
[logistics.open]
Unser Lager in {city} hat am {day} {nn} Ladungen bewegt.
Wie plant ihr {goods}, wenn die Prognose nie stimmt?
Seit {month} haben wir feste Zeitfenster an der Rampe.
[logistics.middle]
Die erste Stunde entscheidet über den Tag.
{goods} brauchen mehr Platz, als das System glaubt.
Wer {place} kennt, plant anders.
Wir zahlen Wartezeit ab der ersten Minute.
[logistics.reply]
Feste Zeitfenster haben bei uns auch geholfen.
Verschickt ihr {goods} auch mit der Bahn?
[teaching]
= subject: Bruchrechnung | Aufsatzaufbau | Stromkreise | Wahrscheinlichkeit | Kartenlesen
= class: meine siebte Klasse | der Abendkurs | die Berufsschulklasse
[teaching.open]
Wie erklärt ihr {subject} so, dass alle mitkommen?
Diese Woche habe ich {subject} ohne Tafel unterrichtet.
Ein Elternabend mit {nn} Gesprächen liegt hinter mir.
[teaching.middle]
{class} hat dafür {nn} Minuten gebraucht.
Ich stelle die Frage und warte, das ist das Schwierige.
Am {day} wiederholen wir {subject}.
Entwürfe benote ich nicht mehr, ich kommentiere sie.
[teaching.reply]
Könntest du das Blatt zu {subject} teilen?
Das probiere ich am {day} aus.
[nursing]
= task: die Übergabe | die Wundversorgung | die Medikamentenrunde | die Sturzvorbeugung
= ward: der Schlaganfallstation | der Tagesklinik | der Kinderstation
[nursing.open]
Auf {ward} machen wir {task} jetzt zu zweit.
Was hilft bei euch, wenn zwei Leute fehlen?
Danke an alle auf {ward} nach einem langen {day}.
[nursing.middle]
Wir haben {task} in {n} Schritten aufgeschrieben.
Alle Schubladen sehen jetzt gleich aus.
Früher hat {task} {nn} Minuten gedauert.
Zuhören spart später eine Stunde.
[nursing.reply]
Bei uns ist {task} auch der schwache Punkt.
Wie viele seid ihr nachts auf {ward}?
[gardening]
= tool: die Grabegabel | die Zugsäge | die Radhacke | die Rosenschere
= plant: Bohnen | Tomaten | Hecken | Erdbeeren | Rosen
[gardening.open]
Ich benutze {tool} seit {years} Jahren im eigenen Garten.
Welches Werkzeug nehmt ihr für {plant}?
Unser Laden in {city} repariert Werkzeug, statt neues zu verkaufen.
[gardening.middle]
Nach jeder Arbeit öle ich den Griff.
{plant} brauchen weniger Wasser, als man denkt.
Griffe aus Esche halten hier am längsten.
Im {month} kommt {tool} in die Werkstatt.
[gardening.reply]
Welches Öl nimmst du dafür?
Meine {plant} wachsen auch ohne Umgraben.
[software]
= part: die Suche | die Abrechnung | der Nachtbericht | die Anmeldeseite
= fault: eine falsche Zeitzone | ein fehlender Index | ein abgelaufenes Zertifikat
[software.open]
{fault} hat uns {n} Stunden gekostet.
Seit {month} hat {part} endlich eine feste Zuständigkeit.
Unser Team in {city} hat {nn} tausend Zeilen gelöscht.
[software.middle]
Kleine Änderungen sind leichter zu prüfen.
Eine Sicherung zählt erst, wenn man sie zurückgespielt hat.
Niemand liest eine Übersicht mit {nn} Kurven.
Am Ende war es wieder {fault}.
[software.reply]
Bei uns war es auch {fault}.
Wie groß sind eure Änderungen heute?
[accounting]
= doc: die Umsatzsteuererklärung | die Reisekosten | die Lieferantenliste | die Anlagenkartei
= client: eine Bäckerei | einen Sportverein | eine Tischlerei | ein kleines Theater
[accounting.open]
Ich mache die Bücher für {client} in {city}.
Den {month} haben wir in {n} Tagen abgeschlossen.
Wer prüft bei euch {doc}?
[accounting.middle]
Vier Augen finden den Zahlendreher vor der Bank.
Belege sammle ich am {day}.
Wir haben {n} Berichte gestrichen, die niemand las.
Für {client} zählt vor allem das Geld auf dem Konto.
[accounting.reply]
Wie oft macht ihr {doc}?
Die erste Mahnung schicken wir nach {nn} Tagen.
[kitchen]
= dish: Linsensuppe | Zwiebelkuchen | Apfelkuchen | Kürbis aus dem Ofen
[kitchen.open]
Unsere Kantine in {city} kocht für {nn} Gäste am Tag.
Seit {month} steht {dish} auf der Karte.
Wie plant ihr die Küche mit nur zwei Köchen?
[kitchen.middle]
Die Karte hat jetzt {n} Gerichte.
{dish} verkauft sich besser, wenn die Herkunft dabeisteht.
Wir wiegen die Reste und werfen weniger weg.
Die Pause von {nn} Minuten steht fest im Plan.
[kitchen.reply]
Was kostet {dish} bei euch?
Weniger Gerichte waren auch für uns richtig.
[common]
= day: Montag | Dienstag | Mittwoch | Donnerstag | Freitag
= month: Januar | Februar | März | April | Mai | Juni | September | Oktober | November
[common.close]
Wie macht ihr das?
Mehr dazu im {month}.
Es ist nicht fertig, aber besser.
Der Dank gilt dem ganzen Team.
[common.reply]
Danke, dass du das aufgeschrieben hast.
Das sehe ich ähnlich.
Ein guter Punkt.
Würdest du es wieder so machen?
Das habe ich einer Kollegin geschickt.
[common.mention]
{name} hat letzte Woche danach gefragt.
Danke an {handle} für die Idee.
{handle} weiß darüber mehr als ich.
Das habe ich von {name} gelernt.
[common.email]
Fragen bitte an {email} richten.
Die Vorlage gibt es unter {email} auf Anfrage.
[common.phone]
Am besten erreicht man mich unter {phone}.
Bitte vorher unter {phone} anrufen.
[common.url]
Die Einzelheiten stehen unter {url} für alle bereit.
Mehr dazu: {url}
[common.card]
Die Kartennummer lautet {card}, bitte nur einmal belasten.
[common.iban]
Bitte überweise den Betrag auf {iban}.
Unser neues Konto ist {iban}, das alte ist geschlossen.
[common.ip]
Die Anfragen kamen nachts von {ip}.
[common.private]
Hallo {name}, hast du am {day} Zeit?
Liebe Grüße aus {city}, {name}!
[common.private_body]
Bitte behalte das noch für dich.
Ich habe es meiner Chefin noch nicht gesagt.
Wir könnten uns in {city} treffen.
Ich bin bis {month} krankgeschrieben.
[common.poll]
Ja, jede Woche.
Nur auf Nachfrage.
Weniger als {n} Stunden.
Noch nicht.
[common.article]
Notizen aus {nn} Wochen
Was wir geändert haben
Ein nüchterner Bericht aus {city}
[common.profile]
Ich arbeite seit {years} Jahren in diesem Beruf.
Ich mag klare Absprachen und kurze Besprechungen.
In der Freizeit singe ich im Chor.
Ich wohne in {city}.
[common.resume]
Teamleitung mit {n} Mitarbeitenden, {city}.
Ausbildung mit Auszeichnung abgeschlossen.
Kassenwartin im Sportverein.
[common.screening]
Ja, ich kann im {month} anfangen.
Ich habe {years} Jahre Erfahrung damit.
[common.genai]
Schreibe diesen Beitrag kürzer und freundlicher:
Entwirf eine höfliche Antwort an einen Kunden:
[common.feedback]
Daumen hoch: Der Entwurf war kurz und richtig.
Der Vorschlag klang gar nicht nach mir.
[common.usage]
Schreibvorschläge gezeigt {nn}, angenommen {n}
Suche {nn} Mal geöffnet
"""
