"""The made-up score reports themselves, as PDF and as web page."""
