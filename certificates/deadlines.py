"""A call to another server that ends in time, even where it is answered a byte at a time.

A time limit of a socket is for each byte. So another thread shuts the socket when the whole call
has lasted long enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from socket import SHUT_RDWR, socket
from threading import Timer


@contextmanager
def ended_within(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """Connect, let a request be made and its answer be read, and close the connection.

    Connecting ends by the connection's own time limit. Raises TimeoutError where all of it was not
    done in so many seconds, whatever was read by then: what was cut off may look whole.
    """
    deadline = time.monotonic() + seconds
    timer = None
    try:
        connection.connect()
        timer = Timer(max(0, deadline - time.monotonic()), shut, [connection.sock])
        timer.daemon = True
        timer.start()
        yield
    except (OSError, HTTPException, ValueError) as error:
        raise error if time.monotonic() < deadline else TimeoutError from error
    finally:
        if timer is not None:
            timer.cancel()
        connection.close()
    if time.monotonic() >= deadline:
        raise TimeoutError


def shut(open_socket: socket) -> None:
    with suppress(OSError):
        open_socket.shutdown(SHUT_RDWR)
