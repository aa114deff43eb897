"""Refusals that can be opened again: the short id at the end of an error message leads to the reasons behind it."""

import logging
import secrets
from datetime import timedelta

from django.db import Error, transaction
from django.utils import timezone

from accounts import audit, policy
from accounts.exceptions import NotAllowed, NotAuthenticated, RefusalUnknown
from accounts.models import Project, RefusalRecord
from accounts.permissions import may
from accounts.principals import Principal

logger = logging.getLogger(__name__)

# Nothing that looks like something else, and no vowels, so that no word comes of it.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
LENGTH = 7
# A program that asks the same again and again gets one id.
SAME_FOR = timedelta(minutes=1)
# And one that asks ever new things fills no table.
MOST_AN_HOUR = 500
KEPT_FOR = timedelta(days=30)


def keep(error: Exception, *, by: Principal, resource: str) -> str:
    """The id that opens this refusal; empty where there is nothing to open, or it could not be written.

    Called after the transaction that was refused has ended. What is said of hidden projects is said of absent
    ones too: there is nothing behind it."""
    if not isinstance(error, NotAllowed) or by.is_anonymous or not _has_reasons(error):
        return ""
    try:
        return _keep(error, by, resource.replace("\0", "")[:512])
    except Error as failure:
        logger.warning("a refusal was not kept", extra={"by": by.name, "error": str(failure)})
        return ""


def referring(message: str, number: str) -> str:
    """The message as people read it, with the id that opens it at its end."""
    return f"{message} (why: {number})" if number else message


def get(number: str, *, by: Principal) -> RefusalRecord:
    """The refusal, for whom it refused, for whoever reads the log of its project, and for the system's admins
    and auditors. To all others it is as if there were none."""
    if by.is_anonymous:
        raise NotAuthenticated("sign in to see why something was refused")
    record = RefusalRecord.objects.filter(pk=number[:LENGTH]).first() if len(number) == LENGTH else None
    if record is None or not _is_for(record, by):
        raise RefusalUnknown(f"there is no refusal {number[:64]}, or it is not for you to see")
    return record


def purge() -> int:
    """Forget those that are older than a month. Answers how many they were."""
    gone, _ = RefusalRecord.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return gone


def _has_reasons(error: NotAllowed) -> bool:
    """Whether a right was asked for, and of nothing that is hidden."""
    return bool(error.action) and (error.project_id is not None or error.action not in policy.POLICY)


def _keep(error: NotAllowed, by: Principal, resource: str) -> str:
    now = timezone.now()
    own = RefusalRecord.objects.filter(principal_key=by.key)
    question = {"action": error.action, "project_id": error.project_id, "resource": resource, "message": str(error)}
    same = own.filter(at__gt=now - SAME_FOR, **question).first()
    if same is not None:
        return same.pk
    if own.filter(at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        return ""
    circumstances = audit.circumstances()
    with transaction.atomic():
        record = RefusalRecord(
            pk="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
            principal_key=by.key,
            principal=by.name[:255],
            reasons=[{"subject": each.subject, "says": each.says} for each in error.reasons],
            client_address=circumstances.client_address[:64],
            request_id=circumstances.request_id[:64],
            **question,
        )
        record.save(force_insert=True)
    return record.pk


def _is_for(record: RefusalRecord, by: Principal) -> bool:
    if record.principal_key == by.key or may(by, "system-audit-log:list", None):
        return True
    project = Project.objects.filter(pk=record.project_id).first() if record.project_id else None
    return project is not None and may(by, "log:list", project)
