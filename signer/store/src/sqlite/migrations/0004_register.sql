-- What the organisation decided while the service ran: each thing as its last change left it. The
-- log tells of every change, and names no person; a person stands here alone, and can be erased.
CREATE TABLE register_entry (
    kind    TEXT NOT NULL,    -- application, grant or mandate
    id      TEXT NOT NULL,
    version INTEGER NOT NULL, -- the number of the change that left it so
    body    TEXT NOT NULL,    -- JSON
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- How many seals each mandate that gives only so many has given.
CREATE TABLE mandate_count (
    mandate TEXT NOT NULL PRIMARY KEY,
    given   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The number of the last change: it may have left nothing, and no number is given twice.
CREATE TABLE register_revision (revision INTEGER NOT NULL) STRICT;
INSERT INTO register_revision (revision) VALUES (0);
