"""What each of Harbor's roles may do in a project, as Harbor's own table has it: role_matrix.csv, row by row.

The permission table of the product is written by hand; this one is not, so that each is held against the other."""

import csv
from functools import cache
from pathlib import Path

from accounts.models import BuiltIn
from accounts.policy import ORDER, POLICY
from accounts.wording import ROLE_NAMES

FILE = Path(__file__).with_name("role_matrix.csv")
PUBLIC = "public"


@cache
def rows() -> dict[str, frozenset[str]]:
    """Each action, with the columns that have a yes: names of roles, and `public` for anyone on a public project."""
    with FILE.open(newline="") as lines:
        return {
            f"{line['resource']}:{line['action']}": frozenset(who for who, says in line.items() if says == "yes")
            for line in csv.DictReader(lines)
        }


def granted(*columns: str) -> set[str]:
    """The actions that one of these columns has."""
    return {action for action, who in rows().items() if who & {*columns}}


def granted_to(role: int) -> set[str]:
    return granted(BuiltIn(role).label)


def page() -> str:
    """The table as docs/permissions.md has it."""
    head = ("action", "letter", *(ROLE_NAMES[BuiltIn(role)] for role in ORDER), "anyone, if public")
    lines = ["| " + " | ".join(head) + " |", "|---|:-:" + "|:-:" * (len(ORDER) + 1) + "|"]
    for action, who in rows().items():
        says = ("yes" if column in who else "" for column in (*(BuiltIn(role).label for role in ORDER), PUBLIC))
        lines.append(" | ".join([f"| `{action}`", POLICY[action][0], *says]) + " |")
    return "\n".join(lines) + "\n"
