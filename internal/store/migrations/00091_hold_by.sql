-- Each replica has a row of its own for a conversation: of two that tell something at
-- once, neither is lost.
CREATE TABLE hold_by (
	conversation TEXT NOT NULL,
	holder  TEXT NOT NULL,    -- who wrote it
	risk    REAL NOT NULL,
	risk_at INTEGER NOT NULL,
	card_at INTEGER NOT NULL,
	card    TEXT NOT NULL,
	grave   INTEGER NOT NULL,
	held    INTEGER NOT NULL,
	safe_at INTEGER NOT NULL, -- when the person said that they are safe
	ended   INTEGER NOT NULL, -- which hold that has ended
	until   INTEGER NOT NULL, -- when it is forgotten
	written INTEGER NOT NULL,
	PRIMARY KEY (conversation, holder)
) WITHOUT ROWID, STRICT;
INSERT INTO hold_by (conversation, holder, risk, risk_at, card_at, card, grave, held, safe_at, ended, until, written)
	SELECT conversation, holder, risk, risk_at, card_at, card, grave, held, safe_at, ended, until, written FROM hold;
DROP TABLE hold;
ALTER TABLE hold_by RENAME TO hold;
CREATE INDEX hold_written ON hold (written);
