"""Group client addresses by household, so that rate limits count one network as one client."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def household(address: str | None) -> str:
    """Return an IPv4 address, or the /64 network of an IPv6 address; "" for an unreadable one.

    A household has one IPv6 network and many addresses in it.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
