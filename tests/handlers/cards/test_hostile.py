"""Operators' words through every screen: whatever they write, Telegram takes the message and it fits."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Network, OwnFee, Profile, Question, Said
from bot.domain.charge import State, What
from bot.domain.driver import Filters
from bot.domain.errors import Why
from bot.domain.ids import CdrId, ConnectorId, EvseUid
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.domain.station import Connector, Evse, Found, Status
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.domain.watch.care import Care, Limit, LimitKind, Standing
from bot.domain.watch.readings import Reading
from bot.services.costs import compared, example
from bot.services.following import Bill
from bot.services.offers import Offer
from bot.services.stations import Nearby, StationView
from handlers.cards import connectors, events, identify, prices, stations
from handlers.cards.chart import LONGEST_TITLE, caption
from handlers.cards.chart import title as chart_title
from handlers.cards.limits import limits_card
from handlers.cards.live import live_card
from handlers.cards.notices import _TEXTS, notice
from handlers.cards.receipts import receipt
from handlers.cards.steps import Step, guided
from handlers.escape import clean, utf16_length
from handlers.texts import Words
from sandbox.telegram.parse_html import parse_html
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import a_look, a_running, an_about, read
from tests.handlers.loud import LOUD
from tests.samples import PARTY, a_cdr, a_charge, a_place, a_station, an_evse, at

LONGEST_CAPTION = 1024
DESCRIBED = an_about(
    Network(
        PARTY,
        "N" * 60,
        NOON.date(),
        fee=OwnFee("EUR", Decimal(1), Decimal(1), Decimal(1)),
        fee_text=(("", "&" * 300),),
        profile=Profile("9" * 64, "", (("", "w" * 300),)),
    ),
    {Question.ORDER: Said("plug_first", 9, 9), Question.SPOT: Said("sticker", 9, 9)},
)

NASTY = (
    "<b>x</b>&",
    "</b></i></code>",
    "<a href='tg://user?id=1'>click</a>",
    "\u202eDEGNAHC",
    "\u2066\u2069\u200b\u200d\ufeff",
    "😀" * 10_000,
    "{0}",
    "{name}{",
    "%s %(x)s",
    "&lt;&amp;amp;",
    "a\nb\r\n\tc",
    "\0\x1b[2J",
    "\ud800",
    "x" * 5_000,
    " ",
)
texts = st.sampled_from(NASTY) | st.text()
prices_of = st.decimals(0, 10**9, places=4)
words_of = st.sampled_from([Words(), Words("de", "Europe/Berlin"), Words("fr", "Asia/Tokyo"), Words("ar"), LOUD])


@st.composite
def restrictions(draw):
    number = st.none() | prices_of
    return Restrictions(
        min_kwh=draw(number),
        max_power=draw(number),
        min_duration=draw(st.none() | st.integers(0, 10**9)),
        day_of_week=tuple(draw(st.lists(texts | st.sampled_from(["MONDAY", "SUNDAY"]), max_size=9))),
        reservation=draw(st.none() | texts),
        unknown=tuple(draw(st.lists(st.tuples(texts, texts), max_size=9))),
    )


@st.composite
def tariffs(draw):
    kind = st.sampled_from(["ENERGY", "TIME", "PARKING_TIME", "FLAT"]) | texts
    component = st.builds(PriceComponent, kind, prices_of, st.none() | st.just(Decimal(21)), st.integers(0, 10**6))
    element = st.builds(Element, st.lists(component, max_size=4).map(tuple), st.none() | restrictions())
    limit = st.none() | prices_of.map(lambda amount: Price.of("EUR", amount))
    return Tariff(
        draw(texts),
        "EUR",
        tuple(draw(st.lists(element, max_size=20))),
        min_price=draw(limit),
        max_price=draw(limit),
        tax_included=draw(st.none() | st.sampled_from(["YES", "NO", "N/A"]) | texts),
        alt_texts=tuple(draw(st.lists(st.tuples(texts, texts), max_size=3))),
    )


@st.composite
def evses(draw, number):
    plugs = st.builds(Connector, texts.map(ConnectorId), texts, st.booleans(), watts=st.integers(0, 10**6))
    return Evse(
        EvseUid(f"{number} {draw(texts)}"),
        draw(st.sampled_from(Status)),
        NOON - timedelta(days=draw(st.integers(-1, 10**5))),
        evse_id=draw(st.none() | texts),
        physical_reference=draw(st.none() | texts),
        floor_level=draw(st.none() | texts),
        capabilities=draw(st.sampled_from([frozenset(), an_evse().capabilities])),
        connectors=tuple(draw(st.lists(plugs, max_size=3))),
    )


@st.composite
def views(draw):
    built = tuple(draw(evses(number)) for number in range(draw(st.integers(0, 14))))
    facts = {name: draw(texts) for name in ("address", "city", "time_zone")}
    directions = tuple(draw(st.lists(st.tuples(texts, texts), max_size=2)))
    station = a_station(name=draw(st.none() | texts), evses=built, directions=directions, **facts)
    tariff = draw(st.none() | tariffs())
    offers = tuple(Offer(station, evse, plug, tariff) for evse in built for plug in evse.connectors)
    return StationView(station, offers)


@given(views(), words_of, texts)
def test_finding_and_choosing(view, words, typed):
    found = [Nearby(Found(view.station, 1.0), view.offers)] * 5
    hits = [(view.station, evse) for evse in view.station.evses]
    screens = [
        stations.welcome(words, typed),
        stations.nearby(words, found, NOON, Filters()),
        stations.station_card(words, view, NOON),
        connectors.connector_list(words, view, NOON),
        connectors.choices(words, typed, hits),
    ]
    for screen in screens:
        assert read(screen)


@given(views().filter(lambda view: view.offers), words_of)
def test_confirming_and_pricing(view, words):
    for offer in view.offers[:2]:
        worked = example(offer.tariff, NOON, offer.station.time_zone)
        for about in (an_about(), DESCRIBED):
            screens = [
                identify.identify(words, offer, about, worked, NOON),
                prices.price_card(words, offer, about, worked, NOON, words("Note")),
                prices.confirm_unknown(words, offer, about, NOON),
            ]
            for screen in screens:
                assert read(guided(words, Step.IDENTIFY, screen))
            caption = parse_html(identify.where_to_look(words, offer, about).text).text
            assert utf16_length(caption) <= LONGEST_CAPTION


@given(texts, texts, texts, words_of, st.sampled_from(State), st.sampled_from(Why), st.booleans())
def test_following_a_charge(title, identifier, message, words, state, why, asking):
    look = a_look(
        state,
        (5, What.FENCED),
        session=a_running(),
        why=why,
        operator_message=message,
        place=a_place(title=title, identifier=identifier, time_zone=title, address=title),
        ended_at=at(70),
    )
    assert read(live_card(words, look, asking_stop=asking, hotline=message))
    for kind in _TEXTS:
        assert read(notice(words, kind, look.charge, look.session, message))


@given(texts, texts, tariffs(), words_of, st.sampled_from(State))
def test_watching_over_a_charge(title, label, tariff, words, state):
    limits = (Limit(LimitKind.SPEND, Decimal(5), stop=True), Limit(LimitKind.PERCENT, Decimal(80)))
    care = Care(running_at=at(0), limits=limits, says_stopped_at=at(61), standing=Standing.PAUSED)
    look = a_look(state, session=a_running(), place=a_place(title=title, identifier=label), tariff=tariff, care=care)
    assert read(live_card(words, look))
    assert read(limits_card(words, look.charge, stop=True))
    details = {"limit": "spend 5 stop", "neighbour": label}
    fee = "PARKING_TIME 3 2026-03-02T12:10:00+00:00"
    for kind in events.TEXTS:
        assert read(notice(words, kind, look.charge, look.session, label, details.get(kind, fee)))
    readings = [Reading(at(0), Decimal(0)), Reading(at(60), Decimal(1))]
    assert utf16_length(parse_html(caption(words, look.charge, readings)).text) <= LONGEST_CAPTION
    assert len(chart_title(look.charge)) <= LONGEST_TITLE


@given(texts, texts, tariffs(), words_of, st.booleans())
def test_paying(title, bill, tariff, words, credit):
    charge = replace(a_charge(), place=a_place(title=title, identifier=title, address=bill), tariff=tariff)
    cdr = a_cdr(id=CdrId(bill), credit=credit, credits_id=CdrId(title), tariffs=(tariff,))
    assert read(receipt(words, charge, Bill(cdr, compared(charge, cdr), None), "@bot"))


@pytest.mark.parametrize("text", NASTY)
def test_a_name_is_read_as_it_was_written_but_for_what_nobody_sees(text):
    look = a_look(State.CHARGING, place=a_place(title=text), session_status=SessionStatus.ACTIVE)
    shown = read(live_card(Words(), look)).split(" · ", 1)[1]
    assert shown.startswith(clean(text)[:50])


def test_a_name_cannot_turn_a_button_round_or_make_it_endless():
    station = a_station(name="\u202e" + "😀" * 10_000)
    offers = tuple(Offer(station, evse, evse.connectors[0], None) for evse in station.evses)
    screen = stations.nearby(Words(), [Nearby(Found(station, 1.0), offers)], NOON, Filters())
    assert screen.rows[0][0].text == "1. 😀" + "😀" * 17 + "…"
