-- Migration 3 of main.db. Frozen. A mailbox that is no longer looked after keeps its row, for its mails stay with people.

ALTER TABLE mailbox ADD COLUMN removed_at INTEGER;
