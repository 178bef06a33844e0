"""The one door to the outside: requests to addresses that somebody typed.

The host is resolved here, every address it resolves to is checked, and the connection is made to
the very address that was checked, so that a name which answers differently the second time gains
nothing. Each redirect goes through the same door. Proxies of the environment are not used: they
would resolve names in our place.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

import httpcore
import httpx

from entregent import __version__

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the numeric addresses of a host and port."""

MOST_REDIRECTS: Final = 5
PERMANENT: Final = frozenset({301, 308})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

# Addresses that Python counts as global although they lead elsewhere: translations to IPv4
# (NAT64, 6to4, Teredo, IPv4-compatible) could name any inner host.
_ELSEWHERE = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"),
        *("100::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10"),
    )
)


class AddressRefused(Exception):
    """An address that the guard does not let out.

    Parameters
    ----------
    code
        ``scheme``, ``credentials``, ``port``, ``host``, ``private`` or ``redirects``.
    reason
        One sentence that says why, and what would be right.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def guarded_client(
    *,
    allow_private: bool = False,
    timeout_s: float = 20.0,
    deadline_s: float = 90.0,
    contact: str = "",
    resolve: Resolver | None = None,
    verify: ssl.SSLContext | None = None,
) -> httpx.Client:
    """HTTP client that reaches public hosts only.

    It does not follow redirects by itself; `follow` does, and forgets no check.

    Parameters
    ----------
    allow_private
        Lets private and loopback addresses and any port through, for an organisation that reads
        servers of its own network, and for tests. Schemes and credentials stay checked.
    timeout_s
        Longest wait for a connection, and for each piece of the answer.
    deadline_s
        Longest life of one connection, so that a server which sends a byte at a time ends too.
    contact
        Address or page named in the User-Agent.
    resolve
        Resolver used instead of the system's.
    verify
        Certificates that are trusted instead of the usual ones.

    Returns
    -------
    httpx.Client
        To be closed by the caller. Its requests raise `AddressRefused` besides httpx's errors.
    """
    transport = _GuardedTransport(
        allow_private=allow_private,
        deadline_s=deadline_s,
        resolve=resolve or _system_resolver,
        verify=verify or httpx.create_ssl_context(trust_env=False),
    )
    agent = f"Entregent/{__version__}" + (f" (+{contact})" if contact else "")
    return httpx.Client(
        transport=transport,
        timeout=timeout_s,
        trust_env=False,
        follow_redirects=False,
        # Only what is unpacked in small steps; a brotli answer could be a bomb in one step.
        headers={"User-Agent": agent, "Accept-Encoding": "gzip, deflate"},
    )


@contextmanager
def follow(
    client: httpx.Client, address: str, headers: dict[str, str] | None = None
) -> Iterator[tuple[httpx.Response, str]]:
    """GET an address through at most `MOST_REDIRECTS` redirects; bodies of redirects are not read.

    Yields
    ------
    tuple of httpx.Response and str
        The last answer, its body not yet read, and the address to ask for next time: the one that
        permanent redirects led to, as long as none before it was temporary.

    Raises
    ------
    AddressRefused
        If an address on the way is refused, or the way is too long.
    httpx.HTTPError
        If a server cannot be reached.
    """
    asked, lasting, all_permanent = address, address, True
    for _ in range(MOST_REDIRECTS + 1):
        try:
            request = client.build_request("GET", asked, headers=headers)
        except (httpx.InvalidURL, ValueError):
            raise AddressRefused("host", f"« {asked[:80]} » is not an address") from None
        response = client.send(request, stream=True)
        try:
            location = response.headers.get("location", "")
            if response.status_code not in _REDIRECTS or not location:
                yield response, lasting
                return
            all_permanent = all_permanent and response.status_code in PERMANENT
            asked = _joined(response.request.url, location)
            if all_permanent:
                lasting = asked
        finally:
            response.close()
    raise AddressRefused(
        "redirects", f"more than {MOST_REDIRECTS} redirects; give the last address"
    )


def refusal_of(address: str) -> str | None:
    """Why an address is of no public host, or None; looks at the host only if it is a number.

    Parameters
    ----------
    address
        A numeric address, such as ``192.0.2.1`` or ``::1``.
    """
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "it is not a numeric address"
    if number.is_loopback:
        return "it is this machine itself"
    if number.is_multicast:
        return "it is a multicast address"
    if not number.is_global or any(number in network for network in _ELSEWHERE):
        return "it belongs to a private or reserved network"
    return None


def _joined(base: httpx.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except (httpx.InvalidURL, ValueError):
        raise AddressRefused("host", f"a redirect leads to « {location[:80]} »") from None


def _system_resolver(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _GuardedTransport(httpx.BaseTransport):
    def __init__(
        self, *, allow_private: bool, deadline_s: float, resolve: Resolver, verify: ssl.SSLContext
    ) -> None:
        self._allow_private = allow_private
        self._pool = httpcore.ConnectionPool(
            ssl_context=verify,
            max_connections=10,
            max_keepalive_connections=0,
            network_backend=_CheckedNetwork(allow_private, deadline_s, resolve),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        _check_address(request.url, self._allow_private)
        outgoing = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _told_as_httpx():
            answer = self._pool.handle_request(outgoing)
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, answer.close),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, parts: Iterable[bytes], close: Callable[[], None]) -> None:
        self._parts = parts
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        with _told_as_httpx():
            yield from self._parts

    def close(self) -> None:
        self._close()


def _check_address(url: httpx.URL, allow_private: bool) -> None:
    if url.scheme not in {"http", "https"}:
        raise AddressRefused(
            "scheme", f"« {url.scheme[:20]} » addresses are not fetched; give http or https"
        )
    if url.userinfo:
        raise AddressRefused("credentials", "the address holds a name or password; leave them out")
    if not url.host:
        raise AddressRefused("host", "the address names no host")
    port = url.port
    if not (allow_private or port is None or port in {80, 443} or 8000 <= port <= 8999):
        raise AddressRefused(
            "port", f"port {port} is refused; 80, 443 and 8000 to 8999 are allowed"
        )


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects only to addresses that were resolved and checked here."""

    def __init__(self, allow_private: bool, deadline_s: float, resolve: Resolver) -> None:
        self._allow_private = allow_private
        self._deadline_s = deadline_s
        self._resolve = resolve
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        end = time.monotonic() + self._deadline_s
        try:
            found = list(self._resolve(host, port))
        except (OSError, UnicodeError, OverflowError):
            raise httpcore.ConnectError(f"no address is known for {host[:100]}") from None
        if not self._allow_private:
            for address in found:
                reason = refusal_of(address)
                if reason is not None:
                    raise AddressRefused("private", f"{host[:100]} is refused: {reason}")
        failure: Exception = httpcore.ConnectError(f"no address is known for {host[:100]}")
        for address in found:
            try:
                stream = self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, end)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at a given moment, however slowly its bytes come."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def _left(self, timeout: float | None, error: type[Exception]) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise error("the whole answer took too long")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._end)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


@contextmanager
def _told_as_httpx() -> Iterator[None]:
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error)) from error
