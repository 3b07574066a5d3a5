"""A bot that reads nothing: it guesses, and learns from whatever the site shows of its guesses.

`Brain` is what it makes of what it is shown, and `Bot` presses the site's own pages. The bot is
given what no learner has: of which module each question is, and how results are worked out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from random import Random

from bs4 import BeautifulSoup, SoupStrainer
from django.core import mail
from django.utils.html import strip_tags

SURE = 1e-4


@dataclass(frozen=True)
class Asked:
    """A question as the bot sees it: its words and options, with what it knows of its kind."""

    stem: str
    options: tuple[str, ...]
    module: str = ""
    has_halves: bool = False
    red_line: bool = False


@dataclass
class Brain:
    """How likely the bot holds each option to be the right one, by the words of the question."""

    random: Random
    weights: dict[str, dict[str, float]] = field(default_factory=dict)

    def of(self, question: Asked) -> dict[str, float]:
        even = dict.fromkeys(question.options, 1 / len(question.options))
        return self.weights.setdefault(question.stem, even)

    def choose(self, question: Asked) -> str:
        """An option at random, the likelier the sooner."""
        weights = self.of(question)
        squares = [weights[option] ** 2 for option in question.options]
        return self.random.choices(question.options, squares)[0]

    def rule_out(self, question: Asked, option: str) -> None:
        self._scale(question, {option: SURE})

    def settle(self, question: Asked, option: str) -> None:
        self._scale(question, dict.fromkeys(set(question.options) - {option}, SURE))

    def learn_word(self, chosen: dict[Asked, str], *, in_place: bool, share: float = 0.75) -> None:
        """Weigh each choice by how much likelier it makes the word that was said of all of them."""
        likely = {question: self.of(question)[option] for question, option in chosen.items()}
        factors = {}
        for question in chosen:
            if_right = self._chance_of_word(likely, question, True, share)
            if_not = (
                0.0 if question.red_line else self._chance_of_word(likely, question, False, share)
            )
            if not in_place:
                if_right, if_not = 1 - if_right, 1 - if_not
            factors[question] = (max(if_right, 1e-6), max(if_not, 1e-6))
        for question, (if_right, if_not) in factors.items():
            others = dict.fromkeys(set(question.options) - {chosen[question]}, if_not)
            self._scale(question, {chosen[question]: if_right, **others})

    def _scale(self, question: Asked, factors: dict[str, float]) -> None:
        weights = self.of(question)
        scaled = {option: weights[option] * factors.get(option, 1) for option in weights}
        total = sum(scaled.values())
        self.weights[question.stem] = {o: max(w / total, SURE) for o, w in scaled.items()}

    def _chance_of_word(
        self, likely: dict[Asked, float], fixed: Asked, is_right: bool, share: float
    ) -> float:
        """How likely “in place” is, if one choice is right or not and the others as likely as held."""
        halves = {2 if is_right else 0: 1.0}
        red_lines = 1.0
        for question, right in likely.items():
            if question == fixed:
                continue
            if question.red_line:
                red_lines *= right
            after: dict[int, float] = {}
            wrong = (1 - right) / 2
            outcomes = (
                [(2, right), (1, wrong), (0, wrong)]
                if question.has_halves
                else [(2, right), (0, 2 * wrong)]
            )
            for sum_so_far, chance in halves.items():
                for earned, share_of_chance in outcomes:
                    key = sum_so_far + earned
                    after[key] = after.get(key, 0) + chance * share_of_chance
            halves = after
        enough = 2 * share * len(likely)
        return red_lines * sum(chance for earned, chance in halves.items() if earned >= enough)


# Pressing the site's pages ----------------------------------------------------------------


BASE = re.compile(r'name="base" value="(\d+)"')
QUESTION = re.compile(r'<fieldset class="card question".*?</fieldset>', re.S)
STEM = re.compile(r'class="question__stem[^>]*>(.*?)</div>', re.S)
CHOICE = re.compile(r'name="([^"]+)"\s+value="([^"]+)"[^>]*>\s*<span>(.*?)</span>', re.S)
OPTION = re.compile(r"""<li\b[^>]*\bclass=["'][^"']*\boption\b""")
LOOKS_AGAIN = 10
"""How often one who is not let begin, and has answered the offer of a talk, reads the page anew."""
OFFER = re.compile(r'action="(/quizzes/[0-9a-f-]{36}/talk/)"')


def words_of(tag) -> str:
    return " ".join(tag.get_text(" ").split())


@lru_cache(maxsize=4096)
def plain(markup: str) -> str:
    """The words of some markup, on one line."""
    return " ".join(unescape(strip_tags(markup)).split())


class Bot:
    """Somebody who registers, presses, guesses and copies, by the pages that everybody has."""

    def __init__(self, client, random, facts):
        self.client = client
        self.brain = Brain(random)
        self.facts = facts
        self.name = "Botolph Press"
        self.email = "bot@peerwork.example"
        self.password = "quiet-river-stone-7"
        self.seen: list[str] = []
        self.refusals = 0
        self.refused_in_a_row = 0

    def register(self):
        self.client.post(
            "/accounts/signup/",
            {
                "email": self.email,
                "full_name": self.name,
                "password1": self.password,
                "agreement": "on",
            },
        )
        code = re.search(r"^(\d{4}-\d{4})$", mail.outbox[-1].body, re.M)[1]
        self.client.post("/accounts/confirm-email/", {"code": code})

    def open(self, url):
        """A page as text, signed in again where the session has ended."""
        if "_auth_user_id" not in self.client.session:
            self.client.post("/accounts/login/", {"login": self.email, "password": self.password})
        response = self.client.get(url, follow=True)
        self.seen.append(response.content.decode())
        return response

    def press(self, url, **typed):
        """Fill in the first form of a page that asks for something, and send it."""
        page = BeautifulSoup(self.open(url).content, "html.parser")
        form = next(form for form in page.main.find_all("form") if form.get("method") == "post")
        fields = {}
        for tag in form.find_all("input"):
            name, kind = tag.get("name"), tag.get("type", "text")
            if kind in {"text", "password"}:
                fields[name] = typed.get(name, self.name)
            elif kind == "hidden" or (kind == "radio" and name not in fields):
                fields[name] = tag.get("value", "")
        for select in form.find_all("select"):
            fields[select["name"]] = select.find_all("option")[-1]["value"]
        return self.client.post(form.get("action") or url, fields, follow=True)

    def try_it(self, page):
        """One try of a quiz of single choices: start, guess, hand in, and learn from what is shown.

        Gives the address of the result; None where the site lets nobody begin.
        """
        address = self.start(page)
        if not address.startswith("/quizzes/") and self.refused_in_a_row % LOOKS_AGAIN == 0:
            self.answer_the_offer(page.url)
            address = self.start(page)
        if not address.startswith("/quizzes/"):
            self.refusals += 1
            self.refused_in_a_row += 1
            return None
        self.refused_in_a_row = 0
        chosen = self.answer(address, "finish")
        self.client.post(f"{address}submit/", {"base": "1"})
        result = f"{address}result/"
        self.copy(self.open(result).content.decode(), chosen)
        return result

    def start(self, page):
        return self.client.post(f"/quizzes/start/{page.translation_key}/").headers["Location"]

    def answer(self, address, action):
        """Guess everything on a paper and save it. Gives what was chosen for each question."""
        content = self.client.get(address).content.decode()
        form = {"base": BASE.search(content)[1], "action": action}
        chosen = {}
        for box in QUESTION.findall(content):
            values = {plain(text): (name, value) for name, value, text in CHOICE.findall(box)}
            question = self.facts(plain(STEM.search(box)[1]), tuple(values))
            chosen[question] = self.brain.choose(question)
            name, value = values[chosen[question]]
            form[name] = value
        self.client.post(address, form)
        return chosen

    def answer_the_offer(self, url):
        """Decline the talk, where one is offered."""
        offer = OFFER.search(self.open(url).content.decode())
        if offer is not None:
            self.client.post(offer[1], {"wants_talk": "no"})

    def copy(self, content, chosen):
        """Learn from everything that a page shows of what was chosen."""
        if "score__percent" in content:
            raise AssertionError("A figure is shown, by which every answer can be found.")
        if "strength__level" in content or OPTION.search(content):
            page = BeautifulSoup(content, "html.parser", parse_only=SoupStrainer("main"))
            self.copy_words(page, chosen)
            self.copy_signs(page, chosen)

    def copy_words(self, page, chosen):
        for skill in page.select(".strengths > .strength"):
            titles = words_of(skill.select_one(".strength__name"))
            group = {
                question: option for question, option in chosen.items() if question.module in titles
            }
            is_in_place = words_of(skill.select_one(".strength__level")) == "In place"
            self.brain.learn_word(group, in_place=is_in_place)

    def copy_signs(self, page, chosen):
        """Whatever stands beside an option that says what it is worth."""
        for line in page.select("li.option"):
            words = words_of(line)
            stem = words_of(line.find_parent("section"))
            for question, option in chosen.items():
                if question.stem in stem and option in words:
                    fits = "option--fits" in line.get("class", []) or "Fits" in words
                    (self.brain.settle if fits else self.brain.rule_out)(question, option)

    def answer_again(self, result, most=40):
        """Go through red lines one guess after another, ruling out what was not right."""
        for _ in range(most):
            address = self.client.post(result.replace("result/", "again/")).headers["Location"]
            if address == result:
                return
            chosen = self.answer(address, "hand_in")
            left = plain(self.open(result).content.decode())
            for question, option in chosen.items():
                if question.stem in left:
                    self.brain.rule_out(question, option)
