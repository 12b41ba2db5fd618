"""What can be taken away without that anybody could tell."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OWN: Final = "an exchange without this bound, or with another, keeps the specification too"
SLOW: Final = "how long a body may take is the exchange's own bound; here it is half a minute and more"
UNREACHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "statement.canonical.dumps": "the exchange signs with it, and its own door refuses the same",
        "statement.envelope.to_sign": "the exchange signs with it, and its own door refuses the same",
        "statement.words.parse_time": "the pattern of the member refuses the same text before",
        "statement.words.parse_duration": "the pattern of the member refuses the same text before",
        "statement.words.Money.of.1": "reads what a person types",
        "statement.words.Money.of.2": "reads what a person types",
        "register.erasing.told_of": "the rule erasure.is_there_still refuses the same after it",
        "register.register.Register._release_of": "the reference server always holds shares",
        "evidence.build.build.1": "the server asks before whether the caller may read it",
        "admission.names_a_participant": "without it the participant is an unknown statement, and a hook shows no code",
        "delivery.exchange_is_no_party": "the exchange never lists, offers or accepts, so it is party to no contract",
        "delivery.received_number_stays_taken": "on a whole log, that the number is free is asked after it",
        "erasure.changes_are_those_of_the_statement": "only the exchange signs an erasure, and it computes the changes",
        "erasure.is_there_still": "only the exchange signs an erasure, and register.erasing.told_of is before it",
        "erasure.repeats_who_reads_it": "only the exchange signs an erasure, and it reads what it repeats",
        "lapse.contract_has_a_schedule": "only the exchange signs a lapse, and it signs what is due",
        "lapse.deadline_has_passed": "only the exchange signs a lapse, of what is due; to come in between is luck",
        "lapse.delivery_is_open": "the effects of a lapse refuse the same after it",
        "lapse.number_is_free": "only the exchange signs a lapse, of what is due; to come in between is luck",
        "lapse.number_is_owed": "only the exchange signs a lapse, and it signs what is owed",
        "lapse.number_leaves_no_gap": "only the exchange signs a lapse, and it signs what is due",
        "lapse.subject_is_known": "only the exchange signs a lapse, and it signs what is due",
        "notarisation.reader_is_registered": "only the exchange signs a notarisation, and is asked for public ones",
        "notice.nothing_was_registered": "only the exchange signs a notice of an outage, and there was none",
        "notice.outages_are_few": "only the exchange signs a notice of an outage, and there was none",
        "participant.nothing_sealed_is_open": "only the exchange signs its own chain, and does not close",
        "delivery.comes_before_the_closing": "the exchange does not close",
        "release.is_due": "only the exchange signs a release, and only when it is due",
        "release.share_is_the_committed_one": "only the exchange signs a release, and it opens the box that it checked",
        "statement.base64url.decode": "the patterns of the members, and of cursors, refuse the same before",
        "statement.canonical._inspect.4": "there is no other value in what was JSON",
        "statement.words.Money._exact.1": "a currency that nobody knows has no digits that an amount could have",
        "keys.seal.check_public.1": "the pattern of the member refuses the same before",
        "acceptance.issuer_is_not_expelled": "on a whole log, that the parties are admitted is asked after it",
        "common.nothing_is_due": "a receipt and its release are registered together; nothing can come between",
        "offer.issuer_is_not_expelled": "on a whole log, that the parties are admitted is asked after it",
        "server.boxes.Boxes.keep": OWN,
        "server.checks.not_too_many_pending.1": OWN,
        "server.content.StoredContent.keep_manifest": "parse_manifest and parse_sealed_manifest ask the same after it",
        "server.forward.Forward.send.1": OWN,
        "server.request.content_length": "the parser of HTTP refuses what is no number, and how long it may be is open",
        "server.request.query.1": OWN,
        "server.resources.attachments._callers_own.1": "the signature is asked for before",
        "server.resources.content.get_box.2": "an open delivery has both boxes, but for the moment in which it closes",
        "server.resources.tickets._make_room": OWN,
        "server.resources.tickets._make_room_for_attachments": OWN,
        "server.shares.Shares._open": "needs an exchange that has replaced its seal key",
        "server.shares.Shares.check.2": "that the boxes are held is asked before",
        "server.shares.Shares.check_key": "needs an exchange that has replaced its seal key",
        "transfer.content.parse_manifest.1": "StoredContent.keep_manifest asks the same before it",
        "transfer.sealing.check_ciphertext": "the server cuts the body at this length",
        "transfer.sealing.parse_sealed_manifest.1": "StoredContent.keep_manifest asks the same before it",
        "transfer.shares.open_share.1": "a box of another length is refused when it is uploaded",
        "server.attachments.AttachmentStore.check_quota": "needs 16 GiB of attachments",
        "server.budget.Budget.taken": OWN,
        "server.checks.not_too_many_pending.2": OWN,
        "server.content.ContentStore.check_room": "needs a full disk",
        "server.exchange.Exchange.in_thread": "needs a full disk",
        "server.feed.Feed.reach.1": "needs a disk that stalls",
        "server.feed.Feed.reach.2": "needs a disk that fails",
        "server.feed.Feed.following": OWN,
        "server.journal.Journal.write": "needs a full disk",
        "server.journal.Journal._check_day": OWN,
        "server.nonces.Nonces.use.2": OWN,
        "server.reading.Reading.search": OWN,
        "server.request.body_pieces.2": SLOW,
        "server.request.body_pieces.5": SLOW,
        "server.request.read_body": SLOW,
        "server.searching.Search.rows": OWN,
        "server.writer.Writer.check_writable": "needs a log that was put back to an older state",
        "server.writer.Writer._check_room": OWN,
    }
)
"""Rules and refusals that no request of a suite can miss, each with the reason.

Verifiers are another matter: forged lapses, releases and erasures are among the vectors.
"""
