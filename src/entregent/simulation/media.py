"""Media and partners: articles, requests with a deadline, letters from sponsors and schools."""

from datetime import timedelta

from entregent.simulation import cast, wording
from entregent.simulation.plan import Item, Plan
from entregent.simulation.talking import by_day
from entregent.simulation.world import AccountFacts

MEDIA = (
    ("echo-des-battures", "L'Écho des Battures", "fr"),
    ("depeche-du-fleuve", "La Dépêche du fleuve", "fr"),
    ("chbt-94-1", "CHBT 94,1", "fr"),
    ("shoreline-record", "The Shoreline Record", "en"),
)
"""Invented media: the weekly, the daily, the radio, the English weekly."""

_REPORTERS = (
    ("echo-des-battures", "Thomas", "Thomas Archambault-Néron", "t.archambault", "fr"),
    ("echo-des-battures", "Marilou", "Marilou Bujold-Savard", "m.bujold", "fr"),
    ("depeche-du-fleuve", "Étienne", "Étienne Fafard-Nguyen", "e.fafard", "fr"),
    ("depeche-du-fleuve", "Sabrina", "Sabrina Cherif-Dumais", "s.cherif", "fr"),
    ("chbt-94-1", "Josiane", "Josiane Malenfant", "j.malenfant", "fr"),
    ("shoreline-record", "Moira", "Moira Leggatt", "m.leggatt", "en"),
)
_PARTNERS = (
    ("sponsor", "Caisse du Grand Large", "commandites@caissedugrandlarge.example", "Lucie"),
    ("hotel", "Auberge du Nordet", "reception@aubergedunordet.example", "Réjean"),
    ("merchant", "Quincaillerie Pelchat", "info@quincailleriepelchat.example", "Guylaine"),
    ("artist_agent", "Agence Ricochet", "tournees@agencericochet.example", "Maxence"),
    ("school", "École des Outardes", "direction@ecoledesoutardes.example", "Khadija"),
    ("municipality", "Ville de Sainte-Ardoise-des-Battures", "maire@sainteardoise.example", "Roch"),
    ("funder", "Fonds culturel des Battures", "programmes@fondsdesbattures.example", "Constance"),
    ("volunteer_team", "Équipe des bénévoles", "equipe.quai@benevoles.example", "Fernand"),
)
_PARTNER_DESK = {
    "artist_agent": cast.PROGRAM,
    "school": cast.WELCOME,
    "municipality": cast.MANAGEMENT,
    "funder": cast.MANAGEMENT,
    "volunteer_team": cast.VOLUNTEERS,
}


def media_uri(slug: str) -> str:
    """URI under which a medium publishes."""
    return f"https://presse.example/{slug}"


def reporter_uri(address: str, medium: str) -> str:
    """URI of a reporter's e-mail account."""
    return f"mailto:{address}@{medium}.example"


def accounts() -> list[AccountFacts]:
    """Accounts of media, reporters and partners."""
    found = [
        AccountFacts(media_uri(slug), "press", slug, name, language)
        for slug, name, language in MEDIA
    ]
    found += [
        AccountFacts(
            reporter_uri(address, medium), "email", f"{address}@{medium}.example", name, language
        )
        for medium, _first, name, address, language in _REPORTERS
    ]
    found += [
        AccountFacts(f"mailto:{address}", "email", address, name, "fr")
        for _topic, name, address, _first in _PARTNERS
    ]
    return found


def add_articles(plan: Plan, count: int) -> None:
    """Press coverage: around the editions, the tuques, and the night of the shuttles."""
    random, calendar, spans = plan.random, plan.calendar, plan.spans
    weights = plan.open_weights()
    night = calendar.index(calendar.closing_night)
    for index in range(night + 1, min(night + 12, len(weights))):
        weights[index] *= 5
    if spans.tuques:
        first = calendar.index(spans.tuques.first)
        for index in range(first, first + spans.tuques.days):
            weights[index] *= 4
        _add_article(plan, calendar.second(first, 7 * 3600), MEDIA[0], "tuques")
        _add_article(plan, calendar.second(first + 2, 8 * 3600), MEDIA[2], "tuques")
        _add_article(plan, calendar.second(first + 4, 18 * 3600), MEDIA[1], "tuques")
    for ago, medium, about in (
        (20, MEDIA[0], "parking"),
        (18, MEDIA[3], "parking"),
        (12, MEDIA[1], "access"),
        (10, MEDIA[3], "access"),
    ):
        _add_article(plan, calendar.second(calendar.days - 1 - ago, 9 * 3600), medium, about)
    days = [(night + 2, "shuttles")]
    if spans.tuques:
        days.append((calendar.index(spans.tuques.first) + 6, "tuques"))
    for day, about in days:
        for medium in (MEDIA[1], MEDIA[3]):
            item = _add_article(plan, calendar.second(day, 9 * 3600), medium, about)
            item.topic = f"{about}_column"
            item.register = wording.registers(item.language, "press", item.topic)[0]
    for at in plan.times(count, weights, "office"):
        _add_article(plan, at, random.choice(MEDIA), "")


def _add_article(plan: Plan, at: int, medium: tuple[str, str, str], about: str) -> Item:
    slug, name, language = medium
    random = plan.random
    about = about or _news(plan, at, language)
    form = "column" if random.random() < 0.2 else "lead"
    topic = f"{about}_{form}" if about != "column" else "column"
    if topic not in wording.topics(language, "press"):
        topic = f"{about}_lead"
    item = Item(
        number=len(plan.items),
        at=at,
        actor=media_uri(slug),
        firstname="",
        network="press",
        language=language,
        kind="press",
        topic=topic,
        register=random.choice(wording.registers(language, "press", topic)),
        name=name,
    )
    plan.items.append(item)
    return item


def _news(plan: Plan, at: int, language: str) -> str:
    """What a medium writes of on a day: what has just happened, or what is always there."""
    random, spans, day = plan.random, plan.spans, plan.day(at)
    since = (day - plan.calendar.closing_night).days
    if 0 < since < 14 and random.random() < 0.85:
        return "shuttles"
    if spans.tuques and day in spans.tuques and random.random() < 0.8:
        return "tuques"
    usual = ["article", "article", "column", "money", "lodging", "volunteers"]
    ago = (plan.calendar.today - day).days
    recent = {
        "shuttles": 0 < since < 60,
        "tuques": spans.tuques is not None and 0 <= (day - spans.tuques.first).days < 40,
        "quay": spans.quay is not None and day in spans.quay,
        "voices": spans.voices is not None and 20 <= (day - spans.voices.first).days < 400,
        "access": ago < 14,
        "parking": ago < 75,
    }
    usual += [name for name, holds in recent.items() if holds for _twice in range(2)]
    topics = wording.topics(language, "press")
    return random.choice([name for name in usual if name in topics or f"{name}_lead" in topics])


def add_requests(plan: Plan, count: int) -> None:
    """Reporters who ask, with a deadline; public relations answer within the day."""
    random, spans = plan.random, plan.spans
    times = plan.times(count, plan.open_weights(), "office")
    night = plan.calendar.second(plan.calendar.index(plan.calendar.closing_night), 0)
    # Two nights and three mornings in which the telephone never stopped.
    times += [night + 86_400 + random.randint(-3_000, 250_000) for _each in range(count // 6 + 2)]
    if spans.tuques:
        begins = plan.calendar.index(spans.tuques.first)
        times += [plan.calendar.second(begins + day, 34_000 + day) for day in range(1, 8)]
    for number, at in enumerate(times):
        # Towards the end of the list, in turn: nobody misses the two great stories.
        reporter = number % len(_REPORTERS) if number >= count else random.randrange(6)
        medium, first_name, _name, address, language = _REPORTERS[reporter]
        topic = _request(plan, at, medium, language)
        uri = reporter_uri(address, medium)
        item = _letter(plan, at, uri, first_name, language, "press", topic)
        later = at + random.randint(900, 9_000)
        if later >= plan.calendar.end - 60:
            item.at -= 4 * 86_400
            later -= 4 * 86_400
        answer = plan.answer(
            item, later, "interview", function=cast.PRESS, says_tu=random.random() < 0.3
        )
        after = later + random.randint(600, 40_000)
        if random.random() < 0.5 and not plan.is_recent(after):
            thanks = plan.reply(item, after, "press", "thanks")
            thanks.parent = answer.number
            thanks.register = random.choice(wording.registers(language, "press", "thanks"))
    for number in range(max(2, count // 30)):
        at = night + (2 + number) * 86_400 + random.randint(30_000, 60_000)
        for topic, address, first in (
            ("press_letter", reporter_uri("m.leggatt", "shoreline-record"), "Moira"),
            ("letter", plan.someone("email", "en").uri, "Fiona"),
        ):
            item = _letter(plan, at, address, first, "en", "shuttles", topic)
            plan.answer(item, at + 9_000, "complaint", function=cast.PRESS)


def _request(plan: Plan, at: int, medium: str, language: str) -> str:
    spans, day, random = plan.spans, plan.day(at), plan.random
    if 0 <= (day - plan.calendar.closing_night).days < 10:
        return "request_shuttles"
    if spans.tuques and day in spans.tuques:
        return "request_tuques"
    own = f"request_{medium.split('-', maxsplit=1)[0]}"
    written = wording.topics(language, "press")
    return own if own in written and random.random() < 0.6 else "request"


def add_partners(plan: Plan, count: int) -> None:
    """Letters from sponsors, hotels, schools, officials and funders."""
    random = plan.random
    times = plan.times(count, [1.0] * plan.calendar.days, "office")
    night = plan.calendar.second(plan.calendar.index(plan.calendar.closing_night), 0)
    times += [night + random.randint(2, 15) * 86_400 + 36_000 for _each in range(count // 12 + 1)]
    for number, at in enumerate(times):
        partner = number % len(_PARTNERS) if number >= count else random.randrange(8)
        topic, _name, address, first = _PARTNERS[partner]
        since = (plan.day(at) - plan.calendar.closing_night).days
        if 0 < since < 25 and f"shuttles_{topic}" in wording.topics("fr", "partner"):
            topic = f"shuttles_{topic}"
        item = _letter(plan, at, f"mailto:{address}", first, "fr", "partner", topic)
        later = by_day(plan, at + random.randint(3_600, 2 * 86_400), random)
        if later >= plan.calendar.end - 60:
            item.at -= 6 * 86_400
            later -= 6 * 86_400
        function = _PARTNER_DESK.get(topic.removeprefix("shuttles_"), cast.PARTNERS)
        says_tu = item.register == "courant" and random.random() < 0.4
        plan.answer(item, later, "partner", function=function, says_tu=says_tu)


def _letter(
    plan: Plan, at: int, uri: str, first: str, language: str, kind: str, topic: str
) -> Item:
    registers = wording.registers(language, kind, topic)
    item = Item(
        number=len(plan.items),
        at=at,
        actor=uri,
        firstname=first,
        network="email",
        language=language,
        kind=kind,
        topic=topic,
        register=plan.random.choice(registers),
        private=True,
        root=len(plan.items),
    )
    plan.items.append(item)
    return item


def press_days(plan: Plan) -> tuple[tuple[timedelta, str, str], ...]:
    """Days of the story of the tuques on which a medium told it, from its first day on."""
    return (
        (timedelta(0), "L'Écho raconte Yvette, 91 ans", "L'Écho tells Yvette's story"),
        (timedelta(2), "Yvette à la radio", "Yvette on the radio"),
        (timedelta(4), "Yvette à la télévision", "Yvette on television"),
    )
