"""Many at once: threads that start together, each with its own connection."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(count, do):
    """What `do(0)` … `do(count - 1)` gave or raised, all begun at one moment."""
    start = Barrier(count)

    def do_when_released(number):
        try:
            start.wait(timeout=20)
            return do(number)
        except Exception as raised:
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(do_when_released, range(count)))
