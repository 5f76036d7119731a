"""Themes over HTTP, as a list and as a tree."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading
from app.queries.themes import THEMES, tree
from app.schemas.questions import ListingQuestion
from app.schemas.theme import Theme, ThemePage, ThemeTree

router = APIRouter(prefix="/v1", tags=["Themes"])


@router.get("/themes", operation_id="list_themes", summary="All themes", response_model=ThemePage)
def list_themes(
    request: Request, question: Annotated[ListingQuestion, Query()], reading: Reading
) -> Response:
    """List the cooperation themes, each with the number of meetings that state it.

    Themes form a tree: a meeting that touches a theme counts for its broader themes as well.
    """
    with reading as snapshot:
        return answers.records(request, THEMES.page(snapshot, question))


@router.get("/theme-tree", operation_id="get_theme_tree", summary="All themes as a tree")
def get_theme_tree(reading: Reading) -> ThemeTree:
    """Get all themes at once, the narrower ones below the broader."""
    with reading as snapshot:
        branches, now = tree(snapshot)
    return ThemeTree(data=branches, revision=now.revision)


@router.get(
    "/themes/{id}",
    operation_id="get_theme",
    summary="One theme",
    response_model=Theme,
    responses=no_more("theme"),
)
def get_theme(request: Request, id: RecordId, reading: Reading) -> Response:  # noqa: A002 (the path's word)
    """Get one theme: its parent, why it has it, its narrower themes, and a link to its meetings."""
    with reading as snapshot:
        return answers.record(request, snapshot, THEMES.one(snapshot, id))


_of_one = APIRouter(prefix="/themes")
writing.add(_of_one, "theme", Theme, THEMES.one)
router.include_router(_of_one)
