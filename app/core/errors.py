"""One tree of errors. Domain code raises them; a door turns them into an answer in one place (RFC 9457)."""

from __future__ import annotations

from typing import ClassVar


class SiagaError(Exception):
    """Something that is told to whoever asked. `code` is stable; words come from the locale."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, detail: str = "", *, pointer: str | None = None, **facts: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.pointer = pointer
        self.facts = facts


class Invalid(SiagaError):
    """What was sent cannot be understood; `faults` are (pointer, code) pairs and never hold the input."""

    status = 422
    code = "invalid"

    def __init__(self, faults: list[tuple[str, str]], detail: str = "") -> None:
        super().__init__(detail)
        self.faults = faults


class NotFound(SiagaError):
    """No such thing, or not for this person: both look the same."""

    status = 404
    code = "not_found"


class Unauthorized(SiagaError):
    status = 401
    code = "unauthorized"


class Forbidden(SiagaError):
    status = 403
    code = "forbidden"


class Conflict(SiagaError):
    """Somebody else was first; `facts` say who and when."""

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
    """Too often; `facts['retry_after_s']` says how long to wait. Never raised for a report."""

    status = 429
    code = "slow_down"


class Unavailable(SiagaError):
    """The database cannot be reached; `facts['retry_after_s']` says when to try again."""

    status = 503
    code = "unavailable"


class Overloaded(SiagaError):
    """This can wait, reports cannot; `facts['retry_after_s']` says when to ask again. Never raised for a report."""

    status = 503
    code = "overloaded"


class DiskFull(SiagaError):
    """No room for uploads; reports still have theirs."""

    status = 507
    code = "insufficient_storage"
