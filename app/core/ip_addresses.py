"""Classify IP addresses: public internet, loopback, IPv4 embedded in IPv6."""

from __future__ import annotations

import ipaddress

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_outside(text: str) -> bool:
    """Return whether an address, and each IPv4 address embedded in it, is on the public internet."""
    try:
        address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return all(item.is_global and not item.is_multicast for item in (address, *_embedded_ipv4(address)))


def is_loopback(text: str) -> bool:
    """Return whether an address is this machine (loopback)."""
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _embedded_ipv4(address: Address) -> list[Address]:
    """Return the IPv4 addresses embedded in IPv6: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    if address.teredo:
        found += address.teredo
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [item for item in found if item is not None]
