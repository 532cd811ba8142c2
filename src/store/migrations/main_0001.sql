-- Migration 1 of main.db. Frozen: never edited, only followed.
-- Times are Unix milliseconds (UTC). Public ids and HMACs are BLOBs of 16 and 32 bytes. Sealed columns hold
-- AES-256-GCM under a key per (person, case) from keys.db; see crypto::envelope for the layout.

CREATE TABLE installation (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  public_id BLOB NOT NULL CHECK (length(public_id) = 16),
  created_at INTEGER NOT NULL,
  lookup_key BLOB NOT NULL CHECK (length(lookup_key) = 32),
  message_id_key BLOB NOT NULL CHECK (length(message_id_key) = 32),
  signing_key BLOB NOT NULL
) STRICT;

CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE actor (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  name TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  display_name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('imap', 'maildir')),
  connection TEXT NOT NULL,
  secret BLOB NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('consent', 'contract', 'legitimate_interest', 'mixed')),
  delivery TEXT NOT NULL CHECK (delivery IN ('review', 'drafts')),
  automatic_sending INTEGER NOT NULL DEFAULT 0 CHECK (automatic_sending IN (0, 1)),
  special_categories INTEGER NOT NULL DEFAULT 0 CHECK (special_categories IN (0, 1)),
  crm_write_back INTEGER NOT NULL DEFAULT 0 CHECK (crm_write_back IN (0, 1)),
  attachments INTEGER NOT NULL DEFAULT 0 CHECK (attachments IN (0, 1)),
  policy_version INTEGER NOT NULL DEFAULT 1,
  interest_assessment BLOB CHECK (interest_assessment IS NULL OR length(interest_assessment) = 16),
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE trained_user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mailbox INTEGER NOT NULL REFERENCES mailbox(id) ON DELETE CASCADE,
  actor INTEGER NOT NULL REFERENCES actor(id),
  trained_on INTEGER NOT NULL,
  recorded_by INTEGER NOT NULL REFERENCES actor(id),
  recorded_at INTEGER NOT NULL,
  UNIQUE (mailbox, actor)
) STRICT;

CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  consent TEXT NOT NULL DEFAULT 'unknown'
    CHECK (consent IN ('unknown', 'informed', 'granted', 'refused', 'expired', 'withdrawn', 'stale', 'needs_renewal')),
  epoch INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE person_address (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  address_hmac BLOB NOT NULL UNIQUE CHECK (length(address_hmac) = 32)
) STRICT;
CREATE INDEX person_address_person ON person_address(person);

CREATE TABLE person_overlay (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  overlay TEXT NOT NULL CHECK (overlay IN ('paused', 'objected', 'restricted', 'minor', 'role_address', 'human_only')),
  rule TEXT NOT NULL,
  since INTEGER NOT NULL,
  UNIQUE (person, overlay)
) STRICT;

CREATE TABLE consent_record (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  person INTEGER NOT NULL REFERENCES person(id),
  address TEXT NOT NULL CHECK (length(address) > 2),
  scopes TEXT NOT NULL CHECK (length(scopes) > 0),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'paper', 'phone', 'web_form')),
  language TEXT NOT NULL CHECK (language IN ('de', 'en')),
  wording TEXT NOT NULL CHECK (length(wording) > 0),
  wording_sha256 BLOB NOT NULL CHECK (length(wording_sha256) = 32),
  evidence_name TEXT NOT NULL CHECK (length(evidence_name) > 0),
  evidence BLOB NOT NULL CHECK (length(evidence) > 0),
  evidence_sha256 BLOB NOT NULL CHECK (length(evidence_sha256) = 32),
  request_raw BLOB,
  reply_raw BLOB,
  authentication TEXT,
  actor INTEGER REFERENCES actor(id),
  granted_at INTEGER NOT NULL,
  ended_at INTEGER,
  ended_by TEXT CHECK (ended_by IS NULL OR ended_by IN ('withdrawn', 'stale', 'renewed', 'erased')),
  CHECK (channel = 'email' OR actor IS NOT NULL),
  CHECK (channel <> 'email' OR (request_raw IS NOT NULL AND reply_raw IS NOT NULL AND authentication IS NOT NULL))
) STRICT;
CREATE INDEX consent_record_person ON consent_record(person);

CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  address_hmac BLOB NOT NULL UNIQUE CHECK (length(address_hmac) = 32),
  imported_at INTEGER NOT NULL,
  imported_by INTEGER NOT NULL REFERENCES actor(id)
) STRICT;

CREATE TABLE folder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mailbox INTEGER NOT NULL REFERENCES mailbox(id),
  name TEXT NOT NULL,
  uid_validity INTEGER NOT NULL,
  first_uid INTEGER NOT NULL,
  low_water INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('current', 'resync', 'past')),
  opened_at INTEGER NOT NULL,
  UNIQUE (mailbox, name, uid_validity)
) STRICT;

CREATE TABLE ledger_range (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  folder INTEGER NOT NULL REFERENCES folder(id),
  uid_from INTEGER NOT NULL,
  uid_to INTEGER NOT NULL CHECK (uid_to >= uid_from)
) STRICT;
CREATE INDEX ledger_range_folder ON ledger_range(folder, uid_from);

CREATE TABLE ledger_mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mailbox INTEGER NOT NULL REFERENCES mailbox(id),
  folder INTEGER NOT NULL REFERENCES folder(id),
  uid INTEGER NOT NULL,
  message_id_hmac BLOB CHECK (message_id_hmac IS NULL OR length(message_id_hmac) = 32),
  raw_hmac BLOB NOT NULL CHECK (length(raw_hmac) = 32),
  UNIQUE (folder, uid)
) STRICT;
CREATE INDEX ledger_mail_raw ON ledger_mail(mailbox, raw_hmac);
CREATE INDEX ledger_mail_message_id ON ledger_mail(mailbox, message_id_hmac);

CREATE TABLE fetch_attempt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  folder INTEGER NOT NULL REFERENCES folder(id),
  uid INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  UNIQUE (folder, uid)
) STRICT;

CREATE TABLE mail_state (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  mailbox INTEGER NOT NULL REFERENCES mailbox(id),
  folder INTEGER NOT NULL REFERENCES folder(id),
  uid INTEGER NOT NULL,
  address_hmac BLOB CHECK (address_hmac IS NULL OR length(address_hmac) = 32),
  stage TEXT NOT NULL,
  reason TEXT,
  rule TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  done_at INTEGER,
  UNIQUE (folder, uid)
) STRICT;
CREATE INDEX mail_state_address ON mail_state(address_hmac);

CREATE TABLE ticket (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  mailbox INTEGER NOT NULL REFERENCES mailbox(id),
  person INTEGER NOT NULL REFERENCES person(id),
  state TEXT NOT NULL CHECK (state IN ('open', 'waiting', 'closed')),
  retention TEXT NOT NULL DEFAULT 'none' CHECK (retention IN ('none', 'handelsbrief', 'buchungsbeleg', 'buch')),
  opened_at INTEGER NOT NULL,
  answered_at INTEGER,
  closed_at INTEGER
) STRICT;
CREATE INDEX ticket_person ON ticket(person);

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  ticket INTEGER NOT NULL REFERENCES ticket(id),
  person INTEGER NOT NULL REFERENCES person(id),
  mailbox INTEGER NOT NULL REFERENCES mailbox(id),
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  folder INTEGER REFERENCES folder(id),
  uid INTEGER,
  message_id_hmac BLOB CHECK (message_id_hmac IS NULL OR length(message_id_hmac) = 32),
  received_at INTEGER NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT,
  rule TEXT,
  basis TEXT NOT NULL CHECK (basis IN ('consent', 'contract', 'legitimate_interest', 'synthetic', 'human')),
  proof BLOB CHECK (proof IS NULL OR length(proof) = 16),
  epoch INTEGER NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('de', 'en', 'other', 'unknown')),
  sealed_raw BLOB NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (folder, uid)
) STRICT;
CREATE INDEX message_ticket ON message(ticket);
CREATE INDEX message_person ON message(person);
CREATE INDEX message_stage ON message(stage);
CREATE INDEX message_message_id ON message(message_id_hmac);

CREATE TABLE stage_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  rule TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX stage_history_message ON stage_history(message);

CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL UNIQUE REFERENCES message(id) ON DELETE CASCADE,
  not_before INTEGER NOT NULL,
  leased_until INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT
) STRICT;
CREATE INDEX job_due ON job(not_before);

CREATE TABLE draft (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  message INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  drafter TEXT NOT NULL CHECK (drafter IN ('extractive', 'model', 'person')),
  decision TEXT NOT NULL CHECK (decision IN ('release', 'hold', 'hand_over')),
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'superseded', 'filed', 'used', 'discarded')),
  sealed_draft BLOB NOT NULL,
  record BLOB NOT NULL CHECK (length(record) = 16),
  filed_uid_validity INTEGER,
  filed_uid INTEGER,
  created_at INTEGER NOT NULL,
  UNIQUE (message, revision)
) STRICT;

CREATE TABLE review (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  draft INTEGER NOT NULL REFERENCES draft(id) ON DELETE CASCADE,
  actor INTEGER REFERENCES actor(id),
  action TEXT NOT NULL CHECK (action IN ('approve', 'reject', 'sent_from_drafts')),
  edited INTEGER NOT NULL CHECK (edited IN (0, 1)),
  reason TEXT,
  at INTEGER NOT NULL,
  CHECK (action = 'sent_from_drafts' OR actor IS NOT NULL)
) STRICT;
CREATE INDEX review_draft ON review(draft);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  message INTEGER NOT NULL REFERENCES message(id),
  draft INTEGER REFERENCES draft(id),
  kind TEXT NOT NULL CHECK (kind IN ('answer', 'consent_request', 'confirmation')),
  token TEXT NOT NULL UNIQUE,
  sealed_mail BLOB NOT NULL,
  raw_sha256 BLOB NOT NULL CHECK (length(raw_sha256) = 32),
  epoch INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('approved', 'sending', 'accepted', 'filed', 'uncertain', 'refused', 'cancelled')),
  step TEXT CHECK (step IS NULL OR step IN ('connect', 'mail', 'rcpt', 'data', 'dot')),
  not_before INTEGER NOT NULL,
  next_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  first_failure_at INTEGER,
  last_failure TEXT,
  uncertain_since INTEGER,
  searches INTEGER NOT NULL DEFAULT 0,
  person_told INTEGER NOT NULL DEFAULT 0 CHECK (person_told IN (0, 1)),
  filing_failures INTEGER NOT NULL DEFAULT 0,
  proof TEXT CHECK (proof IS NULL OR proof IN ('reply', 'in_sent', 'self_copy', 'person')),
  proof_reply TEXT,
  filed_uid_validity INTEGER,
  filed_uid INTEGER,
  cancel TEXT CHECK (cancel IS NULL OR cancel IN ('withdrawn', 'ai_off', 'answered_by_person', 'erased', 'person')),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (message, kind)
) STRICT;
CREATE INDEX outbox_next ON outbox(state, next_at);

CREATE TABLE record (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  chain TEXT NOT NULL CHECK (chain IN ('audit', 'security', 'decision')),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  object BLOB CHECK (object IS NULL OR length(object) = 16),
  actor BLOB CHECK (actor IS NULL OR length(actor) = 16),
  detail TEXT NOT NULL,
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (chain, seq)
) STRICT;
CREATE INDEX record_object ON record(object);

CREATE TABLE checkpoint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chain TEXT NOT NULL CHECK (chain IN ('audit', 'security', 'decision')),
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  at INTEGER NOT NULL,
  signature BLOB NOT NULL,
  UNIQUE (chain, seq)
) STRICT;

CREATE TRIGGER record_is_append_only BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'record is append-only'); END;

CREATE TRIGGER record_expires_behind_a_checkpoint BEFORE DELETE ON record
WHEN NOT EXISTS (SELECT 1 FROM checkpoint WHERE checkpoint.chain = OLD.chain AND checkpoint.seq >= OLD.seq)
BEGIN SELECT RAISE(ABORT, 'record is not covered by a checkpoint'); END;

CREATE TRIGGER checkpoint_is_append_only BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;

CREATE TABLE document (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
  source TEXT NOT NULL UNIQUE,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  language TEXT NOT NULL CHECK (language IN ('de', 'en', 'other', 'unknown')),
  owner TEXT NOT NULL,
  classification TEXT NOT NULL CHECK (classification IN ('public', 'internal', 'confidential')),
  personal_data INTEGER NOT NULL CHECK (personal_data IN (0, 1)),
  mailbox INTEGER REFERENCES mailbox(id),
  valid_until INTEGER,
  imported_at INTEGER NOT NULL
) STRICT;

CREATE TABLE passage (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  code TEXT NOT NULL UNIQUE,
  ordinal INTEGER NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (document, ordinal)
) STRICT;
