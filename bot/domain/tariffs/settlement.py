"""From lines to a total: tax on each line, the tariff's price limits, and the one rounding at the very end."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.domain.money import Money, Price
from bot.domain.tariffs.bill import Line, Reason
from bot.domain.tariffs.tariff import Dimension, PriceComponent, Tariff, TaxIncluded

_ZERO, _ONE, _PERCENT = Decimal(0), Decimal(1), Decimal(100)

Sides = tuple[Decimal | None, Decimal | None]


def with_tax(amount: Decimal, component: PriceComponent, tariff: Tariff) -> Price:
    """Complete an amount at the tariff's prices with its other side, exactly.

    vat absent: in OCPI 2.2.1 no VAT applies, both sides are equal; where a 2.3.0 tariff says that taxes are
    (not) included and names none, the other side is unknown. Nothing is nothing on both sides.
    """
    rate = tax_factor(component, tariff)
    if tariff.tax_included == TaxIncluded.YES:
        excl = amount / rate if rate else None if amount else _ZERO
        return Price.of(tariff.currency, excl, amount)
    incl = amount * rate if rate else None if amount else _ZERO
    return Price.of(tariff.currency, amount, incl)


def tax_factor(component: PriceComponent, tariff: Tariff) -> Decimal | None:
    """Give 1.2 for 20 %, 1 where none applies, None where a tax is due that nobody named."""
    if tariff.tax_included == TaxIncluded.NOT_APPLICABLE:
        return _ONE
    if component.vat is not None:
        return _ONE + component.vat / _PERCENT
    return None if tariff.tax_included in {TaxIncluded.YES, TaxIncluded.NO} else _ONE


def exact_total(lines: Iterable[Line]) -> Sides:
    """Sum each side; a side is unknown as soon as it is unknown for one line."""
    excl: Decimal | None = _ZERO
    incl: Decimal | None = _ZERO
    for line in lines:
        excl = _plus(excl, line.amount.excl_vat)
        incl = _plus(incl, line.amount.incl_vat)
    return excl, incl


def _plus(so_far: Decimal | None, more: Money | None) -> Decimal | None:
    return None if so_far is None or more is None else so_far + more.amount


def rounded_total(currency: str, total: Sides) -> Price:
    """Round both sides of an exact total, each once."""
    excl, incl = (None if side is None else Money(side, currency).rounded() for side in total)
    return Price(excl, incl)


def limit_lines(lines: Sequence[Line], tariffs: Sequence[Tariff]) -> tuple[list[Line], list[Reason]]:
    """Adjust the session's total to every tariff's min_price, then max_price; where they clash the driver pays less.

    The sides are limited independently ("they both apply"). A side without a limit of its own follows the other in
    the bill's own proportion, for OCPI has no rule for it and tax on an adjustment is still due. Returned beside the
    adjustments: limits that cannot be applied, for they are before a tax that the bill's prices hide.
    """
    total = exact_total(lines)
    added: list[Line] = []
    unknown: list[Reason] = []
    floors = [(Reason.MIN_PRICE, tariff.min_price, tariff) for tariff in tariffs]
    ceilings = [(Reason.MAX_PRICE, tariff.max_price, tariff) for tariff in tariffs]
    for reason, limit, tariff in (*floors, *ceilings):
        if limit is None:
            continue
        if limit.incl_vat is None and total[0] is None:
            unknown.append(reason)
            continue
        target = _limited(reason, limit, total, tariff)
        if target != total:
            added.append(_adjustment(reason, limit, total, target, tariff))
            total = target
    return added, unknown


def _limited(reason: Reason, limit: Price, total: Sides, tariff: Tariff) -> Sides:
    excl, incl = (
        _within(reason, side, edge) for side, edge in zip(total, (limit.excl_vat, limit.incl_vat), strict=True)
    )
    if limit.incl_vat is None and excl != total[0]:
        rate = _rate(total, tariff)
        incl = None if excl is None or rate is None else excl * rate
    elif limit.excl_vat is None and incl != total[1]:
        rate = _rate(total, tariff)
        excl = None if incl is None or rate is None else incl / rate
    return excl, incl


def _within(reason: Reason, side: Decimal | None, edge: Money | None) -> Decimal | None:
    if side is None or edge is None:
        return side
    return max(side, edge.amount) if reason is Reason.MIN_PRICE else min(side, edge.amount)


def _rate(total: Sides, tariff: Tariff) -> Decimal | None:
    """The bill's tax as a factor; where nothing was billed, that of the tariff's energy, else first, component."""
    excl, incl = total
    if excl is None or incl is None:
        return None
    if excl and incl:
        return incl / excl
    components = [component for element in tariff.elements for component in element.components]
    energy = [component for component in components if component.type == Dimension.ENERGY]
    leading = next(iter(energy or components), None)
    return _ONE if leading is None else tax_factor(leading, tariff)


def _adjustment(reason: Reason, limit: Price, total: Sides, target: Sides, tariff: Tariff) -> Line:
    excl, incl = (
        None if after is None or before is None else after - before for before, after in zip(total, target, strict=True)
    )
    known = incl if excl is None else excl
    facts = {
        name: side.amount
        for name, side in (("limit_excl_vat", limit.excl_vat), ("limit_incl_vat", limit.incl_vat))
        if side is not None
    }
    return Line(
        dimension=reason.name,
        reason=reason,
        volume=_ONE,
        unit="session",
        price=known or _ZERO,
        vat=None,
        amount=Price.of(tariff.currency, excl, incl),
        tariff_id=tariff.id,
        facts=facts,
    )
