"""Who can sign in, who is signed in, and which group may open which page."""
