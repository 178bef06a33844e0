"""``entregent doctor``: what is well, what is not, and what to do."""

from entregent.apps.listen.health import examine as examine_health
from entregent.cli.output import print_json


def examine(*, as_json: bool) -> int:
    """Examine; returns 0 if nothing failed, else 1."""
    checks = examine_health()
    failed = any(check.status == "failed" for check in checks)
    if as_json:
        print_json(
            {
                "status": "failed"
                if failed
                else "warning"
                if any(check.status == "warning" for check in checks)
                else "ok",
                "checks": [
                    {
                        "name": check.name,
                        "status": check.status,
                        "finding": check.finding,
                        "remedy": check.remedy or None,
                    }
                    for check in checks
                ],
            }
        )
        return int(failed)
    for check in checks:
        print(f"{check.status:8} {check.name}: {check.finding}")
        if check.remedy:
            print(f"         do: {check.remedy}")
    return int(failed)
