"""An index for each order and search in which a page of artifacts is asked for."""

from django.db import migrations, models
from django.db.models import Q

STANDING = Q(deleted_at=None)
SHOWN = Q(deleted_at=None, is_listed=True)
INDEXES = (
    models.Index(
        condition=STANDING, fields=["repository", "-pushed_at", "-id", "is_listed"], name="artifacts_with_parts"
    ),
    models.Index(condition=SHOWN, fields=["repository", "is_tagged", "-pushed_at", "-id"], name="artifacts_by_tags"),
    models.Index(condition=SHOWN, fields=["repository", "kind", "-pushed_at", "-id"], name="artifacts_by_kind"),
    models.Index(condition=SHOWN, fields=["repository", "pulled_at", "id"], name="artifacts_by_pull"),
    models.Index(condition=SHOWN, fields=["repository", "size", "id"], name="artifacts_by_size"),
)


class Migration(migrations.Migration):
    dependencies = (("registry", "0009_fill_artifacts_in_other_orders"),)
    operations = tuple(migrations.AddIndex("artifact", index) for index in INDEXES)
