"""The page that tells an owner whether the instance is well: the same as ``entregent doctor``."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from entregent.apps.organisation.signed_in import member_of

NAMES = {
    "restore": _("Restore"),
    "database": _("Database"),
    "lake": _("Lake"),
    "journal": _("Journal of what came in"),
    "keeper": _("Keeper of the record"),
    "gaps": _("Sources"),
    "rollups": _("Counts by hour and by day"),
    "clock": _("Clock"),
    "engine": _("Engine that answers questions"),
    "erasures": _("People to be forgotten"),
    "ledger": _("Ledger of erasures"),
    "backup": _("Backup"),
    "disk": _("Disk"),
}
"""What each check looks at."""

STATES = {
    "ok": ("current", _("In order")),
    "warning": ("late", _("To be looked at")),
    "failed": ("failing", _("Does not work")),
}
"""Mark and word of each status; the marks are those of sources."""


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Run every check now."""
    if not member_of(request).is_owner:
        raise PermissionDenied("Only an owner looks after the instance.")
    # It opens the lake: the site starts without the engines.
    from entregent.keeping import health as keeping

    checks = keeping.examine()
    context = {
        "status": keeping.status_of(checks),
        "rows": [(NAMES[check.name], *STATES[check.status], check) for check in checks],
        "troubled": sum(check.status != "ok" for check in checks),
    }
    return render(request, "pages/health.html", context)
