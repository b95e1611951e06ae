"""What does not stop a build, and is worth a look."""

from __future__ import annotations

from triptych.codes.code import warning

TABLE = (
    warning(
        "raw-html",
        "HTML in Markdown is shown as text",
        """
        Content cannot bring HTML: what it writes is shown letter by letter, tags included. Write it in
        Markdown. A comment that stands as a block of its own is a note among editors and is not published.

        wrong:
            the <b>whole</b> text
        right:
            the **whole** text
        """,
    ),
    warning(
        "no-source",
        "a context cites neither a source nor a treaty",
        """
        Readers are asked to believe the context on its word alone. Cite what it rests on: a source of the
        bibliography or a provision.

        wrong:
            The limits were never reached.
        right:
            The limits were never reached [@cfe-1990, art. IV].
        """,
    ),
    warning(
        "no-index",
        "a document without an index.md",
        """
        The document is shown under its file name, without publisher, date or origin, and a change of its
        text will go unnoticed. Write content/annotations/<doc>/index.md; only `title` is needed.

        wrong:
            seeds/letter.txt alone
        right:
            seeds/letter.txt and content/annotations/letter/index.md with `title: The letter`
        """,
    ),
    warning(
        "empty-body",
        "a file has nothing to say below its front matter or quote",
        """
        The page will be there, with a panel or an entry that is empty. Write the text, or set `draft: true`
        until there is one.

        wrong:
            > the quoted words, and nothing beneath them
        right:
            > the quoted words

            What readers should know about them.
        """,
    ),
    warning(
        "unused-source",
        "a source that nothing cites",
        """
        It stands in the list of sources, but no page leads to it. Perhaps a citation was dropped, or its
        key is misspelt elsewhere. Cite it, or take it out.

        wrong:
            - id: nato-1997, and nowhere [@nato-1997]
        right:
            … as agreed then [@nato-1997].
        """,
    ),
    warning(
        "unused-treaty",
        "a treaty that nothing cites",
        """
        Its page is there, but no claim leads to it. Cite it in a context, name it in `treaties:` of an
        annotation, or take it out.

        wrong:
            content/treaties/cfe-1990.md, and nowhere cited
        right:
            treaties: [cfe-1990#art-iv]
        """,
    ),
    warning(
        "unused-term",
        "a term that nothing mentions",
        """
        The glossary has the entry, but no text leads to it. Perhaps the texts use another form of the word:
        add it to `aliases`. Otherwise link it with [[…]], or take it out.

        wrong:
            term: Ratification, where the texts say "ratified"
        right:
            term: Ratification
            aliases: [ratified]
        """,
    ),
    warning(
        "stray-file",
        "a file that no part of the site reads",
        """
        It lies in content/ or seeds/, but not where its kind belongs, so it is not published. A misspelt
        folder or extension is the usual cause. Move or rename it, or keep it elsewhere.

        wrong:
            content/glosary/red-lines.md
        right:
            content/glossary/red-lines.md
        """,
    ),
    warning(
        "no-alt",
        "an image without words for those who cannot see it",
        """
        Between the square brackets stands what the image tells, for readers who listen and for pages whose
        image fails to load. Say what there is to see.

        wrong:
            ![](map.png)
        right:
            ![Map of the zone: the line runs along the river](map.png)
        """,
    ),
    warning(
        "bidi",
        "characters that change the direction of text",
        """
        They cannot be seen, and can make a text read otherwise than it is written. Where they came along
        with a copy, delete them; the pages set the direction of names and quotations by themselves. The
        line and column are those of the first.

        wrong:
            an invisible U+202E in the middle of a sentence
        right:
            the same sentence, typed anew
        """,
    ),
)
