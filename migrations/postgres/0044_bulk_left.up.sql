-- An act on many tickets that was stopped, and how many tickets it left alone since they came or changed after it was asked
-- for. They stand among its items with the state left, those that a stop spared with the state stopped.
ALTER TABLE bulks ADD COLUMN stopped BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE bulks ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
