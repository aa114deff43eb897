"""What replies of /api are always held against."""

from tests.harbor_api import as_harbor_answers

__all__ = ["as_harbor_answers"]
