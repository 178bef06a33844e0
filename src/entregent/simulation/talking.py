"""What people say about the festival and to it, and what it answers, as a plan."""

from random import Random

from entregent.simulation import cast, wording
from entregent.simulation.plan import Item, Plan
from entregent.simulation.population import Voice
from entregent.simulation.seasons import nearness, season_of

_DAY = 86_400

FREE = (
    ("praise", 30),
    ("chat", 24),
    ("story", 14),
    ("recommend", 9),
    ("purchase", 5),
    ("job", 3),
    ("promotion", 2),
    ("thanks", 4),
    ("question", 3),
)
BITTER = 0.6
"""Of what is bitter, the share that says so plainly; the rest is irony."""
_BEFORE = ("chat", "chat", "purchase", "question")
_BEFORE_TOPICS = frozenset({"weather", "program", "lineup_guess"})

LETTER_ANSWERS = {
    "access": "access",
    "refund": "refund",
    "complaint": "complaint",
    "group": "tickets",
    "thanks": "praise",
    "school": "promise",
    "elders": "access",
    "press_follow_up": "promise",
    "accommodation": "lodging",
    "lost_found": "lost_found",
    "callback": "promise",
}
"""What we answer to letters, by their topic."""

ENGLISH_ANSWERS = {
    "promise": "complaint",
    "lodging": "schedule",
    "website": "language",
    "queue": "complaint",
    "sound": "complaint",
    "lost_found": "complaint",
}
"""What stands in for an answer that is not written in English."""

_LEFT = ("not_worth", "not_allowed", "elsewhere")
_BESIDE = {
    "facebook": 55,
    "instagram": 22,
    "x": 8,
    "reddit": 4,
    "bluesky": 4,
    "mastodon": 3,
    "youtube": 4,
}


def add_free_talk(plan: Plan, count: int) -> None:
    """What people say without waiting for an answer; some of it names us."""
    random = plan.random
    kinds, shares = [kind for kind, _share in FREE], [share for _kind, share in FREE]
    for at in plan.times(count, plan.talk_weights()):
        voice = plan.someone()
        language = plan.tongue(voice)
        if not plan.is_open(at):
            kind = random.choice(_BEFORE)
        elif random.random() < plan.bitterness(at):
            kind = "complaint" if random.random() < BITTER else "irony"
        else:
            kind = random.choices(kinds, shares)[0]
        topic = plan.topic(language, kind, at)
        if kind == "chat" and not plan.is_open(at):
            topic = random.choice(sorted(_BEFORE_TOPICS & {*wording.topics(language, "chat")}))
        if not topic:
            kind, topic = "chat", "plain"
        item = plan.say(voice, at, kind, topic, language)
        if kind == "job" or (kind == "promotion" and topic == "contest"):
            _settle(plan, item, voice, "volunteer" if kind == "job" else "contest")
            item.mention = True
            continue
        # A question that names us is asked of us: those come with their threads.
        if kind in {"praise", "recommend"} and random.random() < 0.06:
            written = topic if topic in {"food", "families"} else "praise"
            _settle(plan, item, voice, _answered_as(language, written))
            item.mention = True
            continue
        item.mention = kind not in {"question", "complaint"} and random.random() < 0.4
        item.mention = item.mention and not plan.is_recent(at)


def add_threads(plan: Plan, count: int) -> None:
    """Questions and complaints to us in public, with our answers."""
    random = plan.random
    for at in plan.times(count, plan.talk_weights()):
        bitter = plan.is_open(at) and random.random() < max(0.3, plan.bitterness(at))
        kind = "complaint" if bitter else "question"
        voice = plan.someone(random.choices(list(_BESIDE), list(_BESIDE.values()))[0])
        language = plan.tongue(voice)
        if kind == "question" and random.random() < 0.08:
            kind = "purchase"
        topic = plan.topic(language, kind, at)
        if not topic:
            continue
        item = plan.say(voice, at, kind, topic, language)
        item.mention = True
        answer = topic if topic not in {"gift", "group"} else "tickets"
        _settle(plan, item, voice, answer)


def add_letters(plan: Plan, count: int) -> None:
    """E-mails and private messages, with our answers."""
    random = plan.random
    networks = ("email", "facebook", "instagram")
    for at in plan.times(count, plan.talk_weights(), "office"):
        voice = plan.someone(random.choices(networks, (62, 25, 13))[0])
        language = plan.tongue(voice)
        topic = plan.topic(language, "message", at)
        if not plan.is_open(at) and topic not in {"access", "school", "accommodation"}:
            topic = "group"
        item = plan.say(voice, at, "message", topic, language)
        item.register = random.choice(wording.registers(language, "message", topic))
        item.private = True
        item.root = item.number
        answer = LETTER_ANSWERS.get(topic, topic)
        if language == "en" and topic == "group" and random.random() < 0.5:
            answer = "families"
        _settle(plan, item, voice, answer)


def _settle(plan: Plan, item: Item, voice: Voice, topic: str) -> None:
    """Answer nine in ten, sooner from year to year; some people answer back."""
    random = plan.random
    item.root = item.number
    end = plan.calendar.end
    recent = plan.is_recent(item.at)
    years = (item.at - plan.calendar.second(0, 0)) / (365.25 * _DAY)
    if not recent and random.random() > min(0.95, 0.84 + 0.03 * years):
        plan.unanswered.append(item.number)
        return
    median = 9.0 / (1 + years) + 0.7
    delay = int(3600 * median * random.lognormvariate(0, 0.8)) + 300
    at = by_day(plan, item.at + delay, random)
    if at >= end - 60:
        # Whatever would still be open now is told apart; this one was quick.
        item.at = min(item.at, end - 3 * 3600)
        at = item.at + random.randint(300, 5_000)
    answer_topic = _answered_as(item.language, topic)
    function = cast.FUNCTION_OF_TOPIC.get(topic, cast.WEB)
    if plan.spans.voices is None or plan.day(at) < plan.spans.voices.first:
        # Before « Les voix d'ici », one function spoke for all of them.
        function = cast.WEB if not item.private else function
    answer = plan.answer(item, at, answer_topic, function=function, says_tu=voice.says_tu)
    _carry_on(plan, item, answer, voice, function)


def _carry_on(plan: Plan, item: Item, answer: Item, voice: Voice, function: str) -> None:
    random, end = plan.random, plan.calendar.end
    chance = random.random()
    later = answer.at + random.randint(240, 50_000)
    if plan.is_recent(later) or chance > 0.46:
        return
    thanked = item.topic != "thanks" and wording.topics(item.language, "thanks")
    if chance < 0.36 and thanked:
        plan.reply(answer_of(item, answer), later, "thanks", "answer").parent = answer.number
    elif item.language == "fr" and end - later > 20 * _DAY:
        # A promise: we come back with what we know.
        promise = plan.answer(item, later, "promise", function=function, says_tu=voice.says_tu)
        plan.promised.append(promise.number)
        kept = by_day(plan, later + random.randint(1, 6) * _DAY, random)
        topic = _answered_as("fr", item.topic if item.kind != "message" else "praise")
        done = plan.answer(item, kept, topic, function=function, says_tu=voice.says_tu)
        thanks = plan.reply(item, kept + random.randint(300, 20_000), "thanks", "answer")
        thanks.parent = done.number


def answer_of(item: Item, answer: Item) -> Item:
    """The text whose author thanks for an answer: the one that was answered."""
    return item if answer.root == item.number else answer


def _answered_as(language: str, topic: str) -> str:
    written = wording.topics(language, "answer")
    if topic in written:
        return topic
    if language == "en":
        topic = ENGLISH_ANSWERS.get(topic, "complaint")
    return topic if topic in written else "complaint"


def by_day(plan: Plan, at: int, random: Random) -> int:
    """An instant moved out of the night, when nobody of us is awake."""
    calendar = plan.calendar
    index = calendar.index(plan.day(at))
    if index >= calendar.days:
        return at
    start = calendar.second(index, 0)
    if at - start < 8 * 3600:
        return start + 8 * 3600 + random.randint(0, 5_400)
    if at - start > 22 * 3600:
        return start + _DAY + 8 * 3600 + random.randint(0, 5_400)
    return at


def add_reviews(plan: Plan, count: int) -> None:
    """Reviews with stars; we thank for some, and answer the bitter ones."""
    random = plan.random
    stars = ("five", "four", "three", "two", "one")
    night = plan.calendar.second(plan.calendar.index(plan.calendar.closing_night), 0)
    for language in ("fr", "en"):
        voice = plan.someone("google_business", language)
        item = plan.say(voice, night + 4 * _DAY + 50_000, "review", "shuttles_one", language)
        item.register = wording.registers(language, "review", "shuttles_one")[0]
        item.rating = 1
    for at in plan.times(count, plan.open_weights()):
        voice = plan.someone("google_business")
        bitter = plan.bitterness(at)
        shares = (48, 26, 10, 60 * bitter, 60 * bitter)
        place = random.choices(range(5), shares)[0]
        topic = stars[place]
        since = (plan.day(at) - plan.calendar.closing_night).days
        if place == 4 and 0 < since < 60:
            topic = "shuttles_one"
        item = plan.say(voice, at, "review", topic)
        item.register = wording.registers(item.language, "review", topic)[0]
        item.rating = 5 - place
        if random.random() < 0.35:
            topic = "praise" if item.rating >= 4 else "complaint"
            later = by_day(plan, at + random.randint(3_600, 3 * _DAY), random)
            if later < plan.calendar.end - 60:
                plan.answer(item, later, topic, function=cast.WEB)


def add_shares(plan: Plan, count: int, family: int) -> None:
    """Shares that enter the contests, and talk of the coupon."""
    random, spans, calendar = plan.random, plan.spans, plan.calendar
    if spans.contest:
        weights = [1.0] * spans.contest.days
        for at in plan.times(count, weights, first=calendar.index(spans.contest.first)):
            voice = plan.someone("instagram", "" if random.random() < 0.1 else "fr")
            _share(plan, voice, at, "contest")
    first = calendar.index(spans.family.first)
    for at in plan.times(family, [1.0] * spans.family.days, first=first):
        _share(plan, plan.someone("instagram", "fr"), at, "family_contest")
    if spans.presale:
        weights = [3.0 if day < 6 else 1.0 for day in range(spans.presale.days)]
        first = calendar.index(spans.presale.first)
        for at in plan.times(count // 5, weights, first=first):
            voice = plan.someone()
            plan.say(voice, at, "promotion", "coupon", plan.tongue(voice))


def _share(plan: Plan, voice: Voice, at: int, topic: str) -> None:
    language = plan.tongue(voice)
    kinds = [kind for kind in ("share", "promotion") if topic in wording.topics(language, kind)]
    if not kinds:
        return
    item = plan.say(voice, at, plan.random.choice(kinds), topic, language)
    item.mention = True
    if topic == "contest" and plan.random.random() < 0.05:
        _settle(plan, item, voice, "contest")


def add_ours(plan: Plan) -> None:
    """What we publish: most days one text, in season several; stories of residents on Thursdays."""
    random, calendar, spans = plan.random, plan.calendar, plan.spans
    for index in range(calendar.days):
        day = calendar.day(index)
        wanted = 0.55 + nearness(
            day, since=calendar.opening, rise=25, fall=10, winter=1.6, summer=1.6
        )
        # A smaller festival publishes less, but not in proportion.
        wanted *= min(1.0, calendar.settings.scale**0.5)
        kinds = ["announcement"] * int(wanted + random.random())
        if spans.voices and day >= spans.voices.first and day.weekday() == 3:
            kinds.append("voices")
        if spans.presale and day in spans.presale and random.random() < 0.4:
            kinds.append("coupon")
        if spans.contest and day in spans.contest and random.random() < 0.6:
            kinds.append("contest")
        for kind in kinds:
            second = random.randint(8 * 3600, 20 * 3600)
            at = calendar.second(index, second)
            if at < calendar.end - 600:
                _publish(plan, at, kind if kind != "announcement" else _everyday(plan, at))


def _everyday(plan: Plan, at: int) -> str:
    summer = season_of(plan.day(at)) == "summer"
    kinds = ("announcement", "weather", "backstage", "thanks")
    kind = plan.random.choices(kinds, (50, 14, 20, 16))[0]
    if (kind == "weather" and not plan.is_near(at)) or (kind == "thanks" and not plan.is_open(at)):
        kind = "announcement"
    late = f"{kind}_summer"
    return late if summer and late in wording.topics("fr", "ours") else kind


def _publish(plan: Plan, at: int, topic: str) -> None:
    """One text of ours, on Facebook and mostly elsewhere, in English at the same minute."""
    random = plan.random
    networks = ["facebook"]
    if topic != "contest" and random.random() < 0.5:
        networks.append("instagram")
    if topic == "contest":
        networks = ["instagram"]
    if random.random() < 0.12:
        networks.append(random.choice(("bluesky", "mastodon", "youtube", "x")))
    for network in networks:
        add_post(plan, network, at, topic, "fr")
    plain = topic.removesuffix("_summer")
    if plan.spans.tuques and plan.day(at) in plan.spans.tuques:
        add_post(plan, "facebook", at, "tuques", "en")
    if plain in wording.topics("en", "ours") and random.random() < 0.4:
        add_post(plan, "facebook", at, plain, "en")


def add_post(plan: Plan, network: str, at: int, topic: str, language: str) -> Item:
    """One text that we publish."""
    item = Item(
        number=len(plan.items),
        at=at,
        actor=cast.account_of_ours(network),
        firstname="",
        network=network,
        language=language,
        kind="ours",
        topic=topic,
        register="courant" if language == "fr" else "plain",
    )
    item.root = item.number
    plan.items.append(item)
    return item


def add_replies(plan: Plan, count: int) -> None:
    """What people answer to our posts and to each other, soon after them."""
    random, end = plan.random, plan.calendar.end
    parents = sorted(
        (item for item in plan.items if _invites(item)), key=lambda item: (item.at, item.number)
    )
    if not parents:
        return
    weights = [5 if item.is_ours else 2 for item in parents]
    quiet = [item for item in parents if not plan.is_recent(item.at)][-400:] or parents
    for chosen in random.choices(parents, weights, k=count):
        parent = chosen
        at = parent.at + int(random.expovariate(1 / 14_000)) + 60
        if at >= end - 60:
            at = parent.at + max(1, (end - parent.at) // 2)
        if plan.is_recent(at) and parent.root >= 0:
            # Nobody speaks into a conversation with us that would have to be answered now.
            parent = random.choice(quiet)
            at = parent.at + random.randint(300, 30_000)
        voice = plan.someone(parent.network, parent.language)
        language = parent.language if voice.language == "both" else voice.language
        kind, topic = _echo(plan, parent, at, language)
        item = plan.say(voice, at, kind, topic, language)
        item.parent = parent.number
        item.root = parent.root if parent.root >= 0 else parent.number


def _invites(item: Item) -> bool:
    if item.private or item.network in {"email", "google_business", "press"} or item.text:
        return False
    return item.kind in {"ours", "praise", "story", "chat", "complaint", "irony", "recommend"}


def _echo(plan: Plan, parent: Item, at: int, language: str) -> tuple[str, str]:
    """What one says to a text: mostly in its mood, and of its subject."""
    random = plan.random
    kind, topic = parent.kind, parent.topic
    if kind == "ours":
        if topic == "voices" and "voices" in wording.topics(language, "story"):
            return ("story", "voices") if random.random() < 0.7 else ("praise", "ambiance")
        if topic.startswith("weather"):
            return "chat", "weather"
        bitter = plan.is_open(at) and random.random() < plan.bitterness(at) * 0.6
        kind = "complaint" if bitter else "chat"
        if kind == "chat" and random.random() < 0.35 and plan.is_open(at):
            kind = "praise"
        found = plan.topic(language, kind, at)
        return (kind, found) if found else ("chat", "plain")
    if kind in {"complaint", "irony"} and random.random() < 0.6:
        kind = random.choice(("complaint", "irony"))
    elif kind in {"complaint", "irony"} or random.random() < 0.5:
        kind = "chat"
    if topic not in wording.topics(language, kind):
        topic = plan.topic(language, kind, at)
    return (kind, topic) if topic else ("chat", "plain")
