"""Organizations over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading, ReadingOfOne
from app.queries import encounters
from app.queries.organizations import ORGANIZATIONS
from app.schemas.organization import OrganizationDetail, OrganizationPage
from app.schemas.questions import ListingQuestion

router = APIRouter(prefix="/v1/organizations", tags=["Organizations"])


@router.get(
    "",
    operation_id="list_organizations",
    summary="All organizations",
    response_model=OrganizationPage,
)
def list_organizations(
    request: Request, question: Annotated[ListingQuestion, Query()], reading: Reading
) -> Response:
    """List organizations, each with the number of its meetings.

    Ministries, parties, police forces, and bodies of no single country.
    """
    with reading as snapshot:
        return answers.records(request, ORGANIZATIONS.page(snapshot, question))


@router.get(
    "/{id}",
    operation_id="get_organization",
    summary="One organization",
    response_model=OrganizationDetail,
    responses=no_more("organization"),
)
def get_organization(request: Request, id: RecordId, reading: ReadingOfOne) -> Response:  # noqa: A002 (the path's word)
    """Get one organization: its meetings, who took part for it, and which others they met."""
    with reading as snapshot:
        return answers.record(request, snapshot, encounters.organization(snapshot, id))


writing.add(router, "organization", OrganizationDetail, encounters.organization)
