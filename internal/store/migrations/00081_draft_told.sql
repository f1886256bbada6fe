-- Which revisions that wait for a second moderator a network was told of. Those of one
-- message share a batch; told is 0 until it has arrived.
CREATE TABLE draft_told (
	network TEXT NOT NULL,
	id      TEXT NOT NULL,
	lang    TEXT NOT NULL,
	n       INTEGER NOT NULL,
	batch   TEXT NOT NULL,
	told    INTEGER NOT NULL,
	PRIMARY KEY (network, id, lang, n)
) WITHOUT ROWID, STRICT;
CREATE INDEX draft_untold ON draft_told (network, batch) WHERE told = 0;
