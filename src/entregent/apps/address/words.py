"""Words of campaigns, their plans and their links."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "contest": _("contest"),
    "dialogue": _("dialogue"),
    "coupon": _("coupon"),
    "pr": _("PR moment"),
    "advertising": _("advertising"),
    "event": _("event"),
}

STATES = {
    "draft": _("not launched"),
    "coming": _("launched, still to come"),
    "running": _("under way"),
    "over": _("over"),
}

# The five lines, as they are asked.
LINES = {
    "objective": _("Objective (a rate, not a peak)"),
    "in_service_of": _("What does it serve?"),
    "who_cares": _("Who cares, and why?"),
    "how_they_come": _("How will people get there?"),
    "how_measured": _("When and how will we measure?"),
}

LINES_HELP = {
    "objective": _(
        "Such as “5 more followers a day, a year after the end”. “To learn the craft” is an honest "
        "objective too."
    ),
    "in_service_of": _("The core business it serves: the ticket office, the events, the service."),
    "who_cares": _("One sentence, tried on a few of these people before it is tried on all."),
    "how_they_come": _(
        "A page that nothing leads to stays empty: think of posters, links, press, word of mouth."
    ),
    "how_measured": _("Which count, compared with what, read on which dates, by whom."),
}

LINK_KINDS = {
    "link": _("Link"),
    "qr": _("QR code"),
    "coupon": _("Coupon code"),
}

# What a campaign may want to move first; the measures of `measure` by the same names.
AIMS = {
    "follows": _("New followers per day"),
    "visits": _("Visits per day"),
    "orders": _("Orders per day"),
    "mentions": _("Mentions per day"),
    "positive": _("Favourable mentions per day"),
    "people_back": _("People who come back to talk, per day"),
    "recommendations": _("Recommendations per day"),
    "coverage": _("Press articles per day"),
    "scans": _("QR codes scanned per day"),
    "check_ins": _("Check-ins per day"),
    "redemptions": _("Coupons used per day"),
}

WARNINGS = {
    "peak": _("The objective speaks of a peak. What counts is the rate that stays after the end."),
    "no_rate": _(
        "The objective names no rate: how many per day, per week or per month, and until when?"
    ),
    "no_way_there": _(
        "Nothing says how people will get there. A contest, a video, an article or an event "
        "without a way to it stays empty."
    ),
    "no_link": _("No link and no code counts who comes by this way: add one."),
}

REFUSALS = {
    "ends_before_it_begins": _("It ends before it begins: correct one of the two days."),
    "no_such_function": _("Choose a function of the organisation."),
    "no_such_member": _("Choose a member who works here."),
    "line_missing": _(
        "Before the launch, all five lines have to be filled in. Still empty: %(lines)s."
    ),
    "not_a_sentence": _(
        "“Who cares, and why?” is answered in a sentence: name these people, and say why."
    ),
    "already_launched": _("It has been launched already; its plan stays as it was written."),
    "bad_target": _(
        "A link leads to an address that begins with http:// or https://, without a name, a "
        "password or blanks in it."
    ),
    "bad_code": _("A code has 3 to 40 letters and digits, without accents or blanks."),
    "code_taken": _("This code is taken: choose another one."),
    "bad_percent": _("A discount goes from 1 to 100 percent."),
    "bad_cost": _("An amount cannot be less than zero."),
}
