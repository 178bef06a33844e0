"""Invented colleagues: in a house that is a demonstration, functions that are asked answer.

They answer a few seconds later, in the language of whoever waits, with what holds in the festival;
where they do not know, they say by when they will. The page says that they are invented.
"""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from entregent.apps.coordinate.demo import asks_waiting_for_colleagues, colleague_answers
from entregent.apps.organisation.demo import is_demonstration

ANSWERS_AFTER = timedelta(seconds=2)

_TOLD: Final = """
acces
Oui, l'entrée de la rue des Tanneurs est accessible en fauteuil roulant~: la rampe est posée, pente
de 8~%, éclairée, 1,5~m de large. Un bénévole est à la barrière jusqu'à la fermeture.
--
Yes, the rue des Tanneurs entrance is wheelchair accessible: the ramp is in place, 8% slope, lit,
1.5~m wide. A volunteer is at the gate until closing.
==
stationnement
Le stationnement du quai est à 30~$ par jour, entrées et sorties comprises. Celui de l'aréna est
gratuit, avec une navette aux 15 minutes.
--
Parking at the wharf is $30 a day, in and out as you please. The arena lot is free, with a shuttle
every 15 minutes.
==
navettes
Deux transporteurs sont au contrat cet hiver, et un autobus chauffé attend au quai jusqu'au dernier
départ. La page anglaise est corrigée.
--
Two firms are under contract this winter, and a heated bus waits at the wharf until the last
departure. The English page has been corrected.
==
remboursement
C'est vérifié~: la commande a bien été débitée deux fois. Le deuxième montant revient sur la carte
d'ici cinq jours ouvrables.
--
We checked: the order was indeed charged twice. The second amount goes back to the card within five
business days.
==
coupons
Le code TUQUE15 n'est plus en vigueur. Le prix de prévente s'applique à tout le monde jusqu'au 15
janvier, sans code.
--
The code TUQUE15 has ended. The presale price applies to everyone until January 15, no code needed.
==
unknown
On ne le sait pas encore avec certitude. On vérifie aujourd'hui, et la réponse arrive d'ici demain
midi.
--
We do not know for certain yet. We are checking today, and the answer comes by noon tomorrow.
"""


def _read(told: str) -> dict[str, tuple[str, str]]:
    found = {}
    for block in told.strip().split("\n==\n"):
        subject, _, texts = block.partition("\n")
        french, english = (
            text.replace("\n", " ").replace("~", "\N{NO-BREAK SPACE}")
            for text in texts.split("\n--\n")
        )
        found[subject] = (french, english)
    return found


ANSWERS: Final = _read(_TOLD)
"""What they know, by subject: in French, and in English."""
UNKNOWN: Final = ANSWERS["unknown"]


def act() -> bool:
    """Let one invented colleague answer, if somebody asked; whether one did."""
    if not is_demonstration():
        return False
    waiting = asks_waiting_for_colleagues(before=timezone.now() - ANSWERS_AFTER)
    # Where a function has nobody who was invented for it, the next ask is looked at.
    return any(
        colleague_answers(
            ask_id=ask.id, text=ANSWERS.get(ask.subject, UNKNOWN)[1 if ask.language == "en" else 0]
        )
        for ask in waiting
    )
