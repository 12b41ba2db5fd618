"""Closed lists of words that options take, as the protocol has them."""

from typing import Literal

Kind = Literal["company", "public-body", "association", "person"]
Custody = Literal["exchange", "provider"]
Onboarding = Literal["open", "closed"]
Status = Literal["admitted", "suspended", "expelled", "pending"]
Collection = Literal[
    "administrative-record",
    "app",
    "authoritative-register",
    "derived",
    "platform-activity",
    "purchased",
    "recording",
    "sensor",
    "software-kit",
    "survey",
    "synthetic",
    "web",
]
Format = Literal["csv", "parquet", "other"]
