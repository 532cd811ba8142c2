# Sätze der Kommandozeile.

error = Fehler: { $message }
init-done = Der Datenordner { $folder } ist angelegt und verschlüsselt.
init-key-file = Schlüsseldatei: { $file } (bewahren Sie eine Kopie getrennt auf)
init-config = Konfiguration: { $file } (tragen Sie dort Ihre Firma ein)
init-recovery = Wiederherstellungscode. Drucken Sie ihn aus und legen Sie ihn in den Tresor; er wird nicht noch einmal gezeigt:
init-next = Weiter mit: hauspost mailbox add --help
recover-key-file = Neue Schlüsseldatei: { $file } (bewahren Sie eine Kopie getrennt auf). Die bisherige öffnet den Datenordner nicht mehr.
recover-passphrase = Die neue Passphrase gilt. Die bisherige öffnet den Datenordner nicht mehr.
recover-passphrase-file = Tragen Sie die neue Passphrase auch in { $file } ein.
recover-config-line = Ändern Sie in { $file } die Zeile mit key zu: { $line }
recover-nothing = Schlüsseldatei und Konfiguration sind da und passen; es gibt nichts wiederherzustellen.
ask-recovery = Wiederherstellungscode (oder eine Passphrase, die noch gilt):{" "}
ask-new-passphrase = Neue Passphrase:{" "}
ask-passphrase = Passphrase:{" "}
mailboxes-none = Noch kein Postfach. Eines anlegen: hauspost mailbox add --help
mailbox-untrained = noch niemand geschult: Entwürfe werden nicht abgelegt
mailbox-renumbered = Der Mailserver hat dieses Postfach neu nummeriert: { $count ->
        [one] eine Mail
       *[other] { $count } Mails
    } bitte selbst ansehen (hauspost queue list).
part-mailbox = Postfach
part-worker = Entwurfsdienst
part-knowledge = Wissensordner
health-failing = { $part } gestört seit { $at }: { $failure }; Neustarts: { $restarts }
health-silent = der Mailserver hat seit { $at } nicht geantwortet; läuft der Dienst?
health-recovered = { $part } läuft; letzte Störung { $at }: { $failure }; Neustarts: { $restarts }
failure-panicked = Fehler in Hauspost, neu gestartet
failure-login-refused = Anmeldung abgelehnt
failure-unreachable = Mailserver nicht erreichbar
failure-no-drafts-folder = kein Ordner für Entwürfe vorhanden (hauspost mailbox create-folders)
failure-not-sent = der Mailserver hat eine Antwort noch nicht angenommen (SMTP); Hauspost versucht es weiter
failure-ca-file = die CA-Datei lässt sich nicht lesen oder enthält kein Zertifikat (hauspost mailbox test)
failure-internal = interner Fehler
failure-folder-away = der Ordner ist nicht da oder nicht lesbar
failure-manifest = hauspost-knowledge.toml ist nicht zu verstehen; „hauspost knowledge add“ mit dem Ordner sagt, warum
failure-sources-gone = so viele Dateien fehlen, dass nichts entfernt wurde; ist das gewollt, bestätigen Sie es mit „hauspost knowledge add ORDNER --prune“
test-ok = in Ordnung
test-failed = fehlgeschlagen
knowledge-added = { $imported } eingelesen, { $unchanged } unverändert, { $refused } nicht gelesen; { $passages ->
        [one] 1 Abschnitt
       *[other] { $passages } Abschnitte
    }
knowledge-expired = schon abgelaufen, wird nicht gefunden: { $file }
knowledge-kept = nicht mehr im Ordner, wird aber weiter gefunden: { $file }
knowledge-refused = nicht gelesen: { $file } ({ $reason })
knowledge-removed = nicht mehr im Ordner und aus dem Wissen entfernt: { $file }
knowledge-held-back = es fehlen so viele Dateien, dass nichts entfernt wurde; ist das gewollt, bestätigen Sie es mit --prune
knowledge-kept-terms = frühere, strengere Angaben gelten weiter: { $file } (lockern: etwa mit --classification, oder alle mit --new-terms)
knowledge-left-out = mit „knowledge remove“ entfernt und seither unverändert, bleibt draußen: { $file }
knowledge-stranger = steht in hauspost-knowledge.toml, aber nicht im Ordner: { $file }
knowledge-warning = bitte ansehen: { $file } ({ $warning })
documents-none = Noch kein Wissen. Etwas einlesen: hauspost knowledge add --help
document-line = { $source }  { $state }, { $passages ->
        [one] 1 Abschnitt
       *[other] { $passages } Abschnitte
    }, { $validity }
document-terms = Verantwortlich: { $owner }; Einstufung: { $classification }; Sprache: { $language }; Postfächer: { $mailboxes }
document-personal = enthält personenbezogene Daten
document-always = gilt ohne Frist
document-from = gilt ab { $from }
document-until = gilt bis { $until }
document-between = gilt von { $from } bis { $until }
document-all-mailboxes = alle
document-valid = gültig
document-expired = abgelaufen
document-not-yet = noch nicht gültig
class-public = öffentlich
class-internal = intern
class-confidential = vertraulich
warning-latin1 = kein UTF-8; als Windows-1252 gelesen, Umlaute prüfen
warning-pages-without-text = { $count ->
        [one] 1 Seite
       *[other] { $count } Seiten
    } ohne Text
warning-pages-unreadable = { $count ->
        [one] 1 Seite
       *[other] { $count } Seiten
    } nicht lesbar
warning-hidden-parts = { $count ->
        [one] 1 ausgeblendeter Teil
       *[other] { $count } ausgeblendete Teile
    } nicht gelesen
warning-columns-left-out = { $count ->
        [one] 1 Spalte
       *[other] { $count } Spalten
    } neben Frage und Antwort nicht gelesen
warning-answers-missing = { $count ->
        [one] 1 Zeile
       *[other] { $count } Zeilen
    } ohne Frage oder ohne Antwort nicht gelesen
warning-open-quote = ein Anführungszeichen wird nicht geschlossen; als Zeichen gelesen
warning-formulas-without-value = { $count ->
        [one] 1 Zelle
       *[other] { $count } Zellen
    } mit Formel ohne Ergebnis; in der Tabellenkalkulation öffnen und speichern
warning-older-state-closed = die neue Fassung ist nicht lesbar, und es ist offen, für wen sie gälte; die ältere finden nur Mitarbeitende
warning-older-state-kept = die neue Fassung ist nicht lesbar; gefunden wird die ältere
search-none = Dazu steht nichts im Wissen.
consents-none = Noch keine Einwilligung erfasst.
queue-none = Die Warteschlange ist leer.
queue-mail = liegt nur im Postfach (ohne Erlaubnis zur KI-Bearbeitung wird nichts gespeichert)
shown-overview = Überblick
overview-priority = Dringlichkeit
overview-category = Kategorie
overview-deadline = Frist
overview-flag = Achtung, die Mail selbst fällt auf
number-wrong = Prüfziffer stimmt nicht
shown-asks = Anliegen
shown-draft = Entwurf
shown-claims = Angaben im Entwurf
shown-sources = Quellen
shown-history = Verlauf
shown-record = Entscheidungsprotokoll
ask-answered = beantwortet
ask-open = offen
ask-handed-over = an eine Person
claim-supported = belegt
claim-restated = Angabe des Kunden
claim-contradicted = widerspricht der Quelle
claim-unsupported = ohne Beleg
draft-void = hinfällig: die KI ist aus, oder die Einwilligung hat sich geändert
verdict-release = kann geprüft und gesendet werden
verdict-hold = zurückgehalten
verdict-hand-over = kein Entwurf, an eine Person
audit-holds = Die Protokollkette ist unversehrt: { $records ->
        [one] 1 Eintrag
       *[other] { $records } Einträge
    }, { $checkpoints ->
        [one] 1 Prüfpunkt
       *[other] { $checkpoints } Prüfpunkte
    }.
audit-broken = Die Protokollkette ist ab { $first } beschädigt.
ai-off = KI ist aus. Mails gehen an Menschen.
ai-on = KI ist an.
done-mailbox-added = Das Postfach ist angelegt.
done-mailbox-policy = Die Regeln des Postfachs sind geändert.
done-mailbox-changed = Das Postfach ist geändert. Ob alles stimmt, zeigt: hauspost mailbox test
done-mailbox-removed = Um dieses Postfach kümmert sich Hauspost nicht mehr; sein Kennwort ist gelöscht. Offene Mails bleiben bei Ihnen, Entwürfe in seinem Ordner Entwürfe bleiben dort liegen.
done-mailbox-password = Das Kennwort ist geändert.
done-mailbox-trained = Die Schulung ist vermerkt.
done-mailbox-folders = Die fehlenden Ordner sind angelegt.
done-mailbox-folders-none = Es fehlt kein Ordner; nichts wurde angelegt.
done-knowledge-removed = Die Quelle ist entfernt. Liegt ihre Datei im beobachteten Ordner, bleibt sie draußen, bis sie sich ändert.
done-consent-granted = Die Einwilligung ist erfasst.
done-consent-withdrawn = Die Einwilligung ist beendet. Ab jetzt bearbeiten nur Menschen diese Mails.
done-consent-none = Unter dieser Adresse gab es keine Einwilligung. Vermerkt ist: Mails von dort bearbeiten nur Menschen. Prüfen Sie die Schreibweise (hauspost consent list).
done-customers-imported = Die Kundenliste ist übernommen.
done-approved = Freigegeben. Die Antwort geht gleich hinaus.
done-settled = Die Entscheidung ist vermerkt.
done-settled-late = Zu spät: Die Antwort ist schon beim Mailserver oder gerade auf dem Weg dorthin. Ein weiterer Versuch findet nicht statt.
done-rejected = Verworfen. Die Mail bleibt bei Ihnen.
done-handled = Als erledigt vermerkt.
run-started = Hauspost läuft. Beenden mit Strg+C.
run-no-mailbox = Es gibt noch kein Postfach, also nichts zu lesen. Legen Sie eines an, auch während Hauspost läuft: hauspost mailbox add --help
run-stopped = Hauspost ist beendet.
run-stopping = Hauspost beendet laufende Arbeiten …
demo-title = Hauspost, Vorführung: die Radhaus Beispiel GmbH und ihre Post. Alle Personen sind erfunden.
demo-model = Modell: { $name } im abgeschlossenen Prozess ({ $sandbox })
demo-writes = Das Modell schreibt zuerst; besteht sein Entwurf die Prüfung nicht, gilt der aus den Fundstellen. Das kann je Mail Minuten dauern.
demo-by-model = Geschrieben vom Modell, geprüft gegen die Fundstellen
demo-put-aside = Aus den Fundstellen; der Entwurf des Modells wurde verworfen ({ $rules })
demo-written = Das Modell schrieb { $written ->
        [one] einen Entwurf
       *[other] { $written } Entwürfe
    }, { $quoted ->
        [one] einer kommt
       *[other] { $quoted } kommen
    } aus den Fundstellen.
demo-person = → an eine Person: { $reason } ({ $rule }). Gespeichert wird nur der Zustand, kein Wort der Mail.
demo-ignored = → wird nicht beantwortet ({ $rule })
demo-withdrawn = → Einwilligung beendet. Ab jetzt bearbeiten nur Menschen diese Mails.
demo-known = → schon bearbeitet
demo-relevance = Das Modell hält die Fundstellen für passend zu: { $scores } (nur zur Ansicht)
demo-claims = Angaben: { $supported } belegt, { $restated } vom Kunden, { $unsupported } ohne Beleg, { $contradicted } widersprochen
demo-done = { $mails ->
        [one] 1 Mail
       *[other] { $mails } Mails
    }, { $drafts ->
        [one] 1 Entwurf liegt bereit
       *[other] { $drafts } Entwürfe liegen bereit
    }.
demo-look = Entwürfe als Mail: { $drafts }
    Alles Weitere: hauspost queue list --config { $folder }/hauspost.toml
    Protokoll prüfen: hauspost audit verify --config { $folder }/hauspost.toml
evaluate-drafts = Entwürfe
evaluate-fell-back = { $count ->
        [one] 1 Entwurf stammt
       *[other] { $count } Entwürfe stammen
    } nicht vom Modell: dessen Fassung bestand die Prüfung nicht oder kam nicht zustande, und es wurde aus den Fundstellen zitiert.
evaluate-evidence = Belegprüfung
evaluate-retrieval = Suche
decimal-mark = ,
figure-percent = { $value } %
figure-spread = Median { $median }, 95-%-Wert { $p95 }
figure-cases = Fälle
figure-faulty = mit Fehler
figure-clean = ohne Fehler
figure-recall = gefundene Fehler
figure-recall-by-kind = gefundene Fehler je Art
figure-recall-by-span = an der richtigen Stelle gefunden
figure-false-alarm-share = Fehlalarme bei fehlerfreien Entwürfen
figure-milliseconds-per-draft = Millisekunden je Entwurf
figure-queries = Fragen
figure-passages = Abschnitte
figure-recall-at-1 = Treffer auf Platz 1
figure-recall-at-5 = Treffer unter den ersten 5
figure-mrr-at-10 = mittlerer Kehrwert des Rangs (bis 10)
figure-milliseconds = Millisekunden je Suche
figure-index-bytes = Größe des Index in Byte
figure-baseline = zum Vergleich: BM25 über 5-Gramme
figure-languages = je Sprache
figure-de = Deutsch
figure-en = Englisch
figure-other = andere Sprachen
figure-unknown = unbekannte Sprache
figure-drafter = Verfasser
figure-drafted-by = geschrieben von
figure-extractive = aus den Fundstellen zitiert
figure-model = Modell
figure-answered-share = beantwortet mit allen Angaben
figure-fact-recall = enthaltene Angaben
figure-released-with-unsupported-claim = zur Prüfung vorgelegt mit unbelegter Angabe
figure-grounded-precision-before-check = belegte Angaben vor der Prüfung
figure-grounded-precision-after-check = belegte Angaben nach der Prüfung
figure-hand-over-recall = richtig an eine Person gegeben
figure-false-hand-over-share = unnötig an eine Person gegeben
figure-completeness = alle Anliegen richtig behandelt
figure-forbidden-hits = verbotene Wendungen
figure-language-kept = Sprache gehalten
figure-address-form-kept = Anrede (Sie/du) gehalten
figure-category-accuracy = Kategorie richtig
figure-seconds-per-draft = Sekunden je Entwurf
figure-decisions = erwartet und entschieden
figure-answer = erwartet: Antwort
figure-partial = erwartet: Teilantwort
figure-hand-over = an eine Person
figure-release = zur Prüfung vorgelegt
figure-hold = zurückgehalten
ask-password = Kennwort:{" "}
waiting = Hauspost arbeitet
init-working = Schlüssel werden abgeleitet
run-starting = Modell und Datenordner werden geöffnet
demo-preparing = Beispielfirma und Modell werden vorbereitet
demo-gone = Alles Gezeigte ist wieder gelöscht. Zum Behalten und Ansehen: hauspost demo --keep ./demo
done-id = Kennung:
why-both = Grund: { $reason } – { $rule }
why-one = Grund: { $reason }
claim-mail = aus der Mail
shown-source = { $count ->
        [one] Satz { $sentences } stützt
       *[other] Die Sätze { $sentences } stützen
    } sich auf { $passage } ({ $place })
shown-source-gone = steht nicht mehr im Wissen
shown-subject = Betreff
shown-outbox = Versand
outbox-attempts = Versuche: { $attempts }
outbox-next = nächster Versuch { $at }
outbox-failure = Letzte technische Meldung: „{ $detail }“
search-fits = passt
search-below = unter der Schwelle, wird für Entwürfe nicht verwendet
inspect-unreadable = nicht lesbar (technische Meldung: „{ $detail }“)
inspect-inline = , im Text
usage = Aufruf:
usage-options = [OPTIONEN]
usage-subcommand = BEFEHL
usage-help = Mehr dazu: --help
help-example = Beispiel:
help-commands = Befehle
help-options = Optionen
help-arguments = Argumente
help-possible = [möglich: { $values }]
help-default = [Vorgabe: { $value }]
detail-server = { $server }
detail-inbox = { $mails ->
        [one] 1 Mail
       *[other] { $mails } Mails
    } (UIDVALIDITY { $uid_validity })
detail-folder = { $name }
detail-features = { $software } { $tls }, { $features }
detail-features-local = { $features }
