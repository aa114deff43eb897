"""The tables of what is stored, and of the work that is done behind it."""

from registry.models.artifact import Artifact, Tag, TagMove
from registry.models.blob import Blob, BlobLink, BlobState
from registry.models.job import Job, JobLogLine, JobState, Schedule
from registry.models.manifest import BlobRole, Manifest, ManifestBlob, ManifestChild
from registry.models.repository import Repository
from registry.models.upload import Upload

__all__ = [
    "Artifact",
    "Blob",
    "BlobLink",
    "BlobRole",
    "BlobState",
    "Job",
    "JobLogLine",
    "JobState",
    "Manifest",
    "ManifestBlob",
    "ManifestChild",
    "Repository",
    "Schedule",
    "Tag",
    "TagMove",
    "Upload",
]
