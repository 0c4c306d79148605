"""Posts to push services over one multiplexed HTTP/2 connection each, with time limits, no redirect and no proxy.

`Opener` refuses addresses inside the network, `Wire` holds the requests in flight, and `Origins` pauses push
services that stop answering.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import certifi
import pycurl

from app.core.ip_addresses import is_loopback, is_outside
from app.core.log import log

CONNECT_MS: Final = 5000
WHOLE_MS: Final = 10000
AT_ONCE: Final = 400
"""Requests in flight; a push service takes about 100 on one connection, and there are four."""
PATIENCE: Final = 5
"""Requests without an answer in a row after which a push service is paused."""
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 120.0
_ANSWER_BYTES: Final = 16384
_FAULTS: Final[Mapping[int, str]] = {
    pycurl.E_COULDNT_RESOLVE_HOST: "no_name",
    pycurl.E_COULDNT_CONNECT: "no_connection",
    pycurl.E_OPERATION_TIMEDOUT: "timeout",
    pycurl.E_PEER_FAILED_VERIFICATION: "certificate",
    pycurl.E_SSL_CONNECT_ERROR: "tls",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a request: a status and the seconds of Retry-After, or status 0 and a fault."""

    key: str
    status: int
    retry_after_s: float = 0.0
    fault: str = ""


class Opener:
    """Opens sockets for curl (CURLOPT_OPENSOCKETFUNCTION) and refuses addresses inside the network.

    Curl calls it when connecting, after name resolution, so that no host name can lead a push inside.
    """

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback

    def __call__(self, purpose: int, address: tuple[int, int, int, tuple[Any, ...]]) -> Any:
        family, kind, protocol, target = address
        allowed = is_outside(target[0]) or (self._loopback and is_loopback(target[0]))
        if purpose != pycurl.SOCKTYPE_IPCXN or family not in {socket.AF_INET, socket.AF_INET6} or not allowed:
            log().warning("push_address_inside")
            return pycurl.SOCKET_BAD
        return socket.socket(family, kind, protocol)


class Wire:
    """Holds the requests in flight. For use by one thread."""

    def __init__(self, *, loopback: bool, authorities: Path | None = None) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        self._multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, 4)
        self._multi.setopt(pycurl.M_MAXCONNECTS, 32)
        self._opener = Opener(loopback=loopback)
        self._loopback = loopback
        self._authorities = str(authorities or certifi.where())
        self._idle: list[pycurl.Curl] = []
        self._busy: dict[pycurl.Curl, str] = {}

    def __len__(self) -> int:
        return len(self._busy)

    @property
    def free(self) -> int:
        """Number of requests that may begin now."""
        return AT_ONCE - len(self._busy)

    def post(self, key: str, address: str, headers: list[str], body: bytes) -> None:
        """Begin a request; its answer carries `key`."""
        curl = self._idle.pop() if self._idle else self._new()
        curl.setopt(pycurl.URL, address)
        curl.setopt(pycurl.HTTPHEADER, headers)
        curl.setopt(pycurl.POSTFIELDS, body)
        self._busy[curl] = key
        self._multi.add_handle(curl)

    def answers(self, wait_s: float) -> list[Answer]:
        """Advance all requests, waiting at most `wait_s` for activity; return the finished ones."""
        self._multi.perform()
        found = self._done()
        if not found and self._busy and wait_s > 0:
            if (
                self._multi.select(wait_s) < 0
            ):  # a name is being resolved, and there is no socket to wait on yet
                time.sleep(wait_s / 4)
            self._multi.perform()
            found = self._done()
        return found

    def close(self) -> None:
        """Abort the requests in flight."""
        for curl in list(self._busy):
            self._multi.remove_handle(curl)
        self._multi.close()

    def _done(self) -> list[Answer]:
        found: list[Answer] = []
        left = 1
        while left:
            left, good, bad = self._multi.info_read(AT_ONCE)
            found += [self._answer(curl) for curl in good]
            found += [self._answer(curl, number) for curl, number, _words in bad]
        return found

    def _answer(self, curl: pycurl.Curl, fault: int = 0) -> Answer:
        self._multi.remove_handle(curl)
        key = self._busy.pop(curl)
        self._idle.append(curl)
        status = int(curl.getinfo(pycurl.RESPONSE_CODE))
        if fault and not status:
            return Answer(key, 0, fault=_FAULTS.get(fault, f"curl_{fault}"))
        retry_after_s = float(curl.getinfo(pycurl.RETRY_AFTER)) if status >= 400 else 0.0
        return Answer(key, status, retry_after_s)

    def _new(self) -> pycurl.Curl:
        curl = pycurl.Curl()
        options: list[tuple[int, Any]] = [
            (pycurl.POST, 1),
            (pycurl.USERAGENT, "bontang-siaga-112"),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS),
            (pycurl.PIPEWAIT, 1),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PROXY, ""),
            (pycurl.NOPROXY, "*"),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTPS | (pycurl.PROTO_HTTP if self._loopback else 0)),
            (pycurl.CONNECTTIMEOUT_MS, CONNECT_MS),
            (pycurl.TIMEOUT_MS, WHOLE_MS),
            (pycurl.NOSIGNAL, 1),
            (pycurl.CAINFO, self._authorities),
            (pycurl.SSL_VERIFYPEER, 1),
            (pycurl.SSL_VERIFYHOST, 2),
            (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2),
            (pycurl.OPENSOCKETFUNCTION, self._opener),
            (pycurl.MAXFILESIZE, _ANSWER_BYTES),
            (pycurl.WRITEFUNCTION, _discard),
        ]
        for option, value in options:
            curl.setopt(option, value)
        return curl


@dataclass(slots=True)
class _Standing:
    silent: int = 0
    until: float = 0.0


class Origins:
    """Pauses push services that stop answering, so that they cannot delay the others."""

    def __init__(self) -> None:
        self._known: dict[str, _Standing] = {}

    def held_s(self, origin: str) -> float:
        """Return the seconds until a push service may be sent to again, 0 when it may now."""
        standing = self._known.get(origin)
        return max(0.0, standing.until - time.monotonic()) if standing else 0.0

    def note(self, origin: str, *, answered: bool) -> None:
        """Count a request without an answer, or reset the count; any status is an answer."""
        standing = self._known.setdefault(origin, _Standing())
        standing.silent = 0 if answered else standing.silent + 1
        if standing.silent >= PATIENCE:
            pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(standing.silent // PATIENCE - 1, 10))
            standing.until = time.monotonic() + pause


def _discard(content: bytes) -> int:
    return len(content)
