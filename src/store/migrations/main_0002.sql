-- Migration 2 of main.db. Frozen. Knowledge: from when a source holds, for which mailboxes, whence it came, what to look at.

ALTER TABLE document ADD COLUMN valid_from INTEGER;
ALTER TABLE document ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';

-- A mailbox that goes must not open its sources to the others, so nothing cascades from there.
CREATE TABLE document_mailbox (
  document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  mailbox INTEGER NOT NULL REFERENCES mailbox(id),
  PRIMARY KEY (document, mailbox)
) STRICT;
INSERT INTO document_mailbox (document, mailbox) SELECT id, mailbox FROM document WHERE mailbox IS NOT NULL;
ALTER TABLE document DROP COLUMN mailbox;

-- Nobody could say a class before; all sources were imported to answer customers from, and were marked `internal`.
UPDATE document SET classification = 'public' WHERE classification = 'internal';
