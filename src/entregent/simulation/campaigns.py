"""The seven campaigns: their plans as written, and the truth that was planted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from entregent.simulation import cast, rates
from entregent.simulation.orders import COUPON
from entregent.simulation.quay import CODES
from entregent.simulation.rates import Span, Spans
from entregent.simulation.seasons import Calendar
from entregent.simulation.world import (
    CampaignFacts,
    LinkFacts,
    NextStepFacts,
    PlantedTruth,
    ReadOutFacts,
)

LINKS = {"CONCOURS1": 1_950, "FAMILLE1": 380, "PREVENTE1": 1_640, "AVRIL400": 96}
"""Visits that came by each link, in a world of the usual size."""


def links(scale: float) -> dict[str, int]:
    """Visits that came by each link."""
    return {code: max(1, round(count * scale)) for code, count in LINKS.items()}


def campaigns(calendar: Calendar, spans: Spans) -> tuple[CampaignFacts, ...]:
    """The campaigns of a world, oldest first; a short one lacks some."""
    book = _Book(calendar, spans, calendar.settings.scale)
    made = [
        book.contest(),
        book.voices(),
        book.presale(),
        book.tuques(),
        book.april(),
        book.quay(),
        book.family(),
    ]
    return tuple(campaign for campaign in made if campaign is not None)


@dataclass(frozen=True)
class _Book:
    calendar: Calendar
    spans: Spans
    scale: float

    def written(self, span: Span, days: int) -> datetime:
        """When a plan was written: so many days before its campaign."""
        return self.calendar.at(span.first - timedelta(days=days), 10, 20)

    def launched(self, span: Span) -> datetime:
        """When a campaign began: in the morning of its first day."""
        return self.calendar.at(span.first, 9)

    def reads(self, span: Span, member: str, *months: int) -> tuple[ReadOutFacts, ...]:
        """Read-outs so many months after the end; those of the past were done on their day."""
        found = []
        for count in months:
            due = _months_after(span.last, count)
            past = due < self.calendar.today
            done = self.calendar.at(due, 14, 15) if past else None
            found.append(ReadOutFacts(count, due, member, done))
        return tuple(found)

    def number(self, value: float, language: str) -> str:
        """A rate of this world in words."""
        scaled = value * self.scale
        text = f"{scaled:.0f}" if scaled >= 3 and scaled == int(scaled) else f"{scaled:.1f}"
        text = text.removesuffix(".0")
        if scaled >= 1_000:
            text = f"{scaled:,.0f}".replace(",", "\u00a0" if language == "fr" else ",")
        return text.replace(".", ",") if language == "fr" else text

    def truth(self, verdict: str, fr: str, en: str, **numbers: float) -> PlantedTruth:
        """What was planted: numbers of a world of the usual size, scaled to this one's."""
        scaled = {name: value * self.scale for name, value in numbers.items()}
        fr = fr.format(**{name: self.number(value, "fr") for name, value in numbers.items()})
        en = en.format(**{name: self.number(value, "en") for name, value in numbers.items()})
        return PlantedTruth(verdict, fr, en, scaled)

    def contest(self) -> CampaignFacts | None:
        span = self.spans.contest
        if span is None:
            return None
        truth = self.truth(
            "boost_only",
            "On avait planté\u00a0: {before} nouveaux abonnements par jour avant, {during} "
            "pendant, "
            "{after} après. Une personne sur cinq venue par le concours part dans les 90 jours. "
            "Aucune vente. 11 participations frauduleuses.",
            "Planted: {before} new followers a day before, {during} during, {after} after. One "
            "in five "
            "of those who came by the contest leaves within 90 days. No sales. 11 fraudulent "
            "entries.",
            before=rates.FOLLOWS["instagram"],
            during=rates.CONTEST_DURING,
            after=rates.FOLLOWS["instagram"],
        )
        truth.numbers.update(
            leave_share=rates.CONTEST_LEAVE, fraudulent=float(rates.FRAUDULENT_ENTRIES), orders=0.0
        )
        return CampaignFacts(
            slug="gagne-ton-hiver",
            name="Gagne ton hiver",
            kind="contest",
            serves=cast.MARKETING,
            function=cast.MARKETING,
            owner="jean-philippe",
            first_day=span.first,
            last_day=span.last,
            metric="follows",
            place=cast.account_of_ours("instagram"),
            budget=6_000.0,
            cost=5_840.0,
            written_at=self.written(span, 11),
            launched_at=self.launched(span),
            objective="Passer de 8 à 20 nouveaux abonnements par jour sur Instagram, et y rester.",
            in_service_of="Faire connaître les Frimas avant l'ouverture de la billetterie.",
            who_cares="Les gens qui viennent déjà\u00a0: le prix est un laissez-passer et une "
            "nuit à "
            "l'auberge.",
            how_they_come="Par le partage\u00a0: il faut partager la publication pour participer.",
            how_measured="Nouveaux abonnements par jour, avant, pendant, puis à 1, 3, 6 et 12 "
            "mois.",
            truth=truth,
            links=(
                LinkFacts(
                    "link",
                    "CONCOURS1",
                    "Règlement du concours",
                    f"{cast.SITE}/concours",
                    follows=links(self.scale)["CONCOURS1"],
                ),
            ),
            next_steps=(
                NextStepFacts(
                    "Ne plus faire de concours de partage; garder le budget pour Les voix d'ici",
                    "jean-philippe",
                    span.last + timedelta(days=184),
                    span.last + timedelta(days=170),
                ),
            ),
            read_outs=self.reads(span, "jean-philippe", 3, 6, 12, 24),
        )

    def voices(self) -> CampaignFacts | None:
        span = self.spans.voices
        if span is None:
            return None
        truth = self.truth(
            "sustained",
            "On avait planté\u00a0: {before} nouveaux abonnements par jour avant, {during} "
            "pendant, "
            "{after} depuis, et ça reste. Les renouvellements de laissez-passer montent à "
            "partir du "
            "septième mois.",
            "Planted: {before} new followers a day before, {during} during, {after} since, and it "
            "stays. Renewals of passes go up from the seventh month on.",
            before=rates.FOLLOWS["facebook"],
            during=rates.VOICES_DURING,
            after=rates.VOICES_AFTER,
            renewals_from_month_7=rates.RENEWALS,
        )
        return CampaignFacts(
            slug="les-voix-d-ici",
            name="Les voix d'ici",
            kind="dialogue",
            serves=cast.TICKETS,
            function=cast.WEB,
            owner="kim-ly",
            first_day=span.first,
            last_day=span.last,
            metric="follows",
            place=cast.account_of_ours("facebook"),
            budget=2_500.0,
            cost=2_180.0,
            written_at=self.written(span, 30),
            launched_at=self.launched(span),
            objective="Gagner 4 abonnements de plus par jour sur Facebook, et les garder un an.",
            in_service_of="Billetterie\u00a0: les gens à qui on répond renouvellent leur "
            "laissez-passer.",
            who_cares="Les Ardoisiens et Ardoisiennes\u00a0: ce sont leurs histoires, à leur nom.",
            how_they_come="Chaque personne racontée le dit à sa parenté; chaque réponse est "
            "signée.",
            how_measured="Nouveaux abonnements par jour, et gens revenus parler, jusqu'à 24 mois.",
            truth=truth,
            next_steps=(
                NextStepFacts(
                    "Reprendre une histoire par jeudi, avec un texte anglais à la même minute",
                    "kim-ly",
                    self.calendar.today + timedelta(days=16),
                ),
                NextStepFacts(
                    "Faire signer les réponses par chaque fonction",
                    "maude",
                    span.last + timedelta(days=30),
                    span.last + timedelta(days=21),
                ),
            ),
            read_outs=self.reads(span, "kim-ly", 3, 6, 12, 24, 36),
        )

    def presale(self) -> CampaignFacts | None:
        span = self.spans.presale
        if span is None:
            return None
        truth = self.truth(
            "payback",
            "On avait planté\u00a0: {moved} commandes avancées de six semaines, {new} "
            "seulement qui "
            "n'auraient pas eu lieu. Les mêmes gens ont acheté, moins cher.",
            "Planted: {moved} orders moved six weeks earlier, only {new} that would not have been "
            "made. The same people bought, for less.",
            moved=float(rates.PULLED),
            new=float(rates.COUPON_NEW),
        )
        return CampaignFacts(
            slug="prevente-leve-tot",
            name="Prévente lève-tôt",
            kind="coupon",
            serves=cast.TICKETS,
            function=cast.MARKETING,
            owner="jean-philippe",
            first_day=span.first,
            last_day=span.last,
            metric="orders",
            place="",
            budget=1_200.0,
            cost=None,
            written_at=self.written(span, 25),
            launched_at=self.launched(span),
            objective="Vendre 45 laissez-passer par jour en prévente, sans en perdre en janvier.",
            in_service_of="Billetterie\u00a0: de l'argent en caisse avant les fêtes.",
            who_cares="Les gens qui viennent chaque hiver et regardent leur budget en novembre.",
            how_they_come="Code TUQUE15 dans l'infolettre, sur Facebook et à la caisse du "
            "dépanneur.",
            how_measured="Commandes par jour jusqu'à la fin de janvier, comparées à l'an dernier.",
            truth=truth,
            links=(
                LinkFacts("coupon", COUPON, "15\u00a0% sur les laissez-passer", percent_off=15),
                LinkFacts(
                    "link",
                    "PREVENTE1",
                    "Infolettre de novembre",
                    f"{cast.SITE}/billetterie",
                    follows=links(self.scale)["PREVENTE1"],
                ),
            ),
            next_steps=(
                NextStepFacts(
                    "Réserver le prochain code aux personnes qui ne sont jamais venues",
                    "jean-philippe",
                    self.calendar.today + timedelta(days=9),
                ),
            ),
            read_outs=self.reads(span, "karim", 2, 6, 12),
        )

    def tuques(self) -> CampaignFacts | None:
        span = self.spans.tuques
        if span is None:
            return None
        truth = self.truth(
            "sustained",
            "On avait planté\u00a0: cinq fois plus de visites pendant neuf jours, puis "
            "{orders} commande "
            "de plus par jour, qui reste, et un public anglophone qui n'était pas là.",
            "Planted: five times the visits for nine days, then {orders} more order a day that "
            "stays, "
            "and an English-speaking public that was not there before.",
            orders=rates.PR_ORDERS,
        )
        truth.numbers.update(visits_factor=rates.PR_VISITS, days=float(rates.PR_DAYS))
        return CampaignFacts(
            slug="la-doyenne-aux-tuques",
            name="La doyenne aux tuques",
            kind="pr",
            serves=cast.TICKETS,
            function=cast.PRESS,
            owner="odile",
            first_day=span.first,
            last_day=span.last,
            metric="visits",
            place="",
            budget=0.0,
            cost=310.0,
            written_at=self.written(span, 16),
            launched_at=self.launched(span),
            objective="Deux demandes d'entrevue par semaine en janvier, et 1 commande de plus "
            "par jour.",
            in_service_of="Billetterie, et la place du festival dans la région.",
            who_cares="Tout le monde a eu une tuque tricotée par quelqu'un.",
            how_they_come="L'Écho d'abord; la radio et la télévision lisent L'Écho.",
            how_measured="Visites et commandes par jour, langue des pages, jusqu'à 18 mois.",
            truth=truth,
            next_steps=(
                NextStepFacts(
                    "Traduire la page d'Yvette, et l'inviter à l'ouverture",
                    "siobhan",
                    span.last + timedelta(days=12),
                    span.last + timedelta(days=10),
                ),
            ),
            read_outs=self.reads(span, "odile", 3, 6, 12, 24),
        )

    def april(self) -> CampaignFacts | None:
        span = self.spans.april
        if span is None:
            return None
        truth = self.truth(
            "no_effect",
            "On avait planté\u00a0: rien. Avec 400\u00a0$, aucun effet ne pouvait se voir; la "
            "page le "
            "disait avant.",
            "Planted: nothing. With $400, no effect could be seen; the page said so beforehand.",
            follows=0.0,
            orders=0.0,
        )
        return CampaignFacts(
            slug="petit-budget-d-avril",
            name="Petit budget d'avril",
            kind="advertising",
            serves=cast.TICKETS,
            function=cast.MARKETING,
            owner="jean-philippe",
            first_day=span.first,
            last_day=span.last,
            metric="orders",
            place="",
            budget=rates.ADVERTISING_BUDGET,
            cost=400.0,
            written_at=self.written(span, 12),
            launched_at=self.launched(span),
            objective="Apprendre le métier\u00a0: à ce budget, on ne verra pas d'effet par jour.",
            in_service_of="Billetterie d'été.",
            who_cares="Des gens de Québec et de Rimouski qui aiment les festivals.",
            how_they_come="Publicité payée, trois images, un lien.",
            how_measured="Commandes par jour; on sait d'avance qu'on ne pourra rien en dire.",
            truth=truth,
            links=(
                LinkFacts(
                    "link",
                    "AVRIL400",
                    "Publicité d'avril",
                    f"{cast.SITE}/billetterie",
                    follows=links(self.scale)["AVRIL400"],
                ),
            ),
            next_steps=(
                NextStepFacts(
                    "Ne plus acheter de publicité pour moins de 2\u00a0000\u00a0$",
                    "felix-antoine",
                    span.last + timedelta(days=60),
                    span.last + timedelta(days=44),
                ),
            ),
            read_outs=self.reads(span, "jean-philippe", 3, 6),
        )

    def quay(self) -> CampaignFacts | None:
        span = self.spans.quay
        if span is None:
            return None
        truth = self.truth(
            "self_selected",
            "On avait planté\u00a0: {scans} numérisations; 9\u00a0% des gens ont accepté le "
            "lien. Ils "
            "reviennent trois fois plus que les autres, mais c'était déjà le cas avant.",
            "Planted: {scans} scans; 9% of people agreed to be linked. They return three times as "
            "often as the others, but they already did before.",
            scans=float(rates.SCANS),
            check_ins=float(rates.CHECK_INS),
        )
        truth.numbers.update(
            agreed_share=rates.AGREED, orders_ratio_before=3.0, orders_ratio_after=3.0
        )
        today = self.calendar.today
        months = max(1, (today.year - span.last.year) * 12 + today.month - span.last.month)
        return CampaignFacts(
            slug="la-carte-du-quai",
            name="La carte du quai",
            kind="event",
            serves=cast.WELCOME,
            function=cast.WELCOME,
            owner="nadege",
            first_day=span.first,
            last_day=span.last,
            metric="scans",
            place="",
            budget=3_200.0,
            cost=3_410.0,
            written_at=self.written(span, 40),
            launched_at=self.launched(span),
            objective="100 numérisations par jour en ville, et 10 par jour un mois après.",
            in_service_of="Expérience et accueil\u00a0: amener les gens du quai jusqu'aux "
            "commerces.",
            who_cares="Les familles qui attendent le spectacle du soir, et les commerces de la "
            "côte.",
            how_they_come="Quatorze codes sur quatorze poteaux, une histoire à chacun.",
            how_measured="Numérisations par jour avant, pendant et après; gens revenus l'année "
            "d'après.",
            truth=truth,
            links=tuple(
                LinkFacts("qr", code, name, f"{cast.SITE}/quai/{slug}")
                for code, name, slug in CODES
            ),
            next_steps=(
                NextStepFacts(
                    "Déplacer le code de l'ancienne gare, que personne ne trouve",
                    "nadege",
                    today + timedelta(days=23),
                ),
            ),
            read_outs=(
                *self.reads(span, "nadege", 1, 6),
                *((ReadOutFacts(months, today, "nadege"),) if months not in {1, 6} else ()),
            ),
        )

    def family(self) -> CampaignFacts | None:
        span = self.spans.family
        truth = self.truth(
            "too_early",
            "On avait planté\u00a0: {more} nouveaux abonnements de plus par jour. C'est trop "
            "tôt pour le "
            "voir.",
            "Planted: {more} more new followers a day. It is too early to see it.",
            more=rates.FAMILY_FOLLOWS,
        )
        return CampaignFacts(
            slug="les-frimas-en-famille",
            name="Les Frimas en famille",
            kind="contest",
            serves=cast.WELCOME,
            function=cast.MARKETING,
            owner="kim-ly",
            first_day=span.first,
            last_day=span.last,
            metric="follows",
            place=cast.account_of_ours("instagram"),
            budget=900.0,
            cost=None,
            written_at=self.written(span, 20),
            launched_at=self.launched(span),
            objective="3 abonnements de plus par jour sur Instagram, encore là au printemps.",
            in_service_of="Expérience et accueil\u00a0: remplir les après-midis des familles.",
            who_cares="Les parents qui planifient la relâche dès l'automne.",
            how_they_come="Une photo de mitaines dépareillées suffit; les écoles l'ont affiché.",
            how_measured="Nouveaux abonnements par jour, à 2, 6 et 12 mois.",
            truth=truth,
            links=(
                LinkFacts(
                    "link",
                    "FAMILLE1",
                    "Règlement, Les Frimas en famille",
                    f"{cast.SITE}/concours",
                    follows=links(self.scale)["FAMILLE1"],
                ),
            ),
            next_steps=(
                NextStepFacts(
                    "Écrire aux 12 écoles participantes ce qui a été retenu",
                    "kim-ly",
                    self.calendar.today + timedelta(days=5),
                ),
            ),
            read_outs=self.reads(span, "kim-ly", 2, 6, 12),
        )


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))
