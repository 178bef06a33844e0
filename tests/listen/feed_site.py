"""A server on this machine that gives a feed, or whatever else the test says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def rss(*entries: tuple[str, str], more: str = "") -> bytes:
    """A feed of entries, each with its id and its title."""
    items = "".join(
        f"<item><guid>https://echo.example/{guid}</guid><title>{title}</title>"
        "<pubDate>Tue, 03 Feb 2026 12:00:00 GMT</pubDate></item>"
        for guid, title in entries
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Écho</title>'
        f"<link>https://echo.example/</link>{more}{items}</channel></rss>"
    ).encode()


@dataclass
class FeedSite:
    """What the server answers, and what it was asked."""

    port: int = 0
    status: int = 200
    body: bytes = field(default_factory=lambda: rss(("1", "La doyenne"), ("2", "Le quai")))
    headers: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Address of the feed."""
        return f"http://127.0.0.1:{self.port}/feed"


@contextmanager
def serving() -> Iterator[FeedSite]:
    """Serve until the end of the context."""
    site = FeedSite()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            status, headers, body = site.status, dict(site.headers), site.body
            if self.path in site.moved:
                status, headers, body = 301, {"Location": site.moved[self.path]}, b""
            elif "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

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
