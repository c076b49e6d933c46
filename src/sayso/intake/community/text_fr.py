"""French sentences. The format is in ``phrases``."""

TEXT = """
[hiring]
= role: une planificatrice | un gestionnaire de paie | une technicienne | un acheteur | une traductrice
= thing: le salaire | la taille de l'équipe | le préavis | l'horaire de travail
[hiring.open]
Nous cherchons {role} pour notre bureau à {city}.
Après {n} semaines, nous avons enfin trouvé {role}.
Pourquoi indique-t-on si rarement {thing} dans les annonces ?
[hiring.middle]
Chez nous, l'annonce précise déjà {thing}.
Chaque candidat reçoit une réponse sous {n} jours.
Nous avons reçu {nn} candidatures pour ce poste.
[hiring.reply]
Est-ce que vous annoncez aussi {thing} pendant l'entretien ?
[logistics]
= goods: les pièces détachées | les produits frais | les carrelages | les caisses vides
[logistics.open]
Notre entrepôt à {city} a traité {nn} chargements {day}.
Comment planifiez-vous {goods} quand la prévision est toujours fausse ?
[logistics.middle]
La première heure décide de la journée.
{goods} prennent plus de place que prévu.
Nous payons l'attente dès la première minute.
[logistics.reply]
Est-ce que vous transportez aussi {goods} par le rail ?
[teaching]
= subject: les fractions | la lecture de cartes | les probabilités | les circuits électriques
[teaching.open]
Comment expliquer {subject} pour que tout le monde suive ?
Cette semaine, j'ai enseigné {subject} sans tableau.
[teaching.middle]
La classe a eu besoin de {nn} minutes.
Je pose la question et j'attends, et c'est le plus difficile.
{day}, nous allons revoir {subject}.
[teaching.reply]
Peux-tu partager la fiche sur {subject} ?
[nursing]
= task: la transmission | le soin des plaies | la tournée des médicaments | la prévention des chutes
[nursing.open]
Nous faisons maintenant {task} à deux.
Qu'est-ce qui vous aide quand il manque deux personnes ?
[nursing.middle]
Nous avons décrit {task} en {n} étapes.
Tous les tiroirs se ressemblent maintenant.
Avant, {task} prenait {nn} minutes.
[nursing.reply]
Chez nous aussi, {task} reste le point faible.
[gardening]
= plant: les haricots | les tomates | les haies | les fraisiers | les rosiers
= tool: la fourche-bêche | la scie à tirer | la houe à roue
[gardening.open]
Quel outil prenez-vous pour {plant} ?
J'utilise {tool} depuis {years} ans dans mon jardin.
[gardening.middle]
Après chaque usage, j'huile le manche.
{plant} ont besoin de moins d'eau qu'on ne le croit.
Les manches en frêne durent plus longtemps.
[gardening.reply]
Quelle huile utilises-tu ?
[software]
= part: la recherche | la facturation | le rapport de nuit
= fault: un mauvais fuseau horaire | un index manquant | un certificat expiré
[software.open]
Nous avons perdu {n} heures à cause de ce défaut : {fault}.
Notre équipe à {city} a supprimé {nn} mille lignes.
[software.middle]
Les petites modifications sont plus faciles à relire.
Une sauvegarde ne compte que si on l'a restaurée.
Depuis {month}, {part} a enfin un responsable.
[software.reply]
Chez nous aussi, c'était {fault}.
[accounting]
= doc: la déclaration de TVA | les notes de frais | le fichier des fournisseurs
= client: une boulangerie | un club de sport | un petit théâtre
[accounting.open]
Je tiens les comptes pour {client} à {city}.
Nous avons clôturé le mois de {month} en {n} jours.
[accounting.middle]
Quatre yeux voient l'erreur avant la banque.
Nous avons abandonné {n} rapports que personne ne lisait.
Je vérifie {doc} ligne par ligne.
[accounting.reply]
Qui contrôle {doc} chez vous ?
[kitchen]
= dish: la soupe de lentilles | la tarte aux oignons | la tarte aux pommes | la courge rôtie
[kitchen.open]
Notre cantine à {city} cuisine pour {nn} personnes par jour.
Depuis {month}, {dish} est à la carte.
[kitchen.middle]
La carte compte maintenant {n} plats.
Nous pesons les restes et nous jetons moins.
La pause de {nn} minutes est inscrite au planning.
[kitchen.reply]
Combien coûte {dish} chez vous ?
[common]
= day: lundi | mardi | mercredi | jeudi | vendredi
= month: janvier | février | mars | mai | juin | septembre | novembre | décembre
[common.close]
Et vous, comment faites-vous ?
La suite en {month}.
Ce n'est pas fini, mais c'est mieux.
Merci à toute l'équipe.
[common.reply]
Merci de l'avoir écrit.
Je suis plutôt d'accord.
C'est une bonne remarque.
Est-ce que tu le referais ?
Je l'ai envoyé à une collègue.
[common.mention]
{name} en parlait la semaine dernière.
Merci à {handle} pour l'idée.
{handle} en sait plus que moi.
[common.email]
Pour toute question, écrivez à {email} sans hésiter.
[common.phone]
On peut me joindre au {phone}.
Merci d'appeler le {phone} avant de venir.
[common.url]
Les détails se trouvent sur {url} pour ceux que cela intéresse.
[common.card]
Le numéro de la carte est {card}, merci de ne débiter qu'une fois.
[common.iban]
Merci de verser la somme sur le compte {iban}.
[common.ip]
Les requêtes venaient de {ip} pendant la nuit.
[common.private]
Bonjour {name}, as-tu du temps {day} ?
Bonjour {name}, merci pour hier.
[common.private_body]
Merci de garder cela pour toi.
Je ne l'ai pas encore dit à ma responsable.
Nous pourrions nous voir à {city}.
[common.poll]
Oui, chaque semaine.
Seulement sur demande.
Moins de {n} heures.
[common.article]
Notes après {nn} semaines
Ce que nous avons changé
[common.profile]
Je travaille dans ce métier depuis {years} ans.
J'aime les accords clairs et les réunions courtes.
J'habite à {city}.
[common.resume]
Responsable d'une équipe de {n} personnes, {city}.
Formation terminée avec mention.
[common.screening]
Oui, je peux commencer en {month}.
J'ai {years} ans d'expérience dans ce domaine.
[common.genai]
Rends ce message plus court et plus aimable :
Rédige une réponse polie à un client :
[common.feedback]
Pouce levé : la proposition était courte et juste.
La proposition ne me ressemblait pas du tout.
[common.usage]
suggestions affichées {nn}, acceptées {n}
"""
