"""Makes the training and test text: customer mails, categories and knowledge sentences out of matters.txt.

Never uses third-party text. Train and test are kept apart here and nowhere else: sentence templates and description phrases by the
`||` of matters.txt, products and fillers by list, made-up names and towns by a hash of the name.
"""
import random
import re
import zlib
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("de", "en")


def read_matters(path=HERE / "matters.txt"):
    """Groups as {key: {unseen, fields, matters}}; each field is a pair (train list, test list)."""
    groups, group, matter = {}, None, None
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            words = line[3:].split()
            group = groups[words[0]] = {"unseen": "unseen" in words, "fields": {}, "matters": {}}
            matter = None
        elif line.startswith("-- "):
            matter = group["matters"][line[3:].strip()] = {}
        else:
            key, rest = line.split(": ", 1)
            train, _, test = rest.partition("||")
            mark = "|" if matter is not None else ";"
            both = tuple([s.strip() for s in half.split(mark) if s.strip()] for half in (train, test))
            (group["fields"] if matter is None else matter)[key] = both
    return groups


GROUPS = read_matters()
SEEN = [k for k, g in GROUPS.items() if not g["unseen"]]
UNSEEN = [k for k, g in GROUPS.items() if g["unseen"]]

# Neuter, feminine and plural only: nominative and accusative agree, so that one form fits nearly every template.
PRODUCTS = {
    "train": {
        "de": "das Fahrrad;die Jacke;die Kaffeemaschine;das Zelt;die Lampe;das Regal;die Matratze;das Sofa;die Bohrmaschine;das Messerset;die Tasche;die Schuhe;das Kleid;die Hose;"
              "das Ladegerät;die Kopfhörer;das Hemd;die Gartenbank;das Bett;die Pfanne;das Laufrad;die Brille;das Radio;die Software;die Uhr;das Werkzeug;die Pflanze;das Buch".split(";"),
        "en": "the bike;the jacket;the coffee machine;the tent;the lamp;the shelf;the mattress;the sofa;the drill;the knife set;the bag;the shoes;the dress;the trousers;"
              "the charger;the headphones;the shirt;the bench;the bed;the pan;the glasses;the radio;the software;the watch;the tool;the plant;the book".split(";"),
    },
    "test": {
        "de": "die Heizdecke;das Teleskop;die Nähmaschine;das Trampolin;die Leiter;das Aquarium;die Gitarre;die Handschuhe;das Mikroskop;die Waage".split(";"),
        "en": "the heating pad;the telescope;the sewing machine;the trampoline;the ladder;the aquarium;the guitar;the gloves;the microscope;the scales".split(";"),
    },
}
OPENERS = {
    "train": {
        "de": ["Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,", "Liebes Team,", "Hallo zusammen,", "Moin,", "Guten Morgen,", "Hi,", "Servus,", ""],
        "en": ["Hello,", "Hi,", "Dear Sir or Madam,", "Good morning,", "Dear team,", "Hi there,", ""],
    },
    "test": {"de": ["Grüezi,", "Schönen guten Tag,", "Hallo liebe Leute,", ""], "en": ["Greetings,", "Good afternoon,", "Hey,", ""]},
}
FILLERS = {
    "train": {
        "de": ["ich bin seit <n> Jahren Kunde bei [Ihnen/euch].", "ich habe eine Frage.", "ich habe am <dat> <p> bei [Ihnen/euch] gekauft.", "meine Kundennummer ist <nr>.", "es geht um <nr>.",
               "ich schreibe wegen <p>.", "Leider konnte ich auf der Webseite nichts dazu finden.", "Am Telefon war niemand zu erreichen.", "Meine Frau hat mir <firma> empfohlen.",
               "Wir sind ein kleiner Betrieb aus <ort>.", "Es eilt ein wenig.", "Ich hoffe, [Sie können/du kannst] mir helfen."],
        "en": ["I have been a customer for <n> years.", "I have a question.", "I bought <p> from you on <dat>.", "my customer number is <nr>.", "this is about <nr>.", "I am writing about <p>.",
               "I could not find anything on the website.", "Nobody answered the phone.", "A friend recommended <firma> to me.", "We are a small business from <ort>.", "It is a little urgent.", "I hope you can help me."],
    },
    "test": {
        "de": ["kurz vorab: tolle Auswahl habt ihr.", "im Juni war ich schon einmal bei <firma>.", "Der Vorgang trägt die Nummer <nr>.", "Mein Nachbar aus <ort> meinte, ich soll schreiben.", "Im Formular kam ich nicht weiter."],
        "en": ["first of all, nice selection.", "in June I was at <firma> before.", "The case number is <nr>.", "My neighbour from <ort> told me to write.", "I got stuck in the form."],
    },
}
CLOSERS = {
    "train": {
        "de": ["Mit freundlichen Grüßen", "Viele Grüße", "Danke im Voraus", "Vielen Dank und Gruß", "MfG", "LG", "Beste Grüße", "Besten Dank", ""],
        "en": ["Kind regards", "Thanks in advance", "Best wishes", "Many thanks", "Regards", "Thank you", ""],
    },
    "test": {"de": ["Herzliche Grüße", "Freundliche Grüße aus <ort>", "Tschüss", ""], "en": ["Sincerely", "Cheers", "With thanks", ""]},
}
LEADS = {
    "train": {"de": ["", "", "", "Hinweis: ", "Bitte beachten: ", "Gut zu wissen: ", "In der Regel gilt: "], "en": ["", "", "", "Note: ", "Please note: ", "Good to know: "]},
    "test": {"de": ["", "", "Wichtig: "], "en": ["", "", "Important: "]},
}
# Sentences that name the topic and answer nothing: the hard negatives of the relevance task.
CHATTER = {
    "train": {
        "de": ["Zum Thema <t> beraten wir gern", "<t> ist uns wichtig", "Bei Fragen zum Thema <t> schreiben [Sie/du] uns", "Alles über <t> steht bald auf unserer Seite", "Wir haben unsere Seite zum Thema <t> überarbeitet",
               "Seit <n> Jahren sind wir in <ort> zu Hause", "Unser Team besteht aus <n> Leuten", "<firma> wünscht einen schönen Tag", "<P> gehört zu unseren beliebtesten Produkten", "Vielen Dank für das Vertrauen in <firma>"],
        "en": ["We gladly advise on <t>", "<t> matters to us", "If you have questions on <t>, write to us", "Everything about <t> will soon be on our page", "We have reworked our page on <t>",
               "We have been at home in <ort> for <n> years", "Our team has <n> people", "<firma> wishes you a nice day", "<P> is one of our most popular products", "Thank you for trusting <firma>"],
    },
    "test": {
        "de": ["Das Wort <t> hören wir jeden Tag", "Für <t> haben wir eigens <n> Leute eingestellt", "<P> wurde in <ort> entworfen", "<firma> feiert den <n>. Geburtstag"],
        "en": ["We hear the word <t> every day", "We hired <n> people just for <t>", "<P> was designed in <ort>", "<firma> celebrates its <n>th birthday"],
    },
}
MONTHS = {"de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(), "en": "January February March April May June July August September October November December".split()}
STARTS = "bal ber bor dal dor fel fen gar gel hal hel hor kal kar kes lan lor mal mar mol nor pal pel ral ren ros sal sel sor tal tel tor val ver vol wal wen zel zor stei brun schmi kram witt".split()
MIDS = "a e i o u an en il or ia el ar".split()
ENDS = "mann berg ner ler ke ski dorf feld ing sen ow itz hard tin mer ra na lo vo".split()
TOWNS = "heim hausen burg stadt dorf berg bach tal au furt brück kirchen".split()


def _side(word):
    return "test" if zlib.crc32(word.encode()) % 5 == 0 else "train"


def _made(rng, split, ends):
    while True:
        word = rng.choice(STARTS) + rng.choice(MIDS) * (rng.random() < 0.6) + rng.choice(ends)
        if _side(word) == split:
            return word.capitalize()


SECOND_PERSON = {"könn": "kannst", "Könn": "Kannst", "geb": "gibst", "nehm": "nimmst", "trag": "trägst", "seh": "siehst", "send": "sendest", "find": "findest", "meld": "meldest"}
IMPERATIVE = {"geb": "gib", "nehm": "nimm", "Nehm": "Nimm"}


def _informal(match):
    """`schicken du` to `schickst du`, and after `bitte` or at the start of a sentence to `schick`."""
    please, stem, itself = match[1] or "", match[2], " dich" if match[3] else ""
    if stem not in SECOND_PERSON and (please or stem[0].isupper()):
        return please + IMPERATIVE.get(stem, stem + "e") + itself
    return please + SECOND_PERSON.get(stem, stem + "st") + " du" + itself


class Company:
    """One made-up company with its customer: every slot value of one sample comes from here."""

    def __init__(self, rng, split, language):
        self.rng, self.split, self.language = rng, split, language
        self.firma = _made(rng, split, ENDS) + rng.choice([" GmbH", " AG", " KG", "", " Shop", " Versand"])
        self.du = rng.random() < 0.3
        self.p = self.product()
        self.slots = {}

    def product(self):
        if self.rng.random() < 0.4:
            return _made(self.rng, self.split, ENDS) + self.rng.choice(["", f" {self.rng.randint(1, 99) * 10}", " Pro", " Mini"])
        return self.rng.choice(PRODUCTS[self.split][self.language])

    def value(self, slot):
        rng = self.rng
        if slot in ("p", "P"):
            return self.p if slot == "p" else self.p[:1].upper() + self.p[1:]
        if slot == "firma":
            return self.firma
        if slot == "n":
            return str(rng.choice([2, 3, 4, 5, 6, 7, 10, 12, 14, 20, 24, 30, 48, 60, 90, rng.randint(2, 120)]))
        if slot == "eur":
            cents = rng.choice(["", ",90", ",50", ",99"]) if self.language == "de" else rng.choice(["", ".90", ".50", ".99"])
            return f"{rng.randint(3, 900)}{cents} {rng.choice(['Euro', '€', 'EUR'])}"
        if slot == "dat":
            day, month = rng.randint(1, 28), rng.randint(1, 12)
            name = MONTHS[self.language][month - 1]
            return rng.choice([f"{day}. {name}", f"{day}.{month}.", f"{day:02}.{month:02}.2026"]) if self.language == "de" else rng.choice([f"{day} {name}", f"{name} {day}"])
        if slot == "uhr":
            hour = rng.randint(7, 21)
            return f"{hour} Uhr" if self.language == "de" else f"{(hour - 1) % 12 + 1} {'am' if hour < 12 else 'pm'}"
        if slot == "nr":
            return rng.choice(["", "#", "A-", "R"]) + str(rng.randint(1000, 9999999))
        return _made(rng, self.split, TOWNS)

    def fill(self, template, topic=""):
        """Choices, address form and slots of one template."""
        text = re.sub(r"\[([^/\]]*)/([^\]]*)\]", lambda m: m[2 if self.du else 1], template)
        text = re.sub(r"(\b[Bb]itte )?(\w+)en du\b( sich)?", _informal, text) if self.du else text
        text = re.sub(r"\{([^}]*)\}", lambda m: self.rng.choice(m[1].split("/")), text)
        text = text.replace("<t>", topic)
        text = re.sub(r"<(\w+)>", lambda m: self.value(m[1]), text)
        return re.sub(r"\s+", " ", text).strip()


def noisy(rng, text, strength=1.0):
    """Typos, lost umlauts, all small: what people type."""
    if rng.random() < 0.15 * strength:
        for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("Ü", "Ue"), ("Ä", "Ae"), ("Ö", "Oe")):
            text = text.replace(a, b)
    if rng.random() < 0.05 * strength:
        text = text.translate(str.maketrans("äöüß", "aous"))
    if rng.random() < 0.12 * strength:
        text = text.lower()
    if rng.random() < 0.35 * strength:
        chars = list(text)
        for _ in range(rng.randint(1, 1 + len(chars) // 60)):
            i = rng.randrange(max(1, len(chars) - 1))
            if not chars[i].isalpha():
                continue
            kind = rng.randrange(3)
            if kind == 0 and i + 1 < len(chars):
                chars[i], chars[i + 1] = chars[i + 1], chars[i]
            elif kind == 1:
                chars[i] = ""
            else:
                chars[i] *= 2
        text = "".join(chars)
    return text


def _pick(rng, field, split):
    return rng.choice(field[0 if split == "train" else 1])


def ask_sentence(rng, company, matter):
    text = company.fill(_pick(rng, matter[f"ask.{company.language}"], company.split))
    text = text[:1].upper() + text[1:]
    question = text.split()[0].rstrip(",") in QUESTION_WORDS
    end = ("?" if rng.random() < 0.85 else "") if question else rng.choice([".", ".", "!", ""])
    return text + end


QUESTION_WORDS = set(
    "Wie Wer Was Wann Wo Wohin Woher Woraus Womit Welche Welchen Welcher Welches Warum Bis Kann Können Könnte Könnten Ist Gibt Haben Habe Muss Gilt Brauche Fallen Übernehmen Liefern Lässt Geht Nehmen Bieten Bekommt Bekomme "
    "Innerhalb Ab Auf An In Mit Wäre Verfällt Wird Wurde Deckt Über Reparieren Geben Man Sind Verlängert Aus How Who What When Where Which Why Can Could Is Are Do Does Did Until From To Will By Has Have Was Must Should".split()
)


def mail_text(rng, company, matters):
    """A short customer mail that asks about the given matters."""
    lang, split = company.language, company.split
    parts = []
    if rng.random() < 0.3:
        parts.append(company.fill(rng.choice(FILLERS[split][lang])))
    for matter in matters:
        parts.append(ask_sentence(rng, company, matter))
    if rng.random() < 0.3:
        parts.append(company.fill(rng.choice(FILLERS[split][lang])))
    opener, closer = rng.choice(OPENERS[split][lang]), company.fill(rng.choice(CLOSERS[split][lang]))
    name = f"{_made(rng, split, ENDS)} {_made(rng, split, ENDS)}" if closer and rng.random() < 0.6 else ""
    body = noisy(rng, " ".join(parts))
    return "\n".join(x for x in (opener, body, closer, name) if x)


def category(rng, key, split, language, codes=True):
    """A category as (name, description); in training sometimes with a name that says nothing, so that the description must be read."""
    fields = GROUPS[key]["fields"]
    names = fields[f"name.{language}"][0]
    train, test = fields[f"say.{language}"]
    name = rng.choice(names)
    if split == "test":
        phrases = list(test[:2])
        rng.shuffle(phrases)
    else:
        phrases = rng.sample(train, min(len(train), rng.randint(1, 4)))
        if rng.random() < 0.1:
            phrases = [rng.choice(names)]
        if codes and rng.random() < 0.25:
            name = rng.choice([f"K{rng.randint(1, 99)}", _made(rng, split, ENDS), f"team {_made(rng, split, TOWNS)}", rng.choice(STARTS) + rng.choice(ENDS), chr(rng.randint(65, 90))])
        elif rng.random() < 0.15:
            name = name.lower()
    return name, ", ".join(phrases)


def label_sample(rng, split, language, listed=None, pool=None):
    """(mail, [(name, description)], index of the right one), 5 to 8 categories (4 to 8 in training). `listed` is the language of the categories, `pool` the groups of the mail."""
    listed = listed or language
    truth = rng.choice(pool or SEEN)
    every = SEEN + UNSEEN if pool else SEEN
    keys = rng.sample([k for k in every if k != truth], rng.randint(4 if split == "test" else 3, 7)) + [truth]
    rng.shuffle(keys)
    company = Company(rng, split, language)
    matters = list(GROUPS[truth]["matters"].values())
    chosen = rng.sample(matters, min(len(matters), 1 if rng.random() < 0.8 else 2))
    mail = mail_text(rng, company, chosen)
    seen, options = set(), []
    for key in keys:
        name, description = category(rng, key, split, listed)
        while name in seen:
            name += "x"
        seen.add(name)
        options.append((name, description))
    return mail, options, keys.index(truth)


def relevance_sample(rng, split, language, pool=None):
    """(question, sentence, answers). Half are answers; of the rest most share the topic or the words."""
    groups = pool or SEEN
    key = rng.choice(groups)
    group = GROUPS[key]
    name = rng.choice(list(group["matters"]))
    matter = group["matters"][name]
    company = Company(rng, split, language)
    question = noisy(rng, ask_sentence(rng, company, matter), 0.7)
    kind = rng.random()
    answers = kind < 0.5
    know = f"know.{language}"
    template = _pick(rng, matter[know], split)
    if answers:
        sentence = company.fill(template)
    elif kind < 0.6 and company.p.lower() in question.lower() and ("<p>" in template or "<P>" in template):
        old, company.p = company.p, company.product()
        sentence, answers = company.fill(template), company.p == old
    elif kind < 0.78 and len(group["matters"]) > 1:
        other = rng.choice([m for n, m in group["matters"].items() if n != name])
        sentence = company.fill(_pick(rng, other[know], split))
    elif kind < 0.9:
        sentence = company.fill(rng.choice(CHATTER[split][language]), rng.choice(group["fields"][f"topic.{language}"][0]))
    else:
        far = rng.choice([k for k in (SEEN + UNSEEN if pool else SEEN) if k != key])
        sentence = company.fill(_pick(rng, rng.choice(list(GROUPS[far]["matters"].values()))[know], split))
    sentence = rng.choice(LEADS[split][language]) + sentence[:1].upper() + sentence[1:] + rng.choice([".", ".", "."])
    return question, sentence, answers


FRAMES = {
    "de": ["Ich habe eine Frage zu <w>", "Was ist mit <w>", "Es geht um <w>", "Bitte kümmern Sie sich um <w>", "Können Sie mir etwas zu <w> sagen", "Wir brauchen Hilfe bei <w>", "<w> macht mir Sorgen", "Wer ist für <w> zuständig", "Ich warte noch auf <w>"],
    "en": ["I have a question about <w>", "What about <w>", "This is about <w>", "Please take care of <w>", "Can you tell me something on <w>", "We need help with <w>", "<w> worries me", "Who is in charge of <w>", "I am still waiting for <w>"],
}
FACTS = {
    "de": [("Wie viel kostet <w>", "<w> kostet <eur>"), ("Wann beginnt <w>", "<w> beginnt am <dat>"), ("Wie lange dauert <w>", "<w> dauert <n> Tage"), ("Wo finde ich <w>", "<w> ist in <ort>"), ("Wer kümmert sich um <w>", "Um <w> kümmert sich <firma>"),
           ("Welche Nummer hat <w>", "<w> hat die Nummer <nr>"), ("Was muss ich über <w> wissen", "Zu <w> gehört eine Frist von <n> Tagen"), ("Gibt es bei Ihnen <w>", "Wir bieten <w> ab <eur> an"), ("Wie komme ich an <w>", "<w> bekommen Sie am Empfang")],
    "en": [("How much is <w>", "<w> costs <eur>"), ("When does <w> start", "<w> starts on <dat>"), ("How long does <w> take", "<w> takes <n> days"), ("Where do I find <w>", "<w> is in <ort>"), ("Who takes care of <w>", "<firma> takes care of <w>"),
           ("Which number has <w>", "<w> has the number <nr>"), ("What do I need to know about <w>", "For <w> there is a deadline of <n> days"), ("Do you have <w>", "We offer <w> from <eur>"), ("How do I get <w>", "You get <w> at reception")],
}


def _words():
    """Long words of the training side, per language: material for samples that only comparing words can solve."""
    found = {language: set() for language in LANGUAGES}
    for group in (GROUPS[k] for k in SEEN):
        for fields in (group["fields"], *group["matters"].values()):
            for key, (train, _) in fields.items():
                for text in train:
                    found[key[-2:]].update(w for w in re.findall(r"\w+", re.sub(r"<\w+>|\[[^]]*\]", " ", text)) if len(w) > 4)
    return {language: sorted(words) for language, words in found.items()}


WORDS = _words()


def _thing(rng, language):
    kind = rng.random()
    if kind < 0.3:
        return _made(rng, "train", ENDS)
    word = rng.choice(WORDS[language])
    if kind < 0.5:
        return (rng.choice(WORDS[language]) + ("" if language == "de" else " ") + word.lower()).capitalize()
    return word


def _bent(rng, word):
    """Another form of the word, as it may stand in the other text."""
    kind = rng.random()
    return word if kind < 0.6 else word.lower() if kind < 0.75 else word + rng.choice(["s", "en", "e", "n"]) if kind < 0.9 else word[:-1]


def plain_label_sample(rng, language):
    """Like label_sample, but of arbitrary words that mean nothing together: only the shared word tells."""
    company = Company(rng, "train", language)
    options = [(_thing(rng, language), ", ".join(_thing(rng, language) for _ in range(rng.randint(1, 3)))) for _ in range(rng.randint(4, 8))]
    truth = rng.randrange(len(options))
    name, description = options[truth]
    word = rng.choice([name] + description.split(", "))
    parts = [rng.choice(FRAMES[language]).replace("<w>", _bent(rng, word)) + rng.choice([".", "?", ""])]
    for _ in range(rng.randint(0, 2)):
        parts.insert(rng.randint(0, len(parts)), company.fill(rng.choice(FILLERS["train"][language])))
    opener = rng.choice(OPENERS["train"][language])
    return (opener + "\n" if opener else "") + " ".join(parts), options, truth


def plain_relevance_sample(rng, language):
    """Like relevance_sample with arbitrary words: the same thing and the same attribute, or not."""
    company = Company(rng, "train", language)
    i = rng.randrange(len(FACTS[language]))
    word = _thing(rng, language)
    question, answer = FACTS[language][i]
    answers = rng.random() < 0.5
    other = word
    if not answers:
        if rng.random() < 0.65:
            other = _thing(rng, language)
        else:
            answer = FACTS[language][(i + rng.randint(1, len(FACTS[language]) - 1)) % len(FACTS[language])][1]
    fill = lambda text, w: company.fill(text.replace("<w>", w))
    question = noisy(rng, fill(question, word), 0.5) + rng.choice(["?", "?", ""])
    sentence = fill(answer, _bent(rng, other) if rng.random() < 0.5 else other)
    return question, rng.choice(LEADS["train"][language]) + sentence[:1].upper() + sentence[1:] + ".", answers


def render(system, user, answer=None):
    """The chat template of the GGUF, written out; without an answer it ends where the model is to go on."""
    text = f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"
    return text if answer is None else f"{text}{answer}<|im_end|>\n"


def label_user(mail, options):
    """The categories follow the mail, each with its number last: a causal model has then read mail and category when it meets the number."""
    return f"Mail: {mail}\n" + "\n".join(f"{name}: {description} #{i}" for i, (name, description) in enumerate(options, 1))


def relevance_user(question, sentence):
    return f"Frage: {question}\nSatz: {sentence}"


def corpus(seed, count):
    """Text to train the tokenizer on: the user parts of training samples."""
    rng = random.Random(seed)
    for _ in range(count):
        language = "de" if rng.random() < 0.62 else "en"
        if rng.random() < 0.5:
            mail, options, _ = label_sample(rng, "train", language) if rng.random() < 0.7 else plain_label_sample(rng, language)
            yield label_user(mail, options)
        else:
            question, sentence, _ = relevance_sample(rng, "train", language) if rng.random() < 0.7 else plain_relevance_sample(rng, language)
            yield relevance_user(question, sentence)
