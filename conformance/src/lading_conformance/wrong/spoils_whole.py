"""The wrong exchanges that are stories of their own, and the case that notices each."""

from __future__ import annotations

from typing import Final

from lading_conformance.wrong.forged_proof import ForgedProof
from lading_conformance.wrong.keyless import Keyless
from lading_conformance.wrong.leaky import Leaky
from lading_conformance.wrong.lenient import Crashing, Lenient, WrongReason
from lading_conformance.wrong.spoils import Row

MUTANTS: Final[tuple[Row, ...]] = (
    Row("forged-proof", ForgedProof, "log_registration", "LAD-REG-004"),
    Row("leaky", Leaky, "contract_privacy", "LAD-HTP-010"),
    Row("lenient", Lenient, "statement_codec", "LAD-STM-003"),
    Row("crashing", Crashing, "statement_codec", "LAD-STM-001"),
    Row("wrong-reason", WrongReason, "contract_slots", "LAD-OFR-004"),
    Row("keyless", Keyless, "transfer_fairness", "LAD-RLS-004"),
)
