from django.urls import path, re_path

from aims import views

NUMBER = r"(?P<number>[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}\.[1-9][0-9]{0,3})"

urlpatterns = [
    path("my/", views.my_work, name="my-work"),
    re_path(rf"^activities/{NUMBER}/update/$", views.update, name="update"),
    re_path(rf"^activities/{NUMBER}/no-change/$", views.no_change, name="no-change"),
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/<int:pk>/approve/", views.approve, name="approve"),
    path("approvals/<int:pk>/return/", views.give_back, name="return"),
]
