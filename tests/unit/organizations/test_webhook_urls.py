"""Where events may be sent to, and when again."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from organizations.domain.webhook_retries import (
    DISABLED_AFTER,
    WAITS,
    find_places,
    find_turn,
    find_wait,
    has_failed_too_long,
)
from organizations.domain.webhook_urls import FORBIDDEN as NETWORKS
from organizations.domain.webhook_urls import UNICAST, explain_url, is_public

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PUBLIC = ("1.1.1.1", "93.184.215.14", "192.0.1.1", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e", "2001:200::1")
FORBIDDEN = {
    "loopback": ("127.0.0.1", "127.255.0.3", "::1"),
    "unspecified": ("0.0.0.0", "::"),
    "this network": ("0.1.2.3",),
    "private": ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1"),
    "link-local": ("169.254.1.1", "fe80::1"),
    "site-local": ("fec0::1",),
    "of clouds, to tell credentials": ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"),
    "carrier's": ("100.64.0.1", "100.127.255.254"),
    "multicast": ("224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"),
    "reserved": ("240.0.0.1", "255.255.255.255", "4000::1", "::1:0:0:1", "1fff:ffff::1"),
    "of protocols": ("192.0.0.1", "192.0.0.9", "192.0.0.10", "192.0.0.192", "2001:1::1", "2001:1::2", "2001:3::1"),
    "of protocols, newer than this Python may be": ("5f00::1", "2001:20::1", "2001:30::1", "2001:4:112::1"),
    "of names that lead nowhere": ("192.31.196.1", "192.175.48.1", "2620:4f:8000::1", "192.52.193.1"),
    "discarded": ("100::1", "100:0:0:1::1", "3ffe::1"),
    "for documents": ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "3fff:fff::1"),
    "for benchmarks": ("198.18.0.1", "198.19.255.255", "2001:2::1"),
    "IPv4 in IPv6": ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "::ffff:0:1.1.1.1"),
    "NAT64": ("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1"),
    "6to4 and Teredo": ("2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
}


@pytest.mark.parametrize("address", PUBLIC)
def test_an_ordinary_address_is_sent_to(address: str) -> None:
    assert is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert explain_url(f"https://{host}/hooks", allow_private=False) == ""


@pytest.mark.parametrize("address", [one for several in FORBIDDEN.values() for one in several])
def test_every_other_class_of_address_is_not(address: str) -> None:
    assert not is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert "private network" in explain_url(f"https://{host}/hooks", allow_private=False)
    assert explain_url(f"http://{host}/hooks", allow_private=True) == ""


def test_what_this_python_knows_of_addresses_is_not_relied_on() -> None:
    addresses = [ip_address(one) for several in FORBIDDEN.values() for one in several]
    left = [
        one for one in addresses if not any(one in network for network in NETWORKS if network.version == one.version)
    ]
    assert [one for one in left if one.version == 4 or one in UNICAST] == []


@pytest.mark.parametrize("url", ["https://hooks.example.com", "https://hooks.example.com:8443/a?b=c%20d&e=[1]"])
def test_a_name_may_have_any_port_path_and_query(url: str) -> None:
    assert explain_url(url, allow_private=False) == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example.com/", "must begin with https://"),
        ("ftp://hooks.example.com/", "must begin with https://"),
        ("//hooks.example.com/", "must begin with https://"),
        ("", "must begin with https://"),
        ("https:///hooks", "names no host"),
        ("https://hooks.example.com:0/", "names no host, or port 0"),
        ("https://hooks.example.com:99999/", "is no URL"),
        ("https://[::1/", "is no URL"),
        ("https://user@hooks.example.com/", "no user and no password"),
        ("https://user:secret@hooks.example.com/", "no user and no password"),
        ("https://hooks.example.com/#part", "# part"),
        ("https://hooks.example.com/a b", "a character"),
        ("https://hooks.example.com\\@127.0.0.1/", "a character"),
        ("https://hooks.example.com/\r\nX-Header: 1", "a character"),
        ("https://hooks.example.com/\0", "a character"),
        ("https://hooks.exämple.com/", "a character"),
        (f"https://hooks.example.com/{'a' * 2000}", "longer than 2000"),
        ("https://localhost/", "private network"),
        ("https://LOCALHOST./", "private network"),
        ("https://db.internal/", "private network"),
        ("https://127.1/", "private network"),
        ("https://2130706433/", "private network"),
        ("https://0x7f000001/", "private network"),
        ("https://0177.0.0.1/", "private network"),
        ("https://127.0.0.1./", "private network"),
        ("https://[fe80::1%25eth0]/", "private network"),
    ],
)
def test_what_is_wrong_with_another_is_said(url: str, words: str) -> None:
    assert words in explain_url(url, allow_private=False)


def test_what_is_not_taken_is_sent_again_over_three_days() -> None:
    assert WAITS == (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    assert timedelta(days=3) < timedelta(seconds=sum(WAITS)) < timedelta(days=4)
    waits = [find_wait(attempts, asked_seconds=None, chance=0.0) for attempts in range(1, 11)]
    assert waits == [timedelta(seconds=one) for one in (*WAITS, WAITS[-1])]
    assert find_wait(2, asked_seconds=None, chance=1.0) == timedelta(seconds=330)


def test_a_server_may_ask_for_more_time_within_a_day() -> None:
    assert find_wait(1, asked_seconds=120.0, chance=0.0) == timedelta(minutes=2)
    assert find_wait(3, asked_seconds=120.0, chance=0.0) == timedelta(minutes=30)
    assert find_wait(1, asked_seconds=9e9, chance=0.0) == timedelta(hours=24)


def test_five_days_of_failures_are_too_long() -> None:
    assert not has_failed_too_long(None, NOW)
    assert not has_failed_too_long(NOW - DISABLED_AFTER + timedelta(seconds=1), NOW)
    assert has_failed_too_long(NOW - DISABLED_AFTER, NOW)


def test_turns_at_one_endpoint() -> None:
    assert [find_places(is_failing=is_failing) for is_failing in (False, True)] == [2, 1]
    ages = (timedelta(), timedelta(seconds=40), timedelta(minutes=10), timedelta(days=2))
    turns = [timedelta(seconds=15), timedelta(seconds=20), timedelta(minutes=5), timedelta(minutes=30)]
    assert [find_turn(age) for age in ages] == turns
