-- Who said how a room is read, and when; '' and 0 where that was not kept yet.
ALTER TABLE room ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE room ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
