import pytest

from tests.sandbox.cpo.schema import MOMENT


async def pages(provider, url):
    while url:
        reply = await provider.ask("GET", url)
        assert reply.code == 1000
        yield reply
        link = reply.headers.get("Link", "")
        assert not link or link.endswith('>; rel="next"')
        url = link.partition(">")[0].lstrip("<")


async def test_an_answer_has_the_response_format_and_echoes_the_ids(provider):
    ids = {"X-Request-ID": "request-1", "X-Correlation-ID": "correlation-1"}
    reply = await provider.ask("GET", provider.endpoints["tariffs"], headers=ids)
    assert reply.headers["Content-Type"].startswith("application/json")
    assert {name: reply.headers[name] for name in ids} == ids
    assert MOMENT.fullmatch(reply.body["timestamp"])
    assert reply.body.keys() == {"data", "status_code", "timestamp"}


async def test_functional_modules_answer_with_the_routing_headers_swapped(provider):
    reply = await provider.get("tariffs")
    routing = {name.lower(): value for name, value in reply.headers.items() if name.lower().startswith("ocpi-")}
    assert routing == {
        "ocpi-from-country-code": "NL",
        "ocpi-from-party-id": "HAV",
        "ocpi-to-country-code": "DE",
        "ocpi-to-party-id": "CHB",
    }


async def test_configuration_modules_answer_without_routing_headers(operator, provider):
    reply = await provider.ask("GET", operator.versions_url)
    assert not [name for name in reply.headers if name.lower().startswith("ocpi-")]


async def test_what_does_not_exist_is_404_in_the_response_format(operator, provider):
    reply = await provider.ask("GET", operator.base_url + "/ocpi/nowhere")
    assert (reply.http, reply.code) == (404, 2000)


async def test_a_method_that_is_not_there_is_405_in_the_response_format(provider):
    reply = await provider.ask("DELETE", provider.endpoints["locations"])
    assert (reply.http, reply.code) == (405, 2000)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"a": NaN}'])
async def test_a_body_that_is_not_json_is_400(provider, raw):
    reply = await provider.ask("POST", provider.endpoints["commands"] + "/START_SESSION", raw=raw)
    assert (reply.http, reply.code) == (400, 2000)


async def test_a_body_that_is_not_an_object_is_2001(provider):
    reply = await provider.ask("POST", provider.endpoints["commands"] + "/START_SESSION", raw=b"[]")
    assert (reply.http, reply.code) == (200, 2001)


async def test_following_the_link_gives_every_location_once(provider):
    found = [reply async for reply in pages(provider, provider.endpoints["locations"])]
    assert len(found) == 2
    assert {reply.headers["X-Total-Count"] for reply in found} == {"40"}
    assert {reply.headers["X-Limit"] for reply in found} == {"25"}
    ids = [location["id"] for reply in found for location in reply.data]
    assert len(ids) == len(set(ids)) == 40


async def test_a_page_may_be_smaller_and_start_anywhere(provider):
    url = provider.endpoints["locations"] + "/?limit=7&offset=30"
    found = [reply async for reply in pages(provider, url)]
    assert [len(reply.data) for reply in found] == [7, 3]
    assert found[0].data[0]["id"] == "HAV-0451"


async def test_the_link_keeps_the_filters(provider):
    url = provider.endpoints["locations"] + "?limit=30&date_from=2025-01-01T00:00:00Z"
    reply = await provider.ask("GET", url)
    assert "date_from=2025-01-01T00:00:00Z" in reply.headers["Link"]
    assert reply.headers["Link"].startswith(f"<{provider.endpoints['locations']}?")


async def test_date_from_includes_and_date_to_excludes(provider, street):
    await street.plug("NL*HAV*E0421*1")
    reply = await provider.get("locations", "?date_from=2026-01-01T00:00:00.001Z")
    assert [each["id"] for each in reply.data] == ["HAV-0421"]
    moment = reply.data[0]["last_updated"]
    assert len((await provider.get("locations", f"?date_from={moment}")).data) == 1
    assert len((await provider.get("locations", f"?date_from=2026-01-02T00:00:00&date_to={moment}")).data) == 0


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=0", "limit=ten", "offset=1.5", "date_from=yesterday", "date_to=1"]
)
async def test_a_page_asked_for_wrongly_is_2001(provider, query):
    reply = await provider.get("locations", "?" + query)
    assert (reply.http, reply.code) == (200, 2001)
