import pytest

from people.browsers import describe_browser

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
WINDOWS = CHROME.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64")
PHONE = CHROME.replace("X11; Linux x86_64", "Linux; Android 10; K").replace(
    "Safari", "Mobile Safari"
)
APPLE = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) {} Safari/604.1"
IPHONE = "iPhone; CPU iPhone OS 19_0 like Mac OS X"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (f"{WINDOWS} Edg/142.0", "Edge on Windows"),
        (f"{WINDOWS} OPR/120.0.0.0", "Opera on Windows"),
        (CHROME.replace("X11; Linux x86_64", "X11; CrOS x86_64 14541.0.0"), "Chrome on Chromebook"),
        (PHONE, "Chrome on Android"),
        (f"{PHONE} EdgA/142.0", "Edge on Android"),
        (PHONE.replace("Chrome", "SamsungBrowser/27.0 Chrome"), "Samsung Internet on Android"),
        (PHONE.replace("Mobile", "Mobile DuckDuckGo/5"), "DuckDuckGo on Android"),
        (APPLE.format(IPHONE, "Version/19.0 Mobile/15E148"), "Safari on iPhone"),
        (APPLE.format(IPHONE, "CriOS/142.0 Mobile/15E148"), "Chrome on iPhone"),
        (APPLE.format(IPHONE, "FxiOS/140.0 Mobile/15E148"), "Firefox on iPhone"),
        (
            APPLE.format("iPad; CPU OS 18_0 like Mac OS X", "Version/18.0 Mobile/15E148"),
            "Safari on iPad",
        ),
        (
            APPLE.format("Macintosh; Intel Mac OS X 10_15_7", "Version/19.0"),
            "Safari on Mac",
        ),
        (
            "Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox on Android",
        ),
        ("curl/8.0", "curl"),
        ("", "A browser that we do not know"),
        ("heron " * 20, ("heron " * 10)),
    ],
)
def test_a_browser_is_called_what_people_call_it(user_agent, words):
    assert describe_browser(user_agent) == words


def test_what_a_browser_says_of_itself_is_shown_as_text(client, ada, sign_in):
    sign_in(HTTP_USER_AGENT="<script>alert(1)</script>")
    page = client.get("/accounts/sessions/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
