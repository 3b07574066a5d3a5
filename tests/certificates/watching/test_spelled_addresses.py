"""However a private address is spelled, and whatever a name leads to, nothing is sent there."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.watching import outgoing
from certificates.watching.outgoing import Problem, Sent, address_problem, is_public, send
from tests.certificates.watching.news import URL

PRIVATE = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"),
]
PRIVATE_6 = ["::/96", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32"]


def within(*networks):
    """Any address in one of some networks."""
    return st.sampled_from(networks).flatmap(
        lambda network: st.integers(int(network[0]), int(network[-1])).map(type(network[0]))
    )


private = within(*map(IPv4Network, PRIVATE))
public = within(IPv4Network("8.0.0.0/8"), IPv4Network("81.0.0.0/8"))


def spelled_in_six(address):
    """The ways in which an IPv6 address leads to an IPv4 one."""
    number = int(address)
    return {
        "mapped": IPv6Address(0xFFFF << 32 | number),
        "6to4": IPv6Address(0x2002 << 112 | number << 80),
        "translated": IPv6Address(int(IPv6Address("64:ff9b::")) | number),
        "translated locally": IPv6Address(int(IPv6Address("64:ff9b:1::")) | number),
        "compatible": IPv6Address(number),
    }


@given(private)
def test_no_address_of_a_private_network_is_public_in_any_spelling(address):
    assert not is_public(address)
    for way, spelled in spelled_in_six(address).items():
        assert not is_public(spelled), way


@given(within(*map(IPv6Network, PRIVATE_6)))
def test_no_address_of_a_private_network_of_ipv6_is_public(address):
    assert not is_public(address)


@given(public)
def test_those_of_the_internet_are_public_and_so_is_their_spelling_as_mapped(address):
    assert is_public(address)
    assert is_public(spelled_in_six(address)["mapped"])


@given(private)
def test_written_into_an_address_it_is_refused_before_anything_is_asked(address):
    mapped = spelled_in_six(address)["mapped"]
    for host in (str(address), f"[{mapped}]", f"[::ffff:{address}]"):
        assert address_problem(f"https://{host}/hook") == Problem.NOT_PUBLIC


@pytest.fixture
def no_connection(monkeypatch):
    """Where a connection was tried. None is made."""
    tried = []

    def connect(where, timeout=None):
        tried.append(where)
        raise ConnectionResetError

    monkeypatch.setattr(outgoing.socket, "create_connection", connect)
    return tried


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "017700000001", "0", "127.1", "127.0.1"),
        *("0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "0x7F.0X0.0x0.0x1", "00000177.0.0.1"),
        *("10.1", "0xa.0.0.1", "012.0.0.1", "192.168.257", "172.1048577", "0.0"),
        *("169.16689662", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376"),
        *("[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]"),
        *("[fe80::1%25eth0]", "[fec0::1]", "[::]", "localhost", "LOCALHOST", "localhost."),
        *("8.8.8.8@127.0.0.1", "127.0.0.1\\@8.8.8.8", "127.0.0.1#@8.8.8.8"),
        *("\uff11\uff12\uff17.0.0.1", "127\u30020.0.1", "\u2460\u2461\u2466.0.0.1"),
    ],
)
def test_another_spelling_of_this_machine_leads_nowhere(host, no_connection):
    """The system's own resolver reads some of these as numbers: it is asked, and not obeyed."""
    sent = send(f"https://{host}/", b"{}", {})
    assert sent.problem in {Problem.ADDRESS, Problem.NOT_PUBLIC}
    assert not sent.arrived
    assert not no_connection


def test_a_name_is_asked_for_once_and_what_it_says_afterwards_leads_nowhere(
    monkeypatch, no_connection
):
    """One that answers with a public address first, and with this machine at the second question."""
    answers = iter(["8.8.8.8", "127.0.0.1", "127.0.0.1"])

    def resolve(host, port, **kwargs):
        return [(None, None, None, "", (next(answers), port))]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolve)
    assert send(URL, b"{}", {}) == Sent(problem=Problem.NO_ANSWER)
    assert no_connection == [("8.8.8.8", 443)]
    assert send(URL, b"{}", {}) == Sent(problem=Problem.NOT_PUBLIC)
    assert len(no_connection) == 1


@given(st.lists(st.one_of(private, public), min_size=1, max_size=4))
def test_one_private_address_among_those_of_a_name_is_enough(addresses):
    found = [(None, None, None, "", (str(each), 443)) for each in addresses]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **kwargs: found)
        if all(is_public(each) for each in addresses):
            assert outgoing.resolve("hooks.example.org", 443) == str(addresses[0])
        else:
            with pytest.raises(ConnectionRefusedError):
                outgoing.resolve("hooks.example.org", 443)


def test_a_name_without_any_address_is_not_connected_to(monkeypatch, no_connection):
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **kwargs: [])
    assert send(URL, b"{}", {}).problem == Problem.NOT_PUBLIC
    assert not no_connection


def test_what_a_resolver_cannot_read_is_said_and_raises_nothing(monkeypatch, no_connection):
    for error in (socket.gaierror, UnicodeError("label too long"), TimeoutError):

        def fail(*args, error=error, **kwargs):
            raise error

        monkeypatch.setattr(outgoing.socket, "getaddrinfo", fail)
        assert send(URL, b"{}", {}) == Sent(problem=Problem.UNKNOWN)
    assert not no_connection


def test_the_least_and_the_greatest_of_a_private_network_are_inside():
    """The edges, beside which the internet begins."""
    for inside, outside in [
        ("10.255.255.255", "11.0.0.0"),
        ("172.31.255.255", "172.32.0.0"),
        ("172.16.0.0", "172.15.255.255"),
        ("192.168.0.0", "192.167.255.255"),
        ("169.254.0.0", "169.253.255.255"),
        ("127.255.255.255", "128.0.0.0"),
        ("100.127.255.255", "100.128.0.0"),
    ]:
        assert (is_public(IPv4Address(inside)), is_public(IPv4Address(outside))) == (False, True)
