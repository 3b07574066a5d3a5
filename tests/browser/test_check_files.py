"""Checking files in a browser: dropped or chosen, many at once, with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browsers import DESKTOP, PHONE

pytestmark = pytest.mark.browser

GRADUATE = """
from certificates.models import Credential
from certificates.preparing import prepare
from django.utils import timezone

credential = Credential.objects.get(holder__email="graduate@peerwork.example")
prepare(str(credential.pk), at=timezone.now())
credential.refresh_from_db()
with credential.pdf.open("rb") as file:
    answer = [credential.number, file.read().hex(), str(credential.sealed_by)]
"""


@pytest.fixture(scope="module")
def certificate(site_server):
    """The number and the file of a certificate of the demonstration."""
    number, content, key = site_server.ask(GRADUATE)
    assert key.startswith("seal-")
    return number, bytes.fromhex(content)


def as_file(content, name="certificate.pdf"):
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def altered(content):
    at = content.index(b"stream\n") + 60
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_file_of_ours_is_answered_and_never_sent(open_page, certificate, size):
    number, content = certificate
    page = open_page(**size)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.goto("/verify/")
    page.get_by_label("The PDF or the badge, or many of them").set_input_files(as_file(content))
    page.get_by_role("button", name="Check the file").click()
    line = page.locator("li[data-verdict]")
    expect(line).to_have_attribute("data-verdict", "as_issued")
    expect(line.get_by_role("heading")).to_have_text("Exactly as we issued it: Current")
    expect(line).to_contain_text("certificate.pdf")
    expect(line.get_by_role("link", name=number)).to_be_visible()
    (request,) = sent
    assert len(request.post_data_buffer) < 200
    assert b"certificate.pdf" not in request.post_data_buffer


def test_many_are_answered_each_and_only_the_strange_ones_are_sent(open_page, certificate):
    _number, content = certificate
    page = open_page(**DESKTOP)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.goto("/verify/")
    files = [as_file(content, f"good-{number}.pdf") for number in range(30)]
    files.append(as_file(altered(content), "changed.pdf"))
    files.append(as_file(b"no PDF at all", "letter.pdf"))
    files.append(as_file(b"", "empty.pdf"))
    page.get_by_label("The PDF or the badge, or many of them").set_input_files(files)
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("[data-file-state]")).to_have_text("Checked 33 of 33")
    verdicts = page.locator("li[data-verdict]").evaluate_all(
        "lines => lines.map((line) => line.dataset.verdict)"
    )
    assert verdicts == ["as_issued"] * 30 + ["altered", "unreadable", "unreadable"]
    names = page.locator("[data-file-name]").all_text_contents()
    assert names[-3:] == ["changed.pdf", "letter.pdf", "empty.pdf"]
    assert len(sent) == 4
    assert not any(b"changed.pdf" in (request.post_data_buffer or b"") for request in sent)


def test_files_can_be_dropped_on_it(open_page, certificate):
    _number, content = certificate
    page = open_page(**DESKTOP)
    page.goto("/verify/")
    page.locator("[data-file-check]").evaluate(
        """(form, bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "dropped.pdf"));
          form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        list(content),
    )
    line = page.locator("li[data-verdict]")
    expect(line).to_have_attribute("data-verdict", "as_issued")
    expect(line).to_contain_text("dropped.pdf")


def test_without_a_script_the_file_is_sent_and_answered_on_a_page(open_page, certificate):
    number, content = certificate
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto("/verify/")
    files = [as_file(content), as_file(altered(content), "changed.pdf")]
    page.get_by_label("The PDF or the badge, or many of them").set_input_files(files)
    page.get_by_role("button", name="Check the file").click()
    page.wait_for_url("**/verify/files/")
    expect(page).to_have_title(re.compile("2 files checked"))
    lines = page.locator("li[data-verdict]")
    expect(lines.nth(0)).to_have_attribute("data-verdict", "as_issued")
    expect(lines.nth(1)).to_have_attribute("data-verdict", "altered")
    expect(lines.nth(1)).to_contain_text("It was changed after we sealed it.")
    expect(lines.nth(1).get_by_role("link", name=number)).to_be_visible()


def test_more_than_two_hundred_are_asked_to_come_in_parts(open_page, certificate):
    page = open_page(**DESKTOP)
    page.goto("/verify/")
    files = [as_file(b"x", f"{number}.pdf") for number in range(201)]
    page.get_by_label("The PDF or the badge, or many of them").set_input_files(files)
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("[data-file-state]")).to_contain_text("200 files at most")
    expect(page.locator("li[data-verdict]")).to_have_count(0)


def test_where_the_site_does_not_answer_each_file_says_so(open_page, certificate):
    page = open_page(**DESKTOP)
    page.goto("/verify/")
    page.route("**/verify/files/", lambda route: route.abort())
    page.get_by_label("The PDF or the badge, or many of them").set_input_files(as_file(b"%PDF-1.7"))
    page.get_by_role("button", name="Check the file").click()
    line = page.locator("[data-file-lines] li")
    expect(line).to_contain_text("could not be checked just now")
    expect(line).to_contain_text("certificate.pdf")
