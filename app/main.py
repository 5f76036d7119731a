"""What the service is made of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, get_args

from fastapi import Depends, FastAPI
from starlette_compress import CompressMiddleware, add_compress_type

from app import VERSION
from app.api import (
    changes,
    countries,
    counts,
    dataset,
    dyads,
    events,
    exports,
    health,
    history,
    imports,
    meetings,
    metrics,
    openapi,
    organizations,
    people,
    places,
    problems,
    sources,
    suggest,
    themes,
    vocabulary_files,
)
from app.api.browsers import ForBrowsers
from app.api.caching import Caching
from app.api.conditional import Conditional
from app.api.elsewhere import Elsewhere
from app.api.freshness import Freshness
from app.api.middleware import Envelope, HeadAsGet
from app.api.observing import Observing
from app.api.parameters import no_surprises
from app.api.protocol import LIMITS, METRICS
from app.api.rates import Rates
from app.api.turns import short_turns, turns
from app.database import Database
from app.formats import ndjson, tables
from app.memory import given_back, here_for_good
from app.metrics import Metrics
from app.newest import Newest
from app.queries import kept
from app.replicas import Replicas
from app.schemas.problem import Problem, ProblemCode
from app.settings import Settings
from app.web import docs, explorer, pages

_GUIDE = Path(__file__).parent / "api" / "guide.md"
_TAGS = {
    "Meetings": "Who met whom, when and where, on what, and by which source.",
    "Counts": "How often, and after how long a silence.",
    "Countries": "Who takes part: countries and territories, with their regions.",
    "Themes": "What meetings are about: a tree of cooperation themes.",
    "People": "Who takes part: people, whatever office they hold.",
    "Organizations": "For whom they take part: ministries, parties, police forces.",
    "Places": "Where meetings are held.",
    "Events": "What meetings take place at, and what stands beside them.",
    "Sources": "What all this rests on.",
    "Writing": "Records taken in as files; single ones are written where they are read.",
    "Changes": "What was written, deleted and merged, for those who keep a copy.",
    "Search": "From a few letters to a record.",
    "Dataset": "What the data covers and does not, its licence, and how to cite it.",
    "Service": "Whether the service is alive and ready.",
}

_RESOURCES = (
    meetings,
    counts,
    dyads,
    exports,
    countries,
    themes,
    people,
    organizations,
    places,
    events,
    sources,
    vocabulary_files,
    history,
    imports,
    changes,
    suggest,
    dataset,
)

_Responses = dict[int | str, dict[str, Any]]
_ANY: _Responses = {
    "default": {
        "model": Problem,
        "description": "Any other error: 400 for what is not HTTP, 405 for a method that `Allow`"
        " does not name, 500 for a fault of ours.",
    }
}
_READING: _Responses = {
    422: {"model": Problem, "description": "The request is not valid; `errors` says why."},
    429: {
        "model": Problem,
        "description": "More than one client may ask, where that is limited: ask again after"
        " `Retry-After` seconds.",
    },
    503: {
        "model": Problem,
        "description": "`time_limit_exceeded`: it took too long, so ask for less. `not_ready`,"
        " `too_busy`: try again after `Retry-After` seconds.",
    },
}


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    with here_for_good(), short_turns():
        async with given_back(kept.size):
            yield {LIMITS: app.state.limits, METRICS: app.state.metrics}
    await app.state.newest.close()
    app.state.replicas.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the service together."""
    settings = settings or Settings()
    app = FastAPI(
        title="Parley",
        version=VERSION,
        summary="A database of diplomatic meetings",
        description=_GUIDE.read_text("utf-8"),
        openapi_tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        # Asked for with each request, and nobody listens.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=_running,
        docs_url=None,
        redoc_url=None,
        # A redirect would be made from the Host header, which anybody can write.
        redirect_slashes=False,
        responses=_ANY,
    )
    _hold(app, settings)
    for resource in _RESOURCES:
        app.include_router(
            resource.router, responses=_READING, dependencies=[Depends(no_surprises)]
        )
    app.include_router(health.router)
    if settings.metrics:
        app.include_router(metrics.router)
    explorer.install(app)
    docs.install(app)
    pages.install(app)
    openapi.install(app)
    problems.install(app)
    _wrap(app, settings)
    return app


def _hold(app: FastAPI, settings: Settings) -> None:
    """Make what all requests of a process share."""
    state = app.state
    state.limits = settings
    state.public_url = settings.public_url
    state.database = Database(settings.database_url, settings.time_limit)
    state.replicas = Replicas(state.database, settings.replicas, settings.time_limit)
    state.newest = Newest(state.database.engine)
    state.turns = turns()
    state.exports = BoundedSemaphore(settings.exports_limit)
    state.metrics = _metrics(state.database, state.replicas) if settings.metrics else None


def _metrics(primary: Database, replicas: Replicas) -> Metrics:
    """Count and time from now on."""
    found = Metrics(get_args(ProblemCode))
    found.watch(primary.engine, "primary")
    for replica in replicas.replicas:
        found.watch(replica.engine, replica.name)
    return found


def _wrap(app: FastAPI, settings: Settings) -> None:
    """Put around the routes what every request passes: what is added last meets it first."""
    for media_type in (ndjson.MEDIA_TYPE, tables.MEDIA_TYPE, problems.MEDIA_TYPE):
        add_compress_type(media_type.partition(";")[0])
    for_browsers: dict[str, Any] = {
        "allow_origins": settings.origins,
        "allow_methods": ["GET", "HEAD"],
        "allow_headers": ["If-None-Match"],
        "expose_headers": [*openapi.HEADERS],
    }
    if settings.replicas:
        app.add_middleware(Elsewhere)
    app.add_middleware(CompressMiddleware)
    app.add_middleware(Conditional)
    app.add_middleware(HeadAsGet)
    app.add_middleware(ForBrowsers, **for_browsers)
    app.add_middleware(
        Caching, freshness=Freshness(app.state.newest), most_bytes=settings.cache_limit
    )
    if settings.rate_limit:
        shown = partial(ForBrowsers, **for_browsers)
        app.add_middleware(Rates, rate=settings.rate_limit, shown=shown)
    app.add_middleware(
        Observing, paths=_paths(app), addresses=settings.log_addresses, metrics=app.state.metrics
    )
    app.add_middleware(Envelope)


def _paths(app: FastAPI) -> list[str]:
    """Name the paths of all routes."""
    routers = [app.router, health.router, metrics.router, *(one.router for one in _RESOURCES)]
    return [path for one in routers for route in one.routes if (path := getattr(route, "path", ""))]
