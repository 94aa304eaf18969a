-- The words that an issue is known by: those of all its topics together. JSON, [] until a night has found them.
ALTER TABLE issues ADD COLUMN terms TEXT NOT NULL DEFAULT '[]';
