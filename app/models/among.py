"""A condition on very many values: one parameter, in the form that each database has for it."""

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import ARRAY, ColumnElement, Integer, Text, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Many(TypeDecorator[Collection[Any]]):
    """A list of texts or of whole numbers: an array, or JSON where there are none."""

    impl = Text
    cache_ok = True

    def __init__(self, one: TypeEngine[Any]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(self.one) if is_postgres else Text())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        many = list(value or ())
        return many if dialect.name == "postgresql" else orjson.dumps(many).decode()


class _Among(FunctionElement[bool]):
    """Whether a column has one of the values of a list."""

    inherit_cache = True
    # Without one it is looked for in a way that leaves a cycle, and so the values in memory.
    name = "among"


@compiles(_Among, "sqlite")
def _of_json(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 (of our own)


@compiles(_Among, "postgresql")
def _of_array(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    # Not "IN (SELECT unnest(…))", for which no index is used beneath an OR.
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"({column} = ANY({values}))"


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Match any of these texts or whole numbers, however many."""
    return _Among(column, bindparam(None, values, type_=_many(column)))


def among_given(column: Any, name: str) -> ColumnElement[bool]:
    """Match any of the values that a statement is given by this name when it is executed."""
    return _Among(column, bindparam(name, type_=_many(column)))


def _many(column: Any) -> _Many:
    return _Many(Integer() if isinstance(column.type, Integer) else Text())
