"""Whatever a name resolves to, no push opens a socket to an address inside."""

import socket

import pycurl
import pytest

from app.core.ip_addresses import is_outside
from app.notifications.webpush.http import Opener

INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:db8::1",
    "nonsense",
]


@pytest.mark.parametrize("address", INSIDE)
def test_inside(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["142.250.4.95", "2404:6800:4003:c00::5f", "64:ff9b::8efa:45f"])
def test_outside(address):
    assert is_outside(address)


@pytest.mark.parametrize("address", INSIDE)
def test_no_socket_is_opened_to_an_address_inside(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = Opener(loopback=False)(pycurl.SOCKTYPE_IPCXN, (family, socket.SOCK_STREAM, 6, (address, 443)))
    assert opened == pycurl.SOCKET_BAD


def test_tests_reach_this_machine_and_nothing_else_inside():
    opener = Opener(loopback=True)
    opened = opener(pycurl.SOCKTYPE_IPCXN, (socket.AF_INET, socket.SOCK_STREAM, 6, ("127.0.0.1", 443)))
    assert isinstance(opened, socket.socket)
    opened.close()
    refused = opener(pycurl.SOCKTYPE_IPCXN, (socket.AF_INET, socket.SOCK_STREAM, 6, ("10.0.0.1", 443)))
    assert refused == pycurl.SOCKET_BAD


def test_no_other_kind_of_socket_is_opened():
    address = (socket.AF_UNIX, socket.SOCK_STREAM, 0, ("8.8.8.8", 0))
    assert Opener(loopback=True)(pycurl.SOCKTYPE_IPCXN, address) == pycurl.SOCKET_BAD
