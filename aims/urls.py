from django.urls import path, re_path

from aims.views import approvals, updates, work

NUMBER = r"(?P<number>[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}\.[1-9][0-9]{0,3})"

urlpatterns = [
    path("my/", work.my_work, name="my-work"),
    re_path(rf"^activities/{NUMBER}/update/$", updates.update, name="update"),
    re_path(rf"^activities/{NUMBER}/no-change/$", updates.no_change, name="no-change"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:pk>/approve/", approvals.approve, name="approve"),
    path("approvals/<int:pk>/return/", approvals.give_back, name="return"),
]
