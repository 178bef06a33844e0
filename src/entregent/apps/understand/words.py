"""Labels and refusals of understanding in words."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "query_name_taken": _("Another query already has this name."),
    "bad_query": _("This query cannot be read."),
    "bad_label": _("This is no value that the label can have."),
}

LABELS = {
    "language": _("language"),
    "state_of_mind": _("state of mind"),
    "intent": _("intent"),
}
