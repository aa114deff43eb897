"""/api/v2.0/ldap: is the directory reachable, whom does it know, and why does a sign-in not work?"""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import BooleanField, DictField, IntegerField, ListField, Serializer

from accounts.exceptions import Invalid
from accounts.identity import directories, trace
from accounts.identity.directory.connection import Entry
from accounts.identity.directory.settings import DirectorySettings
from accounts.permissions import require
from console.api.base import Text, View, answer, done


class ConnectionBody(Serializer[Any]):
    """Settings to try out before they are kept; what is left out is as it is."""

    ldap_url = Text(default=None)
    ldap_search_dn = Text(default=None)
    ldap_search_password = Text(default=None)
    ldap_base_dn = Text(default=None)
    ldap_filter = Text(default=None)
    ldap_uid = Text(default=None)
    ldap_scope = IntegerField(default=None)
    ldap_connection_timeout = IntegerField(default=None)
    ldap_verify_cert = BooleanField(default=None)


class ImportBody(Serializer[Any]):
    ldap_uid_list = ListField(child=Text(), max_length=1000)


class TraceBody(Serializer[Any]):
    username = Text()
    password = Text()
    settings = DictField(default=dict)


class LDAPPing(View):
    def post(self, request: Request) -> HttpResponse:
        """Connect and sign in as the searcher, with the settings kept or those in the body."""
        require(self.by, "system-configuration:update", None)
        sent = self.fields(ConnectionBody) if request.data else {}
        changed = {_KEYS.get(key, key): value for key, value in sent.items() if value is not None}
        problem = directories.ping(changed, by=self.by)
        return answer({"success": not problem, "message": problem})


class LDAPUserSearch(View):
    def get(self, request: Request) -> HttpResponse:
        found = directories.search_people(request.query_params.get("username", ""), by=self.by)
        settings = DirectorySettings.now()
        return answer([_person(entry, settings) for entry in found])


class LDAPUserImport(View):
    def post(self, request: Request) -> HttpResponse:
        """Make users of people of the directory before they sign in. Those that fail are listed, under a 404."""
        names = self.fields(ImportBody)["ldap_uid_list"]
        failed = directories.import_people(names, by=self.by)
        if not failed:
            return done()
        response = answer([{"uid": name, "error": why} for name, why in failed.items()])
        response.status_code = HTTPStatus.NOT_FOUND
        return response


class LDAPGroupSearch(View):
    def get(self, request: Request) -> HttpResponse:
        name, dn = (request.query_params.get(key, "") for key in ("groupname", "groupdn"))
        found = directories.search_groups(name, dn, by=self.by)
        attribute = DirectorySettings.now().group_name_attribute
        return answer(
            [
                {"group_name": entry.first(attribute) or entry.dn, "group_type": 1, "ldap_group_dn": entry.dn}
                for entry in found
            ]
        )


class LDAPTrace(View):
    """Ours: one sign-in step by step, with a hint where it fails."""

    def post(self, request: Request) -> HttpResponse:
        require(self.by, "system-configuration:update", None)
        wanted = self.fields(TraceBody)
        if not wanted["username"]:
            raise Invalid("username is missing: who shall sign in?")
        changed = directories.tried_out(wanted["settings"])
        steps = trace.sign_in(wanted["username"], wanted["password"], changed=changed, by=self.by)
        return answer({"ok": all(step.ok for step in steps), "steps": [vars(step) for step in steps]})


_KEYS = {"ldap_connection_timeout": "ldap_timeout"}


def _person(entry: Entry, settings: DirectorySettings) -> dict[str, str]:
    return {
        "username": entry.first(settings.uid),
        "realname": entry.first(settings.text("ldap_realname_attribute")),
        "email": entry.first(settings.text("ldap_email_attribute")),
    }
