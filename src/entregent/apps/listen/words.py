"""The codes of listening in words: states, reasons, what to do about them."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "current": _("up to date"),
    "waiting": _("waiting its turn"),
    "late": _("late"),
    "failing": _("not collected"),
    "paused": _("paused"),
    "never": _("not read yet"),
}

NETWORKS = {
    "feed": _("feed"),
    "orders": _("orders"),
    "visits": _("visits"),
    "advertising": _("advertising"),
    "daily": _("daily counts"),
    "facebook": "Facebook",
    "instagram": "Instagram",
    "x": "X",
    "reddit": "Reddit",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "google_business": _("Google reviews"),
    "email": _("e-mail"),
    "web": _("web visits"),
    "press": _("press"),
    "quay": _("QR codes and check-ins"),
    "ticketing": _("ticket office"),
    "links": _("tracked links"),
}

REASONS = {
    "unreachable": _("the address does not answer"),
    "not_found": _("nothing stands at this address any more"),
    "gone": _("the site says that this feed is gone for good"),
    "forbidden": _("access refused"),
    "not_a_feed": _("the address gives a page, not a feed"),
    "too_large": _("the answer is too large"),
    "server_error": _("their server fails"),
    "rate_limited": _("they ask us to wait"),
    "refused_address": _("the address is internal"),
    "paused": _("paused by us"),
    "quota": _("quota used up"),
    "access_expired": _("access expired"),
}

REMEDIES = {
    "unreachable": _("Check the address. We try again by ourselves, less and less often."),
    "not_found": _("Ask the site for the new address of its feed, then add it here."),
    "gone": _("Ask the site for the new address of its feed, then add it here."),
    "forbidden": _("Ask the site to let Entregent read its feed."),
    "not_a_feed": _("Look on that page for a link named RSS, Atom or feed, and add its address."),
    "too_large": _("Ask the site for a feed of its latest entries only."),
    "server_error": _("Nothing to do here: we try again by ourselves, less and less often."),
    "rate_limited": _("Nothing to do: we ask again when they allow it."),
    "refused_address": _(
        "Feeds on this machine or its network are not read, unless whoever runs Entregent "
        "allows it with ENTREGENT_FETCH_PRIVATE."
    ),
    "paused": _("Resume it when you want it read again."),
    "quota": _("Nothing to do: they let us ask again when the quota is renewed, at night."),
    "access_expired": _("Sign in again on that network, so that it lets Entregent read."),
}

REFUSALS = {
    "refused_address": _(
        "This address is on this machine or its network: it is not read, for safety. "
        "Give a public address."
    ),
    "known_address": _("This feed is already among the sources."),
    "bad_address": _("This is not a web address: it should begin with https:// or http://."),
}

OTHER_REASON = _("the reason is not known to this page")
OTHER_REFUSAL = _("This address cannot be added; check how it is written.")
