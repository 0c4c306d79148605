"""What passes by on the wire: every request between a browser and the server, without what it says."""

import re
import socket
import threading
import time
from dataclasses import dataclass, field

BUCKET = 16_384
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|/s/[0-9a-f]{16}")


@dataclass(frozen=True)
class Passed:
    """One request: a listener who knows everything but the content would note this."""

    method: str
    path: str
    buckets: int
    """Whole and begun buckets of the body."""
    at: float = field(default=0.0, compare=False)
    """When it passed by, in seconds since 1970."""


class Wire:
    """A listener on loopback that hands everything on to `port` and notes the requests."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.passed: list[Passed] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def close(self) -> None:
        self._server.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._hand_on, args=(far, near, None), daemon=True).start()
            threading.Thread(target=self._hand_on, args=(near, far, bytearray()), daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, seen: bytearray | None) -> None:
        try:
            while content := source.recv(65536):
                target.sendall(content)
                if seen is not None:
                    seen += content
                    self._note(seen)
        except OSError:
            pass
        finally:
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def _note(self, seen: bytearray) -> None:
        """Take whole requests off what was seen so far."""
        while (end := seen.find(b"\r\n\r\n")) >= 0:
            head = seen[:end].decode("latin-1")
            length = re.search(r"^content-length: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
            size = int(length[1]) if length else 0
            if len(seen) < end + 4 + size:
                return
            del seen[: end + 4 + size]
            method, path, _ = head.split(" ", 2)
            self.passed.append(Passed(method, ID.sub("{}", path), -(-size // BUCKET), time.time()))
