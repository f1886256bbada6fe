-- What people chose to send to the moderators of their community, by what it is about.
CREATE TABLE inbox_cluster (
	id      TEXT NOT NULL PRIMARY KEY,
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	lang    TEXT NOT NULL,
	entry   TEXT NOT NULL, -- that it is about, or that was drafted for it; else empty
	comment INTEGER NOT NULL, -- 1 if it is about an answer
	opened  INTEGER NOT NULL,
	settled INTEGER NOT NULL -- 0 while it is open
) WITHOUT ROWID, STRICT;
CREATE INDEX inbox_open ON inbox_cluster (network, space) WHERE settled = 0;

-- The texts, which are erased in time, and whom to tell, encrypted.
CREATE TABLE inbox_note (
	id      TEXT NOT NULL PRIMARY KEY,
	cluster TEXT NOT NULL,
	text    TEXT NOT NULL,
	name    TEXT NOT NULL, -- empty unless the author added it
	at      INTEGER NOT NULL,
	sealed  BLOB NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX inbox_note_cluster ON inbox_note (cluster);

-- How many found an answer helpful. No row points to a person.
CREATE TABLE inbox_vote (
	network     TEXT NOT NULL,
	space       TEXT NOT NULL,
	entry       TEXT NOT NULL,
	lang        TEXT NOT NULL,
	revision    INTEGER NOT NULL,
	helpful     INTEGER NOT NULL,
	not_helpful INTEGER NOT NULL,
	wrong       INTEGER NOT NULL,
	PRIMARY KEY (network, space, entry, lang, revision)
) WITHOUT ROWID, STRICT;
