"""Small words that tell French from English, with what each is worth.

Words are lower case with their accents. Québec French is French: its words stand here too.
Words of both languages (``on``, ``me``, ``plus``, ``son``, ``pour``) weigh little or nothing.
"""

_FRENCH = {
    3.0: """
        les des une est dans qui que pour pas avec sur vous nous je il elle ils elles au aux du ce
        cette ces mais où donc leur leurs ses mes tes nos vos mon ma ta sa c j l d qu n m lorsqu
        puisqu jusqu quelqu sont était étaient suis êtes sommes ont avons avez avait avaient être
        avoir fait faire dit comme même très aussi encore toujours jamais rien tout tous toute
        toutes plusieurs quand comment pourquoi parce depuis avant après sans sous vers chez entre
        contre pendant alors ainsi déjà bientôt hier demain aujourd merci bonjour bonsoir salut
        oui ça cela ceci peut peux veut veux faut doit va vais vont vas allez allons cet quel quelle
        quels quelles moi toi lui eux beaucoup trop peu moins bien mieux trouve voir et ou où le la
        heille pis faque coudonc tsé mettons icitte ben pantoute ayoye dla chu chus tabarnak
        astheure pus nouveau nouvelle nouveaux premier première ans jour jours
        semaine mois année heure heures gens monde femme homme enfants vie ville pays quoi dont puis
        car soit selon afin non si votre notre leur là voilà voici ici chaque autre autres quelque
        quelques personne point vraiment toujours seulement surtout environ dès lors
        billets laissez spectacle navette soir matin nuit froid neige quai fleuve aime
        """,
    1.5: """
        de un en se te ne à y été plus lundi mardi mercredi jeudi vendredi samedi dimanche
        janvier février avril juin juillet août septembre
        décembre contre gros grosse petit petite grand grande belle beau bon bonne bons bonnes
        """,
    0.6: "a on me par son ton aucun force fin tu ai sera mort part",
}

_ENGLISH = {
    3.0: """
        the and is are was were be been being i you he she it they we my your his her its our their
        this that these those of to in for with from at by about into over after before between
        through during without within not don doesn didn isn wasn weren aren couldn wouldn shouldn
        won haven hasn hadn ain have has had do does did will would could should can might must
        what when where who why how which there here then than because while if or but so just
        only also very too much many more most some any every each other another all both few
        yes please thanks thank hello get got getting go going gone come coming make made know
        think want need see saw say said says tell take took give gave good great
        new first last day today tomorrow yesterday tonight morning night week month year time
        people man woman life world someone anyone everyone nobody nothing something anything
        them him us myself yourself up down out off again still never always ever now back
        wait waiting stood because until since such own same right really gonna wanna ur im ive
        dont cant didnt isnt wont youre thats lets an ll ve re watch live game tickets
        monday tuesday wednesday thursday friday saturday sunday january february april june july
        august september october november december old big little may march
        """,
    1.5: "it's that's an as me no us am s t like love happy best full fan via",
    0.6: "on or plus me a show one two pour",
}

_ENDINGS_FRENCH = (
    "eux euse euses eur eurs ment ments ait aient aux eau eaux ique iques isme iste istes oir oire "
    "elle elles ienne iens ette ettes ez ée ées és ère ères ais ois aise aises esse tié "
    "é erai onner urs ier iers ière aine"
)
_ENDINGS_ENGLISH = (
    "ing ings ness ly ght ful less ship ships ward ck th sh tch wn ew ow ay ey ee oo wd ks ys ers "
    "ies ied ity ball wood ough ys ed ts"
)


def _weighed(table: dict[float, str]) -> dict[str, float]:
    return {word: weight for weight, words in table.items() for word in words.split()}


FRENCH = _weighed(_FRENCH)
ENGLISH = _weighed(_ENGLISH)

WEIGHTS: dict[str, float] = {
    word: FRENCH.get(word, 0.0) - ENGLISH.get(word, 0.0) for word in FRENCH.keys() | ENGLISH.keys()
}
"""Above zero for French, below for English."""

ENDINGS: dict[str, float] = {
    **dict.fromkeys(_ENDINGS_FRENCH.split(), 0.8),
    **dict.fromkeys(_ENDINGS_ENGLISH.split(), -0.8),
}
"""Endings of words of four letters and more, weighed the same way."""
