"""Numbers and switches as a query writes them, where Pydantic would take other spellings too."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticKnownError


def _written(pattern: str, otherwise: Literal["bool_parsing", "int_parsing"]) -> BeforeValidator:
    def check(given: object) -> object:
        if isinstance(given, str) and not re.fullmatch(pattern, given):
            raise PydanticKnownError(otherwise)
        return given

    return BeforeValidator(check)


Number = Annotated[int, _written("-?[0-9]+", "int_parsing")]
Switch = Annotated[bool, _written("true|false", "bool_parsing")]
