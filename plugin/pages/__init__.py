"""What a browser gets: views that read a form, call `reports`, and render or redirect."""
