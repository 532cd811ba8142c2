# Sentences of the command line.

error = Error: { $message }
init-done = The data folder { $folder } is made and encrypted.
init-key-file = Key file: { $file } (keep a copy somewhere else)
init-config = Configuration: { $file } (put your company in there)
init-recovery = Recovery code. Print it and put it in the safe; it is not shown again:
init-next = Go on with: hauspost mailbox add --help
recover-key-file = New key file: { $file } (keep a copy elsewhere). The old one no longer opens the data folder.
recover-passphrase = The new passphrase holds. The old one no longer opens the data folder.
recover-passphrase-file = Put the new passphrase into { $file } too.
recover-config-line = In { $file }, change the line with key to: { $line }
recover-nothing = Key file and configuration are there and fit; nothing has to be recovered.
ask-recovery = Recovery code (or a passphrase that still holds):{" "}
ask-new-passphrase = New passphrase:{" "}
ask-passphrase = Passphrase:{" "}
mailboxes-none = No mailbox yet. Add one: hauspost mailbox add --help
mailbox-untrained = nobody trained yet: no drafts are filed
mailbox-renumbered = The mail server has numbered this mailbox anew: please look at { $count ->
        [one] one mail
       *[other] { $count } mails
    } yourself (hauspost queue list).
part-mailbox = Mailbox
part-worker = Drafting
part-knowledge = Knowledge folder
health-failing = { $part } failing since { $at }: { $failure }; restarts: { $restarts }
health-silent = the mail server has not answered since { $at }; is the service running?
health-recovered = { $part } is running; last failure { $at }: { $failure }; restarts: { $restarts }
failure-panicked = fault in Hauspost, started anew
failure-login-refused = login refused
failure-unreachable = mail server cannot be reached
failure-no-drafts-folder = there is no folder for drafts (hauspost mailbox create-folders)
failure-not-sent = the mail server has not taken an answer yet (SMTP); Hauspost keeps trying
failure-ca-file = the CA file cannot be read or holds no certificate (hauspost mailbox test)
failure-internal = internal fault
failure-folder-away = the folder is not there or cannot be read
failure-manifest = hauspost-knowledge.toml cannot be understood; “hauspost knowledge add” with the folder says why
failure-sources-gone = so many files are gone that nothing was removed; if that is meant, confirm it with “hauspost knowledge add FOLDER --prune”
test-ok = fine
test-failed = failed
knowledge-added = { $imported } read, { $unchanged } unchanged, { $refused } not read; { $passages ->
        [one] 1 passage
       *[other] { $passages } passages
    }
knowledge-expired = expired already, not found: { $file }
knowledge-kept = not in the folder any more, but still found: { $file }
knowledge-refused = not read: { $file } ({ $reason })
knowledge-removed = not in the folder any more, and removed from the knowledge: { $file }
knowledge-held-back = so many files are gone that nothing was removed; if that is meant, confirm it with --prune
knowledge-kept-terms = earlier, stricter terms still hold: { $file } (to loosen: with --classification, say, or all with --new-terms)
knowledge-left-out = removed with “knowledge remove” and unchanged since, stays out: { $file }
knowledge-stranger = stands in hauspost-knowledge.toml, but not in the folder: { $file }
knowledge-warning = please look at: { $file } ({ $warning })
documents-none = No knowledge yet. Import some: hauspost knowledge add --help
document-line = { $source }  { $state }, { $passages ->
        [one] 1 passage
       *[other] { $passages } passages
    }, { $validity }
document-terms = Owner: { $owner }; classification: { $classification }; language: { $language }; mailboxes: { $mailboxes }
document-personal = holds personal data
document-always = holds without an end
document-from = holds from { $from }
document-until = holds until { $until }
document-between = holds from { $from } until { $until }
document-all-mailboxes = all
document-valid = valid
document-expired = expired
document-not-yet = not valid yet
class-public = public
class-internal = internal
class-confidential = confidential
warning-latin1 = no UTF-8; read as Windows-1252, check the umlauts
warning-pages-without-text = { $count ->
        [one] 1 page
       *[other] { $count } pages
    } without text
warning-pages-unreadable = { $count ->
        [one] 1 page
       *[other] { $count } pages
    } cannot be read
warning-hidden-parts = { $count ->
        [one] 1 hidden part
       *[other] { $count } hidden parts
    } not read
warning-columns-left-out = { $count ->
        [one] 1 column
       *[other] { $count } columns
    } beside question and answer not read
warning-answers-missing = { $count ->
        [one] 1 row
       *[other] { $count } rows
    } without a question or without an answer not read
warning-open-quote = a quote is never closed; read as a letter
warning-formulas-without-value = { $count ->
        [one] 1 cell
       *[other] { $count } cells
    } with a formula without a result; open and save it in the spreadsheet program
warning-older-state-closed = the new state cannot be read, and for whom it would hold is open; staff alone finds the older one
warning-older-state-kept = the new state cannot be read; the older one is found
search-none = The knowledge says nothing about that.
consents-none = No consent recorded yet.
queue-none = The queue is empty.
queue-mail = lies in the mailbox alone (nothing is kept without clearance)
shown-overview = Overview
overview-priority = Priority
overview-category = Category
overview-deadline = Deadline
overview-flag = Careful, the mail itself is suspicious
number-wrong = check digit is wrong
shown-asks = Asks
shown-draft = Draft
shown-claims = Facts in the draft
shown-sources = Sources
shown-history = History
shown-record = Decision record
ask-answered = answered
ask-open = open
ask-handed-over = to a person
claim-supported = supported
claim-restated = the customer's own
claim-contradicted = contradicts the source
claim-unsupported = unsupported
draft-void = void: the AI is off, or the consent has changed
verdict-release = ready to be reviewed and sent
verdict-hold = held
verdict-hand-over = no draft, to a person
audit-holds = The record chain holds: { $records ->
        [one] 1 record
       *[other] { $records } records
    }, { $checkpoints ->
        [one] 1 checkpoint
       *[other] { $checkpoints } checkpoints
    }.
audit-broken = The record chain is broken from { $first }.
ai-off = AI is off. Mail goes to people.
ai-on = AI is on.
done-mailbox-added = The mailbox is added.
done-mailbox-policy = The rules of the mailbox are changed.
done-mailbox-changed = The mailbox is changed. Whether all is well shows: hauspost mailbox test
done-mailbox-removed = Hauspost no longer looks after this mailbox; its password is deleted. Open mails stay with you, drafts in its Drafts folder stay there.
done-mailbox-password = The password is changed.
done-mailbox-trained = The training is recorded.
done-mailbox-folders = The missing folders are made.
done-mailbox-folders-none = No folder is missing; nothing was made.
done-knowledge-removed = The source is removed. Where its file lies in the watched folder, it stays out until it changes.
done-consent-granted = The consent is recorded.
done-consent-withdrawn = The consent has ended. From now on people alone handle this mail.
done-consent-none = There was no consent at this address. It is noted that only people deal with mail from there. Check the spelling (hauspost consent list).
done-customers-imported = The customer list is imported.
done-approved = Approved. The answer goes out in a moment.
done-settled = The decision is recorded.
done-settled-late = Too late: the answer is with the mail server already, or just on its way there. No further attempt will be made.
done-rejected = Rejected. The mail stays with you.
done-handled = Noted as done.
run-started = Hauspost is running. Ctrl-C ends it.
run-no-mailbox = There is no mailbox yet, so there is nothing to read. Add one, also while Hauspost is running: hauspost mailbox add --help
run-stopped = Hauspost has ended.
run-stopping = Hauspost finishes what is under way …
demo-title = Hauspost, demonstration: Radhaus Beispiel GmbH and its mail. All people are made up.
demo-model = Model: { $name } in its sealed process ({ $sandbox })
demo-writes = The model writes first; where its draft does not pass the check, the one from the passages stands. A mail may take minutes.
demo-by-model = Written by the model, checked against the passages
demo-put-aside = From the passages; the model's draft was put aside ({ $rules })
demo-written = The model wrote { $written ->
        [one] one draft
       *[other] { $written } drafts
    }, { $quoted ->
        [one] one comes
       *[other] { $quoted } come
    } from the passages.
demo-person = → to a person: { $reason } ({ $rule }). Only the state is kept, not a word of the mail.
demo-ignored = → not to be answered ({ $rule })
demo-withdrawn = → consent ended. From now on people alone handle this mail.
demo-known = → dealt with before
demo-relevance = The model takes the passages to fit by: { $scores } (for show, it decides nothing)
demo-claims = Facts: { $supported } supported, { $restated } the customer's own, { $unsupported } unsupported, { $contradicted } contradicted
demo-done = { $mails ->
        [one] 1 mail
       *[other] { $mails } mails
    }, { $drafts ->
        [one] 1 draft is
       *[other] { $drafts } drafts are
    } ready.
demo-look = Drafts as mail: { $drafts }
    All the rest: hauspost queue list --config { $folder }/hauspost.toml
    Verify the records: hauspost audit verify --config { $folder }/hauspost.toml
evaluate-drafts = Drafts
evaluate-fell-back = { $count ->
        [one] 1 draft is
       *[other] { $count } drafts are
    } not the model's: its own did not pass the check or did not come about, and the passages were quoted.
evaluate-evidence = Evidence check
evaluate-retrieval = Search
decimal-mark = .
figure-percent = { $value } %
figure-spread = median { $median }, 95th percentile { $p95 }
figure-cases = cases
figure-faulty = with a fault
figure-clean = without a fault
figure-recall = faults found
figure-recall-by-kind = faults found by kind
figure-recall-by-span = found at the right place
figure-false-alarm-share = false alarms on clean drafts
figure-milliseconds-per-draft = milliseconds per draft
figure-queries = questions
figure-passages = passages
figure-recall-at-1 = found at rank 1
figure-recall-at-5 = found among the first 5
figure-mrr-at-10 = mean reciprocal rank (to 10)
figure-milliseconds = milliseconds per search
figure-index-bytes = size of the index in bytes
figure-baseline = for comparison: BM25 over 5-grams
figure-languages = by language
figure-de = German
figure-en = English
figure-other = other languages
figure-unknown = unknown language
figure-drafter = drafter
figure-drafted-by = written by
figure-extractive = quoted from the passages
figure-model = model
figure-answered-share = answered with every fact
figure-fact-recall = facts present
figure-released-with-unsupported-claim = released with an unsupported claim
figure-grounded-precision-before-check = grounded claims before the check
figure-grounded-precision-after-check = grounded claims after the check
figure-hand-over-recall = rightly handed to a person
figure-false-hand-over-share = needlessly handed to a person
figure-completeness = every ask treated rightly
figure-forbidden-hits = forbidden phrases
figure-language-kept = language kept
figure-address-form-kept = form of address kept
figure-category-accuracy = category right
figure-seconds-per-draft = seconds per draft
figure-decisions = expected and decided
figure-answer = expected: answer
figure-partial = expected: partial answer
figure-hand-over = handed to a person
figure-release = released
figure-hold = held
ask-password = Password:{" "}
waiting = Hauspost is working
init-working = Deriving keys
run-starting = Opening model and data folder
demo-preparing = Preparing the sample company and the model
demo-gone = All that was shown is removed again. To keep it and look at it: hauspost demo --keep ./demo
done-id = Id:
why-both = Reason: { $reason } – { $rule }
why-one = Reason: { $reason }
claim-mail = from the mail
shown-source = { $count ->
        [one] Sentence { $sentences } rests
       *[other] Sentences { $sentences } rest
    } on { $passage } ({ $place })
shown-source-gone = not in the knowledge any more
shown-subject = Subject
shown-outbox = Sending
outbox-attempts = attempts: { $attempts }
outbox-next = next attempt { $at }
outbox-failure = Last technical message: “{ $detail }”
search-fits = fits
search-below = below the threshold, not used for drafts
inspect-unreadable = not readable (technical message: “{ $detail }”)
inspect-inline = , inline
usage = Usage:
usage-options = [OPTIONS]
usage-subcommand = COMMAND
usage-help = More: --help
help-example = Example:
help-commands = Commands
help-options = Options
help-arguments = Arguments
help-possible = [possible: { $values }]
help-default = [default: { $value }]
detail-server = { $server }
detail-inbox = { $mails ->
        [one] 1 mail
       *[other] { $mails } mails
    } (UIDVALIDITY { $uid_validity })
detail-folder = { $name }
detail-features = { $software } { $tls }, { $features }
detail-features-local = { $features }
