"""Numbers and switches as a query writes them, where Pydantic would take other spellings too."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticKnownError

from app.limits import MOST_RECORDS


def _written(pattern: str, otherwise: Literal["bool_parsing", "int_parsing"]) -> BeforeValidator:
    def check(given: object) -> object:
        if isinstance(given, str) and not re.fullmatch(pattern, given):
            raise PydanticKnownError(otherwise)
        return given

    return BeforeValidator(check)


_whole = _written("-?[0-9]+", "int_parsing")
Number = Annotated[int, _whole]
PageSize = Annotated[int, Field(ge=1, le=MOST_RECORDS), _whole]
"""How many records an answer shows; an installation may allow less."""
Switch = Annotated[bool, _written("true|false", "bool_parsing")]
