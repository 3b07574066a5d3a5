"""Drawings that go too far, for the process that must end them."""

import os
import time

from certificates.apart import answer_until_closed


def hang(credential, *, verify_url):
    while True:
        time.sleep(60)


def spin(credential, *, verify_url):
    while True:
        pass


def eat_memory(credential, *, verify_url):
    eaten = []
    while True:
        eaten.append(bytearray(64 * 1024 * 1024))


def die(credential, *, verify_url):
    os._exit(7)


def fail(credential, *, verify_url):
    raise ValueError(f"the name {credential.name}")


def picture_until_closed(connection, seconds, most_bytes):
    """The process that renders pictures, where each job is one of them by its name."""
    answer_until_closed(connection, seconds, most_bytes, lambda: pictured)


def pictured(content):
    bomb = {"hang": hang, "eat_memory": eat_memory, "die": die}[content.decode()]
    bomb(None, verify_url="")
