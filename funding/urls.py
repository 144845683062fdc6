from django.urls import path, re_path

from funding.views import amounts, imports, returns

CODE = r"^funding/(?P<code>[A-Z]{1,2})/"
IMPORT = r"^funding/import/(?P<pk>[0-9]{1,18})/"

urlpatterns = [
    re_path(rf"{CODE}award/$", amounts.award, name="funding-award"),
    re_path(rf"{CODE}allocate/$", amounts.allocation, name="funding-allocate"),
    re_path(rf"{CODE}allocations/(?P<pk>[0-9]{{1,18}})/end/$", amounts.end, name="funding-end-allocation"),
    re_path(rf"{CODE}returner/$", amounts.returner, name="funding-returner"),
    re_path(rf"{CODE}returns/add/$", returns.add, name="funding-return"),
    path("funding/returns/", returns.waiting, name="funding-returns"),
    path("funding/returns/approve/", returns.approve, name="funding-approve-returns"),
    re_path(r"^funding/returns/(?P<pk>[0-9]{1,18})/give-back/$", returns.give_back, name="funding-give-back"),
    re_path(r"^funding/returns/(?P<pk>[0-9]{1,18})/undo/$", returns.undo, name="funding-undo-return"),
    path("funding/import/", imports.upload, name="funding-import"),
    re_path(rf"{IMPORT}$", imports.one, name="funding-import-one"),
    re_path(rf"{IMPORT}columns/$", imports.columns, name="funding-import-columns"),
    re_path(rf"{IMPORT}take-over/$", imports.take_over, name="funding-import-take-over"),
    re_path(rf"{IMPORT}stop/$", imports.stop, name="funding-import-stop"),
    re_path(rf"{IMPORT}undo/$", imports.undo, name="funding-import-undo"),
]
