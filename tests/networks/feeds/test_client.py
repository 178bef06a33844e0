"""Fetching a feed from a real server."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from entregent.networks import feeds
from entregent.networks.feeds import FeedCursor, fetch_feed
from entregent.networks.outgoing import guarded_client
from entregent.networks.reading import Taken

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIXTURES = Path(feeds.__file__).parent / "fixtures"
RSS = (FIXTURES / "blogue.rss").read_bytes()


@dataclass
class Site:
    """A server on this machine, and what it answers."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = RSS
    etag: str = ""
    moved: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def address(self, path: str = "/feed") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            status, headers, body = site.status, dict(site.headers), site.body
            if self.path in site.moved:
                status, headers["Location"] = site.moved[self.path]
                body = b""
            elif site.etag and self.headers.get("If-None-Match") == site.etag:
                status, body = 304, b""
            if site.etag:
                headers["ETag"] = site.etag
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with guarded_client(allow_private=True, timeout_s=5, contact="veille@frimas.example") as one:
        yield one


def test_a_new_feed_gives_its_articles_and_its_marks(site: Site, client: httpx.Client) -> None:
    site.etag = '"v1"'
    site.headers["Last-Modified"] = "Tue, 03 Feb 2026 00:00:00 GMT"

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert (answer.state, answer.format) == ("new", "feed/rss")
    assert sum(len(o.activities) for o in answer.outcomes if isinstance(o, Taken)) == 2
    assert answer.cursor == FeedCursor('"v1"', "Tue, 03 Feb 2026 00:00:00 GMT", "")
    assert answer.ttl == timedelta(hours=1)
    assert site.asked[0][1]["User-Agent"].startswith("Entregent/")
    assert "(+veille@frimas.example)" in site.asked[0][1]["User-Agent"]


def test_a_feed_that_did_not_change_is_not_read_again(site: Site, client: httpx.Client) -> None:
    site.etag = '"v1"'
    first = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    again = fetch_feed(site.address(), first.cursor, client=client, now=NOW)

    assert (again.state, again.outcomes, again.cursor) == ("unchanged", (), first.cursor)


def test_it_asks_with_the_date_it_was_given(site: Site, client: httpx.Client) -> None:
    date = "Tue, 03 Feb 2026 00:00:00 GMT"

    fetch_feed(site.address(), FeedCursor(last_modified=date), client=client, now=NOW)

    assert site.asked[0][1]["If-Modified-Since"] == date


@pytest.mark.parametrize("status", [301, 308])
def test_a_feed_that_moved_for_good_is_asked_there_next_time(
    status: int, site: Site, client: httpx.Client
) -> None:
    site.moved["/feed"] = (status, "/new")

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)
    fetch_feed(site.address(), answer.cursor, client=client, now=NOW)

    assert answer.state == "new"
    assert answer.cursor.address == site.address("/new")
    assert [path for path, _ in site.asked] == ["/feed", "/new", "/new"]


def test_a_feed_that_is_elsewhere_for_now_keeps_its_address(
    site: Site, client: httpx.Client
) -> None:
    site.moved["/feed"] = (302, "/now")

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert (answer.state, answer.cursor.address) == ("new", "")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((404, "not_found"), (410, "gone"), (401, "forbidden"), (403, "forbidden")),
        *((429, "rate_limited"), (500, "server_error"), (503, "server_error"), (418, "not_found")),
    ],
)
def test_each_refusal_of_a_server_has_its_state(
    status: int, state: str, site: Site, client: httpx.Client
) -> None:
    site.status = status
    before = FeedCursor(etag='"v0"')

    answer = fetch_feed(site.address(), before, client=client, now=NOW)

    assert answer.state == state
    assert answer.cursor == before
    assert str(status) in answer.reason


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 01 Mar 2026 01:00:00 GMT", timedelta(hours=1)),
        ("Sun, 01 Mar 2020 01:00:00 GMT", timedelta(0)),
        ("999999999999", timedelta(days=30)),
    ],
)
def test_it_obeys_retry_after(
    header: str, wait: timedelta, site: Site, client: httpx.Client
) -> None:
    site.status, site.headers["Retry-After"] = 429, header

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert answer.not_before == NOW + wait


def test_a_retry_after_that_is_neither_is_left_aside(site: Site, client: httpx.Client) -> None:
    site.status, site.headers["Retry-After"] = 503, "bientôt".encode().decode("latin-1")

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert answer.not_before is None


def test_a_web_page_is_not_a_feed_and_names_the_one_it_has(
    site: Site, client: httpx.Client
) -> None:
    site.etag = '"page"'
    site.body = b'<html><link rel=alternate type="application/rss+xml" href="/rss"></html>'

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert answer.state == "not_a_feed"
    assert site.address("/rss") in answer.reason
    # The page's mark must not make the next answer look unchanged.
    assert answer.cursor == FeedCursor()


@pytest.mark.parametrize(
    "body", [b"", b"bonjour", b"{}", b"\x00\xff", b'<!DOCTYPE r [<!ENTITY a "b">]><rss/>']
)
def test_what_is_not_a_feed_is_told_in_one_sentence(
    body: bytes, site: Site, client: httpx.Client
) -> None:
    site.body = body

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert answer.state == "not_a_feed"
    assert answer.reason


def test_a_json_feed_is_read(site: Site, client: httpx.Client) -> None:
    site.body = (FIXTURES / "balado.json").read_bytes()

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert (answer.state, answer.format) == ("new", "feed/json")


def test_a_packed_bomb_is_left_once_it_is_too_large(site: Site, client: httpx.Client) -> None:
    site.headers["Content-Encoding"] = "gzip"
    site.body = gzip.compress(bytes(33 << 20), 1)

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert answer.state == "too_large"


def test_an_answer_that_is_not_packed_as_it_says_is_a_fault_of_the_server(
    site: Site, client: httpx.Client
) -> None:
    site.headers["Content-Encoding"] = "gzip"

    answer = fetch_feed(site.address(), FeedCursor(), client=client, now=NOW)

    assert answer.state == "server_error"


def test_a_server_that_is_not_there_is_unreachable(client: httpx.Client) -> None:
    answer = fetch_feed("http://127.0.0.1:1/feed", FeedCursor(), client=client, now=NOW)

    assert answer.state == "unreachable"
    assert answer.reason


def test_a_server_that_does_not_answer_in_time_is_unreachable(site: Site) -> None:
    with guarded_client(allow_private=True, deadline_s=0.0) as impatient:
        answer = fetch_feed(site.address(), FeedCursor(), client=impatient, now=NOW)

    assert (answer.state, answer.reason) == ("unreachable", "the server did not answer in time")


def test_an_inner_address_is_refused(site: Site) -> None:
    with guarded_client() as guarded:
        answer = fetch_feed("http://127.0.0.1:8080/feed", FeedCursor(), client=guarded, now=NOW)

    assert answer.state == "refused_address"
    assert site.asked == []
