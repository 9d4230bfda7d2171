-- What records are found by. Written with each record, for the chain is not looked through. An act is
-- found by the record that ends it; what belongs to no organisation, and what the device says of its
-- keys, is not found here. Of the records that are there the next start fills in the configuration
-- file's organisation.
CREATE TABLE audit_index (
    sequence     INTEGER PRIMARY KEY,
    organisation TEXT NOT NULL,
    time        INTEGER NOT NULL, -- microseconds since 1970
    act         TEXT,             -- signature, seal, augmentation or administration
    outcome     TEXT,             -- done, failed or refused
    profile     TEXT,
    application TEXT,             -- who asked, if an application did
    issuer      TEXT,             -- who asked, if a person did who was not erased
    subject     TEXT,
    intent      INTEGER           -- the record that announced the act, where another one did
) STRICT;

-- How many acts ended, by day, so that nobody has to count them. No person.
CREATE TABLE act_count (
    organisation TEXT NOT NULL,
    day         INTEGER NOT NULL, -- days since 1970, in UTC
    act         TEXT NOT NULL,
    profile     TEXT NOT NULL,    -- empty without one
    application TEXT NOT NULL,    -- empty for persons
    outcome     TEXT NOT NULL,
    given       INTEGER NOT NULL,
    PRIMARY KEY (organisation, day, act, profile, application, outcome)
) STRICT, WITHOUT ROWID;

-- The records that are there already. One that is damaged is for `audit verify` to find; it is not found here.
WITH sound AS (
    SELECT sequence, CASE WHEN json_valid(body) THEN body END AS body FROM audit_record
), told AS (
    SELECT sequence, body, json_extract(body, '$.kind') AS kind,
           json_extract(body, '$.time') AS time,
           json_extract(body, '$.event.intent') AS intent
    FROM sound
)
INSERT INTO audit_index
SELECT r.sequence,
       ifnull(json_extract(r.body, '$.organisation'), ''),
       unixepoch(substr(r.time, 1, 19)) * 1000000 +
           CASE substr(r.time, 20, 1)
               WHEN '.' THEN CAST(substr(rtrim(substr(r.time, 21), 'Z') || '000000', 1, 6) AS INTEGER)
               ELSE 0 END,
       CASE r.kind
           WHEN 'refused' THEN json_extract(r.body, '$.event.act')
           WHEN 'outcome' THEN json_extract(i.body, '$.event.act')
           WHEN 'augmentation' THEN 'augmentation'
           WHEN 'registry-changed' THEN 'administration' END,
       CASE r.kind
           WHEN 'refused' THEN 'refused'
           WHEN 'registry-changed' THEN 'done'
           WHEN 'outcome' THEN json_extract(r.body, '$.event.result')
           WHEN 'augmentation' THEN json_extract(r.body, '$.event.result') END,
       CASE r.kind
           WHEN 'refused' THEN json_extract(r.body, '$.event.profile')
           WHEN 'outcome' THEN json_extract(i.body, '$.event.profile') END,
       CASE r.kind
           WHEN 'outcome' THEN json_extract(i.body, '$.event.requester.application')
           WHEN 'intent' THEN NULL
           ELSE json_extract(r.body, '$.event.requester.application') END,
       CASE r.kind WHEN 'intent' THEN NULL ELSE p.issuer END,
       CASE r.kind WHEN 'intent' THEN NULL ELSE p.subject END,
       CASE r.kind WHEN 'outcome' THEN r.intent END
FROM told AS r
LEFT JOIN sound AS i ON r.kind = 'outcome' AND i.sequence = r.intent
LEFT JOIN acting_person AS p
       ON p.sequence = CASE r.kind WHEN 'outcome' THEN r.intent ELSE r.sequence END
WHERE r.kind IN ('intent', 'refused', 'outcome', 'augmentation', 'registry-changed')
  AND unixepoch(substr(r.time, 1, 19)) IS NOT NULL
ORDER BY r.sequence;

INSERT INTO act_count
SELECT organisation, time / 86400000000, act, ifnull(profile, ''), ifnull(application, ''), outcome, count(*)
FROM audit_index WHERE act IS NOT NULL AND outcome IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6;

-- Each ends with the time, in whose order records are found, and has only the records that it is about:
-- what there is most of, seals that were made, is among all records soon found.
CREATE INDEX audit_index_time ON audit_index (organisation, time);
CREATE INDEX audit_index_act ON audit_index (organisation, act, time) WHERE act <> 'seal';
CREATE INDEX audit_index_profile ON audit_index (organisation, profile, time)
    WHERE profile IS NOT NULL;
CREATE INDEX audit_index_application ON audit_index (organisation, application, time)
    WHERE application IS NOT NULL;
CREATE INDEX audit_index_person ON audit_index (issuer, subject, organisation, time)
    WHERE subject IS NOT NULL;
CREATE INDEX audit_index_outcome ON audit_index (organisation, outcome, time)
    WHERE outcome <> 'done';
