"""Reads a form with files (multipart, RFC 7578) as a stream: its fields first, its photos after they were handled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from app.core.errors import Invalid, SiagaError, TooLarge
from app.reports.photos.uploads import MOST_BYTES as MOST_OF_A_PHOTO
from app.reports.photos.uploads import MOST_PHOTOS

MOST_WORDS: Final = 65_536
"""Most bytes of all fields, as for a report of any other endpoint."""
MOST_PARTS: Final = 64 + MOST_PHOTOS
MOST_READ: Final = 4 * MOST_OF_A_PHOTO
"""Most bytes read of a form. A browser shows the answer only after its body was read; beyond this it gets none."""
LONGEST_BOUNDARY: Final = 70
_CHUNK: Final = 32_768
_OPEN: Final = 1 << 62


class BrokenForm(SiagaError):
    """Signals a body that ends in the middle or is no form."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "invalid"


class Photo:
    """Reads a file of a form as it arrives; a `Stream` for the photo store."""

    def __init__(self, kind: str, events: Iterator[Event]) -> None:
        self.type = kind
        self._events = events
        self._held = b""
        self._more = True

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end.

        Raises:
            BrokenForm: the body ended before the file did.
        """
        while self._more and not self._held:
            event = next(self._events, None)
            if not isinstance(event, Data):
                raise BrokenForm
            self._held, self._more = event.data, event.more_data
        piece, self._held = self._held[:size], self._held[size:]
        return piece

    def skip(self) -> None:
        """Read to the end of the file and discard it."""
        while self.read(_CHUNK):
            pass


class Parts:
    """Reads a form as it arrives: `pairs` are its fields; `photos` reads on."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        """Read the fields.

        Raises:
            TooLarge: more than `MOST_WORDS` bytes of fields.
            Invalid: no form, or more than `MOST_PARTS` parts.
        """
        _, options = parse_options_header(environ.get("CONTENT_TYPE"))
        self._boundary = options.get("boundary", "").encode()
        self._input = environ["wsgi.input"]
        length = environ.get("CONTENT_LENGTH") or ""
        self._left = int(length) if length.isdecimal() and len(length) < 16 else _OPEN
        self._read = 0
        self._events = self._parse_events()
        self._first: File | None = None
        self.pairs: list[tuple[str, str]] = []
        try:
            self._read_words()
        except BrokenForm:
            raise Invalid([("", "malformed_form")]) from None

    @property
    def most_bytes(self) -> int:
        """Return how many bytes can still arrive, at most."""
        return max(1, self._left + _CHUNK)

    @property
    def has_photo(self) -> bool:
        """Return whether a photo was chosen."""
        return self._first is not None

    def photos(self) -> Iterator[Photo]:
        """Yield the files in their order; what the caller leaves unread of a file is discarded.

        Raises:
            BrokenForm: the body ended in the middle.
        """
        head: Event | None = self._first
        while head is not None:
            if isinstance(head, File):
                photo = Photo(
                    head.headers.get("Content-Type", "").split(";")[0].strip().lower(), self._events
                )
                if head.filename:
                    yield photo
                photo.skip()
            head = next(self._events, None)

    def finish(self) -> None:
        """Read what is left, so that the browser shows the answer."""
        while self._take():
            pass

    def _read_words(self) -> None:
        held = 0
        field: Field | None = None
        words = bytearray()
        for event in self._events:
            if isinstance(event, File):
                if event.filename:
                    self._first = event
                    return
                Photo("", self._events).skip()
            elif isinstance(event, Field):
                field = event
            elif isinstance(event, Data) and field is not None:
                held += len(event.data)
                if held > MOST_WORDS:
                    raise TooLarge
                words += event.data
                if not event.more_data:
                    self.pairs.append((field.name or "", words.decode("utf-8", "replace")))
                    words.clear()

    def _parse_events(self) -> Iterator[Event]:
        if not 0 < len(self._boundary) <= LONGEST_BOUNDARY:
            raise BrokenForm
        decoder = MultipartDecoder(self._boundary, 4 * MOST_WORDS, max_parts=MOST_PARTS)
        while True:
            try:
                event = decoder.next_event()
                if isinstance(event, NeedData):
                    decoder.receive_data(self._take() or None)
                    continue
            except (
                ValueError,
                AttributeError,
                HTTPException,
            ):  # all that the decoder raises on hostile bytes
                raise BrokenForm from None
            yield event
            if isinstance(event, Epilogue):
                return

    def _take(self) -> bytes:
        piece: bytes = self._input.read(min(_CHUNK, self._left, MOST_READ - self._read))
        self._read += len(piece)
        self._left -= len(piece)
        return piece
