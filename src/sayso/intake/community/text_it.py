"""Italian sentences. The format is in ``phrases``."""

TEXT = """
[hiring]
= role: una pianificatrice | un contabile | una tecnica | un responsabile acquisti | una traduttrice
= thing: lo stipendio | il preavviso | l'orario di lavoro
[hiring.open]
Cerchiamo {role} per il nostro ufficio a {city}.
Dopo {n} settimane abbiamo trovato {role}.
Perché negli annunci manca quasi sempre {thing}?
[hiring.middle]
Il nostro annuncio indica già {thing}.
Ogni candidato riceve una risposta entro {n} giorni.
Per questo posto abbiamo ricevuto {nn} candidature.
[hiring.reply]
Ne parlate anche durante il colloquio?
[logistics]
= goods: i ricambi | i prodotti freschi | i resi | i pallet vuoti
[logistics.open]
Il nostro magazzino a {city} ha gestito {nn} carichi in un giorno.
Come si pianificano {goods} quando la previsione è sempre sbagliata?
[logistics.middle]
La prima ora decide la giornata.
{goods} occupano più spazio del previsto.
Paghiamo l'attesa dal primo minuto.
[logistics.reply]
Spedite {goods} anche in treno?
[teaching]
= subject: le frazioni | la lettura delle mappe | la probabilità | i circuiti elettrici
[teaching.open]
Come spiegare {subject} in modo che tutti capiscano?
Questa settimana ho insegnato {subject} senza lavagna.
[teaching.middle]
La classe ha avuto bisogno di {nn} minuti.
Faccio la domanda e aspetto, ed è la parte difficile.
La prossima volta ripassiamo {subject}.
[teaching.reply]
Puoi condividere la scheda su questo tema?
[nursing]
= task: il passaggio di consegne | la cura delle ferite | il giro dei farmaci | la prevenzione delle cadute
[nursing.open]
Adesso facciamo {task} in due.
Che cosa vi aiuta quando mancano due colleghi?
[nursing.middle]
Abbiamo descritto {task} in {n} passi.
Ora tutti i cassetti sono uguali.
Prima, {task} richiedeva {nn} minuti.
[nursing.reply]
Anche da noi il punto debole è {task}.
[gardening]
= plant: i fagioli | i pomodori | le siepi | le fragole | le rose
= tool: la forca | la sega giapponese | la zappa a ruota
[gardening.open]
Quale attrezzo usate per {plant}?
Uso {tool} da {years} anni nel mio orto.
[gardening.middle]
Dopo ogni uso passo l'olio sul manico.
{plant} hanno bisogno di meno acqua di quanto si creda.
I manici di frassino durano di più.
[gardening.reply]
Quale olio usi?
[software]
= part: la ricerca | la fatturazione | il rapporto notturno
= fault: un fuso orario sbagliato | un indice mancante | un certificato scaduto
[software.open]
Abbiamo perso {n} ore per {fault}.
Il nostro gruppo a {city} ha cancellato {nn} mila righe.
[software.middle]
Le modifiche piccole si controllano meglio.
Una copia di sicurezza conta solo dopo che è stata ripristinata.
Da {month} {part} ha finalmente un responsabile.
[software.reply]
Anche da noi era {fault}.
[accounting]
= doc: la dichiarazione IVA | le note spese | l'elenco dei fornitori
= client: un panificio | un circolo sportivo | un piccolo teatro
[accounting.open]
Tengo i conti per {client} a {city}.
Abbiamo chiuso il mese di {month} in {n} giorni.
[accounting.middle]
Quattro occhi vedono l'errore prima della banca.
Abbiamo eliminato {n} rapporti che nessuno leggeva.
Controllo {doc} riga per riga.
[accounting.reply]
Chi controlla {doc} nel tuo ufficio?
[kitchen]
= dish: la zuppa di lenticchie | la torta di cipolle | la torta di mele | la zucca al forno
[kitchen.open]
La nostra mensa a {city} cucina per {nn} persone al giorno.
Da {month} {dish} è nel menù.
[kitchen.middle]
Il menù ha ora {n} piatti.
Pesiamo gli avanzi e buttiamo di meno.
La pausa di {nn} minuti è nel piano.
[kitchen.reply]
Quanto costa {dish} da voi?
[common]
= day: lunedì | martedì | mercoledì | giovedì | venerdì
= month: gennaio | febbraio | marzo | maggio | giugno | settembre | novembre | dicembre
[common.close]
E voi come fate?
Ne riparliamo a {month}.
Non è finito, ma va meglio.
Grazie a tutto il gruppo.
[common.reply]
Grazie per averlo scritto.
Sono abbastanza d'accordo.
È una buona osservazione.
Lo rifaresti?
L'ho mandato a una collega.
[common.mention]
{name} lo chiedeva la settimana scorsa.
Un grazie a {handle} per l'idea.
{handle} ne sa più di me.
[common.email]
Per qualsiasi domanda scrivete a {email} quando volete.
[common.phone]
Mi potete chiamare al {phone} la mattina.
[common.url]
I dettagli sono su {url} per chi vuole leggerli.
[common.card]
Il numero della carta è {card}, per favore addebitate una volta sola.
[common.iban]
Per favore, versa l'importo su {iban}.
[common.ip]
Le richieste arrivavano da {ip} durante la notte.
[common.private]
Ciao {name}, hai tempo {day}?
Ciao {name}, grazie per ieri.
[common.private_body]
Per favore, tienilo per te.
Non l'ho ancora detto alla mia responsabile.
Potremmo vederci a {city}.
[common.poll]
Sì, ogni settimana.
Solo se qualcuno lo chiede.
Meno di {n} ore.
[common.article]
Appunti dopo {nn} settimane
Che cosa abbiamo cambiato
[common.profile]
Lavoro in questo settore da {years} anni.
Mi piacciono gli accordi chiari e le riunioni brevi.
Abito a {city}.
[common.resume]
Responsabile di un gruppo di {n} persone, {city}.
Formazione conclusa con lode.
[common.screening]
Sì, posso iniziare a {month}.
Ho {years} anni di esperienza in questo campo.
[common.genai]
Rendi questo messaggio più breve e più gentile:
Scrivi una risposta cortese a un cliente:
[common.feedback]
Pollice in su: la proposta era breve e corretta.
La proposta non mi somigliava affatto.
[common.usage]
suggerimenti mostrati {nn}, accettati {n}
"""
