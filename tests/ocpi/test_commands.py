from datetime import timedelta

import pytest

from bot.domain.charge import Answer
from bot.domain.errors import Why
from bot.domain.ids import Party, SessionId
from bot.ocpi.commands import read_answer, write_start, write_stop
from bot.ocpi.credentials import Provider
from bot.ocpi.errors import InvalidParameters, NotEnoughInformation
from bot.ocpi.reader import Notes
from bot.ocpi.tokens import Allowed, language_code, read_location_references, write_authorization, write_token
from tests.fakes.clock import NOON
from tests.samples import REFERENCE, TOKEN, a_charge, a_place

US = Provider(Party("NL", "CHB"), "Chargebot" * 20, "https://chargebot.example")


def token(language: str = "de-AT", *, valid: bool = True):
    return write_token(a_charge(), US, language, valid=valid, updated=NOON)


def test_the_token_of_a_charge_is_whole_and_never_for_a_whitelist():
    assert token() == {
        "country_code": "NL",
        "party_id": "CHB",
        "uid": TOKEN,
        "type": "APP_USER",
        "contract_id": "NL-CHB-C00000RT",
        "visual_number": "NL-CHB-C00000RT",
        "issuer": ("Chargebot" * 20)[:64],
        "valid": True,
        "whitelist": "NEVER",
        "language": "de",
        "last_updated": "2026-03-02T12:00:00Z",
    }
    assert token(valid=False)["valid"] is False
    assert "language" not in token("zh2")


@pytest.mark.parametrize(("tag", "code"), [("de-AT", "de"), ("EN", "en"), ("fil", None), ("", None), ("d1", None)])
def test_ocpi_knows_two_letter_languages_only(tag, code):
    assert language_code(tag) == code


def test_a_start_names_the_connector_only_where_the_charge_point_wants_it():
    body = write_start(a_charge(), token(), "https://r.example")
    assert body == {
        "response_url": "https://r.example",
        "token": token(),
        "location_id": "LOC1",
        "evse_uid": "3256",
        "authorization_reference": REFERENCE,
    }
    asked = a_charge(place=a_place(send_connector=True))
    assert write_start(asked, token(), "https://r.example")["connector_id"] == "1"


def test_a_stop_names_the_session():
    assert write_stop(SessionId("S1"), "https://r.example") == {"response_url": "https://r.example", "session_id": "S1"}


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ({"result": "ACCEPTED", "timeout": 30}, Answer(timeout=timedelta(seconds=30))),
        ({"result": "accepted", "timeout": "45"}, Answer(timeout=timedelta(seconds=45))),
        ({"result": "ACCEPTED"}, Answer()),
        ({"result": "ACCEPTED", "timeout": -1}, Answer()),
        ({"result": "ACCEPTED", "timeout": 10**9}, Answer()),
        (
            {"result": "REJECTED", "message": {"language": "en", "text": "closed"}},
            Answer(Why.REJECTED, message="closed"),
        ),
        ({"result": "EVSE_OCCUPIED", "message": "busy"}, Answer(Why.EVSE_OCCUPIED, message="busy")),
        ({"result": "TIMEOUT"}, Answer(Why.TIMEOUT)),
        ({"result": "NO_WAY"}, Answer(Why.FAILED, message="NO_WAY")),
    ],
)
def test_what_an_operator_says_becomes_one_reason(raw, answer):
    assert read_answer(raw, Notes()) == answer


def test_every_result_of_the_specification_is_known():
    results = "REJECTED NOT_SUPPORTED UNKNOWN_SESSION UNKNOWN_RESERVATION EVSE_OCCUPIED EVSE_INOPERATIVE FAILED TIMEOUT CANCELED_RESERVATION"
    for word in results.split():
        notes = Notes()
        assert read_answer({"result": word}, notes).why == Why(word.lower())
        assert not len(notes)


def test_the_message_is_in_the_drivers_language_or_else_in_english():
    message = [{"language": "fr", "text": "non"}, {"language": "nl", "text": "nee"}, {"language": "en", "text": "no"}]
    said = {"result": "REJECTED", "message": message}
    assert [read_answer(said, Notes(), tag).message for tag in ("nl-BE", "de", "fr")] == ["nee", "no", "non"]
    assert read_answer({"result": "REJECTED", "message": message[:2]}, Notes(), "de").message == "non"


@pytest.mark.parametrize("raw", [None, [], {}, {"result": None}, {"result": {}}, "ACCEPTED"])
def test_an_answer_without_a_result_is_none(raw):
    with pytest.raises(InvalidParameters):
        read_answer(raw, Notes())


def test_an_authorisation_names_the_token_and_what_may_be_done():
    where = read_location_references({"location_id": "LOC1", "evse_uids": "3256"}, Notes())
    info = write_authorization(Allowed.ALLOWED, token(), location=where, reference="R", info={"en": "Welcome"})
    assert info == {
        "allowed": "ALLOWED",
        "token": token(),
        "location": {"location_id": "LOC1", "evse_uids": ["3256"]},
        "authorization_reference": "R",
        "info": {"language": "en", "text": "Welcome"},
    }
    assert write_authorization(Allowed.NOT_ALLOWED, token()) == {"allowed": "NOT_ALLOWED", "token": token()}


def test_an_authorisation_request_may_say_nothing_of_the_place_but_not_half():
    assert read_location_references(None, Notes()) is None
    with pytest.raises(NotEnoughInformation):
        read_location_references({"evse_uids": ["1"]}, Notes())
