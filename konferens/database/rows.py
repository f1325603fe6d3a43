"""Statements compiled once, and rows with Python's own types."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

KEPT = 2000
"""How many compiled statements are kept: more than Konferens has, if one's shape doesn't depend on what people send."""

Processor = Callable[[Any], Any]


class Row(dict[Any, Any]):
    """A result's row: `row["name"]`, `row.name`, `row[table.c.name]`, `row[0]` and, for all, `row._mapping`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def __missing__(self, key: Any) -> Any:
        if isinstance(key, int):
            return list(self.values())[key]
        name = getattr(key, "name", None)
        if name is None or name not in self:
            raise KeyError(key)
        return self[name]

    @property
    def _mapping(self) -> "Row":
        return self


class Statement:
    """A compiled query with its arguments, ready for the driver.

    `columns` are the result's names, or None for SQL given as text, whose names only the driver knows.
    """

    __slots__ = ("args", "columns", "processors", "sql")

    def __init__(
        self, sql: str, args: Sequence[Any], columns: list[str] | None, processors: list[tuple[str, Processor]]
    ) -> None:
        self.sql = sql
        self.args = args
        self.columns = columns
        self.processors = processors

    def rows(self, raw: Iterable[Sequence[Any]], names: Sequence[str] | None = None) -> list[Row]:
        """Driver rows as `Row`s, each value through its type's result processor."""
        columns = self.columns if self.columns is not None else list(names or ())
        found = [Row(zip(columns, values, strict=True)) for values in raw]
        for name, process in self.processors:
            for row in found:
                row[name] = process(row[name])
        return found


class Compiler:
    """Compiles Core queries for one dialect.

    SQLAlchemy's cache key tells queries that differ only in their values apart from others; compiling costs ten times
    what running a small query does, so compiled ones are kept (as SQLAlchemy's own engine does).
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._kept_many: LRUCache[Any, SQLCompiler] = LRUCache(KEPT)
        self._kept: LRUCache[Any, tuple[SQLCompiler, list[str], list[tuple[str, Processor]]]] = LRUCache(KEPT)

    def statement(self, query: ClauseElement | str, values: dict[str, Any] | None = None) -> Statement:
        """`query` with its values; those that it has only names for (`bindparam`, in text `:name`) are in `values`.

        Raises sqlalchemy.exc.InvalidRequestError for a name without a value.
        """
        if isinstance(query, str):
            query = text(query)
        if isinstance(query, TextClause) and values:
            query, values = query.bindparams(**values), None
        key = query._generate_cache_key()  # noqa: SLF001
        kept = self._kept.get(key.key) if key is not None else None
        if kept is None:
            compiled: Any = query.compile(dialect=self.dialect, cache_key=key)
            kept = compiled, *self._columns(compiled)
            if key is not None:
                self._kept[key.key] = kept
        compiled, columns, processors = kept
        extracted = key.bindparams if key is not None else None
        sql, args = self._arguments(compiled, compiled.construct_params(values, extracted_parameters=extracted))
        known = columns if columns and None not in columns else None  # text within a query has no name for us
        return Statement(sql, args, known, processors)

    def many(self, query: ClauseElement, values: list[dict[str, Any]]) -> tuple[str, list[list[Any]]]:
        """An INSERT or UPDATE and the arguments of each execution; every dict has the keys of the first."""
        columns = tuple(values[0])
        key = query._generate_cache_key()  # noqa: SLF001
        compiled: Any = self._kept_many.get((key.key, columns)) if key is not None else None
        if compiled is None:
            compiled = query.compile(dialect=self.dialect, column_keys=list(columns))
            if key is not None and not key.bindparams:
                self._kept_many[key.key, columns] = compiled
        bound = [self._arguments(compiled, compiled.construct_params(one)) for one in values]
        return bound[0][0], [args for _, args in bound]

    def _columns(self, compiled: Any) -> tuple[list[str], list[tuple[str, Processor]]]:
        names, processors = [], []
        for entry in compiled._result_columns or ():  # noqa: SLF001
            names.append(entry.keyname)
            process = entry.type._cached_result_processor(self.dialect, None)  # noqa: SLF001
            if process is not None:
                processors.append((entry.keyname, process))
        return names, processors

    def _arguments(self, compiled: Any, parameters: dict[str, Any]) -> tuple[str, list[Any]]:
        sql, order, binders = compiled.string, compiled.positiontup or (), compiled._bind_processors  # noqa: SLF001
        if compiled.post_compile_params or compiled.literal_execute_params:  # IN with its list
            expanded = compiled._process_parameters_for_postcompile(parameters)  # noqa: SLF001
            sql, order = expanded.statement, expanded.positiontup or ()
            parameters = {**parameters, **expanded.additional_parameters}
            binders = {**binders, **expanded.processors}
        return sql, [binders[name](parameters[name]) if name in binders else parameters[name] for name in order]


compiler_for = cache(Compiler)
"""The one compiler of a dialect, for all databases of a process."""
