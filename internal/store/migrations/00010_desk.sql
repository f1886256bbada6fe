-- Where each entry stands, and which of its revisions answers.
CREATE TABLE entry (
	id        TEXT NOT NULL,
	lang      TEXT NOT NULL,
	state     INTEGER NOT NULL,
	n         INTEGER NOT NULL,
	newest    INTEGER NOT NULL,
	in_review INTEGER NOT NULL,
	question  TEXT NOT NULL,
	tags      TEXT NOT NULL, -- each between line ends
	review_by INTEGER NOT NULL,
	owner     TEXT NOT NULL,
	words     TEXT NOT NULL, -- what a list is searched by, in small letters
	version   INTEGER NOT NULL,
	PRIMARY KEY (id, lang)
) WITHOUT ROWID, STRICT;

-- What moderators wrote. A row that was published never changes, and none is deleted.
CREATE TABLE revision (
	id       TEXT NOT NULL,
	lang     TEXT NOT NULL,
	n        INTEGER NOT NULL,
	base     INTEGER NOT NULL,
	state    INTEGER NOT NULL,
	entry    TEXT NOT NULL, -- the file
	author   TEXT NOT NULL,
	reviewer TEXT NOT NULL,
	why      TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (id, lang, n)
) STRICT;
CREATE INDEX revision_seed ON revision (id) WHERE author = 'seed';

-- Who did what.
CREATE TABLE action (
	seq  INTEGER NOT NULL PRIMARY KEY,
	at   INTEGER NOT NULL,
	who  TEXT NOT NULL,
	name TEXT NOT NULL,
	deed TEXT NOT NULL,
	id   TEXT NOT NULL,
	lang TEXT NOT NULL,
	n    INTEGER NOT NULL,
	why  TEXT NOT NULL
) STRICT;
CREATE INDEX action_of ON action (id, lang, seq);

-- The number of the last action, in one row: whoever writes waits for it, so that
-- numbers become visible in their order.
CREATE TABLE action_count (
	one  INTEGER NOT NULL PRIMARY KEY, -- always 1
	last INTEGER NOT NULL
) STRICT;
