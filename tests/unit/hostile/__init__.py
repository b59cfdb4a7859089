"""A hostile service, a hostile page, hostile files: what happens instead of what they want."""
