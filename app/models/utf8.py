"""A text as the bytes that are sent: to decode and encode it takes longer than to read it."""

from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class _Bytes(TypeDecorator[bytes]):
    """What SQLite gives as it is; Postgres would write it in another way, and gives text."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return value.encode() if isinstance(value, str) else value


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
