-- What administrators are told waits for their letter of the day, where the organisation wants it so: until then its letter
-- is due at no time.
ALTER TABLE letter ADD COLUMN gathers BIGINT; -- from when on, in seconds since 1970
CREATE INDEX letter_gathers ON letter (organisation, recipient, gathers) WHERE gathers IS NOT NULL;
