"""The school system: sign-in, and the questions that our PowerQueries answer."""
