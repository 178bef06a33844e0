"""The night of the shuttles: closing night of the last winter edition, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta

from entregent.simulation import cast, wording
from entregent.simulation.plan import Item, Plan
from entregent.simulation.population import Voice
from entregent.simulation.talking import add_post
from entregent.simulation.world import CrisisEntryFacts, CrisisFacts

POST_1 = (
    "Heille, ça fait une heure qu'on gèle au vieux quai pis y a pas une maudite navette en vue. "
    "−31 avec des enfants. Allez-vous nous dire de quoi, coudonc?"
)
_NIGHT = {
    "waiting": (5, 120, 30),
    "children": (10, 130, 12),
    "elders": (12, 140, 10),
    "anger": (15, 200, 22),
    "humour": (15, 180, 9),
    "spokesman_wanted": (18, 170, 12),
    "scheduled_post": (24, 240, 20),
    "rumour": (55, 400, 8),
    "defence": (60, 500, 9),
}
"""Topics of that night: minutes after 22 h in which they are spoken of, and their weight."""

TOLD = 212
"""People who wrote and are told in March what was decided."""
POSTS = 600
"""Texts about it in all."""


@dataclass(frozen=True, slots=True)
class Told:
    """Threads whose authors were told, as numbers of items."""

    roots: tuple[int, ...]


def add_night(plan: Plan) -> Told:
    """All that is said that night and afterwards; returns the threads that were told."""
    calendar, random = plan.calendar, plan.random
    scale = calendar.settings.scale
    night = calendar.index(calendar.closing_night)
    start = calendar.second(night, 22 * 3600)
    count = max(24, round(POSTS * scale))
    threads: list[tuple[Item, Voice]] = []
    voice = _voice(plan, "facebook", "fr")
    first = plan.say(voice, start + 50 * 60, "shuttles", "waiting", "fr")
    first.text = POST_1
    threads.append((first, voice))
    topics, facts = list(_NIGHT), list(_NIGHT.values())
    for topic in random.choices(topics, [weight for *_span, weight in facts], k=count * 11 // 20):
        begins, ends, _weight = _NIGHT[topic]
        # Sooner rather than later: the quay empties.
        minute = begins + (ends - begins) * random.betavariate(1.2, 2.6)
        threads.append(_speak(plan, start + int(minute * 60), topic))
    for topic in _NIGHT:
        # What few say is said by somebody who speaks English too.
        if topic in wording.topics("en", "shuttles"):
            at = start + _NIGHT[topic][0] * 60 + 900
            threads.append(_speak(plan, at, topic, "en"))
    for _each in range(count * 7 // 20):
        days = 1 + random.expovariate(1 / 6)
        threads.append(_speak(plan, start + int(days * 86_400), "after"))
    for _each in range(count // 10):
        days = random.randint(120, 200)
        threads.append(_speak(plan, start + days * 86_400 - random.randint(0, 40_000), "calm"))
    _our_posts(plan, start, night)
    return _tell(plan, threads)


def _voice(plan: Plan, network: str = "", language: str = "") -> Voice:
    """Somebody of those who were there: of all who speak, each as likely."""
    place = (
        network or plan.random.choices(("facebook", "instagram", "x", "reddit"), (58, 20, 14, 8))[0]
    )
    voices = plan.people.voices[place]
    for _try in range(30):
        voice = plan.random.choice(voices)
        if not language or voice.language == language:
            return voice
    return voice


def _speak(plan: Plan, at: int, topic: str, language: str = "") -> tuple[Item, Voice]:
    voice = _voice(plan, language=language)
    language = language or plan.tongue(voice)
    if topic not in wording.topics(language, "shuttles"):
        topic = plan.random.choice(("waiting", "anger", "elders"))
    item = plan.say(voice, min(at, plan.calendar.end - 600), "shuttles", topic, language)
    return item, voice


def _our_posts(plan: Plan, start: int, night: int) -> None:
    calendar = plan.calendar
    scandal = add_post(plan, "facebook", start + 12 * 60, "scheduled_post", "fr")
    scandal.register = "courant"
    french = [
        line for line in wording.fragments()["fr.ours.crisis_line.courant"] if "{" not in line
    ]
    for text in french:
        at = _said_at(text, start)
        post = add_post(plan, "facebook", at, "crisis_line", "fr")
        post.text = text
    english = wording.fragments()["en.ours.crisis_line.plain"]
    for number, text in enumerate(english):
        at = calendar.second(night, 0) + 86_400 + 20 * 60 + number * 540
        add_post(plan, "facebook", at, "crisis_line", "en").text = text


def _said_at(text: str, start: int) -> int:
    """When one of our lines went out: lines begin with their hour, or follow in the night."""
    words = text.split()
    if len(words) > 2 and words[0].isdigit() and words[1] == "h":
        minute = "".join(sign for sign in words[2] if sign.isdigit()) or "0"
        return start + (int(words[0]) - 22) * 3600 + int(minute[:2]) * 60
    # Lines without an hour: a fixed place in the night for each text.
    return start + 3600 + len(text) % 90 * 60


def _tell(plan: Plan, threads: list[tuple[Item, Voice]]) -> Told:
    """Those who wrote that night are told in March; four in ten answer."""
    random, calendar = plan.random, plan.calendar
    wanted = max(6, round(TOLD * calendar.settings.scale))
    seen: set[str] = set()
    roots: list[int] = []
    march = calendar.second(calendar.index(calendar.closing_night.replace(month=3, day=12)), 0)
    for item, voice in threads:
        if len(roots) == wanted:
            break
        if item.topic in {"calm", "rumour"} or item.actor in seen or item.at > march - 86_400:
            continue
        seen.add(item.actor)
        item.mention, item.root = True, item.number
        roots.append(item.number)
        at = march + random.randint(0, 3) * 86_400 + random.randint(9 * 3600, 16 * 3600)
        if at >= calendar.end - 3600:
            continue
        told = plan.answer(item, at, "told", function=cast.MANAGEMENT, says_tu=voice.says_tu)
        after = at + random.randint(600, 150_000)
        if random.random() < 0.4 and after < calendar.end - 600:
            plan.reply(item, after, "shuttles", "told").parent = told.number
    return Told(tuple(roots))


def crisis(plan: Plan, people_told: int) -> CrisisFacts:
    """The account of the night, entry by entry; `people_told` had written and were told."""
    calendar = plan.calendar
    night = calendar.closing_night
    monday = night + timedelta(days=2)

    def entry(
        day: int, hour: int, minute: int, kind: str, fr: str, en: str, member: str | None = None
    ) -> CrisisEntryFacts:
        at = calendar.at(night + timedelta(days=day), hour, minute)
        return CrisisEntryFacts(at, kind, fr, en, member)

    told = calendar.at(night.replace(month=3, day=12), 9)
    entries = (
        entry(
            0,
            21,
            50,
            "event",
            "Les autobus du transporteur ne démarrent pas. Il fait −31\u00a0°C au vieux quai.",
            "The shuttle firm's buses will not start. It is −31 °C at the old wharf.",
        ),
        entry(
            0,
            22,
            5,
            "event",
            "Premiers messages de gens qui attendent.",
            "The first messages come in from people waiting.",
        ),
        entry(
            0,
            22,
            12,
            "mistake",
            "Une publication programmée part\u00a0: «\u00a0Quelle soirée magique!\u00a0» Elle "
            "devient le scandale.",
            'A scheduled post goes out: "What a magical evening!" It becomes the scandal.',
        ),
        entry(
            0,
            22,
            14,
            "alert",
            "Alerte, et ouverture de la salle de crise.",
            "Alert, and the crisis room opens.",
            "kim-ly",
        ),
        entry(
            0,
            22,
            14,
            "freeze",
            "Suspension\u00a0: 6 publications programmées ne partiront pas.",
            "Freeze: 6 scheduled posts are held back.",
            "kim-ly",
        ),
        entry(
            0,
            22,
            31,
            "line",
            "Déclaration d'attente, en français\u00a0: ce qu'on sait, ce qu'on ne sait pas, et "
            "l'heure des prochaines nouvelles.",
            "Holding statement, in French: what is known, what is not, and when to expect news.",
            "odile",
        ),
        entry(
            0,
            22,
            55,
            "event",
            "Une rumeur parle d'un enfant à l'hôpital. Elle ne sera jamais confirmée; la "
            "déclaration le dit.",
            "A rumour speaks of a child in hospital. It is never confirmed; the statement says so.",
        ),
        entry(
            0,
            23,
            38,
            "event",
            "Les dernières personnes quittent le quai. 380 personnes ont attendu 70 minutes.",
            "The last people leave the wharf. 380 people waited 70 minutes.",
        ),
        entry(
            1,
            0,
            20,
            "mistake",
            "La déclaration en anglais ne part qu'à 0\u00a0h\u00a020\u00a0: une deuxième plainte, "
            "justifiée.",
            "The English one only goes out at 12:20 a.m.: a second complaint, and a fair one.",
            "siobhan",
        ),
        entry(
            2,
            10,
            0,
            "line",
            "Point de presse de la directrice générale.",
            "The general director's press briefing.",
            "maude",
        ),
        entry(
            2,
            15,
            30,
            "decision",
            "Décision\u00a0: deux transporteurs, un autobus chauffé à l'arrêt, aucune publication "
            "programmée les soirs d'événement.",
            "Decision: two firms, a heated bus at the stop, no scheduled post on event nights.",
            "maude",
        ),
        entry(
            4,
            11,
            0,
            "after",
            "Les finances remboursent les laissez-passer de la soirée à qui le demande.",
            "Finance refunds the evening's passes to whoever asks.",
            "sylvain",
        ),
        CrisisEntryFacts(
            told,
            "after",
            f"Les {people_told} personnes qui avaient écrit sont informées, une par une, de ce qui "
            "a changé.",
            f"The {people_told} people who had written are told, one by one, what has changed.",
            "maude",
        ),
    )
    return CrisisFacts(
        name="La nuit des navettes",
        opened_at=calendar.at(night, 22, 14),
        opened_by="kim-ly",
        closed_at=calendar.at(monday, 17),
        query="navette* OR autobus OR shuttle* OR quai",
        entries=tuple(entry for entry in entries if entry.at < calendar.settings.now),
    )
