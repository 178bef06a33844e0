"""``entregent doctor``: what is well, what is not, and what to do."""

from django.utils import translation

from entregent.cli.output import print_json
from entregent.keeping import health


def examine(*, as_json: bool) -> int:
    """Examine; returns 0 if nothing failed, else 1."""
    with translation.override("en"):
        checks = health.examine()
        status = health.status_of(checks)
        if as_json:
            print_json(
                {
                    "status": status,
                    "checks": [
                        {
                            "name": check.name,
                            "status": check.status,
                            "finding": str(check.finding),
                            "remedy": str(check.remedy) or None,
                        }
                        for check in checks
                    ],
                }
            )
            return int(status == "failed")
        for check in checks:
            print(f"{check.status:8} {check.name}: {check.finding}")
            if check.remedy:
                print(f"         do: {check.remedy}")
    return int(status == "failed")
