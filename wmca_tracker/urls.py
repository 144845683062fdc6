from django.urls import include, path
from django.views.generic import TemplateView

from wmca_tracker import health
from wmca_tracker.sign_in import closed_page

urlpatterns = [
    path("healthz/live", health.live, name="health-live"),
    path("healthz/ready", health.ready, name="health-ready"),
    path("", include("aims.urls")),
    path("", include("funding.urls")),
    path("", include("reporting.urls")),
    path("accessibility/", TemplateView.as_view(template_name="accessibility.html"), name="accessibility"),
    path("definitions/", TemplateView.as_view(template_name="definitions.html"), name="definitions"),
    path("accounts/email/", closed_page),  # before allauth's: the performance office keeps the addresses
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("wmca_tracker.api.urls")),
]
