-- When each API key was used last, to the hour: not written with what it was used for.
CREATE TABLE key_use (
    organisation TEXT NOT NULL,
    key          BYTEA NOT NULL,  -- SHA-256 of the key
    hour         BIGINT NOT NULL, -- hours since 1970
    PRIMARY KEY (organisation, key)
);
