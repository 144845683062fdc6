"""The addresses below /api/v1/. Names begin with `api-`, so that they never meet a page's."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from accounts.api.viewsets import OwnerViewSet
from aims.api.milestones import PLACE
from aims.api.reports import DateChangeViewSet, UpdateViewSet
from aims.api.viewsets import ReviewPeriodViewSet
from reporting.api.dates import ToldMilestoneViewSet
from reporting.api.feed import ChangeViewSet
from reporting.api.money import ToldAllocationViewSet, ToldFundingReturnViewSet, ToldFundingStreamViewSet
from reporting.api.reviews import LineViewSet, ReviewViewSet
from reporting.api.strategy import (
    ToldActivityViewSet,
    ToldAimViewSet,
    ToldObjectiveViewSet,
    ToldOrganisationViewSet,
    ToldPlaceViewSet,
)
from reporting.api.urls import REVIEW
from reporting.api.urls import urlpatterns as of_reviews
from reporting.api.viewsets import FundingTotalViewSet
from wmca_tracker.api.feed import FeedPagination
from wmca_tracker.api.formats.routes import files_of
from wmca_tracker.api.views import (
    DocumentationPageView,
    DocumentationView,
    ProblemsView,
    ProblemView,
    RootView,
    SchemaView,
)

LISTS: dict[str, tuple[str, type[ViewSetMixin]]] = {
    "aims": ("api-aim", ToldAimViewSet),
    "objectives": ("api-objective", ToldObjectiveViewSet),
    "activities": ("api-activity", ToldActivityViewSet),
    "organisations": ("api-organisation", ToldOrganisationViewSet),
    "places": ("api-place", ToldPlaceViewSet),
    "owners": ("api-owner", OwnerViewSet),
    "funding-streams": ("api-funding-stream", ToldFundingStreamViewSet),
    "allocations": ("api-allocation", ToldAllocationViewSet),
    "funding-returns": ("api-funding-return", ToldFundingReturnViewSet),
    "funding-totals": ("api-funding-total", FundingTotalViewSet),
    "periods": ("api-period", ReviewPeriodViewSet),
    "reviews": ("api-review", ReviewViewSet),
    "updates": ("api-update", UpdateViewSet),
    "date-changes": ("api-date-change", DateChangeViewSet),
}
router = SimpleRouter()
for prefix, (basename, viewset) in LISTS.items():
    router.register(prefix, viewset, basename=basename)

files = [files_of(prefix, name, viewset) for prefix, (name, viewset) in LISTS.items()]
files.append(files_of("changes", "api-changes", ChangeViewSet, pagination_class=FeedPagination))
files.append(files_of(f"{REVIEW.removeprefix('^')}/lines", "api-review-lines", LineViewSet))

MILESTONE = rf"^milestones/(?P<activity>[0-9]+\.[0-9]+\.[0-9]+)/(?P<position>{PLACE})/$"
MILESTONES = ToldMilestoneViewSet.as_view({"get": "list"}, detail=False)
of_milestones = [
    path("milestones/", MILESTONES, name="api-milestone-list"),
    re_path(MILESTONE, ToldMilestoneViewSet.as_view({"get": "retrieve"}, detail=True), name="api-milestone-detail"),
]
files.append(files_of("milestones", "api-milestone", ToldMilestoneViewSet))

ROUTES = {prefix: f"{basename}-list" for prefix, (basename, _) in LISTS.items()}
ROUTES |= {"milestones": "api-milestone-list", "changes": "api-changes"}
ROUTES |= {"schema": "api-schema", "docs": "api-docs", "problems": "api-problems"}

urlpatterns = [
    path("", RootView.as_view(lists=ROUTES), name="api-root"),
    *router.urls,
    *of_milestones,
    *of_reviews,
    *files,
    path("changes/", ChangeViewSet.as_view({"get": "list"}, pagination_class=FeedPagination), name="api-changes"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocumentationView.as_view(), name="api-docs"),
    path("docs/<slug:name>/", DocumentationPageView.as_view(), name="api-docs-page"),
    path("problems/", ProblemsView.as_view(), name="api-problems"),
    path("problems/<slug:slug>/", ProblemView.as_view(), name="api-problem"),
]
