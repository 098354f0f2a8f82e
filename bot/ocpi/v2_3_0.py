"""OCPI 2.3.0, told as its differences to our words: money with its taxes as a list. What it adds, our reader reads."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.ocpi.kinds import Json, Kind


def _price(price: Json) -> Json | None:
    """A Price; one of which only the sum with taxes is known cannot be said and is left out."""
    net, gross = price.get("excl_vat"), price.get("incl_vat")
    if net is None:
        return None
    return {"before_taxes": net} | ({} if gross is None else {"taxes": [{"name": "VAT", "amount": gross - net}]})


def _limit(limit: Json) -> Json | None:
    net, gross = limit.get("excl_vat"), limit.get("incl_vat")
    if net is None:
        return None
    return {"before_taxes": net} | ({} if gross is None else {"after_taxes": gross})


def _with(made: Json, names: tuple[str, ...], change: Callable[[Json], Json | None]) -> Json:
    said = {name: change(made[name]) for name in names if name in made}
    others = {name: value for name, value in made.items() if name not in said}
    return others | {name: value for name, value in said.items() if value is not None}


def tariff_out(made: Json) -> Json:
    """`tax_included` is required there; a tariff that came without it has prices before VAT, as 2.2.1 has them."""
    return {"tax_included": "NO"} | _with(made, ("min_price", "max_price"), _limit)


def session_out(made: Json) -> Json:
    return _with(made, ("total_cost",), _price)


def cdr_out(made: Json) -> Json:
    tariffs = made.get("tariffs")
    return session_out(made) | ({"tariffs": [tariff_out(tariff) for tariff in tariffs]} if tariffs else {})


FROM_OURS: Final[Mapping[Kind, Callable[[Json], Json]]] = {
    Kind.TARIFF: tariff_out,
    Kind.SESSION: session_out,
    Kind.CDR: cdr_out,
}
