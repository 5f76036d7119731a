"""What Prometheus reads, where that is switched on."""

from fastapi import APIRouter, Request, Response

from app.metrics import MEDIA_TYPE, Metrics
from app.replicas import Replicas

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
def show_metrics(request: Request) -> Response:
    """Tell what was counted since the start, and how the databases do now."""
    metrics: Metrics = request.app.state.metrics
    replicas: Replicas = request.app.state.replicas
    for name, revision, lag in replicas.conditions():
        metrics.database(name, revision, lag)
    return Response(metrics.text(), media_type=MEDIA_TYPE)
