-- What holds a text that no index of three letters knows, or that too many hold to put them in order, is found one by
-- one: without reading the certificates themselves, which are ten times as long.
CREATE INDEX certificate_text ON certificate (organisation, not_after, id, search);
DROP INDEX certificate_end;
