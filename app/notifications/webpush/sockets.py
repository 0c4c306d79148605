"""No push ever opens a socket to an address inside: checked when it connects, after every name was looked up."""

from __future__ import annotations

import socket
from typing import Any

import pycurl

from app.core.ip_addresses import is_loopback, is_outside
from app.core.log import log


class Opener:
    """Opens sockets for curl, or refuses (CURLOPT_OPENSOCKETFUNCTION)."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback

    def __call__(self, purpose: int, address: tuple[int, int, int, tuple[Any, ...]]) -> Any:
        family, kind, protocol, place = address
        allowed = is_outside(place[0]) or (self._loopback and is_loopback(place[0]))
        if purpose != pycurl.SOCKTYPE_IPCXN or family not in {socket.AF_INET, socket.AF_INET6} or not allowed:
            log().warning("push_address_inside")
            return pycurl.SOCKET_BAD
        return socket.socket(family, kind, protocol)
