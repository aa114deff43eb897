"""Why the registry refuses: each class is one reason. oci/errors.py gives them codes."""

from accounts.exceptions import Refusal


class NameInvalid(Refusal):
    """The repository name is not valid."""


class DigestInvalid(Refusal):
    """The digest is not of the form algorithm:hex, with sha256 or sha512."""


class DigestMismatch(Refusal):
    """The digest that was given is not the digest of the content."""


class TagInvalid(Refusal):
    """The tag is not of the form [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}."""


class ReadOnly(Refusal):
    """The registry is read-only: pulls work, pushes and deletions do not. A system admin can change that."""


class QuotaExceeded(Refusal):
    """The project may not hold so many bytes: delete artifacts, or let a system admin raise the quota."""


class QuotaUnknown(Refusal):
    """There is no such quota."""


class JobUnknown(Refusal):
    """There is no such job."""


class ResultUnknown(Refusal):
    """The job has made nothing to take away."""


class QueueUnknown(Refusal):
    """There is no such kind of jobs."""


class PoolUnknown(Refusal):
    """There is no such pool of workers."""


class AskerGone(Refusal):
    """Who asked for this job is disabled or gone."""


class PartLeft(Refusal):
    """Some of it could not be done; the log of the job says why."""


class RepositoryUnknown(Refusal):
    """There is no such repository."""


class BlobUnknown(Refusal):
    """This repository has no such blob."""


class BlobInUse(Refusal):
    """A manifest of this repository refers to the blob; delete the manifest first."""


class UploadUnknown(Refusal):
    """There is no such upload; begin a new one."""


class UploadOutOfOrder(Refusal):
    """The chunk does not begin where the upload stands."""

    def __init__(self, message: str = "", *, offset: int = 0, upload_id: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.upload_id = upload_id


class UploadBusy(Refusal):
    """Another request is writing to this upload."""


class UploadSizeInvalid(Refusal):
    """The body is not as long as its headers say."""


class TooManyUploads(Refusal):
    """Too many uploads are open; finish or cancel some first."""


class LabelUnknown(Refusal):
    """There is no such label."""


class LabelExists(Refusal):
    """A label of this name exists already."""


class LabelInUse(Refusal):
    """The artifact has this label already."""


class TagExists(Refusal):
    """The repository has a tag of this name already."""


class ArtifactExists(Refusal):
    """The repository has this artifact already."""


class UndeletionRefused(Refusal):
    """It cannot be undeleted: something of it is gone for good."""


class ManifestUnknown(Refusal):
    """This repository has no such manifest."""


class ManifestInvalid(Refusal):
    """The manifest is not valid."""


class ManifestBlobUnknown(Refusal):
    """The manifest refers to blobs or manifests that this repository does not have."""

    def __init__(self, message: str = "", *, digests: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.digests = digests


class ManifestInUse(Refusal):
    """An index of this repository refers to the manifest; delete the index first."""


class AdditionUnsupported(Refusal):
    """Artifacts of this kind have no such addition."""


class AdditionUnknown(Refusal):
    """The artifact does not have this addition."""


class ArchiveRefused(Refusal):
    """The archive cannot be looked into."""


class MediaTypeUnsupported(Refusal):
    """Manifests of this media type are not taken."""


class BodyTooLarge(Refusal):
    """The body is larger than is allowed here."""


class EncodingUnsupported(Refusal):
    """Bodies are taken as they are: no Content-Encoding."""


class RangeInvalid(Refusal):
    """The range is not within the blob."""

    def __init__(self, message: str = "", *, size: int = 0) -> None:
        super().__init__(message)
        self.size = size


class PageInvalid(Refusal):
    """`n` must be a whole number that is not negative, and `last` a name."""


class StorageDamaged(Refusal):
    """The bytes of this blob are missing or damaged in storage."""
