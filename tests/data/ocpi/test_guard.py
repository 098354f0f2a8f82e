import socket

import pytest

from data.ocpi import guard
from data.ocpi.guard import AddressRefused, checked_url, guarded_connector, is_public


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "203.0.114.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]
)
def test_addresses_of_the_internet_may_be_dialled(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.5",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "",
    ],
)
def test_everything_else_may_not(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://cpo.example/ocpi",
        "ftp://cpo.example",
        "file:///etc/passwd",
        "cpo.example/ocpi",
        "//cpo.example",
        "/ocpi",
        "",
        "https://",
        "https://user:pw@cpo.example",
        "https://user@cpo.example",
        "https://cpo.example:22",
        "https://cpo.example:99999",
        "https://cpo.example:abc",
        "https://[::1",
        "https://" + "a" * 70 + ".example",
        "https://a..example",
    ],
)
def test_only_https_at_known_ports_without_a_user_is_a_partners_address(url):
    with pytest.raises(AddressRefused):
        checked_url(url, allow_private=False)


def test_an_address_is_kept_letter_for_letter():
    url = "https://cpo.example:8443/a%2Fb?date=2026-03-02T12%3A00%3A00Z&x=a+b"
    assert str(checked_url(url, allow_private=False)) == url
    assert str(checked_url("https://cpo.example/ä b", allow_private=False)) == "https://cpo.example/%C3%A4%20b"


def test_an_address_cannot_break_out_of_its_line():
    for url in ("https://cpo.example/a\r\nX: y", "https://cpo.example/a b"):
        assert not any(c.isspace() for c in str(checked_url(url, allow_private=False)))


def test_a_pretend_world_may_use_http_and_any_port():
    assert checked_url("http://127.0.0.1:4567/x", allow_private=True).port == 4567
    for url in ("ftp://127.0.0.1", "http://u:p@127.0.0.1"):
        with pytest.raises(AddressRefused):
            checked_url(url, allow_private=True)


@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, ("127.0.0.1", 443)), (socket.AF_INET6, ("::1", 443, 0, 0))]
)
def test_no_socket_is_made_for_a_private_address(family, address):
    with pytest.raises(AddressRefused):
        guard._public_socket((family, socket.SOCK_STREAM, 0, "", address))


def test_a_socket_is_made_for_a_public_address():
    guard._public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 443))).close()


async def test_a_fresh_connector_never_keeps_a_connection():
    async with (
        guarded_connector(allow_private=False, fresh=True) as fresh,
        guarded_connector(allow_private=False) as kept,
    ):
        assert fresh.force_close
        assert not kept.force_close
