"""Words that turn, strengthen or soften the words beside them; folded, as texts are."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


NEGATORS = {
    "fr": _words("pas jamais aucun aucune zero rien sans ni guere pus nullement aucunement non"),
    "en": _words(
        "not no zero never without nobody nothing neither nor hardly barely scarcely cannot dont "
        "doesnt didnt isnt wasnt arent cant wont couldnt wouldnt shouldnt havent hasnt aint none"
    ),
}
"""Words that turn what follows them in the same clause."""

AFTER_VERB = _words("pas jamais rien pus pu guere aucunement plus")
"""French words that turn the verb before them."""

NOT_WORDS = _words(
    "don doesn didn isn wasn weren aren can couldn won wouldn shouldn haven hasn hadn ain"
)
"""What is left of an English negation before its ``'t``."""

NEVER_SO = _words("so aussi autant such si better mieux plus")
"""After « never » or « jamais », these praise or blame all the more: « never been so happy »."""

NOT_ONLY = _words("seulement juste only just que uniquement")
"""After a negation, these undo it: « pas juste bon »."""

TURNS = _words("mais but however although though cependant toutefois pourtant sauf except")
"""Words that begin a clause of their own; what comes after them counts more."""

STRENGTH = {
    **dict.fromkeys(
        _words("""tres tellement vraiment trop super full ben bin mega hyper ultra archi extremement
        terriblement incroyablement absolument totalement completement si maudit maudite crissement
        osti ostie tabarnak vachement carrement fichtrement sacrement joliment enormement
        beaucoup grave tant plus combien very really so extremely absolutely totally completely
        incredibly insanely super truly too fucking freaking bloody damn utterly deeply wicked
        especially most such seriously literally highly way hugely ridiculously"""),
        1.35,
    ),
    **dict.fromkeys(
        _words("""peu assez plutot legerement presque moyennement relativement quasi
        slightly somewhat kinda fairly bit rather almost sorta little mildly less moins"""),
        0.65,
    ),
}
"""How much stronger or weaker a word makes the one after it."""

STRENGTH_AFTER = {
    ("au", "boutte"): 1.5,
    ("au", "bout"): 1.2,
    ("en", "maudit"): 1.5,
    ("en", "titi"): 1.4,
    ("en", "crisse"): 1.6,
    ("en", "tabarnak"): 1.6,
    ("en", "esti"): 1.6,
    ("en", "ostie"): 1.6,
    ("ben", "raide"): 1.4,
    ("sans", "bon", "sens"): 1.5,
    ("a", "mort"): 1.4,
    ("pas", "a", "peu", "pres"): 1.4,
    ("au", "plus", "haut", "point"): 1.4,
    ("as", "hell"): 1.4,
    ("as", "fuck"): 1.5,
    ("af",): 1.4,
    ("a", "lot"): 1.3,
    ("so", "much"): 1.4,
    ("un", "peu"): 0.65,
    ("a", "bit"): 0.65,
}
"""Words after the one that they strengthen or weaken."""

SWEARING = _words("""ostie osti esti estie hostie asti crisse criss kriss tabarnak tabarnac
    tabarnack tabarnouche
    calisse caliss calvaire ciboire viarge simonac batinse torrieu fuck fucking
    bordel putain merde fuckin""")
"""Swear words: they strengthen what they come with, and blame only where they stand alone."""

OF_ONESELF = _words("""je j me m moi mon ma mes on nous notre nos chu chus
    i im ive my me mine we our ours us myself""")
"""Words of somebody who speaks of themselves: without a charged word, more than facts all the same.
"""
