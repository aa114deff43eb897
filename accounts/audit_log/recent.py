"""What somebody worked on lately, by the records of what they did."""

from dataclasses import dataclass

from accounts import projects
from accounts.models import AuditRecord, Project
from accounts.principals import Principal

# Further back nobody looks: whoever did so much in one project only sees that one.
LOOKED_AT = 300


@dataclass(frozen=True)
class Visit:
    """A project, and the last that was done in it."""

    project: Project
    record: AuditRecord


def visits(by: Principal, most: int) -> list[Visit]:
    """The projects in which `by` did something last, as far as it may still see them."""
    mine = AuditRecord.objects.filter(principal=by.name, project_id__gt=0).order_by("-at")[:LOOKED_AT]
    last: dict[int, AuditRecord] = {}
    for record in mine:
        assert record.project_id is not None
        last.setdefault(record.project_id, record)
    found = projects.visible_to(by).in_bulk(last)
    return [Visit(found[key], record) for key, record in last.items() if key in found][:most]
