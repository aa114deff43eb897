"""`manage.py print_configuration`: the table of what an admin may change, as docs/configuration.md keeps it."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from accounts.settings_table import HARBORS_OWN, SETTINGS, Setting

PREFACE = """\
# Configuration

What an administrator may change while Roadstead runs: on the console's pages *System* and *Identity*, or by
`PUT /api/v2.0/configurations`, several at once or one alone. All of them change or, where one value cannot be, none
does. A change acts at the next request, in every process and on every instance, and is in the audit log. What must be
known before it starts is in [settings.md](settings.md) instead.

`GET /api/v2.0/configurations` answers `{"token_expiration": {"value": 30, "editable": true}, …}`. Secrets are
encrypted in the database, and never come out again, there or anywhere.

Where the environment variable `CONFIG_OVERWRITE_JSON` holds a JSON object of settings, it says what they are, and
nobody changes any: each is `"editable": false`, and a `PUT` is refused with 403. One that cannot be so stops the
start with a sentence.

`auth_mode` and `identity_sources` say the same in two ways. Harbor's clients know only the first: `ldap_auth` stands
for a list with `ldap` in it. People of all sources in the list sign in, and the local admin always does. For clients
`auth_mode` is not editable once there are other users than the first admin, as in Harbor; it may be changed all the
same.

The settings of other ways to sign in (OIDC, UAA, an HTTP proxy) are kept and shown, but nothing works with them yet.

This page is the output of `manage.py print_configuration`."""

HARBORS = "\n## Harbor's own\n"
OURS = "\n## Ours\n"
HEADING = "| setting | default | must be | meaning |\n|---|---|---|---|"


class Command(BaseCommand):
    help = "Print the table of settings that an admin may change while the system runs."
    requires_system_checks: list[str] = []

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(PREFACE)
        listed = list(SETTINGS.items())
        for title, part in ((HARBORS, listed[:HARBORS_OWN]), (OURS, listed[HARBORS_OWN:])):
            self.stdout.write(f"{title}\n{HEADING}")
            for key, setting in part:
                self.stdout.write(row(key, setting))


def row(key: str, setting: Setting) -> str:
    default = "none" if setting.default == "" else f"`{_written(setting.default)}`"
    secret = " (secret)" if setting.kind.is_secret else ""
    cells = (f"`{key}`", default, setting.kind.says, f"{setting.meaning}{secret}")
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
