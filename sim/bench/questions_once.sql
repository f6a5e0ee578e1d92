-- What stands beside the calls: lists, leads as they stand at the end, what is paid by the month and the hour.
INSERT INTO lists
SELECT 'sim', 'list-' || n, TIMESTAMPTZ '2026-09-30 12:00:00+00', $rows // 36 FROM range(12) r(n);

INSERT INTO leads
SELECT
    'sim', n::VARCHAR, 'list-' || (n % 12), 'US America/New_York',
    CASE WHEN hash(n) % 3 = 0 THEN 'done' ELSE 'open' END,
    CASE WHEN hash(n) % 3 = 0 THEN 'talked' ELSE '' END,
    (hash(n + 3) % 5)::INTEGER, false, '', TIMESTAMPTZ '2026-10-31 12:00:00+00'
FROM range($rows // 3) r(n);

INSERT INTO charges VALUES
    ('sim', 'trunk', 'trunk-0', 300, 'USD', '2026-09-01'),
    ('sim', 'number', '+15550001000', 2, 'USD', '2026-09-01'),
    ('sim', 'pool', '', 18, 'USD', '2026-09-01');

UPDATE meta SET facts_seq = 4 * $rows, costs_seq = $rows;
