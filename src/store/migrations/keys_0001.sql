-- Migration 1 of keys.db. Frozen. Committed before the data that its keys seal; destroying a row makes every copy blind.

CREATE TABLE case_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key_id BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
  person BLOB NOT NULL CHECK (length(person) = 16),
  case_id BLOB NOT NULL CHECK (length(case_id) = 16),
  wrapped BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (person, case_id)
) STRICT;

CREATE TABLE tombstone (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person BLOB NOT NULL CHECK (length(person) = 16),
  case_id BLOB CHECK (case_id IS NULL OR length(case_id) = 16),
  counter INTEGER NOT NULL UNIQUE,
  at INTEGER NOT NULL
) STRICT;
