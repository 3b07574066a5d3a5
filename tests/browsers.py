"""A real browser, watched: a page that asks another host for anything, breaks the content
security policy, or faults in a script, fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, Response

from tools.bootstrap import BROWSERS

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}

# Nothing of its own accord, and no host but this one.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

TELL_OF_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error("Content Security Policy:", event.effectiveDirective, event.blockedURI,
    event.sourceFile, event.lineNumber);
});
"""


USUAL = {
    "locale": "en-GB",
    "timezone_id": "Europe/London",
    "service_workers": "block",
}


def launch_options() -> dict[str, Any]:
    """Debian's Chromium, or the one that CHROMIUM names, in the words of Playwright.

    The one without windows takes less than half of the processor, and draws with the same engine.
    """
    installed = filter(None, map(shutil.which, BROWSERS))
    program = os.environ.get("CHROMIUM") or next(installed, None)
    assert program, (
        "Chromium is not installed. On Debian: apt-get install -y chromium-headless-shell"
    )
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    return {"executable_path": program, "args": arguments}


@dataclass
class Watch:
    """What went wrong on the pages of one context."""

    site: str
    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("request", self.request)
        context.on("response", self.response)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.faults.append(f"in a script: {error.error}"))

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self.site:
            self.faults.append(f"asked another host: {request.url}")

    def response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")
        elif response.status >= 400 and response.request.resource_type in {
            "stylesheet",
            "script",
            "image",
            "font",
            "manifest",
        }:
            self.faults.append(f"not found by its page: {response.url}")

    def console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"broke the policy: {message.text}")


class Tabs:
    """Opens pages for one test, each in a context of its own, and watches them all."""

    def __init__(self, new_context: Callable[..., BrowserContext], base_url: str) -> None:
        self.new_context = new_context
        self.base_url = base_url
        self.watch = Watch(urlsplit(base_url).netloc)
        self.open_contexts: list[BrowserContext] = []

    def __call__(self, **options: Any) -> Page:
        """A new page; `**PHONE`, `java_script_enabled=False`, `color_scheme="dark"` and the like."""
        context = self.new_context(**{"base_url": self.base_url, **USUAL, **DESKTOP, **options})
        context.set_default_timeout(15_000)
        self.watch.over(context)
        self.open_contexts.append(context)
        context.on("close", lambda closed: self.open_contexts.remove(closed))
        return context.new_page()

    def close(self) -> None:
        for context in self.open_contexts.copy():
            context.close()
