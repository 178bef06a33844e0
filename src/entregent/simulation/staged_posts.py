"""Posts of past editions that everybody should see, and the queue of last Saturday."""

from datetime import timedelta

from entregent.simulation import cast
from entregent.simulation.plan import Plan
from entregent.simulation.population import Voice
from entregent.simulation.seasons import EDITION_DAYS
from entregent.simulation.staged_words import PARKING, POST_2, POST_4, POST_6, POST_8, POST_10
from entregent.simulation.talking import add_post
from entregent.simulation.world import AccountFacts

BURST, BURST_NEW = 31, 22
"""People who spoke of parking yesterday evening, and how many of them for the first time."""


def add_queue_on_saturday(plan: Plan) -> None:
    """The wait of which the reporter asks: last Saturday, at the ticket office."""
    today = plan.calendar.today
    days = (today.weekday() - 5) % 7 or 7
    for number in range(9):
        day = today - timedelta(days=days)
        at = plan.calendar.at(day, 10 + number // 3, number * 17 % 60)
        voice = plan.someone(("facebook", "instagram", "reddit")[number % 3], "fr")
        plan.say(voice, int(at.timestamp()), "complaint", "queue", "fr")


def add_usual_evenings(plan: Plan) -> None:
    """What is usually said on such an evening, so that yesterday's was four times as loud."""
    calendar = plan.calendar
    if calendar.settings.scale < 0.5:
        return
    for week in range(1, 9):
        day = calendar.days - 2 - 7 * week
        start, end = calendar.second(day, 18 * 3600), calendar.second(day + 1, 0)
        said = sum(
            start <= item.at < end and not item.is_ours and item.network != "press"
            for item in plan.items
        )
        wanted = 7 if week % 4 == 0 else 8
        for number in range(wanted - said):
            voice = plan.someone("facebook", "fr")
            at = start + 900 + number * 2_300 + week * 60
            plan.say(voice, at, "chat", "program", "fr")


def add_posts_of_the_past(plan: Plan) -> list[AccountFacts]:
    """The posts that show how people here speak, each in its season; their accounts."""
    calendar, found = plan.calendar, []
    summer = next(e for e in reversed(calendar.editions) if e.season == "summer")
    winter = next(e for e in reversed(calendar.editions) if e.season == "winter")
    for first, days, hour, network, handle, name, language, text, kind, topic in (
        (winter.first_day, 3, 10, "instagram", "rosalie.et.ses.bottes", "Rosalie Dugas",
         "fr", POST_2, "praise", "show"),
        (summer.first_day, 4, 23, "bluesky", "quinn.tierney", "Quinn Tierney",
         "en", POST_4, "praise", "show"),
        (summer.first_day, 5, 21, "reddit", "ado_au_quai_1608", "",
         "fr", POST_8, "recommend", "teens"),
        (summer.first_day, EDITION_DAYS - 1, 23, "mastodon", "varech_et_cie", "Mo Saindon",
         "fr", POST_10, "praise", "show"),
    ):  # fmt: skip
        uri = {
            "instagram": f"https://instagram.example/{handle}",
            "bluesky": f"https://bluesky.example/profile/{handle}.bluesky.example",
            "reddit": f"https://reddit.example/user/{handle}",
            "mastodon": f"https://mastodon.example/@{handle}",
        }[network]
        voice = Voice(-1, network, uri, name, name.split(" ")[0], language, "familier", True)
        at = calendar.at(first + timedelta(days=days), hour, 20)
        item = plan.say(voice, int(at.timestamp()), kind, topic, language)
        item.text, item.mention = text, network == "instagram"
        found.append(AccountFacts(uri, network, handle, name, language))
    return found


def add_evening(plan: Plan) -> list[AccountFacts]:
    """Yesterday evening thirty-one people spoke of parking under one of our posts; their accounts.

    Each was answered late that evening, so that nobody of them waits.
    """
    random, calendar = plan.random, plan.calendar
    yesterday = calendar.today - timedelta(days=1)
    found = []
    post = add_post(
        plan, "facebook", int(calendar.at(yesterday, 12, 5).timestamp()), "announcement", "fr"
    )
    post.text = (
        "Hiver prochain\u00a0: le stationnement du quai est à 30\u00a0$ par jour, celui de "
        "l'aréna "
        "reste gratuit, avec navette aux 15 minutes. Les laissez-passer sont en vente."
    )
    people = plan.people
    heard = [voice for voice in people.voices["facebook"] if voice.language != "en"]
    start = calendar.at(yesterday, 18, 10)
    seen = {item.actor for item in plan.items if item.at < start.timestamp() - 86_400}
    known = [voice for voice in heard if voice.uri in seen] or heard
    old = random.sample(known, min(len(known), BURST - BURST_NEW))
    fresh = []
    for person in people.silent:
        if people.languages[person] == "en":
            continue
        voice = people.voice(person, "facebook", random)
        fresh.append(voice)
        found.append(
            AccountFacts(voice.uri, "facebook", people.handle("facebook", person), voice.name, "fr")
        )
        # The one who is ironic elsewhere is new too.
        if len(fresh) + len(old) == BURST - 1:
            break
    voices = old + fresh
    random.shuffle(voices)
    for number, (voice, text) in enumerate(zip(voices, PARKING, strict=False)):
        at = start + timedelta(minutes=number * 7 + random.randint(0, 6))
        item = plan.say(voice, int(at.timestamp()), "complaint", "parking", "fr")
        item.text, item.parent, item.root = text, post.number, post.number
        later = calendar.at(yesterday, 22, 20) + timedelta(minutes=2 * number)
        function = (cast.WEB, cast.WELCOME)[number % 2]
        plan.answer(item, int(later.timestamp()), "parking", function=function)
    answer = plan.answer(
        post, int(calendar.at(yesterday, 22, 10).timestamp()), "parking", function=cast.WEB
    )
    answer.member, answer.to = "loic", ""
    answer.text = (
        "On vous lit, tous. La question du prix est devant la direction, qui tranche cette "
        "semaine; la réponse sera publiée ici. — Loïc, médias sociaux"
    )
    nick = Voice(
        -1,
        "x",
        "https://x.example/piastres_et_cennes",
        "",
        "Luc",
        "fr",
        "familier",
        says_tu=True,
    )
    found.append(AccountFacts(nick.uri, "x", "piastres_et_cennes", "", "fr"))
    item = plan.say(nick, int(calendar.at(yesterday, 20, 40).timestamp()), "irony", "parking", "fr")
    item.text = POST_6
    return found
