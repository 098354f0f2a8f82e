"""Tokens: each charge has one of its own, good as long as it is open; each card has one, good as long as its pass is.

(OCPI 2.2.1 mod_tokens, sender.)
"""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from bot.domain.charge import UNRESOLVED, Charge
from bot.domain.driver import Pass, PassStatus
from bot.domain.ids import PartnerId, same
from bot.ocpi import headers, paths
from bot.ocpi.errors import InvalidParameters, NotFound, StatusCode
from bot.ocpi.kinds import Kind
from bot.ocpi.reader import Fields
from bot.ocpi.tokens import (
    Allowed,
    LocationReferences,
    read_location_references,
    write_authorization,
    write_card_token,
    write_token,
)
from bot.ocpi.wire import stamp
from bot.ports import UnitOfWork
from handlers.ocpi.exchange import Call, Desk, Reply

PAGE: Final = 100


async def get_tokens(desk: Desk, call: Call) -> Reply:
    """The tokens of the caller's open charges, then those of all cards, page by page, the oldest first."""
    partner_id = call.partner.id
    date_from, date_to = _moment(call, "date_from"), _moment(call, "date_to")
    offset, limit = _number(call, "offset", 0), min(max(_number(call, "limit", PAGE), 1), PAGE)

    def work(uow: UnitOfWork) -> tuple[list[dict[str, Any]], int]:
        found = [c for c in _open_charges(uow, partner_id) if _between(date_from, c.made_at, date_to)]
        shown = [_token(desk, uow, charge) for charge in found[offset : offset + limit]]
        skipped = max(0, offset - len(found))
        cards = uow.drivers.cards(date_from, date_to, offset=skipped, limit=limit - len(shown))
        shown += [_card_token(desk, uow, card) for card in cards]
        total = len(found) + uow.drivers.count_cards(date_from, date_to)
        return [call.words.theirs(Kind.TOKEN, token) for token in shown], total

    tokens, total = await desk.db.read(work)
    about = {headers.TOTAL_COUNT: str(total), headers.LIMIT: str(PAGE)}
    if offset + limit < total:
        asked = {"date_from": date_from, "date_to": date_to}
        query = {name: stamp(moment) for name, moment in asked.items() if moment} | {
            "offset": offset + limit,
            "limit": limit,
        }
        url = f"{paths.TOKENS.url(desk.us.public_url, call.version)}?{urlencode(query)}"
        about["Link"] = headers.next_link_header(url)
    return Reply(tokens, HTTPStatus.OK, about)


async def post_authorize(desk: Desk, call: Call) -> Reply:
    """Whether this token may charge, here: an open charge's where it was begun, a card's as its pass stands."""
    partner_id, uid = call.partner.id, call.segment("token_uid")
    where = read_location_references(await call.optional_body(), call.notes)

    def work(uow: UnitOfWork) -> dict[str, Any] | None:
        charge = uow.charges.by_token(partner_id, uid)
        if charge is None:
            return _card_authorization(desk, uow, uid, where)
        if not charge.open:
            return None
        allowed = Allowed.ALLOWED if where is None or _is_there(charge, where) else Allowed.NOT_ALLOWED
        at = where if allowed is Allowed.ALLOWED else None
        return write_authorization(allowed, _token(desk, uow, charge), location=at, reference=charge.id)

    authorization = await desk.db.read(work)
    if authorization is None:
        raise NotFound("no such token", StatusCode.UNKNOWN_TOKEN)
    return Reply(call.words.theirs(Kind.AUTHORIZATION, authorization))


def _open_charges(uow: UnitOfWork, partner_id: PartnerId) -> Sequence[Charge]:
    ours = (charge for charge in uow.charges.in_states(UNRESOLVED) if charge.place.partner_id == partner_id)
    return sorted(ours, key=lambda charge: (charge.made_at, charge.id))


def _token(desk: Desk, uow: UnitOfWork, charge: Charge) -> dict[str, Any]:
    driver = uow.drivers.get(charge.driver_id)
    language = driver.tongue if driver else "en"
    return write_token(charge, desk.us, language, valid=True, updated=charge.made_at)


_WORDS: Final = {
    PassStatus.ACTIVE: Allowed.ALLOWED,
    PassStatus.BLOCKED: Allowed.BLOCKED,
    PassStatus.EXPIRED: Allowed.EXPIRED,
}


def _card_authorization(
    desk: Desk, uow: UnitOfWork, uid: str, where: LocationReferences | None
) -> dict[str, Any] | None:
    card = uow.drivers.pass_by_token(uid, "")
    if card is None:
        return None
    driver = uow.drivers.get(card.driver_id) if card.driver_id else None
    allowed = _WORDS.get(card.status, Allowed.NOT_ALLOWED)
    if allowed is Allowed.ALLOWED and driver is not None and (driver.banned or driver.leaving_at is not None):
        allowed = Allowed.BLOCKED
    at = where if allowed is Allowed.ALLOWED else None
    return write_authorization(allowed, _card_token(desk, uow, card), location=at)


def _card_token(desk: Desk, uow: UnitOfWork, card: Pass) -> dict[str, Any]:
    driver = uow.drivers.get(card.driver_id) if card.driver_id else None
    return write_card_token(card, desk.us, driver.tongue if driver else "en")


def _is_there(charge: Charge, where: LocationReferences) -> bool:
    place = charge.place
    return same(place.location_id, where.location_id) and (
        not where.evse_uids or any(same(place.evse_uid, uid) for uid in where.evse_uids)
    )


def _between(date_from: datetime | None, moment: datetime, date_to: datetime | None) -> bool:
    return (date_from is None or moment >= date_from) and (date_to is None or moment < date_to)


def _moment(call: Call, name: str) -> datetime | None:
    text = call.request.query.get(name)
    if text is None:
        return None
    moment = Fields({name: text.replace(" ", "+")}, call.notes).moment(name)
    if moment is None:
        raise InvalidParameters(f"{name} is no date and time")
    return moment


def _number(call: Call, name: str, otherwise: int) -> int:
    text = call.request.query.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004  no one has a milliard tokens
        raise InvalidParameters(f"{name} is no number of tokens")
    return int(text)
