"""The one table of what /v2 answers to each refusal: code and status.

Codes are those of the OCI distribution-spec ("Error Codes") and, where it has none, of Docker's registry
and Harbor. The message is the refusal's own sentence, which docker prints to the person who asked."""

import json
import logging
from http import HTTPStatus

from django.core.exceptions import DisallowedHost, ObjectDoesNotExist, TooManyFieldsSent
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from rest_framework import exceptions as framework

from accounts import exceptions as people
from accounts import refusals
from registry import exceptions as e

logger = logging.getLogger(__name__)

# fmt: off
OCI_ERRORS: dict[type[Exception], tuple[str, int]] = {
    e.NameInvalid:               ("NAME_INVALID",              400),
    e.TagInvalid:                ("TAG_INVALID",               400),
    e.DigestInvalid:             ("DIGEST_INVALID",            400),
    e.DigestMismatch:            ("DIGEST_INVALID",            400),
    e.PageInvalid:               ("PAGINATION_NUMBER_INVALID", 400),
    e.ReadOnly:                  ("DENIED",                    403),
    e.QuotaExceeded:             ("DENIED",                    403),
    e.RepositoryUnknown:         ("NAME_UNKNOWN",              404),
    e.BlobUnknown:               ("BLOB_UNKNOWN",              404),
    e.BlobInUse:                 ("DENIED",                    409),
    e.UploadUnknown:             ("BLOB_UPLOAD_UNKNOWN",       404),
    e.UploadOutOfOrder:          ("BLOB_UPLOAD_INVALID",       416),
    e.UploadBusy:                ("BLOB_UPLOAD_INVALID",       409),
    e.UploadSizeInvalid:         ("SIZE_INVALID",              400),
    e.TooManyUploads:            ("TOOMANYREQUESTS",           429),
    e.ManifestUnknown:           ("MANIFEST_UNKNOWN",          404),
    e.ManifestInvalid:           ("MANIFEST_INVALID",          400),
    e.ManifestBlobUnknown:       ("MANIFEST_BLOB_UNKNOWN",     400),
    e.ManifestInUse:             ("DENIED",                    409),
    e.MediaTypeUnsupported:      ("MANIFEST_INVALID",          400),
    e.BodyTooLarge:              ("SIZE_INVALID",              413),
    e.EncodingUnsupported:       ("UNSUPPORTED",               415),
    e.RangeInvalid:              ("RANGE_INVALID",             416),
    e.StorageDamaged:            ("UNKNOWN",                   500),
    people.NotAuthenticated:     ("UNAUTHORIZED",              401),
    people.CredentialsRefused:   ("UNAUTHORIZED",              401),
    people.TooManyAttempts:      ("TOOMANYREQUESTS",           429),
    people.TokenRefused:         ("UNAUTHORIZED",              401),
    people.TokenTooNarrow:       ("UNAUTHORIZED",              401),
    people.NotAllowed:           ("DENIED",                    403),
    people.ProjectUnknown:       ("NAME_UNKNOWN",              404),
    people.Invalid:              ("UNSUPPORTED",               400),
    framework.MethodNotAllowed:  ("UNSUPPORTED",               405),
    DisallowedHost:              ("UNSUPPORTED",               400),
    TooManyFieldsSent:           ("UNSUPPORTED",               400),
    IntegrityError:              ("UNAVAILABLE",               503),
    ObjectDoesNotExist:          ("UNAVAILABLE",               503),
    OperationalError:            ("UNAVAILABLE",               503),
    OSError:                     ("UNAVAILABLE",               503),
}
# fmt: on
SAYINGS: dict[type[Exception], str] = {
    framework.MethodNotAllowed: "this method is not for this address",
    DisallowedHost: "this Host is none of this registry's; an admin can list it in ROADSTEAD_HOSTS",
    TooManyFieldsSent: "the query has more parts than anybody needs",
    ObjectDoesNotExist: "what this needs was deleted at this very moment; try again",
    IntegrityError: "what this needs was changed or deleted at this very moment; try again",
    OperationalError: "the database does not answer; try again in a moment",
    OSError: "the storage takes or gives no bytes at the moment; try again in a while",
}


def response(error: Exception, *, request_id: str = "", why: str = "") -> HttpResponse | None:
    """What to answer to this refusal; None where it is none of the table's. `why` is the id that opens it."""
    for kind in type(error).__mro__:
        if kind in OCI_ERRORS:
            code, status = OCI_ERRORS[kind]
            break
    else:
        return None
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("a request failed", exc_info=error, extra={"request_id": request_id})
    message = refusals.referring(SAYINGS.get(kind) or str(error), why)
    return refuse(code, status, message, request_id=request_id, detail=_detail(error))


def unexpected(error: Exception, *, request_id: str) -> HttpResponse:
    """The answer to a fault of ours: it tells nothing but where to look."""
    logger.error("a request failed", exc_info=error, extra={"request_id": request_id})
    return refuse(
        "UNKNOWN", 500, f"internal server error; the log tells more under {request_id}", request_id=request_id
    )


def refuse(
    code: str, status: int, message: str, *, request_id: str = "", detail: dict[str, object] | None = None
) -> HttpResponse:
    error = {"code": code, "message": message, "detail": {**(detail or {}), "request_id": request_id}}
    body = json.dumps({"errors": [error]}).encode()
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")


def _detail(error: Exception) -> dict[str, object]:
    if isinstance(error, e.ManifestBlobUnknown):
        return {"digests": list(error.digests[:100])}
    if isinstance(error, people.Refusal) and error.reasons:
        return {"reasons": [f"{reason.subject}: {reason.says}" for reason in error.reasons]}
    return {}
