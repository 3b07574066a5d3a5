"""A small browser: one connection kept open, cookies, and no time of its own to speak of."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlencode

FORM = b"application/x-www-form-urlencoded"
CHOICE = re.compile(rb'<input type="(?:radio|checkbox)"\s+name="([^"]+)"\s+value="([^"]+)"')
TYPED = re.compile(rb'<input[^>]* type="text"[^>]*\sname="(item-[^"]+)"')
SELECT = re.compile(rb'<select[^>]* name="([^"]+)".*?</select>', re.S)
OPTION = re.compile(rb'<option value="([^"]+)"')
TURN = re.compile(rb'<input type="hidden" name="(turn)" value="([^"]*)"')
REPLY = re.compile(rb'name="(reply)"\s+value="([^"]+)"')
HIDDEN = re.compile(rb'<input type="hidden" name="(base|csrfmiddlewaretoken)" value="([^"]*)"')


class WrongAnswer(Exception):
    """The site answered, and not with what was asked for."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def location(self) -> str:
        return self.headers[b"location"].decode()

    def hidden(self, name: str) -> str:
        """A hidden field of the last form on the page that has it."""
        return {key.decode(): value.decode() for key, value in HIDDEN.findall(self.body)}[name]

    def choices(self, *, nth: int = 0) -> list[tuple[str, str]]:
        """Something given in every field of a paper; something else for another `nth`."""
        offered: dict[bytes, list[bytes]] = {}
        for name, value in CHOICE.findall(self.body):
            offered.setdefault(name, []).append(value)
        # Two fields of one question may not be given the same choice: so each begins at another.
        chosen = [
            (name.decode(), values[(number + nth) % len(values)].decode())
            for number, (name, values) in enumerate(offered.items())
        ]
        for number, select in enumerate(SELECT.finditer(self.body)):
            values = OPTION.findall(select.group())
            chosen.append((select.group(1).decode(), values[(number + nth) % len(values)].decode()))
        typed = [(name.decode(), f"listen {nth}") for name in TYPED.findall(self.body)]
        return chosen + typed

    def turn(self) -> list[tuple[str, str]]:
        """A reply that a conversation offers, another at each turn; nothing where it offers none.

        The same one each time would not come to an end: what must be right is asked again.
        """
        replies = REPLY.findall(self.body)
        if not replies:
            return []
        [turn] = TURN.findall(self.body)[:1]
        fields = [turn, replies[int(turn[1]) % len(replies)]]
        return [(name.decode(), value.decode()) for name, value in fields]


@dataclass
class Client:
    """One reader. Every answer is checked, so that an error never counts as speed."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    get_referring_page: str = ""
    _socket: socket.socket | None = None

    def get(self, path: str, shows: str, *, status: int = 200) -> Answer:
        return self._ask("GET", path, b"", status, shows)

    def post(
        self, path: str, fields: list[tuple[str, str]], *, status: int = 303, shows: str = ""
    ) -> Answer:
        return self._ask("POST", path, urlencode(fields).encode(), status, shows)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, method: str, path: str, body: bytes, status: int, shows: str) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: text/html"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if self.get_referring_page:
            lines.append(f"X-Forwarded-For: {self.get_referring_page}")
        if method == "POST":
            lines += [f"Content-Type: {FORM.decode()}", f"Content-Length: {len(body)}"]
        answer = self._send("\r\n".join([*lines, "", ""]).encode() + body)
        if answer.status != status or shows.encode() not in answer.body:
            beginning = answer.body[:300].decode(errors="replace")
            raise WrongAnswer(f"{method} {path}: {answer.status}, without {shows!r}:\n{beginning}")
        return answer

    def _send(self, request: bytes) -> Answer:
        was_open = self._socket is not None
        try:
            return self._exchange(request)
        except OSError:
            # The server lets go of a connection that was idle for a while.
            if not was_open:
                raise
            self.close()
            return self._exchange(request)

    def _exchange(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        status_line, *lines = received[:end].split(b"\r\n")
        headers: dict[bytes, bytes] = {}
        for line in lines:
            name, _, value = line.partition(b": ")
            if name.lower() == b"set-cookie":
                self._keep(value)
            headers[name.lower()] = value
        length = int(headers[b"content-length"])
        body = [received[end + 4 :]]
        left = length - len(body[0])
        while left > 0:
            body.append(self._more())
            left -= len(body[-1])
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return Answer(int(status_line.split(b" ", 2)[1]), headers, b"".join(body))

    def _more(self) -> bytes:
        assert self._socket is not None
        received = self._socket.recv(262144)
        if not received:
            raise ConnectionResetError("The site hung up.")
        return received

    def _keep(self, cookie: bytes) -> None:
        name, _, value = cookie.split(b";", 1)[0].decode().partition("=")
        self.cookies[name] = value.strip('"')


def timed(act, *arguments) -> float:
    """How many seconds something took."""
    began = perf_counter()
    act(*arguments)
    return perf_counter() - began
