"""Who works at the festival, what they answer for, and where it speaks."""

from datetime import datetime, time, timedelta

from entregent.simulation.seasons import Calendar
from entregent.simulation.world import (
    ChannelFacts,
    FunctionFacts,
    GapFacts,
    MemberFacts,
    OrganisationFacts,
    PublicFacts,
    SavedQueryFacts,
    SubjectFacts,
)

NAME = "Frimas et Framboises"
SITE = "https://frimasetframboises.example"
MAIL = "frimasetframboises.example"

MANAGEMENT = "direction-generale"
PRESS = "relations-publiques"
WEB = "medias-sociaux-et-web"
MARKETING = "marketing"
TICKETS = "billetterie-et-ventes"
WELCOME = "experience-et-accueil"
PROGRAM = "programmation"
STAGE = "technique-et-site"
VOLUNTEERS = "benevoles-et-rh"
PARTNERS = "partenariats"
FINANCE = "finances"
AGENCY = "agence-grand-vent"

FUNCTIONS = tuple(
    FunctionFacts(*row)
    for row in (
        (
            MANAGEMENT,
            "Direction générale",
            "Management",
            "décisions, bailleurs de fonds, personnes élues",
            "decisions, funders, elected people",
        ),
        (
            PRESS,
            "Relations publiques",
            "Public relations",
            "presse, lignes de communication, crise",
            "press, approved lines, crisis",
        ),
        (
            WEB,
            "Médias sociaux et Web",
            "Social media and web",
            "dialogue de tous les jours",
            "daily dialogue",
        ),
        (
            MARKETING,
            "Marketing",
            "Marketing",
            "campagnes, concours, coupons",
            "campaigns, contests, coupons",
        ),
        (
            TICKETS,
            "Billetterie et ventes",
            "Ticketing and sales",
            "commandes, remboursements, laissez-passer",
            "orders, refunds, passes",
        ),
        (
            WELCOME,
            "Expérience et accueil",
            "Experience and welcome",
            "accès, familles, navettes, stationnement",
            "access, families, shuttles, parking",
        ),
        (PROGRAM, "Programmation", "Programming", "artistes, spectacles", "artists, shows"),
        (
            STAGE,
            "Technique et site",
            "Technical and site",
            "scènes, froid, sécurité",
            "stages, cold, safety",
        ),
        (
            VOLUNTEERS,
            "Bénévoles et RH",
            "Volunteers and HR",
            "bénévoles, emplois",
            "volunteers, jobs",
        ),
        (
            PARTNERS,
            "Partenariats",
            "Partnerships",
            "commanditaires, hôtels, commerces",
            "sponsors, hotels, merchants",
        ),
        (
            FINANCE,
            "Finances",
            "Finance",
            "budgets, remboursements de plus de 500\u00a0$",
            "budgets, refunds above $500",
        ),
        (
            AGENCY,
            "Agence Grand Vent",
            "Grand Vent agency",
            "publicité, planification",
            "advertising, planning",
        ),
    )
)

_PEOPLE = (
    ("maude", "Maude Lafrenière-Ouellon", "fr", "owner", MANAGEMENT),
    ("odile", "Odile Vadeboncœur", "fr", "member", PRESS),
    ("siobhan", "Siobhan Gagnon-Kerr", "en", "member", PRESS),
    ("kim-ly", "Kim-Ly Trottier", "fr", "member", WEB),
    ("loic", "Loïc Saint-Fleur", "fr", "member", WEB),
    ("jean-philippe", "Jean-Philippe Marcoux-Tessier", "fr", "member", MARKETING),
    ("karim", "Karim Belhadji-Roy", "fr", "member", TICKETS),
    ("josee", "Josée Brindamour", "fr", "member", TICKETS),
    ("nadege", "Nadège Pierre-Toussaint", "fr", "member", WELCOME),
    ("eloi", "Éloi Desruisseaux-Wren", "fr", "member", PROGRAM),
    ("gaetan", "Gaétan Brisefer", "fr", "member", STAGE),
    ("yolande", "Yolande Jolicœur-Petit", "fr", "member", VOLUNTEERS),
    ("fanny", "Fanny Tranchemontagne-Lê", "fr", "member", PARTNERS),
    ("sylvain", "Sylvain Huppé-Charron", "fr", "member", FINANCE),
    ("felix-antoine", "Félix-Antoine Doyon-Messier", "fr", "guest", AGENCY),
)
_TRUSTED = {
    "maude": ("acces", "horaire", "billetterie"),
    "odile": ("presse", "horaire"),
    "siobhan": ("presse", "horaire"),
    "kim-ly": ("horaire", "programmation", "acces"),
    "loic": ("horaire", "programmation"),
    "karim": ("billetterie", "remboursement"),
    "josee": ("billetterie", "remboursement"),
    "nadege": ("acces", "familles", "navettes", "stationnement"),
    "sylvain": ("remboursement",),
}
MEMBERS = tuple(
    MemberFacts(
        key=key,
        name=name,
        email=f"{key}@{MAIL}",
        language=language,
        role=role,
        function=function,
        trusted_on=_TRUSTED.get(key, ()),
    )
    for key, name, language, role, function in _PEOPLE
)
FIRST_NAMES = {member.key: member.name.split(" ")[0] for member in MEMBERS}

DESKS = {
    MANAGEMENT: ("direction", "management", ("maude",)),
    PRESS: ("relations publiques", "public relations", ("odile", "siobhan")),
    WEB: ("médias sociaux", "social media", ("kim-ly", "loic")),
    MARKETING: ("marketing", "marketing", ("jean-philippe",)),
    TICKETS: ("billetterie", "ticket office", ("karim", "josee")),
    WELCOME: ("accueil", "welcome team", ("nadege",)),
    PROGRAM: ("programmation", "programming", ("eloi",)),
    STAGE: ("technique", "site team", ("gaetan",)),
    VOLUNTEERS: ("bénévoles", "volunteers", ("yolande",)),
    PARTNERS: ("partenariats", "partnerships", ("fanny",)),
    FINANCE: ("finances", "finance", ("sylvain",)),
}
"""How functions sign, in French and in English, and who signs."""

FUNCTION_OF_TOPIC = {
    "access": WELCOME,
    "parking": WELCOME,
    "shuttle": WELCOME,
    "families": WELCOME,
    "dogs": WELCOME,
    "lodging": PARTNERS,
    "toilets": STAGE,
    "sound": STAGE,
    "cold": STAGE,
    "weather": STAGE,
    "noise": STAGE,
    "tickets": TICKETS,
    "refund": TICKETS,
    "pass": TICKETS,
    "queue": TICKETS,
    "coupon": MARKETING,
    "contest": MARKETING,
    "program": PROGRAM,
    "schedule": PROGRAM,
    "volunteer": VOLUNTEERS,
    "food": PARTNERS,
    "food_price": PARTNERS,
    "told": MANAGEMENT,
    "press": PRESS,
}
"""Who answers on a topic of the fragments; what is not named is answered by social media."""

SUBJECTS = tuple(
    SubjectFacts(*row)
    for row in (
        (
            "acces",
            "Accès",
            "Access",
            'acces* OR "fauteuil roulant" OR rampe* OR marchette OR wheelchair* OR accessible',
            WELCOME,
        ),
        (
            "stationnement",
            "Stationnement",
            "Parking",
            'stationnement* OR parking OR parker OR "place de stationnement"',
            WELCOME,
        ),
        ("navettes", "Navettes", "Shuttles", "navette* OR shuttle* OR autobus", WELCOME, True),
        (
            "familles",
            "Familles",
            "Families",
            "poussette* OR enfants OR famille* OR stroller* OR kids",
            WELCOME,
        ),
        (
            "remboursement",
            "Remboursement",
            "Refunds",
            "rembours* OR refund*",
            TICKETS,
            True,
        ),
        (
            "coupons",
            "Coupons et concours",
            "Coupons and contests",
            "TUQUE15 OR coupon* OR rabais OR concours OR contest OR promo*",
            MARKETING,
        ),
        (
            "billetterie",
            "Billets et laissez-passer",
            "Tickets and passes",
            "billet* OR laissez* OR commande* OR ticket* OR pass OR passes",
            TICKETS,
        ),
        (
            "horaire",
            "Horaire",
            "Schedule",
            'horaire* OR "quelle heure" OR schedule OR "what time"',
            PROGRAM,
        ),
        (
            "programmation",
            "Programmation",
            "Program",
            "programmation OR spectacle* OR artiste* OR lineup OR artists",
            PROGRAM,
        ),
        (
            "son-et-froid",
            "Son, froid et sécurité",
            "Sound, cold and safety",
            "son OR bruit OR froid OR toilette* OR sound OR noise OR cold OR toilets",
            STAGE,
        ),
        (
            "benevolat",
            "Bénévolat et emplois",
            "Volunteering and jobs",
            "benevol* OR emploi* OR volunteer* OR job OR jobs",
            VOLUNTEERS,
        ),
        (
            "presse",
            "Presse",
            "Press",
            "entrevue OR journaliste OR reporter OR interview OR deadline",
            PRESS,
            True,
        ),
        (
            "partenaires",
            "Partenaires",
            "Partners",
            "commandit* OR partenariat* OR kiosque* OR sponsor*",
            PARTNERS,
        ),
    )
)

PUBLICS = tuple(
    PublicFacts(*row)
    for row in (
        ("festivaliers", "festivaliers et festivalières", "festivalgoers"),
        ("ardoisiens", "Ardoisiens et Ardoisiennes", "people of Sainte-Ardoise"),
        ("benevoles", "bénévoles", "volunteers"),
        ("medias", "médias", "media"),
        ("commanditaires", "commanditaires", "sponsors"),
        ("commercants", "commerçants et commerçantes", "merchants"),
        ("artistes", "artistes", "artists"),
        ("elus-et-bailleurs-de-fonds", "personnes élues et bailleurs de fonds", "officials"),
        ("equipe", "équipe", "team"),
    )
)

SAVED_QUERIES = (
    SavedQueryFacts("Stationnement à 30 $", "stationnement* OR parking", WELCOME),
    SavedQueryFacts("La nuit des navettes", "navette* AND (froid OR attente OR quai)", PRESS),
    SavedQueryFacts("Yvette et les tuques", "Yvette OR tuque* OR toque*", PRESS),
    SavedQueryFacts("Rampe des Tanneurs", "Tanneurs AND (rampe* OR fauteuil*)", STAGE),
    SavedQueryFacts("Code TUQUE15", "TUQUE15", MARKETING),
)


def account_of_ours(network: str) -> str:
    """URI of our account on a network; empty where we have none."""
    return _OURS.get(network, "")


_OURS = {
    "facebook": "https://facebook.example/frimasetframboises",
    "instagram": "https://instagram.example/frimasetframboises",
    "x": "https://x.example/frimasframboises",
    "reddit": "https://reddit.example/user/frimasetframboises",
    "bluesky": "https://bluesky.example/profile/frimasetframboises.example",
    "mastodon": "https://mastodon.example/@frimas",
    "youtube": "https://youtube.example/@frimasetframboises",
    "google_business": "https://avis.example/lieu/frimas-et-framboises",
    "email": f"mailto:bonjour@{MAIL}",
    "web": f"{SITE}/",
}
_CHANNELS = (
    ("facebook", "Facebook", "facebook"),
    ("instagram", "Instagram", "instagram"),
    ("x", "X", "x"),
    ("reddit", "Reddit", "reddit"),
    ("bluesky", "Bluesky", "bluesky"),
    ("mastodon", "Mastodon", "mastodon"),
    ("youtube", "YouTube", "youtube"),
    ("google_business", "Avis Google", "avis"),
    ("email", "Courriel", "courriel"),
    ("web", "Site Web", "web"),
    ("press", "Revue de presse", "presse"),
    ("quay", "Carte du quai", "quai"),
    ("ticketing", "Billetterie", "billetterie"),
)
SLUGS = {network: f"demo:{slug}" for network, _name, slug in _CHANNELS}
"""Source of each network's activities."""

SPOKEN = tuple(network for network in _OURS if network != "web")
"""Networks on which people speak to us."""


def channels(calendar: Calendar) -> tuple[ChannelFacts, ...]:
    """Sources with their gaps: times that were not collected, and where nothing was told."""
    gaps = _gaps(calendar)
    return tuple(
        ChannelFacts(
            slug=SLUGS[network],
            network=network,
            name=name,
            our_uri=_OURS.get(network, "") if network != "web" else "",
            our_handle=_OURS[network].rpartition("/")[2].removeprefix("mailto:")
            if network in SPOKEN
            else "",
            our_name=NAME if network in SPOKEN else "",
            since=calendar.first_day,
            gaps=gaps.get(network, ()),
        )
        for network, name, _slug in _CHANNELS
    )


def _gaps(calendar: Calendar) -> dict[str, tuple[GapFacts, ...]]:
    year = calendar.last_year
    yesterday = calendar.today - timedelta(days=1)
    first = calendar.year_of(1) or year

    def gap(year: int, month: int, day: int, days: int, reason: str, hour: int = 0) -> GapFacts:
        start = calendar.at(datetime(year, month, day).date(), hour)  # noqa: DTZ001 - a local day
        return GapFacts(start, start + timedelta(days=days), reason)

    return {
        # The access had expired: the third to the fifth of March.
        "instagram": (gap(first, 3, 3, 3, "access_expired"),),
        "x": (gap(year, 5, 11, 4, "access_expired", 9),),
        "mastodon": (gap(year, 6, 2, 1, "server_error", 14),),
        "google_business": (gap(year, 9, 7, 2, "unreachable", 6),),
        # The day's quota is used up.
        "youtube": (
            gap(year, 2, 12, 1, "quota", 17),
            GapFacts(calendar.at(yesterday, 16), None, "quota"),
        ),
    }


ORGANISATION = OrganisationFacts(
    name=NAME,
    time_zone="America/Toronto",
    languages=("fr", "en"),
    default_language="fr",
    opens_at=time(9),
    closes_at=time(17),
    working_days=(0, 1, 2, 3, 4),
    address_form="vous",
)
