"""Ratings and reports of faults, as drivers gave them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam as given
from sqlalchemy import insert, select, update

from bot.domain.feedback import FaultReport, Rating
from bot.domain.ids import ChargeId, DriverId
from data.db.serialisation import Form
from data.db.store import Store
from data.db.tables import fault_reports, ratings

_RATING = Form(Rating)
_REPORT = Form(FaultReport)
_OF_CHARGE = select(ratings.c.body).where(ratings.c.charge_id == given("charge"))
_RATINGS = select(ratings.c.body).order_by(ratings.c.at.desc(), ratings.c.charge_id).limit(given("most"))
_REPORTS = select(fault_reports).order_by(fault_reports.c.id.desc()).limit(given("most"))
_REPORT_OF = select(fault_reports).where(
    fault_reports.c.id == given("report"), fault_reports.c.driver_id == given("driver")
)
_ADD = insert(fault_reports).returning(fault_reports.c.id)
_DESCRIBE = update(fault_reports).where(fault_reports.c.id == given("report"))


class SqlFeedback(Store):
    def rate(self, rating: Rating) -> None:
        row = {
            "charge_id": rating.charge_id,
            "driver_id": rating.driver_id,
            "at": rating.at,
            "body": _RATING.write(rating),
        }
        self._put(ratings, [row])

    def rating(self, charge_id: ChargeId) -> Rating | None:
        row = self._row(_OF_CHARGE, charge=charge_id)
        return _RATING.read(row.body) if row else None

    def ratings(self, limit: int) -> Sequence[Rating]:
        return [_RATING.read(row.body) for row in self._rows(_RATINGS, most=limit)]

    def report(self, report: FaultReport) -> int:
        row = self._row(_ADD, driver_id=report.driver_id, body=_REPORT.write(report))
        assert row is not None, "the database numbers what it is given"
        return int(row.id)

    def describe(self, report_id: int, driver_id: DriverId, comment: str) -> None:
        row = self._row(_REPORT_OF, report=report_id, driver=driver_id)
        if row is not None:
            described = replace(_REPORT.read(row.body), comment=comment)
            self._run(_DESCRIBE, {"report": report_id, "body": _REPORT.write(described)})

    def reports(self, limit: int) -> Sequence[FaultReport]:
        return [_numbered(row) for row in self._rows(_REPORTS, most=limit)]


def _numbered(row: Any) -> FaultReport:
    return replace(_REPORT.read(row.body), id=row.id)
