"""Drawings that go too far, for the process that must end them."""

import os
import time


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
