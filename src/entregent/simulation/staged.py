"""What waits today: people, promises, questions between functions, a decision, a change."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from entregent.simulation import cast
from entregent.simulation.plan import Item, Plan
from entregent.simulation.population import Voice
from entregent.simulation.staged_posts import (
    add_evening,
    add_posts_of_the_past,
    add_queue_on_saturday,
    add_usual_evenings,
)
from entregent.simulation.staged_words import (
    POST_3,
    POST_5,
    POST_7,
    POST_9,
    RAMP,
    WITH_MARYSE,
    decisions,
    signed,
)
from entregent.simulation.talking import add_post
from entregent.simulation.wording import written_date
from entregent.simulation.world import (
    AccountFacts,
    AskFacts,
    ChangeFacts,
    ConsentFacts,
    DecisionFacts,
    PersonFacts,
    PromiseFacts,
)

ASKED = 38
"""People who asked for the ramp; all but seven were told."""
NOT_TOLD = 7

_MARYSE_MAIL = "mailto:maryse.b@courriel.example"
_MARYSE_FACEBOOK = "https://facebook.example/maryse.b.tanneurs"


@dataclass
class Staging:
    """What was staged, to be written around the conversations."""

    people: list[PersonFacts] = field(default_factory=list)
    accounts: list[AccountFacts] = field(default_factory=list)
    promises: list[PromiseFacts] = field(default_factory=list)
    asks: list[AskFacts] = field(default_factory=list)
    changes: list[ChangeFacts] = field(default_factory=list)
    decisions: list[DecisionFacts] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)


def stage(plan: Plan, first_person: int) -> Staging:
    """Add what waits today.

    Parameters
    ----------
    plan
        All else that is said.
    first_person
        Index in `World.people` of the first person that is added here.
    """
    made = _Stage(plan, Staging(), first_person)
    made.maryse()
    made.six_others()
    made.staging.accounts += add_evening(plan)
    add_queue_on_saturday(plan)
    add_usual_evenings(plan)
    made.staging.accounts += add_posts_of_the_past(plan)
    made.promises()
    made.ramp()
    made.staging.decisions += decisions(plan.calendar)
    return made.staging


@dataclass
class _Stage:
    plan: Plan
    staging: Staging
    first_person: int

    def person(
        self, name: str, network: str, uri: str, language: str = "fr", *, known: bool = True
    ) -> Voice:
        """Somebody with one account, known to the festival or not."""
        index = None
        calendar = self.plan.calendar
        since = calendar.today - timedelta(days=420)
        if known:
            index = self.first_person + len(self.staging.people)
            given = calendar.at(since, 14, 5)
            self.staging.people.append(
                PersonFacts(
                    name=name,
                    languages=(language,),
                    address_form="vous" if language == "fr" else "",
                    known_since=since,
                    publics=("festivaliers",),
                    consents=(ConsentFacts("email", "purchase", given, None, "Commande en ligne"),),
                )
            )
        self.staging.accounts.append(
            AccountFacts(
                uri=uri,
                network=network,
                handle=uri.removeprefix("mailto:").rpartition("/")[2],
                name=name,
                language=language,
                person=index,
                linked_at=calendar.at(since, 14, 6) if known else None,
                link_reason="order" if known else "",
            )
        )
        first = name.split(" ", maxsplit=1)[0]
        return Voice(-1, network, uri, name, first, language, "courant", says_tu=False)

    def said(
        self, voice: Voice, at: datetime, text: str, kind: str, topic: str, *, private: bool = False
    ) -> Item:
        """A text with its own words, addressed to us."""
        item = self.plan.say(voice, int(at.timestamp()), kind, topic, voice.language)
        item.text, item.private, item.root = text, private, item.number
        item.mention = not private
        return item

    def waits(self, item: Item) -> Item:
        """A text whose author waits for us."""
        self.staging.waiting.append(item)
        return item

    def day_at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """An hour so many days ago."""
        calendar = self.plan.calendar
        return calendar.at(calendar.today - timedelta(days=days_ago), hour, minute)

    def maryse(self) -> None:
        """Known for three years, asks for the second time; a promise is due tomorrow."""
        plan, calendar = self.plan, self.plan.calendar
        march = date(calendar.last_year, 3, 9)
        given = calendar.at(march, 10, 40)
        until = given.replace(year=given.year + 2)
        index = self.first_person + len(self.staging.people)
        self.staging.people.append(
            PersonFacts(
                name="Maryse B.",
                languages=("fr",),
                address_form="vous",
                known_since=date(calendar.today.year - 3, 11, 14),
                publics=("festivaliers", "ardoisiens", "benevoles"),
                consents=(
                    ConsentFacts(
                        "email",
                        "express",
                        given,
                        until,
                        "Case cochée à l'achat du laissez-passer familial, commande FF-20417",
                    ),
                    ConsentFacts(
                        "profile", "express", given, until, "Case distincte, même formulaire"
                    ),
                    ConsentFacts("contest", "express", given, None, "Règlement accepté"),
                ),
            )
        )
        for uri, network, handle in (
            (_MARYSE_MAIL, "email", "maryse.b@courriel.example"),
            (_MARYSE_FACEBOOK, "facebook", "maryse.b.tanneurs"),
        ):
            self.staging.accounts.append(
                AccountFacts(uri, network, handle, "Maryse B.", "fr", index, given, "themselves")
            )
        mail = Voice(-1, "email", _MARYSE_MAIL, "Maryse B.", "Maryse", "fr", "courant", False)
        page = Voice(
            -1, "facebook", _MARYSE_FACEBOOK, "Maryse B.", "Maryse", "fr", "courant", False
        )
        self._years_of_maryse(mail)
        asked = self.day_at(13, 10, 12)
        first = self.said(
            mail,
            asked,
            "Bonjour, ma mère sera en fauteuil roulant cet hiver. L'entrée de la rue des Tanneurs "
            "lui est-elle accessible? Nous avons le laissez-passer familial (commande FF-20417). "
            "Merci, Maryse B.",
            "message",
            "access",
            private=True,
        )
        word = self.said(
            page,
            self.day_at(7, 11, 20),
            "Bonjour, je vous ai écrit par courriel la semaine dernière au sujet de l'entrée des "
            "Tanneurs. L'avez-vous reçu?",
            "message",
            "access",
            private=True,
        )
        reply = plan.answer(
            word, int(self.day_at(7, 13, 45).timestamp()), "promise", function=cast.TICKETS
        )
        due = calendar.today + timedelta(days=1)
        reply.member = "josee"
        reply.text = (
            "Bonjour Maryse, oui, il est bien arrivé. Je vous confirme l'accès en fauteuil roulant "
            f"d'ici le {written_date(due, 'fr')}. — Josée, billetterie"
        )
        moment = int(calendar.worked_back(3 + 1 / 3).timestamp())
        second = plan.reply(first, moment, "message", "access")
        second.private = True
        second.text = POST_3.replace("{date}", written_date(plan.day(first.at), "fr"))
        second.parent = first.number
        self.waits(first)
        self.staging.promises.append(
            PromiseFacts(
                account=_MARYSE_MAIL,
                what="confirmer l'accès en fauteuil roulant",
                made_at=reply.when,
                made_by="josee",
                due_on=due,
                function=cast.WELCOME,
                thread=first.uri,
            )
        )

    def _years_of_maryse(self, mail: Voice) -> None:
        """What was said with her since she is known: she is not somebody to be welcomed."""
        for days, text, answer, function in WITH_MARYSE:
            if days > self.plan.calendar.days - 30:
                continue
            item = self.said(
                mail, self.day_at(days, 9, days % 50), text, "message", "access", private=True
            )
            told = self.plan.answer(item, item.at + 7_000, "access", function=function)
            told.text = signed(answer, told.member, "fr")

    def six_others(self) -> None:
        """Six more people wait, each for another function."""
        calendar = self.plan.calendar
        back = calendar.worked_back
        thomas = Voice(
            -1,
            "facebook",
            "https://facebook.example/thomas.archambault.neron",
            "Thomas Archambault-Néron",
            "Thomas",
            "fr",
            "courant",
            says_tu=False,
        )
        index = self.first_person + len(self.staging.people)
        since = calendar.today - timedelta(days=900)
        self.staging.people.append(
            PersonFacts("Thomas Archambault-Néron", ("fr",), "vous", since, ("medias",))
        )
        linked = calendar.at(since, 11)
        self.staging.accounts.append(
            AccountFacts(
                thomas.uri,
                "facebook",
                "thomas.archambault.neron",
                thomas.name,
                "fr",
                index,
                linked,
                "themselves",
            )
        )
        self.waits(self.said(thomas, back(0.7), POST_7, "press", "request", private=True))
        steeve = self.person(
            "Steeve Gamache-Roy", "facebook", "https://facebook.example/steeve.gr", known=False
        )
        self.waits(self.said(steeve, back(5.4), POST_5, "question", "coupon"))
        fiona = self.person(
            "Fiona Dalgleish", "email", "mailto:fiona.dalgleish@courriel.example", "en"
        )
        self.waits(self.said(fiona, back(6.6), POST_9, "message", "complaint", private=True))
        rejean = self.person("Réjean Doucet-Pham", "email", "mailto:rejean.dp@courriel.example")
        refund = self.waits(
            self.said(
                rejean,
                back(9.2),
                "Bonjour, ma commande FF-31188 a été débitée deux fois, le 12 et le 13. "
                "Pouvez-vous "
                "me rembourser un des deux montants? J'ai le relevé sous la main. Réjean",
                "message",
                "refund",
                private=True,
            )
        )
        mirlande = self.person(
            "Mirlande Bien-Aimé", "facebook", "https://facebook.example/mirlande.ba"
        )
        ramp = self.waits(
            self.said(
                mirlande,
                back(7.5),
                "Bonjour! La rampe de l'entrée des Tanneurs est-elle déjà posée? On vient à douze "
                "du centre de jour, dont trois fauteuils.",
                "question",
                "access",
            )
        )
        anouk = self.person(
            "Anouk Lizotte-Tran",
            "instagram",
            "https://instagram.example/anouk.lizotte.tran",
            known=False,
        )
        self.waits(
            self.said(
                anouk,
                back(2.1),
                "Bonjour, à quelle heure ouvre le vestiaire le premier soir? Je viens avec ma "
                "classe de sixième et 26 paires de bottes.",
                "question",
                "schedule",
            )
        )
        due = calendar.at(calendar.today, 14)
        if due <= calendar.settings.now + timedelta(minutes=20):
            due = calendar.at(calendar.next_working_day(calendar.today), 14)
        self.staging.asks += [
            AskFacts(
                thread=refund.uri,
                asked_by="kim-ly",
                function=cast.TICKETS,
                question="La commande FF-31188 a-t-elle bien été débitée deux fois? Si oui, quand "
                "le remboursement part-il?",
                asked_at=back(4.0),
                due_at=due,
            ),
            AskFacts(
                thread=ramp.uri,
                asked_by="maude",
                function=cast.STAGE,
                question="La rampe des Tanneurs est-elle posée, et passe-t-elle pour trois "
                "fauteuils?",
                asked_at=back(6.0),
                due_at=due,
                answer="La rampe des Tanneurs est posée; pente de 8\u00a0%, éclairée, "
                "1,5 m de large. Trois fauteuils y passent, un à la fois. — Gaétan, technique",
                answered_by="gaetan",
                answered_at=back(1.1),
            ),
        ]

    def promises(self) -> None:
        """One promise is two days late, one was kept yesterday."""
        plan, calendar = self.plan, self.plan.calendar
        hotel = self.person("Gratien Savoie", "email", "mailto:gratien.savoie@courriel.example")
        for days, what, text, answer, member, function, due, kept in (
            (
                9,
                "envoyer le tarif de groupe pour 24 personnes",
                "Bonjour, notre chorale voudrait venir à 24. Quel est le tarif de groupe? Gratien",
                "Bonjour Gratien, je vous envoie le tarif exact d'ici la fin de semaine.",
                "karim",
                cast.TICKETS,
                -2,
                None,
            ),
            (
                6,
                "dire si la mitaine rouge a été retrouvée",
                "Bonjour, auriez-vous retrouvé une mitaine d'enfant, rouge, au vestiaire? Gratien",
                "Bonjour Gratien, je regarde avec Rose-Aimée et je vous reviens.",
                "nadege",
                cast.WELCOME,
                0,
                1,
            ),
        ):
            item = self.said(
                hotel, self.day_at(days, 10, 5), text, "message", "group", private=True
            )
            reply = plan.answer(
                item, int(self.day_at(days, 14, 30).timestamp()), "promise", function=function
            )
            reply.member, reply.text = member, signed(answer, member, "fr")
            kept_at = self.day_at(kept, 15, 10) if kept else None
            if kept_at:
                done = plan.answer(item, int(kept_at.timestamp()), "lost_found", function=function)
                done.member = member
                done.text = signed(
                    "Bonjour Gratien, elle est retrouvée; elle vous attend à l'accueil.",
                    member,
                    "fr",
                )
            self.staging.promises.append(
                PromiseFacts(
                    account=hotel.uri,
                    what=what,
                    made_at=reply.when,
                    made_by=member,
                    due_on=calendar.today + timedelta(days=due),
                    function=function,
                    kept_at=kept_at,
                    kept_by=member if kept_at else None,
                    thread=item.uri,
                )
            )

    def ramp(self) -> None:
        """Thirty-eight people asked for a ramp; it stands, and most of them were told."""
        plan, random = self.plan, self.plan.random
        asked: dict[str, Item] = {}
        for item in plan.items:
            if len(asked) == ASKED - 2:
                break
            right = item.topic == "access" and item.kind in {"question", "complaint"}
            right = right and not item.private
            if right and item.root == item.number and not item.text:
                asked.setdefault(item.actor, item)
        told: dict[str, datetime] = {}
        post = self.day_at(13, 9, 30)
        for language in ("fr", "en"):
            made = add_post(plan, "facebook", int(post.timestamp()), "ramp", language)
            if language == "fr":
                made.topic, made.text = "announcement", RAMP
        done = plan.calendar.today - timedelta(days=14)
        for uri, item in list(asked.items())[: max(0, ASKED - NOT_TOLD)]:
            at = int(plan.calendar.at(done + timedelta(days=2), 10).timestamp())
            at += random.randint(0, 20_000)
            plan.answer(
                item, at, "ramp", function=cast.WELCOME, says_tu=item.register == "familier"
            )
            told[uri] = datetime.fromtimestamp(at, tz=plan.calendar.settings.now.tzinfo)
        waiting = [_MARYSE_MAIL, "https://facebook.example/mirlande.ba"]
        self.staging.changes.append(
            ChangeFacts(
                what_fr="Une rampe à l'entrée des Tanneurs",
                what_en="A ramp at the Tanneurs entrance",
                done_on=done,
                function=cast.STAGE,
                asked=(*asked, *waiting),
                told=told,
            )
        )
