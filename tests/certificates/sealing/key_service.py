"""A key service on this machine, which makes keys and signs as Vault's and OpenBao's transit does."""

from __future__ import annotations

import json
import ssl
import threading
import time
from base64 import b64decode, b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TOKEN = "hvs.CANARY-token"
MAKE = {
    "ecdsa-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": Ed25519PrivateKey.generate,
}


def public_text(key):
    if isinstance(key, Ed25519PrivateKey):
        return b64encode(key.public_key().public_bytes_raw()).decode()
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(encoding, form).decode()


class Service:
    """What the service holds, what it was asked, and how it misbehaves just now."""

    def __init__(self):
        self.keys = {}
        self.kinds = {}
        self.deletable = set()
        self.calls = []
        self.headers = []
        # Of the next answers: a status to refuse with, bytes to answer with, seconds to wait.
        self.refuses = None
        self.answers_with = None
        self.waits = 0
        self.drips = 0
        self.lies = False
        self.leads_to = None

    def answer(self, method, path, question):
        what, name, *more = path.removeprefix("/v1/transit/").split("/")
        if what == "sign":
            return self.sign(name, question)
        if more == ["config"]:
            self.deletable |= {name} if question["deletion_allowed"] else set()
            return 200, {}
        if method == "POST":
            assert not question["exportable"]
            assert not question["allow_plaintext_backup"]
            self.keys.setdefault(name, MAKE[question["type"]]())
            self.kinds.setdefault(name, question["type"])
            return 200, {}
        if name not in self.keys:
            return 404, {"errors": []}
        if method == "DELETE":
            if name not in self.deletable:
                return 400, {"errors": ["deletion is not allowed for this key"]}
            del self.keys[name]
            return 204, None
        about = {
            "type": self.kinds[name],
            "keys": {"1": {"public_key": public_text(self.keys[name])}},
        }
        return 200, {"data": about}

    def sign(self, name, question):
        key = self.keys.get(name)
        if key is None:
            return 400, {"errors": ["signing key not found"]}
        assert question["key_version"] == 1
        message = b64decode(question["input"])
        if self.lies:
            key = MAKE[self.kinds[name]]()
        if isinstance(key, Ed25519PrivateKey):
            signature = key.sign(message)
        else:
            assert question["marshaling_algorithm"] == "asn1"
            assert question["hash_algorithm"] == "sha2-256"
            signature = key.sign(message, ec.ECDSA(hashes.SHA256()))
        return 200, {"data": {"signature": f"vault:v1:{b64encode(signature).decode()}"}}


def handler_of(service):
    class Handler(BaseHTTPRequestHandler):
        def handle_one(self):
            length = int(self.headers.get("Content-Length") or 0)
            question = json.loads(self.rfile.read(length)) if length else None
            service.calls.append((self.command, self.path))
            service.headers.append(dict(self.headers))
            time.sleep(service.waits)
            if service.leads_to:
                self.send_response(307)
                self.send_header("Location", service.leads_to)
                self.end_headers()
                return
            if self.headers.get("X-Vault-Token") != TOKEN:
                status, body = 403, {"errors": ["permission denied"]}
            elif service.refuses:
                status, body = service.refuses, {"errors": ["no"]}
            else:
                status, body = service.answer(self.command, self.path, question)
            content = b"" if body is None else json.dumps(body).encode()
            self.reply(status, service.answers_with or content)

        def reply(self, status, content):
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            for byte in content:
                if not service.drips:
                    break
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(service.drips)
            else:
                return
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = handle_one

        def log_message(self, *args):
            pass

    return Handler


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, address):
        """A client that hung up is what some of the tests are about."""


@contextmanager
def serving(*, certificate=None):
    """A service, and its address. With the paths of a certificate and its key it speaks TLS."""
    service = Service()
    server = Quiet(("127.0.0.1", 0), handler_of(service))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    scheme = "https" if certificate else "http"
    try:
        yield SimpleNamespace(
            url=f"{scheme}://127.0.0.1:{server.server_port}", port=server.server_port, does=service
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
