"""The addresses of /api. A slash too many, between segments or at the end, does no harm (as in Harbor)."""

import re

from django.urls import URLPattern, re_path

from console.api import operations
from console.api.access_tokens import AccessTokenDetail, AccessTokenList
from console.api.additions import AccessoryList, AdditionDetail, IconDetail
from console.api.artifacts import ArtifactDetail, ArtifactList, ProjectArtifactList
from console.api.auditlogs import (
    AuditLogList,
    EventList,
    OldAuditLogList,
    OldProjectAuditLogList,
    ProjectAuditLogList,
)
from console.api.base import Unknown, View
from console.api.configurations import Configurations, InternalConfigurations
from console.api.explain import Explain
from console.api.grants import GrantDetail, GrantList
from console.api.health import Health, Ping, Version
from console.api.history import HistoryList, TagsAsOf
from console.api.jobs import JobDetail, JobList, JobLog, JobResult
from console.api.jobservice import PoolList, QueueDetail, QueueList, ServiceJobDetail, ServiceJobLog, WorkerList
from console.api.labels import ArtifactLabelDetail, ArtifactLabelList, LabelDetail, LabelList
from console.api.ldap import LDAPGroupSearch, LDAPPing, LDAPTrace, LDAPUserImport, LDAPUserSearch
from console.api.members import MemberDetail, MemberList
from console.api.metadatas import MetadataDetail, MetadataList
from console.api.permissions import Permissions
from console.api.projects import ProjectDeletable, ProjectDetail, ProjectList
from console.api.purges import PurgeDetail, PurgeList, PurgeLog, PurgeSchedule
from console.api.quotas import QuotaDetail, QuotaList
from console.api.refusals import RefusalDetail
from console.api.repositories import AllRepositoryList, RepositoryDetail, RepositoryList
from console.api.robots import RobotDetail, RobotList
from console.api.roles import RoleDetail, RoleList
from console.api.scanners import ProjectScanner, ScannerCandidateList
from console.api.schedules import ScheduleList, SchedulePaused
from console.api.search import Search
from console.api.sign_in import SignIn, SignOut, UserExists
from console.api.statistics import Statistics
from console.api.summaries import ProjectSummary
from console.api.systeminfo import Certificate, SystemInfo, Volumes
from console.api.tags import TagDetail, TagList
from console.api.usergroups import UserGroupDetail, UserGroupList, UserGroupSearch
from console.api.users import (
    CurrentPermissions,
    CurrentUser,
    UserAuditor,
    UserCliSecret,
    UserDetail,
    UserDisabled,
    UserList,
    UserPassword,
    UserSearch,
    UserSysAdmin,
)

REPOSITORIES = "api/v2.0/projects/<project_name>/repositories"
ARTIFACTS = f"{REPOSITORIES}/<repository_name>/artifacts"
VIEWS: dict[str, type[View]] = {
    "c/login": SignIn,
    "c/log_out": SignOut,
    "c/userExists": UserExists,
    "api/version": Version,
    "api/v2.0/ping": Ping,
    "api/v2.0/health": Health,
    "api/v2.0/audit-logs": OldAuditLogList,
    "api/v2.0/auditlog-exts": AuditLogList,
    "api/v2.0/auditlog-exts/events": EventList,
    "api/v2.0/projects/<name_or_id>/logs": OldProjectAuditLogList,
    "api/v2.0/projects/<name_or_id>/auditlog-exts": ProjectAuditLogList,
    "api/v2.0/configurations": Configurations,
    "api/v2.0/internalconfig": InternalConfigurations,
    "api/v2.0/system/purgeaudit": PurgeList,
    "api/v2.0/system/purgeaudit/schedule": PurgeSchedule,
    "api/v2.0/system/purgeaudit/<purge_id>": PurgeDetail,
    "api/v2.0/system/purgeaudit/<purge_id>/log": PurgeLog,
    "api/v2.0/jobservice/pools": PoolList,
    "api/v2.0/jobservice/pools/<pool_id>/workers": WorkerList,
    "api/v2.0/jobservice/jobs/<job_id>": ServiceJobDetail,
    "api/v2.0/jobservice/jobs/<job_id>/log": ServiceJobLog,
    "api/v2.0/jobservice/queues": QueueList,
    "api/v2.0/jobservice/queues/<job_type>": QueueDetail,
    "api/v2.0/jobs": JobList,
    "api/v2.0/jobs/<job_id>": JobDetail,
    "api/v2.0/jobs/<job_id>/log": JobLog,
    "api/v2.0/jobs/<job_id>/result": JobResult,
    "api/v2.0/schedules": ScheduleList,
    "api/v2.0/schedules/<job_type>/paused": SchedulePaused,
    "api/v2.0/systeminfo": SystemInfo,
    "api/v2.0/systeminfo/volumes": Volumes,
    "api/v2.0/systeminfo/getcert": Certificate,
    "api/v2.0/projects": ProjectList,
    "api/v2.0/projects/<name_or_id>": ProjectDetail,
    "api/v2.0/projects/<name_or_id>/_deletable": ProjectDeletable,
    "api/v2.0/projects/<name_or_id>/summary": ProjectSummary,
    "api/v2.0/projects/<name_or_id>/scanner": ProjectScanner,
    "api/v2.0/projects/<name_or_id>/scanner/candidates": ScannerCandidateList,
    "api/v2.0/projects/<name_or_id>/metadatas": MetadataList,
    "api/v2.0/projects/<name_or_id>/metadatas/<key>": MetadataDetail,
    "api/v2.0/projects/<name_or_id>/members": MemberList,
    "api/v2.0/projects/<name_or_id>/members/<member_id>": MemberDetail,
    "api/v2.0/projects/<name_or_id>/grants": GrantList,
    "api/v2.0/projects/<name_or_id>/grants/<grant_id>": GrantDetail,
    "api/v2.0/explain": Explain,
    "api/v2.0/refusals/<refusal_id>": RefusalDetail,
    "api/v2.0/roles": RoleList,
    "api/v2.0/roles/<role_id>": RoleDetail,
    "api/v2.0/users": UserList,
    "api/v2.0/users/search": UserSearch,
    "api/v2.0/users/current": CurrentUser,
    "api/v2.0/users/current/permissions": CurrentPermissions,
    "api/v2.0/users/<user_id>/tokens": AccessTokenList,
    "api/v2.0/users/<user_id>/tokens/<token_id>": AccessTokenDetail,
    "api/v2.0/users/<user_id>/sysadmin": UserSysAdmin,
    "api/v2.0/users/<user_id>/auditor": UserAuditor,
    "api/v2.0/users/<user_id>/disabled": UserDisabled,
    "api/v2.0/users/<user_id>/password": UserPassword,
    "api/v2.0/users/<user_id>/cli_secret": UserCliSecret,
    "api/v2.0/users/<user_id>": UserDetail,
    "api/v2.0/quotas": QuotaList,
    "api/v2.0/quotas/<quota_id>": QuotaDetail,
    "api/v2.0/statistics": Statistics,
    "api/v2.0/search": Search,
    "api/v2.0/usergroups": UserGroupList,
    "api/v2.0/usergroups/search": UserGroupSearch,
    "api/v2.0/usergroups/<group_id>": UserGroupDetail,
    "api/v2.0/ldap/ping": LDAPPing,
    "api/v2.0/ldap/users/search": LDAPUserSearch,
    "api/v2.0/ldap/users/import": LDAPUserImport,
    "api/v2.0/ldap/groups/search": LDAPGroupSearch,
    "api/v2.0/ldap/trace": LDAPTrace,
    "api/v2.0/permissions": Permissions,
    "api/v2.0/robots": RobotList,
    "api/v2.0/robots/<robot_id>": RobotDetail,
    "api/v2.0/labels": LabelList,
    "api/v2.0/labels/<label_id>": LabelDetail,
    f"{ARTIFACTS}/<reference>/additions/<addition>": AdditionDetail,
    f"{ARTIFACTS}/<reference>/labels/<label_id>": ArtifactLabelDetail,
    f"{ARTIFACTS}/<reference>/labels": ArtifactLabelList,
    f"{ARTIFACTS}/<reference>/tags/<tag_name>": TagDetail,
    f"{ARTIFACTS}/<reference>/tags": TagList,
    f"{ARTIFACTS}/<reference>/accessories": AccessoryList,
    f"{ARTIFACTS}/<reference>": ArtifactDetail,
    ARTIFACTS: ArtifactList,
    "api/v2.0/projects/<name_or_id>/artifacts": ProjectArtifactList,
    f"{REPOSITORIES}/<repository_name>/history": HistoryList,
    f"{REPOSITORIES}/<repository_name>/tags-as-of": TagsAsOf,
    f"{REPOSITORIES}/<repository_name>": RepositoryDetail,
    REPOSITORIES: RepositoryList,
    "api/v2.0/repositories": AllRepositoryList,
    "api/v2.0/icons/<digest>": IconDetail,
}


def _address(template: str, view: type[View]) -> URLPattern:
    segments = template.split("/")
    patterns = (_pattern(segment, before) for segment, before in zip(segments, ["", *segments], strict=False))
    return re_path(rf"^/*+{'/++'.join(patterns)}/*+$", view.as_view(address=template))


def _pattern(segment: str, before: str) -> str:
    """A repository's name may have slashes, and words that are keywords elsewhere: the last keyword counts.
    Slashes and segments are taken whole (`++`), so that a path of nothing but slashes is judged at once."""
    if not segment.startswith("<"):
        return re.escape(segment)
    taken = "[^/]++(?:/++[^/]++)*" if before == "repositories" else "[^/]++"
    return f"(?P{segment}{taken})" if segment != "<>" else taken


def _heaviest_first(address: tuple[str, type[View]]) -> int:
    """Of two addresses that fit, the one counts that has more words of its own."""
    return -len(operations.bare(address[0]).replace("<>", ""))


# What else Harbor has: a view that has no method, and says so.
UNBUILT: dict[str, type[View]] = {
    operation.address: View
    for operation in operations.OPERATIONS.values()
    if operation.address not in {*map(operations.bare, VIEWS)}
}
urlpatterns = [
    *(_address(template, view) for template, view in sorted({**VIEWS, **UNBUILT}.items(), key=_heaviest_first)),
    re_path(r"^/*api(?:/.*)?$", Unknown.as_view()),
]
