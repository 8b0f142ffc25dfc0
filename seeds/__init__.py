"""The starter corpus, the list of companies and the question suites."""
