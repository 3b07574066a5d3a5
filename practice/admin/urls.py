"""The staff pages of practice beside Wagtail's own."""

from django.urls import path

from practice.admin import chosen, lines, words

app_name = "conversations"

urlpatterns = [
    path("take-in/", lines.bring_in, name="bring_in"),
    path("<int:pk>/lines/", lines.give_out, name="give_out"),
    path("words/", words.words, name="words"),
    path("words/<int:pk>/lines/", lines.give_out_words, name="give_out_words"),
    path("<int:pk>/chosen/", chosen.chosen, name="chosen"),
]
