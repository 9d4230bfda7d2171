-- A spent token stays as long as the log: no clock says when one counts no more, for a clock may go
-- back. The intent that spent it names it, so that a row that is missing is found.
CREATE TABLE spent (
    key BLOB NOT NULL PRIMARY KEY -- SHA-256 of issuer, jti and document
) STRICT, WITHOUT ROWID;
INSERT INTO spent (key) SELECT key FROM spent_token;
DROP TABLE spent_token;
ALTER TABLE spent RENAME TO spent_token;
