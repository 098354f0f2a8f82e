"""Who is behind a hub: read from its HubClientInfo before anything else is asked of it."""

import logging
from datetime import datetime

from bot.domain.errors import PartnerError
from bot.domain.network import Client, Partner
from bot.ocpi.hubs import read_client
from bot.ocpi.paths import THEIR_ROLE, Module
from bot.ocpi.reader import Notes, Source, read_page
from bot.services.partners import Partners
from data.ocpi.client import Access, OcpiClient

log = logging.getLogger(__name__)


async def with_clients(client: OcpiClient, partners: Partners, partner: Partner, now: datetime) -> Partner:
    """The partner with the parties behind it, if it is a hub that tells of them now; else with those it told before."""
    url = partner.endpoint(Module.HUB_CLIENT_INFO, THEIR_ROLE[Module.HUB_CLIENT_INFO])
    if partner.hub is None or url is None:
        return partner
    found: list[Client] = []
    try:
        async for items in client.pages(url, Access(partner.their_token, partner.base64_tokens)):
            found += read_page(items, read_client, Source(partner.id, now), Notes())
    except PartnerError as error:
        log.warning("%s does not tell who is behind it: %s", partner.name, error)
    return await partners.heard_of(partner.id, found) or partner
