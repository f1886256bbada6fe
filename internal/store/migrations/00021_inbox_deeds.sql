-- How a cluster was settled; empty while it is open, and for those of before.
ALTER TABLE inbox_cluster ADD COLUMN outcome TEXT NOT NULL DEFAULT '';

-- How many of the complaints a moderator has looked at.
ALTER TABLE inbox_vote ADD COLUMN looked_not_helpful INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox_vote ADD COLUMN looked_wrong INTEGER NOT NULL DEFAULT 0;
