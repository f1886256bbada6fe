-- Where the alerts of a community go. Without a row there are none.
CREATE TABLE alert_room (
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	channel TEXT NOT NULL,
	wait    INTEGER NOT NULL, -- nanoseconds until the next one is called
	PRIMARY KEY (network, space)
) WITHOUT ROWID, STRICT;

-- Who is on call.
CREATE TABLE alert_peer (
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	person  TEXT NOT NULL,
	PRIMARY KEY (network, space, person)
) WITHOUT ROWID, STRICT;

-- Who wants no alerts about themselves.
CREATE TABLE alert_out (
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	person  TEXT NOT NULL,
	PRIMARY KEY (network, space, person)
) WITHOUT ROWID, STRICT;

-- Alerts of the last day.
CREATE TABLE alert (
	id        TEXT NOT NULL PRIMARY KEY,
	network   TEXT NOT NULL,
	space     TEXT NOT NULL, -- of the community
	at_space  TEXT NOT NULL, -- of the conversation: empty in some direct messages
	channel   TEXT NOT NULL,
	thread    TEXT NOT NULL,
	message   TEXT NOT NULL,
	person    TEXT NOT NULL,
	asked     INTEGER NOT NULL, -- 1 if the person asked for it
	raised    INTEGER NOT NULL,
	due       INTEGER NOT NULL, -- 0 for never
	step      INTEGER NOT NULL,
	tries     INTEGER NOT NULL,
	by_person TEXT NOT NULL,
	posts     TEXT NOT NULL -- where it was shown
) WITHOUT ROWID, STRICT;
CREATE INDEX alert_due ON alert (due) WHERE due <> 0;

-- How many there were. No row points to a person.
CREATE TABLE alert_week (
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	begins  INTEGER NOT NULL, -- seconds since 1970
	raised  INTEGER NOT NULL,
	taken   INTEGER NOT NULL,
	PRIMARY KEY (network, space, begins)
) WITHOUT ROWID, STRICT;
