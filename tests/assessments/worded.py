"""Questions that have words in Spanish, for the tests that read or answer them."""

from __future__ import annotations

from assessments.kinds.examples import example_of
from assessments.models import QuestionWords
from assessments.wording import texts_to_translate
from tests import make

ES = "es"
SIGN = "¡ES!"


def spanish_of(text):
    """A text of a question as a translator might have it: told apart, with its gaps where they are."""
    if text.is_rich:
        return text.source.replace("<p>", f"<p>{SIGN} ")
    if text.is_accepted:
        return "\n".join(f"es {line}" for line in text.source.splitlines())
    return f"{SIGN} {text.source}"


def content_in_spanish(question, **others):
    """Words for every text of a question, each as it is or as `others` has it by its name."""
    return {
        text.path: {"text": others.get(text.name, spanish_of(text)), "of": text.source}
        for text in texts_to_translate(question)
    }


def put_spanish(question, content=None, **fields):
    """Spanish words beside a question that is saved; whole, and read over by somebody."""
    fields.setdefault("reviewed_by", "Ana, who translates")
    return QuestionWords.objects.create(
        question=question,
        language=ES,
        content=content_in_spanish(question) if content is None else content,
        **fields,
    )


def whole_question(kind, **fields):
    """A question of a kind with a text in every field that is words, and in Spanish as well."""
    fields = {
        "code": f"{kind}-whole",
        "note": "This talks about loss.",
        "rationale": "Silence is often thinking.",
        "retry_text": "There is no hurry.",
        **fields,
    }
    question = example_of(kind, **fields)
    question.save()
    put_spanish(question)
    return type(question).objects.get(pk=question.pk)


def spanish_attempt(**rules):
    """An attempt at one question of each kind, all of them in Spanish as well."""
    questions = make.one_of_each_kind()
    for question in questions:
        put_spanish(question)
    return make.attempt(quiz=make.quiz(questions, **rules))
