"""The site map. Addresses are a promise: docs/contract.md tells which must never change."""

from starlette.routing import BaseRoute, Mount, Route

from konferens.accounts import views as accounts
from konferens.checkin import api as checkin_api
from konferens.checkin import organiser_views as checkin_office
from konferens.checkin import views as checkin
from konferens.organiser import metrics
from konferens.web import health, languages
from konferens.web.assets import BuiltFiles

routes: list[BaseRoute] = [
    Mount("/static/dist", BuiltFiles(), name="static"),
    Route("/healthz", health.healthz),
    Route("/readyz", health.readyz),
    Route("/metrics", metrics.metrics),
    Route("/language", languages.choose, methods=["POST"]),
    *accounts.routes,
    *checkin.routes,
    *checkin_api.api_routes,
    *checkin_office.organiser_routes,
]
