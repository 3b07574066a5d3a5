"""The learner's doing. Reading is Wagtail's, so a page may move and these stay."""

from django.urls import path

from courses.views import bookmarks, enrolments, glossary, notes, opinions, reflections

app_name = "courses"

urlpatterns = [
    path("glossary/", glossary.glossary, name="glossary"),
    path("learn/enrol/", enrolments.enrol, name="enrol"),
    path("learn/<uuid:enrolment_id>/again/", enrolments.take_again, name="take_again"),
    path("learn/<uuid:enrolment_id>/withdraw/", enrolments.withdraw, name="withdraw"),
    path("learn/lessons/finish/", enrolments.complete_lesson, name="complete_lesson"),
    path("learn/lessons/part/", enrolments.go_to_part, name="go_to_part"),
    path("learn/lessons/clear/", opinions.say_clear, name="say_clear"),
    path("learn/bookmarks/", bookmarks.bookmarks, name="bookmarks"),
    path("learn/bookmarks/keep/", bookmarks.keep, name="keep_bookmark"),
    path("learn/bookmarks/<int:bookmark_id>/remove/", bookmarks.remove, name="remove_bookmark"),
    path("learn/notes/", notes.notes, name="notes"),
    path("learn/notes/<int:note_id>/delete/", notes.delete, name="delete_note"),
    path("learn/reflections/", reflections.reflections, name="reflections"),
    path("learn/reflections/save/", reflections.save, name="save_reflection"),
    path("learn/reflections/download/", reflections.download, name="reflections_download"),
    path(
        "learn/reflections/<int:reflection_id>/delete/",
        reflections.delete,
        name="delete_reflection",
    ),
]
