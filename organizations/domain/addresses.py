"""Addresses as the history keeps them: enough to see a sign-in from elsewhere, too little to find a household."""

from ipaddress import ip_address, ip_network


def shorten_address(address: str) -> str:
    """203.0.113.47 → 203.0.113.0/24; IPv6 to its first 48 bits. Empty where it is no address."""
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    if parsed.is_loopback:
        return "this machine"
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))
