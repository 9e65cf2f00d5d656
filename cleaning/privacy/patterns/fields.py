"""What stands between the name of a field and its value: in running text, forms, Markdown, JSON and HTML."""

# Stops, blanks and dashes, the signs of emphasis, quotations and cells, and tags.
MARKUP = r"(?:[ \t.,:;=º°#*_`\"'«»“”>|(…–—-]|\[(?![\[A-Z])|</?[A-Za-z][^<>\n]{0,40}>)"
QUOTE = r"[*_`\"'«“]"
CONTEXT = 72  # characters before a number in which the name of its field is looked for
