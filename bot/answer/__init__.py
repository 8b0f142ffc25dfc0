"""The answerers: offline, in the articles' own words, and with a chat model."""
