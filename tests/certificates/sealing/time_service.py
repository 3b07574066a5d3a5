"""A time-stamping service on this machine, which answers as one on the internet does."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from certificates.sealing.authorities import subject
from tests.make import NOON

DER = serialization.Encoding.DER


def stamper(at=NOON):
    """What attests a moment, and the certificate to trust it by."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = subject("Time Service", "Time Service 1")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=3650))
        .add_extension(
            x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        .sign(key, hashes.SHA256())
        .public_bytes(DER)
    )
    private = key.private_bytes(
        DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    trusted = asn1_x509.Certificate.load(certificate)
    made = DummyTimeStamper(trusted, asn1_keys.PrivateKeyInfo.load(private), fixed_dt=at)
    return made, trusted


@contextmanager
def serving(made, *, kind="application/timestamp-reply", status=200):
    """The address of a service. Each request that came is in the list beside it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.headers["Content-Type"])
            answer = made.request_tsa_response(tsp.TimeStampReq.load(body)).dump() if made else b"?"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
