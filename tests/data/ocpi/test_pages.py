import pytest
from aiohttp import web

from bot.domain.errors import PartnerError, Unclear
from bot.ocpi.wire import write_json
from data.ocpi import client as module
from data.ocpi.client import Access, OcpiClient, PeerSaidNo, _next_page
from tests.data.ocpi import a_peer
from tests.fakes.ids import SeededIds


@pytest.fixture
async def peer():
    async with a_peer() as peer:
        yield peer


@pytest.fixture
async def client():
    async with OcpiClient(SeededIds(), allow_private=True) as client:
        yield client


async def items(client, url, params=None):
    return [item async for page in client.pages(url, Access("t"), params) for item in page]


def next_is(url):
    return {"Link": f'<{url}>; rel="next"'}


async def test_pages_are_followed_as_their_links_say(client, peer):
    peer.says("/l?date_from=d", [1, 2], **next_is(f"{peer.url}/l?offset=2&x=a%2Fb+c"))
    peer.says("/l?offset=2&x=a%2Fb+c", [3], **next_is("?offset=3"))
    peer.says("/l?offset=3", [4])
    assert await items(client, f"{peer.url}/l", {"date_from": "d"}) == [1, 2, 3, 4]
    assert [heard.path for heard in peer.heard] == ["/l?date_from=d", "/l?offset=2&x=a%2Fb+c", "/l?offset=3"]


async def test_the_count_a_peer_gives_is_not_believed(client, peer):
    peer.says("/l", [1], **next_is(f"{peer.url}/l?offset=1"), **{"X-Total-Count": "1", "X-Limit": "1"})
    peer.says("/l?offset=1", [2], **{"X-Total-Count": "1"})
    assert await items(client, f"{peer.url}/l") == [1, 2]


async def test_where_no_link_leads_on_to_what_is_counted_the_rest_is_asked_for_by_offset(client, peer):
    about = {"X-Total-Count": "5", "X-Limit": "2"}
    peer.says("/l?date_from=d", [1, 2], **about)
    peer.says("/l?date_from=d&offset=2", [3, 4], **about)
    peer.says("/l?date_from=d&offset=4", [5], **about)
    assert await items(client, f"{peer.url}/l", {"date_from": "d"}) == [1, 2, 3, 4, 5]
    assert len(peer.heard) == 3


@pytest.mark.parametrize("rest", [[], [1, 2], None])
async def test_a_peer_that_counts_more_than_it_shows_has_shown_all(client, peer, rest):
    about = {"X-Total-Count": "900"}
    peer.says("/l", [1, 2], **about)
    if rest is None:
        peer.says("/l?offset=2", code=2001, **about)
    else:
        peer.says("/l?offset=2", rest, **about)
    assert await items(client, f"{peer.url}/l") == [1, 2]
    assert len(peer.heard) == 2


@pytest.mark.parametrize(("data", "read"), [(None, []), ([], []), ({"id": 1}, [{"id": 1}])])
async def test_a_page_may_be_empty_or_a_single_object(client, peer, data, read):
    peer.says("/l", data)
    assert await items(client, f"{peer.url}/l") == read


@pytest.mark.parametrize(
    "other",
    [
        "http://127.0.0.1:1/l",
        "http://localhost/l",
        "https://evil.example/l",
        "ftp://x/l",
        "http://[",
        "//evil.example/l",
    ],
)
async def test_a_link_to_another_place_is_not_followed(client, peer, other):
    peer.says("/l", [1], **next_is(other))
    with pytest.raises(PartnerError, match="somewhere else"):
        await items(client, f"{peer.url}/l")
    assert len(peer.heard) == 1


async def test_pages_that_go_round_are_left(client, peer):
    peer.says("/l", [1], **next_is("/m"))
    peer.says("/m", [2], **next_is("/l"))
    with pytest.raises(PartnerError, match="circle"):
        await items(client, f"{peer.url}/l")
    assert len(peer.heard) == 2


async def test_pages_without_end_are_left(client, peer, monkeypatch):
    monkeypatch.setattr(module, "MOST_PAGES", 5)

    async def endless(request: web.Request) -> web.Response:
        page = int(request.query.get("page", "0")) + 1
        return web.Response(body=write_json({"status_code": 1000, "data": [page]}), headers=next_is(f"/l?page={page}"))

    peer.answers["/l"] = endless
    with pytest.raises(PartnerError, match="for ever"):
        await items(client, f"{peer.url}/l")
    assert len(peer.heard) == 5


async def test_what_came_before_a_broken_page_has_been_given(client, peer):
    peer.says("/l", [1, 2], **next_is("/m"))
    peer.answers_raw("/m", b'{"status_code":1000,"data":[3,')
    pages = client.pages(f"{peer.url}/l", Access("t"))
    assert await anext(pages) == [1, 2]
    with pytest.raises(Unclear):
        await anext(pages)


async def test_a_no_in_the_middle_is_told(client, peer):
    peer.says("/l", [1], **next_is("/m"))
    with pytest.raises(PeerSaidNo):
        await items(client, f"{peer.url}/l")


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("http://cpo.example/l?offset=1", "https://cpo.example/l?offset=1"),
        ("http://cpo.example:80/l?a=%2B", "https://cpo.example/l?a=%2B"),
        ("https://CPO.example:443/l", "https://CPO.example/l"),
        ("?offset=2", "https://cpo.example/l?offset=2"),
    ],
)
def test_a_peer_behind_a_proxy_may_call_itself_http_and_is_asked_by_https(link, followed):
    assert _next_page(link, "https://cpo.example/l") == followed
