import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import Party
from bot.ocpi.headers import Route, Trace, authorization, next_link, next_link_header, tokens_in, usable_token

US, THEM = Party("NL", "CHB"), Party("NL", "CIT")
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64)


@given(printable, st.booleans())
def test_a_token_is_found_again_however_it_was_written(token, encoded):
    assert token in tokens_in(authorization(token, base64_tokens=encoded))


def test_the_example_of_the_specification_is_read_in_spite_of_its_line_feed():
    assert tokens_in("Token ZXhhbXBsZS10b2tlbgo=")[0] == "example-token"
    assert authorization("example-token", base64_tokens=True) == "Token ZXhhbXBsZS10b2tlbg=="


def test_a_raw_token_that_happens_to_be_base64_is_read_both_ways():
    raw = base64.b64encode(b"another").decode()
    assert tokens_in(f"Token {raw}") == ("another", raw)
    assert tokens_in(f"token  {raw.rstrip('=')} ") == ("another", raw.rstrip("="))


@pytest.mark.parametrize("header", [None, "", "Token", "Bearer abc", "Token a b", "Tokenabc"])
def test_no_token_is_found_where_there_is_none(header):
    assert tokens_in(header) == ()


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "ü", "a\x7f"])
def test_a_token_that_would_break_a_header_is_not_usable(token):
    assert not usable_token(token)


def test_a_trace_is_taken_over_made_harmless_or_made_up():
    assert Trace.of({"X-Request-ID": "r", "X-Correlation-ID": "c"}, lambda: "new") == Trace("r", "c")
    assert Trace.of({}, lambda: "new") == Trace("new", "new")
    assert Trace.of({"X-Request-ID": "r\r\nx" + "y" * 99}, lambda: "new").request_id == "rx" + "y" * 62


def test_a_route_is_written_read_and_turned_round():
    route = Route(US, THEM)
    assert Route.of(route.headers()) == route
    assert route.answered_by(THEM) == Route(THEM, US)
    assert Route(US, None).answered_by(THEM) == Route(THEM, US)
    assert Route.of({"OCPI-from-party-id": "cit", "OCPI-from-country-code": "nl"}) == Route(THEM, None)
    assert Route(US, None).headers().keys() == {"OCPI-from-party-id", "OCPI-from-country-code"}


@pytest.mark.parametrize(
    ("header", "url"),
    [
        (next_link_header("https://x.example/a?offset=1&limit=2"), "https://x.example/a?offset=1&limit=2"),
        ('<https://x/1>; rel="prev", <https://x/2>; rel="next"', "https://x/2"),
        ("<https://x/2,3>;rel=next", "https://x/2,3"),
        ("<https://x/2>; title=t; REL=NEXT", "https://x/2"),
        ('<https://x/2>; rel="last next"', "https://x/2"),
        ('<https://x/2>; rel="prev"', None),
        ('<https://x/2>; rel="nextish"', None),
        ("garbage", None),
        (None, None),
    ],
)
def test_the_next_page_is_found_in_a_link_header(header, url):
    assert next_link(header) == url


@pytest.mark.parametrize("parameters", [";rel=" + " " * 8000, ';rel=next" ' + " " * 8000 + '"x', ";rel=" + "a " * 4000])
def test_a_link_of_many_blanks_is_read_at_once(parameters):
    begun = time.process_time()
    next_link(f"<https://city.example/>{parameters}")
    assert time.process_time() - begun < 0.1
