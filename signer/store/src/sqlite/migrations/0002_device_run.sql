-- Where the runs of the device begin in the log: looked up when the service starts, and when a
-- device elsewhere was started again. Quotes inside a JSON text are escaped, so that nothing else
-- holds these.
CREATE INDEX device_run ON audit_record (sequence) WHERE instr(body, '"kind":"device-run"') > 0;
