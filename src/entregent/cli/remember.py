"""``entregent remember``: forgetting a person, and everything that is held on them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from entregent import forget, held, ledger
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.organisation.queries import NotFound
from entregent.apps.remember.erasures import ErasureLine, ErasureRefused
from entregent.cli.output import PlainError, print_json, ticker
from entregent.lake.errors import LakeError
from entregent.loop import hear

_REFUSED = {
    "is_ours": "this account is the organisation's own; nobody is forgotten by it",
    "no_address": "« {account} » is no address of an account; give it as the record has it, such "
    "as https://server.example/users/name or mailto:name@server.example",
}


def erase(account: str, person_id: int | None, *, yes: bool, as_json: bool) -> int:
    """Forget somebody; returns the exit code: 1 if something of them was found afterwards."""
    _require_one(account, person_id)
    if not yes:
        raise PlainError(
            "this cannot be undone; run « entregent remember export » first if they want their "
            "data, then add --yes"
        )
    keeper = Keeper(Claim(), hear)
    try:
        with ticker("Forgetting") as shown:

            def watch(step: str, line: ErasureLine) -> None:
                shown.say(f"{step} ({len(line.steps)} steps done)")

            done = forget.forget(
                keeper, acting_user=None, account=account, person_id=person_id, watch=watch
            )
    except ErasureRefused as refused:
        raise PlainError(_REFUSED[refused.code].format(account=account)) from None
    except NotFound:
        raise PlainError(f"there is no person with the number {person_id}") from None
    except (LakeError, ledger.LedgerError) as error:
        raise PlainError(str(error)) from None
    finally:
        keeper.claim.release()
    if as_json:
        print_json(done.proof)
    else:
        _print_proof(done.proof)
    return 0 if done.proof.get("verified") else 1


def export(account: str, person_id: int | None, output: Path, form: str) -> int:
    """Write everything that is held on somebody; returns the exit code."""
    _require_one(account, person_id)
    if form not in held.FORMATS:
        raise PlainError(f"« {form} » is not a format; choose {', '.join(held.FORMATS)}")
    if not output.name or output.is_dir():
        raise PlainError(f"{output} cannot be written (it is a folder); name a file in it")
    try:
        document = held.everything_on(acting_user=None, account=account, person_id=person_id)
    except ErasureRefused as refused:
        raise PlainError(_REFUSED[refused.code].format(account=account)) from None
    except NotFound:
        raise PlainError(f"there is no person with the number {person_id}") from None
    draft = output.with_name(f".{output.stem}.{os.getpid()}.part{output.suffix}")
    try:
        document.write(draft, form)
        draft.replace(output)
    except OSError as error:
        raise PlainError(f"{output} cannot be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)
    rows = sum(map(len, (*document.working_set.values(), *document.record.tables.values())))
    print(f"{rows:,} rows written to {output}" if rows else f"nothing is held; written to {output}")
    return 0


def _require_one(account: str, person_id: int | None) -> None:
    if bool(account) == (person_id is not None):
        raise PlainError("say who is meant, by --account URI or by --person ID, and not by both")


def _print_proof(proof: Mapping[str, Any]) -> None:
    for place, tables in proof["removed"].items():
        for table, rows in tables.items():
            if rows:
                print(f"removed from {place}: {rows:,} rows of {table}")
    rewritten = proof["rewritten"]["activities"]
    if rewritten:
        print(f"rewritten without them: {rewritten:,} rows of other people")
    masked = sum(sum(tables.values()) for tables in proof["masked"].values())
    if masked:
        print(f"masked: {masked:,} texts that named them")
    if not any(any(tables.values()) for tables in proof["removed"].values()):
        print("nothing was kept of them; they will not be taken in later either")
    if proof["verified"]:
        print("looked through every file: nothing of them is left")
        return
    print("looked through every file, and something is left in:")
    for place in proof["places"]:
        print(f"  {place}")
    for table, rows in proof["rows_left"].items():
        print(f"  {rows:,} rows of {table}")
    print("do: run the command again, and tell us if it remains")
