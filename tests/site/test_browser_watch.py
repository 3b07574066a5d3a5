"""The watch that every browser test stands on: pages keep to this host and to the policy."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_the_front_page_stays_on_this_host_and_keeps_to_the_policy(width, request):
    page = request.getfixturevalue(width)
    answer = page.goto("/")
    assert answer.status == 200
    assert page.title()


def test_what_a_page_may_not_do_is_noticed(open_page):
    page = open_page()
    page.goto("/")
    page.evaluate("""() => {
      const image = document.createElement("img");
      image.src = "http://elsewhere.example/pixel.png";
      document.body.append(image);
      setTimeout(() => { throw new Error("a fault in a script") }, 0);
    }""")
    page.wait_for_timeout(500)
    noticed = "\n".join(open_page.watch.faults)
    open_page.watch.faults.clear()
    assert "broke the policy" in noticed
    assert "a fault in a script" in noticed
