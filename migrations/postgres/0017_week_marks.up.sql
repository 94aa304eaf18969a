-- Which mark of a finished week somebody looked at: one that is set while its report is made is another and stays.
ALTER TABLE stale_weeks ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;
