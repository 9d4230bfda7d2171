-- Orders of certificates that live for years, what came of them, and what they stand on. No private key,
-- no code and no token: of those that are good once there is the SHA-256.
CREATE TABLE certificate_order (
    organisation TEXT NOT NULL,
    id           TEXT NOT NULL,
    reference    TEXT NOT NULL UNIQUE, -- twelve digits, which the collector says
    profile      TEXT NOT NULL,
    holder       TEXT,                 -- the entry of the person who collects by login
    email        TEXT,                 -- the address that will be shown
    state        TEXT NOT NULL,        -- but for its end
    expires      INTEGER NOT NULL,        -- seconds since 1970
    version      INTEGER NOT NULL,
    body         TEXT NOT NULL,        -- JSON
    PRIMARY KEY (organisation, id)
) STRICT;
CREATE INDEX certificate_order_open ON certificate_order (organisation, state, expires);

CREATE TABLE certificate (
    organisation  TEXT NOT NULL,
    id            TEXT NOT NULL,
    order_id      TEXT NOT NULL,
    serial        BLOB NOT NULL UNIQUE,
    key           BLOB NOT NULL UNIQUE, -- SHA-256 of the SubjectPublicKeyInfo: none is certified twice
    generation    INTEGER NOT NULL,         -- of the issuing key
    der           BLOB NOT NULL,
    profile       TEXT NOT NULL,
    kind          TEXT NOT NULL,         -- user, organisation or system
    holder        TEXT,                  -- the entry of the person who collected it by login
    uuid          TEXT NOT NULL,
    name          TEXT NOT NULL,
    email         TEXT,
    contact       TEXT,
    contact_email TEXT,
    purposes      INTEGER NOT NULL,         -- authentication 1, encryption 2, e-mail 4
    not_before    INTEGER NOT NULL,         -- this and the other times in seconds since 1970
    renewal       INTEGER NOT NULL,
    not_after     INTEGER NOT NULL,
    replaces      TEXT,
    installed     INTEGER,
    search        TEXT NOT NULL,         -- names and addresses, folded
    PRIMARY KEY (organisation, id)
) STRICT;
CREATE INDEX certificate_end ON certificate (organisation, not_after, id);
CREATE INDEX certificate_profile ON certificate (organisation, profile, not_after, id);
CREATE INDEX certificate_kind ON certificate (organisation, kind, not_after, id);
CREATE INDEX certificate_holder ON certificate (organisation, holder, not_after, id)
    WHERE holder IS NOT NULL;
CREATE INDEX certificate_uuid ON certificate (organisation, uuid, not_after, id);
CREATE INDEX certificate_email ON certificate (organisation, email, not_after, id)
    WHERE email IS NOT NULL;
CREATE INDEX certificate_contact ON certificate (organisation, contact_email, not_after, id)
    WHERE contact_email IS NOT NULL;
CREATE INDEX certificate_replaces ON certificate (organisation, replaces)
    WHERE replaces IS NOT NULL;

-- What is blocked stays blocked.
CREATE TABLE revocation (
    organisation TEXT NOT NULL,
    certificate  TEXT NOT NULL,
    generation   INTEGER NOT NULL, -- of the issuing key, whose revocation list it is on
    reason       TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (organisation, certificate),
    FOREIGN KEY (organisation, certificate) REFERENCES certificate (organisation, id)
) STRICT;
CREATE INDEX revocation_generation ON revocation (generation);

-- The number of the last revocation list of an issuing key, on whichever node.
CREATE TABLE revocation_list (
    generation INTEGER PRIMARY KEY,
    number     INTEGER NOT NULL
) STRICT;

-- Whether an address is its holder's. Each is confirmed once, by what was sent to it.
CREATE TABLE email_check (
    organisation TEXT NOT NULL,
    id           TEXT NOT NULL,
    address      TEXT NOT NULL,
    hash         BLOB NOT NULL UNIQUE, -- SHA-256 of what was sent
    ends         INTEGER NOT NULL,
    confirmed    INTEGER,
    PRIMARY KEY (organisation, id)
) STRICT;
CREATE INDEX email_check_address ON email_check (organisation, address, confirmed);

-- Who has read and accepted which version of the policies.
CREATE TABLE policy_acceptance (
    organisation TEXT NOT NULL,
    asker        TEXT NOT NULL,
    policy       TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (organisation, asker, policy)
) STRICT;
