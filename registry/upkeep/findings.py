"""What fsck can find: each kind has a name, a sentence, and what to do about it."""

from dataclasses import dataclass
from datetime import timedelta

from registry.upkeep.progress import Done, Reached

# A push places its bytes a moment before it commits the row; the rest is for clocks that differ.
GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class Kind:
    """`is_damage`: something that was promised is not so. Else it is only told."""

    name: str
    sentence: str
    remedy: str
    is_damage: bool = True


@dataclass(frozen=True)
class Finding:
    """One thing of a kind: which, and what more there is to say of it."""

    kind: Kind
    subject: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.detail}" if self.detail else self.subject


Told = Finding | Done | Reached
"""What a check tells: what it found, and how far it is."""

_PUSH_AGAIN = "Push an image that has it again, or bring the file back from a backup."
_ASK = "This should not be. Push the image again; if it comes back, keep the output of this command and report it."

BLOB_MISSING = Kind("blob-missing", "The database tells of a blob that storage has no file for.", _PUSH_AGAIN)
BLOB_SIZE = Kind("blob-size", "A blob's file has not as many bytes as the database says.", _PUSH_AGAIN)
BLOB_DIGEST = Kind(
    "blob-digest",
    "The bytes of a blob are not those that its digest names.",
    "Move the file away, then push an image that has it again, or bring the file back from a backup.",
)
BLOB_UNKNOWN = Kind(
    "blob-unknown",
    "Storage has a blob of which the database does not know; no image misses anything by that.",
    "Run manage.py adopt: it makes a row for it, and what nothing refers to is then cleaned up.",
)
BLOB_YOUNG = Kind(
    "blob-young",
    "Storage has a new blob of which the database does not know: a push may be under way, or was just cut off.",
    "Nothing; look again in an hour.",
    is_damage=False,
)
FILE_STRANGE = Kind(
    "file-strange",
    "A file among the blobs is none, perhaps the rest of a write that was cut off.",
    "Remove it.",
    is_damage=False,
)
MANIFEST_PAYLOAD = Kind(
    "manifest-payload",
    "A manifest in the database is not, byte for byte, the one that its digest names, or that its file has.",
    "Push the image again; its digest tells which of the two is damaged.",
)
ARTIFACT_DIGEST = Kind("artifact-digest", "An artifact has another digest than its manifest.", _ASK)
MANIFEST_BLOB = Kind("manifest-blob", "A manifest's own blob is being removed, though it stands in a repository.", _ASK)
REFERENCE_UNLINKED = Kind(
    "reference-unlinked",
    "A manifest refers to a blob that its repository does not show, so that it cannot be pulled.",
    _ASK,
)
REFERENCE_DEAD = Kind("reference-dead", "A manifest refers to a blob that is being removed.", _ASK)
CHILD_MISSING = Kind(
    "child-missing", "An index refers to a manifest that does not stand in its repository.", "Push the index again."
)
TAG_DEAD = Kind("tag-dead", "A tag points at an artifact that was deleted, or stands elsewhere.", _ASK)
LINK_DEAD = Kind("link-dead", "A repository shows a blob that is being removed.", _ASK)
USAGE_WRONG = Kind(
    "usage-wrong",
    "The database says of a project that it holds more or less than it does.",
    "Run manage.py fsck --usage, which counts anew.",
)
USAGE_MISSING = Kind(
    "usage-missing",
    "A project is not charged for a blob that an artifact of it has.",
    "Run manage.py fsck --usage, which counts anew.",
)
USAGE_MENDED = Kind(
    "usage-mended",
    "What a project holds was not what the database said; it is now.",
    "Nothing.",
    is_damage=False,
)
LISTS_WRONG = Kind(
    "lists-wrong",
    "The database says of a repository that lists show more or fewer artifacts, or tagged ones, than they do.",
    "Run manage.py fsck --usage, which counts anew.",
)
LISTS_MENDED = Kind(
    "lists-mended",
    "What lists show of a repository was not what the database said; it is now.",
    "Nothing.",
    is_damage=False,
)
UPLOAD_SHORT = Kind(
    "upload-short",
    "The file of an upload is shorter than its client was told.",
    "Nothing: the client is told to begin anew.",
)
UPLOAD_UNKNOWN = Kind(
    "upload-unknown",
    "An upload's file has no row, as after a push that was killed.",
    "Nothing: the hourly sweep takes it when it is a week old.",
    is_damage=False,
)
LINKS_MENDED = Kind(
    "links-mended",
    "Link files of a repository were not what the database says; they are now.",
    "Nothing.",
    is_damage=False,
)
REPOSITORY_UNKNOWN = Kind(
    "repository-unknown",
    "Storage has a repository of which the database does not know.",
    "Run manage.py adopt to take it in, or remove its folder.",
    is_damage=False,
)
