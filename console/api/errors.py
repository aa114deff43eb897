"""The one table of what /api answers to each refusal: Harbor's codes, each with the status that Harbor gives it."""

import json
import logging
from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import DisallowedHost, ObjectDoesNotExist, TooManyFieldsSent
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions as framework

from accounts import exceptions as people
from accounts import refusals
from accounts.exceptions import Refusal
from accounts.identity.directory.exceptions import DirectoryFailed
from registry import exceptions as registry

logger = logging.getLogger(__name__)

JSON = "application/json; charset=utf-8"


class Unprocessable(Refusal):
    """A value is of the right kind, but not one that may stand there."""


class AddressUnknown(Refusal):
    """The API has no such address."""


class CrossSite(Refusal):
    """Another site may be behind this request."""


class Unmet(Refusal):
    """Something that this needs is not so."""


class NotBuilt(Refusal):
    """Harbor has this; this registry does not have it yet."""


# fmt: off
API_ERRORS: dict[type[Exception], tuple[str, int]] = {
    people.Invalid:                 ("BAD_REQUEST",            400),
    framework.ParseError:           ("BAD_REQUEST",            400),
    DisallowedHost:                 ("BAD_REQUEST",            400),
    TooManyFieldsSent:              ("BAD_REQUEST",            400),
    people.NotAuthenticated:        ("UNAUTHORIZED",           401),
    people.CredentialsRefused:      ("UNAUTHORIZED",           401),
    people.TokenRefused:            ("UNAUTHORIZED",           401),
    people.NotAllowed:              ("FORBIDDEN",              403),
    people.ConfigurationLocked:     ("FORBIDDEN",              403),
    CrossSite:                      ("FORBIDDEN",              403),
    Unmet:                          ("PRECONDITION",           412),
    people.ProjectUnknown:          ("NOT_FOUND",              404),
    people.UserUnknown:             ("NOT_FOUND",              404),
    AddressUnknown:                 ("NOT_FOUND",              404),
    framework.MethodNotAllowed:     ("METHOD_NOT_ALLOWED",     405),
    people.ProjectExists:           ("CONFLICT",               409),
    people.UserExists:              ("CONFLICT",               409),
    people.GroupUnknown:            ("NOT_FOUND",              404),
    people.GroupExists:             ("CONFLICT",               409),
    DirectoryFailed:                ("BAD_REQUEST",            400),
    people.AlreadyMember:           ("CONFLICT",               409),
    people.RobotUnknown:            ("NOT_FOUND",              404),
    people.RobotExists:             ("CONFLICT",               409),
    people.AccessTokenUnknown:      ("NOT_FOUND",              404),
    people.AccessTokenExists:       ("CONFLICT",               409),
    people.MemberUnknown:           ("NOT_FOUND",              404),
    people.RoleUnknown:             ("NOT_FOUND",              404),
    people.RoleExists:              ("CONFLICT",               409),
    people.RoleInUse:               ("PRECONDITION",           412),
    people.RoleLocked:              ("PRECONDITION",           412),
    people.MetadataUnknown:         ("NOT_FOUND",              404),
    people.MetadataExists:          ("CONFLICT",               409),
    people.RefusalUnknown:          ("NOT_FOUND",              404),
    registry.NameInvalid:           ("BAD_REQUEST",            400),
    registry.TagInvalid:            ("BAD_REQUEST",            400),
    registry.DigestInvalid:         ("BAD_REQUEST",            400),
    registry.JobUnknown:            ("NOT_FOUND",              404),
    registry.ResultUnknown:         ("NOT_FOUND",              404),
    registry.QueueUnknown:          ("NOT_FOUND",              404),
    registry.PoolUnknown:           ("NOT_FOUND",              404),
    registry.RepositoryUnknown:     ("NOT_FOUND",              404),
    registry.ManifestUnknown:       ("NOT_FOUND",              404),
    registry.ManifestBlobUnknown:   ("PRECONDITION",           412),
    registry.ManifestInUse:         ("PRECONDITION",           412),
    registry.ReadOnly:              ("DENIED",                 403),
    registry.QuotaExceeded:         ("DENIED",                 403),
    registry.QuotaUnknown:          ("NOT_FOUND",              404),
    registry.BodyTooLarge:          ("REQUEST_ENTITY_TOO_LARGE", 413),
    registry.AdditionUnknown:       ("NOT_FOUND",              404),
    registry.AdditionUnsupported:   ("BAD_REQUEST",            400),
    registry.ArchiveRefused:        ("UNPROCESSABLE_ENTITY",   422),
    registry.LabelUnknown:          ("NOT_FOUND",              404),
    registry.LabelExists:           ("CONFLICT",               409),
    registry.LabelInUse:            ("CONFLICT",               409),
    registry.TagExists:             ("CONFLICT",               409),
    registry.ArtifactExists:        ("CONFLICT",               409),
    registry.UndeletionRefused:     ("PRECONDITION",           412),
    people.ProjectInUse:            ("PRECONDITION",           412),
    framework.UnsupportedMediaType: ("UNSUPPORTED_MEDIA_TYPE", 415),
    Unprocessable:                  ("UNPROCESSABLE_ENTITY",   422),
    people.TooManyAttempts:         ("TOO_MANY_REQUEST",       429),
    NotBuilt:                       ("NOT_IMPLEMENTED",        501),
    IntegrityError:                 ("UNAVAILABLE",            503),
    ObjectDoesNotExist:             ("UNAVAILABLE",            503),
    OperationalError:               ("UNAVAILABLE",            503),
}
# fmt: on
SAYINGS: dict[type[Exception], str] = {
    DisallowedHost: "this Host is none of this registry's; an admin can list it in ROADSTEAD_HOSTS",
    TooManyFieldsSent: "the query has more parts than anybody needs",
    framework.MethodNotAllowed: "this method is not for this address",
    framework.UnsupportedMediaType: "the body must be of the type application/json",
    ObjectDoesNotExist: "what this needs was deleted at this very moment; try again",
    IntegrityError: "what this needs was changed or deleted at this very moment; try again",
    OperationalError: "the database does not answer; try again in a moment",
}


@dataclass(frozen=True)
class Told:
    """What is said of a refusal to who asked."""

    code: str
    status: int
    message: str


def told(error: Exception, *, request_id: str = "") -> Told:
    """What to say to this refusal. A fault of ours tells nothing of itself to who asked: it is in the log."""
    kind = next((kind for kind in type(error).__mro__ if kind in API_ERRORS), None)
    if kind is None:
        found = Told("UNKNOWN", 500, "internal server error")
    else:
        code, status = API_ERRORS[kind]
        found = Told(code, status, SAYINGS.get(kind) or str(error))
    if found.status >= HTTPStatus.INTERNAL_SERVER_ERROR and found.status != HTTPStatus.NOT_IMPLEMENTED:
        logger.error("a request failed", exc_info=error, extra={"request_id": request_id})
    return found


def response(error: Exception, *, request_id: str = "", why: str = "") -> HttpResponse:
    """The answer of the API to this refusal; `why` is the id that opens it."""
    found = told(error, request_id=request_id)
    return refuse(found.code, found.status, refusals.referring(found.message, why))


def refuse(code: str, status: int, message: str) -> HttpResponse:
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    return HttpResponse(body, status=status, content_type=JSON)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For addresses that are none at all."""
    return response(AddressUnknown())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For what Django refuses before any view is asked."""
    known = next((kind for kind in type(exception).__mro__ if kind in API_ERRORS), None)
    return response(exception if known else people.Invalid("the request makes no sense"))


def server_error(request: HttpRequest) -> HttpResponse:
    """For faults outside of all views. Django has logged them."""
    return refuse("UNKNOWN", 500, "internal server error")
