-- The authority that issues certificates that live for years: one for all nodes. Key and certificate stand or
-- fall together, and whoever comes first decides.
CREATE TABLE certificate_authority (
    name        TEXT PRIMARY KEY, -- root, issuing-1, issuing-2 and so on
    certificate BYTEA NOT NULL CHECK (octet_length(certificate) <= 65536),
    key         BYTEA CHECK (octet_length(key) <= 65536), -- EncryptedPrivateKeyInfo; the passphrase is not here
    -- An operator may keep the root's key elsewhere.
    CHECK (key IS NOT NULL OR name = 'root')
);
