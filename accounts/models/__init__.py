"""The tables of people, projects and what they may do."""

from accounts.models.audit import AuditRecord
from accounts.models.configuration import Setting
from accounts.models.failed_sign_ins import FailedSignIns
from accounts.models.project import Member, Project, Role
from accounts.models.signing_key import SigningKey
from accounts.models.user import User

__all__ = ["AuditRecord", "FailedSignIns", "Member", "Project", "Role", "Setting", "SigningKey", "User"]
