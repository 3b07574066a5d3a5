"""Reading aloud by the voices of a device, which are played here by a stand-in that writes down."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import talking
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

VOICES = """
window.said = [];
window.cancelled = 0;
window.voices = %s;
class Said extends EventTarget {
  constructor(text) { super(); this.text = text; }
}
window.SpeechSynthesisUtterance = Said;
let queue = [];
const synthesis = new EventTarget();
Object.assign(synthesis, {
  getVoices: () => window.voices,
  speak(one) {
    window.said.push({ text: one.text, voice: one.voice?.name, rate: one.rate, lang: one.lang });
    queue.push(one);
    one.dispatchEvent(new Event("start"));
  },
  cancel() { window.cancelled += 1; queue = []; },
});
window.goOn = () => queue.shift()?.dispatchEvent(new Event("end"));
Object.defineProperty(window, "speechSynthesis", { value: synthesis, configurable: true });
"""


def voice(name, lang="en-GB", local="true", default="false"):
    return f"{{name: '{name}', lang: '{lang}', localService: {local}, default: {default}}}"


TWO = f"[{voice('Anna', default='true')}, {voice('Ben', 'en-US')}]"
ONE = f"[{voice('Anna')}]"
MARKED = """
() => [...(CSS.highlights.get("spoken") ?? [])].map((range) => range.toString().replace(/\\s+/g, " ").trim())
"""


@pytest.fixture
def reader(bring):
    return bring("listens", up_to="lesson:1.3")


@pytest.fixture
def with_voices(page_of, reader):
    def with_voices(voices, **options):
        page = page_of(reader, **options)
        page.add_init_script(VOICES % voices)
        return page

    return with_voices


@pytest.fixture
def lesson(outline):
    return outline["steps"][0]["url"] + "?part=1"


def listen(page):
    return page.locator("[data-listen-toggle]").first


def said(page):
    return page.evaluate("window.said")


def test_a_part_is_read_sentence_by_sentence_and_each_is_marked(with_voices, lesson):
    page = with_voices(TWO, **PHONE)
    page.goto(lesson)
    before = page.locator("#lesson").inner_html()
    listen(page).click()
    first = said(page)
    assert len(first) == 1
    assert page.evaluate(MARKED) == [first[0]["text"]]
    expect(listen(page)).to_have_text("Stop")
    page.evaluate("window.goOn()")
    second = said(page)[1]
    assert page.evaluate(MARKED) == [second["text"]]
    body = " ".join(page.locator("#lesson").inner_text().split())
    assert first[0]["text"] in body
    assert page.locator("#lesson").inner_html() == before, "nothing of the page is changed"
    for _sentence in range(200):
        page.evaluate("window.goOn()")
    expect(listen(page)).to_have_text("Listen")
    assert page.evaluate(MARKED) == []
    assert {each["voice"] for each in said(page)} == {"Anna"}
    assert len(said(page)) > 5


@pytest.mark.parametrize(
    "voices",
    [
        pytest.param("[]", id="none"),
        pytest.param(f"[{voice('Clara', 'es-ES')}]", id="none in the language"),
        pytest.param(f"[{voice('Cloud', local='false')}]", id="only over the network"),
    ],
)
def test_where_the_device_has_no_voice_of_its_own_there_is_no_button(with_voices, lesson, voices):
    page = with_voices(voices)
    page.goto(lesson)
    expect(page.locator("#lesson")).to_be_visible()
    expect(listen(page)).to_be_hidden()
    expect(page.locator(".listen")).to_be_hidden()


def test_a_voice_that_is_known_only_later_shows_the_button(with_voices, lesson):
    page = with_voices("[]")
    page.goto(lesson)
    expect(listen(page)).to_be_hidden()
    page.evaluate(
        f"window.voices = {ONE}; speechSynthesis.dispatchEvent(new Event('voiceschanged'))"
    )
    expect(listen(page)).to_be_visible()


def test_the_speed_is_kept_on_the_device_and_the_voice_of_the_network_is_left_alone(
    with_voices, lesson
):
    page = with_voices(f"[{voice('Cloud', local='false', default='true')}, {voice('Anna')}]")
    page.goto(lesson)
    page.locator("[data-listen-speed]").select_option("1.25")
    page.reload()
    expect(page.locator("[data-listen-speed]")).to_have_value("1.25")
    listen(page).click()
    assert (said(page)[0]["rate"], said(page)[0]["voice"]) == (1.25, "Anna")
    page.locator("[data-listen-speed]").select_option("0.75")
    again = said(page)
    assert again[-1]["text"] == again[0]["text"], "from the sentence that was being said"
    assert again[-1]["rate"] == 0.75


def test_by_keyboard_it_starts_and_escape_stops_it(with_voices, lesson):
    page = with_voices(TWO, reduced_motion="reduce")
    page.goto(lesson)
    listen(page).focus()
    page.keyboard.press("Enter")
    assert len(said(page)) == 1
    page.keyboard.press("Escape")
    expect(listen(page)).to_have_text("Listen")
    page.evaluate("window.goOn()")
    assert len(said(page)) == 1
    assert page.evaluate(MARKED) == []
    page.keyboard.press("Space")
    assert len(said(page)) == 2


def test_it_stops_when_the_page_is_left(with_voices, lesson):
    page = with_voices(TWO)
    page.goto(lesson)
    listen(page).click()
    before = page.evaluate("window.cancelled")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("window.cancelled") == before + 1
    expect(listen(page)).to_have_text("Listen")


def test_in_a_conversation_the_person_and_you_have_two_voices(with_voices, site_server, reader):
    address, _play = talking.begin(site_server, reader, "FC1")
    page = with_voices(TWO, **PHONE)
    page.goto(address)
    listen(page).click()
    for _sentence in range(30):
        page.evaluate("window.goOn()")
    voices = {each["text"]: each["voice"] for each in said(page)}
    person = page.locator(".talk__line--now .talk__words").inner_text()
    assert any(voice == "Anna" and words in person for words, voice in voices.items())
    replies = page.locator(".talk__reply").all_inner_texts()
    yours = [voice for words, voice in voices.items() if any(words in reply for reply in replies)]
    assert set(yours) == {"Ben"}


@pytest.mark.drill
def test_with_one_voice_both_are_heard_by_it(with_voices, site_server, reader):
    address, _play = talking.begin(site_server, reader, "FC1")
    page = with_voices(ONE)
    page.goto(address)
    listen(page).click()
    for _sentence in range(30):
        page.evaluate("window.goOn()")
    assert {each["voice"] for each in said(page)} == {"Anna"}


@pytest.mark.drill
def test_one_line_is_heard_alone(with_voices, site_server, reader):
    address, _play = talking.begin(site_server, reader, "FC1")
    page = with_voices(TWO)
    page.goto(address)
    page.locator(".talk__line--now").get_by_role("button", name="Hear this line").click()
    for _sentence in range(9):
        page.evaluate("window.goOn()")
    line = " ".join(page.locator(".talk__line--now .talk__words").inner_text().split())
    assert " ".join(each["text"] for each in said(page)) == line


@pytest.mark.drill
def test_a_whole_conversation_is_read_from_its_text(with_voices, outline):
    url = next(step["url"] for step in outline["steps"] if step["kind"] == "conversation")
    page = with_voices(TWO)
    page.goto(url)
    page.get_by_role("link", name="Read it as one text instead").click()
    listen(page).click()
    for _sentence in range(400):
        page.evaluate("window.goOn()")
    assert {each["voice"] for each in said(page)} == {"Anna", "Ben"}
    assert len(said(page)) > 100


# Recordings -----------------------------------------------------------------------------------

SILENT = """
window.played = [];
window.Audio = class extends EventTarget {
  constructor(source) { super(); this.source = source; }
  play() {
    window.played.push(this.source);
    window.playing = this;
    this.dispatchEvent(new Event("playing"));
    return Promise.resolve();
  }
  pause() {}
};
"""
RECORD = (
    "() => document.querySelectorAll('#lesson p').forEach((line, place) => "
    "{ if (place < 2) line.dataset.sound = `/media/media/${place}.mp3`; })"
)


def test_a_line_with_a_recording_is_played_and_the_next_is_read(with_voices, lesson):
    page = with_voices(ONE, **PHONE)
    page.add_init_script(SILENT)
    page.goto(lesson)
    expect(listen(page)).to_be_visible()
    page.evaluate(RECORD)
    listen(page).click()
    for _step in range(40):
        if page.evaluate("window.played.length"):
            break
        page.evaluate("window.goOn()")
    assert page.evaluate("window.played") == ["/media/media/0.mp3"]
    assert len(page.evaluate(MARKED)) == 1
    said = page.evaluate("window.said.length")
    page.evaluate("window.playing.dispatchEvent(new Event('error'))")
    assert page.evaluate("window.said.length") > said, "what cannot be played is read by the device"
