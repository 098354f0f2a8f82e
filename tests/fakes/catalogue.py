"""Descriptions of networks and what drivers say of them, in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.domain.catalogue import DriverAnswer, Network, Question
from bot.domain.ids import DriverId, Party
from tests.fakes.networks import FakeStations
from tests.fakes.tables import Tables


class FakeNetworks:
    def __init__(self, tables: Tables, stations: FakeStations) -> None:
        self._rows: dict[Party, Network] = tables["networks"]
        self._pictures: dict[Party, bytes] = tables["network_pictures"]
        self._answers: dict[tuple[Party, Question, int], DriverAnswer] = tables["network_answers"]
        self._stations = stations

    def get(self, party: Party) -> Network | None:
        return self._rows.get(party)

    def all(self) -> Sequence[Network]:
        return [self._rows[party] for party in sorted(self._rows, key=str)]

    def save(self, network: Network) -> None:
        self._rows[network.party] = network

    def picture(self, party: Party) -> bytes | None:
        return self._pictures.get(party)

    def save_picture(self, party: Party, content: bytes | None) -> None:
        if content is not None:
            self._pictures[party] = content
        elif party in self._pictures:
            del self._pictures[party]

    def startable_stations(self) -> Mapping[Party, int]:
        return Counter(s.party for s in self._stations.visible() if any(evse.startable for evse in s.present))

    def answers(self, party: Party) -> Mapping[Question, Mapping[str, int]]:
        mine = [answer for answer in self._answers.values() if answer.party == party and answer.answer]
        return {
            question: Counter(answer.answer for answer in mine if answer.question is question) for question in Question
        }

    def answer_of(self, party: Party, question: Question, driver_id: DriverId) -> str | None:
        noted = self._answers.get((party, question, driver_id))
        return noted.answer if noted else None

    def note_answer(self, answer: DriverAnswer) -> None:
        self._answers[answer.party, answer.question, answer.driver_id] = answer

    def forget_driver(self, driver_id: DriverId) -> None:
        for key in [key for key in self._answers if key[2] == driver_id]:
            del self._answers[key]
