"""Which URLs and which addresses events may be sent to. Plain Python: nothing is resolved here.

Asked by services/webhook_endpoints.py when a URL is given, and by engines/webhooks.py for every address that a name
resolves to, before it connects to that very address.
"""

import ipaddress
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 2000
UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is given out of IPv6; other blocks lead inwards or nowhere
# What leads inwards, through a tunnel or nowhere, by the registries of the IANA. Python's `is_global` knows most of it,
# but each version of Python another part.
FORBIDDEN = tuple(
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' own; a cloud tells credentials there
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # a cloud's, which tells a machine about itself
        "169.254.0.0/16",  # link-local; clouds tell credentials there
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # of protocols
        "192.0.2.0/24",  # of documents
        "192.31.196.0/24",  # AS112: names of private networks end there
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # of benchmarks
        "198.51.100.0/24",  # of documents
        "203.0.113.0/24",  # of documents
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 within a network
        "100::/64",  # discarded
        "100:0:0:1::/64",  # of tests
        "2001::/23",  # of protocols: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # of documents
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # 6bone, given back
        "3fff::/20",  # of documents
        "5f00::/16",  # segment routing within a network
        "fc00::/7",  # private
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
    )
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is an ordinary address of the internet. An IPv4 address written as IPv6 is none: it stands outside of
    what is given out.
    """
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in FORBIDDEN if network.version == address.version)


def read_address(host: str) -> IPv4Address | IPv6Address | None:
    """A literal address, else None."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def explain_url(url: str, *, allow_private: bool) -> str:
    """What is wrong with the URL, for whoever typed it; empty where nothing is."""
    if len(url) > LONGEST_URL:
        return f"The URL is longer than {LONGEST_URL} characters."
    if any(not one.isascii() or not one.isprintable() or one in ' \\<>"' for one in url):
        return "The URL holds a character that no URL has. Write other characters as %.. or, in a name, in Punycode."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is no URL. Give one such as https://hooks.example.com/interviews."
    return _explain_parts(parts, port, allow_private)


def _explain_parts(parts: SplitResult, port: int | None, allow_private: bool) -> str:
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        return "The URL must begin with https://."
    if not parts.hostname or port == 0:
        return "The URL names no host, or port 0."
    if parts.username is not None or parts.password is not None:
        return "The URL must hold no user and no password: the signature tells who sent an event."
    if parts.fragment:
        return "The URL must not hold a # part: it is never sent."
    if not allow_private and not _is_host_allowed(parts.hostname):
        return "The URL leads to this machine or into a private network. Events are sent to public addresses alone."
    return ""


def _is_host_allowed(host: str) -> bool:
    """What the name resolves to is looked at again whenever something is sent."""
    address = read_address(host)
    if address is not None:
        return is_public(address)
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return False
    last = name.rpartition(".")[2]
    return not (last.isdigit() or last.startswith("0x"))  # 127.1, 0x7f000001: other ways to write an address
