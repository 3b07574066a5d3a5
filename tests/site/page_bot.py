"""A bot that goes the whole way by the site's own pages, and is given nothing but what they show.

It presses buttons by their words, as somebody without a script does, fills in whatever a form asks
by chance, and gives again what seems to be worth a mark, by the scores that it is shown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from bs4 import BeautifulSoup, SoupStrainer
from django.core import mail

from tests.site.bot import words_of

EXPLORES = 0.05
EXPECTED = 0.4
WORTH_REPEATING = 0.5
PASSES = 12
GUESSED_WORD = "listen"
PERCENT = re.compile(r"(\d+)%")


def label_of(box, select):
    """The words that name a list of choices; the place of a gap in its sentence."""
    label = box.find("label", attrs={"for": select["id"]})
    return words_of(label) if label else str(box.select("select").index(select))


@dataclass
class Memory:
    """What each answer to each question is likely worth, worked out from the scores of papers.

    A paper says that what its answers are worth comes to its score. All papers together are
    solved by putting each one's difference right in turn, again and again (Kaczmarz's way).
    """

    random: Random
    papers: list[tuple[list[tuple[str, tuple]], float]] = field(default_factory=list)
    worth: dict[tuple[str, tuple], float] = field(default_factory=dict)

    def choose(self, stem: str, guess: tuple) -> tuple:
        """The answer that is likely worth most; a new guess where none is worth much."""
        known = [answer for asked, answer in self.worth if asked == stem]
        best = max(known, key=lambda answer: self.worth[stem, answer], default=guess)
        seems_good = self.worth.get((stem, best), 0) >= WORTH_REPEATING
        return best if seems_good and self.random.random() >= EXPLORES else guess

    def learn(self, answers: dict[str, tuple], percent: int) -> None:
        self.papers.append((list(answers.items()), percent / 100 * len(answers)))
        self.worth |= {pair: EXPECTED for pair in answers.items() if pair not in self.worth}
        for _ in range(PASSES):
            for pairs, total in self.papers:
                off = (total - sum(self.worth[pair] for pair in pairs)) / len(pairs)
                for pair in pairs:
                    self.worth[pair] = min(1.0, max(0.0, self.worth[pair] + off))


BETWEEN_TRIES = timedelta(minutes=2)
"""It goes on as slowly as the site asks of whoever begins one try after another."""


class PageBot:
    """Somebody who registers, presses and guesses, page after page."""

    email = "pages@peerwork.example"

    def __init__(self, client, random, clock):
        self.client, self.random, self.clock = client, random, clock
        self.memory = Memory(random)
        self.page = None
        self.url = ""
        self.failed: list[tuple[str, dict[str, tuple]]] = []
        """The pages of results that did not pass, as they were shown, with what was answered."""

    # Pages, buttons and links ------------------------------------------------------------

    def go(self, url):
        self._show(self.client.get(url, follow=True), url)

    def _show(self, response, url):
        assert response.status_code == 200, (url, response.status_code)
        self.url = response.redirect_chain[-1][0] if response.redirect_chain else url
        self.html = response.content.decode()
        self.page = BeautifulSoup(self.html, "html.parser", parse_only=SoupStrainer("main"))

    def button(self, words):
        """The first button that says some words; None where there is none."""
        buttons = self.page.main.find_all("button")
        return next((b for b in buttons if words_of(b).startswith(words)), None)

    def link(self, words):
        links = self.page.main.find_all("a")
        return next((a["href"] for a in links if words_of(a).startswith(words)), None)

    def press(self, words, **typed):
        """Send the form of a button with all that stands in it, as a browser does."""
        button = self.button(words)
        assert button is not None, (words, self.url)
        form = (
            self.page.find("form", id=button["form"])
            if button.get("form")
            else button.find_parent("form")
        )
        fields = self._fields(form) | typed
        if button.get("name"):
            fields[button["name"]] = button.get("value", "")
        action = button.get("formaction") or form.get("action") or self.url
        self._show(self.client.post(action.split("#")[0], fields, follow=True), action)

    def _fields(self, form):
        inside = form.find_all(["input", "textarea", "select"])
        beside = self.page.find_all(attrs={"form": form.get("id")}) if form.get("id") else []
        fields = {}
        for tag in [*inside, *beside]:
            kind = tag.get("type", "text") if tag.name == "input" else tag.name
            if kind in {"radio", "checkbox", "submit", "button"} or not tag.get("name"):
                continue
            fields[tag["name"]] = tag.get("value", "") if tag.name == "input" else ""
        return fields

    # The way through the course ----------------------------------------------------------

    def register(self, course):
        """Sign up from the page of a course, confirm the address, and take a place."""
        self.go(course)
        self.go(self.link("Sign up to begin"))
        self.press(
            "Make my account",
            email=self.email,
            full_name="Botolph Page",
            password1="quiet-river-stone-7",
            agreement="on",
        )
        code = re.search(r"^(\d{4}-\d{4})$", mail.outbox[-1].body, re.M)[1]
        self.press("Confirm", code=code)
        if self.button("Take a place on this course"):
            self.press("Take a place on this course")

    def go_on(self, most):
        """Continue from *My learning*, step by step, until a quiz is not passed in `most` tries,
        or there is nothing to continue with. Gives the address of the page where it stopped."""
        while True:
            self.go("/learn/")
            way = self.link("Continue") or self.link("Begin") or self.link("Start")
            if way is None:
                return self.url
            self.go(way)
            here = self.url
            if self.page.find("form", id="lesson-form"):
                self.go(f"{here.split('?')[0]}?part=all")
                self.press("Finish this lesson")
            elif not self.pass_quiz(here, most):
                return here

    def pass_quiz(self, url, most):
        """Try a quiz by its page until it is passed. False where it was not, or not let begin."""
        ways = ("Try again", "Begin a new try", "Begin")
        self.go(url)
        for _ in range(most):
            begin = next((words for words in ways if self.button(words)), None)
            if begin is None:
                return False
            self.clock.shift(BETWEEN_TRIES)
            self.press(begin)
            self.give_answers()
            if self.passed():
                return True
        return False

    def give_answers(self):
        """Answer every question of the paper, hand it in, and learn from the page of the result."""
        answers, fields = {}, {}
        for box in self.page.select("fieldset.question"):
            stem = words_of(box.select_one(".question__stem, .gaps"))
            answers[stem] = self.memory.choose(stem, self._guess(box))
            fields |= self._filled_in(box, answers[stem])
        self.press("Look over and hand in", **fields)
        if self.button("Hand in"):
            self.press("Hand in")
        self.copy(answers)

    def copy(self, answers):
        if not self.passed():
            self.failed.append((self.html, answers))
        shown = self.page.select_one(".score__percent")
        if shown is not None:
            self.memory.learn(answers, int(PERCENT.search(shown.get_text())[1]))
        for _ in range(40):
            again = self.button("Answer this one again") or self.button("Answer these again")
            again = again or self.button("Carry on answering")
            if again is None:
                return
            self.press(words_of(again))
            fields = {}
            for box in self.page.select("fieldset.question"):
                fields |= self._filled_in(box, self._guess(box))
            self.press("Hand in", **fields)

    def passed(self):
        return "You passed" in words_of(self.page.main)

    # Filling in a question ---------------------------------------------------------------

    def _guess(self, box):
        """An answer by chance, in the words that stand beside what is ticked and chosen."""
        ticks = box.select("input[type=radio], input[type=checkbox]")
        texts = [words_of(tick.find_parent("label")) for tick in ticks]
        if ticks and ticks[0]["type"] == "radio" and len({t["name"] for t in ticks}) == 1:
            return (self.random.choice(texts),)
        if ticks:
            return tuple(sorted(text for text in texts if self.random.random() < 0.5))
        selects = box.select("select")
        if not selects:
            return (GUESSED_WORD,)
        labels = [label_of(box, select) for select in selects]
        offers = [[words_of(o) for o in s.find_all("option")[1:]] for s in selects]
        drawn = self.random.sample(offers[0], len(offers[0]))
        return tuple(sorted(zip(labels, drawn * len(labels), strict=False)))

    def _filled_in(self, box, answer):
        fields = defaultdict(list)
        for tick in box.select("input[type=radio], input[type=checkbox]"):
            if words_of(tick.find_parent("label")) in answer:
                fields[tick["name"]].append(tick["value"])
        for blank in box.select("input[type=text], textarea"):
            fields[blank["name"]] = GUESSED_WORD
        chosen = dict(pair for pair in answer if isinstance(pair, tuple))
        for select in box.select("select"):
            label = label_of(box, select)
            options = {words_of(o): o["value"] for o in select.find_all("option")}
            fields[select["name"]] = options.get(chosen.get(label), "")
        return dict(fields)
