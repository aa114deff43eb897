"""What 0008 has room for, from the rows that know it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Count, Exists, OuterRef, Subquery


def fill(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    artifact, manifest, repository, tag = (
        apps.get_model("registry", name) for name in ("Artifact", "Manifest", "Repository", "Tag")
    )
    its = manifest.objects.filter(pk=OuterRef("manifest_id"))
    artifact.objects.update(
        kind=Subquery(its.values("kind")[:1]),
        size=Subquery(its.values("total_size")[:1]),
        is_tagged=Exists(tag.objects.filter(artifact=OuterRef("pk"))),
    )
    tagged = artifact.objects.filter(deleted_at=None, is_listed=True, is_tagged=True).values_list("repository")
    for key, count in tagged.annotate(count=Count("pk")):
        repository.objects.filter(pk=key).update(tagged_count=count)


class Migration(migrations.Migration):
    dependencies = (("registry", "0008_artifacts_in_other_orders"),)
    operations = (migrations.RunPython(fill, migrations.RunPython.noop),)
