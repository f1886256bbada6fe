-- What every file had before there were migrations. Files of that time lack some of it.
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
CREATE INDEX IF NOT EXISTS card_pending ON card (at) WHERE ended = 0;

-- Direct messages in which somebody wrote.
CREATE TABLE IF NOT EXISTS direct (
	network TEXT NOT NULL,
	channel TEXT NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (network, channel)
) WITHOUT ROWID, STRICT;

-- What is encrypted before it comes here.
CREATE TABLE IF NOT EXISTS secret (
	name   TEXT NOT NULL PRIMARY KEY,
	sealed BLOB NOT NULL
) WITHOUT ROWID, STRICT;

-- Which events were answered, by the keys that their networks give them.
CREATE TABLE IF NOT EXISTS claim (
	network TEXT NOT NULL,
	key     TEXT NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (network, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS claim_at ON claim (at);

-- How rooms are read where a moderator said so.
CREATE TABLE IF NOT EXISTS room (
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	channel TEXT NOT NULL,
	mode    INTEGER NOT NULL,
	PRIMARY KEY (network, space, channel)
) WITHOUT ROWID, STRICT;
