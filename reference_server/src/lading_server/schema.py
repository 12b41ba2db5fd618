"""The database's tables. One file holds the log and everything that follows from it.

Version 3 knows which statements belong to a contract, and what is owed. Databases of versions 1 and 2 are refused:
there are no deployments to carry over.
"""

from typing import Final

VERSION: Final = 3
"""`PRAGMA user_version` of a database of this shape."""

TABLES: Final = """
CREATE TABLE entries (             -- the log, and the statements that it names
    idx INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,       -- 32 bytes
    time INTEGER NOT NULL,         -- registration, ms since 1970
    type TEXT NOT NULL,
    public INTEGER NOT NULL,       -- 1: everybody may read it
    jws BLOB                       -- NULL: erased
) STRICT;

CREATE TABLE readers (             -- who may read what is not public
    participant BLOB NOT NULL,
    idx INTEGER NOT NULL,
    PRIMARY KEY (participant, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE belongs (             -- to which contract a statement belongs
    idx INTEGER PRIMARY KEY,
    contract BLOB NOT NULL         -- 32 bytes
) STRICT;

CREATE INDEX belonging ON belongs (contract, idx);

CREATE TABLE unclean (             -- erased statements of which the file, or a directory, may hold copies
    number INTEGER PRIMARY KEY,
    idx INTEGER NOT NULL
) STRICT;

CREATE INDEX public_entries ON entries (idx) WHERE public = 1;

CREATE TABLE state (               -- what the statements add up to
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    record TEXT NOT NULL,          -- JSON
    PRIMARY KEY (key, kind)        -- what one statement changes about one thing stands together
) STRICT, WITHOUT ROWID;

CREATE INDEX participants ON state (record ->> '$.state') WHERE kind = 'participant';

CREATE TABLE tiles (               -- the Merkle tree; a partial tile is replaced as it grows
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX deliveries            -- by the root under which their content lies
    ON state (coalesce(record ->> '$.sealed.manifest_root', record ->> '$.content_root')) WHERE kind = 'delivery';

CREATE INDEX open_deliveries ON state (record ->> '$.deadline', key)
    WHERE kind = 'delivery' AND record ->> '$.state' = 'open';

CREATE INDEX open_seal_keys ON state (record ->> '$.sealed.exchange.key')
    WHERE kind = 'delivery' AND record ->> '$.state' = 'open';

CREATE INDEX open_grants           -- who may read the statements of which contract
    ON state (record ->> '$.reader', record ->> '$.contract', record ->> '$.until')
    WHERE kind = 'grant' AND record ->> '$.state' = 'open';

CREATE INDEX grants_of_contracts ON state (record ->> '$.contract', record ->> '$.reader')
    WHERE kind = 'grant' AND record ->> '$.state' = 'open';

CREATE INDEX disclosures           -- who may read which statement
    ON state (record ->> '$.reader', record ->> '$.about', record ->> '$.until')
    WHERE kind = 'disclosure' AND record ->> '$.reader' IS NOT NULL;

CREATE TABLE owed (                -- numbers of scheduled deliveries that are free: the next one, and those freed again
    contract TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    due INTEGER NOT NULL,          -- ms since 1970, as if nothing had moved it
    PRIMARY KEY (contract, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX owed_by_time ON owed (due, contract, sequence);

CREATE INDEX closings ON entries (idx) WHERE type IN ('receipt', 'withdrawal', 'lapse');

CREATE VIRTUAL TABLE listed USING fts5 (   -- the listings that are open; rowid: the index of their version
    text,                                  -- title, description and keywords, case folded
    kind UNINDEXED,                        -- dataset, stream or service
    grade UNINDEXED,                       -- of its classification, where it has one
    collection UNINDEXED,                  -- how the data came to be
    jurisdiction UNINDEXED,                -- of the provider when it was listed
    detail = none,                         -- which rows, not where in them: a third of the size
    columnsize = 0,
    tokenize = "trigram case_sensitive 1"
);
"""
