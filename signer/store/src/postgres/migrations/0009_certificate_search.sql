-- What holds a needle is found without reading every certificate: by the parts of three letters of its names and
-- addresses. They are in no B-tree, which takes no text of any length.
CREATE FUNCTION certificate_parts(searched text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    AS $$
        SELECT ARRAY(
            SELECT substr(searched, first, 3) FROM generate_series(1, length(searched) - 2) AS first
        )
    $$;
CREATE INDEX certificate_search ON certificate USING gin (certificate_parts(search) COLLATE "C")
    WITH (gin_pending_list_limit = 512);

-- The certificates of whichever organisation that hold all parts of a needle, so many at most; all by NULL. By the
-- index, whatever the planner thinks of it: making the parts of each row once more costs a hundred times as much.
CREATE FUNCTION certificate_hits(needle text, enough bigint)
    RETURNS TABLE (organisation text, id text)
    LANGUAGE sql STABLE SET enable_seqscan = off
    AS $$
        SELECT c.organisation, c.id FROM certificate c
        WHERE certificate_parts(c.search) COLLATE "C" @> certificate_parts(needle) LIMIT enough
    $$;
