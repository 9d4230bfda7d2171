-- Keys of requests: each is taken once, in the transaction of what it asks for. Everything is a hash,
-- so that nobody is named.
CREATE TABLE idempotency_key (
    organisation TEXT NOT NULL,
    key          BLOB NOT NULL,    -- SHA-256 over the caller and the key
    caller       BLOB NOT NULL,    -- SHA-256 over the caller
    request      BLOB NOT NULL,    -- SHA-256 over what is asked
    time         INTEGER NOT NULL, -- microseconds since 1970
    record       INTEGER,          -- the record that says what was done; none while it is under way
    PRIMARY KEY (organisation, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_time ON idempotency_key (time);

-- How many keys of each caller are kept.
CREATE TABLE idempotency_count (
    organisation TEXT NOT NULL,
    caller       BLOB NOT NULL,
    kept         INTEGER NOT NULL,
    PRIMARY KEY (organisation, caller)
) STRICT, WITHOUT ROWID;
