"""Words that stand as they are: posts that everybody should see, and approved lines."""

from datetime import date, timedelta

from entregent.simulation import cast
from entregent.simulation.seasons import Calendar
from entregent.simulation.world import DecisionFacts, LineFacts

POST_2 = (
    "Le show sur la glace hier… j'en reviens juste pas. J'ai braillé ma vie, j'ai pus de mascara. "
    "Merci la gang ❤️"
)
POST_3 = (
    "Bonjour, titulaire d'un laissez-passer familial, j'aimerais savoir si l'entrée de la rue des "
    "Tanneurs est accessible en fauteuil roulant. Ma question du {date} est restée sans réponse. "
    "Merci à l'avance. Maryse B."
)
POST_4 = (
    "Three hours on the autoroute, one dep stop for chips, zero regrets. Whoever programs les "
    "Framboises deserves a raise."
)
POST_5 = (
    "C'est-tu encore bon, le code TUQUE15? Ça marche pas sur mon cell. En passant, le gars à la "
    "billetterie hier, un amour."
)
POST_6 = (
    'Bravo pour le stationnement à 30 piastres. Vraiment accessible, votre "fête populaire". '
    "Belle job."
)
POST_7 = (
    "Bonjour Odile, Thomas Archambault-Néron, L'Écho des Battures. Je boucle à 16 h. Qui peut me "
    "parler de l'attente de samedi? Deux phrases suffiraient."
)
POST_8 = (
    "Si vous avez des ados, allez aux Framboises : c'est pas cher, y a de la place pour s'asseoir, "
    "pis la poutine est écœurante."
)
POST_9 = (
    "The English page still says 'Navettes à venir'. My parents are 74 and stood outside because "
    "of it. I'd like someone to call me, please."
)
POST_10 = "Ostie que c'était bon, la clôture. Vous êtes malades. Fait que… à l'an prochain 🫐"
PARKING = (
    "30 piastres pour le stationnement au quai?? Je vais débarquer le monde pis virer de bord.",
    "ok mais le stationnement a monté de 50 % en deux ans, expliquez-moi",
    "Mes parents viennent de Matane, le stationnement va coûter plus cher que leur billet.",
    "C'est-tu vrai pour le stationnement? 30 $?",
    "À 20 $ je disais rien. À 30 $ le stationnement, on prend la navette, si elle part.",
    "Le stationnement de l'aréna est encore gratuit, arrêtez de chialer pis marchez.",
    "Le stationnement payant, correct. Le stationnement à 30 $ dans un champ, non.",
    "On est une famille de 5 dans une van. Le stationnement à ce prix-là c'est notre souper.",
    (
        "Pour les gens qui travaillent dans l'hôtellerie autour, le stationnement est rendu un "
        "vrai problème."
    ),
    "stationnement 30 $. hot dog 9 $. mais la musique est gratis, faut le dire",
    "Moi je loue mon entrée de cour à 10 $, rue de l'Église. Stationnement VIP, café inclus.",
    "Est-ce que le stationnement est à 30 $ pour la journée ou par soir?",
    "Vous dites « fête populaire » pis le stationnement est au prix de Québec",
    "Le stationnement à 20 $ l'an passé c'était déjà limite pour nous autres",
    "J'appuie la hausse du stationnement si l'argent va aux navettes. Est-ce que c'est le cas?",
    "Personne a pensé aux aînés? Le stationnement du quai, c'est le seul sans côte.",
    "bon ben, covoiturage. qui part de Rimouski? on split le stationnement à 4",
    "Le stationnement pour personnes handicapées reste-tu gratuit au moins?",
    "Je trouve ça plate. Pas le festival. Le stationnement.",
    "L'an prochain ça va être quoi, 40 $ le stationnement? Y a un boutte.",
    "Ça prend une réponse claire sur le stationnement avant que j'achète mes passes.",
    "Comme bénévole, je paye-tu le stationnement moi aussi? On me l'a pas dit.",
    "Stationnement à 30 $ : c'est le prix de deux éperlans frits pis une bière, remarquez.",
    "Mettons 25 $ pis on n'en parle plus du stationnement",
    "ma sœur est proche aidante, le stationnement à 30 $ chaque soir, ça marche pas",
    "Les gens de la place payent le stationnement aussi? On habite à côté, franchement.",
    "Combien de places de stationnement au juste? À ce prix-là j'espère qu'elles sont déneigées.",
    "j'ai relu trois fois pis c'est vraiment 30 $ le stationnement",
    "Le monde de Montréal rit de nous autres avec notre stationnement à 30 $ 😅",
    "Ramenez le stationnement à 20 $ pis tout le monde va être de bonne humeur.",
    "Ok pour 30 $, mais laissez-nous revenir dans le stationnement après le souper.",
)

WITH_MARYSE = (
    (370, "Bonjour, le laissez-passer familial couvre-t-il une nièce de 16 ans? Maryse B.",
     "Bonjour Maryse, oui, jusqu'à 17 ans, si elle arrive avec vous.", cast.TICKETS),
    (655, "Bonjour, j'ai perdu un foulard rouge près de la chapelle samedi. Maryse B.",
     "Bonjour Maryse, il est au vestiaire; Rose-Aimée l'a mis de côté.", cast.WELCOME),
    (1060, "Bonjour, est-ce qu'on peut entrer par la rue des Tanneurs après 20 h? Maryse B.",
     "Bonjour Maryse, oui, jusqu'à la fermeture.", cast.WELCOME),
    (130, ("Bonjour, la commande FF-20417 est à mon nom de fille, est-ce que ça pose "
     "problème? Maryse B."), "Bonjour Maryse, aucun problème, c'est noté.", cast.TICKETS),
    (215, "Merci encore pour la place assise près de l'allée, ma mère a tout vu. Maryse B.",
     "Merci à vous deux d'être venues, Maryse.", cast.WELCOME),
)  # fmt: skip
"""Days ago, what she wrote, what was answered, and by which function."""
RAMP = (
    "L'entrée des Tanneurs a maintenant une rampe. Elle ouvre en même temps que le site et elle "
    "est éclairée."
)


def approved_lines(today: date) -> tuple[LineFacts, ...]:
    """Lines by subject, each with an owner and an end."""
    until = today + timedelta(days=96)
    rows = (
        (
            "stationnement",
            (
                "Le stationnement du quai est à 30\u00a0$ par jour; celui de l'aréna est "
                "gratuit, avec "
                "navette aux 15 minutes."
            ),
            (
                "Parking at the wharf is $30 a day; the arena lot is free, with a shuttle every 15 "
                "minutes."
            ),
            cast.WELCOME,
        ),
        (
            "navettes",
            (
                "Deux transporteurs desservent le quai. Un autobus chauffé attend à "
                "l'arrêt jusqu'au "
                "dernier départ."
            ),
            "Two firms serve the wharf. A heated bus waits at the stop until the last departure.",
            cast.WELCOME,
        ),
        (
            "acces",
            (
                "L'entrée de la rue des Tanneurs a une rampe\u00a0: pente de 8\u00a0%, éclairée. "
                "L'entrée du quai est de plain-pied."
            ),
            (
                "The rue des Tanneurs entrance has a ramp: 8% slope, lit. The wharf entrance is "
                "step-free."
            ),
            cast.WELCOME,
        ),
        (
            "remboursement",
            (
                "Un laissez-passer se rembourse jusqu'à sept jours avant l'édition. Le "
                "montant revient "
                "sur la carte en cinq jours ouvrables."
            ),
            (
                "A pass can be refunded up to seven days before the edition. The amount "
                "returns to the "
                "card within five business days."
            ),
            cast.TICKETS,
        ),
        (
            "coupons",
            (
                "Le code TUQUE15 n'est plus en vigueur. Le prix de prévente s'applique à tout "
                "le monde "
                "jusqu'au 15 janvier, sans code."
            ),
            (
                "The code TUQUE15 has ended. The presale price applies to everyone until "
                "January 15, "
                "without a code."
            ),
            cast.MARKETING,
        ),
    )
    return tuple(LineFacts(*row, until) for row in rows)


def signed(text: str, member: str, language: str) -> str:
    """A text with the first name and the function of who wrote it."""
    desk = next((desk for desk in cast.DESKS.values() if member in desk[2]), None)
    if desk is None:
        return text
    return f"{text} — {cast.FIRST_NAMES[member]}, {desk[1 if language == 'en' else 0]}"


def decisions(calendar: Calendar) -> list[DecisionFacts]:
    """One question is open; the one after the night of the shuttles was decided."""
    monday = calendar.closing_night + timedelta(days=2)
    return [
        DecisionFacts(
            question_fr="Ramener le stationnement à 20\u00a0$?",
            question_en="Bring parking back to $20?",
            options=(
                ("Ramener à 20\u00a0$", "Back to $20"),
                ("Garder 30\u00a0$, et dire pourquoi", "Keep $30, and say why"),
            ),
            query="stationnement* OR parking",
            due_on=calendar.today + timedelta(days=3),
        ),
        DecisionFacts(
            question_fr="Après la nuit des navettes\u00a0: deux transporteurs?",
            question_en="After the night of the shuttles: two firms?",
            options=(
                (
                    "Deux transporteurs, un autobus chauffé, rien de programmé ces soirs-là",
                    "Two firms, a heated bus, nothing scheduled on those nights",
                ),
                ("Garder un seul transporteur", "Keep one firm"),
            ),
            query="navette* OR shuttle*",
            due_on=monday,
            decided_at=calendar.at(monday, 15, 30),
            decided_by="maude",
            choice=0,
        ),
    ]
