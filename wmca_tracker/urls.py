from django.urls import include, path

from wmca_tracker import health

urlpatterns = [
    path("healthz/live", health.live, name="health-live"),
    path("healthz/ready", health.ready, name="health-ready"),
    path("", include("aims.urls")),
    path("accounts/", include("allauth.urls")),
]
