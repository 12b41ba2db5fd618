"""`grant`, `disclose`, `confirm_deletion`: who else may read, and what is no longer there."""

import os
from collections.abc import Sequence

from lading.acts.deletion import Deletion
from lading.acts.disclosure import Disclosure
from lading.acts.grant import Grant
from lading.client.documents import describe
from lading.client.flow import Flow
from lading.client.flows.publish import later
from lading.client.flows.say import say
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session
from lading.statement.words import format_time


def grant(session: Session, contract: Named, to: Named, *, valid_for: str = "P30D") -> Flow[Acknowledged]:
    """Let another participant, like an auditor, read a contract and what belongs to it, but no content.

    For `valid_for` (ISO 8601), or until you take the grant back with `withdraw`. What is read stands in a journal that
    both parties see.
    """
    members = {"contract": id_of(contract), "to": id_of(to), "until": later(session, valid_for)}
    how = {"moving": ("until",), "words": (valid_for,)}
    return (yield from say(session, Grant, members, alive=("open",), ends="until", **how))


def disclose(
    session: Session,
    about: Named,
    *,
    authority: str,
    legal_basis: str,
    scope: str,
    response: str,
    reader: Named | None = None,
    valid_for: str = "P30D",
    document: str | os.PathLike[str] | None = None,
) -> Flow[Acknowledged]:
    """Record that an authority compelled access: which one, on which basis, to what, and what it got.

    `response` is `complied`, `partly`, `refused` or `challenged`. With a `reader`, a participant, that one may read the
    statement for `valid_for` (ISO 8601). A disclosure is never a sale.
    """
    members = {
        "statement": id_of(about),
        "authority": authority,
        "legal_basis": legal_basis,
        "scope": scope,
        "response": response,
        "reader": None if reader is None else id_of(reader),
        "until": None if reader is None else later(session, valid_for),
        "document": None if document is None else describe(session, document),
    }
    how = {"moving": ("until",), "words": (valid_for,)}
    return (yield from say(session, Disclosure, members, ends="until", **how))


def confirm_deletion(
    session: Session,
    contract: Named,
    method: str,
    *,
    recall: Named | None = None,
    deliveries: Sequence[int] = (),
    remains: str | None = None,
    document: str | os.PathLike[str] | None = None,
) -> Flow[Acknowledged]:
    """Say, as the consumer, that you erased what was delivered: all of it, or these numbers; and what remains.

    `method` is a token like `overwritten`; `recall` the notice that asked for it. Proves that you said so, no more.
    """
    members = {
        "contract": id_of(contract),
        "recall": None if recall is None else id_of(recall),
        "deliveries": tuple(deliveries) or None,
        "method": method,
        "deleted_at": format_time(session.clock()),
        "remains": remains,
        "document": None if document is None else describe(session, document),
    }
    return (yield from say(session, Deletion, members, moving=("deleted_at",)))
