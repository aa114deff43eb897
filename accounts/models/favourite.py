"""The projects that somebody wants at hand."""

from django.db import models

from accounts.models.project import Project
from accounts.models.user import User


class FavouriteProject(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="favourites")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "project"], name="a_project_is_a_favourite_once"),)

    def __str__(self) -> str:
        return f"{self.project} of {self.user}"
