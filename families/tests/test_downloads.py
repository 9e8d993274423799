import datetime as dt
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from families import downloads
from families.downloads import NotFetched, fetch

LOCALHOST = "127.0.0.1"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/file":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 1000)
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/file")
            self.end_headers()
        elif self.path == "/downgraded":
            self.send_response(308)
            self.send_header("Location", f"http://{LOCALHOST}/file")
            self.end_headers()
        else:
            self.send_error(404)

    def log_message(self, *args):
        """Keep the output of the tests clean."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a certificate and key of our own for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOCALHOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address(LOCALHOST))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def site(certificate, monkeypatch):
    """The https address of a server with a few pages, trusted for this test."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = ThreadingHTTPServer((LOCALHOST, 0), Pages)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://{LOCALHOST}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/file", "/moved"])
def test_fetch_gives_what_lies_there(site, path):
    assert fetch(site + path, most_bytes=1000) == b"x" * 1000


def test_fetch_stops_at_a_file_that_is_too_big(site):
    with pytest.raises(NotFetched) as raised:
        fetch(f"{site}/file", most_bytes=999)

    assert str(raised.value) == "the file is bigger than 999 bytes"


def test_fetch_follows_no_redirect_away_from_https(site):
    with pytest.raises(NotFetched) as raised:
        fetch(f"{site}/downgraded", most_bytes=1000)

    assert str(raised.value) == "only https addresses are fetched"


def test_fetch_gives_up_on_a_slow_server(site, monkeypatch):
    monkeypatch.setattr(downloads, "WHOLE_SECONDS", -1)

    with pytest.raises(NotFetched) as raised:
        fetch(f"{site}/file", most_bytes=1000)

    assert str(raised.value) == "it takes more than -1 seconds"


def test_fetch_says_why_it_failed(site):
    with pytest.raises(NotFetched) as raised:
        fetch(f"{site}/none", most_bytes=1000)

    assert str(raised.value) == "it cannot be fetched: HTTP Error 404: Not Found"
