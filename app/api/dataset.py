"""The dataset as a whole over HTTP."""

from fastapi import APIRouter

from app.api.reading import Reading
from app.queries.dataset import describe
from app.schemas.coverage import DatasetState

router = APIRouter(prefix="/v1/dataset", tags=["Dataset"])


@router.get(
    "", operation_id="get_dataset", summary="The data as a whole: licence, coverage, totals"
)
def get_dataset(reading: Reading) -> DatasetState:
    """Get the licence, how to cite, what is covered and what is not, and the totals."""
    with reading as snapshot:
        return describe(snapshot)
