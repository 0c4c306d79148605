"""Define the errors that domain code raises; each site turns them into a response (RFC 9457) in one place."""

from __future__ import annotations

from typing import ClassVar


class SiagaError(Exception):
    """Base of all errors shown to a client. `code` is stable; the text comes from the locale.

    `extra` holds further members of the response, such as `retry_after_s`.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, detail: str = "", *, pointer: str | None = None, **extra: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.pointer = pointer
        self.extra = extra


class Invalid(SiagaError):
    """The input is invalid; `faults` are (pointer, code) pairs and never hold the input itself."""

    status = 422
    code = "invalid"

    def __init__(self, faults: list[tuple[str, str]], detail: str = "") -> None:
        super().__init__(detail)
        self.faults = faults


class NotFound(SiagaError):
    """The object is missing or hidden from this client; both look the same."""

    status = 404
    code = "not_found"


class Unauthorized(SiagaError):
    status = 401
    code = "unauthorized"


class Forbidden(SiagaError):
    status = 403
    code = "forbidden"


class Conflict(SiagaError):
    """Another change came first; `extra` holds its author and moment."""

    status = 409
    code = "conflict"


class KeyReused(SiagaError):
    """The idempotency key was used with another body."""

    status = 422
    code = "idempotency_key_reused"


class TooLarge(SiagaError):
    status = 413
    code = "too_large"


class UnsupportedMedia(SiagaError):
    status = 415
    code = "unsupported_media_type"


class SlowDown(SiagaError):
    """Too many requests; `extra['retry_after_s']` is the wait in seconds. Never raised for a report."""

    status = 429
    code = "slow_down"


class Unavailable(SiagaError):
    """The database cannot be reached; `extra['retry_after_s']` is the wait in seconds."""

    status = 503
    code = "unavailable"


class Overloaded(SiagaError):
    """Load shedding; `extra['retry_after_s']` is the wait in seconds. Never raised for a report."""

    status = 503
    code = "overloaded"


class DiskFull(SiagaError):
    """The disk is too full for uploads; reports are still accepted."""

    status = 507
    code = "insufficient_storage"
