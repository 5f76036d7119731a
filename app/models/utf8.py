"""A text as the bytes that are sent: to decode and encode it takes longer than to read it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType


class _Bytes(UserDefinedType[bytes]):
    """What SQLite gives as it is; Postgres would write it in another way, and gives text."""

    cache_ok = True

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002
    ) -> Callable[[str], bytes] | None:
        return None if dialect.name == "sqlite" else str.encode


class _Utf8(FunctionElement[bytes]):
    """A text column, read as bytes."""

    inherit_cache = True
    name = "utf8"
    type = _Bytes()


@compiles(_Utf8, "sqlite")
def _as_blob(element: _Utf8, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **more)} AS BLOB)"


@compiles(_Utf8, "postgresql")
def _as_text(element: _Utf8, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


def utf8(column: Any) -> ColumnElement[bytes]:
    """Read a column of text as the bytes of its UTF-8."""
    return _Utf8(column)
