-- What somebody bears for a while: sessions, links, codes, tokens. Only hashes: whoever reads this can
-- bear none of it.
CREATE TABLE secret (
    kind         TEXT NOT NULL,
    hash         BYTEA NOT NULL, -- SHA-256 of what is borne
    organisation TEXT NOT NULL,
    subject      TEXT NOT NULL, -- the entry of the register whose it is
    person       BYTEA,          -- SHA-256 of issuer and subject, where it stands for a person's login
    family       BYTEA NOT NULL, -- what ends together
    ends         BIGINT NOT NULL, -- microseconds since 1970
    let_go       BIGINT NOT NULL, -- when nobody asks for it any more, in the same
    spent        BIGINT,          -- when it was spent, in microseconds since 1970
    content      TEXT NOT NULL, -- JSON
    PRIMARY KEY (kind, hash)
);
CREATE INDEX secret_owner ON secret (organisation, subject, kind, ends, spent);
CREATE INDEX secret_person ON secret (person) WHERE person IS NOT NULL;
CREATE INDEX secret_family ON secret (family);
CREATE INDEX secret_let_go ON secret (let_go);
