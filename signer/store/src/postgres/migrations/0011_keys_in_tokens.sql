-- The key of an issuing authority, too, may be in a token that every node reaches.
ALTER TABLE certificate_authority DROP CONSTRAINT certificate_authority_check;
