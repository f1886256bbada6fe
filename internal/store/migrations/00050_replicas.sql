-- What one replica alone holds for a while, such as a connection to a network. The
-- lease "replica <id>" says that a replica is alive.
CREATE TABLE lease (
	name   TEXT NOT NULL PRIMARY KEY,
	holder TEXT NOT NULL,
	until  INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- Which replica brings a card; '' if it is the only one.
ALTER TABLE card ADD COLUMN holder TEXT NOT NULL DEFAULT '';

-- When what is done once in a while is due again.
CREATE TABLE job (
	name TEXT NOT NULL PRIMARY KEY,
	due  INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- What replicas tell each other of conversations, in numbers only. The conversation is
-- a hash of ids.
CREATE TABLE hold (
	conversation TEXT NOT NULL PRIMARY KEY,
	risk    REAL NOT NULL,
	risk_at INTEGER NOT NULL,
	card_at INTEGER NOT NULL,
	card    TEXT NOT NULL,
	grave   INTEGER NOT NULL,
	held    INTEGER NOT NULL,
	until   INTEGER NOT NULL, -- when it is forgotten
	holder  TEXT NOT NULL,    -- who wrote it
	written INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX hold_written ON hold (written);
