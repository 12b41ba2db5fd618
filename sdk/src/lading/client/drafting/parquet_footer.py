"""The process that reads a Parquet footer: `python -P -m lading.client.drafting.parquet_footer FILE`.

A footer is parsed by pyarrow, which is C++. It bounds texts, lists and depth, and still a hostile footer may make it
crash, or take all memory; so it does that here, in a process of its own with limits, and not in the caller's. Prints
one JSON object: `rows` and `fields`, or `refused`.
"""

import json
import sys
from contextlib import suppress
from importlib import import_module
from typing import Final

MEMORY_BYTES: Final = 4 << 30
"""Address space, of which pyarrow reserves much more than it uses."""
CPU_SECONDS: Final = 60
MAX_STRING: Final = 16 << 20
MAX_CONTAINER: Final = 1 << 20
MAX_DEPTH: Final = 64


def limit() -> None:
    """Bound this process, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        for what, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_AS, MEMORY_BYTES),
        ):
            resource.setrlimit(what, (most, most))


def type_of(kind: object) -> tuple[str, str | None]:
    """Type and format, as Table Schema has them, of an Arrow type."""
    types = import_module("pyarrow.types")
    if types.is_dictionary(kind):
        return type_of(getattr(kind, "value_type", None))
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return "string", "binary"
    for test, name in (
        (types.is_boolean, "boolean"),
        (types.is_integer, "integer"),
        (types.is_floating, "number"),
        (types.is_decimal, "number"),
        (types.is_date, "date"),
        (types.is_timestamp, "datetime"),
        (types.is_time, "time"),
        (types.is_string, "string"),
        (types.is_large_string, "string"),
        (types.is_map, "object"),
        (types.is_struct, "object"),
        (types.is_nested, "array"),
    ):
        if test(kind):
            return name, None
    return "any", None


def facts(path: str) -> dict[str, object]:
    """Rows and top-level fields by the footer of the file. Raises whatever pyarrow does."""
    with import_module("pyarrow.parquet").ParquetFile(
        path,
        thrift_string_size_limit=MAX_STRING,
        thrift_container_size_limit=MAX_CONTAINER,
        schema_depth_limit=MAX_DEPTH,
        arrow_extensions_enabled=False,
    ) as file:
        found, schema = file.metadata, file.schema_arrow
        groups = sum(found.row_group(number).num_rows for number in range(found.num_row_groups))
        if groups != found.num_rows:
            return {"refused": "the footer's row groups have another number of rows than the footer"}
        fields = [(field.name, *type_of(field.type), not field.nullable) for field in schema]
    return {"rows": found.num_rows, "fields": fields}


def main(path: str) -> None:
    """Print what the footer says, or why it says nothing."""
    try:
        import_module("pyarrow.parquet")  # before the limits: loading it is not the file's doing
        limit()
        said = facts(path)
    except Exception as error:  # noqa: BLE001 - whatever a hostile footer leads to, the caller gets a sentence
        said = {"refused": f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
