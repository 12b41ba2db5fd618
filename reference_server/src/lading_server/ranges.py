"""`Range` (RFC 9110 section 14): one range of bytes inside the content, or nothing."""

import re
from typing import Final

from lading.problems import refuse

_FORM: Final = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.ASCII)


def span_of(header: str | None, size: int) -> range:
    """The positions that are asked for: all of them without a header.

    `a-b` and `a-` begin inside the content, `-n` is its last n bytes; an end behind the content means its
    end. Raises `Refused` (wrong-range) for everything else.
    """
    if header is None:
        return range(size)
    form = _FORM.fullmatch(header)
    # LAD-TRF-005
    if form is None:
        raise refuse("wrong-range", "Range is not of the form bytes=a-b, bytes=a- or bytes=-n")
    first, last, suffix = form.groups()
    if suffix is not None:
        span = range(max(0, size - int(suffix)), size)
    else:
        span = range(int(first), min(int(last or size), size - 1) + 1)
    # LAD-TRF-005
    if not span or (last and int(last) < int(first)):
        raise refuse("wrong-range", f"the range does not lie in the content, which has {size} bytes")
    return span
