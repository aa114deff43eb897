"""Who asked for a job, as it is now: what a job does for somebody it does with the rights of that moment."""

from accounts import sign_in
from accounts.principals import Principal
from registry.exceptions import AskerGone
from registry.jobs.step import Step

# The argument of a job that is done in somebody's name, which holds its Principal.credential.
AS = "as"


def of(step: Step) -> Principal:
    """AskerGone where it is disabled or gone, or its access token revoked."""
    by = sign_in.recall(step.arguments[AS])
    if by is None:
        raise AskerGone
    return by
