"""`lading lint`: alone, and as one exchange would say it."""

import json
from pathlib import Path

from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Terminal

BAD = {
    "kind": "dataset",
    "title": "Registry extract",
    "licence": "CC BY;",
    "classification": {"grade": "core", "graded_by": "City data office"},
    "personal_data": {
        "categories": ["criminal-record"],
        "subjects": ["citizen"],
        "children": True,
        "legal_basis": "legal-obligation",
        "people": "up-to-10000",
    },
}
GOOD = {
    "type": "listing",
    "kind": "dataset",
    "title": "Road sensors",
    "provenance": {"source": "Own sensors", "collection": "sensor"},
}


def test_five_faults_are_told_at_once_with_how_to_mend_them(lading: Terminal) -> None:
    Path("bad.json").write_text(json.dumps(BAD))
    done = lading("lint", "bad.json")
    assert done.code == 1
    for said in (
        "bad-member at /licence (LAD-STM-015)",
        "SPDX",
        "core-not-listable at /classification/grade (LAD-GAT-001)",
        "provenance-missing at /provenance (LAD-GAT-002)",
        "guardian-consent-missing at /personal_data/guardian_consent (LAD-GAT-004)",
        "removal-path-missing at /personal_data/removal (LAD-GAT-006)",
        "5 faults in bad.json",
    ):
        assert said in done.out, said
    assert done.out.count("mend") == 5


def test_json_has_every_fault_and_the_exit_code_is_the_same(lading: Terminal) -> None:
    Path("bad.json").write_text(json.dumps(BAD))
    done = lading("lint", "bad.json", "--json")
    assert done.code == 1
    said = json.loads(done.out)
    assert len(said["faults"]) == 5
    assert set(said["faults"][0]) == {"code", "pointer", "requirement", "detail", "mend"}


def test_a_good_listing_is_no_fault(lading: Terminal) -> None:
    Path("good.json").write_text(json.dumps(GOOD))
    done = lading("lint", "good.json")
    assert (done.code, done.out) == (0, "no fault in good.json\n")
    public = lading("lint", "good.json", "--public-body")
    assert public.code == 1
    assert "authorised_by" in public.out


def test_what_is_no_listing_at_all_is_wrong_use(lading: Terminal) -> None:
    for name, text in (("list.json", "[]"), ("broken.json", "{"), ("text.json", "\x00\xff")):
        Path(name).write_text(text)
        done = lading("lint", name)
        assert done.code == 2, name
        assert "Traceback" not in done.err
    assert lading("lint", "nowhere.json").code == 2


def test_an_exchange_is_asked_for_its_policy_without_an_identity(
    lading: Terminal, served: ExchangeProcess
) -> None:
    Path("good.json").write_text(json.dumps(GOOD))
    done = lading("lint", "good.json", "--exchange", served.api)
    assert done.code == 0, done.err
    done = lading("lint", "good.json", "--exchange", "http://127.0.0.1:9")
    assert done.code == 3
