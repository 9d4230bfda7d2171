-- The parts of three letters of every certificate's names and addresses: what holds a needle is found without reading
-- all. Nothing changes or deletes what is searched; rows have no number that stays, and so stand here by their names.
CREATE VIRTUAL TABLE certificate_search USING fts5 (
    organisation UNINDEXED,
    id UNINDEXED,
    search,
    tokenize = 'trigram case_sensitive 1'
);
INSERT INTO certificate_search (organisation, id, search)
    SELECT organisation, id, search FROM certificate;
CREATE TRIGGER certificate_searched AFTER INSERT ON certificate BEGIN
    INSERT INTO certificate_search (organisation, id, search)
        VALUES (new.organisation, new.id, new.search);
END;
