"""Versions and version details: generated from what is mounted (OCPI 2.2.1 version_information_endpoint)."""

from collections.abc import Iterable

from bot.ocpi import paths
from bot.ocpi.credentials import VersionLink, write_details, write_versions
from bot.ocpi.kinds import Kind
from bot.ocpi.paths import Resource
from bot.ocpi.versions import SPOKEN
from handlers.ocpi.exchange import Call, Desk, Handler, Reply


async def get_versions(desk: Desk, _call: Call) -> Reply:
    public_url = desk.us.public_url
    return Reply(write_versions(VersionLink(version, paths.details_url(public_url, version)) for version in SPOKEN))


def get_details(mounted: Iterable[Resource]) -> Handler:
    """The handler that describes these resources."""
    resources = tuple(mounted)

    async def get(desk: Desk, call: Call) -> Reply:
        endpoints = paths.endpoints(desk.us.public_url, call.version, resources)
        return Reply(call.words.theirs(Kind.DETAILS, write_details(call.version, endpoints)))

    return get
