"""Words of what is counted: names, units, windows, parts of the day."""

from django.utils.translation import gettext_lazy as _

# Name of each metric, and its unit in words.
METRICS = {
    "follows": (_("Follows"), _("new followers per day")),
    "unfollows": (_("Unfollows"), _("followers who left per day")),
    "visits": (_("Visits"), _("visits per day")),
    "orders": (_("Orders"), _("orders per day")),
    "mentions": (_("Mentions"), _("mentions per day")),
    "positive": (_("Favourable mentions"), _("favourable mentions per day")),
    "negative": (_("Unfavourable mentions"), _("unfavourable mentions per day")),
    "people_back": (_("Relationship"), _("people who came back to talk, per day")),
    "recommendations": (_("Recommendations"), _("recommendations per day")),
    "coverage": (_("Press coverage"), _("press articles per day")),
    "scans": (_("QR codes"), _("codes scanned per day")),
    "check_ins": (_("Check-ins"), _("check-ins per day")),
    "redemptions": (_("Coupons used"), _("coupons used per day")),
}

WINDOWS = {
    "before": _("before"),
    "during": _("during"),
    "1-30": _("days 1-30"),
    "31-90": _("days 31-90"),
    "91-180": _("days 91-180"),
    "181-365": _("days 181-365"),
    "year2": _("year 2"),
    "year3": _("year 3"),
}

PARTS = {
    "night": _("night"),
    "morning": _("morning"),
    "afternoon": _("afternoon"),
    "evening": _("evening"),
}
