-- 1 for a revision that takes its entry away once another moderator agrees.
ALTER TABLE revision ADD COLUMN retires INTEGER NOT NULL DEFAULT 0;
