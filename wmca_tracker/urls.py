from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from wmca_tracker import health

# One door: the same sign-in, second factor and lock-out as everywhere.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz/live", health.live, name="health-live"),
    path("healthz/ready", health.ready, name="health-ready"),
    path("", include("aims.urls")),
    path("", include("reporting.urls")),
    path("accessibility/", TemplateView.as_view(template_name="accessibility.html"), name="accessibility"),
    path("definitions/", TemplateView.as_view(template_name="definitions.html"), name="definitions"),
    path("administration/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("wmca_tracker.api.urls")),
]
