"""The number of parts in a JSON value. Each part that is wrong costs a checker memory, so they are counted first."""

from typing import Any


def is_within(value: object, *, parts: int, members: int) -> bool:
    """Whether a parsed JSON value has at most so many members and items in all, and so many members in one object."""
    waiting: list[dict[str, Any] | list[Any]] = [value] if isinstance(value, dict | list) else []
    counted = 0
    while waiting:
        part = waiting.pop()
        counted += len(part)
        if counted > parts or (isinstance(part, dict) and len(part) > members):
            return False
        children = part.values() if isinstance(part, dict) else part
        waiting.extend(child for child in children if isinstance(child, dict | list))
    return True
