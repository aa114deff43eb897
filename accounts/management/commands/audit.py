"""`manage.py audit`: seal the audit log, verify that it is as it was written, and export it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from accounts.audit_log import chain, verification
from accounts.audit_log.verification import Finding
from accounts.models import AuditRecord
from accounts.principals import SYSTEM

MOST_SHOWN = 100


class Command(BaseCommand):
    help = "Seal, verify or export the audit log. `verify` exits with 1 where a record was altered, removed or put in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("seal", "verify", "export"))
        parser.add_argument(
            "--anew",
            action="store_true",
            help="with seal: forget all seals and begin again, as is needed where secrets/audit is lost",
        )

    def handle(self, *_: Any, action: str, anew: bool, **__: Any) -> None:
        if action == "seal":
            self._seal(anew=anew)
        elif action == "verify":
            self._verify()
        else:
            self._export()

    def _seal(self, *, anew: bool) -> None:
        if anew:
            chain.begin_anew()
            audit.record(SYSTEM, "update", "configuration", "the seals of the audit log are begun anew")
        try:
            self.stdout.write(f"Sealed: {chain.seal()}.")
        except chain.ChainBroken as broken:
            raise CommandError(str(broken)) from None

    def _verify(self) -> None:
        """First what waits is sealed, so that all there is is looked at."""
        try:
            chain.seal()
        except chain.ChainBroken as broken:
            self.stderr.write(str(broken))
        found, passed = 0, 0
        for event in verification.look():
            if isinstance(event, Finding):
                found += 1
                if found <= MOST_SHOWN:
                    self.stdout.write(str(event))
            else:
                passed += event.count
        self.stdout.write(f"As they were written: {passed} records.")
        if found:
            raise CommandError(f"The audit log is not as it was written; findings: {found}.")

    def _export(self) -> None:
        """One JSON object a line, in the order of the chain; what is not sealed yet comes last."""
        names = [field.attname for field in AuditRecord._meta.concrete_fields]
        rows = AuditRecord.objects.order_by("sequence", "pk").values(*names)
        sealed, waiting = rows.exclude(sequence=None), rows.filter(sequence=None)
        for part in (sealed, waiting):
            for row in part.iterator(chunk_size=1000):
                self.stdout.write(json.dumps(row, default=str))
