"""Whether the process lives, and whether it can answer."""

from typing import Literal

from fastapi import APIRouter, Request

from app.schemas.names import Shape
from app.schemas.problem import Problem

router = APIRouter(tags=["Service"])


class Health(Shape):
    """All is well, or reads alone are answered; otherwise the answer is a problem."""

    status: Literal["ok", "stale"] = "ok"


@router.get("/healthz", operation_id="check_health", summary="Whether the process lives")
async def check_health() -> Health:
    """Answer without touching the database: restart the process when this fails."""
    return Health()


@router.get(
    "/readyz",
    operation_id="check_readiness",
    summary="Whether it can answer questions",
    responses={503: {"model": Problem, "description": "The database is not ready."}},
)
def check_readiness(request: Request) -> Health:
    """Make sure that the database answers and has the right schema: send no requests until then.

    The status is `stale` while the database is gone and replicas of it answer: what is read is
    marked with `Parley-Stale`, and nothing can be written.
    """
    return Health(status="ok" if request.app.state.replicas.check_ready() else "stale")
