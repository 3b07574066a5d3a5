"""Playing a conversation. A conversation page is Wagtail's, so it may move and these stay."""

from django.urls import path

from practice.views import bringing, plays, returns

app_name = "practice"

urlpatterns = [
    path("practice/start/<uuid:page_key>/", plays.start, name="start"),
    path("practice/bring/<uuid:page_key>/", bringing.bring, name="bring"),
    path("practice/text/<uuid:page_key>/", plays.text, name="text"),
    path("practice/minutes/", returns.returns, name="returns"),
    path("practice/minutes/<uuid:return_id>/", returns.one_return, name="return"),
    path(
        "practice/minutes/<uuid:return_id>/put-away/",
        returns.put_return_away,
        name="put_return_away",
    ),
    path("practice/<uuid:play_id>/", plays.play, name="play"),
]
