"""Playing a conversation. A conversation page is Wagtail's, so it may move and these stay."""

from django.urls import path

from practice.views import plays

app_name = "practice"

urlpatterns = [
    path("practice/start/<uuid:page_key>/", plays.start, name="start"),
    path("practice/text/<uuid:page_key>/", plays.text, name="text"),
    path("practice/<uuid:play_id>/", plays.play, name="play"),
]
