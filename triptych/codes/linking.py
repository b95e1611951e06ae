"""What a file names that is not there or may not be used, and what keeps pages from being made."""

from __future__ import annotations

from triptych.codes.code import error

TABLE = (
    error(
        "unknown-document",
        "annotations for a document that is not there",
        """
        A folder in content/annotations/ has the name of the document that it answers: annotations/letter/
        goes with seeds/letter.txt or seeds/letter.md. Rename the folder, or add the document.

        wrong:
            content/annotations/leter/01-limits.md with seeds/letter.txt
        right:
            content/annotations/letter/01-limits.md with seeds/letter.txt
        """,
    ),
    error(
        "unknown-treaty",
        "a treaty is named that is not there",
        """
        Treaties are the files in content/treaties/, named by their file names. The nearest name is offered.
        Correct the name, or add the file.

        wrong:
            treaties: [cfe-1999]
        right:
            treaties: [cfe-1990]
        """,
    ),
    error(
        "unknown-provision",
        "a provision is cited that the treaty's file does not have",
        """
        A reader who follows the link would not find the words. Either the number is mistaken, or the
        article has not been entered yet. Correct the locator, or add the article to the treaty's file as a
        heading. A deeper locator than the file has is no fault: `art. IV(1)` reaches Article IV.

        wrong (the treaty has 23 articles):
            [@cfe-1990, art. 99]
        right:
            [@cfe-1990, art. 9]
        """,
    ),
    error(
        "unknown-term",
        "a term is named that the glossary does not have",
        """
        [[…]] and `see` name a term by its name, an alias or its id; case and spaces do not count. Correct
        the name, add it to the aliases of the term that is meant, or write an entry in content/glossary/.

        wrong:
            [[red line policy]]
        right:
            [[red lines|red line policy]]
        """,
    ),
    error(
        "unknown-source",
        "something is cited that is neither a source nor a treaty",
        """
        [@key] names an entry of the bibliography, or a treaty, by its id. The nearest key is offered.
        Correct the key, or add the source to content/sources.yaml.

        wrong:
            [@mid-2020-02-17]
        right:
            [@mid-2022-02-17]
        """,
    ),
    error(
        "unknown-footnote",
        "a footnote mark without its text",
        """
        Each mark [^name] needs a line that begins with [^name]: somewhere in the same file. Without it
        readers would see the bare brackets. Write the footnote, or take the mark out.

        wrong:
            The treaty lapsed.[^end]
        right:
            The treaty lapsed.[^end]

            [^end]: On the date that its last party left.
        """,
    ),
    error(
        "bad-citation",
        "a citation is not in the form that is read here",
        """
        A citation is [@key], [@key, locator], or several of them parted by semicolons. Other forms known
        from pandoc, with words before the key or a minus sign, are not read, and would be shown as they are
        typed. Put the words into the sentence.

        wrong:
            [see @cfe-1990, art. 4]
        right:
            see [@cfe-1990, art. 4]
        """,
    ),
    error(
        "broken-link",
        "a link leads to a file or heading that is not there",
        """
        Links between content files are written as paths, seen from the file that they stand in; `#…` names
        a heading or provision. What the link leads to was renamed, or the path begins at the wrong folder.
        Correct the path; give a renamed file `former: [old-id]`, so that its old address keeps working for
        others too.

        wrong:
            [the treaty](treaties/cfe-1990.md)
        right:
            [the treaty](../../treaties/cfe-1990.md)
        """,
    ),
    error(
        "unsafe-url",
        "an address of a kind that is not allowed",
        """
        Links are http, https, mailto, paths to other files of the site, or `#` and a heading. All else is
        refused: it could run something in the reader's browser, or lead somewhere else on another host
        (`//host`, `/path`, a backslash). Write the whole address.

        wrong:
            [the record](//example.org/record)
        right:
            [the record](https://example.org/record)
        """,
    ),
    error(
        "remote-image",
        "an image that would be fetched from another host",
        """
        A page asks nothing of other hosts: they would learn who reads it, and the picture could change or
        vanish. Save the image within content/, name where it comes from, and write its path.

        wrong:
            ![Map of the zone](https://example.org/map.png)
        right:
            ![Map of the zone](map.png)
        """,
    ),
    error(
        "bad-image",
        "a file that is not an image of a known kind",
        """
        Images are PNG, JPEG, GIF, WebP or AVIF, which is told from their first bytes, not from their names.
        SVG is not taken, since it can carry scripts. Save the image in one of these kinds.

        wrong:
            ![Chart](chart.svg)
        right:
            ![Chart](chart.png)
        """,
    ),
    error(
        "too-deep",
        "lists or quotations nest more deeply than fifty levels",
        """
        No reader can follow that, and words might be lost. It is most often a slip: a long row of > signs
        or of spaces. Take levels out.

        wrong:
            a line that begins with sixty > signs
        right:
            > a line that is quoted once
        """,
    ),
    error(
        "unsafe-path",
        "a path leads out of the site, or an output folder or file is refused",
        """
        Content is read from within the site only. And the generator writes only where it cannot do harm:
        never into seeds/, content/ or theme/, nor into a folder that holds files of someone else, nor over
        a file that it did not write. Choose another folder with `--out`; or, where the files may go, let
        `--adopt` take the folder over.

        wrong:
            build.py --out content
        right:
            build.py --out public
        """,
    ),
    error(
        "template",
        "a template of the theme cannot be used",
        """
        Templates are Jinja. Either one cannot be read (a tag that is not closed), or it asks for something
        that its page does not have; a name misspelt is a fault here, never an empty place. The line named
        is the template's. Correct it, or take the site's own copy out, and the theme's serves again.

        wrong:
            {{ claim.tilte }}
        right:
            {{ claim.title }}
        """,
    ),
    error(
        "io",
        "the machine could not read or write a file",
        """
        The disk is full, a permission is missing, or a file went away while it was read. The message gives
        the file and the system's own words. Nothing is wrong with the content: make room, or allow the
        access, and run the same command again.

        wrong:
            a disk without room
        right:
            the same command, after some room was made
        """,
    ),
)
