"""What each of Harbor's roles may do in a project, as Harbor's own table has it: role_matrix.csv, row by row.

The permission table of the product is written by hand; this one is not, so that each is held against the other."""

import csv
from functools import cache
from pathlib import Path

from accounts.models import BuiltIn

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
