-- Facts of places and crews by topic and by tag, packed, for the days that were made before there were any. The dimensions
-- place.topic, place.tag, crew.topic and crew.tag of period_facts have one row for a figure and a period.
ALTER TABLE stale_days ADD COLUMN packed BOOLEAN NOT NULL DEFAULT FALSE;

INSERT INTO stale_days (day, mark, packed) SELECT period, 1, TRUE FROM fact_periods WHERE LENGTH(period) = 10
    ON CONFLICT (day) DO UPDATE SET mark = stale_days.mark + 1, packed = TRUE;
