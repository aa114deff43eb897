"""What each day brought, to be drawn over time."""

from django.db import models

EVERYWHERE = 0


class DailyCount(models.Model):
    """The pulls and pushes of one day (in UTC) in one project; in all of them where `project_id` is EVERYWHERE.

    No foreign key: counts are added by batches, some of them after the project is gone."""

    project_id = models.BigIntegerField(default=EVERYWHERE)
    day = models.DateField()
    pulls = models.PositiveBigIntegerField(default=0)
    pushes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project_id", "day"], name="a_day_is_counted_once_a_project"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.pulls} pulls, {self.pushes} pushes"


class DailySize(models.Model):
    """How many bytes all blobs together had when they were last added up on that day."""

    day = models.DateField(primary_key=True)
    size = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.size}"
