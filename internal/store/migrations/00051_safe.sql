-- When the person said that they are safe, and which hold that has ended.
ALTER TABLE hold ADD COLUMN safe_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hold ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
