//! Every limit of the house, in one place, with its unit in the name.
//!
//! A limit is never applied in silence: what exceeds it is reported by name or goes to a person.

/// A mail larger than this is read by header and first part only and goes to a person.
pub const MAIL_BYTES_MAX: usize = 35 * 1024 * 1024;
/// What is fetched of a mail that exceeds [`MAIL_BYTES_MAX`].
pub const MAIL_HEAD_BYTES: usize = 256 * 1024;
/// Nested MIME parts deeper than this are not read.
pub const MIME_DEPTH_MAX: usize = 20;
/// MIME parts of one mail.
pub const MIME_PARTS_MAX: usize = 500;
/// Plain text of one mail that is kept for reading and drafting.
pub const MAIL_TEXT_BYTES_MAX: usize = 512 * 1024;
/// RFC 5321 §4.5.3.1.3: a path is 256 octets, 254 without its brackets; some room for real life.
pub const ADDRESS_BYTES_MAX: usize = 320;
/// RFC 5322 §2.1.1: a line is 998 octets.
pub const MESSAGE_ID_BYTES_MAX: usize = 998;
/// Message-IDs kept in a `References` header that we write: the first and the last ones.
pub const REFERENCES_MAX: usize = 20;
/// Message-IDs read from an inbound `References` header.
pub const REFERENCES_READ_MAX: usize = 200;
/// Mails in one transaction of the sync.
pub const SYNC_BATCH_MAILS_MAX: usize = 32;
/// UIDs asked for in one SEARCH; the reply parser is quadratic.
pub const SEARCH_RANGE_UIDS: u32 = 5_000;
/// Attempts to read one UID before a person is told.
pub const FETCH_ATTEMPTS_MAX: u32 = 3;
/// Between two attempts at one mail, in milliseconds.
pub const FETCH_PAUSE_MS: i64 = 20_000;
/// Jobs waiting for the model before it answers *Overloaded*.
pub const ENGINE_QUEUE_MAX: usize = 32;
/// Bytes of one frame of the engine protocol.
pub const ENGINE_FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A model file larger than this is refused.
pub const MODEL_FILE_BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;
/// Tokens that one draft may have.
pub const DRAFT_TOKENS_MAX: usize = 512;
/// Passages offered to a drafter.
pub const PASSAGES_PER_DRAFT_MAX: usize = 8;
/// A knowledge file larger than this is refused by name.
pub const KNOWLEDGE_FILE_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// A passage is cut at the nearest paragraph below this.
pub const PASSAGE_BYTES_MAX: usize = 1_500;
/// A configuration file larger than this is refused.
pub const CONFIG_BYTES_MAX: u64 = 1024 * 1024;
/// Automatic mails to one recipient in 24 hours.
pub const AUTO_MAILS_PER_RECIPIENT_DAY_MAX: u32 = 3;
/// Automatic mails to one sender domain in one hour.
pub const AUTO_MAILS_PER_DOMAIN_HOUR_MAX: u32 = 20;
/// Raw mail that one fetch request brings into memory before it hands over what it has.
pub const FETCH_BATCH_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of a mail asked for in one IMAP command; larger mails come in pieces.
pub const IMAP_CHUNK_BYTES: usize = 256 * 1024;
/// Bytes that the answer to one IMAP command may bring, far below the 512 MiB at which the parser gives up.
pub const IMAP_ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// A line of an IMAP answer outside literals.
pub const IMAP_LINE_BYTES_MAX: u64 = 1024 * 1024;
/// UIDs named in one IMAP command, so that no command line outgrows what servers accept.
pub const IMAP_SET_UIDS_MAX: usize = 500;
/// A file of a suite larger than this is refused by name.
pub const SUITE_FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// One line of a suite.
pub const SUITE_LINE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A PDF, DOCX, XLSX, HTML or CSV file larger than this is refused by name: brochures with pictures fit, archives do not.
pub const SOURCE_BYTES_MAX: u64 = 50 * 1024 * 1024;
/// What the parts of a DOCX or XLSX file may unpack to, together: a sheet of 100,000 rows stays below.
pub const SOURCE_UNPACKED_BYTES_MAX: u64 = 50 * 1024 * 1024;
/// Unpacked by packed size of one part; XML of office programs reaches 10 to 30, a bomb 1,000.
pub const SOURCE_RATIO_MAX: u64 = 100;
/// Parts of a DOCX or XLSX file.
pub const SOURCE_PARTS_MAX: usize = 5_000;
/// Pages of a PDF: a manual fits, a scanned archive does not.
pub const SOURCE_PAGES_MAX: usize = 500;
/// Characters of text of one file: 500 full pages.
pub const SOURCE_CHARS_MAX: usize = 2_000_000;
/// Characters of a heading, of the name of a column or of a question: each stands above every passage below it.
pub const SOURCE_TITLE_CHARS_MAX: usize = 1_000;
/// Passages of one source.
pub const SOURCE_PASSAGES_MAX: usize = 20_000;
/// Bytes of all passages of one source with the headings and column names that each of them repeats.
pub const SOURCE_CUT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Address space of the child that reads a foreign file, its program included.
pub const SOURCE_MEMORY_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Processor seconds of that child: 500 pages take a few of them on a slow machine.
pub const SOURCE_CPU_SECONDS_MAX: u64 = 20;
/// Seconds by the clock until that child is killed, for one that waits instead of computing.
pub const SOURCE_WALL_SECONDS_MAX: u64 = 60;
/// Bytes that the child may answer: [`SOURCE_CHARS_MAX`] with room for JSON and umlauts.
pub const SOURCE_ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;
