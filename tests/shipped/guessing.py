"""Guesses at the option that fits best from how it is put, without knowing peer support.

A learner who has seen the quizzes may have learnt their voice. `Voice` learns it as a machine
would: from pairs of the best option and another of the same question, by logistic regression.
"""

import math
import re
from collections import Counter
from itertools import pairwise

from tests.shipped.content import best, words

TOKEN = re.compile(r"[\w’']+|[?!]")
STRENGTH = 0.3
"""How far one question may move the weights: the inverse of the penalty on their size."""

STEPS = 80


def share_guessed(questions, guess):
    """How often a guess is the key; a guess may name several places and then shares the point."""
    points = 0
    for question in questions:
        places = guess([option[0] for option in question["options"]])
        points += (best(question) in places) / len(places)
    return points / len(questions)


def most_by(score):
    """The guess of whoever takes the options of which something is most."""

    def guess(texts):
        scores = [score(text) for text in texts]
        return {place for place, one in enumerate(scores) if one == max(scores)}

    return guess


class Voice:
    """What tells the best option from the others, learnt from some questions."""

    def __init__(self, questions, *, with_shape):
        self.with_shape = with_shape
        frequency = Counter(
            gram
            for question in questions
            for option in question["options"]
            for gram in grams_of(option[0])
        )
        self.known = {gram for gram, count in frequency.items() if count >= 3}
        self.weights = fit([pair for question in questions for pair in self._pairs(question)])

    def guess(self, texts):
        scores = [
            sum(self.weights.get(name, 0) * value for name, value in features.items())
            for features in self._features(texts)
        ]
        return {scores.index(max(scores))}

    def _pairs(self, question):
        features = self._features([option[0] for option in question["options"]])
        key = best(question)
        return [
            difference(features[key], other) for place, other in enumerate(features) if place != key
        ]

    def _features(self, texts):
        features = [dict.fromkeys(grams_of(text) & self.known, 1.0) for text in texts]
        if self.with_shape:
            for one, shape in zip(features, shapes_of(texts), strict=True):
                one.update(shape)
        return features


def grams_of(text):
    """Its words, and each two that follow each other."""
    tokens = TOKEN.findall(text.lower())
    return {*tokens, *(f"{one} {other}" for one, other in pairwise(tokens))}


def shapes_of(texts):
    """Nineteen things about each of some options that need no understanding."""
    mean = sum(map(words, texts)) / len(texts)
    return [shape_of(text, mean) for text in texts]


def shape_of(text, mean):
    said = text.lower()
    found = {
        "question at the end": ends_in_a_question(text),
        "exclamation": "!" in text,
        "promise": "promise" in said or "swear" in said,
        "always or never": "never" in said or "always" in said,
        "only": "just" in said or "only" in said,
        "comma": "," in text,
        **{
            f"says {word.strip()}": word in said
            for word in (
                *("should", "shall we", "supervisor", "thank", " and ", " but ", " so "),
                *("ask", "don’t"),
            )
        },
    }
    counted = {
        "length": words(text) / mean,
        "I": said.count(" i ") + said.count("“i "),
        "you": len(re.findall(r"\byou", said)),
        "sentences": text.count("."),
    }
    return {f"shape: {name}": float(value) for name, value in (found | counted).items()}


def ends_in_a_question(text):
    return bool(re.search(r"\?”?$", text.strip()))


def difference(first, second):
    names = first.keys() | second.keys()
    pairs = {name: first.get(name, 0) - second.get(name, 0) for name in names}
    return {name: value for name, value in pairs.items() if value}


def fit(differences):
    """The weights that make each difference most likely positive, kept small by a penalty."""
    weights, ahead, momentum = {}, {}, 1.0
    step = 1 / (1 + STRENGTH / 2 * largest_curvature(differences))
    for _ in range(STEPS):
        slope = dict(ahead)
        for pair in differences:
            score = sum(ahead.get(name, 0.0) * value for name, value in pair.items())
            pull = 2 * STRENGTH / (1 + math.exp(min(score, 50)))
            for name, value in pair.items():
                slope[name] = slope.get(name, 0.0) - pull * value
        moved = {name: ahead.get(name, 0.0) - step * value for name, value in slope.items()}
        following = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        share = (momentum - 1) / following
        ahead = {
            name: value + share * (value - weights.get(name, 0.0)) for name, value in moved.items()
        }
        weights, momentum = moved, following
    return weights


def largest_curvature(differences):
    """The largest eigenvalue of the sum of their squares, by power iteration."""
    vector = {name: 1.0 for pair in differences for name in pair}
    size = 1.0
    for _ in range(12):
        onward = dict.fromkeys(vector, 0.0)
        for pair in differences:
            along = sum(vector[name] * value for name, value in pair.items())
            for name, value in pair.items():
                onward[name] += along * value
        size = math.sqrt(sum(value * value for value in onward.values()))
        vector = {name: value / size for name, value in onward.items()}
    return size * 1.1
