"""The codes of remembering in words of the page's language."""

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "visit": _("visited a page"),
    "reading": _("read an article"),
    "listening": _("listened"),
    "scan": _("scanned a code"),
    "check_in": _("checked in"),
    "search": _("searched"),
    "coupon": _("used a code"),
    "contest": _("entered a contest"),
    "registration": _("registered"),
    "order": _("ordered"),
    "gift": _("gave"),
    "subscription": _("subscribed"),
    "follow": _("followed us"),
    "like": _("liked"),
    "share": _("shared"),
    "good_review": _("left a review"),
    "bad_review": _("left a review"),
    "call": _("called"),
    "meeting": _("met us"),
    "other": _("did something"),
}
"""What an account did, by kind."""

FACET_NAMES = {
    "deals": _("Deals"),
    "conversation": _("Conversation"),
    "help": _("Help"),
    "recommendation": _("Recommendation"),
    "purchases": _("Purchases"),
    "complaints": _("Complaints"),
    "silence": _("Silence"),
}

FACET_MEANINGS = {
    "deals": _("codes used, contests entered, questions about a code"),
    "conversation": _("words written to us or about us"),
    "help": _("questions of other people that they answered"),
    "recommendation": _("shares, praise in public, reviews of 4 or 5 out of 5"),
    "purchases": _("orders, gifts, subscriptions"),
    "complaints": _("complaints, reviews of 1 or 2 out of 5"),
    "silence": _("whole months without anything from them"),
}

PURPOSES = {
    "email": _("E-mail"),
    "profile": _("Profile"),
    "contest": _("Contest"),
    "share_words": _("Quoting their words"),
}

BASES = {
    "express": _("express consent"),
    "purchase": _("after a purchase: 24 months"),
    "inquiry": _("after a question: 6 months"),
    "refused": _("refusal"),
}

REASONS = {
    "themselves": _("confirmed by the person"),
    "order": _("confirmed by an order"),
    "member_asked": _("confirmed by a colleague who asked"),
}

LANGUAGES = {"fr": _("French"), "en": _("English")}

REFUSALS = {
    "bad_reason": _("Say how the link was confirmed."),
    "linked_already": _("This account is already linked to a person: undo that link first."),
    "not_linked": _("This account is linked to nobody."),
    "is_ours": _("This account is ours."),
    "never_linked": _("Members of LinkedIn never enter the records of people."),
    "no_name": _("Give a name."),
    "no_proof": _("Say where the proof is: a form, a message, an order."),
    "not_enough": _("Only e-mail may rest on a purchase or a question; ask for express consent."),
    "in_the_future": _("A consent cannot have been given later than now."),
    "ends_before": _("This consent would end before it begins."),
    "nothing_given": _("There is no consent to withdraw."),
    "nothing_promised": _("Say what is promised."),
    "due_before_today": _("A promise cannot be due before today."),
}
OTHER_REFUSAL = _("This could not be done.")
