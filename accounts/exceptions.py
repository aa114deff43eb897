"""Why accounts refuses: each class is one reason, in the domain's words. The faces translate them to codes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One link of an explanation: who or what, and what it says about the question."""

    subject: str
    says: str


class Refusal(Exception):
    """The base of every "no". Carries a sentence for people and, where a right was asked for, the chain of
    reasons behind it, the action, and the project where its asker may know of it."""

    def __init__(
        self,
        message: str = "",
        *,
        reasons: tuple[Reason, ...] = (),
        action: str = "",
        project_id: int | None = None,
    ) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
        self.reasons = reasons
        self.action = action
        self.project_id = project_id


class NotAuthenticated(Refusal):
    """Nobody is signed in, and this needs somebody who is."""


class CredentialsRefused(Refusal):
    """The user name or the password is wrong."""


class TooManyAttempts(CredentialsRefused):
    """Too many failed sign-ins; wait a little and try again."""

    def __init__(self, message: str = "", *, retry_after_seconds: int = 30) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class TokenRefused(Refusal):
    """The token is not valid here."""


class TokenTooNarrow(Refusal):
    """The token does not carry this right, though its bearer may have it: ask for a token with this scope."""


class NotAllowed(Refusal):
    """The role does not allow this."""


class ProjectUnknown(Refusal):
    """There is no such project."""


class ProjectExists(Refusal):
    """A project of this name exists already."""


class ProjectInUse(Refusal):
    """The project still has repositories; delete them first."""


class UserUnknown(Refusal):
    """There is no such user."""


class UserExists(Refusal):
    """A user of this name or e-mail address exists already."""


class RobotUnknown(Refusal):
    """There is no such robot."""


class RobotExists(Refusal):
    """A robot of this name exists already."""


class AccessTokenUnknown(Refusal):
    """There is no such access token."""


class AccessTokenExists(Refusal):
    """An access token of this name exists already."""


class GroupUnknown(Refusal):
    """There is no such group."""


class GroupExists(Refusal):
    """There is such a group already."""


class AlreadyMember(Refusal):
    """Already a member of this project."""


class MemberUnknown(Refusal):
    """There is no such member."""


class RoleUnknown(Refusal):
    """There is no such role."""


class RoleExists(Refusal):
    """A role of this name exists already."""


class RoleInUse(Refusal):
    """Somebody has this role; give them another one first."""


class RoleLocked(Refusal):
    """A built-in role stays as it is."""


class MetadataUnknown(Refusal):
    """The project has no such metadata."""


class MetadataExists(Refusal):
    """The project has this metadata already."""


class RefusalUnknown(Refusal):
    """There is no such refusal, or it is not for you to see."""


class ConfigurationLocked(Refusal):
    """The settings of this registry come from its environment (CONFIG_OVERWRITE_JSON), so nobody changes them here."""


class Invalid(Refusal):
    """A value does not have the form it must have."""
