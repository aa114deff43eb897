"""The tables of people, projects and what they may do."""

from accounts.models.access_token import AccessToken
from accounts.models.audit import AuditAnchor, AuditForward, AuditRecord
from accounts.models.configuration import Setting
from accounts.models.failed_sign_ins import FailedSignIns
from accounts.models.favourite import FavouriteProject
from accounts.models.group import GroupKind, GroupMembership, UserGroup
from accounts.models.project import Member, Project
from accounts.models.refusal import RefusalRecord
from accounts.models.robot import Robot, RobotGrant
from accounts.models.role import BuiltIn, Role
from accounts.models.signing_key import SigningKey
from accounts.models.user import User

__all__ = [
    "AccessToken",
    "AuditAnchor",
    "AuditForward",
    "AuditRecord",
    "BuiltIn",
    "FailedSignIns",
    "FavouriteProject",
    "GroupKind",
    "GroupMembership",
    "Member",
    "Project",
    "RefusalRecord",
    "Robot",
    "RobotGrant",
    "Role",
    "Setting",
    "SigningKey",
    "User",
    "UserGroup",
]
