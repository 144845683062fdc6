from django.urls import path, re_path

from aims.views import approvals, chasing, dates, drafts, evidence, extending, mail, updates, windows, work
from aims.views import round as desk

NUMBER = r"(?P<number>[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}\.[1-9][0-9]{0,3})"

urlpatterns = [
    path("my/", work.my_work, name="my-work"),
    path("my/mail/", mail.mail_preferences, name="mail-preferences"),
    path("my/no-change/", work.no_change_in_several, name="no-change-in-several"),
    re_path(rf"^activities/{NUMBER}/update/$", updates.update, name="update"),
    re_path(rf"^activities/{NUMBER}/update/draft/$", drafts.draft, name="draft"),
    re_path(rf"^activities/{NUMBER}/no-change/$", updates.no_change, name="no-change"),
    re_path(rf"^activities/{NUMBER}/dates/$", dates.dates, name="dates"),
    re_path(rf"^activities/{NUMBER}/dates/baseline/$", dates.baseline, name="baseline"),
    re_path(rf"^activities/{NUMBER}/dates/ask/$", dates.ask, name="ask-date"),
    re_path(rf"^activities/{NUMBER}/milestones/add/$", dates.add, name="add-milestone"),
    re_path(
        rf"^activities/{NUMBER}/milestones/(?P<position>[1-9][0-9]{{0,3}})/complete/$",
        dates.complete,
        name="complete-milestone",
    ),
    re_path(rf"^activities/{NUMBER}/evidence/$", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/", evidence.download, name="evidence-file"),
    path("evidence/<int:pk>/withdraw/", evidence.withdraw, name="withdraw-evidence"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:pk>/approve/", approvals.approve, name="approve"),
    path("approvals/<int:pk>/return/", approvals.give_back, name="return"),
    path("round/", desk.desk, name="round"),
    path("round/open/", windows.open_round, name="round-open"),
    path("round/windows/", windows.windows, name="round-windows"),
    path("round/chase/", chasing.chase, name="round-chase"),
    path("round/extend/", extending.extend, name="round-extend"),
]
