"""What keeps a file from being read for what it is: quotes, text, front matter, names."""

from __future__ import annotations

from triptych.codes.code import error

TABLE = (
    error(
        "no-quote",
        "an annotation does not begin with the words that it answers",
        """
        An annotation is written as one answers a letter: first the words of the document, as a block quote,
        then what there is to say about them. Without the quote nobody can tell which words are meant. Copy
        the passage from the document and put `> ` before each of its lines; `build.py new "…"` makes such a
        file.

        wrong:
            The red lines are a figure of speech.
        right:
            > Our red lines are still being ignored

            The red lines are a figure of speech.
        """,
    ),
    error(
        "quote-not-found",
        "the quoted words are not in the document",
        """
        A quote has to stand in the document word for word; only white space and the shape of quotation
        marks, dashes and ellipses may differ. A near match is never taken: one word left out can turn a
        claim round. The report shows the nearest passage against the quote. Correct the quote from the
        document; mark words that you leave out with […]; and if the document itself was replaced, see
        `seed-changed`.

        wrong (the document says "shall not be moved"):
            > the forces shall be moved
        right:
            > the forces shall not be moved
        """,
    ),
    error(
        "quote-ambiguous",
        "the quoted words stand in the document more than once",
        """
        The claim would be shown at a place that you may not have meant. Quote some more words, or say in
        the front matter what stands just before (`prefix`) or just after (`suffix`) the passage. The report
        lists the places, each with the shortest words that settle it.

        wrong:
            > legal guarantees
        right:
            ---
            prefix: "must contain"
            ---
            > legal guarantees
        """,
    ),
    error(
        "seed-changed",
        "the document is not the one that its annotations were written against",
        """
        The `sha256` in the document's index.md is the fingerprint of the text that was annotated. The text
        is another now. The report says which claims still stand word for word, which have changed, and
        which are gone. Look at those, then record the new text with `build.py accept <doc>`; or put the
        earlier text back.

        wrong:
            sha256: the hash of last year's text
        right:
            run `build.py accept letter` once the claims have been looked at
        """,
    ),
    error(
        "encoding",
        "a file is not plain UTF-8 text",
        """
        Files are read as UTF-8. Bytes that are not, and control characters other than tab and line ends,
        would be shown as something that the author never wrote, so they are refused at their place. Usually
        an editor saved the file as Latin-1, Windows-1252 or UTF-16. Save it again as UTF-8; take out
        control characters that came along with a copy.

        wrong:
            the byte E9 alone, which is é in Latin-1
        right:
            the bytes C3 A9, which are é in UTF-8
        """,
    ),
    error(
        "front-matter-syntax",
        "the lines between the --- at the head of a file cannot be read",
        """
        Front matter is plain YAML: one key, a colon, a space and a value a line. Tags, anchors and aliases
        are not taken. Most often a colon stands within a value, a quotation mark is not closed, or the
        second --- is missing. Put quotation marks round the value, or close what is open.

        wrong:
            title: Lavrov: the reply
        right:
            title: "Lavrov: the reply"
        """,
    ),
    error(
        "config-syntax",
        "site.toml, the sources or the timeline cannot be read",
        """
        site.toml is TOML; sources.yaml and timeline.yaml are YAML, sources.json is JSON. The line named is
        where reading stopped; the cause may stand just above it: a missing quotation mark, bracket, comma
        or colon, or an uneven indent.

        wrong (TOML):
            title = Red lines
        right:
            title = "Red lines"
        """,
    ),
    error(
        "unknown-key",
        "a key that this kind of file does not have",
        """
        Each kind of file has a fixed set of keys, so that a slip of the pen is not lost in silence. The
        nearest known key is offered. Correct the key, or take the line out.

        wrong:
            speeker: Foreign Ministry
        right:
            speaker: Foreign Ministry
        """,
    ),
    error(
        "missing-key",
        "a key that this kind of file must have is not there",
        """
        Some keys are needed to show the file at all: a treaty's title, short name and kind, a term's name,
        a page's title. An empty value counts as missing. Add the key to the front matter.

        wrong:
            ---
            short: CFE
            ---
        right:
            ---
            title: Treaty on Conventional Armed Forces in Europe
            short: CFE
            kind: treaty
            ---
        """,
    ),
    error(
        "repeated-key",
        "a key stands twice",
        """
        Only one of the two values could count, and which is anyone's guess. Keep one; where both are meant,
        write a list.

        wrong:
            tags: history
            tags: law
        right:
            tags: [history, law]
        """,
    ),
    error(
        "wrong-type",
        "a value is of another type than its key takes",
        """
        A text, a list, a date, a whole number, true or false: each key takes one of them. The message says
        which. A text stands well in quotation marks; a list in brackets or with a dash before each entry.

        wrong:
            draft: maybe
        right:
            draft: true
        """,
    ),
    error(
        "bad-value",
        "a value is not one of those that its key takes",
        """
        Some keys take one of a few words, which the message lists. Kinds of claim can be added in the table
        `kinds` of site.toml; kinds of treaty cannot, since readers are told by them whether a text binds.

        wrong:
            kind: agreement
        right:
            kind: treaty
        """,
    ),
    error(
        "bad-date",
        "a date that is not one",
        """
        Dates are written YYYY, YYYY-MM or YYYY-MM-DD, and have to be in the calendar. Give no more than is
        known: a year alone is shown as a year alone.

        wrong:
            signed: 19 November 1990
        right:
            signed: 1990-11-19
        """,
    ),
    error(
        "bad-id",
        "a file's name or an id cannot serve in an address",
        """
        Ids become part of addresses that must last: lower-case letters, digits, dashes and dots, beginning
        with a letter or digit, at most 80 characters. A few names are needed for pages of the generator's
        own, such as `index` and `search`. Rename the file to the name that is offered.

        wrong:
            content/glossary/Red Lines.md
        right:
            content/glossary/red-lines.md
        """,
    ),
    error(
        "duplicate-id",
        "two things have the same id or name",
        """
        One of them could not be reached. An order number is not part of an id, so 01-limits.md and
        02-limits.md clash; treaties and sources share their names, since both are cited with [@…]; so do
        terms and their aliases. Rename one.

        wrong:
            content/annotations/letter/01-limits.md and content/annotations/letter/02-limits.md
        right:
            content/annotations/letter/01-limits.md and content/annotations/letter/02-limits-on-tanks.md
        """,
    ),
)
