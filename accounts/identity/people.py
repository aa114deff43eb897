"""The rows of those whom the directory knows: made when they first sign in or are imported, renewed each time."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit, profiles
from accounts.exceptions import Invalid
from accounts.identity.directory.connection import Entry, key_of
from accounts.identity.directory.membership import Found
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import GroupKind, GroupMembership, User, UserGroup
from accounts.principals import SYSTEM

SOURCE = "ldap"
# All else of a row is ours: what an admin changes at this moment stays changed.
RENEWED = ("external_id", "realname", "email", "updated_at")


def row_for(entry: Entry, settings: DirectorySettings) -> User:
    """The row of a person of the directory, perhaps not saved yet. Invalid where there can be none: a local user
    of the same name is somebody else, whatever the directory says."""
    name = entry.first(settings.uid)
    profiles.check_name(name)
    if not entry.can_be_kept:
        raise Invalid(f"the DN of {name} is too long, or has a NUL in it")
    user = User.objects.filter(source=SOURCE, external_id=entry.key).first()
    if user is None:
        user = User.objects.filter(username__iexact=name).first()
        if user is not None and user.source != SOURCE:
            raise Invalid(f"there is a local user {user.username}, who is not the directory's")
    if user is None:
        user = User(username=name, source=SOURCE)
        user.set_unusable_password()
    user.external_id = entry.key
    user.realname = _plain(entry.first(settings.text("ldap_realname_attribute")))
    user.email = _email(entry.first(settings.text("ldap_email_attribute")), user)
    return user


def save(user: User) -> User:
    """Save the row; a new one is recorded. Of two sign-ins that make it at once, one does."""
    is_new = user.pk is None
    try:
        with transaction.atomic():
            user.save(update_fields=None if is_new else RENEWED)
            if is_new:
                audit.record(SYSTEM, "create", "user", user.username, description="from the directory")
    except IntegrityError:
        made = User.objects.filter(username__iexact=user.username, source=SOURCE).first()
        if made is None:
            raise Invalid(f"there is a local user {user.username}, who is not the directory's") from None
        return made
    return user


@transaction.atomic
def settle_groups(user: User, found: list[Found], settings: DirectorySettings) -> bool:
    """Let the user be in these groups and no others of the directory's. Whether that changed anything: then no
    older token is believed without asking anew."""
    # In one order, so that two people who bring the same new groups at once do not wait for each other.
    groups = {group_row(entry, settings).pk for entry in sorted((each.entry for each in found), key=lambda e: e.key)}
    mine = GroupMembership.objects.filter(user=user, group__kind=GroupKind.LDAP)
    before = set(mine.values_list("group", flat=True))
    mine.exclude(group__in=groups).delete()
    GroupMembership.objects.bulk_create(
        [GroupMembership(user=user, group_id=key) for key in sorted(groups - before)], ignore_conflicts=True
    )
    admins = {key_of(dn) for dn in settings.admin_groups}
    is_admin = any(each.entry.key in admins for each in found)
    has_changed = groups != before or is_admin is not user.is_sysadmin_by_group
    rows = User.objects.filter(pk=user.pk)
    rows.update(is_sysadmin_by_group=is_admin, groups_found_at=timezone.now())
    if has_changed:
        rows.update(authorization_version=F("authorization_version") + 1)
        audit.record(SYSTEM, "update", "user", user.username, description=f"in {len(groups)} groups of the directory")
    user.refresh_from_db()
    return has_changed


def group_row(entry: Entry, settings: DirectorySettings) -> UserGroup:
    """The row of a group of the directory; its name is only shown, its DN says which it is."""
    name = _plain(entry.first(settings.group_name_attribute)) or entry.dn
    group, _ = UserGroup.objects.get_or_create(
        dn_key=entry.key, defaults={"name": name[:255], "ldap_dn": entry.dn, "kind": GroupKind.LDAP}
    )
    return group


def _email(given: str, user: User) -> str:
    """The address, where it is one and nobody else's: an address is no proof of who somebody is."""
    try:
        profiles.check(given, "", "")
    except Invalid:
        return ""
    return "" if User.objects.filter(email=given).exclude(pk=user.pk).exists() else given


def _plain(name: str) -> str:
    """A name of one line, of a length that we keep."""
    return "".join(each for each in name if each.isprintable())[:255]
