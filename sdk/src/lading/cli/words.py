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
ProductKind = Literal["dataset", "stream", "service"]
Ground = Literal[
    "not-delivered",
    "late",
    "not-as-described",
    "quality",
    "incomplete",
    "unlawful",
    "rights",
    "personal-data",
    "objection",
    "misuse",
    "leak",
    "overcharged",
    "unpaid",
    "breach",
]
Answer = Literal["conceded", "denied"]
RulingOutcome = Literal["upheld", "dismissed", "settled"]
Remedy = Literal["refund", "redelivery", "erasure", "correction", "termination", "none"]
Attested = Literal[
    "compliance",
    "quality",
    "valuation",
    "surveying",
    "conformance",
    "security-assessment",
    "export-assessment",
    "authorisation",
    "provenance",
]
AttestedOutcome = Literal["passed", "failed", "noted"]
Response = Literal["complied", "partly", "refused", "challenged"]
