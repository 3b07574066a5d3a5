"""Reading the letters that the demonstration did not send. No site is needed for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest

from people.mailbox import SEPARATOR, parse_email, parse_emails, read_newest_emails

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def letter(subject="Your code", text="Here is your code.", date=NOON, to="ada@peerwork.example"):
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    message["Date"] = date
    message.set_content(text)
    return message


def written(folder, name, *letters):
    content = SEPARATOR.join(message.as_bytes() + b"\n" for message in letters)
    (folder / name).write_bytes(content + SEPARATOR)


def test_a_letter_is_read_as_it_was_written():
    email = parse_email(letter("Grüße", "Hello ü,\n\nwelcome.").as_bytes())
    assert (email.to, email.subject, email.sent_at) == ("ada@peerwork.example", "Grüße", NOON)
    assert email.text.strip() == "Hello ü,\n\nwelcome."


def test_of_a_letter_in_two_forms_the_plain_one_is_shown():
    message = letter(text="In plain words.")
    message.add_alternative("<p>In <b>bold</b> words.</p>", subtype="html")
    assert parse_email(message.as_bytes()).text.strip() == "In plain words."


def test_a_letter_without_plain_words_has_none():
    message = EmailMessage()
    message["Date"] = NOON
    message.set_content("<p>Only this.</p>", subtype="html")
    assert parse_email(message.as_bytes()).text == ""


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30))])
def test_letters_from_any_zone_stand_in_their_order(tmp_path, zone):
    written(tmp_path, "1.log", letter("Later", date=(NOON + timedelta(hours=1)).astimezone(zone)))
    written(tmp_path, "2.log", letter("Earlier"))
    assert [email.subject for email in read_newest_emails(tmp_path, 5)] == ["Later", "Earlier"]


def test_a_time_of_which_the_zone_is_not_known_is_taken_as_utc():
    message = letter()
    del message["Date"]
    message["Date"] = "Mon, 23 Nov 2026 12:00:00 -0000"
    assert parse_email(message.as_bytes()).sent_at == NOON


def test_all_letters_of_one_file_are_read():
    content = SEPARATOR.join(letter(f"Letter {n}").as_bytes() + b"\n" for n in range(3))
    emails = parse_emails(content + SEPARATOR)
    assert [email.subject for email in emails] == ["Letter 0", "Letter 1", "Letter 2"]


@pytest.mark.parametrize("content", [b"", SEPARATOR, b"\n\n" + SEPARATOR])
def test_a_file_without_a_letter_holds_none(content):
    assert list(parse_emails(content)) == []


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (3, 3), (9, 5)])
def test_no_more_are_read_than_are_shown(tmp_path, limit, count):
    for number in range(5):
        date = NOON + timedelta(minutes=number)
        written(tmp_path, f"{number}.log", letter(f"Letter {number}", date=date))
    emails = read_newest_emails(tmp_path, limit)
    assert [email.subject for email in emails] == [f"Letter {4 - n}" for n in range(count)]


def test_a_mailbox_that_was_never_used_is_empty(tmp_path):
    assert read_newest_emails(tmp_path / "nowhere", 5) == []
    (tmp_path / "notes.txt").write_text("not a letter")
    assert read_newest_emails(tmp_path, 5) == []
