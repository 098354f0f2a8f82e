"""Ratings and reports of faults in memory."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.feedback import FaultReport, Rating
from bot.domain.ids import ChargeId, DriverId
from tests.fakes.tables import Tables, next_number


class FakeFeedback:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._ratings: dict[ChargeId, Rating] = tables["ratings"]
        self._reports: dict[int, FaultReport] = tables["fault_reports"]

    def rate(self, rating: Rating) -> None:
        self._ratings[rating.charge_id] = rating

    def rating(self, charge_id: ChargeId) -> Rating | None:
        return self._ratings.get(charge_id)

    def ratings(self, limit: int) -> Sequence[Rating]:
        by_id = sorted(self._ratings.values(), key=lambda rating: rating.charge_id)
        return sorted(by_id, key=lambda rating: rating.at, reverse=True)[:limit]

    def report(self, report: FaultReport) -> int:
        number = next_number(self._tables, "fault_reports")
        self._reports[number] = replace(report, id=number)
        return number

    def describe(self, report_id: int, driver_id: DriverId, comment: str) -> None:
        report = self._reports.get(report_id)
        if report is not None and report.driver_id == driver_id:
            self._reports[report_id] = replace(report, comment=comment)

    def reports(self, limit: int) -> Sequence[FaultReport]:
        return sorted(self._reports.values(), key=lambda report: report.id, reverse=True)[:limit]
