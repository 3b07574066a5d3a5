"""Whatever is typed is only text on the page, and nothing is fetched for it."""

from __future__ import annotations

import socket
import threading

import pytest

from certificates.pdf import (
    PackagedOnly,
)
from tests.certificates.rendering import (
    opened,
    rendered,
    words_of,
)

# Hostile text: C07 ----------------------------------------------------------------------------

MARKUP = [
    '<img src="{url}">',
    '<img src="{file}">',
    "<style>@import url({url});</style>",
    "<style>body{{background:url({url})}}</style>",
    "<style>@font-face{{font-family:x;src:url({url})}}</style>",
    "<style>p::before{{content:url({file})}}</style>",
    '<link rel="stylesheet" href="{url}">',
    '<link rel="attachment" href="{file}">',
    '<a rel="attachment" href="{file}">x</a>',
    '<object data="{file}"></object>',
    '<embed src="{file}">',
    '<iframe src="{url}"></iframe>',
    '<svg><image href="{url}"/></svg>',
    '<svg><use href="{file}#x"/></svg>',
    '<base href="{url}">',
    '<meta http-equiv="refresh" content="0;url={url}">',
    "</title><img src={url}>",
    "</p></div></body></html><img src={url}>",
    '" style="background:url({url})" x="',
    "' onload='x' src='{url}",
    "&lt;img src={url}&gt;",
    "&#60;img src={url}&#62;",
    "{{{{ settings.SECRET_KEY }}}} {url}",
    "{{% include '{file}' %}}",
    "{{% load static %}} {file}",
    "<!ENTITY x SYSTEM '{file}'>&x;",
    "<?xml-stylesheet href='{url}'?>",
    "<![CDATA[<img src='{url}'>]]>",
    "url({url})",
    "@import '{file}';",
]
WRAPPINGS = [
    "{}",
    "Ada {} Okafor",
    '">{}',
    "-->{}<!--",
    "</style></script>{}",
]


@pytest.fixture
def trap():
    """An address of this machine that remembers who called."""
    calls = []
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.2)
    over = threading.Event()

    def wait():
        while not over.is_set():
            try:
                caller, _ = listening.accept()
            except TimeoutError:
                continue
            calls.append(caller)
            caller.close()

    waiting = threading.Thread(target=wait)
    waiting.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/x", calls
    over.set()
    waiting.join()
    listening.close()


@pytest.mark.drill
def test_hostile_text_in_any_field_is_only_text(trap, tmp_path):
    url, calls = trap
    canary = tmp_path / "canary.svg"
    canary.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>CANARY-7f3a</text></svg>")
    file = canary.as_uri()
    payloads = [
        wrapping.format(markup.format(url=url, file=file))
        for markup in MARKUP
        for wrapping in WRAPPINGS
    ]
    assert len(payloads) == 150
    for payload in payloads:
        pdf = rendered(
            name=payload[:120],
            award_name=payload,
            description=payload,
            limits=payload,
            issuer_name=payload[:60],
            signatory_name=payload[:60],
            signatory_role=payload,
            competencies=[{"code": "X", "name": payload}],
            hours_attested_by=payload[:60],
        )
        inside = opened(pdf)
        assert b"CANARY-7f3a" not in inside
        assert b"/EmbeddedFile" not in inside
        assert b"/Filespec" not in inside
    assert calls == []
    # And what was typed stands there as it was typed.
    assert "".join(payload.split()) in "".join(words_of(pdf).split())


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:1/",
        "https://example.org/",
        "ftp://127.0.0.1/",
        "data:text/css,p{}",
        "packaged:other",
        "PACKAGED:PAPER.SVG",
    ],
)
def test_nothing_is_fetched_but_our_own_pictures(address):
    with pytest.raises(ValueError, match="opens no address"):
        PackagedOnly({"packaged:paper.svg": ("image/svg+xml", b"<svg/>")}).fetch(address)
