"""Where a request comes from, as far as strangers are told apart by it: one household, one place."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def household(address: str | None) -> str:
    """Return an address, or of IPv6 its network of 64 bits: a household has one network, not one address."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
