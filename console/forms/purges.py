"""Which audit records are taken away, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.audit_log import events
from accounts.audit_log.purging import LONGEST_RETENTION_HOURS
from registry.upkeep.purges import Wish

PULLS = "pull_artifact"
NOW, DAILY, WEEKLY = "now", "daily", "weekly"
# How often, in the words that Harbor's clients read in the schedule, and as cron.
TIMES = {DAILY: ("Daily", "0 0 0 * * *"), WEEKLY: ("Weekly", "0 0 0 * * 0")}
WHEN = ((NOW, _("Once, now")), (DAILY, _("Every day at midnight (UTC)")), (WEEKLY, _("Every Sunday at midnight (UTC)")))
WHICH = (
    ("pulls", _("Pulls only")),
    ("others", _("All but pulls")),
    ("all", _("All records")),
)


class PurgeForm(forms.Form):
    days = forms.IntegerField(
        label=_("Keep records for so many days"), min_value=1, max_value=LONGEST_RETENTION_HOURS // 24, initial=365
    )
    which = forms.ChoiceField(
        label=_("Which records go after that"), choices=WHICH, widget=forms.RadioSelect, initial="pulls"
    )
    when = forms.ChoiceField(label=_("When"), choices=WHEN, widget=forms.RadioSelect, initial=NOW)
    dry_run = forms.BooleanField(
        label=_("Only count them"), required=False, help_text=_("The job tells how many would go, and takes none away.")
    )

    @property
    def wish(self) -> Wish:
        asked: dict[str, Any] = self.cleaned_data
        named = {
            "pulls": [PULLS],
            "others": [event for event in events.EVERY if event != PULLS],
            "all": events.EVERY,
        }[asked["which"]]
        return Wish(asked["days"] * 24, include_event_types=",".join(named), dry_run=asked["dry_run"])
