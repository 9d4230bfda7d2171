-- To whom letters went within the last day, and of whom they are: how many there may be is bounded.
ALTER TABLE letter ADD COLUMN recipient BYTEA; -- SHA-256 over the address, folded; for a day after its end
ALTER TABLE letter ADD COLUMN asked BIGINT NOT NULL DEFAULT 0; -- 1 where somebody's request wrote it
CREATE INDEX letter_recipient ON letter (recipient, asked, ended) WHERE recipient IS NOT NULL;
CREATE INDEX letter_made ON letter (organisation, asked, made) WHERE recipient IS NOT NULL;
CREATE INDEX letter_sent ON letter (organisation, asked, ended) WHERE recipient IS NOT NULL;
CREATE INDEX letter_ended ON letter (ended) WHERE recipient IS NOT NULL;
