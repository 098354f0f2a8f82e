"""Tariffs as their operators publish them, one row each."""

from collections.abc import Iterable

from sqlalchemy import bindparam as given
from sqlalchemy import delete, select

from bot.domain.ids import PartnerId, Party, TariffId, folded
from bot.domain.tariffs.tariff import Tariff
from data.db.serialisation import Form
from data.db.store import Store
from data.db.tables import tariffs

_FORM = Form(Tariff)
_KEY = (
    tariffs.c.partner_id == given("partner"),
    tariffs.c.party == given("of_party"),
    tariffs.c.tariff_id == given("tariff"),
)
_GET = select(tariffs.c.body).where(*_KEY)
_REMOVE = delete(tariffs).where(*_KEY)


class SqlTariffs(Store):
    def put(self, partner_id: PartnerId, tariffs_: Iterable[tuple[Party, Tariff]]) -> int:
        changed = {}
        for party, tariff in tariffs_:
            body = _FORM.write(tariff)
            key = _key(partner_id, party, tariff.id)
            row = self._row_to_change(_GET, **key)
            if row is None or row.body != body:
                changed[str(party), folded(tariff.id)] = {
                    "partner_id": partner_id,
                    "party": str(party),
                    "tariff_id": folded(tariff.id),
                    "body": body,
                }
        self._put(tariffs, list(changed.values()))
        return len(changed)

    def get(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> Tariff | None:
        row = self._row(_GET, **_key(partner_id, party, tariff_id))
        return _FORM.read(row.body) if row else None

    def remove(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> bool:
        return self._run(_REMOVE, _key(partner_id, party, tariff_id)) == 1


def _key(partner_id: PartnerId, party: Party, tariff_id: str) -> dict[str, object]:
    return {"partner": partner_id, "of_party": str(party), "tariff": folded(tariff_id)}
