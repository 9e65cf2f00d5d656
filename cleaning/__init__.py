"""From the web and from dumps to clean documents: read, extract, annotate, filter, deduplicate, publish."""
