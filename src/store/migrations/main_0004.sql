-- Migration 4 of main.db. Frozen. Knowledge: what was said about a place outlives the source; what is closed for customers.

-- A newer state of the source came with terms that cannot be read: customers do not get the older one.
ALTER TABLE document ADD COLUMN closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1));

-- A place is a folder or a file within one, by the hash of its path, so that no name stays behind a removed source.
CREATE TABLE source_memory (
  place BLOB NOT NULL PRIMARY KEY CHECK (length(place) = 32),
  sha256 BLOB CHECK (length(sha256) = 32),
  said TEXT NOT NULL,
  held TEXT NOT NULL,
  by_manifest INTEGER NOT NULL CHECK (by_manifest IN (0, 1)),
  removed BLOB CHECK (length(removed) = 32)
) STRICT;
CREATE INDEX source_memory_sha256 ON source_memory (sha256);
CREATE INDEX source_memory_removed ON source_memory (removed);
