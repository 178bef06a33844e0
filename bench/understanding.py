"""Reading of invented posts: each part, the whole with saved queries, and what each is beside.

Times are of the processor, so that other work on the machine does not count.
Where the shared data stands beside the checkout, what is right is measured on it too; none of its
texts is shown.
"""

import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from entregent.understanding.folding import Folded, fold
from entregent.understanding.intent import intents
from entregent.understanding.language import Languages
from entregent.understanding.queries import Matcher, Query, parse
from entregent.understanding.reading import read
from entregent.understanding.sentiment import state_of_mind

_T = TypeVar("_T")
SHARED = Path(__file__).parents[2] / "shared" / "data" / "sentiment_umsab"
FRENCH = """
on gèle au vieux quai pis y a pas une navette en vue|merci la gang, quelle soirée|c'est-tu encore
bon, le code promo|la poutine était écœurante|est-ce que l'entrée est accessible en fauteuil|ça fait
une heure qu'on attend avec des enfants|je recommande à tout le monde|le son était plate en arrière
|j'ai perdu une mitaine rouge près de la scène|les bénévoles ont été ben fins|reste-tu des billets
pour samedi|ma question est restée sans réponse|on revient l'an prochain, c'est sûr|le stationnement
coûte trop cher|les portes ouvrent à 19 h 30|mon père a dansé jusqu'à la fin
"""
ENGLISH = """
my parents stood outside for an hour|thank you to the volunteers at the gate|how much is a family
pass|the shuttle never came back|we drove three hours and regret nothing|is there an English page
for the schedule|the accordion player made my night|the app would not load my tickets
"""


def run() -> None:
    """Print the report."""
    print("\n".join(report()))


def report(count: int = 5_000, seed: int = 3) -> list[str]:
    """Measure everything in one run, on one core.

    Parameters
    ----------
    count
        Posts to read.
    seed
        Of the invented posts and queries.
    """
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    posts = [_post(chance) for _ in range(count)]
    fifty = Matcher(dict(enumerate(_queries(chance, _words(posts), 50))))
    house = Languages(("fr", "en"))
    folded = [fold(post) for post in posts]
    model = house._model()  # noqa: SLF001 (the same model that ours asks, alone)

    def whole(post: str) -> None:
        read(post, spoken=("fr", "en"))
        fifty.matching(post)

    speeds = {
        "words counted by one regex": _speed(posts, re.compile(r"\w+").findall),
        "folding": _speed(posts, fold),
        "language": _speed(posts, house.of),
        "language, py3langid alone": _speed(posts, model.classify),
        "state of mind": _speed(posts, lambda post: state_of_mind(post, "fr")),
        "intents": _speed(posts, lambda post: intents(post, "fr")),
        "50 saved queries, folded": _speed(folded, fifty.matching),
        "whole, with 50 saved queries": _speed(posts, whole),
    }
    floor = speeds["words counted by one regex"]
    lines = [f"understanding of {count:,} invented posts, seconds of one core:"]
    lines += [
        f"  {name:<30}{speed:>10,.0f} posts/s, {floor / speed:>6.1f} times the regex"
        for name, speed in speeds.items()
    ]
    ratio = speeds["language"] / speeds["language, py3langid alone"]
    lines.append(f"  language is {ratio:.2f} times as fast as the model alone")
    return [*lines, *_many_queries(chance), *_right(house)]


def _many_queries(chance: random.Random) -> list[str]:
    vocabulary = [f"mot{number}" for number in range(20_000)]
    often = [1 / (rank + 10) for rank in range(len(vocabulary))]
    posts = [fold(" ".join(chance.choices(vocabulary, often, k=16))) for _ in range(5_000)]
    asked = dict(enumerate(_queries(chance, vocabulary, 5_000)))
    begun = time.process_time()
    matcher = Matcher(asked)
    built = time.process_time() - begun
    fast = _speed(posts, matcher.matching)

    def naive(post: Folded) -> list[int]:
        return [number for number, query in asked.items() if query.matches(post)]

    sample = posts[:200]
    slow = _speed(sample, naive)
    wrong = sum(list(matcher.matching(post)) != naive(post) for post in sample)
    return [
        f"  5,000 saved queries           {fast:>10,.0f} posts/s, {fast / slow:>6,.0f} times naive",
        f"    naive loop {slow:,.0f} posts/s; made in {built:.2f} s; {wrong} of 200 posts differ",
    ]


def _right(house: Languages) -> list[str]:
    if not SHARED.is_dir():
        return ["  (no shared data beside this checkout: what is right was not measured)"]
    lines = []
    right = count = 0
    for language, folder in (("fr", "french"), ("en", "english")):
        texts = (SHARED / folder / "val_text.txt").read_text(encoding="utf-8").split("\n")
        labels = (SHARED / folder / "val_labels.txt").read_text(encoding="utf-8").split()
        told = [state_of_mind(text, language).value for text in texts[: len(labels)]]
        pairs = [
            (int(label), {"positive": 2, "negative": 0}.get(value or "", 1))
            for label, value in zip(labels, told, strict=True)
        ]
        unknown = sum(value is None for value in told) / len(told)
        lines.append(
            f"  UMSAB {folder} validation: macro-F1 {_macro_f1(pairs):.1f}, {unknown:.0%} not known"
        )
        for text in texts:
            words = re.sub(r"\bhttp\S*|@user|#", "", text).split()[:4]
            if words:
                count += 1
                right += house.of(" ".join(words)).language == language
    lines.append(f"  language of their first four words: {right / count:.1%} right")
    return lines


def _macro_f1(pairs: Sequence[tuple[int, int]]) -> float:
    scores = []
    for label in (0, 1, 2):
        right = sum(true == told == label for true, told in pairs)
        wrong = sum((true == label) != (told == label) for true, told in pairs)
        scores.append(2 * right / (2 * right + wrong) if right else 0.0)
    return 100 * sum(scores) / len(scores)


def _speed(things: Sequence[_T], do: Callable[[_T], object]) -> float:
    for thing in things[:100]:
        do(thing)
    begun = time.process_time()
    for thing in things:
        do(thing)
    return len(things) / (time.process_time() - begun)


def _post(chance: random.Random) -> str:
    told = FRENCH if chance.random() < 0.8 else ENGLISH
    pieces = [" ".join(piece.split()) for piece in told.split("|")]
    ends = [". ", "! ", "? ", "… ", " ❤️ "]
    return "".join(
        piece.capitalize() + chance.choice(ends)
        for piece in chance.sample(pieces, chance.randrange(1, 5))
    ).strip()


def _words(posts: Sequence[str]) -> list[str]:
    return sorted({word for post in posts[:500] for word in fold(post).tokens if len(word) > 3})


def _queries(chance: random.Random, words: Sequence[str], count: int) -> list[Query]:
    shapes: list[Callable[[str, str, str], str]] = [
        lambda one, two, three: f"{one} AND {two}",
        lambda one, two, three: f"{one} OR {two} OR {three}",
        lambda one, two, three: f'"{one} {two}"',
        lambda one, two, three: f"({one} OR {two}) NOT {three}",
        lambda one, two, three: f"{one[:5]}* AND {two}",
        lambda one, two, three: one,
    ]
    return [parse(chance.choice(shapes)(*chance.sample(list(words), 3))) for _ in range(count)]


if __name__ == "__main__":
    run()
