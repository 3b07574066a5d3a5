import pytest
from tests import make
pytestmark = pytest.mark.django_db

def test_smoke(client, django_assert_num_queries):
    from courses.attempting import start_attempt, save_responses, submit_attempt, stored_responses
    a = make.attempt()
    right = make.right_responses(a)
    out = save_responses(a, right, base=0, at=make.NOON)
    assert out.number == 1
    res = submit_attempt(a, base=1, at=make.NOON)
    assert res.passed and res.score == 5
    client.force_login(a.enrolment.learner)
    r = client.get(f"/quizzes/{a.pk}/result/")
    assert r.status_code == 200, r.content
    b = make.attempt()
    client.force_login(b.enrolment.learner)
    r = client.get(f"/quizzes/{b.pk}/")
    assert r.status_code == 200, r.content
    r = client.get(f"/quizzes/{b.pk}/finish/")
    assert r.status_code == 200, r.content
    right = make.right_responses(b)
    r = client.post(f"/quizzes/{b.pk}/save/", make.paper_form(b, right, base="0"))
    assert r.status_code == 200, r.content
    print(r.content)
    r = client.post(f"/quizzes/{b.pk}/submit/", {"base": "1"})
    assert r.status_code == 303, r.content
