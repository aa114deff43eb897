"""The tables of what is stored, and of the work that is done behind it."""

from registry.models.artifact import Artifact, Tag, TagMove
from registry.models.blob import Blob, BlobLink, BlobState
from registry.models.daily import DailyCount, DailySize
from registry.models.job import OVER, Job, JobLogLine, JobPiece, JobState, Schedule
from registry.models.label import ArtifactLabel, Label
from registry.models.manifest import BlobRole, Manifest, ManifestBlob, ManifestChild
from registry.models.matching import MatchesBelowProject
from registry.models.queue import JobQueue, WorkerPool
from registry.models.repository import Repository
from registry.models.upload import Upload
from registry.models.usage import ProjectBlob, ProjectUsage

__all__ = [
    "OVER",
    "Artifact",
    "ArtifactLabel",
    "Blob",
    "BlobLink",
    "BlobRole",
    "BlobState",
    "DailyCount",
    "DailySize",
    "Job",
    "JobLogLine",
    "JobPiece",
    "JobQueue",
    "JobState",
    "Label",
    "Manifest",
    "ManifestBlob",
    "ManifestChild",
    "MatchesBelowProject",
    "ProjectBlob",
    "ProjectUsage",
    "Repository",
    "Schedule",
    "Tag",
    "TagMove",
    "Upload",
    "WorkerPool",
]
