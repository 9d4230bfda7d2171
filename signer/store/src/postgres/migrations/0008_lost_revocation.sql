-- What the last revocation list names that a restored database does not hold: issued after its backup.
CREATE TABLE lost_revocation (
    generation BIGINT NOT NULL, -- of the issuing key
    serial     BYTEA NOT NULL,
    reason     TEXT NOT NULL,
    at         BIGINT NOT NULL, -- this and the end in seconds since 1970
    not_after  BIGINT NOT NULL, -- of any certificate that was issued before
    PRIMARY KEY (generation, serial)
);
