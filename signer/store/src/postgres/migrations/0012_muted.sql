-- Of a certificate's end nobody is reminded while somebody has it so.
ALTER TABLE certificate ADD COLUMN muted BIGINT;     -- since when, in seconds since 1970
ALTER TABLE certificate ADD COLUMN muted_by TEXT;    -- who, by a word that names nobody
