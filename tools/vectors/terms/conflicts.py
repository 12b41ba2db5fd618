"""Decisions where several rules, countries or actions meet, and which obligations bind; worked out by hand."""

from __future__ import annotations

from tools.vectors.files import VectorFile, accept
from tools.vectors.terms.asking import Decisions, asks
from tools.vectors.terms.permissions import on, permissions, rule


def add_all(made: VectorFile) -> None:
    """Add the cases."""
    _conflicts(Decisions(made))
    _permissions(Decisions(made))
    _countries(Decisions(made))
    _banned_countries(Decisions(made))
    _several(Decisions(made))
    _obligations(Decisions(made, "LAD-TRM-030"))


def _conflicts(cases: Decisions) -> None:
    late_marketing = rule("use", on("purpose", "eq", "marketing"), on("count", "gt", 5))
    cases.body = permissions(rule("use"), prohibited=(late_marketing,))
    for name, situation, asked, reasons in (
        ("conflict", "Permitted and prohibited.", asks(purpose="marketing", count=6), "!0"),
        ("conflict-purpose", "Prohibited for another purpose.", asks(purpose="research", count=6), "+0"),
        ("conflict-count", "Prohibited from a later delivery on.", asks(purpose="marketing", count=5), "+0"),
        ("conflict-unknown", "No purpose is stated.", asks(count=6), "!0.0"),
        ("conflict-second-unknown", "No count is stated.", asks(purpose="marketing"), "!0.1"),
        ("conflict-one-fails", "No purpose is stated, and the count clears it.", asks(count=1), "+0"),
    ):
        cases.add(name, situation, asked, reasons)
    cases.body = permissions(rule("read"), prohibited=(rule("train"), rule("use")))
    cases.add("conflict-all", "Prohibited twice, and never permitted.", asks("train"), "!0 !1 none")


def _permissions(cases: Decisions) -> None:
    cases.body = permissions(rule("use", on("count", "lt", 5)), rule("use", on("purpose", "eq", "research")))
    cases.add("neither", "Two permissions, and neither covers it.", asks(count=5), "-0.0 ?1.0")
    cases.add("second", "The second of two covers it.", asks(count=5, purpose="research"), "+1")
    cases.add("both", "Two permissions, and both cover it.", asks(count=4, purpose="research"), "+0 +1")
    cases.body = permissions(rule("use", on("count", "lt", 5), on("purpose", "eq", "research")))
    cases.add("first-constraint", "Two constraints fail; the first is named.", asks(count=5), "-0.0")
    cases.add("second-constraint", "The second constraint fails.", asks(count=1, purpose="art"), "-0.1")


def _countries(cases: Decisions) -> None:
    germany, france = rule("use", on("spatial", "eq", "DE")), rule("use", on("spatial", "eq", "FR"))
    cases.body = permissions(germany, france)
    situation = "Two countries, each under a permission of its own."
    cases.add("countries-split", situation, asks(spatial=["DE", "FR"]), "+0 +1")
    situation = "One of three countries is under none."
    cases.add("countries-one-missing", situation, asks(spatial=["DE", "US", "FR"]), "-0.0 -1.0")
    cases.body = permissions(rule("use", on("spatial", "isAnyOf", ["DE", "FR"])))
    cases.add("countries-list", "Two countries of a list.", asks(spatial=["FR", "DE"]), "+0")
    german_research = rule("use", on("spatial", "eq", "DE"), on("purpose", "eq", "research"))
    cases.body = permissions(german_research, france)
    asked = asks(spatial=["DE", "FR"], purpose="marketing")
    cases.add("countries-apart", "The first country fails by its purpose.", asked, "-0.1 -1.0")


def _banned_countries(cases: Decisions) -> None:
    cases.body = permissions(rule("use"), prohibited=(rule("use", on("spatial", "eq", "US")),))
    one, none = "One of two countries is prohibited.", "Neither of two countries is prohibited."
    cases.add("countries-one-banned", one, asks(spatial=["DE", "US"]), "!0")
    cases.add("countries-none-banned", none, asks(spatial=["DE", "FR"]), "+0")
    cases.add("countries-unknown", "No country is stated.", asks(), "!0.0")
    cases.body = permissions(rule("use"), prohibited=(rule("use", on("spatial", "neq", "DE")),))
    cases.add("countries-away", "Every other country is prohibited.", asks(spatial=["DE", "FR"]), "!0")
    marketing_away = rule("use", on("spatial", "neq", "DE"), on("purpose", "eq", "marketing"))
    cases.body = permissions(rule("use"), prohibited=(marketing_away,))
    situation = "The prohibition cannot hold in the first country, and is unknown in the second."
    cases.add("countries-banned-second", situation, asks(spatial=["DE", "FR"]), "!0.1")


def _several(cases: Decisions) -> None:
    cases.body = permissions(rule("use"), rule("sell", on("count", "lt", 3)))
    cases.add("actions-both", "Two actions, each permitted.", asks("train", "sell", count=2), "+0 sell:+1")
    asked = asks("sell", "train", count=3)
    cases.add("actions-one", "Two actions, one of them permitted.", asked, "-1.0 train:+0")
    expect = accept(
        permitted=False, reasons=[{"action": "", "code": "no-action", "pointer": ""}], obligations=[]
    )
    given = {"permissions": cases.body, "request": {"actions": []}}
    cases.made.add("actions-none", "No action.", given, expect, about=cases.about)


def _obligations(cases: Decisions) -> None:
    marketing = rule("inform", on("purpose", "eq", "marketing"))
    abroad = rule("anonymize", on("spatial", "neq", "DE"), on("count", "gt", 1))
    cases.body = permissions(rule("use"), obliged=(rule("delete"), marketing, abroad))
    two = ["DE", "FR"]
    for name, situation, asked, binding in (
        ("unknown", "Nothing is known, and so all bind.", asks(), "0 1 2"),
        ("all", "All hold.", asks(purpose="marketing", spatial=["FR"], count=2), "0 1 2"),
        ("purpose", "Another purpose.", asks(purpose="research"), "0 2"),
        ("some-country", "One of two countries.", asks(purpose="research", spatial=two), "0 2"),
        ("no-country", "No such country.", asks(purpose="research", spatial=["DE"], count=2), "0"),
        ("count", "The first delivery.", asks(purpose="research", spatial=["FR"], count=1), "0"),
    ):
        cases.add(f"duties-{name}", situation, asked, "+0", binding)
