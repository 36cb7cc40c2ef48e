-- Devices that wait, for some minutes, to be let in by one that is signed in (K6).
CREATE TABLE waiting_devices (
    id BLOB NOT NULL PRIMARY KEY,
    public BLOB NOT NULL,
    sealed BLOB NOT NULL,
    until_ms BIGINT NOT NULL
);
CREATE INDEX waiting_devices_by_end ON waiting_devices (until_ms);
