"""A charge that began without us: somebody held the driver's own card to the station's reader.

It claims nothing, so that it never stands in the way of a start; its id follows from the session or the bill.
"""

from datetime import datetime
from uuid import UUID, uuid5

from bot.domain.charge import By, Charge, Fact, Place, State, What
from bot.domain.driver import Driver, Pass
from bot.domain.ids import CdrId, ChargeId, TokenUid, folded
from bot.domain.session import Cdr, Session, SessionKey
from bot.domain.tariffs.tariff import Tariff

_SPACE = UUID("0c5fd9f4-7a3c-4f0e-9d0a-5d7f1f5f6f61")


def id_of_session(key: SessionKey) -> ChargeId:
    """The same however often the session is heard of."""
    return ChargeId(str(uuid5(_SPACE, f"{key.partner_id} {key.party} {folded(key.id)}")))


def id_of_bill(cdr: Cdr) -> ChargeId:
    """That of its session, where it names one."""
    if cdr.session_id is not None:
        return id_of_session(SessionKey(cdr.partner_id, cdr.party, cdr.session_id))
    return ChargeId(str(uuid5(_SPACE, f"bill {cdr.partner_id} {cdr.party} {folded(CdrId(cdr.id))}")))


def concerns(pass_: Pass, heard: Session | Cdr) -> bool:
    """Whether it is the owner's charge: what was over before the pass was theirs is somebody else's."""
    if pass_.driver_id is None:
        return False
    over = heard.end if isinstance(heard, Cdr) or heard.status.final else None
    return over is None or pass_.linked_at is None or over >= pass_.linked_at


def swiped_charge(
    charge_id: ChargeId,
    driver: Driver,
    pass_: Pass,
    place: Place,
    *,
    started_at: datetime,
    tariff: Tariff | None,
    secret: str,
    now: datetime,
) -> Charge:
    """The charge, waiting to be told of its session or bill; there was no start of ours and none will be sent."""
    made_at = min(started_at, now)
    return Charge(
        id=charge_id,
        driver_id=driver.id,
        pass_number=pass_.number,
        contract_id=pass_.contract_id,
        token_uid=TokenUid(UUID(charge_id).hex),
        callback_secret=secret,
        place=place,
        made_at=made_at,
        state=State.FENCED,
        tariff=tariff,
        fenced_at=made_at,
        business=driver.business,
        swiped=True,
        news=(Fact(now, By.OPERATOR, What.SWIPED, pass_.number),),
    )
