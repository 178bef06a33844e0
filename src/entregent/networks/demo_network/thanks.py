"""What the invented people say when they were answered."""

from typing import Final

THANKS: Final[dict[str, tuple[str, ...]]] = {
    "vous": (
        "Merci beaucoup, c'est exactement ce que je voulais savoir.",
        "Parfait, merci d'avoir pris le temps de répondre.",
        "C'est noté. Merci, et bonne journée à vous.",
        "Merci! Je ne m'attendais pas à une réponse aussi vite.",
        "Un gros merci. Ça me rassure, je vais le dire à ma mère.",
        "Merci bien. C'est agréable d'avoir une vraie personne au bout du fil.",
        "Super, merci. On va s'organiser en conséquence.",
        "Je vous remercie, c'est clair maintenant.",
        "Merci de votre réponse. On se voit sur le site!",
        "Bon, ben merci. Vous venez de sauver ma fin de semaine.",
        "Reçu, merci. Je garde votre message.",
        "Ah, d'accord! Merci, je comprends mieux.",
    ),
    "tu": (
        "Merci ben gros, c'est ça que je voulais savoir.",
        "T'es fin d'avoir répondu, merci!",
        "Ok parfait, merci à toi.",
        "Merci! Je pensais jamais avoir une réponse un soir de semaine.",
        "Nice, merci. On se croise au quai.",
        "Bon, merci, je dors mieux.",
        "Merci, c'est clair de même.",
        "Haha ok, merci. Bonne soirée à toi et à la gang.",
        "Super, merci. Je passe le mot aux autres.",
        "Un gros merci, tu me sauves la vie.",
    ),
    "en": (
        "Thank you, that is exactly what I needed to know.",
        "Perfect, thanks for getting back to me.",
        "Thanks so much. Nice to hear from an actual person.",
        "Great, thank you. See you out on the quay.",
        "That clears it up, thanks.",
        "Appreciate the quick answer. I'll let my parents know.",
        "Good to know, thanks. We'll plan around it.",
        "Oh, lovely. Thank you for looking into it.",
        "Got it, thanks. You just saved my weekend.",
        "Thanks! I honestly did not expect a reply this fast.",
    ),
}
"""By how they were spoken to: ``vous`` and ``tu`` in French, ``en`` in English."""
