"""What we know of networks beside OCPI: their descriptions, a picture each, and what drivers say of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, func, select
from sqlalchemy import bindparam as given

from bot.domain.catalogue import DriverAnswer, Network, Question
from bot.domain.ids import DriverId, Party
from data.db.serialisation import Form
from data.db.store import Store
from data.db.stores.stations import SqlStations
from data.db.tables import nearby, network_answers, network_pictures, networks

_FORM = Form(Network)
_GET = select(networks.c.body).where(networks.c.party == given("of_party"))
_ALL = select(networks.c.body).order_by(networks.c.party)
_ENABLED = select(networks.c.enabled).where(networks.c.party == given("of_party"))
_PICTURE = select(network_pictures.c.content).where(network_pictures.c.party == given("of_party"))
_DROP_PICTURE = delete(network_pictures).where(network_pictures.c.party == given("of_party"))
_ANSWERS = (
    select(network_answers.c.question, network_answers.c.answer, func.count().label("number"))
    .where(network_answers.c.party == given("of_party"), network_answers.c.answer != "")
    .group_by(network_answers.c.question, network_answers.c.answer)
)
_ANSWER = select(network_answers.c.answer).where(
    network_answers.c.party == given("of_party"),
    network_answers.c.question == given("asked"),
    network_answers.c.driver_id == given("driver"),
)
_FORGET = delete(network_answers).where(network_answers.c.driver_id == given("driver"))
_STARTABLE = (
    select(nearby.c.party, func.count().label("number"))
    .where(nearby.c.plug == "", nearby.c.startable)
    .group_by(nearby.c.party)
)


class SqlNetworks(Store):
    def __init__(self, connection: Connection, stations: SqlStations, *, writing: bool) -> None:
        super().__init__(connection, writing=writing)
        self._stations = stations

    def get(self, party: Party) -> Network | None:
        row = self._row(_GET, of_party=str(party))
        return _FORM.read(row.body) if row else None

    def all(self) -> Sequence[Network]:
        return [_FORM.read(row.body) for row in self._rows(_ALL)]

    def save(self, network: Network) -> None:
        before = self._row_to_change(_ENABLED, of_party=str(network.party))
        row = {"party": str(network.party), "enabled": network.enabled, "body": _FORM.write(network)}
        self._put(networks, [row])
        if network.enabled is not (True if before is None else bool(before.enabled)):
            self._stations.index_again(network.party)

    def picture(self, party: Party) -> bytes | None:
        row = self._row(_PICTURE, of_party=str(party))
        return bytes(row.content) if row else None

    def save_picture(self, party: Party, content: bytes | None) -> None:
        if content is None:
            self._run(_DROP_PICTURE, {"of_party": str(party)})
        else:
            self._put(network_pictures, [{"party": str(party), "content": content}])

    def startable_stations(self) -> Mapping[Party, int]:
        return {Party(*row.party.split("-", 1)): row.number for row in self._rows(_STARTABLE)}

    def answers(self, party: Party) -> Mapping[Question, Mapping[str, int]]:
        found: dict[Question, dict[str, int]] = {question: {} for question in Question}
        for row in self._rows(_ANSWERS, of_party=str(party)):
            found[Question(row.question)][row.answer] = row.number
        return found

    def answer_of(self, party: Party, question: Question, driver_id: DriverId) -> str | None:
        row = self._row(_ANSWER, of_party=str(party), asked=question.value, driver=driver_id)
        return row.answer if row else None

    def note_answer(self, answer: DriverAnswer) -> None:
        row = {"party": str(answer.party), "question": answer.question.value, "driver_id": answer.driver_id}
        self._put(network_answers, [row | {"answer": answer.answer, "at": answer.at}])

    def forget_driver(self, driver_id: DriverId) -> None:
        self._run(_FORGET, {"driver": driver_id})
