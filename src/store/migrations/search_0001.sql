-- Migration 1 of search.db. Frozen. Derived data: encrypted, never backed up, rebuilt from main.db.

CREATE VIRTUAL TABLE passage_gram USING fts5(grams, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0");

CREATE TABLE indexed_passage (
  passage INTEGER PRIMARY KEY
) STRICT;

CREATE VIRTUAL TABLE mail_gram USING fts5(grams, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0");

CREATE TABLE indexed_mail (
  message INTEGER PRIMARY KEY
) STRICT;
