"""The site map. Addresses are a promise: docs/contract.md tells which must never change."""

from starlette.routing import BaseRoute, Mount, Route

from konferens.accounts import views as accounts
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
]
