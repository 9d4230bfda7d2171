-- A chain of the audit log for each node that ever wrote here.
CREATE TABLE audit_chain (
    chain TEXT PRIMARY KEY
);

-- The audit log. Receipts are read from its outcome records.
CREATE TABLE audit_record (
    chain    TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    body     TEXT   NOT NULL, -- canonical JSON
    hash     BYTEA  NOT NULL, -- HMAC-SHA-256 over the hash before and the body
    PRIMARY KEY (chain, sequence)
);
-- By what a receipt's name says.
CREATE INDEX audit_record_sequence ON audit_record (sequence);
-- Looked up when a node starts. Quotes inside a JSON text are escaped, so that nothing else holds these.
CREATE INDEX audit_record_device_run ON audit_record (chain, sequence)
    WHERE strpos(body, '"kind":"device-run"') > 0;

-- Who acted, by the place of the intent or refusal. The log holds only a salted commitment, so that
-- a person can be erased.
CREATE TABLE acting_person (
    chain    TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    salt     TEXT   NOT NULL,
    issuer   TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    token_id TEXT   NOT NULL,
    PRIMARY KEY (chain, sequence)
);
CREATE INDEX acting_person_subject ON acting_person (issuer, subject);

-- A spent token stays as long as the log: no clock says when one counts no more, for a clock may go
-- back. The intent that spent it names it, so that a row that is missing is found.
CREATE TABLE spent_token (
    key BYTEA PRIMARY KEY -- SHA-256 of issuer, jti and document
);

-- What organisations decided while the service ran: each thing as its last change left it. The log
-- tells of every change, and names no person; a person stands here alone, and can be erased.
CREATE TABLE register_entry (
    organisation TEXT   NOT NULL,
    kind         TEXT   NOT NULL, -- application, grant or mandate
    id           TEXT   NOT NULL,
    version      BIGINT NOT NULL, -- the number of the change that left it so, in its organisation
    body         TEXT   NOT NULL, -- JSON
    PRIMARY KEY (organisation, kind, id)
);

-- How many seals each mandate that gives only so many has given.
CREATE TABLE mandate_count (
    organisation TEXT   NOT NULL,
    mandate      TEXT   NOT NULL,
    given        BIGINT NOT NULL CHECK (given >= 0),
    PRIMARY KEY (organisation, mandate)
);

-- The number of each organisation's last change; one that never changed anything has none, or 0.
CREATE TABLE register_revision (
    organisation TEXT   PRIMARY KEY,
    revision     BIGINT NOT NULL
);

-- What records are found by. Written with each record, for the chains are not looked through. An act is
-- found by the record that ends it; what belongs to no organisation, and what the device says of its
-- keys, is not found here.
CREATE TABLE audit_index (
    entry        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- orders entries of one time
    chain        TEXT   NOT NULL,
    sequence     BIGINT NOT NULL,
    organisation TEXT   NOT NULL,
    time         BIGINT NOT NULL, -- microseconds since 1970
    act          TEXT,            -- signature, seal, augmentation or administration
    outcome      TEXT,            -- done, failed or refused
    profile      TEXT,
    application  TEXT,            -- who asked, if an application did
    issuer       TEXT,            -- who asked, if a person did who was not erased
    subject      TEXT,
    intent       BIGINT           -- the record that announced the act, where another one did
);

-- How many acts ended, by day, so that nobody has to count them; each node counts its own, so that none
-- waits for another. No person.
CREATE TABLE act_count (
    chain        TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    day          BIGINT NOT NULL, -- days since 1970, in UTC
    act          TEXT   NOT NULL,
    profile      TEXT   NOT NULL, -- empty without one
    application  TEXT   NOT NULL, -- empty for persons
    outcome      TEXT   NOT NULL,
    given        BIGINT NOT NULL,
    PRIMARY KEY (organisation, day, act, profile, application, outcome, chain)
);

-- Each ends with the time, in whose order records are found, and has only the records that it is about:
-- what there is most of, seals that were made, is among all records soon found.
CREATE INDEX audit_index_record ON audit_index (chain, sequence);
CREATE INDEX audit_index_time ON audit_index (organisation, time, entry);
CREATE INDEX audit_index_act ON audit_index (organisation, act, time, entry) WHERE act <> 'seal';
CREATE INDEX audit_index_profile ON audit_index (organisation, profile, time, entry)
    WHERE profile IS NOT NULL;
CREATE INDEX audit_index_application ON audit_index (organisation, application, time, entry)
    WHERE application IS NOT NULL;
CREATE INDEX audit_index_person ON audit_index (issuer, subject, organisation, time, entry)
    WHERE subject IS NOT NULL;
CREATE INDEX audit_index_outcome ON audit_index (organisation, outcome, time, entry)
    WHERE outcome <> 'done';

-- Keys of requests: each is taken once, in the transaction of what it asks for. Everything is a hash,
-- so that nobody is named.
CREATE TABLE idempotency_key (
    organisation TEXT   NOT NULL,
    key          BYTEA  NOT NULL, -- SHA-256 over the caller and the key
    caller       BYTEA  NOT NULL, -- SHA-256 over the caller
    request      BYTEA  NOT NULL, -- SHA-256 over what is asked
    time         BIGINT NOT NULL, -- microseconds since 1970
    chain        TEXT,            -- the record that says what was done; none while it is under way
    record       BIGINT,
    PRIMARY KEY (organisation, key)
);
CREATE INDEX idempotency_key_time ON idempotency_key (time);
CREATE INDEX idempotency_key_caller ON idempotency_key (caller);

-- How many keys of each caller are kept.
CREATE TABLE idempotency_count (
    organisation TEXT   NOT NULL,
    caller       BYTEA  NOT NULL,
    kept         BIGINT NOT NULL,
    PRIMARY KEY (organisation, caller)
);
