"""Which links the server accepts, in which form it gives them back, and why it refuses the others."""

import ipaddress
import re
from urllib.parse import parse_qs

MAX_PORT = 65535
_OWN_SCHEMES = ("tg", "ton", "tonsite")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*)://")
_USER_LINK = re.compile(r"tg:(?://)?user\?(.*)", re.IGNORECASE)


class LinkError(Exception):
    """The sentence says which link and why, in the server's words."""

    def __init__(self, link: str, reason: str) -> None:
        super().__init__(f"URL '{link}' is invalid: {reason}")


def user_link_id(link: str) -> int | None:
    """The user a `tg://user?id=...` link means."""
    match = _USER_LINK.fullmatch(link.strip())
    if match is None:
        return None
    number = parse_qs(match[1].lower()).get("id", [""])[0]
    return int(number) if number.isdecimal() and int(number) > 0 else None


def check_link(link: str, *, https_only: bool = False) -> str:
    """The link as the server stores it: with protocol, lower-case host and a path; raises LinkError."""
    own = re.match(r"(\w+):", link)
    if own is not None and own[1].lower() in _OWN_SCHEMES and not https_only:
        return link
    protocol, rest = _split_protocol(link)
    if https_only and protocol != "https":
        raise LinkError(link, "Only HTTPS links are allowed")
    end = re.search(r"[/?#]", rest)
    authority, path = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    host, port = _split_authority(link, authority)
    suffix = f":{port}" if port else ""
    return f"{protocol}://{host}{suffix}{path.replace(' ', '%20') if path.startswith('/') else '/' + path}"


def _split_protocol(link: str) -> tuple[str, str]:
    match = _SCHEME.match(link)
    if match is None:
        return "http", link
    protocol = match[1].lower()
    if protocol not in ("http", "https"):
        raise LinkError(link, "Unsupported URL protocol")
    return protocol, link[match.end() :]


def _split_authority(link: str, authority: str) -> tuple[str, int]:
    _, _, host_and_port = authority.rpartition("@")
    host, port = host_and_port, ""
    if not host_and_port.endswith("]") and ":" in host_and_port:
        host, _, port = host_and_port.rpartition(":")
        if not port.isdecimal() or not 0 < int(port) <= MAX_PORT:
            raise LinkError(link, "Wrong port number specified in the URL")
    host = host.lower()
    if not host:
        raise LinkError(link, "URL host is empty")
    if re.search(r"[\s\"'<>`{}|\\^%*(),;!$&+=]", host):
        raise LinkError(link, "Disallowed character in URL host")
    if "." not in host.strip(".") and not host.startswith("["):
        raise LinkError(link, "Wrong HTTP URL")
    return host, int(port or 0)


def is_start_parameter(text: str) -> bool:
    """What a link t.me/bot?start=... may carry."""
    return re.fullmatch(r"[A-Za-z0-9_-]+", text) is not None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
