-- Schema 9: whose callback it is, is seen when its time has come: one agent's is due like any other.

UPDATE leads SET due_at = due_at - 1800
WHERE callback = 1 AND state = 'open' AND callback_for != '' AND callback_for NOT LIKE 'team:%';
