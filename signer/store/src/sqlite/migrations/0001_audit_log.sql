-- The audit log. Receipts are read from its outcome records.
CREATE TABLE audit_record (
    sequence INTEGER PRIMARY KEY,
    body     TEXT NOT NULL, -- canonical JSON
    hash     BLOB NOT NULL  -- HMAC-SHA-256 over the hash before and the body
) STRICT;

-- Who acted, by the number of the intent or refusal. The log holds only a salted commitment, so
-- that a person can be erased.
CREATE TABLE acting_person (
    sequence INTEGER PRIMARY KEY,
    salt     TEXT NOT NULL,
    issuer   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    name     TEXT NOT NULL,
    token_id TEXT NOT NULL
) STRICT;

-- Uses of persons' tokens, for as long as the tokens count.
CREATE TABLE spent_token (
    key   BLOB PRIMARY KEY,  -- SHA-256 of issuer, jti and document
    until INTEGER NOT NULL   -- seconds since 1970
) STRICT, WITHOUT ROWID;
