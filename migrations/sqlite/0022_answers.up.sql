-- What stood in an answer before it was changed, until when: a finished week is told with the score of its end.
CREATE TABLE survey_scores (
    invitation_id BIGINT NOT NULL,
    until_at      BIGINT NOT NULL,
    score         BIGINT NOT NULL,
    PRIMARY KEY (invitation_id, until_at)
);
INSERT INTO survey_scores (invitation_id, until_at, score)
SELECT invitation, at, MIN(was) FROM (
    SELECT CAST(json_extract(data, '$.invitation') AS INTEGER) AS invitation, at, json_extract(data, '$.changed') AS changed,
        LAG(json_extract(data, '$.score')) OVER (PARTITION BY json_extract(data, '$.invitation') ORDER BY pos) AS was
    FROM events WHERE kind = 'survey.answered') AS said
WHERE changed AND was IS NOT NULL GROUP BY invitation, at;

-- Answers that no ticket led to belong to their survey's touchpoint: the days that hold some are made again. A zone may
-- move a moment by a day.
INSERT INTO stale_days (day, mark, whole)
SELECT p.period, 1, TRUE FROM fact_periods AS p WHERE LENGTH(p.period) = 10 AND EXISTS (
    SELECT 1 FROM survey_invitations AS i WHERE i.ticket_id = 0 AND i.touchpoint <> ''
    AND (p.period BETWEEN date(i.asked_at / 1000 - 86400, 'unixepoch') AND date(i.asked_at / 1000 + 86400, 'unixepoch')
        OR i.answered_at > 0 AND p.period BETWEEN date(i.answered_at / 1000 - 86400, 'unixepoch') AND date(i.answered_at / 1000 + 86400, 'unixepoch')))
ON CONFLICT (day) DO UPDATE SET mark = stale_days.mark + 1, whole = TRUE;
