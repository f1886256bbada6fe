-- Links that let moderators into the console, and their sessions, by hash. Roles are
-- the ids that the network named, as JSON.
CREATE TABLE console_link (
	hash    TEXT NOT NULL PRIMARY KEY,
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	person  TEXT NOT NULL,
	name    TEXT NOT NULL,
	roles   TEXT NOT NULL,
	until   INTEGER NOT NULL,
	used    INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX console_link_person ON console_link (network, space, person, until);

CREATE TABLE console_session (
	hash    TEXT NOT NULL PRIMARY KEY,
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	person  TEXT NOT NULL,
	name    TEXT NOT NULL,
	roles   TEXT NOT NULL,
	until   INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- How often something happened in a community in a week. There is no person in it.
CREATE TABLE weekly (
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	monday  INTEGER NOT NULL,
	what    TEXT NOT NULL,
	topic   TEXT NOT NULL,
	n       INTEGER NOT NULL,
	PRIMARY KEY (network, space, monday, what, topic)
) WITHOUT ROWID, STRICT;
