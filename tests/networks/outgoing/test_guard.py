"""The guard in front of outgoing requests."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.networks.outgoing import AddressRefused, follow, guarded_client, refusal_of

INNER = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1"),
    *("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"),
    *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "::7f00:1", "fec0::1"),
]


class _Pages(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            code, _, target = self.path.removeprefix("/to/").partition("/")
            self.send_response(int(code))
            self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = f"{self.headers['Host']} {self.headers['User-Agent']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def _serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def port() -> Iterator[int]:
    with _serving() as number:
        yield number


@pytest.mark.parametrize("address", INNER)
def test_it_refuses_addresses_that_are_not_of_the_public_network(address: str) -> None:
    assert refusal_of(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_it_lets_public_addresses_through(address: str) -> None:
    assert refusal_of(address) is None


@given(st.ip_addresses(v=4, network="100.64.0.0/10"))
def test_no_carrier_address_is_public(address: object) -> None:
    assert refusal_of(str(address))


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_reached_through_ipv6(address: object) -> None:
    assert refusal_of(f"::ffff:{address}")
    assert refusal_of(f"64:ff9b::{address}")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://public.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://alice:secret@public.example/", "credentials"),
        ("http://public.example:22/", "port"),
        ("http://public.example:6379/", "port"),
        ("http://127.0.0.1:8000/", "private"),
        ("http://2130706433/", "private"),
        ("http://0x7f.1/", "private"),
        ("http://[::1]/", "private"),
        ("http://localhost/", "private"),
        ("http://xn--/", "host"),
    ],
)
def test_it_refuses_before_it_connects(address: str, code: str) -> None:
    with (
        guarded_client() as client,
        pytest.raises(AddressRefused) as refused,
        follow(client, address),
    ):
        pass

    assert refused.value.code == code
    assert refused.value.reason


def test_a_name_that_leads_inside_is_refused_even_beside_a_public_one() -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.1"]

    with guarded_client(resolve=resolve) as client, pytest.raises(AddressRefused) as refused:
        client.get("http://two-faces.example/")

    assert refused.value.code == "private"


def test_a_name_is_resolved_once_and_that_very_address_is_connected_to(port: int) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        # A second look-up would lead elsewhere, as in an attack by rebinding.
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    with guarded_client(allow_private=True, resolve=resolve) as client:
        answer = client.get(f"http://rebinding.example:{port}/")

    assert asked == ["rebinding.example"]
    assert answer.text.startswith(f"rebinding.example:{port} Entregent/")


def test_a_name_that_turns_inward_on_the_second_request_is_refused() -> None:
    answers = iter([[], ["127.0.0.1"]])

    def resolve(host: str, port: int) -> list[str]:
        return next(answers)

    with guarded_client(resolve=resolve) as client:
        with pytest.raises(httpx.ConnectError):
            client.get("http://rebinding.example/")
        with pytest.raises(AddressRefused):
            client.get("http://rebinding.example/")


def test_each_redirect_is_checked(port: int) -> None:
    with (
        guarded_client(allow_private=True) as client,
        pytest.raises(AddressRefused) as refused,
        follow(client, f"http://127.0.0.1:{port}/to/302/ftp://inner.example/"),
    ):
        pass

    assert refused.value.code == "scheme"


def test_it_ends_after_five_redirects(port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    with guarded_client(allow_private=True) as client:
        with follow(client, address + "/to/302/" * 5 + "/end") as (response, lasting):
            assert response.status_code == 200
            assert lasting == address + "/to/302/" * 5 + "/end"
        with (
            pytest.raises(AddressRefused) as refused,
            follow(client, address + "/to/302/" * 6 + "/end"),
        ):
            pass

    assert refused.value.code == "redirects"


def test_only_a_chain_of_permanent_redirects_gives_a_new_address(port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    with guarded_client(allow_private=True) as client:
        with follow(client, f"{address}/to/301//to/308//end") as (_, lasting):
            assert lasting == f"{address}/end"
        with follow(client, f"{address}/to/301//to/302//end") as (_, lasting):
            assert lasting == f"{address}/to/302//end"


def test_proxies_of_the_environment_are_not_used(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    with guarded_client(allow_private=True) as client:
        assert client.get(f"http://127.0.0.1:{port}/").status_code == 200


def test_a_server_that_drips_is_left_at_the_deadline(port: int) -> None:
    with (
        guarded_client(allow_private=True, deadline_s=0.0) as client,
        pytest.raises(httpx.TimeoutException),
    ):
        client.get(f"http://127.0.0.1:{port}/")


def test_a_certificate_is_checked_against_the_name_not_the_number(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            key,
            "-out",
            certificate,
            "-days",
            "2",
            "-subj",
            "/CN=named.example",
            "-addext",
            "subjectAltName=DNS:named.example",
        ],
        check=True,
        capture_output=True,
    )
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(certificate, key)
    trusted = ssl.create_default_context(cafile=str(certificate))

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with (
        _serving(offered) as port,
        guarded_client(allow_private=True, resolve=resolve, verify=trusted) as client,
    ):
        assert client.get(f"https://named.example:{port}/").status_code == 200
        with pytest.raises(httpx.ConnectError):
            client.get(f"https://other.example:{port}/")
