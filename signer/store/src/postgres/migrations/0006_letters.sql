-- Letters. What names somebody goes when one was sent or given up; what stays says that it was written.
CREATE TABLE letter (
    key          BYTEA PRIMARY KEY,     -- SHA-256 over what it is about and for whom: none is written twice
    organisation TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subject      TEXT NOT NULL,        -- the certificate, order or profile
    message_id   TEXT NOT NULL,
    made         BIGINT NOT NULL,     -- this and the other times in seconds since 1970
    due          BIGINT,              -- when it is tried next; nothing once it has ended
    attempts     BIGINT NOT NULL DEFAULT 0,
    holder       BYTEA,                 -- who tries it now, until it is due again
    address      TEXT,
    language     TEXT,
    content      TEXT,                 -- JSON, without what may be said once
    ended        BIGINT,
    outcome      TEXT                  -- sent, refused or given-up
);
CREATE INDEX letter_due ON letter (due) WHERE due IS NOT NULL;
CREATE INDEX letter_subject ON letter (organisation, subject, kind);

-- How near to its end whoever answers for a certificate was told it is.
ALTER TABLE certificate ADD COLUMN noticed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX certificate_notice ON certificate (not_after) WHERE noticed < 5;
