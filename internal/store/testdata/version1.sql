-- A file as version 1 made it, with something in each table.
PRAGMA journal_mode = wal;
CREATE TABLE IF NOT EXISTS card (
	network TEXT NOT NULL,
	key     TEXT NOT NULL,
	space   TEXT NOT NULL,
	channel TEXT NOT NULL,
	thread  TEXT NOT NULL,
	message TEXT NOT NULL,
	person  TEXT NOT NULL,
	name    TEXT NOT NULL,
	lang    TEXT NOT NULL,
	kind    INTEGER NOT NULL,
	direct  INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	ended   INTEGER NOT NULL, -- 0 while it is pending
	PRIMARY KEY (network, key)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS direct (
	network TEXT NOT NULL,
	channel TEXT NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (network, channel)
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS card_pending ON card (at) WHERE ended = 0;
CREATE TABLE IF NOT EXISTS secret (
	name   TEXT NOT NULL PRIMARY KEY,
	sealed BLOB NOT NULL
) WITHOUT ROWID, STRICT;
PRAGMA user_version = 1;
INSERT INTO card VALUES ('net', 'key1', '', 'room', '', '1', 'person', 'crisis', 'en', 0, 0, 1764158401000000000, 0);
INSERT INTO card VALUES ('net', 'key2', '', 'room', '', '2', 'person', 'crisis', 'en', 0, 0, 9000000000000000000, 1);
INSERT INTO direct VALUES ('net', 'dm', 9000000000000000000);
INSERT INTO secret VALUES ('slack T1', x'00ff10');
