"""The addresses of style sheets and scripts: WhiteNoise's own, worked out once each."""

from unittest import mock

import pytest
from whitenoise.storage import CompressedManifestStaticFilesStorage

from lms.static_files import StaticFilesStorage


@pytest.fixture
def storage():
    made = StaticFilesStorage(location="/nowhere", base_url="/static/")
    made.hashed_files = {"css/a.css": "css/a.123.css", "js/b.js": "js/b.456.js"}
    return made


def test_each_address_is_whitenoises_and_has_its_own_hash(storage, settings):
    settings.DEBUG = False
    for _time in range(2):
        assert storage.url("css/a.css") == "/static/css/a.123.css"
        assert storage.url("js/b.js") == "/static/js/b.456.js"


def test_an_address_is_worked_out_once(storage, settings):
    settings.DEBUG = False
    with mock.patch.object(
        CompressedManifestStaticFilesStorage, "url", return_value="/static/x"
    ) as work_out:
        assert [storage.url("x"), storage.url("x")] == ["/static/x", "/static/x"]
    assert work_out.call_count == 1


def test_a_file_that_there_is_not_is_refused_each_time(storage, settings):
    settings.DEBUG = False
    for _time in range(2):
        with pytest.raises(ValueError, match="none"):
            storage.url("none.css")


def test_one_storage_knows_nothing_of_another(storage, settings):
    settings.DEBUG = False
    storage.url("css/a.css")
    other = StaticFilesStorage(location="/nowhere", base_url="/static/")
    other.hashed_files = {"css/a.css": "css/a.999.css"}
    assert other.url("css/a.css") == "/static/css/a.999.css"
