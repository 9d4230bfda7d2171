-- Everything that was decided belongs to one organisation, by its number in the trade register. What
-- was there before there were several belongs to the configuration file's, which the next start fills
-- in for the empty name.
CREATE TABLE entry (
    organisation TEXT NOT NULL,
    kind         TEXT NOT NULL,    -- application, grant or mandate
    id           TEXT NOT NULL,
    version      INTEGER NOT NULL, -- the number of the change that left it so, in its organisation
    body         TEXT NOT NULL,    -- JSON
    PRIMARY KEY (organisation, kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO entry SELECT '', kind, id, version, body FROM register_entry;
DROP TABLE register_entry;
ALTER TABLE entry RENAME TO register_entry;

CREATE TABLE given_seals (
    organisation TEXT NOT NULL,
    mandate      TEXT NOT NULL,
    given        INTEGER NOT NULL,
    PRIMARY KEY (organisation, mandate)
) STRICT, WITHOUT ROWID;
INSERT INTO given_seals SELECT '', mandate, given FROM mandate_count;
DROP TABLE mandate_count;
ALTER TABLE given_seals RENAME TO mandate_count;

-- The number of each organisation's last change; one that never changed anything has none.
CREATE TABLE last_change (
    organisation TEXT NOT NULL PRIMARY KEY,
    revision     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO last_change SELECT '', revision FROM register_revision;
DROP TABLE register_revision;
ALTER TABLE last_change RENAME TO register_revision;
