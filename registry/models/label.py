"""Labels: coloured words that people put on artifacts."""

from django.db import models
from django.db.models import Q

from accounts.models import Project
from registry.models.artifact import Artifact


class Label(models.Model):
    """A label of everybody's (no project), or of one project."""

    name = models.CharField(max_length=128)
    description = models.CharField(max_length=1024, blank=True)
    color = models.CharField(max_length=16, blank=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="labels")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "name"], name="one_label_per_project_and_name"),
            models.UniqueConstraint(fields=["name"], condition=Q(project=None), name="one_label_of_all_per_name"),
        )

    def __str__(self) -> str:
        return self.name


class ArtifactLabel(models.Model):
    """A label is on an artifact."""

    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, related_name="label_links")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="artifact_links")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["artifact", "label"], name="a_label_once_on_an_artifact"),)

    def __str__(self) -> str:
        return f"{self.label} on {self.artifact}"
