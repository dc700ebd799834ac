"""How the stand-in can treat a mail, and tell that it does."""

#: Name → what it does, for the page. The first four come before the text is given.
NAMES = {
    "refuse": "answers 550 to the recipient's address",
    "busy": "answers 451 to the recipient's address",
    "drop": "breaks the connection before the text",
    "hang": "says nothing more, before the text",
    "refuse_text": "answers 554 to the text and does not keep it",
    "drop_after_text": "keeps the mail and breaks the connection without an answer",
    "hang_after_text": "keeps the mail and says nothing more",
    "wrong_password": "answers 535 to a sign-in",
}

BEFORE_TEXT = {"refuse", "busy", "drop", "hang"}
AFTER_TEXT = {"refuse_text", "drop_after_text", "hang_after_text"}
SIGNING_IN = {"wrong_password"}

#: What is said, where something is.
REPLIES = {
    "refuse": "550 5.1.1 No such mailbox here",
    "busy": "451 4.3.2 Please try again later",
    "refuse_text": "554 5.6.0 This text is not taken",
}
