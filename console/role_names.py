"""What the console calls roles, in its reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BuiltIn, Role
from accounts.standings import Standing

BUILT_IN: dict[int, str | Promise] = {
    BuiltIn.PROJECT_ADMIN: gettext_lazy("Project admin"),
    BuiltIn.MAINTAINER: gettext_lazy("Maintainer"),
    BuiltIn.DEVELOPER: gettext_lazy("Developer"),
    BuiltIn.GUEST: gettext_lazy("Guest"),
    BuiltIn.LIMITED_GUEST: gettext_lazy("Limited guest"),
}


def name(role: Role) -> str:
    """A custom role is called as its maker calls it."""
    return str(BUILT_IN.get(role.pk, role.name))


def held(standing: Standing) -> str:
    """What somebody is in a project, in a word or two; nothing where it is open to them otherwise."""
    if standing.is_sysadmin:
        return _("System admin")
    names = [str(BUILT_IN.get(each.role_id or 0, each.says)) for each in standing.held]
    return ", ".join(dict.fromkeys(names)) or (_("Auditor") if standing.is_auditor else "")
