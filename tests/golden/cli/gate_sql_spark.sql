-- May each record be used for content-generation by linkedin? Views for Spark.
-- Policy linkedin, sha256:50493bdf682aaeb4d800d86c09011e5bae2dea02d52c5e33aea745541b09996a
-- Version 2025-11-03, in force from 2025-11-03T00:00:00Z to 2026-08-21T00:00:00Z.
-- Decided for the moment 2025-12-01T00:00:00Z.
-- It answers for that moment, whenever it is read: it is no gate for the present.
-- Of a policy alone: no log is behind it.
-- Reads, beside the platform's tables, what `sayso gate facts` writes, moments in microseconds since 1970, UTC:
--   CREATE TABLE sayso_known (member STRING);
--   CREATE TABLE sayso_words (member STRING, control STRING, yes BOOLEAN, said_at BIGINT, version STRING, entry BIGINT);
--   CREATE TABLE sayso_notices (member STRING, version STRING, given_at BIGINT);
--   CREATE TABLE sayso_closings (member STRING, closed_at BIGINT);
--   CREATE TABLE sayso_deletions (record STRING, deleted_at BIGINT);
--   CREATE TABLE sayso_regions (region STRING);
--   CREATE TABLE sayso_log (entries BIGINT, root STRING);
-- The answers are in sayso_decided. permit means: the policy, the notices and the choices on record allow it.

DROP VIEW IF EXISTS sayso_decided;
DROP VIEW IF EXISTS sayso_by_contributor;
DROP VIEW IF EXISTS sayso_shared;
DROP VIEW IF EXISTS sayso_by_author;
DROP VIEW IF EXISTS sayso_standing;
DROP VIEW IF EXISTS sayso_left_out;
DROP VIEW IF EXISTS sayso_records;
DROP VIEW IF EXISTS sayso_members;
DROP VIEW IF EXISTS sayso_binding;
DROP VIEW IF EXISTS sayso_contributors;
DROP VIEW IF EXISTS sayso_records_given;
DROP VIEW IF EXISTS sayso_members_given;

-- 1. The platform's members, in the gate's columns.
CREATE VIEW sayso_members_given AS
SELECT
  CASE WHEN TRIM(CAST(r.user_id AS STRING)) IN ('', 'N/A') THEN NULL ELSE CAST(r.user_id AS STRING) END AS member,
  CASE WHEN TRIM(UPPER(TRIM(CAST(r.country AS STRING)))) IN ('', '?', 'N/A') THEN NULL ELSE UPPER(TRIM(CAST(r.country AS STRING))) END AS region,
  CAST(EXTRACT(YEAR FROM CAST(r.birthday AS DATE)) * 10000 + EXTRACT(MONTH FROM CAST(r.birthday AS DATE)) * 100 + EXTRACT(DAY FROM CAST(r.birthday AS DATE)) AS BIGINT) AS born,
  CAST(CASE CAST(r.band AS STRING)
    WHEN 'teen' THEN 13
    WHEN 'grown' THEN 18
    ELSE NULL
  END AS BIGINT) AS age_min,
  CAST(CASE CAST(r.band AS STRING)
    WHEN 'teen' THEN 17
    ELSE NULL
  END AS BIGINT) AS age_max,
  UNIX_MICROS(MAKE_TIMESTAMP(EXTRACT(YEAR FROM r.joined), EXTRACT(MONTH FROM r.joined), EXTRACT(DAY FROM r.joined), EXTRACT(HOUR FROM r.joined), EXTRACT(MINUTE FROM r.joined), EXTRACT(SECOND FROM r.joined), 'UTC')) AS joined_at,
  CAST(NULL AS BIGINT) AS closed_at,
  CASE WHEN TRIM(CASE CAST(r.pupil AS STRING)
    WHEN 'true' THEN 'secondary'
    ELSE '?'
  END) IN ('', 'N/A') THEN NULL ELSE CASE CAST(r.pupil AS STRING)
    WHEN 'true' THEN 'secondary'
    ELSE '?'
  END END AS attr_school
FROM crm.people r;

-- 2. The platform's records, in the gate's columns.
CREATE VIEW sayso_records_given AS
SELECT
  CASE WHEN TRIM(CAST(r.id AS STRING)) IN ('') THEN NULL ELSE CAST(r.id AS STRING) END AS record,
  CASE WHEN TRIM(CAST(r.by_id AS STRING)) IN ('', '?') THEN NULL ELSE CAST(r.by_id AS STRING) END AS author,
  CAST('post' AS STRING) AS category,
  CASE WHEN TRIM(CASE CAST(r.audience AS STRING)
    WHEN 'ANYONE' THEN 'public'
    WHEN 'FRIENDS' THEN 'network'
    ELSE 'private'
  END) IN ('') THEN NULL ELSE CASE CAST(r.audience AS STRING)
    WHEN 'ANYONE' THEN 'public'
    WHEN 'FRIENDS' THEN 'network'
    ELSE 'private'
  END END AS visibility,
  UNIX_MICROS(r.made) AS created_at,
  CAST(NULL AS BIGINT) AS collected_at,
  CAST(CAST(r.removed AS DECIMAL(28, 6)) * 1000000 AS BIGINT) AS deleted_at
FROM forum.`posts 2025` r;

-- 3. Everybody else whose words are in a record.
CREATE VIEW sayso_contributors AS
SELECT
  CASE WHEN TRIM(CAST(r.id AS STRING)) IN ('') THEN NULL ELSE CAST(r.id AS STRING) END AS record,
  CAST(c.entry AS STRING) AS author
FROM forum.`posts 2025` r
LATERAL VIEW EXPLODE(r.editors) c AS entry;

-- 4. What the answers are bound to, and whether that holds.
CREATE VIEW sayso_binding AS
SELECT
  'linkedin' AS policy,
  'sha256:50493bdf682aaeb4d800d86c09011e5bae2dea02d52c5e33aea745541b09996a' AS policy_digest,
  '2025-11-03' AS policy_version,
  'content-generation' AS purpose,
  'linkedin' AS recipient,
  '2025-12-01T00:00:00Z' AS decided_for,
  '' AS good_until,
  '' AS log_root,
  1 AS in_time,
  1 AS same_log,
  1 AS whole;

-- 5. The members whom the project knows; others are nobody, who permits nothing.
CREATE VIEW sayso_members AS
SELECT
  m.member,
  m.region,
  SUBSTRING(m.region, 1, 2) AS country,
  m.born,
  m.age_min,
  m.age_max,
  m.joined_at,
  CASE
    WHEN m.closed_at IS NULL OR g.closed_at < m.closed_at
    THEN g.closed_at
    ELSE m.closed_at
  END AS closed_at,
  m.attr_school
FROM (
  SELECT
    n.*,
    CASE
      WHEN n.member IS NULL
      THEN 'missing-id'
      WHEN n.same > 1
      THEN 'duplicate-id'
      WHEN NOT n.region IS NULL AND q.region IS NULL
      THEN 'unknown-country'
      WHEN k.member IS NULL
      THEN 'not-in-the-project'
      ELSE NULL
    END AS left_out
  FROM (
    SELECT
      n.*,
      COUNT(*) OVER (PARTITION BY n.member) AS same
    FROM sayso_members_given AS n
  ) AS n
  LEFT JOIN sayso_known AS k
    ON k.member = n.member
  LEFT JOIN sayso_regions AS q
    ON q.region = n.region
) AS m
LEFT JOIN (
  SELECT
    member,
    MIN(closed_at) AS closed_at
  FROM sayso_closings AS closings
  GROUP BY
    member
) AS g
  ON g.member = m.member
WHERE
  m.left_out IS NULL;

-- 6. The records, with the deletions that the log knows.
CREATE VIEW sayso_records AS
SELECT
  r.record,
  r.author,
  r.category,
  r.visibility,
  r.created_at,
  r.collected_at,
  CASE
    WHEN r.deleted_at IS NULL OR d.deleted_at < r.deleted_at
    THEN d.deleted_at
    ELSE r.deleted_at
  END AS deleted_at
FROM sayso_records_given AS r
LEFT JOIN (
  SELECT
    record,
    MIN(deleted_at) AS deleted_at
  FROM sayso_deletions AS deletions
  GROUP BY
    record
) AS d
  ON d.record = r.record
WHERE
  NOT r.record IS NULL AND NOT r.created_at IS NULL;

-- 7. How many rows are left out, and why.
CREATE VIEW sayso_left_out AS
SELECT
  'members' AS given,
  m.left_out AS reason,
  COUNT(*) AS number_of_rows
FROM (
  SELECT
    n.*,
    CASE
      WHEN n.member IS NULL
      THEN 'missing-id'
      WHEN n.same > 1
      THEN 'duplicate-id'
      WHEN NOT n.region IS NULL AND q.region IS NULL
      THEN 'unknown-country'
      WHEN k.member IS NULL
      THEN 'not-in-the-project'
      ELSE NULL
    END AS left_out
  FROM (
    SELECT
      n.*,
      COUNT(*) OVER (PARTITION BY n.member) AS same
    FROM sayso_members_given AS n
  ) AS n
  LEFT JOIN sayso_known AS k
    ON k.member = n.member
  LEFT JOIN sayso_regions AS q
    ON q.region = n.region
) AS m
WHERE
  NOT m.left_out IS NULL
GROUP BY
  m.left_out
UNION ALL
SELECT
  'records' AS given,
  r.reason,
  COUNT(*) AS number_of_rows
FROM (
  SELECT
    CASE
      WHEN r.record IS NULL
      THEN 'missing-id'
      WHEN r.created_at IS NULL
      THEN 'missing-created-at'
      ELSE NULL
    END AS reason
  FROM sayso_records_given AS r
) AS r
WHERE
  NOT r.reason IS NULL
GROUP BY
  r.reason;

-- 8. How each member stands: a code for each group of categories.
CREATE VIEW sayso_standing AS
SELECT
  f.member,
  CASE
    WHEN f.region IS NULL
    THEN 31
    WHEN f.country IN ('GB')
    THEN f.under_0
    WHEN f.country IN ('CA', 'HK')
    THEN f.under_1
    WHEN f.country IN (
      'AT',
      'BE',
      'BG',
      'CH',
      'CY',
      'CZ',
      'DE',
      'DK',
      'EE',
      'ES',
      'FI',
      'FR',
      'GR',
      'HR',
      'HU',
      'IE',
      'IS',
      'IT',
      'LI',
      'LT',
      'LU',
      'LV',
      'MT',
      'NL',
      'NO',
      'PL',
      'PT',
      'RO',
      'SE',
      'SI',
      'SK'
    )
    THEN f.under_0
    ELSE 40
  END AS code_0,
  CASE
    WHEN f.country IN ('GB')
    THEN 0
    WHEN f.country IN ('CA', 'HK')
    THEN 1
    WHEN f.country IN (
      'AT',
      'BE',
      'BG',
      'CH',
      'CY',
      'CZ',
      'DE',
      'DK',
      'EE',
      'ES',
      'FI',
      'FR',
      'GR',
      'HR',
      'HU',
      'IE',
      'IS',
      'IT',
      'LI',
      'LT',
      'LU',
      'LV',
      'MT',
      'NL',
      'NO',
      'PL',
      'PT',
      'RO',
      'SE',
      'SI',
      'SK'
    )
    THEN 0
    ELSE -1
  END AS rule_0,
  CASE
    WHEN f.region IS NULL
    THEN 31
    WHEN f.country IN ('GB')
    THEN f.under_0
    WHEN f.country IN ('CA', 'HK')
    THEN f.under_1
    WHEN f.country IN (
      'AT',
      'BE',
      'BG',
      'CH',
      'CY',
      'CZ',
      'DE',
      'DK',
      'EE',
      'ES',
      'FI',
      'FR',
      'GR',
      'HR',
      'HU',
      'IE',
      'IS',
      'IT',
      'LI',
      'LT',
      'LU',
      'LV',
      'MT',
      'NL',
      'NO',
      'PL',
      'PT',
      'RO',
      'SE',
      'SI',
      'SK'
    )
    THEN f.under_0
    WHEN (
      1 = 1
      AND NOT f.region IS NULL
      AND NOT f.country IN (
        'AT',
        'BE',
        'BG',
        'CA',
        'CH',
        'CY',
        'CZ',
        'DE',
        'DK',
        'EE',
        'ES',
        'FI',
        'FR',
        'GB',
        'GR',
        'HK',
        'HR',
        'HU',
        'IE',
        'IS',
        'IT',
        'LI',
        'LT',
        'LU',
        'LV',
        'MT',
        'NL',
        'NO',
        'PL',
        'PT',
        'RO',
        'SE',
        'SI',
        'SK'
      )
    )
    THEN f.under_2
    ELSE 40
  END AS code_1,
  CASE
    WHEN f.country IN ('GB')
    THEN 0
    WHEN f.country IN ('CA', 'HK')
    THEN 1
    WHEN f.country IN (
      'AT',
      'BE',
      'BG',
      'CH',
      'CY',
      'CZ',
      'DE',
      'DK',
      'EE',
      'ES',
      'FI',
      'FR',
      'GR',
      'HR',
      'HU',
      'IE',
      'IS',
      'IT',
      'LI',
      'LT',
      'LU',
      'LV',
      'MT',
      'NL',
      'NO',
      'PL',
      'PT',
      'RO',
      'SE',
      'SI',
      'SK'
    )
    THEN 0
    WHEN (
      1 = 1
      AND NOT f.region IS NULL
      AND NOT f.country IN (
        'AT',
        'BE',
        'BG',
        'CA',
        'CH',
        'CY',
        'CZ',
        'DE',
        'DK',
        'EE',
        'ES',
        'FI',
        'FR',
        'GB',
        'GR',
        'HK',
        'HR',
        'HU',
        'IE',
        'IS',
        'IT',
        'LI',
        'LT',
        'LU',
        'LV',
        'MT',
        'NL',
        'NO',
        'PL',
        'PT',
        'RO',
        'SE',
        'SI',
        'SK'
      )
    )
    THEN 2
    ELSE -1
  END AS rule_1,
  CASE
    WHEN f.region IS NULL
    THEN 31
    WHEN (
      1 = 1
      AND NOT f.region IS NULL
      AND NOT f.country IN (
        'AT',
        'BE',
        'BG',
        'CA',
        'CH',
        'CY',
        'CZ',
        'DE',
        'DK',
        'EE',
        'ES',
        'FI',
        'FR',
        'GB',
        'GR',
        'HK',
        'HR',
        'HU',
        'IE',
        'IS',
        'IT',
        'LI',
        'LT',
        'LU',
        'LV',
        'MT',
        'NL',
        'NO',
        'PL',
        'PT',
        'RO',
        'SE',
        'SI',
        'SK'
      )
    )
    THEN f.under_2
    ELSE 40
  END AS code_2,
  CASE
    WHEN (
      1 = 1
      AND NOT f.region IS NULL
      AND NOT f.country IN (
        'AT',
        'BE',
        'BG',
        'CA',
        'CH',
        'CY',
        'CZ',
        'DE',
        'DK',
        'EE',
        'ES',
        'FI',
        'FR',
        'GB',
        'GR',
        'HK',
        'HR',
        'HU',
        'IE',
        'IS',
        'IT',
        'LI',
        'LT',
        'LU',
        'LV',
        'MT',
        'NL',
        'NO',
        'PL',
        'PT',
        'RO',
        'SE',
        'SI',
        'SK'
      )
    )
    THEN 2
    ELSE -1
  END AS rule_2,
  CASE WHEN 1 = 1 THEN f.under_3 ELSE 40 END AS code_3,
  CASE WHEN 1 = 1 THEN 3 ELSE -1 END AS rule_3,
  CASE WHEN 1 = 1 THEN f.under_4 ELSE 40 END AS code_4,
  CASE WHEN 1 = 1 THEN 4 ELSE -1 END AS rule_4
FROM (
  SELECT
    f.member,
    f.region,
    f.country,
    CASE
      WHEN f.closed_at <= 1764547200000000
      THEN 60
      WHEN f.stopped = 2
      THEN 70
      WHEN f.stopped = 1
      THEN 71
      WHEN f.attr_school IN ('secondary') OR f.born > 20071201 OR f.age_max < 18
      THEN 80
      WHEN f.attr_school = '?'
      OR (
        f.born IS NULL AND (
          f.age_min IS NULL OR f.age_min < 18
        )
      )
      THEN 81
      WHEN f.word = FALSE
      THEN 110
      WHEN f.word = TRUE
      THEN 200
      WHEN f.word IS NULL
      THEN 201
      ELSE 120
    END AS under_0,
    CASE
      WHEN f.closed_at <= 1764547200000000
      THEN 60
      WHEN f.stopped = 2
      THEN 70
      WHEN f.stopped = 1
      THEN 71
      WHEN f.attr_school IN ('secondary') OR f.born > 20071201 OR f.age_max < 18
      THEN 80
      WHEN f.attr_school = '?'
      OR (
        f.born IS NULL AND (
          f.age_min IS NULL OR f.age_min < 18
        )
      )
      THEN 81
      WHEN f.word = FALSE
      THEN 110
      WHEN f.word = TRUE
      THEN 200
      WHEN f.word IS NULL
      THEN 201
      ELSE 120
    END AS under_1,
    CASE
      WHEN f.closed_at <= 1764547200000000
      THEN 60
      WHEN f.stopped = 2
      THEN 70
      WHEN f.stopped = 1
      THEN 71
      WHEN f.attr_school IN ('secondary') OR f.born > 20071201 OR f.age_max < 18
      THEN 80
      WHEN f.attr_school = '?'
      OR (
        f.born IS NULL AND (
          f.age_min IS NULL OR f.age_min < 18
        )
      )
      THEN 81
      WHEN f.word = FALSE
      THEN 110
      WHEN f.word = TRUE
      THEN 200
      WHEN f.word IS NULL
      THEN 201
      ELSE 120
    END AS under_2,
    CASE
      WHEN f.closed_at <= 1764547200000000
      THEN 60
      WHEN f.stopped = 2
      THEN 70
      WHEN f.stopped = 1
      THEN 71
      WHEN f.attr_school IN ('secondary') OR f.born > 20071201 OR f.age_max < 18
      THEN 80
      WHEN f.attr_school = '?'
      OR (
        f.born IS NULL AND (
          f.age_min IS NULL OR f.age_min < 18
        )
      )
      THEN 81
      WHEN 1 = 1
      THEN 202
      ELSE 120
    END AS under_3,
    50 AS under_4
  FROM (
    SELECT
      m.*,
      0 AS stopped,
      w.yes AS word
    FROM sayso_members AS m
    LEFT JOIN (
      SELECT
        member,
        yes
      FROM (
        SELECT
          member,
          yes,
          ROW_NUMBER() OVER (PARTITION BY member ORDER BY said_at DESC, entry DESC) AS place
        FROM sayso_words AS words
        WHERE
          said_at <= 1764547200000000
          AND (
            (
              yes = FALSE AND control IN ('genai-training')
            )
            OR (
              yes = TRUE AND version = '2024-09-18' AND control IN ('genai-training')
            )
            OR (
              yes = TRUE AND version = '2024-11-20' AND control IN ('genai-training')
            )
            OR (
              yes = TRUE AND version = '2025-02-27' AND control IN ('genai-training')
            )
            OR (
              yes = TRUE AND version = '2025-11-03' AND control IN ('genai-training')
            )
            OR (
              yes = TRUE AND version = '2026-08-21' AND control IN ('genai-training')
            )
          )
      ) AS ranked
      WHERE
        place = 1
    ) AS w
      ON w.member = m.member
  ) AS f
) AS f;

-- 9. What each record's author permits, as a code.
CREATE VIEW sayso_by_author AS
SELECT
  r.record,
  CASE
    WHEN r.own = 10
    THEN r.own
    WHEN r.own = 60
    THEN CASE WHEN r.code < 60 THEN r.code ELSE 60 END
    ELSE r.code
  END AS code,
  r.rule
FROM (
  SELECT
    r.record,
    r.author,
    r.own,
    CASE r.cell
      WHEN 0
      THEN COALESCE(s.code_0, 31)
      WHEN 1
      THEN COALESCE(s.code_1, 31)
      WHEN 2
      THEN COALESCE(s.code_2, 31)
      WHEN 3
      THEN COALESCE(s.code_3, 81)
      WHEN 4
      THEN COALESCE(s.code_4, 50)
      ELSE 40
    END AS code,
    CASE r.cell
      WHEN 0
      THEN COALESCE(s.rule_0, -1)
      WHEN 1
      THEN COALESCE(s.rule_1, -1)
      WHEN 2
      THEN COALESCE(s.rule_2, -1)
      WHEN 3
      THEN COALESCE(s.rule_3, 3)
      WHEN 4
      THEN COALESCE(s.rule_4, 4)
      ELSE -1
    END AS rule
  FROM (
    SELECT
      r.record,
      r.author,
      CASE
        WHEN COALESCE(r.created_at, 1764547200000000) > 1764547200000000
        OR COALESCE(r.collected_at, 1764547200000000) > 1764547200000000
        THEN 10
        WHEN COALESCE(r.deleted_at, 1764547200000001) <= 1764547200000000
        THEN 60
        ELSE 999
      END AS own,
      c.cell
    FROM sayso_records AS r
    LEFT JOIN (
      SELECT
        'comment' AS category,
        'public' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'comment' AS category,
        'network' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'comment' AS category,
        'private' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'group-activity' AS category,
        'public' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'group-activity' AS category,
        'network' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'group-activity' AS category,
        'private' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'group-message' AS category,
        'public' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'group-message' AS category,
        'network' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'group-message' AS category,
        'private' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'poll-response' AS category,
        'public' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'poll-response' AS category,
        'network' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'poll-response' AS category,
        'private' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'resume' AS category,
        'public' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'resume' AS category,
        'network' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'resume' AS category,
        'private' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'screening-answer' AS category,
        'public' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'screening-answer' AS category,
        'network' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'screening-answer' AS category,
        'private' AS visibility,
        0 AS cell
      UNION ALL
      SELECT
        'article' AS category,
        'public' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'article' AS category,
        'network' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'article' AS category,
        'private' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'genai-conversation' AS category,
        'public' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'genai-conversation' AS category,
        'network' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'genai-conversation' AS category,
        'private' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'post' AS category,
        'public' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'post' AS category,
        'network' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'post' AS category,
        'private' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'profile' AS category,
        'public' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'profile' AS category,
        'network' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'profile' AS category,
        'private' AS visibility,
        1 AS cell
      UNION ALL
      SELECT
        'usage' AS category,
        'public' AS visibility,
        2 AS cell
      UNION ALL
      SELECT
        'usage' AS category,
        'network' AS visibility,
        2 AS cell
      UNION ALL
      SELECT
        'usage' AS category,
        'private' AS visibility,
        2 AS cell
      UNION ALL
      SELECT
        'feedback' AS category,
        'public' AS visibility,
        3 AS cell
      UNION ALL
      SELECT
        'feedback' AS category,
        'network' AS visibility,
        3 AS cell
      UNION ALL
      SELECT
        'feedback' AS category,
        'private' AS visibility,
        3 AS cell
      UNION ALL
      SELECT
        'credential' AS category,
        'public' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'credential' AS category,
        'network' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'credential' AS category,
        'private' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'job-application' AS category,
        'public' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'job-application' AS category,
        'network' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'job-application' AS category,
        'private' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'payment' AS category,
        'public' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'payment' AS category,
        'network' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'payment' AS category,
        'private' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'private-message' AS category,
        'public' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'private-message' AS category,
        'network' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'private-message' AS category,
        'private' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'salary' AS category,
        'public' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'salary' AS category,
        'network' AS visibility,
        4 AS cell
      UNION ALL
      SELECT
        'salary' AS category,
        'private' AS visibility,
        4 AS cell
    ) AS c
      ON c.category = r.category AND c.visibility = r.visibility
  ) AS r
  LEFT JOIN sayso_standing AS s
    ON s.member = r.author
) AS r;

-- 10. Records with each of their contributors in the author's place.
CREATE VIEW sayso_shared AS
SELECT
  r.record,
  c.author,
  r.category,
  r.visibility,
  r.created_at,
  r.collected_at,
  r.deleted_at
FROM sayso_records AS r
JOIN sayso_contributors AS c
  ON c.record = r.record;

-- 11. What contributors do not permit.
CREATE VIEW sayso_by_contributor AS
SELECT
  record,
  MIN(code) AS code
FROM (
  SELECT
    r.record,
    CASE
      WHEN r.own = 10
      THEN r.own
      WHEN r.own = 60
      THEN CASE WHEN r.code < 60 THEN r.code ELSE 60 END
      ELSE r.code
    END AS code,
    r.rule
  FROM (
    SELECT
      r.record,
      r.author,
      r.own,
      CASE r.cell
        WHEN 0
        THEN COALESCE(s.code_0, 31)
        WHEN 1
        THEN COALESCE(s.code_1, 31)
        WHEN 2
        THEN COALESCE(s.code_2, 31)
        WHEN 3
        THEN COALESCE(s.code_3, 81)
        WHEN 4
        THEN COALESCE(s.code_4, 50)
        ELSE 40
      END AS code,
      CASE r.cell
        WHEN 0
        THEN COALESCE(s.rule_0, -1)
        WHEN 1
        THEN COALESCE(s.rule_1, -1)
        WHEN 2
        THEN COALESCE(s.rule_2, -1)
        WHEN 3
        THEN COALESCE(s.rule_3, 3)
        WHEN 4
        THEN COALESCE(s.rule_4, 4)
        ELSE -1
      END AS rule
    FROM (
      SELECT
        r.record,
        r.author,
        CASE
          WHEN COALESCE(r.created_at, 1764547200000000) > 1764547200000000
          OR COALESCE(r.collected_at, 1764547200000000) > 1764547200000000
          THEN 10
          WHEN COALESCE(r.deleted_at, 1764547200000001) <= 1764547200000000
          THEN 60
          ELSE 999
        END AS own,
        c.cell
      FROM sayso_shared AS r
      LEFT JOIN (
        SELECT
          'comment' AS category,
          'public' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'comment' AS category,
          'network' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'comment' AS category,
          'private' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'group-activity' AS category,
          'public' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'group-activity' AS category,
          'network' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'group-activity' AS category,
          'private' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'group-message' AS category,
          'public' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'group-message' AS category,
          'network' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'group-message' AS category,
          'private' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'poll-response' AS category,
          'public' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'poll-response' AS category,
          'network' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'poll-response' AS category,
          'private' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'resume' AS category,
          'public' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'resume' AS category,
          'network' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'resume' AS category,
          'private' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'screening-answer' AS category,
          'public' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'screening-answer' AS category,
          'network' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'screening-answer' AS category,
          'private' AS visibility,
          0 AS cell
        UNION ALL
        SELECT
          'article' AS category,
          'public' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'article' AS category,
          'network' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'article' AS category,
          'private' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'genai-conversation' AS category,
          'public' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'genai-conversation' AS category,
          'network' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'genai-conversation' AS category,
          'private' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'post' AS category,
          'public' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'post' AS category,
          'network' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'post' AS category,
          'private' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'profile' AS category,
          'public' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'profile' AS category,
          'network' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'profile' AS category,
          'private' AS visibility,
          1 AS cell
        UNION ALL
        SELECT
          'usage' AS category,
          'public' AS visibility,
          2 AS cell
        UNION ALL
        SELECT
          'usage' AS category,
          'network' AS visibility,
          2 AS cell
        UNION ALL
        SELECT
          'usage' AS category,
          'private' AS visibility,
          2 AS cell
        UNION ALL
        SELECT
          'feedback' AS category,
          'public' AS visibility,
          3 AS cell
        UNION ALL
        SELECT
          'feedback' AS category,
          'network' AS visibility,
          3 AS cell
        UNION ALL
        SELECT
          'feedback' AS category,
          'private' AS visibility,
          3 AS cell
        UNION ALL
        SELECT
          'credential' AS category,
          'public' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'credential' AS category,
          'network' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'credential' AS category,
          'private' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'job-application' AS category,
          'public' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'job-application' AS category,
          'network' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'job-application' AS category,
          'private' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'payment' AS category,
          'public' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'payment' AS category,
          'network' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'payment' AS category,
          'private' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'private-message' AS category,
          'public' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'private-message' AS category,
          'network' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'private-message' AS category,
          'private' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'salary' AS category,
          'public' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'salary' AS category,
          'network' AS visibility,
          4 AS cell
        UNION ALL
        SELECT
          'salary' AS category,
          'private' AS visibility,
          4 AS cell
      ) AS c
        ON c.category = r.category AND c.visibility = r.visibility
    ) AS r
    LEFT JOIN sayso_standing AS s
      ON s.member = r.author
  ) AS r
) AS o
WHERE
  code < 200
GROUP BY
  record;

-- 12. The answers: verdict, reason and rule for each record.
CREATE VIEW sayso_decided AS
SELECT
  record,
  CASE code
    WHEN 10
    THEN 'deny'
    WHEN 20
    THEN 'deny'
    WHEN 31
    THEN 'unknown'
    WHEN 40
    THEN 'deny'
    WHEN 41
    THEN 'unknown'
    WHEN 50
    THEN 'deny'
    WHEN 60
    THEN 'deny'
    WHEN 70
    THEN 'deny'
    WHEN 71
    THEN 'unknown'
    WHEN 80
    THEN 'deny'
    WHEN 81
    THEN 'unknown'
    WHEN 90
    THEN 'deny'
    WHEN 91
    THEN 'unknown'
    WHEN 100
    THEN 'deny'
    WHEN 110
    THEN 'deny'
    WHEN 120
    THEN 'deny'
    WHEN 200
    THEN 'permit'
    WHEN 201
    THEN 'permit'
    WHEN 202
    THEN 'permit'
    ELSE 'deny'
  END AS verdict,
  CASE code
    WHEN 10
    THEN 'not-yet'
    WHEN 20
    THEN 'not-in-force'
    WHEN 31
    THEN 'region-unknown'
    WHEN 40
    THEN 'not-disclosed'
    WHEN 41
    THEN 'not-disclosed'
    WHEN 50
    THEN 'never'
    WHEN 60
    THEN 'deleted'
    WHEN 70
    THEN 'suspended'
    WHEN 71
    THEN 'suspended'
    WHEN 80
    THEN 'member-excluded'
    WHEN 81
    THEN 'member-excluded'
    WHEN 90
    THEN 'record-excluded'
    WHEN 91
    THEN 'record-excluded'
    WHEN 100
    THEN 'no-notice'
    WHEN 110
    THEN 'said-no'
    WHEN 120
    THEN 'not-opted-in'
    WHEN 200
    THEN 'opted-in'
    WHEN 201
    THEN 'default-on'
    WHEN 202
    THEN 'no-choice-offered'
    ELSE 'not-disclosed'
  END AS reason,
  CASE
    WHEN code < 41
    THEN NULL
    WHEN rule = 0
    THEN 'genai-european'
    WHEN rule = 1
    THEN 'genai-ca-hk'
    WHEN rule = 2
    THEN 'genai-elsewhere'
    WHEN rule = 3
    THEN 'genai-feedback'
    WHEN rule = 4
    THEN 'never-trained-on'
    ELSE NULL
  END AS rule,
  whose,
  policy_version,
  decided_for
FROM (
  SELECT
    a.record,
    CASE
      WHEN b.in_time = 1 AND b.same_log = 1 AND b.whole = 1
      THEN CASE WHEN a.code >= 200 AND NOT c.code IS NULL THEN c.code ELSE a.code END
      ELSE 20
    END AS code,
    CASE WHEN a.code >= 200 AND NOT c.code IS NULL THEN -1 ELSE a.rule END AS rule,
    CASE WHEN a.code >= 200 AND NOT c.code IS NULL THEN 'contributor' ELSE 'author' END AS whose,
    b.policy_version,
    b.decided_for
  FROM sayso_by_author AS a
  CROSS JOIN sayso_binding AS b
  LEFT JOIN sayso_by_contributor AS c
    ON c.record = a.record
) AS d;
